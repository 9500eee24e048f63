//! Counts what the worker does: attempts, how they end, files, and how the queue stands. Ids and names never enter.

use std::time::Duration;

use jiff::Timestamp;
use metrics::{counter, gauge, histogram};

use crate::assessment::Assessment;
use crate::evidence::LedgerStatus;
use crate::jobs::ended::Ended;
use crate::ports::measured::{
    FILES_EXAMINED, FILES_IN_RESULTS, OLDEST_WAITING, REVIEW_ATTEMPTS, REVIEW_DURATION, REVIEWS_ENDED, REVIEWS_RUNNING, REVIEWS_WAITING,
};
use crate::ports::{QueueDepth, ReviewFailure, ReviewProgress};

/// How the files of a result fared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct FileCounts {
    read: u64,
    unreadable: u64,
    passed_over: u64,
}

impl FileCounts {
    /// Of a result.
    pub(super) fn of(assessment: &Assessment) -> Self {
        let mut counts = Self::default();
        for entry in &assessment.ledger {
            match entry.status {
                LedgerStatus::Read => counts.read += 1,
                LedgerStatus::Unreadable => counts.unreadable += 1,
                LedgerStatus::PassedOver => counts.passed_over += 1,
            }
        }
        counts
    }
}

/// An attempt begins.
pub(super) fn began() {
    counter!(REVIEW_ATTEMPTS).increment(1);
}

/// An attempt has ended.
pub(super) fn ended(ended: Ended, took: Duration, progress: ReviewProgress) {
    let (outcome, reason) = (ended.word(), ended.failure().map_or("none", ReviewFailure::word));
    counter!(REVIEWS_ENDED, "outcome" => outcome, "reason" => reason).increment(1);
    histogram!(REVIEW_DURATION, "outcome" => outcome).record(took.as_secs_f64());
    counter!(FILES_EXAMINED, "outcome" => "read").increment(progress.read);
    counter!(FILES_EXAMINED, "outcome" => "not-read").increment(progress.examined.saturating_sub(progress.read));
}

/// A result was kept.
pub(super) fn kept(files: FileCounts) {
    for (outcome, count) in [("read", files.read), ("unreadable", files.unreadable), ("passed-over", files.passed_over)] {
        counter!(FILES_IN_RESULTS, "outcome" => outcome).increment(count);
    }
}

/// How the queue stands.
pub(super) fn queue(depth: QueueDepth, now: Timestamp) {
    let count = |number: u64| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    gauge!(REVIEWS_WAITING).set(count(depth.waiting));
    gauge!(REVIEWS_RUNNING).set(count(depth.running));
    let seconds = depth.due_since.map_or(0.0, |since| now.duration_since(since).as_secs_f64().max(0.0));
    gauge!(OLDEST_WAITING).set(seconds);
}
