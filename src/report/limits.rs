//! The limits of an examination: what was listed and not read, with the reasons, and the ledger of every file.

use crate::assessment::Assessment;
use crate::evidence::{LedgerEntry, LedgerStatus};
use crate::report::shown::Links;
use crate::report::{FileShown, LedgerCounts, shown};

/// Files that share a reason. No `Debug`: paths are customer text.
#[derive(Clone)]
pub struct ReasonGroup {
    /// The reason in a few words: `Encrypted`, `Scanned`.
    pub title: String,
    /// Files with the whole reason of each, in the order of the ledger.
    pub files: Vec<(FileShown, String)>,
}

/// What could not be or was not examined. No `Debug`: paths are customer text.
#[derive(Clone)]
pub struct Limits {
    /// Files by what became of them.
    pub counts: LedgerCounts,
    /// Files whose text could not be read, most frequent reason first.
    pub unreadable: Vec<ReasonGroup>,
    /// Files not opened, most frequent reason first.
    pub passed_over: Vec<ReasonGroup>,
}

/// One line of the ledger as shown. No `Debug`: the path is customer text.
#[derive(Clone)]
pub struct LedgerLine {
    /// The file.
    pub file: FileShown,
    /// Kind of document, or a dash.
    pub kind: String,
    /// Size in words: `12 KB`.
    pub size: String,
    /// The first twelve digits of the SHA-256, marked when it is of the text; or a dash.
    pub digest: String,
    /// Revision, or empty.
    pub revision: String,
    /// `Read`, `Unreadable`, `Passed over`.
    pub status: &'static str,
    /// Why it was not read; empty for read files.
    pub reason: String,
}

impl Limits {
    /// Gathers them from the ledger.
    #[must_use]
    pub fn of(assessment: &Assessment) -> Self {
        let links = Links::of(assessment);
        Self {
            counts: LedgerCounts::of(&assessment.ledger),
            unreadable: groups(assessment, &links, LedgerStatus::Unreadable),
            passed_over: groups(assessment, &links, LedgerStatus::PassedOver),
        }
    }
}

/// The ledger as shown, in its own order.
pub(crate) fn ledger_lines(assessment: &Assessment, links: &Links<'_>) -> Vec<LedgerLine> {
    assessment.ledger.iter().map(|entry| line(entry, links)).collect()
}

fn line(entry: &LedgerEntry, links: &Links<'_>) -> LedgerLine {
    let digest = entry.sha256.as_deref().map_or("–".to_owned(), |sha| {
        let head: String = shown(sha).chars().take(12).collect();
        if entry.sha256_of.is_some() { format!("{head} (text)") } else { head }
    });
    LedgerLine {
        file: links.file(&entry.path),
        kind: entry.kind.as_deref().map_or("–".to_owned(), |kind| shown(kind).replace('-', " ")),
        size: size_in_words(entry.bytes),
        digest,
        revision: entry.revision.as_deref().map(shown).unwrap_or_default(),
        status: match entry.status {
            LedgerStatus::Read => "Read",
            LedgerStatus::Unreadable => "Unreadable",
            LedgerStatus::PassedOver => "Passed over",
        },
        reason: entry.reason.as_deref().map(shown).unwrap_or_default(),
    }
}

fn groups(assessment: &Assessment, links: &Links<'_>, status: LedgerStatus) -> Vec<ReasonGroup> {
    let mut groups: Vec<ReasonGroup> = Vec::new();
    for entry in assessment.ledger.iter().filter(|e| e.status == status) {
        let reason = shown(entry.reason.as_deref().unwrap_or("No reason was recorded."));
        let title = short_reason(&reason);
        let file = (links.file(&entry.path), reason);
        match groups.iter_mut().find(|g| g.title == title) {
            Some(group) => group.files.push(file),
            None => groups.push(ReasonGroup { title, files: vec![file] }),
        }
    }
    // Stable, so equally frequent reasons stay in the order of the ledger.
    groups.sort_by_key(|group| std::cmp::Reverse(group.files.len()));
    groups
}

/// The part of a reason that files share: up to its first stop, colon, bracket or comma.
fn short_reason(reason: &str) -> String {
    let end = [": ", ". ", " (", ", ", "; "].iter().filter_map(|stop| reason.find(stop)).min().unwrap_or(reason.len());
    let short = reason.get(..end).unwrap_or(reason);
    short.trim_end_matches(['.', ':']).to_owned()
}

fn size_in_words(bytes: u64) -> String {
    match bytes {
        0 => "–".into(),
        1..=1023 => format!("{bytes} B"),
        1024..=1_048_575 => format!("{} KB", bytes.div_ceil(1024)),
        _ => {
            let tenths = bytes.div_ceil(104_858);
            format!("{}.{} MB", tenths / 10, tenths % 10)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_shortened_to_what_they_share() {
        for (reason, expected) in [
            ("Encrypted: it needs a password. Provide a copy without one.", "Encrypted"),
            ("Damaged or cut short (no xref). Provide an intact copy.", "Damaged or cut short"),
            ("Hidden file", "Hidden file"),
            ("Empty.", "Empty"),
        ] {
            assert_eq!(short_reason(reason), expected);
        }
    }

    #[test]
    fn sizes() {
        for (bytes, expected) in [(0, "–"), (12, "12 B"), (2048, "2 KB"), (1_572_864, "1.5 MB")] {
            assert_eq!(size_in_words(bytes), expected);
        }
    }
}
