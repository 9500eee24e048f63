//! Finding concepts and negatives in folded text: all terms of the lexicon in one automaton, one pass per text.

use std::ops::Range;

use crate::catalog::plain_words::PlainWords;
use crate::catalog::term_matcher::TermMatcher;
use crate::catalog::{ConceptId, Lexicon, Negatives};

/// A set of concepts of one lexicon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct ConceptSet([u64; Self::WORDS]);

impl ConceptSet {
    const WORDS: usize = 24;

    /// The most concepts that a lexicon may have.
    pub const CAPACITY: usize = Self::WORDS * 64;

    /// Adds a concept. One beyond the capacity is no concept of any loaded lexicon and is left out.
    pub fn insert(&mut self, concept: ConceptId) {
        if let Some(word) = self.0.get_mut(concept.0 / 64) {
            *word |= 1 << (concept.0 % 64);
        }
    }

    /// Whether the concept is in the set.
    #[must_use]
    pub fn contains(&self, concept: ConceptId) -> bool {
        self.0.get(concept.0 / 64).is_some_and(|word| word & (1 << (concept.0 % 64)) != 0)
    }

    /// Whether all these concepts are in the set.
    #[must_use]
    pub fn contains_all(&self, concepts: &[ConceptId]) -> bool {
        concepts.iter().all(|concept| self.contains(*concept))
    }

    /// Whether one of these concepts is in the set.
    #[must_use]
    pub fn contains_any(&self, concepts: &[ConceptId]) -> bool {
        concepts.iter().any(|concept| self.contains(*concept))
    }

    /// Concepts that are in one of the two.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let mut both = *self;
        for (word, more) in both.0.iter_mut().zip(other.0) {
            *word |= more;
        }
        both
    }

    /// Concepts that are in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let mut both = *self;
        for (word, mask) in both.0.iter_mut().zip(other.0) {
            *word &= mask;
        }
        both
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// The concepts in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = ConceptId> + '_ {
        (0..Self::CAPACITY).map(ConceptId).filter(|concept| self.contains(*concept))
    }
}

impl FromIterator<ConceptId> for ConceptSet {
    fn from_iter<I: IntoIterator<Item = ConceptId>>(concepts: I) -> Self {
        let mut set = Self::default();
        for concept in concepts {
            set.insert(concept);
        }
        set
    }
}

/// Which kinds of negative phrase a text holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "six independent facts about one text, not states of one thing")]
pub struct NegativeHits {
    /// TBD, unfilled fields.
    pub placeholder: bool,
    /// Says that it was not done or does not apply.
    pub denied: bool,
    /// Announces for later.
    pub intent: bool,
    /// Tells the author what to write.
    pub guidance: bool,
    /// A status line that says draft.
    pub draft: bool,
    /// A status line that says superseded or withdrawn.
    pub obsolete: bool,
}

impl NegativeHits {
    fn set(&mut self, kind: NegativeKind) {
        match kind {
            NegativeKind::Placeholder => self.placeholder = true,
            NegativeKind::Denied => self.denied = true,
            NegativeKind::Intent => self.intent = true,
            NegativeKind::Guidance => self.guidance = true,
            NegativeKind::Draft => self.draft = true,
            NegativeKind::Obsolete => self.obsolete = true,
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum NegativeKind {
    Placeholder,
    Denied,
    Intent,
    Guidance,
    Draft,
    Obsolete,
}

impl NegativeKind {
    const ALL: [Self; 6] = [Self::Placeholder, Self::Denied, Self::Intent, Self::Guidance, Self::Draft, Self::Obsolete];

    fn phrases(self, negatives: &Negatives) -> &[String] {
        match self {
            Self::Placeholder => &negatives.placeholder,
            Self::Denied => &negatives.denied,
            Self::Intent => &negatives.intent,
            Self::Guidance => &negatives.guidance,
            Self::Draft => &negatives.draft,
            Self::Obsolete => &negatives.obsolete,
        }
    }
}

/// Finds the lexicon's concepts and negatives in folded text. Compile it once; it may be used from several threads.
#[derive(Debug, Clone)]
pub struct ConceptMatcher {
    concepts: TermMatcher,
    negatives: TermMatcher,
    plain_words: PlainWords,
}

impl ConceptMatcher {
    /// Prepares the terms of all concepts.
    #[must_use]
    pub fn compile(lexicon: &Lexicon) -> Self {
        Self::compile_for(lexicon, |_| true)
    }

    /// Prepares the terms of those concepts that are asked for: what nobody asks for need not be found. Patterns of a
    /// lexicon that [`crate::catalog::load`] accepted always compile; one that should not matches nothing.
    #[must_use]
    pub fn compile_for(lexicon: &Lexicon, is_asked_for: impl Fn(ConceptId) -> bool) -> Self {
        let terms = lexicon
            .terms
            .iter()
            .enumerate()
            .filter(|(index, _)| is_asked_for(ConceptId(*index)))
            .flat_map(|(index, patterns)| patterns.iter().map(move |pattern| (index, pattern.as_str())));
        let negatives = NegativeKind::ALL
            .iter()
            .enumerate()
            .flat_map(|(index, kind)| kind.phrases(&lexicon.negatives).iter().map(move |phrase| (index, phrase.as_str())));
        Self {
            concepts: TermMatcher::new(terms),
            negatives: TermMatcher::new(negatives),
            plain_words: PlainWords::new(&lexicon.plain_words),
        }
    }

    /// The concepts that a folded text holds.
    #[must_use]
    pub fn concepts(&self, folded: &str) -> ConceptSet {
        self.concepts_given(folded, self.in_terms(folded).as_deref())
    }

    /// The same for a text of which somebody has already asked for the field's terms ([`Self::in_terms`]).
    #[must_use]
    pub fn concepts_given(&self, folded: &str, in_terms: Option<&str>) -> ConceptSet {
        let mut found = ConceptSet::default();
        for text in std::iter::once(folded).chain(in_terms) {
            self.concepts.find(text, &mut found);
        }
        found
    }

    /// Where a folded text names a concept by a term of its own, in bytes.
    #[must_use]
    pub fn place(&self, folded: &str, concept: ConceptId) -> Option<Range<usize>> {
        self.concepts.first(folded, concept.0)
    }

    /// A folded text that names a concept no more: whatever names it is replaced by a word without meaning.
    #[must_use]
    pub fn without(&self, folded: &str, concept: ConceptId) -> String {
        /// Fits no term: the catalog's check refuses a term that fits any word.
        const NOTHING: &str = "xx";
        let text = self.concepts.without(folded, concept.0, NOTHING);
        match self.in_terms(&text) {
            Some(in_terms) if self.concepts(&text).contains(concept) => self.concepts.without(&in_terms, concept.0, NOTHING),
            Some(_) | None => text,
        }
    }

    /// A folded text with the field's terms in the place of plain words; nothing if it holds none of those.
    #[must_use]
    pub fn in_terms(&self, folded: &str) -> Option<String> {
        self.plain_words.in_terms(folded)
    }

    /// The kinds of negative phrase that a folded text holds.
    #[must_use]
    pub fn negatives(&self, folded: &str) -> NegativeHits {
        let mut hits = NegativeHits::default();
        let mut found = ConceptSet::default();
        self.negatives.find(folded, &mut found);
        for (index, kind) in NegativeKind::ALL.into_iter().enumerate() {
            if found.contains(ConceptId(index)) {
                hits.set(kind);
            }
        }
        hits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn concepts_and_negatives() {
        let lexicon = Lexicon {
            names: vec!["threat".into(), "control".into()],
            terms: vec![vec![r"\bthreats?\b".into(), r"\bbedrohung".into()], vec![r"\bmitigat".into()]],
            negatives: Negatives { placeholder: vec![r"\btbd\b".into()], draft: vec![r"\bdraft\b".into()], ..Negatives::default() },
            synonyms: Vec::new(),
            plain_words: vec![("threat".into(), vec!["attack path".into()])],
        };
        let matcher = ConceptMatcher::compile(&lexicon);
        let both = matcher.concepts("each threat is mitigated");
        assert!(both.contains_all(&[ConceptId(0), ConceptId(1)]));
        assert_eq!(both.iter().collect::<Vec<_>>(), [ConceptId(0), ConceptId(1)]);
        assert_eq!(matcher.concepts("jede bedrohung").len(), 1);
        assert!(matcher.concepts("threatening").is_empty());
        assert_eq!(matcher.concepts("attack paths"), matcher.concepts("threat"), "plain words are read as terms");
        assert_eq!(matcher.negatives("tbd"), NegativeHits { placeholder: true, ..NegativeHits::default() });
        assert!(matcher.negatives("status: draft").draft);
    }

    #[test]
    fn sets() {
        let low: ConceptSet = [ConceptId(0), ConceptId(63), ConceptId(64)].into_iter().collect();
        let high: ConceptSet = [ConceptId(64), ConceptId(ConceptSet::CAPACITY - 1), ConceptId(ConceptSet::CAPACITY)].into_iter().collect();
        assert_eq!(low.union(&high).len(), 4);
        assert_eq!(low.intersection(&high).iter().collect::<Vec<_>>(), [ConceptId(64)]);
        assert!(low.contains_any(&[ConceptId(5), ConceptId(63)]) && !low.contains_any(&[]));
    }
}
