//! The traceability matrix: which document gave evidence for which clause.

use crate::assessment::{Assessment, Verdict};
use crate::report::front::by_standard;
use crate::report::shown::Links;
use crate::report::{FileShown, shown};

/// Columns that fit on an upright A4 page beside the clause.
const DOCUMENTS_PER_BLOCK: usize = 8;

/// A document of the matrix. No `Debug`: the path is customer text.
#[derive(Clone)]
pub struct MatrixDocument {
    /// `D1`, `D2` … in the order of the paths.
    pub label: String,
    /// The file.
    pub file: FileShown,
}

/// Constraints for which a document gave evidence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MatrixCell {
    /// Ids of constraints with evidence found.
    pub supported: Vec<String>,
    /// Ids of constraints with weak evidence.
    pub weak: Vec<String>,
}

/// A clause with its cells, one per document of the block.
#[derive(Debug, Clone)]
pub struct MatrixRow {
    /// Id of the standard.
    pub standard: String,
    /// Number of the clause.
    pub clause: String,
    /// Cells in the order of the block's labels.
    pub cells: Vec<MatrixCell>,
}

/// A part of the matrix that fits on a page.
#[derive(Debug, Clone)]
pub struct MatrixBlock {
    /// Labels of its documents.
    pub labels: Vec<String>,
    /// Clauses for which one of these documents gave evidence.
    pub rows: Vec<MatrixRow>,
}

/// Clause × document. No `Debug`: paths are customer text.
#[derive(Clone)]
pub struct Matrix {
    /// Every document that gave evidence, by path.
    pub documents: Vec<MatrixDocument>,
    /// The matrix in parts.
    pub blocks: Vec<MatrixBlock>,
    /// Clauses for which no document gave evidence, by standard.
    pub without_document: Vec<(String, Vec<String>)>,
}

impl MatrixCell {
    /// Whether the document gave nothing for the clause.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.supported.is_empty() && self.weak.is_empty()
    }

    /// The ids, those of weak evidence in brackets.
    #[must_use]
    pub fn in_words(&self) -> String {
        let weak = self.weak.iter().map(|id| format!("({id})"));
        self.supported.iter().cloned().chain(weak).collect::<Vec<_>>().join(" ")
    }
}

impl Matrix {
    /// Gathers it from the evidence of the findings; passages that were judged not to count are left out.
    pub(crate) fn of(assessment: &Assessment, links: &Links<'_>) -> Self {
        let counted = |verdict| matches!(verdict, Verdict::Supported | Verdict::Weak);
        let constraints = || assessment.findings.iter().flat_map(|f| &f.constraints).filter(|c| counted(c.verdict));
        let mut paths: Vec<&str> =
            constraints().flat_map(crate::assessment::ConstraintFinding::counting_evidence).map(|e| e.path.as_str()).collect();
        paths.sort_unstable();
        paths.dedup();
        let label = |index: usize| format!("D{}", index + 1);

        let mut blocks = Vec::new();
        for (number, chunk) in paths.chunks(DOCUMENTS_PER_BLOCK).enumerate() {
            let labels = (0..chunk.len()).map(|i| label(number * DOCUMENTS_PER_BLOCK + i)).collect();
            let mut rows = Vec::new();
            for finding in &assessment.findings {
                let mut cells = vec![MatrixCell::default(); chunk.len()];
                for constraint in finding.constraints.iter().filter(|c| counted(c.verdict)) {
                    for (path, cell) in chunk.iter().zip(&mut cells) {
                        if constraint.counting_evidence().any(|e| e.path == *path) {
                            let ids = if constraint.verdict == Verdict::Supported { &mut cell.supported } else { &mut cell.weak };
                            ids.push(shown(&constraint.id));
                        }
                    }
                }
                if cells.iter().any(|cell| !cell.is_empty()) {
                    rows.push(MatrixRow { standard: shown(&finding.standard), clause: shown(&finding.clause), cells });
                }
            }
            blocks.push(MatrixBlock { labels, rows });
        }
        let has_document = |c: &crate::assessment::ConstraintFinding| counted(c.verdict) && c.counting_evidence().next().is_some();
        let mut without_document = Vec::new();
        for (standard, findings) in by_standard(&assessment.findings) {
            let without = findings.iter().filter(|f| !f.constraints.iter().any(has_document));
            let clauses: Vec<String> = without.map(|f| shown(&f.clause)).collect();
            if !clauses.is_empty() {
                without_document.push((shown(standard), clauses));
            }
        }
        Self {
            documents: paths.iter().enumerate().map(|(i, p)| MatrixDocument { label: label(i), file: links.file(p) }).collect(),
            blocks,
            without_document,
        }
    }
}
