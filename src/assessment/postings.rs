//! In which sections of a document each term stands, in the text or in a heading: so that a requirement looks only at
//! sections that speak its words.

use std::collections::BTreeMap;

use crate::assessment::reading::Section;
use crate::assessment::term_counts::Occurrences;
use crate::assessment::terms::TermId;

/// A term, or a word like it, in one section.
#[derive(Debug, Clone, Copy)]
pub struct Posting {
    /// The section.
    pub section: usize,
    /// In its text.
    pub text: Occurrences,
    /// In its own heading.
    pub heading: Occurrences,
    /// In its own heading or those above it.
    pub path: Occurrences,
}

/// The postings of all terms of a document.
#[derive(Default)]
pub struct Postings(BTreeMap<TermId, Vec<Posting>>);

impl Postings {
    /// Collects the postings of sections, in their order.
    pub fn of(sections: &[Section]) -> Self {
        let mut postings: BTreeMap<TermId, Vec<Posting>> = BTreeMap::new();
        for (number, section) in sections.iter().enumerate().filter(|(_, section)| !section.units.is_empty()) {
            for term in section.terms.terms().chain(section.path_terms.terms()) {
                let list = postings.entry(term).or_default();
                if list.last().is_none_or(|last| last.section != number) {
                    list.push(Posting {
                        section: number,
                        text: section.terms.get(term),
                        heading: section.heading_terms.get(term),
                        path: section.path_terms.get(term),
                    });
                }
            }
        }
        Self(postings)
    }

    /// The sections that hold a term or a word like it.
    #[must_use]
    pub fn get(&self, term: TermId) -> &[Posting] {
        self.0.get(&term).map_or(&[], Vec::as_slice)
    }
}
