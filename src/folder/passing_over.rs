//! Which entries of a folder are no documents, each with the reason that the report shows.

use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Files that `crosswalk review` writes. Our own words must never become evidence.
const REPORT_NAMES: &[&str] = &["review.json", "run.json", "change.json", "summary.html"];
const REPORT_STEMS: &[&str] = &["gap-report.", "oscal-", "traceability-matrix."];

/// Reports that say what they are, and where each begins to do so.
const MARKS: &[(&str, &str)] =
    &[("review.json", "\"crosswalk/review/"), ("change.json", "\"crosswalk/change/"), ("gap-report.json", "\"crosswalk/gap-report/")];

/// Files and folders that operating systems leave behind, in lower case.
const LEFT_BEHIND: &[&str] =
    &["thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "__macosx", "$recycle.bin", "system volume information", "lost+found"];

pub const LINK_OUT: &str = "A link that leads out of the chosen folder; it is not followed.";
pub const LINK_TO_NOTHING: &str = "A link to something that does not exist.";
pub const LINK_IN_CIRCLES: &str = "A link that leads in circles or may not be followed.";
pub const SPECIAL: &str = "Neither a file nor a folder (a pipe, a socket or a device).";
pub const OWN_REPORT: &str = "Written by an earlier Crosswalk review; our own reports are no evidence.";

/// Why an entry of that name is passed over, whatever it is.
pub fn reason_by_name(name: &str) -> Option<&'static str> {
    if name.starts_with("~$") {
        return Some("A lock file that Office keeps while a document is open; it holds no document.");
    }
    if LEFT_BEHIND.contains(&name.to_lowercase().as_str()) {
        return Some("Left behind by the operating system; it holds no document.");
    }
    if name.starts_with('.') {
        return Some("Hidden: its name begins with a dot.");
    }
    None
}

/// Whether reports of an earlier review lie in this folder. Only the mark inside one of its JSON files, or the default name of
/// the folder, tells: a customer may have a file of that name too.
pub fn holds_report(folder: &Path) -> bool {
    folder.file_name().is_some_and(|name| name == "crosswalk-report")
        || MARKS.iter().any(|(name, mark)| begins_with(&folder.join(name), mark))
}

/// Whether the mark stands near the beginning of that file.
fn begins_with(path: &Path, mark: &str) -> bool {
    // Looked at before it is opened: a pipe would wait for ever, a link would lead out of the folder.
    if !path.symlink_metadata().is_ok_and(|m| m.is_file()) {
        return false;
    }
    let Ok(file) = File::open(path) else { return false };
    let mut start = Vec::new();
    file.take(4096).read_to_end(&mut start).is_ok() && String::from_utf8_lossy(&start).contains(mark)
}

/// Whether a file of that name is one of those that a review writes.
pub fn is_report_name(name: &str) -> bool {
    REPORT_NAMES.contains(&name) || REPORT_STEMS.iter().any(|stem| name.starts_with(stem))
}
