//! How often the terms of the vocabulary occur in a text, and how often words like them do.

use std::collections::BTreeMap;

use crate::assessment::terms::{TermId, Vocabulary};

/// Occurrences of one term.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Occurrences {
    /// Of the term itself.
    pub own: u32,
    /// Of the other words of its families.
    pub alike: u32,
}

/// Occurrences of all terms of a text; made once per text, asked by every requirement.
#[derive(Default)]
pub struct TermCounts {
    /// In ascending order of the terms.
    counts: Vec<(TermId, Occurrences)>,
}

impl TermCounts {
    /// Counts terms, given as they occur.
    pub fn of(terms: impl Iterator<Item = TermId>, vocabulary: &Vocabulary) -> Self {
        let mut own: BTreeMap<TermId, u32> = BTreeMap::new();
        for term in terms {
            *own.entry(term).or_default() += 1;
        }
        let mut counts: BTreeMap<TermId, Occurrences> = BTreeMap::new();
        for (term, count) in own {
            counts.entry(term).or_default().own += count;
            for alike in vocabulary.synonyms(term) {
                counts.entry(*alike).or_default().alike += count;
            }
        }
        Self { counts: counts.into_iter().collect() }
    }

    /// How often a term and words like it occur.
    #[must_use]
    pub fn get(&self, term: TermId) -> Occurrences {
        self.counts.binary_search_by_key(&term, |(known, _)| *known).map_or(Occurrences::default(), |at| self.counts[at].1)
    }

    /// The terms that occur, and those that words like them stand for.
    pub fn terms(&self) -> impl Iterator<Item = TermId> + '_ {
        self.counts.iter().map(|(term, _)| *term)
    }

    /// How far the text holds a term: 1 by the word itself, `alike` by a word like it, else 0.
    #[must_use]
    pub fn share(&self, term: TermId, alike: f64) -> f64 {
        self.get(term).share(alike)
    }
}

impl Occurrences {
    /// 1 if the term itself occurs, `alike` if only a word like it does, else 0.
    #[must_use]
    pub fn share(self, alike: f64) -> f64 {
        if self.own > 0 {
            1.0
        } else if self.alike > 0 {
            alike
        } else {
            0.0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assessment::terms::Language;

    #[test]
    fn words_and_those_like_them() {
        let vocabulary = Vocabulary::new(["assess suppliers"].into_iter(), &[vec!["supplier".into(), "vendor".into()]]);
        let counts = TermCounts::of(vocabulary.terms("vendors and vendors", Language::English).0.into_iter(), &vocabulary);
        let supplier = vocabulary.term("supplier", Language::English).expect("it is used");
        let assess = vocabulary.term("assess", Language::English).expect("it is used");
        assert_eq!(counts.get(supplier), Occurrences { own: 0, alike: 2 });
        assert_eq!((counts.share(supplier, 0.6), counts.share(assess, 0.6)), (0.6, 0.0));
    }
}
