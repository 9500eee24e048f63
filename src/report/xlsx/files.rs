//! The sheet "Files": every listed file and what became of it.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::formats::Formats;
use super::sheet::{Cell, Column, Sheet};
use crate::report::GapReport;

const COLUMNS: [Column; 7] =
    [("File", 60), ("Status", 13), ("Why it was not read", 46), ("Kind", 18), ("Size", 11), ("Checksum", 20), ("Revision", 16)];

/// Writes the sheet.
pub(super) fn write(sheet: &mut Worksheet, formats: &Formats, report: &GapReport) -> Result<(), XlsxError> {
    let mut sheet = Sheet::begin(sheet, formats, "Files", &COLUMNS)?;
    for line in &report.ledger {
        sheet.row(&[
            Cell::File(&line.file),
            Cell::Text(line.status),
            Cell::Text(&line.reason),
            Cell::Text(&line.kind),
            Cell::Text(&line.size),
            Cell::Text(&line.digest),
            Cell::Text(&line.revision),
        ])?;
    }
    sheet.end()
}
