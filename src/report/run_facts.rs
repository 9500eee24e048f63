//! How a run went: everything about a review that may differ between two runs over the same documents.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::evidence::{LedgerEntry, LedgerStatus};

/// Files by what became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LedgerCounts {
    /// All listed files.
    pub listed: usize,
    /// Read and examined.
    pub read: usize,
    /// Opened, but their text could not be read.
    pub unreadable: usize,
    /// Not opened.
    pub passed_over: usize,
}

impl LedgerCounts {
    /// Counts the lines of a ledger.
    #[must_use]
    pub fn of(ledger: &[LedgerEntry]) -> Self {
        let mut counts = Self { listed: ledger.len(), ..Self::default() };
        for entry in ledger {
            match entry.status {
                LedgerStatus::Read => counts.read += 1,
                LedgerStatus::Unreadable => counts.unreadable += 1,
                LedgerStatus::PassedOver => counts.passed_over += 1,
            }
        }
        counts
    }
}

/// The contents of `run.json`. No `Debug`: paths are customer text.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RunFacts {
    /// When the run began, RFC 3339.
    pub started_at: String,
    /// When it ended, RFC 3339.
    pub finished_at: String,
    /// How long each step took, in milliseconds, by the name of the step.
    pub durations_ms: BTreeMap<String, u64>,
    /// Files by what became of them.
    pub counts: LedgerCounts,
    /// Threads that judged; they change speed, never results.
    pub engine_threads: usize,
    /// Versions by component: `crosswalk`, `catalog` …
    pub versions: BTreeMap<String, String>,
    /// The source as the user gave it, which may be an absolute path.
    pub source: String,
    /// Files written, as paths.
    pub outputs: Vec<String>,
    /// Why the review is incomplete, in sentences; empty when it is complete.
    pub incomplete_reasons: Vec<String>,
    /// Whether the user stopped it.
    pub interrupted: bool,
}
