//! Writes the reports of a review into a folder. Each file is written beside its place and then moved there, so that
//! a reader never sees half a report and a full disk leaves the old one whole.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::app::failure::{Exit, Failure};
use crate::assessment::{Assessment, Change};
use crate::catalog::Catalog;
use crate::report::{
    GapReport, PageFacts, RunFacts, change_json, gap_report_docx, gap_report_html, gap_report_xlsx, review_json, run_json,
    summary::Summary, summary_html,
};

/// A format of the reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `review.json`, `run.json` and `change.json`, written in any case (the last if there is an earlier review).
    Json,
    /// `summary.html` and `gap-report.html`.
    Html,
    /// `gap-report.docx`.
    Docx,
    /// `gap-report.xlsx`.
    Xlsx,
}

impl Format {
    /// The format of that name.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "json" => Some(Self::Json),
            "html" => Some(Self::Html),
            "docx" => Some(Self::Docx),
            "xlsx" => Some(Self::Xlsx),
            _ => None,
        }
    }
}

/// Tries whether the folder for the reports can be made and written, before hours are spent on a review.
///
/// # Errors
/// The folder cannot be made or written.
pub fn ready_to_write(out: &Path) -> Result<(), Failure> {
    // The folder itself is made when there is something to put into it.
    let nearest = out.ancestors().find(|folder| folder.as_os_str().is_empty() || folder.exists()).unwrap_or(out);
    let nearest = if nearest.as_os_str().is_empty() { Path::new(".") } else { nearest };
    let trial = nearest.join(".crosswalk.part");
    write_fresh(&trial, b"").and_then(|()| fs::remove_file(&trial)).map_err(|error| {
        let advice = "Choose another folder with --out, or make room; nothing was read yet.";
        Failure::new(Exit::Usage, format!("Reports cannot be written to {}: {error}.", out.display()), advice)
    })
}

/// What the reports are made of.
pub struct ReportSources<'a> {
    /// The result.
    pub assessment: &'a Assessment,
    /// The same as the pages are to show it.
    pub for_pages: &'a Assessment,
    /// What changed since an earlier review, if there is one to compare with.
    pub change: Option<&'a Change>,
    /// The catalog that was used.
    pub catalog: &'a Catalog,
    /// What pages say beside.
    pub page: &'a PageFacts,
}

/// Writes the reports and gives their paths.
///
/// # Errors
/// The folder cannot be made or written.
pub fn write_reports(out: &Path, formats: &[Format], from: &ReportSources<'_>, mut facts: RunFacts) -> Result<Vec<PathBuf>, Failure> {
    let (catalog, page) = (from.catalog, from.page);
    let mut report = GapReport::of(from.for_pages, catalog);
    let mut summary = Summary::of(from.for_pages, catalog);
    if let Some(change) = from.change {
        report = report.with_change(change, catalog);
        summary = summary.with_change(change, catalog);
    }
    fs::create_dir_all(out).map_err(|error| failed(out, &error))?;
    let mut written = vec![write(out, "review.json", review_json(from.assessment).as_bytes())?];
    if let Some(change) = from.change {
        written.push(write(out, "change.json", change_json(change).as_bytes())?);
    }
    if formats.contains(&Format::Html) {
        written.push(write(out, "summary.html", summary_html(&summary, page).as_bytes())?);
        written.push(write(out, "gap-report.html", gap_report_html(&report, page).as_bytes())?);
    }
    if formats.contains(&Format::Docx) {
        written.push(write(out, "gap-report.docx", &gap_report_docx(&report, page))?);
    }
    if formats.contains(&Format::Xlsx) {
        written.push(write(out, "gap-report.xlsx", &gap_report_xlsx(&report, page))?);
    }
    written.push(out.join("run.json"));
    facts.outputs = written.iter().map(|path| path.display().to_string()).collect();
    write(out, "run.json", run_json(&facts).as_bytes())?;
    Ok(written)
}

/// Writes a file that was not there. What lies in its place is removed, never written into: it may be a link that
/// somebody put there.
fn write_fresh(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)
}

fn write(out: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, Failure> {
    let path = out.join(name);
    let part = out.join(format!(".{name}.part"));
    let result = write_fresh(&part, bytes).and_then(|()| fs::rename(&part, &path));
    match result {
        Ok(()) => Ok(path),
        Err(error) => {
            // The half-written part is of no use; if it cannot be removed either, the disk is gone.
            let _ = fs::remove_file(&part);
            Err(failed(&path, &error))
        }
    }
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    Failure::new(
        Exit::Internal,
        format!(
            "The report {} could not be written: {error}. Your documents were only read, and reports of earlier reviews are unchanged.",
            path.display()
        ),
        "Make room or choose another folder with --out, then run the review again.",
    )
}
