//! The sheet "Changes": one row per clause, constraint and file of which something changed. What limits the comparison stands on the
//! overview.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::formats::Formats;
use super::sheet::{Cell, Column, Sheet};
use crate::report::{ChangeShown, VerdictShown};

const COLUMNS: [Column; 9] = [
    ("About", 11),
    ("What became of it", 26),
    ("Standard", 18),
    ("Clause", 9),
    ("Constraint", 10),
    ("Title or file", 46),
    ("Before", 18),
    ("Now", 18),
    ("Why", 70),
];

/// Writes the sheet.
pub(super) fn write(sheet: &mut Worksheet, formats: &Formats, change: &ChangeShown) -> Result<(), XlsxError> {
    let mut sheet = Sheet::begin(sheet, formats, "Changes", &COLUMNS)?;
    for group in &change.groups {
        for clause in &group.clauses {
            sheet.row(&[
                Cell::Text("Clause"),
                Cell::Text(group.title),
                Cell::Text(&clause.standard),
                Cell::Text(&clause.number),
                Cell::Text(""),
                Cell::Text(&clause.title),
                verdict(clause.before),
                verdict(clause.after),
                Cell::Made(clause.reasons.join("\n")),
            ])?;
            for constraint in &clause.constraints {
                sheet.row(&[
                    Cell::Text("Constraint"),
                    Cell::Text(constraint.what),
                    Cell::Text(&clause.standard),
                    Cell::Text(&clause.number),
                    Cell::Text(&constraint.id),
                    Cell::Text(&clause.title),
                    verdict(constraint.before),
                    verdict(constraint.after),
                    Cell::Made(constraint.reasons.join("\n")),
                ])?;
            }
        }
    }
    for group in &change.files {
        for file in &group.files {
            let [empty, no_clause, no_constraint, before, now] = [(); 5].map(|()| Cell::Text(""));
            let (about, title, path, detail) =
                (Cell::Text("File"), Cell::Text(group.title), Cell::Text(&file.path), Cell::Text(&file.detail));
            sheet.row(&[about, title, empty, no_clause, no_constraint, path, before, now, detail])?;
        }
    }
    sheet.end()
}

fn verdict<'a>(verdict: Option<VerdictShown>) -> Cell<'a> {
    verdict.map_or(Cell::Text("not judged"), Cell::Verdict)
}
