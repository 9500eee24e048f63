//! Limits of the examination, traceability matrix and ledger in the Word document.

use super::manuscript::{Manuscript, Piece};
use crate::report::shown::counted;
use crate::report::{GapReport, ReasonGroup};

pub(super) fn limits(body: &mut Manuscript, report: &GapReport) {
    let limits = &report.limits;
    body.heading(1, "Limits of the examination");
    if !report.front.complete {
        let more = " Files may exist that were never listed or fetched; no absence is proven.";
        body.paragraph("Normal", &[Piece::Bold("The review is incomplete."), Piece::Plain(more)]);
    }
    body.text(
        "Normal",
        &format!(
            "Of {}, {} were read. What stands in the others, in pictures, or outside the reviewed source was not seen, and is never counted \
             as a gap.",
            counted(limits.counts.listed, "listed file", "listed files"),
            limits.counts.read
        ),
    );
    if limits.unreadable.is_empty() && limits.passed_over.is_empty() {
        body.text("Normal", "Every listed file was read.");
    }
    for (title, groups) in [("Unreadable", &limits.unreadable), ("Passed over", &limits.passed_over)] {
        if !groups.is_empty() {
            body.heading(2, title);
            reasons(body, groups);
        }
    }
}

fn reasons(body: &mut Manuscript, groups: &[ReasonGroup]) {
    let mut rows = Vec::new();
    for group in groups {
        for (file, reason) in &group.files {
            rows.push(vec![body.cell("Cell", &[Piece::File(file)]), body.cell("Cell", &[Piece::Plain(reason)])]);
        }
    }
    body.table(&[45, 55], &["File", "Reason"], rows);
}

pub(super) fn matrix(body: &mut Manuscript, report: &GapReport) {
    let matrix = &report.matrix;
    body.heading(1, "Appendix A: Traceability matrix");
    if matrix.documents.is_empty() {
        body.text("Normal", "No document gave evidence.");
    } else {
        body.text("Normal", "Constraints for which a document gave evidence; weak evidence stands in brackets.");
        let mut rows = Vec::new();
        for document in &matrix.documents {
            rows.push(vec![body.cell("Cell", &[Piece::Bold(&document.label)]), body.cell("Cell", &[Piece::File(&document.file)])]);
        }
        body.table(&[10, 90], &["Label", "Document"], rows);
    }
    for block in &matrix.blocks {
        let mut widths = vec![20];
        widths.extend(std::iter::repeat_n(80 / block.labels.len().max(1), block.labels.len()));
        let mut head = vec!["Clause"];
        head.extend(block.labels.iter().map(String::as_str));
        let mut rows = Vec::new();
        for row in &block.rows {
            let clause = format!(" {}", row.clause);
            let mut cells = vec![body.cell("SmallCell", &[Piece::Soft(&row.standard), Piece::Bold(&clause)])];
            for cell in &row.cells {
                cells.push(body.cell("SmallCell", &[Piece::Plain(&cell.in_words())]));
            }
            rows.push(cells);
        }
        body.table(&widths, &head, rows);
    }
    if !matrix.without_document.is_empty() {
        body.heading(2, "Clauses without a document");
        for (standard, clauses) in &matrix.without_document {
            body.paragraph("Normal", &[Piece::Bold(standard), Piece::Plain(": "), Piece::Plain(&clauses.join(", "))]);
        }
    }
}

pub(super) fn ledger(body: &mut Manuscript, report: &GapReport) {
    body.heading(1, "Appendix B: Ledger of files");
    if report.ledger.is_empty() {
        body.text("Normal", "No file was listed.");
        return;
    }
    body.text(
        "Note",
        "Every listed file and what became of it. The checksum shows the first twelve digits of the SHA-256; “(text)” marks one of the \
         extracted text. The whole of it, and the \
         revision that was read, are in review.json.",
    );
    let mut rows = Vec::new();
    for line in &report.ledger {
        let mut status = body.cell("SmallCell", &[Piece::Plain(line.status)]);
        if !line.reason.is_empty() {
            status = status.and(body.made("SmallCell", &[Piece::Soft(&line.reason)]));
        }
        rows.push(vec![
            body.cell("SmallCell", &[Piece::File(&line.file)]),
            status,
            body.cell("SmallCell", &[Piece::Plain(&line.kind)]),
            body.cell("SmallCell", &[Piece::Plain(&line.size)]),
            body.cell("SmallCell", &[Piece::Plain(&line.digest)]),
        ]);
    }
    body.table(&[34, 22, 17, 11, 16], &["File", "Status", "Kind", "Size", "Checksum"], rows);
    body.text("Note", "Quotes are verbatim, at most 300 characters each; characters that do not show by themselves are made visible.");
}
