//! The reasons why a verdict went where it went, as values. Nothing is guessed: where two reviews do not tell, there is none.

use serde::{Deserialize, Serialize};

use crate::assessment::FileVersion;

/// One reason. Paths are those of the later review where the file is in it. No `Debug`: paths are customer text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Reason {
    /// The passage that was quoted is no longer found in this file, which changed.
    PassageGone {
        /// The file.
        path: String,
        /// Its state before.
        from: FileVersion,
        /// Its state now.
        to: FileVersion,
    },
    /// A passage is found in this file, which changed.
    PassageFound {
        /// The file.
        path: String,
        /// Its state before.
        from: FileVersion,
        /// Its state now.
        to: FileVersion,
    },
    /// The file changed, and another passage of it is quoted now.
    PassageOther {
        /// The file.
        path: String,
        /// Its state before.
        from: FileVersion,
        /// Its state now.
        to: FileVersion,
    },
    /// The file that was quoted is not there any more.
    FileVanished {
        /// Its last path.
        path: String,
    },
    /// The file that was quoted is not in this review, which is incomplete.
    FileNotSeen {
        /// Its last path.
        path: String,
    },
    /// The file was not read this time.
    FileNotRead {
        /// The file.
        path: String,
        /// The reason of the ledger.
        because: String,
    },
    /// A new file gives evidence.
    FileNew {
        /// The file.
        path: String,
    },
    /// A file gives evidence that the earlier, incomplete review did not see.
    FileFirstSeen {
        /// The file.
        path: String,
    },
    /// A file could be read that could not be before.
    FileReadNow {
        /// The file.
        path: String,
    },
    /// The file was renamed or moved; its content is the same.
    FileRenamed {
        /// Before.
        from: String,
        /// Now.
        to: String,
    },
    /// Something holds the passages of this file back now: it became a draft, say.
    HeldBack {
        /// The file.
        path: String,
        /// The word of `review.json`.
        by: String,
    },
    /// What held the passages of this file back is gone.
    ReleasedFrom {
        /// The file.
        path: String,
        /// The word of `review.json`.
        by: String,
    },
    /// The files are the same: the catalog is another.
    CatalogChanged,
    /// The files are the same: the engine is another.
    EngineChanged,
    /// Something else was chosen to be reviewed.
    ChoiceChanged,
    /// This review is incomplete.
    ReviewIncomplete,
    /// The earlier review was incomplete.
    PreviousIncomplete,
    /// No document was read this time.
    NothingRead,
}
