//! The finder: ranks the sections and passages of one document for one requirement, by fielded BM25 over text,
//! headings, title and file name, and by how far the document's title speaks of the requirement. It only ranks; whether
//! a passage is evidence is the judge's business.

use std::cell::OnceCell;

use crate::assessment::reading::{Form, Reading, Section, Unit};
use crate::assessment::requirement::{Query, QueryTerm};
use crate::assessment::term_counts::{Occurrences, TermCounts};
use crate::assessment::terms::SubjectWord;

/// Saturation of term frequency in BM25.
const SATURATION: f64 = 0.9;
/// How far a text's length dampens its term frequencies.
const LENGTH_WEIGHT: f64 = 0.3;
/// Typical number of telling words in a section; a constant, since averages over a customer's documents would let one
/// file change another's score.
const TYPICAL_SECTION_WORDS: f64 = 90.0;
/// Typical number of telling words in a document; a constant for the same reason.
const TYPICAL_DOCUMENT_WORDS: f64 = 700.0;
/// What an occurrence in the section's own heading counts, in occurrences.
const HEADING_BOOST: f64 = 2.5;
/// What an occurrence in a parent heading counts.
const PATH_BOOST: f64 = 0.8;
/// What an occurrence in the document's title counts, for a section.
const TITLE_BOOST: f64 = 0.8;
/// What an occurrence in the file's name counts, for a section.
const NAME_BOOST: f64 = 0.6;
/// What an occurrence in title or name counts, for the document.
const DOCUMENT_TITLE_BOOST: f64 = 2.5;
/// What a word of the same family counts against the word itself.
const ALIKE: f64 = 0.4;
/// Occurrences of such words that count.
const ALIKE_OCCURRENCES: u32 = 3;
/// What a word of the same family is worth in a passage.
const ALIKE_IN_PASSAGE: f64 = 0.6;
/// What a title's word of the same family counts for the subject.
const SUBJECT_ALIKE: f64 = 0.7;
/// Shares of the parts in the finder's score: section, document, subject, heading, and the passage's coverage. Rounded
/// from a logistic regression that told covering documents from others, the same within a third on five authors'
/// documents (`tests/accuracy`).
const SHARES: [f64; 5] = [0.15, 0.35, 0.15, 0.15, 0.2];
/// What a word of the requirement's text counts for the subject, against one of its title.
const SUBJECT_TEXT: f64 = 0.5;
/// A term is weighty if it weighs this share of the weightiest.
pub const KEY_TERM: f64 = 0.6;
/// Sections looked at per document and requirement.
const SECTIONS: usize = 4;
/// Passages kept per section.
const PASSAGES: usize = 3;
/// What a second unit must add to a passage's coverage to be taken in.
const LENGTH_COST: f64 = 0.04;

/// A run of units of one section that speaks of a requirement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Passage {
    /// Section it stands in.
    pub section: usize,
    /// First unit.
    pub first: usize,
    /// Last unit.
    pub last: usize,
    /// What speaks for its section.
    pub parts: Parts,
    /// How well it matches, 0–1: document, section and passage together.
    pub finder: f64,
    /// Share of the requirement's weight that the passage and its headings hold, 0–1.
    pub coverage: f64,
    /// The same for the passage's own words.
    pub own_coverage: f64,
    /// Whether the section's own heading or the document's title names a weighty term.
    pub is_headed: bool,
}

/// What speaks for a section, each 0–1.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Parts {
    /// Words of the section and its headings.
    pub section: f64,
    /// Words of the document, its title and name.
    pub document: f64,
    /// How far title and name speak of the requirement and of nothing else.
    pub subject: f64,
    /// The same for the section's own heading, and how far it names the requirement's title.
    pub heading: f64,
}

/// Whether a unit can be shown as evidence at all.
#[must_use]
pub fn is_quotable(reading: &Reading, unit: &Unit) -> bool {
    !matches!(unit.form, Form::HeaderRow) && !reading.sections[unit.section].is_apparatus
}

/// One requirement's words in one document, ready to rank its sections and windows.
pub struct Finder<'a> {
    reading: &'a Reading,
    query: &'a Query,
    scores: OnceCell<Scores>,
}

/// What a whole document and its sections are worth for a requirement; counted only where a passage is asked for.
struct Scores {
    /// Of each section.
    sections: Vec<f64>,
    document: f64,
    subject: f64,
}

impl<'a> Finder<'a> {
    /// Makes it ready.
    #[must_use]
    pub fn new(reading: &'a Reading, query: &'a Query) -> Self {
        Self { reading, query, scores: OnceCell::new() }
    }

    fn scores(&self) -> &Scores {
        let (reading, query) = (self.reading, self.query);
        self.scores.get_or_init(|| Scores {
            sections: section_scores(reading, query),
            document: document_score(reading, query),
            subject: shared_subject(&reading.subject, query),
        })
    }

    /// The best passages, best first, a few per section.
    #[must_use]
    pub fn find(&self) -> Vec<Passage> {
        if self.query.total_weight <= 0.0 {
            return Vec::new();
        }
        let mut ranked: Vec<(usize, f64)> = self
            .scores()
            .sections
            .iter()
            .enumerate()
            .filter(|(s, score)| **score > 0.02 && !self.reading.sections[*s].units.is_empty() && !self.reading.sections[*s].is_apparatus)
            .map(|(s, score)| (s, *score))
            .collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        ranked.truncate(SECTIONS);
        let mut passages: Vec<Passage> = ranked.iter().flat_map(|(section, _)| self.best_passages(*section)).collect();
        passages.sort_by(|a, b| b.finder.total_cmp(&a.finder).then(a.first.cmp(&b.first)));
        passages
    }

    /// A given window as a passage.
    #[must_use]
    pub fn passage(&self, first: usize, last: usize) -> Passage {
        let section = self.reading.units[first].section;
        if self.query.total_weight <= 0.0 {
            let parts = Parts::default();
            return Passage { section, first, last, parts, finder: 0.0, coverage: 0.0, own_coverage: 0.0, is_headed: false };
        }
        let shares: Vec<Option<Shares>> = (first..=last).map(|u| shares(&self.reading.units[u], self.query)).collect();
        self.window(&self.around(section), first, last, &shares)
    }

    /// The best sentences, pairs, list items with lead-in, or rows with header of a section.
    fn best_passages(&self, section: usize) -> Vec<Passage> {
        let around = self.around(section);
        let units = self.reading.sections[section].units.clone();
        let mut shares: Vec<Option<Shares>> = units.clone().map(|u| shares(&self.reading.units[u], self.query)).collect();
        // The second of a pair may stand for itself too, and the last may have nobody to stand with.
        shares.push(None);
        let mut found: Vec<Passage> = Vec::new();
        for first in units.clone() {
            let at = first - units.start;
            if !is_quotable(self.reading, &self.reading.units[first]) {
                continue;
            }
            if shares[at].is_some() {
                found.push(self.window(&around, first, first, &shares[at..=at]));
            }
            if (shares[at].is_some() || shares[at + 1].is_some()) && is_pair(self.reading, first, first + 1) {
                found.push(self.window(&around, first, first + 1, &shares[at..=at + 1]));
            }
        }
        found.retain(|passage| passage.own_coverage > 0.0);
        found.sort_by(|a, b| b.finder.total_cmp(&a.finder).then(a.first.cmp(&b.first)).then(a.last.cmp(&b.last)));
        found.truncate(PASSAGES);
        found
    }

    /// What every window of a section shares.
    fn around(&self, number: usize) -> Around {
        let (reading, query) = (self.reading, self.query);
        let section = &reading.sections[number];
        let key_weight = query.terms.first().map_or(0.0, |t| t.weight * KEY_TERM);
        let names = |terms: &TermCounts| query.terms.iter().any(|t| t.weight >= key_weight && terms.share(t.term, 1.0) > 0.0);
        let of_term = |term: &QueryTerm| {
            (0.8 * section.heading_terms.share(term.term, ALIKE_IN_PASSAGE))
                .max(0.6 * section.path_terms.share(term.term, ALIKE_IN_PASSAGE))
                .max(0.5 * reading.title_terms.share(term.term, ALIKE_IN_PASSAGE))
                .max(0.3 * reading.name_terms.share(term.term, 0.0))
        };
        Around {
            section: number,
            parts: Parts {
                section: self.scores().sections[number],
                document: self.scores().document,
                subject: self.scores().subject,
                heading: heading_score(section, query),
            },
            is_headed: names(&section.heading_terms) || names(&reading.title_terms),
            shares: query.terms.iter().map(of_term).collect(),
        }
    }

    /// Scores a window, given what its units hold.
    fn window(&self, around: &Around, first: usize, last: usize, units: &[Option<Shares>]) -> Passage {
        let context = match self.reading.units[first].form {
            Form::ListItem { lead_in: Some(other) } | Form::Row { header: Some(other) } => self.reading.units.get(other),
            _ => None,
        };
        let context = context.and_then(|unit| shares(unit, self.query));
        let (mut own, mut whole) = (0.0, 0.0);
        for (position, term) in self.query.terms.iter().enumerate() {
            let share = units.iter().flatten().map(|unit| unit[position]).fold(0.0, f64::max);
            let beside = context.as_ref().map_or(0.0, |unit| 0.9 * unit[position]);
            own += term.weight * share;
            whole += term.weight * share.max(beside).max(around.shares[position]);
        }
        let own = (own / self.query.total_weight).min(1.0);
        let whole = (whole / self.query.total_weight).min(1.0);
        // A longer window must earn its length.
        let cost = if last == first { 0.0 } else { LENGTH_COST };
        let parts = around.parts;
        let sum = [parts.section, parts.document, parts.subject, parts.heading, (whole - cost).max(0.0)];
        let finder = sum.iter().zip(SHARES).map(|(part, share)| part * share).sum();
        Passage { section: around.section, first, last, parts, finder, coverage: whole, own_coverage: own, is_headed: around.is_headed }
    }
}

/// How far a unit holds each term of a query.
type Shares = Vec<f64>;

/// What every window of a section shares.
struct Around {
    section: usize,
    parts: Parts,
    is_headed: bool,
    /// How far headings, title and name hold each term.
    shares: Shares,
}

/// What a unit holds of a query; nothing if it holds no word of it, as most do.
fn shares(unit: &Unit, query: &Query) -> Option<Shares> {
    let mut shares = None;
    for (position, is_own) in unit.terms.iter().flat_map(|term| query.positions(*term)) {
        let shares = shares.get_or_insert_with(|| vec![0.0_f64; query.terms.len()]);
        shares[position] = shares[position].max(if is_own { 1.0 } else { ALIKE_IN_PASSAGE });
    }
    shares
}

/// Occurrences of a term in a text of a length, words of its families counted at their lower worth.
fn frequency(found: Occurrences, length: f64) -> f64 {
    if found.own > 0 { f64::from(found.own) / length } else { ALIKE * f64::from(found.alike.min(ALIKE_OCCURRENCES)) / length }
}

fn length(words: u32, typical: f64) -> f64 {
    1.0 - LENGTH_WEIGHT + LENGTH_WEIGHT * f64::from(words) / typical
}

/// Fielded BM25 of every section, normalised to 0–1 by the query's weight.
fn section_scores(reading: &Reading, query: &Query) -> Vec<f64> {
    let lengths: Vec<f64> = reading.sections.iter().map(|s| length(s.word_count, TYPICAL_SECTION_WORDS)).collect();
    let mut everywhere = 0.0;
    let mut sums = vec![0.0; reading.sections.len()];
    for term in &query.terms {
        let (title, name) = (reading.title_terms.share(term.term, 0.0), reading.name_terms.share(term.term, 0.0));
        let by_title = if title > 0.0 { TITLE_BOOST } else { NAME_BOOST * name };
        let score = |found: f64| term.weight * found / (found + SATURATION);
        let by_title_alone = score(by_title);
        everywhere += by_title_alone;
        for posting in reading.postings.get(term.term) {
            let heading = posting.heading.share(ALIKE);
            let found = frequency(posting.text, lengths[posting.section])
                + if heading > 0.0 { HEADING_BOOST * heading } else { PATH_BOOST * posting.path.share(0.0) }
                + by_title;
            sums[posting.section] += score(found) - by_title_alone;
        }
    }
    let total = if query.total_weight > 0.0 { query.total_weight } else { 1.0 };
    sums.into_iter().map(|sum| ((sum + everywhere) / total).min(1.0)).collect()
}

/// Fielded BM25 of the whole document: one that is about the topic goes before one that mentions it.
fn document_score(reading: &Reading, query: &Query) -> f64 {
    let length = 2.0 * length(reading.word_count, TYPICAL_DOCUMENT_WORDS);
    let mut sum = 0.0;
    for term in &query.terms {
        let named = reading.title_terms.share(term.term, ALIKE).max(reading.name_terms.share(term.term, ALIKE));
        let found = frequency(reading.terms.get(term.term), length) + DOCUMENT_TITLE_BOOST * named;
        sum += term.weight * found / (found + SATURATION);
    }
    (sum / query.total_weight).min(1.0)
}

/// How far a section's own heading and the requirement's title say the same: the smaller of the shares that each says of
/// the other.
fn heading_score(section: &Section, query: &Query) -> f64 {
    let titled = query.terms.iter().filter(|t| t.is_in_title);
    let (mut named, mut all) = (0.0, 0.0);
    for term in titled {
        all += term.weight;
        named += term.weight * section.heading_terms.share(term.term, SUBJECT_ALIKE);
    }
    let named = if all > 0.0 { named / all } else { 0.0 };
    named.min(shared_subject(&section.subject, query))
}

/// How much of what a title says is said by the requirement too, 0–1: a document about just this goes before one about
/// this and much else.
fn shared_subject(subject: &[SubjectWord], query: &Query) -> f64 {
    let (mut shared, mut all) = (0.0, 0.0);
    for word in subject {
        all += word.weight;
        let Some(term) = word.term else { continue };
        let worth = |q: &QueryTerm| {
            let by_word = if q.term == term {
                1.0
            } else if q.is_like(term) {
                SUBJECT_ALIKE
            } else {
                0.0
            };
            if q.is_in_title { by_word } else { SUBJECT_TEXT * by_word }
        };
        shared += word.weight * query.terms.iter().map(worth).fold(0.0, f64::max);
    }
    if all > 0.0 { shared / all } else { 0.0 }
}

/// Whether two units are neighbouring sentences of one section.
#[must_use]
pub fn is_pair(reading: &Reading, first: usize, last: usize) -> bool {
    let (Some(a), Some(b)) = (reading.units.get(first), reading.units.get(last)) else { return false };
    let speaks = |u: &Unit| matches!(u.form, Form::Sentence | Form::ListItem { .. });
    a.section == b.section && speaks(a) && speaks(b) && is_quotable(reading, b) && b.block - a.block <= 1
}
