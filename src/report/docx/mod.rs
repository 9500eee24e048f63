//! The gap report as a Word document: the same content as the HTML page, with real heading styles, a table of
//! contents, repeated header rows, and verdicts in words and shade.

mod appendix;
mod change;
mod clauses;
mod decisions;
mod front;
mod manuscript;
mod order;
mod package;
mod styles;

use crate::report::{GapReport, PageFacts};

use manuscript::Manuscript;

/// The file `gap-report.docx`. The same arguments give the same bytes.
#[must_use]
pub fn gap_report_docx(report: &GapReport, facts: &PageFacts) -> Vec<u8> {
    let mut body = Manuscript::default();
    front::write(&mut body, report, facts);
    if let Some(change) = &report.change {
        change::write(&mut body, change);
    }
    for standard in &report.standards {
        clauses::write(&mut body, standard, report.front.complete);
    }
    decisions::elsewhere(&mut body, &report.elsewhere);
    appendix::limits(&mut body, report);
    appendix::matrix(&mut body, report);
    appendix::ledger(&mut body, report);
    package::packed(front::title_page(report, facts), body)
}
