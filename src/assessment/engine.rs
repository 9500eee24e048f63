//! The engine of one review: everything compiled once, then one document at a time, then the conclusion.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::assessment::conclude::{Examination, conclude};
use crate::assessment::document_kind::{DeclaredStatus, KindPatterns, blank_share, is_named_template, lies_among_superseded};
use crate::assessment::examined::Examined;
use crate::assessment::judge::{Observation, judge};
use crate::assessment::plan::{BadChoice, PlannedClause, plan};
use crate::assessment::reading::Reader;
use crate::assessment::requirement::{Requirement, requirement_text};
use crate::assessment::speech::SpeechPatterns;
use crate::assessment::terms::Vocabulary;
use crate::assessment::topic::cap_what_is_off_topic;
use crate::assessment::veto::Veto;
use crate::assessment::{Assessment, Candidate, Chosen, Finding, SCHEMA, Score, Verdict};
use crate::catalog::{Catalog, Clause, ConceptMatcher, ConceptSet, DocumentKind, Lexicon, Modal, Signals, fold, fold_name};
use crate::evidence::{Document, Inventory, LedgerEntry, LedgerStatus, SourceFile, SourceIdentity};

/// Name and version of the engine, as it stands in `review.json`.
pub const ENGINE: &str = concat!("crosswalk ", env!("CARGO_PKG_VERSION"));

/// Share of placeholders from which a document counts as partly blank.
const PARTLY_BLANK: f64 = 0.2;

/// Finder's score from which a document speaks of a requirement, so that its single obligations are looked for there.
const SPEAKS_OF_WHOLE: f64 = 0.25;

/// What one document gave. It holds all that the conclusion needs, so that the document itself can be dropped.
#[derive(Clone, Serialize, Deserialize)]
pub struct DocumentObservations {
    /// Kind of the document.
    pub kind: DocumentKind,
    /// One per constraint of which the document speaks.
    pub observations: Vec<Observation>,
}

/// Files chosen by their names, per planned clause.
pub struct Selection {
    /// For each planned clause, in order.
    pub candidates: Vec<Vec<Candidate>>,
}

/// Everything compiled for one review. Shared by threads.
pub struct Engine {
    catalog: Arc<Catalog>,
    chosen: Chosen,
    places: Vec<Place>,
    requirements: Vec<Requirement>,
    vocabulary: Vocabulary,
    concepts: ConceptMatcher,
    speech: SpeechPatterns,
    kinds: KindPatterns,
    signals: Signals,
    /// Words of the vetoes that are left out: to measure what each of them buys.
    left_out: Vec<String>,
}

/// Where a planned clause and the entry that judges it stand in the catalog: standard and clause by position.
#[derive(Clone, Copy)]
struct Place {
    reported: (usize, usize),
    judging: (usize, usize),
}

impl Engine {
    /// Compiles a review of the chosen clauses. A standard that is named more than once counts once.
    ///
    /// # Errors
    /// An unknown standard or profile.
    pub fn new(catalog: Arc<Catalog>, chosen: Chosen) -> Result<Self, BadChoice> {
        let chosen = chosen.without_repeats();
        let clauses = plan(&catalog, &chosen)?;
        let places = clauses.iter().filter_map(|c| place(&catalog, c)).collect();
        let asked_for = concepts_asked_for(&clauses);
        let concepts = ConceptMatcher::compile_for(&catalog.lexicon, |concept| asked_for.contains(concept));
        let texts: Vec<String> =
            clauses.iter().flat_map(|c| c.judging.constraints.iter().map(|k| fold(&requirement_text(c.judging, k)))).collect();
        let vocabulary = Vocabulary::new(texts.iter().map(String::as_str), &catalog.lexicon.synonyms);
        let mut requirements = Vec::new();
        for (clause_index, clause) in clauses.iter().enumerate() {
            for (constraint_index, constraint) in clause.judging.constraints.iter().enumerate() {
                if constraint.retired.is_none() {
                    requirements.push(Requirement::compile(clause_index, constraint_index, clause.judging, constraint, &vocabulary));
                }
            }
        }
        let signals = Signals::compile(&catalog);
        drop(clauses);
        Ok(Self {
            catalog,
            chosen,
            places,
            requirements,
            vocabulary,
            concepts,
            speech: SpeechPatterns::new(),
            kinds: KindPatterns::new(),
            signals,
            left_out: Vec::new(),
        })
    }

    /// The same engine without some vetoes, named by their words in `review.json` (all kinds of document by
    /// `kind of document`): for measuring what each of them buys, never for a review.
    #[must_use]
    pub fn without(mut self, vetoes: &[&str]) -> Self {
        self.left_out = vetoes.iter().map(|word| (*word).to_owned()).collect();
        self
    }

    /// The clauses that the review answers.
    #[must_use]
    pub fn clauses(&self) -> Vec<PlannedClause<'_>> {
        let at = |(standard, clause): (usize, usize)| &self.catalog.standards[standard].clauses[clause];
        self.places
            .iter()
            .map(|place| PlannedClause {
                standard: &self.catalog.standards[place.reported.0].id,
                reported: at(place.reported),
                judging: at(place.judging),
            })
            .collect()
    }

    /// Chooses files by their names. A name is a signal, never evidence.
    #[must_use]
    pub fn select(&self, inventory: &Inventory) -> Selection {
        let mut candidates: Vec<Vec<Candidate>> = vec![Vec::new(); self.places.len()];
        for file in &inventory.files {
            // Paths are unique, so only one file's own roles can repeat: no need to search the lists, which grow with the files.
            let mut seen = BTreeSet::new();
            for (clause, role, strength) in self.roles(file) {
                if seen.insert((clause, role.clone())) {
                    candidates[clause].push(Candidate { path: file.path.clone(), signal: role, strength });
                }
            }
        }
        for list in &mut candidates {
            list.sort_by(|a, b| b.strength.cmp(&a.strength).then_with(|| a.path.cmp(&b.path)).then_with(|| a.signal.cmp(&b.signal)));
        }
        Selection { candidates }
    }

    /// Planned clauses, roles and strengths that a file's name signals.
    fn roles(&self, file: &SourceFile) -> Vec<(usize, String, crate::catalog::EvidenceStrength)> {
        let mut roles = Vec::new();
        let clauses = self.clauses();
        for hit in self.signals.matches(&fold_name(file.name())) {
            for (index, clause) in clauses.iter().enumerate() {
                let judges = clause.judging.number == hit.clause.clause
                    && clause.judging.signals.get(hit.signal).is_some()
                    && is_of(clause, &hit.clause.standard);
                if judges && let Some(signal) = clause.judging.signals.get(hit.signal) {
                    roles.push((index, signal.role.clone(), signal.strength));
                }
            }
        }
        roles
    }

    /// Finds and judges everything in one document. Pure: the same document gives the same observations, whatever
    /// other files there are.
    #[must_use]
    pub fn examine(&self, file: &SourceFile, document: &Document) -> DocumentObservations {
        let mut reading = self.reader().read(file.name(), document);
        self.kinds.mark(&mut reading, document);
        let (kind, kind_by) = self.kinds.kind(&reading, document);
        if kind == DocumentKind::Plan {
            // "Planned activities" is what a plan is made of.
            reading.sections.iter_mut().for_each(|section| section.is_intent = false);
        }
        let reading = reading;
        let status = if lies_among_superseded(&file.path) {
            DeclaredStatus::Obsolete
        } else {
            self.kinds.status(&reading, document, &self.concepts)
        };
        let is_partly_blank = blank_share(&reading) >= PARTLY_BLANK || is_named_template(&reading);
        let mut roles: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for (clause, role, _) in self.roles(file) {
            roles.entry(clause).or_default().push(role);
        }
        let mut examined = Examined {
            file,
            document,
            reading: &reading,
            kind,
            kind_by,
            status,
            is_partly_blank,
            roles: Vec::new(),
            concepts: &self.concepts,
            left_out: &self.left_out,
        };
        let mut observations: Vec<Observation> = Vec::new();
        // What the document is worth for a requirement of which the following are parts, if it speaks of it.
        let mut whole: Option<Score> = None;
        for requirement in &self.requirements {
            examined.roles = roles.get(&requirement.clause_index).cloned().unwrap_or_default();
            if requirement.is_part {
                let Some(whole) = whole else { continue };
                observations.extend(judge(requirement, &examined, &self.catalog.lexicon).map(|part| part.worth_at_most(whole)));
            } else {
                let seen = judge(requirement, &examined, &self.catalog.lexicon);
                whole = seen.as_ref().filter(|o| o.components.finder.value() >= SPEAKS_OF_WHOLE).map(|o| o.score);
                observations.extend(seen);
            }
        }
        if !self.left_out.iter().any(|word| *word == Veto::OffTopic.word()) {
            cap_what_is_off_topic(&mut observations, &self.requirements);
        }
        DocumentObservations { kind, observations }
    }

    /// Draws the conclusions. `observations` are those of all read documents in order of path; `ledger` is sorted by
    /// path.
    #[must_use]
    pub fn conclude(
        &self,
        source: SourceIdentity,
        is_complete: bool,
        ledger: Vec<LedgerEntry>,
        selection: Selection,
        observations: &[DocumentObservations],
    ) -> Assessment {
        // Also a file that was read in part (its line says so) may hold what was not found.
        let unreadable: Vec<&str> =
            ledger.iter().filter(|l| l.status != LedgerStatus::Read || l.reason.is_some()).map(|l| l.path.as_str()).collect();
        let any_read = ledger.iter().any(|l| l.status == LedgerStatus::Read);
        let examination = Examination { is_complete, any_read, any_file: !ledger.is_empty() };
        let mut of_clause: Vec<Vec<&Observation>> = vec![Vec::new(); self.places.len()];
        for observation in observations.iter().flat_map(|d| &d.observations) {
            of_clause[observation.clause_index].push(observation);
        }
        let mut findings: Vec<Finding> = self
            .clauses()
            .iter()
            .zip(&of_clause)
            .zip(selection.candidates)
            .map(|((clause, observations), candidates)| conclude(clause, observations, candidates, &unreadable, examination))
            .collect();
        self.defer_to_deciding_clauses(&mut findings);
        Assessment {
            schema: SCHEMA.to_owned(),
            engine: ENGINE.to_owned(),
            catalog: self.catalog.identity.clone(),
            source,
            chosen: self.chosen.clone(),
            complete: is_complete,
            ledger,
            findings,
        }
    }

    /// A constraint that another clause decides is never rated above that clause.
    fn defer_to_deciding_clauses(&self, findings: &mut [Finding]) {
        let statuses: BTreeMap<(String, String), Verdict> =
            findings.iter().map(|f| ((f.standard.clone(), f.clause.clone()), f.status)).collect();
        for (finding, clause) in findings.iter_mut().zip(self.clauses()) {
            let entries = clause.judging.constraints.iter().filter(|c| c.retired.is_none());
            for (constraint, entry) in finding.constraints.iter_mut().zip(entries) {
                let Modal::SeeClause(number) = &entry.modal else { continue };
                let Some(status) = statuses.get(&(finding.standard.clone(), number.clone())) else { continue };
                if constraint.verdict > *status {
                    constraint.verdict = *status;
                    constraint.components.because = format!("Clause {number} decides this: {}.", status.in_words().to_lowercase());
                }
            }
        }
    }

    /// The requirement of a constraint of a planned clause.
    pub(super) fn requirement(&self, clause_index: usize, constraint_index: usize) -> Option<&Requirement> {
        self.requirements.iter().find(|r| r.clause_index == clause_index && r.constraint_index == constraint_index)
    }

    /// Reads documents with this engine's vocabulary.
    pub(super) fn reader(&self) -> Reader<'_> {
        Reader { vocabulary: &self.vocabulary, concepts: &self.concepts, speech: &self.speech }
    }

    /// Concepts and negatives.
    pub(super) fn concepts(&self) -> &ConceptMatcher {
        &self.concepts
    }

    /// Names of concepts.
    pub(super) fn lexicon(&self) -> &Lexicon {
        &self.catalog.lexicon
    }
}

/// The concepts that the constraints of these clauses name.
fn concepts_asked_for(clauses: &[PlannedClause<'_>]) -> ConceptSet {
    clauses
        .iter()
        .flat_map(|clause| &clause.judging.constraints)
        .flat_map(|c| {
            let cues = c.hit.iter().flat_map(|cue| cue.all.iter().chain(&cue.about));
            cues.chain(&c.require_any).chain(c.table.iter().flat_map(|table| &table.columns))
        })
        .copied()
        .collect()
}

/// The positions of a planned clause. Both clauses are references into the catalog, so they are found there.
fn place(catalog: &Catalog, planned: &PlannedClause<'_>) -> Option<Place> {
    let position = |wanted: &Clause| {
        catalog
            .standards
            .iter()
            .enumerate()
            .find_map(|(standard, s)| s.clauses.iter().position(|c| std::ptr::eq(c, wanted)).map(|clause| (standard, clause)))
    };
    Some(Place { reported: position(planned.reported)?, judging: position(planned.judging)? })
}

/// Whether the entry that judges a clause belongs to that standard.
fn is_of(clause: &PlannedClause<'_>, standard: &str) -> bool {
    clause.reported.judged_by.as_ref().map_or(clause.standard == standard, |to| to.standard == standard)
}
