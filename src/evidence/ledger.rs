//! The ledger: one line per listed file saying what became of it.

use serde::{Deserialize, Serialize};

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LedgerStatus {
    /// Its text was read and examined.
    Read,
    /// It was opened but its text could not be read; `reason` says why.
    Unreadable,
    /// It was not opened; `reason` says why.
    PassedOver,
}

/// Says that `sha256` is of the extracted text and not of the bytes (Google-native files).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextDigest {
    /// The digest covers the extracted text.
    Text,
}

/// One line of the ledger, as it stands in `review.json`. No `Debug`: the path is customer text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// Path relative to the root, `/`-separated.
    pub path: String,
    /// The source's own id of the file.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub file_id: Option<String>,
    /// MIME type.
    pub mime: String,
    /// Size in bytes of what was fetched, else what the source stated, else 0.
    pub bytes: u64,
    /// SHA-256, lower-case hexadecimal, of the bytes (or of the text, see `sha256_of`); absent if never fetched.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sha256: Option<String>,
    /// Present when `sha256` is of the text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sha256_of: Option<TextDigest>,
    /// Revision that was read.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub revision: Option<String>,
    /// Kind of document, as classified (`procedure`, `plan`, `record` …); only for read files.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub kind: Option<String>,
    /// What became of it.
    pub status: LedgerStatus,
    /// Why it was not read; always present unless the status is `read`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
}
