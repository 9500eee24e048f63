//! Walks the folder: every entry ends as a file or as passed over with its reason.
//!
//! Invariant: nothing is listed twice and nothing outside the root is listed. Real entries come first, links after
//! them: a link to what was listed already is passed over, so that circles end and no document counts double.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::evidence::{FileContent, PassedOver, SourceFile, numbered};
use crate::folder::media_type::media_type;
use crate::folder::passing_over::{self, LINK_IN_CIRCLES, LINK_OUT, LINK_TO_NOTHING, OWN_REPORT, SPECIAL};

/// After so many files the progress is told again.
const TELL_EVERY: usize = 64;
const FOLDER: &str = "inode/directory";
const LINK: &str = "inode/symlink";
const SPECIAL_TYPE: &str = "application/octet-stream";

/// What the walk found.
pub struct Walked {
    pub files: Vec<SourceFile>,
    pub passed_over: Vec<PassedOver>,
    pub complete: bool,
    /// Where each file really lies, by its listed path.
    pub places: BTreeMap<String, PathBuf>,
}

/// Lists all below `root`, which must be a real path. `own_output`, a real path too, is where the reports of this very
/// review go: it is no part of the source and is not listed at all, so that a second review finds the same files.
pub fn walk(root: &Path, own_output: Option<&Path>, tell: &dyn Fn(usize)) -> Walked {
    let mut walk = Walk {
        root: root.into(),
        own_output: own_output.map(Path::to_path_buf),
        tell,
        folders: VecDeque::from([(root.to_path_buf(), String::new())]),
        links: VecDeque::new(),
        seen: BTreeMap::from([(root.to_path_buf(), ".".to_owned())]),
        taken: BTreeSet::new(),
        out: Walked { files: Vec::new(), passed_over: Vec::new(), complete: true, places: BTreeMap::new() },
    };
    walk.run();
    (walk.tell)(walk.out.files.len());
    walk.out
}

struct Walk<'a> {
    root: PathBuf,
    own_output: Option<PathBuf>,
    tell: &'a dyn Fn(usize),
    /// Folders to open: where they lie and how they are shown.
    folders: VecDeque<(PathBuf, String)>,
    /// Links to look at when all real entries are through.
    links: VecDeque<(PathBuf, String)>,
    /// Real places that were listed or opened, with how they are shown.
    seen: BTreeMap<PathBuf, String>,
    /// Shown paths; two names may look alike when bytes that are no UTF-8 were replaced.
    taken: BTreeSet<String>,
    out: Walked,
}

impl Walk<'_> {
    fn run(&mut self) {
        loop {
            if let Some((place, shown)) = self.folders.pop_front() {
                self.open(&place, &shown);
            } else if let Some((place, shown)) = self.links.pop_front() {
                self.follow(&place, &shown);
            } else {
                return;
            }
        }
    }

    fn open(&mut self, folder: &Path, shown: &str) {
        let names = match names_in(folder) {
            Ok(names) => names,
            Err(error) => return self.broken(shown, FOLDER, &error),
        };
        let holds_report = passing_over::holds_report(folder);
        for name in names {
            let place = folder.join(&name);
            let name = name.to_string_lossy();
            let is_own_output = |path: &Path| self.own_output.as_deref() == Some(path);
            if is_own_output(&place) || (is_own_output(folder) && passing_over::is_report_name(&name)) {
                continue;
            }
            let shown = self.unique(&if shown.is_empty() { name.to_string() } else { format!("{shown}/{name}") });
            let metadata = match place.symlink_metadata() {
                Ok(metadata) => metadata,
                Err(error) => {
                    self.broken(&shown, media_type(&name), &error);
                    continue;
                }
            };
            let kind = metadata.file_type();
            let mime = if kind.is_dir() {
                FOLDER
            } else if kind.is_symlink() {
                LINK
            } else {
                media_type(&name)
            };
            if let Some(reason) = passing_over::reason_by_name(&name) {
                self.pass_over(&shown, mime, if kind.is_file() { metadata.len() } else { 0 }, reason);
            } else if kind.is_symlink() {
                self.links.push_back((place, shown));
            } else if kind.is_dir() {
                self.seen.insert(place.clone(), shown.clone());
                self.folders.push_back((place, shown));
            } else if !kind.is_file() {
                self.pass_over(&shown, SPECIAL_TYPE, 0, SPECIAL);
            } else if holds_report && passing_over::is_report_name(&name) {
                // Without its size: the size of the last report must not change the next one.
                self.pass_over(&shown, mime, 0, OWN_REPORT);
            } else {
                self.list(place, shown, metadata.len());
            }
        }
    }

    /// A link counts for its target if that lies in the root and was not listed at its own place (it may stand in a
    /// hidden folder, as with large files kept by a version control system).
    fn follow(&mut self, link: &Path, shown: &str) {
        let target = match link.canonicalize() {
            Ok(target) => target,
            Err(error) if error.kind() == ErrorKind::NotFound => return self.pass_over(shown, LINK, 0, LINK_TO_NOTHING),
            Err(_) => return self.pass_over(shown, LINK, 0, LINK_IN_CIRCLES),
        };
        if !target.starts_with(&self.root) {
            return self.pass_over(shown, LINK, 0, LINK_OUT);
        }
        if let Some(first) = self.seen.get(&target) {
            let reason = format!("A link to \"{first}\", which is examined at its own place.");
            return self.pass_over(shown, LINK, 0, &reason);
        }
        let metadata = match target.metadata() {
            Ok(metadata) => metadata,
            Err(error) => return self.broken(shown, LINK, &error),
        };
        let name = target.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let is_report = target.parent().is_some_and(passing_over::holds_report) && passing_over::is_report_name(&name);
        if metadata.is_dir() {
            self.seen.insert(target.clone(), shown.to_owned());
            self.folders.push_back((target, shown.to_owned()));
        } else if !metadata.is_file() {
            self.pass_over(shown, SPECIAL_TYPE, 0, SPECIAL);
        } else if is_report {
            self.pass_over(shown, LINK, 0, OWN_REPORT);
        } else {
            self.list(target, shown.to_owned(), metadata.len());
        }
    }

    fn list(&mut self, place: PathBuf, shown: String, size_bytes: u64) {
        let name = shown.rsplit('/').next().unwrap_or(&shown);
        self.out.files.push(SourceFile {
            mime: media_type(name).into(),
            path: shown.clone(),
            file_id: None,
            resource_key: None,
            revision: None,
            content: FileContent::Stored { size_bytes: Some(size_bytes), checksum: None },
            web_link: None,
        });
        if self.out.files.len().is_multiple_of(TELL_EVERY) {
            (self.tell)(self.out.files.len());
        }
        self.seen.insert(place.clone(), shown.clone());
        self.out.places.insert(shown, place);
    }

    fn pass_over(&mut self, shown: &str, mime: &str, size_bytes: u64, reason: &str) {
        self.out.passed_over.push(PassedOver { path: shown.into(), file_id: None, mime: mime.into(), size_bytes, reason: reason.into() });
    }

    /// Something that could not be looked at: what lies below it is unknown, so the listing is not complete.
    fn broken(&mut self, shown: &str, mime: &str, error: &io::Error) {
        let what = if mime == FOLDER { "folder" } else { "entry" };
        let reason = match error.kind() {
            // It went away between two looks; that is an ordinary change, not a gap in the listing.
            ErrorKind::NotFound => format!("This {what} was moved or deleted while the folder was listed."),
            kind => {
                self.out.complete = false;
                format!("This {what} could not be listed: {kind}. What it holds is unknown.")
            }
        };
        self.pass_over(if shown.is_empty() { "." } else { shown }, mime, 0, &reason);
    }

    /// The path itself, or with ` (2)`, ` (3)` … if another entry looks the same.
    fn unique(&mut self, shown: &str) -> String {
        let mut candidate = shown.to_owned();
        let mut count = 1;
        while !self.taken.insert(candidate.clone()) {
            count += 1;
            candidate = numbered(shown, count);
        }
        candidate
    }
}

/// The names in a folder, in the order of their bytes, so that no file system's own order shows.
fn names_in(folder: &Path) -> io::Result<Vec<OsString>> {
    let mut names = folder.read_dir()?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}
