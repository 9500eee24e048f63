//! What goes over the pipes between the program and its reader process: one header line and the bytes in, one answer
//! out. It holds no logic.

use serde::{Deserialize, Serialize};

use crate::evidence::{Document, Unreadable};
use crate::ports::{ExtractLimits, Extraction};

/// The first line on the reader's stdin; the file's bytes follow.
#[derive(Serialize, Deserialize)]
pub struct Request {
    /// The file's name.
    pub name: String,
    /// The MIME type it claims.
    pub mime: String,
    /// The limits.
    pub limits: Limits,
}

/// [`ExtractLimits`] as they travel.
#[derive(Serialize, Deserialize)]
#[serde(remote = "ExtractLimits")]
struct LimitsFields {
    file_bytes: u64,
    text_bytes: usize,
    blocks: usize,
    pages: usize,
    zip_entries: usize,
    zip_part_bytes: u64,
    zip_total_bytes: u64,
    xml_depth: usize,
    memory_bytes: u64,
    cpu_seconds: u64,
    wall_seconds: u64,
}

/// The limits, wrapped so that they can travel.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub struct Limits(#[serde(with = "LimitsFields")] pub ExtractLimits);

/// What the reader writes on its stdout.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// The text.
    Document(Document),
    /// Why there is none.
    Unreadable(Unreadable),
}

impl From<Answer> for Extraction {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Document(document) => Self::Document(document),
            Answer::Unreadable(reason) => Self::Unreadable(reason),
        }
    }
}

impl From<Extraction> for Answer {
    fn from(extraction: Extraction) -> Self {
        match extraction {
            Extraction::Document(document) => Self::Document(document),
            Extraction::Unreadable(reason) => Self::Unreadable(reason),
        }
    }
}
