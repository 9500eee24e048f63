//! The sheet "Decisions": what the customer decided, each with its place.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::formats::Formats;
use super::sheet::{Cell, Column, Sheet};
use crate::report::{DecisionShown, GapReport};

const COLUMNS: [Column; 9] = [
    ("About", 40),
    ("Part of this review", 18),
    ("Decision", 24),
    ("Evidence or assignment", 40),
    ("Owner", 20),
    ("Due", 18),
    ("Reason", 60),
    ("Decided by", 22),
    ("On", 20),
];

/// Writes the sheet. Without decisions it holds its head only.
pub(super) fn write(sheet: &mut Worksheet, formats: &Formats, report: &GapReport) -> Result<(), XlsxError> {
    let mut sheet = Sheet::begin(sheet, formats, "Decisions", &COLUMNS)?;
    for standard in &report.standards {
        for clause in &standard.clauses {
            let place = format!("{} {}", standard.share.id, clause.number);
            for decision in &clause.decisions {
                sheet.row(&cells(place.clone(), "yes", decision))?;
            }
            for constraint in &clause.constraints {
                for decision in &constraint.decisions {
                    sheet.row(&cells(format!("{place}, constraint {}", constraint.id), "yes", decision))?;
                }
            }
        }
    }
    for elsewhere in &report.elsewhere {
        sheet.row(&cells(elsewhere.place.clone(), "no", &elsewhere.decision))?;
    }
    sheet.end()
}

fn cells<'a>(place: String, is_part: &'static str, decision: &'a DecisionShown) -> [Cell<'a>; 9] {
    [
        Cell::Made(place),
        Cell::Text(is_part),
        Cell::Text(decision.kind),
        Cell::Text(&decision.detail),
        Cell::Text(&decision.owner),
        Cell::Text(&decision.due),
        Cell::Text(&decision.reason),
        Cell::Text(&decision.name),
        Cell::Text(&decision.day),
    ]
}
