//! How an attempt at a review ended, and its words: for the log, for the audit log, for the measurements.

use crate::ports::{AuditAction, ReviewFailure};

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// Its result is kept.
    Done,
    /// It failed for good.
    Failed(ReviewFailure),
    /// The customer stopped it.
    Cancelled,
    /// It waits to be tried again.
    Retried,
    /// This worker gave it back.
    HandedBack,
    /// Somebody else has it, or it is gone.
    Lost,
    /// The store did not answer; its lease runs out.
    StoreSilent,
}

impl Ended {
    /// One word, for measurements and the log.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed(_) => "failed",
            Self::Cancelled => "cancelled",
            Self::Retried => "retried",
            Self::HandedBack => "handed-back",
            Self::Lost => "lost",
            Self::StoreSilent => "not-ended",
        }
    }

    /// Why it failed, if it did.
    pub(super) fn failure(self) -> Option<ReviewFailure> {
        match self {
            Self::Failed(failure) => Some(failure),
            Self::Done | Self::Cancelled | Self::Retried | Self::HandedBack | Self::Lost | Self::StoreSilent => None,
        }
    }

    /// The line of the audit log; only what ends a review has one.
    pub(super) fn audited(self) -> Option<AuditAction> {
        match self {
            Self::Done => Some(AuditAction::ReviewDone),
            Self::Failed(_) => Some(AuditAction::ReviewFailed),
            Self::Cancelled | Self::Retried | Self::HandedBack | Self::Lost | Self::StoreSilent => None,
        }
    }
}
