//! What can go wrong with Crosswalk's own files and keys.

use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why a file of the data folder, or a key, cannot be used. Names files, never what is in them.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StoreError {
    /// The file cannot be read or written.
    #[error("{} cannot be {action}: {detail}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// `read`, `written` …
        action: &'static str,
        /// What the system said.
        detail: String,
    },
    /// Others may read the key.
    #[error("{} may be read by other users of this machine", path.display())]
    TooOpen {
        /// The file.
        path: PathBuf,
    },
    /// The file is not what it should be, or was sealed with another key.
    #[error("{} cannot be unsealed: {detail}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        detail: &'static str,
    },
    /// The keys that were given cannot be used.
    #[error("the sealing keys cannot be used: {detail}")]
    BadKeys {
        /// Which one and why; no key material.
        detail: String,
    },
    /// The machine gives no random numbers.
    #[error("This machine gives no random numbers to seal with")]
    NoRandomness,
}

impl StoreError {
    pub(super) fn io(path: &Path, action: &'static str, error: &std::io::Error) -> Self {
        // The kind is a short phrase in words; the whole error would repeat the path and a number.
        Self::Io { path: path.to_owned(), action, detail: error.kind().to_string() }
    }

    /// What to do about it.
    #[must_use]
    pub fn advice(&self) -> String {
        match self {
            Self::Io { .. } => "Check the rights of the data folder, or choose another with CROSSWALK_DATA_DIR.".to_owned(),
            Self::TooOpen { path } => {
                format!("Run `chmod 600 {}`; if others may have read it, delete it and run `crosswalk connect` again.", path.display())
            }
            Self::Damaged { .. } => "Run `crosswalk connect` again to store a new sign-in.".to_owned(),
            Self::BadKeys { .. } => "Give each key as base64 of 32 random bytes, separated by commas, blanks or lines.".to_owned(),
            Self::NoRandomness => "Restart the machine and try again.".to_owned(),
        }
    }
}
