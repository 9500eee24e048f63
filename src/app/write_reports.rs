//! Writes the reports of a review into a folder. All files are written beside their places, and only then moved there, so that
//! a reader never sees half a report, and a full disk leaves those of the review before as they were: all of them, and not some.

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
    let mut parts = Parts { out, names: Vec::new() };
    parts.write("review.json", review_json(from.assessment).as_bytes())?;
    if let Some(change) = from.change {
        parts.write("change.json", change_json(change).as_bytes())?;
    }
    if formats.contains(&Format::Html) {
        parts.write("summary.html", summary_html(&summary, page).as_bytes())?;
        parts.write("gap-report.html", gap_report_html(&report, page).as_bytes())?;
    }
    if formats.contains(&Format::Docx) {
        parts.write("gap-report.docx", &gap_report_docx(&report, page))?;
    }
    if formats.contains(&Format::Xlsx) {
        parts.write("gap-report.xlsx", &gap_report_xlsx(&report, page))?;
    }
    facts.outputs = parts.names.iter().chain(&["run.json"]).map(|name| out.join(name).display().to_string()).collect();
    parts.write("run.json", run_json(&facts).as_bytes())?;
    parts.put_in_place()
}

/// Files that are written beside their places and not moved there yet. What is left of them goes when this is dropped.
struct Parts<'a> {
    out: &'a Path,
    names: Vec<&'static str>,
}

impl Parts<'_> {
    fn part(&self, name: &str) -> PathBuf {
        self.out.join(format!(".{name}.part"))
    }

    fn write(&mut self, name: &'static str, bytes: &[u8]) -> Result<(), Failure> {
        self.names.push(name);
        write_fresh(&self.part(name), bytes).map_err(|error| failed(&self.out.join(name), &error))
    }

    /// Moves all of them to their places and gives those.
    fn put_in_place(self) -> Result<Vec<PathBuf>, Failure> {
        let mut written = Vec::new();
        for name in &self.names {
            let path = self.out.join(name);
            match fs::rename(self.part(name), &path) {
                Ok(()) => {}
                Err(error) if written.is_empty() => return Err(failed(&path, &error)),
                Err(error) => return Err(half_moved(&path, &error, &written)),
            }
            written.push(path);
        }
        Ok(written)
    }
}

impl Drop for Parts<'_> {
    fn drop(&mut self) {
        for name in &self.names {
            // A half-written part is of no use; if it cannot be removed either, the disk is gone.
            let _ = fs::remove_file(self.part(name));
        }
    }
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

fn half_moved(path: &Path, error: &io::Error, new: &[PathBuf]) -> Failure {
    let names: Vec<_> = new.iter().filter_map(|path| path.file_name()).map(|name| name.to_string_lossy()).collect();
    Failure::new(
        Exit::Internal,
        format!(
            "The report {} could not be put in its place: {error}. Your documents were only read. These reports are new: {}; others in that \
             folder are of an earlier review.",
            path.display(),
            names.join(", ")
        ),
        "Remove what stands in its place or choose another folder with --out, then run the review again.",
    )
}
