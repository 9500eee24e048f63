//! Which file of the earlier review is which of the later one, and what became of each. It compares ids, paths and checksums, and never
//! a text.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::assessment::Assessment;
use crate::evidence::{LedgerEntry, LedgerStatus};

/// Which state of a file was reviewed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileVersion {
    /// The source's revision.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub revision: Option<String>,
    /// SHA-256 of bytes or text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sha256: Option<String>,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum FileFate {
    /// It was not there before.
    New,
    /// It was not in the earlier review, which was incomplete: it may have been there.
    FirstSeen,
    /// It is not there any more.
    Vanished,
    /// It is not in this review, which is incomplete: it may still be there.
    NotSeen,
    /// Its content is another.
    Changed {
        /// The state reviewed before.
        from: FileVersion,
        /// The state reviewed now.
        to: FileVersion,
    },
    /// The same content under another name or in another folder.
    Renamed,
    /// It was read before and was not read now.
    NotRead {
        /// The reason of the ledger.
        because: String,
    },
    /// It was not read before and was read now.
    ReadNow,
}

/// One file of which something changed. No `Debug`: paths are customer text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileChange {
    /// Its path now; of a file that is gone, its last one.
    pub path: String,
    /// Its path before, where that was another.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub earlier_path: Option<String>,
    /// What became of it.
    #[serde(flatten)]
    pub fate: FileFate,
}

/// What became of the files. Files that neither review opened are left out: they hold no evidence on either side. No `Debug`: paths
/// are customer text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileChanges {
    /// Files of which something changed, by path.
    pub changes: Vec<FileChange>,
    /// How many are the same.
    pub unchanged: usize,
}

impl FileChanges {
    fn count(&self, is: impl Fn(&FileFate) -> bool) -> usize {
        self.changes.iter().filter(|change| is(&change.fate)).count()
    }

    /// Files that were not there before, or at least not seen.
    #[must_use]
    pub fn added(&self) -> usize {
        self.count(|fate| matches!(fate, FileFate::New | FileFate::FirstSeen))
    }

    /// Files that are gone. What an incomplete review did not see does not count.
    #[must_use]
    pub fn vanished(&self) -> usize {
        self.count(|fate| matches!(fate, FileFate::Vanished))
    }

    /// Files with another content.
    #[must_use]
    pub fn changed(&self) -> usize {
        self.count(|fate| matches!(fate, FileFate::Changed { .. }))
    }

    /// Files with the same content at another place.
    #[must_use]
    pub fn renamed(&self) -> usize {
        self.count(|fate| matches!(fate, FileFate::Renamed))
    }

    /// Files that were read before and not now.
    #[must_use]
    pub fn not_read(&self) -> usize {
        self.count(|fate| matches!(fate, FileFate::NotRead { .. }))
    }
}

impl FileVersion {
    pub(super) fn of(entry: &LedgerEntry) -> Self {
        Self { revision: entry.revision.clone(), sha256: entry.sha256.clone() }
    }
}

/// The files of two reviews, each with the one that it was or became.
pub(super) struct Files<'a> {
    /// By the earlier path.
    later: BTreeMap<&'a str, (&'a LedgerEntry, Option<&'a LedgerEntry>)>,
    /// By the later path.
    earlier: BTreeMap<&'a str, (&'a LedgerEntry, Option<&'a LedgerEntry>)>,
}

impl<'a> Files<'a> {
    /// Finds the pairs. The same id at the same path comes first, then the same id, the same path, and the same content; of several the
    /// first by path, so that no order of a source shows.
    pub(super) fn of(previous: &'a Assessment, current: &'a Assessment) -> Self {
        let mut later: BTreeMap<&str, (&LedgerEntry, Option<&LedgerEntry>)> =
            previous.ledger.iter().map(|entry| (entry.path.as_str(), (entry, None))).collect();
        let mut taken: BTreeSet<&str> = BTreeSet::new();
        let path = |entry: &'a LedgerEntry| Some(("", entry.path.as_str()));
        let id = |entry: &'a LedgerEntry| Some(("", entry.file_id.as_deref()?));
        let content = |entry: &'a LedgerEntry| {
            let kind = if entry.sha256_of.is_some() { "text" } else { "bytes" };
            Some((kind, entry.sha256.as_deref().filter(|_| entry.bytes > 0)?))
        };
        let both = |entry: &'a LedgerEntry| Some((entry.path.as_str(), entry.file_id.as_deref().unwrap_or_default()));
        for by in [&both as &dyn Fn(&'a LedgerEntry) -> Option<(&'a str, &'a str)>, &id, &path, &content] {
            let mut free: BTreeMap<(&str, &str), Vec<&LedgerEntry>> = BTreeMap::new();
            // From the last to the first, so that the first is taken first.
            for entry in current.ledger.iter().rev().filter(|entry| !taken.contains(entry.path.as_str())) {
                if let Some(key) = by(entry) {
                    free.entry(key).or_default().push(entry);
                }
            }
            for (before, after) in later.values_mut().filter(|(_, after)| after.is_none()) {
                let found = by(before).and_then(|key| free.get_mut(&key)).and_then(Vec::pop);
                if let Some(found) = found {
                    taken.insert(&found.path);
                    *after = Some(found);
                }
            }
        }
        let mut earlier: BTreeMap<&str, (&LedgerEntry, Option<&LedgerEntry>)> =
            current.ledger.iter().map(|entry| (entry.path.as_str(), (entry, None))).collect();
        for (before, after) in later.values() {
            if let Some(now) = after.and_then(|after| earlier.get_mut(after.path.as_str())) {
                now.1 = Some(before);
            }
        }
        Self { later, earlier }
    }

    /// The file of that earlier path and what it is now.
    pub(super) fn now(&self, earlier_path: &str) -> Option<(&'a LedgerEntry, &'a LedgerEntry)> {
        self.later.get(earlier_path).and_then(|(before, after)| Some((*before, (*after)?)))
    }

    /// What the file of that path was, and the file.
    pub(super) fn before(&self, path: &str) -> Option<(&'a LedgerEntry, &'a LedgerEntry)> {
        self.earlier.get(path).and_then(|(now, before)| Some(((*before)?, *now)))
    }

    /// What became of each.
    pub(super) fn changes(&self, was_complete: bool, is_complete: bool) -> FileChanges {
        let mut all = FileChanges { changes: Vec::new(), unchanged: 0 };
        let is_opened = |entry: &LedgerEntry| entry.status != LedgerStatus::PassedOver;
        for (before, after) in self.later.values() {
            match after {
                Some(after) if is_opened(before) || is_opened(after) => match fate(before, after) {
                    Some(fate) => {
                        let earlier_path = (before.path != after.path).then(|| before.path.clone());
                        all.changes.push(FileChange { path: after.path.clone(), earlier_path, fate });
                    }
                    None => all.unchanged += 1,
                },
                None if is_opened(before) => {
                    let fate = if is_complete { FileFate::Vanished } else { FileFate::NotSeen };
                    all.changes.push(FileChange { path: before.path.clone(), earlier_path: None, fate });
                }
                Some(_) | None => {}
            }
        }
        for (now, _) in self.earlier.values().filter(|(now, before)| before.is_none() && is_opened(now)) {
            let fate = if was_complete { FileFate::New } else { FileFate::FirstSeen };
            all.changes.push(FileChange { path: now.path.clone(), earlier_path: None, fate });
        }
        all.changes.sort_by(|a, b| (&a.path, &a.earlier_path).cmp(&(&b.path, &b.earlier_path)));
        all
    }
}

/// Whether both lines are of the same content, as far as they tell.
pub(super) fn is_same_content(before: &LedgerEntry, after: &LedgerEntry) -> bool {
    match (&before.sha256, &after.sha256) {
        (Some(was), Some(is)) if before.sha256_of == after.sha256_of => was == is,
        (Some(_), Some(_)) => false,
        // One of them was never fetched.
        (Some(_) | None, None) | (None, Some(_)) => match (&before.revision, &after.revision) {
            (Some(was), Some(is)) => was == is,
            (Some(_) | None, None) | (None, Some(_)) => before.bytes == after.bytes,
        },
    }
}

fn fate(before: &LedgerEntry, after: &LedgerEntry) -> Option<FileFate> {
    let (was_read, is_read) = (before.status == LedgerStatus::Read, after.status == LedgerStatus::Read);
    if was_read && !is_read {
        return Some(FileFate::NotRead { because: after.reason.clone().unwrap_or_default() });
    }
    if is_read && !was_read {
        return Some(FileFate::ReadNow);
    }
    if !is_same_content(before, after) {
        return Some(FileFate::Changed { from: FileVersion::of(before), to: FileVersion::of(after) });
    }
    (before.path != after.path).then_some(FileFate::Renamed)
}
