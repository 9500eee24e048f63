//! Why a file's text could not be read.

use serde::{Deserialize, Serialize};

/// Why a file's text could not be read. A value, not an error: it ends as one line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unreadable {
    /// Needs a password, or forbids reading.
    Encrypted,
    /// Pages of images without text; nobody has run text recognition over it.
    Scanned,
    /// Ends too early or is damaged.
    Damaged {
        /// What the reader stumbled over, without customer text.
        detail: String,
    },
    /// The bytes are not of the type that the name or MIME type says.
    WrongType {
        /// The type it claims, such as `PDF`.
        claimed: String,
        /// What the bytes look like, such as `a ZIP archive`.
        found: String,
    },
    /// No reader for this type.
    Unsupported {
        /// The type, such as `DOC (Word 97)`.
        format: String,
    },
    /// More bytes, pages, parts or text than the limits allow.
    TooLarge {
        /// Which limit, in words with the number.
        limit: String,
    },
    /// Zero bytes.
    Empty,
    /// A proper file, but without any text.
    NoText,
    /// The fonts do not say which characters their glyphs are.
    UnknownGlyphs,
    /// Reading took longer than the limit.
    TimedOut {
        /// The limit in seconds.
        limit_seconds: u64,
    },
    /// The reader needed too much memory or broke down; it was stopped in its own process.
    ReaderStopped {
        /// What the operating system said, without customer text.
        detail: String,
    },
    /// The machine cannot confine the reader as it must, so it read nothing. No fault of the file.
    NotConfined {
        /// The missing features of the kernel, each with its reason.
        missing: String,
    },
}

impl Unreadable {
    /// A short code for counting: `encrypted`, `scanned`, `damaged` …
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Encrypted => "encrypted",
            Self::Scanned => "scanned",
            Self::Damaged { .. } => "damaged",
            Self::WrongType { .. } => "wrong-type",
            Self::Unsupported { .. } => "unsupported",
            Self::TooLarge { .. } => "too-large",
            Self::Empty => "empty",
            Self::NoText => "no-text",
            Self::UnknownGlyphs => "unknown-glyphs",
            Self::TimedOut { .. } => "timed-out",
            Self::ReaderStopped { .. } => "reader-stopped",
            Self::NotConfined { .. } => "not-confined",
        }
    }

    /// One sentence for the report: what is the matter and what to do.
    #[must_use]
    pub fn in_words(&self) -> String {
        match self {
            Self::Encrypted => "Encrypted: it needs a password. Provide a copy without one.".into(),
            Self::Scanned => "Scanned: the pages are images without text. Run text recognition (OCR) over it.".into(),
            Self::Damaged { detail } => format!("Damaged or cut short ({detail}). Provide an intact copy."),
            Self::WrongType { claimed, found } => {
                format!("Wrong type: named as {claimed}, but the content is {found}. Correct the name or the file.")
            }
            Self::Unsupported { format } => format!("No reader for {format}. Provide it as PDF, DOCX or XLSX."),
            Self::TooLarge { limit } => format!("Too large: {limit}. Split it, or raise the limit."),
            Self::Empty => "Empty: the file has no bytes.".into(),
            Self::NoText => "No text: the file opens but holds no words.".into(),
            Self::UnknownGlyphs => "Its fonts do not say which characters they show. Export it again with embedded text.".into(),
            Self::TimedOut { limit_seconds } => {
                format!("Reading took longer than {limit_seconds} seconds and was stopped. Provide a simpler copy.")
            }
            Self::ReaderStopped { detail } => format!("The reader had to be stopped ({detail}). Provide a simpler copy."),
            Self::NotConfined { missing } => format!(
                "Not read, through no fault of the file: this machine cannot confine the reader as required ({missing}). Whoever runs it \
                 finds the remedy with `crosswalk doctor`."
            ),
        }
    }
}
