//! Concepts that cues name, with their terms in all languages, and the negatives that cancel a hit.

/// Index of a concept within its [`Lexicon`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConceptId(pub usize);

/// Concepts and negatives. Terms are regular expressions on folded text (see [`crate::catalog::fold`]).
#[derive(Debug, Clone, Default)]
pub struct Lexicon {
    /// Name of each concept, in the order of the file; the index is its [`ConceptId`].
    pub names: Vec<String>,
    /// Patterns of each concept, all languages together.
    pub terms: Vec<Vec<String>>,
    /// Phrases that cancel a hit.
    pub negatives: Negatives,
    /// Families of folded words that mean nearly the same. They help finding, and are no concepts.
    pub synonyms: Vec<Vec<String>>,
    /// Terms of the field, each with the plain words that makers use for it, folded.
    pub plain_words: Vec<(String, Vec<String>)>,
}

/// Phrases that cancel or cap a hit in their window, by reason.
#[derive(Debug, Clone, Default)]
pub struct Negatives {
    /// TBD, angle- and square-bracket fields and the like.
    pub placeholder: Vec<String>,
    /// Says that it was not done or does not apply.
    pub denied: Vec<String>,
    /// Announces for later.
    pub intent: Vec<String>,
    /// Tells the author of the document what to write.
    pub guidance: Vec<String>,
    /// A document's status line that says draft.
    pub draft: Vec<String>,
    /// A document's status line that says superseded, obsolete or withdrawn.
    pub obsolete: Vec<String>,
}

impl Lexicon {
    /// The concept of that name.
    #[must_use]
    pub fn concept(&self, name: &str) -> Option<ConceptId> {
        self.names.iter().position(|n| n == name).map(ConceptId)
    }
}
