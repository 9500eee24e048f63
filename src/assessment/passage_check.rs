//! The catalog's own tests of passages: a passage that must pass is judged as if it stood alone in a document of the
//! right kind.

use std::sync::Arc;

use crate::assessment::document_kind::DeclaredStatus;
use crate::assessment::engine::Engine;
use crate::assessment::examined::Examined;
use crate::assessment::judge::judge;
use crate::assessment::plan::WHOLE_STANDARD;
use crate::assessment::{Chosen, Verdict};
use crate::catalog::{Catalog, DocumentKind, PassingPassage, SafetyClass};
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
        let requirement = self.engine.requirement(clause_index, constraint_index)?;
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
        let kind = passage.kind.or_else(|| requirement.kinds.first().copied()).unwrap_or(DocumentKind::Unknown);
        let roles = self.engine.clauses()[clause_index].judging.signals.iter().map(|s| s.role.clone()).collect();
        let examined = Examined {
            file: &file,
            document: &document,
            reading: &reading,
            kind,
            status: DeclaredStatus::Current,
            is_partly_blank: false,
            roles,
            concepts: self.engine.concepts(),
            left_out: &[],
        };
        Some(judge(requirement, &examined, self.engine.lexicon()).map_or(Verdict::NotFound, |o| o.verdict))
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
