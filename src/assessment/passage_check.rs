//! The catalog's own tests of passages: a passage that must pass is judged as if it stood alone in a document of the
//! right kind.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::assessment::document_kind::DeclaredStatus;
use crate::assessment::engine::Engine;
use crate::assessment::examined::Examined;
use crate::assessment::judge::judge;
use crate::assessment::plan::{PlannedClause, WHOLE_STANDARD};
use crate::assessment::{Chosen, Verdict};
use crate::catalog::{Catalog, ConceptMatcher, DocumentKind, Modal, PassingPassage, SafetyClass};
use crate::evidence::{Block, BlockKind, Document, FileContent, Locator, SourceFile, Visibility};

/// Judges passages against the constraints of a catalog.
pub struct PassageChecker {
    engine: Engine,
}

impl PassageChecker {
    /// Compiles all clauses of all standards.
    #[must_use]
    pub fn new(catalog: &Catalog) -> Option<Self> {
        let standards = catalog.standards.iter().map(|s| s.id.clone()).collect();
        let chosen = Chosen { standards, profile: WHOLE_STANDARD.to_owned(), safety_class: SafetyClass::C };
        Engine::new(Arc::new(catalog.clone()), chosen).ok().map(|engine| Self { engine })
    }

    /// Verdict of a passage for a constraint, or `None` if there is no such constraint.
    #[must_use]
    pub fn verdict(&self, standard: &str, clause: &str, constraint: &str, passage: &PassingPassage) -> Option<Verdict> {
        let clause_index = self.engine.clauses().iter().position(|c| c.standard == standard && c.reported.number == clause)?;
        let constraint_index = self.engine.clauses()[clause_index].judging.constraints.iter().position(|c| c.id == constraint)?;
        self.judged(clause_index, constraint_index, passage)
    }

    /// The clauses that are tried, in order.
    pub(super) fn clauses(&self) -> Vec<PlannedClause<'_>> {
        self.engine.clauses()
    }

    /// What finds the concepts of passages.
    pub(super) fn concepts(&self) -> &ConceptMatcher {
        self.engine.concepts()
    }

    /// Verdict of a passage for a constraint by its position, if there is one.
    pub(super) fn judged(&self, clause: usize, constraint: usize, passage: &PassingPassage) -> Option<Verdict> {
        let requirement = self.engine.requirement(clause, constraint)?;
        let kind = passage.kind.or_else(|| requirement.kinds.first().copied()).unwrap_or(DocumentKind::Unknown);
        let roles = self.engine.clauses()[clause].judging.signals.iter().map(|s| s.role.clone()).collect();
        Some(self.with_passage(passage, kind, roles, |examined| {
            judge(requirement, examined, self.engine.lexicon()).map_or(Verdict::NotFound, |o| o.verdict)
        }))
    }

    /// Those of the clauses that a passage alone supports: every decisive SHALL of theirs.
    pub(super) fn supported_clauses(&self, passage: &PassingPassage, among: &[usize]) -> BTreeSet<usize> {
        let kind = passage.kind.unwrap_or(DocumentKind::Unknown);
        let clauses = self.engine.clauses();
        self.with_passage(passage, kind, Vec::new(), |examined| {
            let holds = |clause: &usize| {
                let constraints = clauses[*clause].judging.constraints.iter().enumerate().filter(|(_, c)| c.retired.is_none());
                let mut decisive = constraints.filter(|(_, c)| c.weight >= 2 && c.modal == Modal::Shall).peekable();
                decisive.peek().is_some()
                    && decisive.all(|(index, _)| {
                        let requirement = self.engine.requirement(*clause, index);
                        let seen = requirement.and_then(|requirement| judge(requirement, examined, self.engine.lexicon()));
                        seen.is_some_and(|o| o.verdict == Verdict::Supported)
                    })
            };
            among.iter().copied().filter(holds).collect()
        })
    }

    /// Reads a document that holds only the passage, and gives what is asked of it.
    fn with_passage<T>(&self, passage: &PassingPassage, kind: DocumentKind, roles: Vec<String>, ask: impl FnOnce(&Examined<'_>) -> T) -> T {
        let file = SourceFile {
            path: "passage".into(),
            file_id: None,
            resource_key: None,
            mime: "text/plain".into(),
            revision: None,
            content: FileContent::Stored { size_bytes: None, checksum: None },
            web_link: None,
        };
        let document = document(passage);
        let reading = self.engine.reader().read(file.name(), &document);
        let examined = Examined {
            file: &file,
            document: &document,
            reading: &reading,
            kind,
            kind_by: "the test",
            status: DeclaredStatus::Current,
            is_partly_blank: false,
            roles,
            concepts: self.engine.concepts(),
            left_out: &[],
        };
        ask(&examined)
    }

    /// Says what is wrong with a passage that must (or must not) be supported, if anything is.
    #[must_use]
    pub fn complaint(&self, standard: &str, clause: &str, constraint: &str, passage: &PassingPassage, must_pass: bool) -> Option<String> {
        let verdict = self.verdict(standard, clause, constraint, passage)?;
        match (must_pass, verdict == Verdict::Supported) {
            (true, false) => Some(format!("must pass, but the judge says {}: {}", verdict.word(), passage.text)),
            (false, true) => Some(format!("must fail, but the judge says supported: {}", passage.text)),
            (true, true) | (false, false) => None,
        }
    }
}

/// A document that holds only the passage, below its heading if it has one.
fn document(passage: &PassingPassage) -> Document {
    let mut blocks = Vec::new();
    let mut heading_path = Vec::new();
    if let Some(heading) = &passage.heading {
        heading_path.push(heading.clone());
        blocks.push(block(BlockKind::Heading { level: 1 }, heading, &heading_path));
    }
    blocks.push(block(BlockKind::Paragraph, &passage.text, &heading_path));
    Document { title: None, blocks, page_count: None, limitations: Vec::new() }
}

fn block(kind: BlockKind, text: &str, heading_path: &[String]) -> Block {
    Block {
        kind,
        text: text.to_owned(),
        locator: Locator { heading_path: heading_path.to_vec(), ..Locator::default() },
        visibility: Visibility::Visible,
        is_italic: false,
    }
}
