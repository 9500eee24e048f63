//! What changed since an earlier review, in the Word document: the chapter, and the lines at each clause.

use super::manuscript::{Manuscript, Piece};
use crate::report::shown::counted;
use crate::report::{ChangeShown, ClauseChangeShown};

/// The chapter.
pub(super) fn write(body: &mut Manuscript, change: &ChangeShown) {
    body.heading(1, "What changed since the earlier review");
    for line in &change.caveats {
        body.text("ListLine", &format!("–  {line}"));
    }
    if !change.is_anything {
        body.text("Normal", "Nothing changed: the same files, the same catalog, the same verdicts.");
        return;
    }
    body.text("Requirement", &change.headline);
    for group in &change.groups {
        body.heading(3, &format!("{} ({})", group.title, counted(group.clauses.len(), "clause", "clauses")));
        if !group.note.is_empty() {
            body.text("Note", group.note);
        }
        let mut rows = Vec::new();
        for clause in &group.clauses {
            let place = format!("{} {}", clause.standard, clause.number);
            let first = body.cell("Cell", &[Piece::Bold(&place)]).and(body.made("Cell", &[Piece::Plain(&clause.title)]));
            let mut why = body.cell("Cell", &[Piece::Bold(&clause.step)]);
            for reason in &clause.reasons {
                why = why.and(body.made("Cell", &[Piece::Plain(reason)]));
            }
            rows.push(vec![first, why]);
        }
        body.table(&[36, 64], &["Clause", "Verdict and why"], rows);
    }
    body.heading(3, "Files");
    body.text("Normal", &change.files_headline);
    let mut rows = Vec::new();
    for group in &change.files {
        for file in &group.files {
            let mut cell = body.cell("Cell", &[Piece::Plain(&file.path)]);
            if !file.detail.is_empty() {
                cell = cell.and(body.made("SmallCell", &[Piece::Soft(&file.detail)]));
            }
            rows.push(vec![cell, body.cell("Cell", &[Piece::Plain(group.title)])]);
        }
    }
    if !rows.is_empty() {
        body.table(&[70, 30], &["File", "What became of it"], rows);
    }
}

/// The lines at a clause.
pub(super) fn of_clause(body: &mut Manuscript, change: &ClauseChangeShown) {
    body.paragraph("Normal", &[Piece::Bold("Since the earlier review: "), Piece::Plain(&change.step)]);
    for reason in &change.reasons {
        body.text("ListLine", &format!("–  {reason}"));
    }
    for constraint in &change.constraints {
        let own = if constraint.reasons == change.reasons { String::new() } else { format!(". {}", constraint.reasons.join(" ")) };
        body.text("ListLine", &format!("–  {}: {}{own}", constraint.id, constraint.step));
    }
}
