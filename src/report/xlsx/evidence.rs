//! The sheet "Evidence": one row per quote.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::formats::Formats;
use super::sheet::{Cell, Column, Sheet};
use crate::report::GapReport;

const COLUMNS: [Column; 9] = [
    ("Standard", 18),
    ("Clause", 9),
    ("Constraint", 10),
    ("Verdict", 17),
    ("The quote", 20),
    ("Words, verbatim", 70),
    ("File", 40),
    ("Place", 34),
    ("Strength", 9),
];

/// Writes the sheet.
pub(super) fn write(sheet: &mut Worksheet, formats: &Formats, report: &GapReport) -> Result<(), XlsxError> {
    let mut sheet = Sheet::begin(sheet, formats, "Evidence", &COLUMNS)?;
    for standard in &report.standards {
        for clause in &standard.clauses {
            for constraint in &clause.constraints {
                let counts = if constraint.quotes_count { "counts as evidence" } else { "nearest passage, does not count" };
                let quotes = constraint.quotes.iter().map(|quote| (counts, quote));
                for (what, quote) in quotes.chain(constraint.contradictions.iter().map(|quote| ("says the contrary", quote))) {
                    sheet.row(&[
                        Cell::Text(&standard.share.id),
                        Cell::Text(&clause.number),
                        Cell::Text(&constraint.id),
                        Cell::Verdict(constraint.verdict),
                        Cell::Text(what),
                        Cell::Text(&quote.quote),
                        Cell::File(&quote.file),
                        Cell::Text(&quote.place),
                        Cell::Text(&quote.strength),
                    ])?;
                }
            }
        }
    }
    sheet.end()
}
