//! What customers are told by mail, as values that can be kept until the letter is sent.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::account::{ConnectionId, ReviewId};

/// Something that a customer is told. It holds ids, counts and dates only, nothing out of a Drive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Notice {
    /// A payment arrived, and the detailed report is open.
    ReportUnlocked {
        /// Of which review.
        review: ReviewId,
    },
    /// A payment that was on its way did not arrive.
    PaymentFailed {
        /// For which review.
        review: ReviewId,
    },
    /// A report that was open is locked again.
    ReportLocked {
        /// Of which review.
        review: ReviewId,
        /// Why.
        because: LockReason,
    },
    /// A scheduled review ended, and something is other than it was in the one before.
    ReviewChanged {
        /// The new review.
        review: ReviewId,
        /// On whose schedule it ran.
        connection: ConnectionId,
        /// What changed.
        counts: ChangeCounts,
    },
    /// Google no longer lets us read what was connected.
    Reconnect {
        /// Which connection.
        connection: ConnectionId,
    },
    /// A scheduled review gave no result.
    ScheduledReviewFailed {
        /// Which review.
        review: ReviewId,
        /// On whose schedule it ran.
        connection: ConnectionId,
        /// Why, as one whole sentence of ours: no name, nothing out of a Drive.
        because: String,
    },
    /// A review has reached its age.
    ReviewWillBePurged {
        /// Which.
        review: ReviewId,
        /// On that day, in UTC.
        on: Date,
    },
}

/// Why a report was locked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LockReason {
    /// The money was given back.
    Refunded,
    /// The buyer's bank disputes the payment.
    Disputed,
}

/// What changed between two reviews of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ChangeCounts {
    /// Clauses with evidence now and none before.
    pub gained: u64,
    /// Clauses with evidence before and none now.
    pub lost: u64,
    /// Clauses that could be assessed before and cannot be now.
    pub no_longer_assessable: u64,
    /// Files that are new.
    pub files_new: u64,
    /// Files that are not there any more.
    pub files_vanished: u64,
    /// Files with other content.
    pub files_changed: u64,
    /// Whether the catalog of requirements is another one, so that part of the change may come from it.
    pub catalog_changed: bool,
    /// Whether the new review looked at everything that was listed.
    pub review_is_complete: bool,
}
