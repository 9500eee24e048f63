//! The gap report as an Excel workbook: the same content as the pages, in rows that can be sorted, filtered and worked on. Every cell is
//! a text and none is a formula; the same arguments give the same bytes.

mod changes;
mod decisions;
mod evidence;
mod files;
mod findings;
mod formats;
mod gaps;
mod overview;
mod sheet;
mod text;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::report::{GapReport, PageFacts};

use formats::Formats;

/// The file `gap-report.xlsx`.
///
/// Excel, and whoever opens an export of it as CSV, takes a text for a formula if it begins with `=`, `+`, `-`, `@`, a tab or a carriage
/// return. Every cell is stored as a text, and a line that begins so gets an apostrophe before it; nothing else of it changes, so that a
/// quote stays the quote. A text is cut at the 32,767 characters of a cell and says so. Of a sheet the first 65,530 files are links, the
/// most that Excel opens; the others are named only.
#[must_use]
pub fn gap_report_xlsx(report: &GapReport, facts: &PageFacts) -> Vec<u8> {
    match written(report, facts) {
        Ok(bytes) => bytes,
        // Names of sheets are constants, texts and links are cut to what Excel takes, rows are counted, and memory has no disk to fill.
        Err(error) => unreachable!("a workbook in memory cannot fail to be written: {error}"),
    }
}

fn written(report: &GapReport, facts: &PageFacts) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // A date must stand there; the first that the archive knows stands for none, since nothing here knows the time.
    let created = ExcelDateTime::from_ymd(1980, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_title("Gap report").set_author("Crosswalk").set_creation_datetime(&created));
    let formats = Formats::new();
    overview::write(workbook.add_worksheet(), &formats, report, facts)?;
    findings::write(workbook.add_worksheet(), &formats, report)?;
    gaps::write(workbook.add_worksheet(), &formats, report)?;
    evidence::write(workbook.add_worksheet(), &formats, report)?;
    files::write(workbook.add_worksheet(), &formats, report)?;
    if let Some(change) = &report.change {
        changes::write(workbook.add_worksheet(), &formats, change)?;
    }
    decisions::write(workbook.add_worksheet(), &formats, report)?;
    workbook.save_to_buffer()
}
