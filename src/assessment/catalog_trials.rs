//! The catalog's passages tried beyond their own constraint: whether a passage leaks into other entries, and whether it
//! falls when it is no longer a statement.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::assessment::background::Background;
use crate::assessment::passage_check::PassageChecker;
use crate::assessment::{PlannedClause, Verdict};
use crate::catalog::{Catalog, ConceptId, ConceptSet, Constraint, PassingPassage, Stage, fold};

/// Texts put before a passage that take its statement away, in English and German: a field to be filled, a denial.
const MUTATIONS: [(&str, [&str; 2]); 2] = [
    ("with a placeholder before it", ["TBD: ", "Noch zu ergänzen: "]),
    ("with a denial before it", ["Not done so far: ", "Bisher nicht umgesetzt: "]),
];

/// Words are frequent from here on the Zipf scale: three in a hundred thousand.
const FREQUENT: f64 = 4.5;
/// Letters of a frequent word's stem that a term leaves over at least for the word to be another: shorter ones are endings.
const OTHER_LETTERS: usize = 4;

/// Passing passages of one standard that support entries of another (or of the same).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Leaks {
    /// Pairs of a passage and a foreign clause that it supports as a whole.
    pub found: usize,
    /// Pairs that were tried.
    pub tried: usize,
}

/// A passage that still passes though it should not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmoved {
    /// `standard/clause#constraint`.
    pub constraint: String,
    /// What was done to it: "with a denial before it".
    pub mutation: &'static str,
    /// The passage.
    pub text: String,
}

/// What the trials gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CatalogTrials {
    /// By the standard of the passage and the standard of the foreign clauses.
    pub leaks: BTreeMap<(String, String), Leaks>,
    /// Mutated passages that were tried.
    pub mutated: usize,
    /// Passages with one concept taken out.
    pub removals: Removals,
    /// Passages that still pass.
    pub unmoved: Vec<Unmoved>,
}

/// Passing passages from which one concept of their constraint was taken out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Removals {
    /// Pairs of a passage and a concept that it names.
    pub tried: usize,
    /// Those that do not pass without it. The others meet a second cue, or say the same in other words.
    pub fallen: usize,
    /// Passages that were tried.
    pub passages: usize,
    /// Those that no single concept makes fall, because they meet two cues that share none.
    pub held_twice: usize,
}

impl CatalogTrials {
    /// These and those of another part.
    #[must_use]
    pub fn joined(mut self, other: Self) -> Self {
        for (pair, leaks) in other.leaks {
            let sum = self.leaks.entry(pair).or_default();
            sum.found += leaks.found;
            sum.tried += leaks.tried;
        }
        self.mutated += other.mutated;
        self.removals.tried += other.removals.tried;
        self.removals.fallen += other.removals.fallen;
        self.removals.passages += other.removals.passages;
        self.removals.held_twice += other.removals.held_twice;
        self.unmoved.extend(other.unmoved);
        self
    }
}

impl PassageChecker {
    /// How many full entries can be tried.
    #[must_use]
    pub fn full_entries(&self) -> usize {
        self.clauses().iter().filter(|clause| is_full(clause)).count()
    }

    /// Concepts a term of which is part of a frequent word that means something else, most of it: "rest" in "interest", "stand" at the
    /// beginning of "standard". Each with those words. A term that is meant to take whole families ("verif…") is not told: what follows
    /// it is an ending.
    #[must_use]
    pub fn terms_in_other_words(&self, catalog: &Catalog) -> Vec<(String, Vec<&'static str>)> {
        let concepts = self.concepts();
        let mut told: BTreeMap<ConceptId, Vec<&'static str>> = BTreeMap::new();
        for word in Background::tables().frequent(FREQUENT) {
            for concept in concepts.concepts(word).iter() {
                let Some(place) = concepts.place(word, concept) else { continue };
                if place.start >= OTHER_LETTERS || word.len() - place.end >= OTHER_LETTERS {
                    told.entry(concept).or_default().push(word);
                }
            }
        }
        told.into_iter().filter_map(|(ConceptId(index), words)| Some((catalog.lexicon.names.get(index)?.clone(), words))).collect()
    }

    /// Tries the passing passages of some full entries, by their positions among all of them, against every other full
    /// entry, and mutated against their own. Parts can be tried by several threads and joined.
    #[must_use]
    pub fn trials(&self, part: Range<usize>) -> CatalogTrials {
        let clauses = self.clauses();
        let full: Vec<usize> = (0..clauses.len()).filter(|c| is_full(&clauses[*c])).collect();
        let own = full.get(part.start.min(full.len())..part.end.min(full.len())).unwrap_or_default();
        self.trials_of(own, &full)
    }

    fn trials_of(&self, own: &[usize], full: &[usize]) -> CatalogTrials {
        let clauses = self.clauses();
        let mut trials = CatalogTrials::default();
        for clause in own {
            let planned = &clauses[*clause];
            for (constraint, entry) in planned.judging.constraints.iter().enumerate().filter(|(_, c)| c.retired.is_none()) {
                let id = format!("{}/{}#{}", planned.standard, planned.reported.number, entry.id);
                for passage in &entry.tests.pass {
                    self.try_leaks(passage, *clause, full, &clauses, &mut trials);
                    self.try_mutations(passage, (*clause, constraint), &id, &mut trials);
                    self.try_removals(passage, (*clause, constraint), entry, &id, &mut trials);
                }
            }
        }
        trials
    }

    fn try_leaks(&self, passage: &PassingPassage, own: usize, full: &[usize], clauses: &[PlannedClause<'_>], trials: &mut CatalogTrials) {
        let supported = self.supported_clauses(passage, full);
        for other in full.iter().filter(|other| **other != own) {
            let pair = (clauses[own].standard.to_owned(), clauses[*other].standard.to_owned());
            let leaks = trials.leaks.entry(pair).or_default();
            leaks.tried += 1;
            leaks.found += usize::from(supported.contains(other));
        }
    }

    fn try_mutations(&self, passage: &PassingPassage, own: (usize, usize), id: &str, trials: &mut CatalogTrials) {
        for (mutation, [english, german]) in MUTATIONS {
            let before = if passage.lang.as_deref() == Some("de") { german } else { english };
            let mutated = PassingPassage { text: format!("{before}{}", first_sentence(&passage.text)), ..passage.clone() };
            trials.mutated += 1;
            if self.judged(own.0, own.1, &mutated) == Some(Verdict::Supported) {
                trials.unmoved.push(Unmoved { constraint: id.to_owned(), mutation, text: mutated.text });
            }
        }
    }

    /// Takes out of a passage, one after the other, each concept that its constraint asks for; without one of them at least it must fall.
    /// A passage that says enough for two cues needs a concept of each taken out. What passes without any holds something that asks
    /// for too little.
    fn try_removals(&self, passage: &PassingPassage, own: (usize, usize), entry: &Constraint, id: &str, trials: &mut CatalogTrials) {
        let concepts = self.concepts();
        let written = |(text, heading): &(String, Option<String>)| PassingPassage {
            text: as_sentences(text),
            heading: heading.clone(),
            ..passage.clone()
        };
        let passes = |changed: &(String, Option<String>)| self.judged(own.0, own.1, &written(changed)) == Some(Verdict::Supported);
        let folded = (fold(&passage.text), passage.heading.as_deref().map(fold));
        // A rule on tables asks for columns; and what only passes as it was written tells nothing when it is changed.
        if entry.hit.is_empty() || !passes(&folded) {
            return;
        }
        let without = |(text, heading): &(String, Option<String>), concept| {
            (concepts.without(text, concept), heading.as_deref().map(|heading| concepts.without(heading, concept)))
        };
        let named = concepts.concepts(&folded.0).union(&concepts.concepts(folded.1.as_deref().unwrap_or_default()));
        let met = entry.hit.iter().filter(|cue| named.contains_all(&cue.all) && named.contains_all(&cue.about));
        let asked: ConceptSet = met.flat_map(|cue| cue.all.iter().chain(&cue.about)).copied().collect();
        let asked: Vec<ConceptId> = asked.iter().collect();
        let fallen = asked.iter().filter(|concept| !passes(&without(&folded, **concept))).count();
        trials.removals.passages += 1;
        trials.removals.tried += asked.len();
        trials.removals.fallen += fallen;
        if fallen > 0 {
            return;
        }
        trials.removals.held_twice += 1;
        if passes(&asked.iter().fold(folded, |left, concept| without(&left, *concept))) {
            trials.unmoved.push(Unmoved { constraint: id.to_owned(), mutation: "without any of its concepts", text: passage.text.clone() });
        }
    }
}

/// Folded text with capitals where sentences begin, so that it is divided as it was before.
fn as_sentences(folded: &str) -> String {
    let mut begins = true;
    folded
        .chars()
        .map(|c| {
            let written = if begins && c.is_alphabetic() { c.to_ascii_uppercase() } else { c };
            begins = matches!(c, '.' | '!' | '?' | '\n') || (begins && !c.is_alphanumeric());
            written
        })
        .collect()
}

fn is_full(clause: &PlannedClause<'_>) -> bool {
    !matches!(clause.judging.status.stage, Stage::Structure | Stage::Imported)
}

/// Up to the end of the first sentence: what stands before a mutation speaks of no more.
fn first_sentence(text: &str) -> &str {
    [". ", "? ", "! ", "; ", ": "].iter().filter_map(|end| text.find(end)).min().map_or(text, |at| &text[..=at])
}
