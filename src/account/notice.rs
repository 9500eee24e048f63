//! What a customer is told by mail. Counts and opaque ids only: no name of a document, no quote. The words are made elsewhere.

use serde::{Deserialize, Serialize};

use crate::account::{ConnectionId, ReviewId};

/// Why a report is locked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LockedBecause {
    /// The money was given back.
    Refunded,
    /// The buyer's bank disputes the payment.
    Disputed,
}

/// What changed since the review before, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ChangeCounts {
    /// Clauses that have more evidence than before.
    pub gained: u64,
    /// Clauses that have less.
    pub lost: u64,
    /// Clauses that can no longer be assessed.
    pub no_longer_assessable: u64,
    /// Files that were not there before.
    pub files_new: u64,
    /// Files that are gone.
    pub files_vanished: u64,
    /// Files that say something else than before.
    pub files_changed: u64,
    /// Whether the catalog is another edition, or the engine another version.
    pub is_catalog_changed: bool,
}

impl ChangeCounts {
    /// Whether there is anything to tell.
    #[must_use]
    pub fn is_anything(&self) -> bool {
        let files = self.files_new + self.files_vanished + self.files_changed;
        self.gained + self.lost + self.no_longer_assessable + files > 0 || self.is_catalog_changed
    }
}

/// An occasion to write to a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Notice {
    /// A payment came in: the detailed report can be had.
    ReportUnlocked {
        /// Of which review.
        review: ReviewId,
    },
    /// A payment did not come in after all.
    PaymentFailed {
        /// For which review.
        review: ReviewId,
    },
    /// A report can no longer be had.
    ReportLocked {
        /// Of which review.
        review: ReviewId,
        /// Why.
        because: LockedBecause,
    },
    /// A scheduled review found something changed.
    ReviewChanged {
        /// Which review.
        review: ReviewId,
        /// Of which connection, for the way to its schedule.
        connection: ConnectionId,
        /// What changed.
        counts: ChangeCounts,
        /// Whether the review dealt with everything that was listed.
        is_complete: bool,
    },
    /// Google no longer accepts the permission, so that scheduled reviews rest.
    Reconnect {
        /// Of which connection.
        connection: ConnectionId,
    },
}

impl Notice {
    /// A word for the log.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::ReportUnlocked { .. } => "report-unlocked",
            Self::PaymentFailed { .. } => "payment-failed",
            Self::ReportLocked { .. } => "report-locked",
            Self::ReviewChanged { .. } => "review-changed",
            Self::Reconnect { .. } => "reconnect",
        }
    }
}
