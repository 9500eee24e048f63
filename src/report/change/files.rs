//! What became of the files, in words and groups.

use crate::assessment::{FileChange, FileChanges, FileFate};
use crate::report::change::reasons::versions;
use crate::report::shown;
use crate::report::shown::counted;

/// One file of which something changed. No `Debug`: paths are customer text.
#[derive(Clone)]
pub struct FileChangeShown {
    /// Its path.
    pub path: String,
    /// What else is to be said: its states, its earlier path, why it was not read; may be empty.
    pub detail: String,
}

/// Files that share what became of them. No `Debug`: paths are customer text.
#[derive(Clone)]
pub struct FileGroup {
    /// Heading.
    pub title: &'static str,
    /// Files by path.
    pub files: Vec<FileChangeShown>,
}

/// Headings in the order in which they are read.
const TITLES: [&str; 8] = [
    "Gone",
    "Not in this review, which is incomplete",
    "No longer read",
    "Changed",
    "Renamed or moved",
    "Could be read now",
    "New",
    "Not in the earlier review, which was incomplete",
];

/// The groups that hold something.
pub(super) fn groups(files: &FileChanges) -> Vec<FileGroup> {
    let group = |title: &'static str| {
        let of_group = files.changes.iter().filter(|change| self::title(&change.fate) == title);
        FileGroup { title, files: of_group.map(file_shown).collect() }
    };
    TITLES.into_iter().map(group).filter(|group| !group.files.is_empty()).collect()
}

fn title(fate: &FileFate) -> &'static str {
    let [gone, not_seen, not_read, changed, renamed, read_now, new, first_seen] = TITLES;
    match fate {
        FileFate::Vanished => gone,
        FileFate::NotSeen => not_seen,
        FileFate::NotRead { .. } => not_read,
        FileFate::Changed { .. } => changed,
        FileFate::Renamed => renamed,
        FileFate::ReadNow => read_now,
        FileFate::New => new,
        FileFate::FirstSeen => first_seen,
    }
}

fn file_shown(change: &FileChange) -> FileChangeShown {
    let own = match &change.fate {
        FileFate::Changed { from, to } => versions(from, to),
        FileFate::NotRead { because } => shown(because),
        FileFate::Vanished | FileFate::NotSeen | FileFate::Renamed | FileFate::ReadNow | FileFate::New | FileFate::FirstSeen => {
            String::new()
        }
    };
    let earlier = change.earlier_path.as_deref().map(|path| format!("before: {}", shown(path)));
    let detail: Vec<String> = earlier.into_iter().chain((!own.is_empty()).then_some(own)).collect();
    FileChangeShown { path: shown(&change.path), detail: detail.join("; ") }
}

/// The files in one sentence.
pub(super) fn headline(files: &FileChanges) -> String {
    let parts: Vec<String> = [
        (files.added(), "new"),
        (files.vanished(), "gone"),
        (files.changed(), "changed"),
        (files.renamed(), "renamed or moved"),
        (files.not_read(), "no longer read"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| format!("{count} {word}"))
    .collect();
    let same = counted(files.unchanged, "file is the same", "files are the same");
    if parts.is_empty() { format!("Files: {same}.") } else { format!("Files: {}; {same}.", parts.join(", ")) }
}
