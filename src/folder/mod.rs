//! A local folder as a source of documents: lists it, and reads single files into memory under a limit. It opens
//! files for reading only, follows no link out of the folder, and keeps nothing.

mod media_type;
mod passing_over;
mod reading;
mod walk;

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tokio::sync::mpsc;

use crate::evidence::{Inventory, SourceFile, SourceIdentity, SourceKind};
use crate::ports::{ByteLimit, DocumentSource, FetchError, Fetched, ProgressSink, ReviewEvent, SourceError};

/// A folder on this machine.
pub struct FolderSource {
    chosen: PathBuf,
    own_output: Option<PathBuf>,
    /// Where each listed path really lies: shown names may have lost bytes that are no UTF-8, and a link is listed
    /// under its own name. Filled by the listing.
    places: Mutex<BTreeMap<String, PathBuf>>,
}

impl FolderSource {
    /// The folder at that path; nothing is opened yet.
    pub fn new(chosen: impl Into<PathBuf>) -> Self {
        Self { chosen: chosen.into(), own_output: None, places: Mutex::new(BTreeMap::new()) }
    }

    /// Leaves out the folder that the reports of this review are written to, should it lie in the source.
    #[must_use]
    pub fn without_output(mut self, out: &Path) -> Self {
        self.own_output = Some(out.to_path_buf());
        self
    }

    fn place(&self, path: &str) -> Option<PathBuf> {
        self.places.lock().ok()?.get(path).cloned()
    }
}

impl DocumentSource for FolderSource {
    fn identity(&self) -> SourceIdentity {
        SourceIdentity { kind: SourceKind::Folder, root: ".".into() }
    }

    async fn list(&self, progress: &dyn ProgressSink) -> Result<Inventory, SourceError> {
        let chosen = self.chosen.clone();
        let own_output = self.own_output.clone();
        let (seen, mut told) = mpsc::unbounded_channel();
        let walking = tokio::task::spawn_blocking(move || {
            let root = real_root(&chosen)?;
            let own_output = own_output.and_then(|out| real_output(&out));
            Ok(walk::walk(&root, own_output.as_deref(), &|files_seen| {
                // Nobody listens any more: the review was stopped, and the walk ends soon by itself.
                let _ = seen.send(files_seen);
            }))
        });
        while let Some(files_seen) = told.recv().await {
            progress.event(ReviewEvent::Listing { files_seen });
        }
        let walked = walking.await.map_err(|error| broke_down(&error))??;
        if let Ok(mut places) = self.places.lock() {
            *places = walked.places;
        }
        Ok(Inventory::new(self.identity(), walked.files, walked.passed_over, walked.complete))
    }

    async fn fetch(&self, file: &SourceFile, limit: ByteLimit) -> Result<Fetched, FetchError> {
        let Some(place) = self.place(&file.path) else {
            return Err(FetchError::Refused { reason: "Not fetched: it was not part of the listing.".into() });
        };
        let chosen = self.chosen.clone();
        tokio::task::spawn_blocking(move || reading::read(&chosen, &place, limit))
            .await
            .map_err(|error| FetchError::Stop(broke_down(&error)))?
            .map(|bytes| Fetched { bytes, revision: None })
    }
}

/// The output folder without links in its path, also when it does not exist yet.
fn real_output(out: &Path) -> Option<PathBuf> {
    out.canonicalize().ok().or_else(|| {
        let parent = out.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Some(parent.canonicalize().ok()?.join(out.file_name()?))
    })
}

/// The chosen folder without links in its path.
fn real_root(chosen: &Path) -> Result<PathBuf, SourceError> {
    let what = format!("the folder \"{}\"", chosen.display());
    let forbidden =
        |detail: &str, advice: &str| SourceError::Forbidden { what: what.clone(), detail: detail.into(), advice: advice.into() };
    let refused = |error: &std::io::Error| match error.kind() {
        ErrorKind::NotFound => {
            SourceError::NotFound { what: what.clone(), advice: "Check the spelling, or whether its drive is connected.".into() }
        }
        ErrorKind::NotADirectory => forbidden("a part of its path is a file", "Name a folder."),
        ErrorKind::PermissionDenied => forbidden("permission denied", "Ask its owner for the right to read it, or choose another folder."),
        kind => forbidden(&kind.to_string(), "Check the path and the drive it lies on."),
    };
    let root = chosen.canonicalize().map_err(|e| refused(&e))?;
    let metadata = root.metadata().map_err(|e| refused(&e))?;
    if !metadata.is_dir() {
        return Err(forbidden(
            "it is not a folder",
            "Name the folder that the file lies in; `crosswalk extract FILE` reads a single file.",
        ));
    }
    root.read_dir().map_err(|e| refused(&e))?;
    Ok(root)
}

fn broke_down(error: &tokio::task::JoinError) -> SourceError {
    let detail = if error.is_panic() { "the reading thread broke down" } else { "the reading thread was stopped" };
    SourceError::Unexpected { who: "the folder".into(), detail: detail.into() }
}
