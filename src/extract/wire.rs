//! What goes over the pipes between the program and its reader process: two lines and the bytes in, one answer out. It
//! holds no logic.

use serde::{Deserialize, Serialize};

use crate::evidence::{Document, Unreadable};
use crate::extract::SandboxDemand;
use crate::ports::{ExtractLimits, Extraction};

/// The first line on the reader's stdin: nothing in it comes from a stranger.
#[derive(Serialize, Deserialize)]
pub struct Opening {
    /// The limits.
    pub limits: Limits,
    /// How much confinement is needed.
    pub demand: SandboxDemand,
    /// What is to be done.
    pub task: Task,
}

/// What a reader process is started for.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// Read the one file that follows: a line with its [`Claim`], then its bytes to the end. The answer is an [`Answer`].
    Read,
    /// Try what is forbidden. The answer is a [`crate::extract::SandboxReport`].
    Probe,
}

/// The second line, parsed in the confined process: what a stranger calls his file.
#[derive(Serialize, Deserialize)]
pub struct Claim {
    /// The file's name.
    pub name: String,
    /// The MIME type it claims.
    pub mime: String,
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
