//! The judge: whether a document meets one constraint. Rules, not a threshold on similarity: the concepts must stand
//! together, in the right kind of document, in language that obliges, states or reports, and without a veto.

use serde::{Deserialize, Serialize};

use crate::assessment::examined::Examined;
use crate::assessment::find::{Finder, Passage, is_pair, is_quotable};
use crate::assessment::graded::{Graded, grade, settle};
use crate::assessment::quoting::quote;
use crate::assessment::reading::{Form, Reading, Section};
use crate::assessment::requirement::{Cue, Requirement};
use crate::assessment::sparse_column::rests_on_a_sparse_column;
use crate::assessment::speech::Manner;
use crate::assessment::table::judge_table;
use crate::assessment::veto::{self, Veto};
use crate::assessment::{Components, Evidence, FoundBy, Score, Verdict};
use crate::catalog::{ConceptSet, Lexicon, Window};

/// Relevance from which a derived requirement can be supported: document and section are about it.
const SUPPORTED_RELEVANCE: f64 = 0.5;
/// Relevance from which a passage is weak evidence for a requirement of the user's own.
const WEAK_RELEVANCE: f64 = 0.33;
/// The same for a clause of ours without a full entry. It can never be rated higher, so a topic that is named is told.
const WEAK_RELEVANCE_OF_STRUCTURE: f64 = 0.28;
/// Coverage from which a passage says one obligation of a requirement that is spoken of there, and from which it touches it.
const PART_COVERAGE: (f64, f64) = (0.6, 0.35);
/// Coverage by the passage's own words below which it says nothing of the requirement.
const OWN_COVERAGE: f64 = 0.12;
/// Telling words that a section has at least whose text supports a derived requirement.
const BODY_WORDS: u32 = 12;

/// Coverage of a section that names every concept of a cue, though not together.
const APART_COVERAGE: f64 = 0.34;
/// Coverage of a passage that is shown though it does not count.
const NEAR_COVERAGE: f64 = 0.25;
/// Hits graded per document and cue, and hints below a fitting heading; a page that repeats itself a thousand times
/// proves no more. Hints are counted by themselves, so that they crowd out no hit.
const HITS: usize = 300;
/// See [`HITS`].
const HINTS: usize = 20;
/// Passages tried for a quote.
const TRIES: usize = 20;
/// Finder's score from which a denial is about the same thing.
const CONTRADICTION: f64 = 0.3;
/// Highest score of what cannot be quoted.
const UNQUOTED_SCORE: f64 = 0.1;
/// Quotes kept per document and constraint.
const QUOTES: usize = 3;

/// One thing seen in one document for one constraint.
#[derive(Clone, Serialize, Deserialize)]
pub struct Observation {
    /// Position of the clause among those judged.
    pub clause_index: usize,
    /// Position of the constraint within it.
    pub constraint_index: usize,
    /// What it amounts to; never `NotAssessable`.
    pub verdict: Verdict,
    /// Score behind it.
    pub score: Score,
    /// What it is made of.
    pub components: Components,
    /// Where the best passage stands, as the beginning of a sentence.
    pub place: String,
    /// Whether what stands above it says what its cue is about; if not, the document must be about the clause.
    pub has_subject: bool,
    /// Quotes, best first; of a verdict below weak at most the nearest passage, which does not count.
    pub evidence: Vec<Evidence>,
    /// The best passage that denies it.
    pub contradiction: Option<Evidence>,
}

impl Observation {
    /// The observation of one obligation, which is worth no more than what its document shows of the whole requirement.
    #[must_use]
    pub fn worth_at_most(mut self, whole: Score) -> Self {
        let capped = |score: Score| Score::new(score.value().min(whole.value()));
        self.score = capped(self.score);
        for evidence in &mut self.evidence {
            evidence.strength = capped(evidence.strength);
        }
        self
    }
}

/// Judges one constraint by one document. `None`: the document does not speak of it at all.
#[must_use]
pub fn judge(requirement: &Requirement, examined: &Examined<'_>, lexicon: &Lexicon) -> Option<Observation> {
    let reading = examined.reading;
    if !requirement.require_any.is_empty() && !reading.all_concepts.contains_any(&requirement.require_any) {
        return None;
    }
    let mut of_document = veto::of_document(examined.kind, examined.status, &requirement.kinds);
    if examined.is_partly_blank {
        of_document.push(Veto::PartlyBlank);
    }
    if requirement.is_capped {
        of_document.push(Veto::StructureOnly);
    }
    // Nothing to find where no word and no concept of the requirement stands.
    if !may_speak_of(requirement, reading) {
        return None;
    }
    let finder = Finder::new(reading, &requirement.query);
    let mut graded = if requirement.is_derived() {
        judge_by_words(requirement, reading, &finder)
    } else {
        judge_by_cues(requirement, examined, &finder)
    };
    if let Some(demand) = &requirement.table {
        graded.extend(judge_table(demand, requirement, examined, &finder));
    }
    for grade in &mut graded {
        grade.vetoes.extend(of_document.iter().copied());
        if !examined.left_out.is_empty() {
            grade.vetoes.retain(|veto| !examined.left_out.iter().any(|word| veto.word().starts_with(word.as_str())));
        }
        settle(grade);
    }
    graded.sort_by(|a, b| b.verdict.cmp(&a.verdict).then(b.score.total_cmp(&a.score)).then(a.passage.first.cmp(&b.passage.first)));
    observation(requirement, examined, &graded, lexicon)
}

/// Whether a document holds what every way of meeting the requirement needs: all concepts of a cue or a table, or words.
fn may_speak_of(requirement: &Requirement, reading: &Reading) -> bool {
    requirement.is_derived()
        || requirement.cues.iter().any(|cue| reading.all_concepts.contains_all(&cue.all) && reading.all_concepts.contains_all(&cue.about))
        // What a header cell says alone, its whole row may not.
        || (requirement.table.is_some() && reading.units.iter().any(|u| u.form == Form::HeaderRow))
}

/// Full entries: a cue must be met.
fn judge_by_cues(requirement: &Requirement, examined: &Examined<'_>, finder: &Finder<'_>) -> Vec<Graded> {
    let reading = examined.reading;
    let mut graded = Vec::new();
    let lacks = |cue: &Cue| cue.all.iter().chain(&cue.about).filter(|c| !reading.all_concepts.contains(**c)).count();
    for cue in requirement.cues.iter().filter(|cue| lacks(cue) == 0) {
        let (mut hits, mut from_heading) = (0, 0);
        for first in 0..reading.units.len() {
            let unit = &reading.units[first];
            if !is_quotable(reading, unit) || !(cue.all.is_empty() || unit.concepts.contains_any(&cue.all)) {
                continue;
            }
            if hits == HITS {
                break;
            }
            if let Some(last) = meets(cue, reading, first) {
                let mut hit = grade(requirement, reading, finder, first, last, Verdict::Supported);
                // A passage that names its own subject may do so in passing: then the document must be about the clause.
                hit.has_subject = !cue.about.is_empty() && above(reading, first).contains_all(&cue.about);
                if matches!(unit.form, Form::Row { .. }) && !cue.about.is_empty() && !hit.has_subject {
                    hit.vetoes.push(Veto::OffTopic);
                }
                if last == first && rests_on_a_sparse_column(cue, examined, first) {
                    hit.vetoes.push(Veto::SparseColumn);
                }
                if requirement.table.is_none() && is_bare_fragment(reading, &hit) {
                    hit.vetoes.push(Veto::Fragment);
                }
                // What one unit says too little of, the sentence after it may say.
                if hit.vetoes.contains(&Veto::Fragment) && last == first && is_pair(reading, first, first + 1) {
                    let mut pair = grade(requirement, reading, finder, first, first + 1, Verdict::Supported);
                    pair.has_subject = hit.has_subject;
                    if !is_bare_fragment(reading, &pair) {
                        graded.push(pair);
                    }
                }
                graded.push(hit);
                hits += 1;
            } else if from_heading < HINTS && is_met_with_heading(cue, reading, first) {
                let mut near = grade(requirement, reading, finder, first, first, Verdict::Weak);
                near.vetoes.push(Veto::Apart);
                graded.push(near);
                from_heading += 1;
            }
        }
    }
    if graded.iter().all(|g| g.vetoes.iter().any(|v| v.cancels())) {
        graded.extend(near_misses(requirement, reading, finder));
    }
    graded
}

/// The last unit of the window that begins at `first` and meets the cue by its own words and its context, if one does.
fn meets(cue: &Cue, reading: &Reading, first: usize) -> Option<usize> {
    let unit = &reading.units[first];
    let own = unit.concepts;
    let context = match unit.form {
        Form::ListItem { lead_in: Some(other) } | Form::Row { header: Some(other) } => reading.units.get(other),
        _ => None,
    };
    let above = above(reading, first);
    let fits = |concepts: &ConceptSet, last: usize| {
        cue.is_met(concepts, &concepts.union(&above), |pattern| (first..=last).any(|u| reading.units[u].says(pattern)))
    };
    if fits(&own, first) {
        return Some(first);
    }
    if let Some(context) = context
        && fits(&own.union(&context.concepts), first)
    {
        return Some(first);
    }
    if is_pair(reading, first, first + 1) && fits(&own.union(&reading.units[first + 1].concepts), first + 1) {
        return Some(first + 1);
    }
    // A row stands for itself: its neighbours speak of other things.
    if cue.within == Window::Paragraph && !matches!(unit.form, Form::Row { .. }) {
        let mut concepts = own;
        let mut last = first;
        while last + 1 < reading.units.len()
            && matches!(reading.units[last + 1].form, Form::Sentence | Form::ListItem { .. })
            && is_quotable(reading, &reading.units[last + 1])
            && reading.units[last + 1].section == unit.section
            && reading.units[last + 1].block - unit.block <= 1
            && last - first < 5
        {
            last += 1;
            concepts = concepts.union(&reading.units[last].concepts);
            if fits(&concepts, last) {
                return Some(last);
            }
        }
    }
    None
}

/// What stands above a unit and says what it is about: title and name, headings, and its lead-in or table header.
fn above(reading: &Reading, first: usize) -> ConceptSet {
    let unit = &reading.units[first];
    let above = reading.sections[unit.section].path_concepts.union(&reading.title_concepts);
    match unit.form {
        Form::ListItem { lead_in: Some(other) } | Form::Row { header: Some(other) } => {
            reading.units.get(other).map_or(above, |context| above.union(&context.concepts))
        }
        _ => above,
    }
}

/// Whether the section's own heading names the one concept that the unit lacks: "Threat scoring", then "Each one is
/// rated with CVSS". A hint only, never more than weak: what remains may be one common word.
fn is_met_with_heading(cue: &Cue, reading: &Reading, first: usize) -> bool {
    let unit = &reading.units[first];
    let missing = || cue.all.iter().filter(|c| !unit.concepts.contains(**c)).count();
    let has_pattern = || cue.any.is_empty() || cue.any.iter().any(|p| unit.says(p));
    let with_heading = || unit.concepts.union(&reading.sections[unit.section].heading_concepts);
    // What costs most comes last.
    cue.all.len() >= 2 && missing() == 1 && with_heading().contains_all(&cue.all) && has_pattern()
}

/// A title or keyword: no verb, no `name: value`, no number.
fn is_bare_fragment(reading: &Reading, hit: &Graded) -> bool {
    let units = &reading.units[hit.passage.first..=hit.passage.last];
    // Below a heading or a lead-in, an item need not repeat the verb.
    let is_listed = matches!(units[0].form, Form::Row { .. } | Form::ListItem { .. });
    let says_value = units.iter().any(|u| u.folded.contains(": ") || u.folded.contains(|c: char| c.is_ascii_digit()));
    hit.manner <= Manner::Fragment && !is_listed && !says_value
}

/// Sections that name every concept of a cue, though not together: weak evidence at most.
fn near_misses(requirement: &Requirement, reading: &Reading, finder: &Finder<'_>) -> Vec<Graded> {
    let mut graded = Vec::new();
    let names_all = |section: &Section| {
        let named = section.concepts.union(&section.path_concepts);
        requirement.cues.iter().any(|cue| cue.all.len() >= 2 && named.contains_all(&cue.all))
    };
    // Most documents have no such section, and finding passages costs far more than seeing that.
    if !reading.sections.iter().any(names_all) {
        return graded;
    }
    for found in finder.find() {
        if found.coverage >= APART_COVERAGE && names_all(&reading.sections[found.section]) {
            let mut near = grade(requirement, reading, finder, found.first, found.last, Verdict::Weak);
            near.vetoes.push(Veto::Apart);
            graded.push(near);
        }
    }
    graded
}

/// Structure and imported requirements: the document and the section must be about it, and a passage must say it.
fn judge_by_words(requirement: &Requirement, reading: &Reading, finder: &Finder<'_>) -> Vec<Graded> {
    let weak = if requirement.is_capped { WEAK_RELEVANCE_OF_STRUCTURE } else { WEAK_RELEVANCE };
    let mut graded = Vec::new();
    for found in finder.find() {
        let says_something = found.own_coverage >= OWN_COVERAGE;
        let has_body = reading.sections[found.section].word_count >= BODY_WORDS;
        if requirement.is_part {
            let (said, touched) = PART_COVERAGE;
            let verdict = match found.coverage {
                c if c >= said && says_something => Verdict::Supported,
                c if c >= touched && says_something => Verdict::Weak,
                _ => Verdict::NotFound,
            };
            graded.push(grade(requirement, reading, finder, found.first, found.last, verdict));
            continue;
        }
        let verdict = if found.finder >= SUPPORTED_RELEVANCE && found.is_headed && says_something && has_body {
            Verdict::Supported
        } else if found.finder >= weak && says_something {
            Verdict::Weak
        } else {
            Verdict::NotFound
        };
        let mut one = grade(requirement, reading, finder, found.first, found.last, verdict);
        if is_bare_fragment(reading, &one) {
            one.vetoes.push(Veto::Fragment);
        }
        // A requirement that itself asks for a scope is answered there.
        if reading.sections[found.section].is_introductory && !requirement.asks_for_scope {
            one.vetoes.push(Veto::Introductory);
        }
        if (found.first..=found.last).any(|u| requirement.is_repeated_by(&reading.units[u].folded)) {
            one.vetoes.push(Veto::QuotesStandard);
        }
        graded.push(one);
    }
    graded
}

/// Whether a passage that does not count comes near enough to be shown.
fn is_near(graded: &Graded) -> bool {
    graded.passage.coverage >= NEAR_COVERAGE && !graded.vetoes.iter().any(|v| v.cancels())
}

/// Makes the observation from the graded passages, best first.
fn observation(requirement: &Requirement, examined: &Examined<'_>, graded: &[Graded], lexicon: &Lexicon) -> Option<Observation> {
    let mut best = graded.first()?;
    let best_verdict = best.verdict;
    let mut evidence: Vec<Evidence> = Vec::new();
    // Where nothing counts, the nearest passage is shown all the same, so that a reader can see what was passed by;
    // not so what a veto cancelled.
    let is_shown = |g: &&Graded| g.verdict >= Verdict::Weak || (best_verdict < Verdict::Weak && is_near(g));
    let quotes = if best_verdict >= Verdict::Weak { QUOTES } else { 1 };
    for one in graded.iter().filter(is_shown).take(TRIES) {
        if evidence.len() == quotes {
            break;
        }
        let Some((quote, locator)) = quote(examined.document, examined.reading, one.passage.first, one.passage.last) else { continue };
        if evidence.iter().any(|e| e.quote == quote.as_str()) {
            continue;
        }
        // What is said of the constraint is said of the passage that is quoted for it.
        if evidence.is_empty() {
            best = one;
        }
        evidence.push(quoted(examined, quote.as_str(), locator, one.score));
    }
    let denies = |g: &&Graded| g.vetoes.contains(&Veto::Negation) && g.passage.finder >= CONTRADICTION;
    let contradiction = graded.iter().filter(denies).find_map(|one| {
        let (quote, locator) = quote(examined.document, examined.reading, one.passage.first, one.passage.last)?;
        Some(quoted(examined, quote.as_str(), locator, one.score))
    });
    // No quote, no "supported".
    let (verdict, score) =
        if evidence.is_empty() { (Verdict::NotFound, best.score.min(UNQUOTED_SCORE)) } else { (best.verdict, best.score) };
    let (met, missed) = parts(requirement, examined.reading, &best.passage, lexicon);
    Some(Observation {
        clause_index: requirement.clause_index,
        constraint_index: requirement.constraint_index,
        verdict,
        score: Score::new(score),
        has_subject: best.has_subject,
        place: place_in_words(examined, best),
        components: Components {
            finder: Score::new(best.passage.finder),
            found_by: Some(found_by(requirement, examined.reading, &best.passage)),
            met,
            missed,
            document_kind: Some(examined.kind.word().to_owned()),
            document_kind_by: Some(examined.kind_by.to_owned()),
            language: Some(best.manner.word().to_owned()),
            vetoes: best.vetoes.iter().map(|v| v.word()).collect(),
            because: because(examined, best, verdict),
        },
        evidence,
        contradiction,
    })
}

fn quoted(examined: &Examined<'_>, quote: &str, locator: crate::evidence::Locator, score: f64) -> Evidence {
    Evidence {
        path: examined.file.path.clone(),
        file_id: examined.file.file_id.clone(),
        locator,
        quote: quote.to_owned(),
        strength: Score::new(score),
    }
}

fn found_by(requirement: &Requirement, reading: &Reading, passage: &Passage) -> FoundBy {
    let named = reading.sections[passage.section].path_concepts.union(&reading.title_concepts);
    #[expect(clippy::cast_precision_loss, reason = "a cue has a handful of concepts")]
    let share = |cue: &Cue| {
        let all = cue.all.len() + cue.about.len();
        cue.all.iter().chain(&cue.about).filter(|c| named.contains(**c)).count() as f64 / all.max(1) as f64
    };
    FoundBy {
        concepts: Score::new(requirement.cues.iter().map(share).fold(0.0, f64::max)),
        section: Score::new(passage.parts.section),
        document: Score::new(passage.parts.document),
        subject: Score::new(passage.parts.subject),
        heading: Score::new(passage.parts.heading),
        coverage: Score::new(passage.coverage),
        own_coverage: Score::new(passage.own_coverage),
    }
}

/// Concepts (or words, for derived requirements) that the passage and its context hold, and those that they lack.
fn parts(requirement: &Requirement, reading: &Reading, passage: &Passage, lexicon: &Lexicon) -> (Vec<String>, Vec<String>) {
    let units = &reading.units[passage.first..=passage.last];
    let section = &reading.sections[passage.section];
    let mut concepts = units.iter().fold(section.path_concepts, |all, u| all.union(&u.concepts));
    if let Form::ListItem { lead_in: Some(other) } | Form::Row { header: Some(other) } = units[0].form {
        concepts = concepts.union(&reading.units[other].concepts);
    }
    if requirement.is_derived() {
        let holds = |t: &&crate::assessment::requirement::QueryTerm| {
            units.iter().flat_map(|u| &u.terms).any(|other| *other == t.term || t.is_like(*other))
                || section.path_terms.share(t.term, 1.0) > 0.0
        };
        let (met, missed): (Vec<_>, Vec<_>) = requirement.query.terms.iter().partition(holds);
        return (met.iter().map(|t| t.word.clone()).collect(), missed.iter().map(|t| t.word.clone()).collect());
    }
    // Of several cues, the one that comes nearest.
    let demanded = requirement.cues.iter().map(|c| &c.all).chain(requirement.table.as_ref().map(|t| &t.columns));
    let nearest = demanded.max_by_key(|all| (all.iter().filter(|c| concepts.contains(**c)).count() * 100) / all.len().max(1));
    let name = |c: &crate::catalog::ConceptId| lexicon.names.get(c.0).map(|name| in_words(name)).unwrap_or_default();
    let (met, missed): (Vec<_>, Vec<_>) = nearest.into_iter().flatten().partition(|c| concepts.contains(**c));
    (met.into_iter().map(name).collect(), missed.into_iter().map(name).collect())
}

/// A concept's name as a reader of the report may see it: without the letters of the lexicon's part that it comes from.
fn in_words(name: &str) -> String {
    let own = name.split_once('_').filter(|(part, _)| part.len() == 2).map_or(name, |(_, own)| own);
    own.replace('_', " ")
}

/// Where a passage stands, as the beginning of a sentence.
fn place_in_words(examined: &Examined<'_>, best: &Graded) -> String {
    let place = examined
        .document
        .blocks
        .get(examined.reading.units[best.passage.first].block)
        .map(|b| b.locator.in_words())
        .filter(|p| !p.is_empty());
    let file = &examined.file.path;
    place.map_or_else(|| format!("The best passage, in {file},"), |p| format!("The best passage, in {file} ({p}),"))
}

/// One sentence for the report.
fn because(examined: &Examined<'_>, best: &Graded, verdict: Verdict) -> String {
    let place = place_in_words(examined, best);
    // The reason for nothing is what cancels; the reason for weak is what caps.
    let veto = best.vetoes.iter().find(|v| v.cancels() == (verdict == Verdict::NotFound));
    match (verdict, veto) {
        (Verdict::Supported, _) => match best.manner {
            Manner::Done => format!("{place} reports that it was done."),
            Manner::Obligation => format!("{place} obliges somebody to do it."),
            Manner::Statement | Manner::Fragment | Manner::Mention => format!("{place} states it."),
        },
        (_, Some(veto)) => format!("{place} {}.", veto.in_words()),
        (Verdict::Weak, None) => format!("{place} speaks of it, but leaves out part of what is asked."),
        (Verdict::NotFound | Verdict::NotAssessable, None) => format!("{place} touches the topic only."),
    }
}
