//! The finder: ranks the sections and passages of one document for one requirement, by fielded BM25 over text,
//! heading, title and file name. It only ranks; whether a passage is evidence is the judge's business.

use crate::assessment::reading::{Form, Reading, Section, Unit};
use crate::assessment::requirement::{Query, QueryTerm};
use crate::assessment::speech::Manner;
use crate::assessment::terms::TermId;

/// Saturation of term frequency in BM25.
const SATURATION: f64 = 0.9;
/// How far a section's length dampens its term frequencies.
const LENGTH_WEIGHT: f64 = 0.5;
/// Typical number of telling words in a section; a constant, since averages over a customer's documents would let one
/// file change another's score.
const TYPICAL_SECTION_WORDS: f64 = 90.0;
/// What an occurrence in the section's own heading counts, in occurrences.
const HEADING_BOOST: f64 = 2.0;
/// What an occurrence in a parent heading counts.
const PATH_BOOST: f64 = 0.8;
/// What an occurrence in the document's title counts.
const TITLE_BOOST: f64 = 0.8;
/// What an occurrence in the file's name counts.
const NAME_BOOST: f64 = 0.6;
/// What a synonym counts against the word itself.
const SYNONYM: f64 = 0.5;
/// Typical number of telling words in a document; a constant for the same reason.
const TYPICAL_DOCUMENT_WORDS: f64 = 700.0;
/// Shares of section, document and window in the finder's score.
const SHARES: (f64, f64, f64) = (0.35, 0.4, 0.25);
/// A term is weighty if it weighs this share of the weightiest.
const KEY_TERM: f64 = 0.6;
/// Share of the requirement's weight that a section about it holds.
const ABOUT_COVERAGE: f64 = 0.8;
/// Telling words that a section about a requirement has at least.
const ABOUT_WORDS: u32 = 30;
/// Sections looked at per document and requirement.
const SECTIONS: usize = 4;

/// A run of units of one section that speaks of a requirement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Passage {
    /// Section it stands in.
    pub section: usize,
    /// First unit.
    pub first: usize,
    /// Last unit.
    pub last: usize,
    /// How well it matches, 0–1: section and passage together.
    pub finder: f64,
    /// Share of the requirement's weight that the passage and its headings hold, 0–1.
    pub coverage: f64,
    /// The same for the passage's own words.
    pub own_coverage: f64,
    /// Whether every weighty term stands in the passage or its context.
    pub has_key_terms: bool,
    /// Whether the section's own heading names a weighty term.
    pub is_headed: bool,
}

/// Whether a unit can be shown as evidence at all.
#[must_use]
pub fn is_quotable(reading: &Reading, unit: &Unit) -> bool {
    !matches!(unit.form, Form::HeaderRow) && !reading.sections[unit.section].is_apparatus
}

/// Whether a section is about a requirement: its own heading or the document's title names a weighty term, its
/// text holds nearly all of the requirement's weight, and most of it speaks in sentences that state, oblige or report.
#[must_use]
pub fn is_about(reading: &Reading, section: usize, query: &Query) -> bool {
    let section = &reading.sections[section];
    let key_weight = query.terms.first().map_or(0.0, |t| t.weight * KEY_TERM);
    let named = |t: &QueryTerm| section.heading_terms.binary_search(&t.term).is_ok() || reading.title_terms.binary_search(&t.term).is_ok();
    if section.word_count < ABOUT_WORDS || !query.terms.iter().any(|t| t.weight >= key_weight && named(t)) {
        return false;
    }
    let held: f64 = query
        .terms
        .iter()
        .filter(|t| named(t) || section.term_counts.contains_key(&t.term) || !t.concepts.intersection(&section.concepts).is_empty())
        .map(|t| t.weight)
        .sum();
    let units = &reading.units[section.units.clone()];
    let speaking = units.iter().filter(|u| u.speech.manner >= Manner::Statement || matches!(u.form, Form::Row { .. })).count();
    held >= ABOUT_COVERAGE * query.total_weight && speaking * 2 >= units.len()
}

/// The best passages of a document for a query, best first, at most one per section.
#[must_use]
pub fn find(reading: &Reading, query: &Query) -> Vec<Passage> {
    if query.total_weight <= 0.0 {
        return Vec::new();
    }
    let document = document_score(reading, query);
    let mut ranked: Vec<(usize, f64)> = (0..reading.sections.len())
        .filter(|s| !reading.sections[*s].units.is_empty() && !reading.sections[*s].is_apparatus)
        .map(|s| (s, section_score(reading, &reading.sections[s], query)))
        .filter(|(_, score)| *score > 0.02)
        .collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    ranked.truncate(SECTIONS);
    let mut passages: Vec<Passage> =
        ranked.iter().filter_map(|(section, score)| best_passage(reading, *section, document, *score, query)).collect();
    passages.sort_by(|a, b| b.finder.total_cmp(&a.finder).then(a.first.cmp(&b.first)));
    passages
}

/// Fielded BM25 of a section, normalised to 0–1 by the query's weight.
fn section_score(reading: &Reading, section: &Section, query: &Query) -> f64 {
    let length = 1.0 - LENGTH_WEIGHT + LENGTH_WEIGHT * f64::from(section.word_count) / TYPICAL_SECTION_WORDS;
    let mut sum = 0.0;
    for term in &query.terms {
        let mut frequency = f64::from(section.term_counts.get(&term.term).copied().unwrap_or(0)) / length;
        if frequency == 0.0 && !term.concepts.intersection(&section.concepts).is_empty() {
            frequency = SYNONYM / length;
        }
        let holds = |terms: &[TermId]| terms.binary_search(&term.term).is_ok();
        if holds(&section.heading_terms) {
            frequency += HEADING_BOOST;
        } else if holds(&section.path_terms) {
            frequency += PATH_BOOST;
        } else if !term.concepts.intersection(&section.path_concepts).is_empty() {
            frequency += PATH_BOOST * SYNONYM;
        }
        if holds(&reading.title_terms) {
            frequency += TITLE_BOOST;
        }
        if holds(&reading.name_terms) {
            frequency += NAME_BOOST;
        }
        sum += term.weight * frequency / (frequency + SATURATION);
    }
    sum / query.total_weight
}

/// A given window as a passage.
#[must_use]
pub fn passage(reading: &Reading, query: &Query, first: usize, last: usize) -> Passage {
    let section = reading.units[first].section;
    if query.total_weight <= 0.0 {
        return Passage { section, first, last, finder: 0.0, coverage: 0.0, own_coverage: 0.0, has_key_terms: false, is_headed: false };
    }
    let section_score = section_score(reading, &reading.sections[section], query);
    window(reading, query, document_score(reading, query), section_score, first, last)
}

/// Scores a window of a document and section whose scores are known.
fn window(reading: &Reading, query: &Query, document_score: f64, section_score: f64, first: usize, last: usize) -> Passage {
    let (own, whole, has_key_terms) = coverage(reading, first, last, query);
    let heading = &reading.sections[reading.units[first].section].heading_terms;
    let key_weight = query.terms.first().map_or(0.0, |t| t.weight * KEY_TERM);
    let is_headed = query.terms.iter().any(|t| t.weight >= key_weight && heading.binary_search(&t.term).is_ok());
    // A longer window must earn its length.
    let length_cost = if last == first { 0.0 } else { 0.04 };
    let finder = SHARES.0 * section_score + SHARES.1 * document_score + SHARES.2 * (0.6 * own + 0.4 * whole - length_cost).max(0.0);
    Passage { section: reading.units[first].section, first, last, finder, coverage: whole, own_coverage: own, has_key_terms, is_headed }
}

/// Fielded BM25 of the whole document: one that is about the topic goes before one that mentions it.
fn document_score(reading: &Reading, query: &Query) -> f64 {
    let length = 1.0 - LENGTH_WEIGHT + LENGTH_WEIGHT * f64::from(reading.word_count) / TYPICAL_DOCUMENT_WORDS;
    let mut sum = 0.0;
    for term in &query.terms {
        let mut frequency = f64::from(reading.term_counts.get(&term.term).copied().unwrap_or(0)) / length / 2.0;
        if frequency == 0.0 && !term.concepts.intersection(&reading.all_concepts).is_empty() {
            frequency = SYNONYM / length;
        }
        if reading.title_terms.binary_search(&term.term).is_ok() || reading.name_terms.binary_search(&term.term).is_ok() {
            frequency += HEADING_BOOST;
        }
        sum += term.weight * frequency / (frequency + SATURATION);
    }
    sum / query.total_weight
}

/// The best sentence, pair, list item with lead-in, or row with header of a section.
fn best_passage(reading: &Reading, section: usize, document_score: f64, section_score: f64, query: &Query) -> Option<Passage> {
    let mut best: Option<Passage> = None;
    for first in reading.sections[section].units.clone() {
        if !is_quotable(reading, &reading.units[first]) {
            continue;
        }
        for last in [first, first + 1] {
            if last != first && !is_pair(reading, first, last) {
                continue;
            }
            let passage = window(reading, query, document_score, section_score, first, last);
            if passage.own_coverage <= 0.0 {
                continue;
            }
            if best.is_none_or(|b| passage.finder > b.finder) {
                best = Some(passage);
            }
        }
    }
    best
}

/// Whether two units are neighbouring sentences of one section.
#[must_use]
pub fn is_pair(reading: &Reading, first: usize, last: usize) -> bool {
    let (Some(a), Some(b)) = (reading.units.get(first), reading.units.get(last)) else { return false };
    let speaks = |u: &Unit| matches!(u.form, Form::Sentence | Form::ListItem { .. });
    a.section == b.section && speaks(a) && speaks(b) && is_quotable(reading, b) && b.block - a.block <= 1
}

/// Share of the query's weight that a passage holds by its own words, and together with its context: list lead-in,
/// table header, headings, title.
fn coverage(reading: &Reading, first: usize, last: usize, query: &Query) -> (f64, f64, bool) {
    let units = &reading.units[first..=last];
    let context = match reading.units[first].form {
        Form::ListItem { lead_in: Some(other) } | Form::Row { header: Some(other) } => reading.units.get(other),
        _ => None,
    };
    let section = &reading.sections[reading.units[first].section];
    let (mut own, mut whole) = (0.0, 0.0);
    let key_weight = query.terms.first().map_or(0.0, |t| t.weight * KEY_TERM);
    let mut has_key_terms = true;
    for term in &query.terms {
        let in_units = units.iter().any(|u| u.terms.contains(&term.term));
        let by_synonym = units.iter().any(|u| !u.concepts.intersection(&term.concepts).is_empty());
        let share = if in_units {
            1.0
        } else if by_synonym {
            0.6
        } else {
            0.0
        };
        own += term.weight * share;
        let around = if context.is_some_and(|c| c.terms.contains(&term.term)) {
            0.9
        } else if section.heading_terms.binary_search(&term.term).is_ok() {
            0.8
        } else if section.path_terms.binary_search(&term.term).is_ok() {
            0.6
        } else if reading.title_terms.binary_search(&term.term).is_ok() {
            0.5
        } else if context.is_some_and(|c| !c.concepts.intersection(&term.concepts).is_empty())
            || !section.path_concepts.intersection(&term.concepts).is_empty()
        {
            0.4
        } else if reading.name_terms.binary_search(&term.term).is_ok() {
            0.3
        } else {
            0.0
        };
        whole += term.weight * share.max(around);
        has_key_terms &= term.weight < key_weight || share.max(around) >= 0.4;
    }
    (own / query.total_weight, whole / query.total_weight, has_key_terms)
}
