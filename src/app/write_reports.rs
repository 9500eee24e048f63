//! Writes the reports of a review into a folder. Each file is written beside its place and then moved there, so that
//! a reader never sees half a report and a full disk leaves the old one whole.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::app::failure::{Exit, Failure};
use crate::assessment::Assessment;
use crate::catalog::Catalog;
use crate::report::{
    GapReport, PageFacts, RunFacts, gap_report_docx, gap_report_html, review_json, run_json, summary::Summary, summary_html,
};

/// A format of the reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `review.json` and `run.json`, written in any case.
    Json,
    /// `summary.html` and `gap-report.html`.
    Html,
    /// `gap-report.docx`.
    Docx,
}

impl Format {
    /// The format of that name.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "json" => Some(Self::Json),
            "html" => Some(Self::Html),
            "docx" => Some(Self::Docx),
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

/// Writes the reports and gives their paths. `for_pages` is the same assessment as the pages are to show it.
///
/// # Errors
/// The folder cannot be made or written.
pub fn write_reports(
    out: &Path,
    formats: &[Format],
    assessment: &Assessment,
    for_pages: &Assessment,
    catalog: &Catalog,
    page: &PageFacts,
    mut facts: RunFacts,
) -> Result<Vec<PathBuf>, Failure> {
    fs::create_dir_all(out).map_err(|error| failed(out, &error))?;
    let mut written = vec![write(out, "review.json", review_json(assessment).as_bytes())?];
    if formats.contains(&Format::Html) {
        written.push(write(out, "summary.html", summary_html(&Summary::of(for_pages, catalog), page).as_bytes())?);
        written.push(write(out, "gap-report.html", gap_report_html(&GapReport::of(for_pages, catalog), page).as_bytes())?);
    }
    if formats.contains(&Format::Docx) {
        written.push(write(out, "gap-report.docx", &gap_report_docx(&GapReport::of(for_pages, catalog), page))?);
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
