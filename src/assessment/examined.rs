//! A document on the judge's desk.

use crate::assessment::document_kind::DeclaredStatus;
use crate::assessment::reading::Reading;
use crate::catalog::{ConceptMatcher, ConceptSet, DocumentKind};
use crate::evidence::{Document, SourceFile};

/// A document with all that the judge needs to know of it.
pub struct Examined<'a> {
    /// The file.
    pub file: &'a SourceFile,
    /// Its text.
    pub document: &'a Document,
    /// Its text as read.
    pub reading: &'a Reading,
    /// Its kind.
    pub kind: DocumentKind,
    /// By what its kind was told.
    pub kind_by: &'static str,
    /// The status that it declares.
    pub status: DeclaredStatus,
    /// Whether large parts of it are placeholders or guidance.
    pub is_partly_blank: bool,
    /// Roles of the signals that its name matched for the clause being judged.
    pub roles: Vec<String>,
    /// Concepts and negatives, for cells of tables.
    pub concepts: &'a ConceptMatcher,
    /// Words of the vetoes that are left out.
    pub left_out: &'a [String],
}

impl Examined<'_> {
    /// Concepts of a folded cell.
    #[must_use]
    pub fn cell_concepts(&self, folded: &str) -> ConceptSet {
        self.concepts.concepts(folded)
    }

    /// Whether a folded cell is a placeholder or guidance.
    #[must_use]
    pub fn is_placeholder(&self, folded: &str) -> bool {
        let negatives = self.concepts.negatives(folded);
        negatives.placeholder || negatives.guidance
    }
}
