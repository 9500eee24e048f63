//! The sheet "Gaps": one row per likely gap, with room for who takes care and until when.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::findings::lines;
use super::formats::Formats;
use super::sheet::{Cell, Column, Sheet};
use crate::report::{ClauseSection, DecisionShown, GapReport};

const COLUMNS: [Column; 11] = [
    ("Standard", 18),
    ("Clause", 9),
    ("Title", 26),
    ("Verdict", 17),
    ("Gap", 34),
    ("Likely grade", 18),
    ("An auditor sees", 46),
    ("What to do", 46),
    ("Owner", 18),
    ("Due", 16),
    ("Your decisions", 36),
];

/// While the review is incomplete no gap has a grade.
const NOT_CONFIRMED: &str = "Not confirmed while the review is incomplete";

/// Writes the sheet.
pub(super) fn write(sheet: &mut Worksheet, formats: &Formats, report: &GapReport) -> Result<(), XlsxError> {
    let mut sheet = Sheet::begin(sheet, formats, "Gaps", &COLUMNS)?;
    for standard in &report.standards {
        for clause in &standard.clauses {
            let decisions = || clause.decisions.iter().chain(clause.constraints.iter().flat_map(|c| &c.decisions));
            let (owner, due) = assigned(clause);
            for gap in &clause.gaps {
                sheet.row(&[
                    Cell::Text(&standard.share.id),
                    Cell::Text(&clause.number),
                    Cell::Text(&clause.title),
                    Cell::Verdict(clause.verdict),
                    Cell::Text(&gap.title),
                    Cell::Text(gap.grade.unwrap_or(NOT_CONFIRMED)),
                    Cell::Text(&gap.auditor_sees),
                    Cell::Text(&gap.remedy),
                    Cell::Text(owner),
                    Cell::Text(due),
                    Cell::Made(lines(decisions().map(DecisionShown::in_words))),
                ])?;
            }
        }
    }
    sheet.end()
}

/// Who takes care of the clause by the latest assignment, and until when.
fn assigned(clause: &ClauseSection) -> (&str, &str) {
    let latest = clause.decisions.iter().rfind(|decision| !decision.owner.is_empty());
    latest.map_or(("", ""), |decision| (decision.owner.as_str(), decision.due.as_str()))
}
