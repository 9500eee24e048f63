//! The audit log: who did what when, by opaque ids, each line chained to the one before.

use async_trait::async_trait;
use jiff::Timestamp;

use crate::account::CustomerId;
use crate::ports::StoreFailure;

/// What happened. Words only, and ids of ours: no name, address, token or text of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditAction {
    /// Signed in.
    SignedIn,
    /// Signed out.
    SignedOut,
    /// Signed out everywhere.
    SignedOutEverywhere,
    /// Connected a Drive or a folder.
    Connected,
    /// The grant was found dead.
    GrantLost,
    /// Disconnected.
    Disconnected,
    /// Ordered a review.
    ReviewOrdered,
    /// Asked to stop a review.
    ReviewCancelled,
    /// A review ended with a result.
    ReviewDone,
    /// A review ended without one.
    ReviewFailed,
    /// Deleted a review.
    ReviewDeleted,
    /// Opened a result.
    SummaryOpened,
    /// Downloaded a report.
    Downloaded,
    /// Downloaded all own data.
    Exported,
    /// Changed how long reviews are kept.
    RetentionChanged,
    /// Reviews were purged because their time was over.
    Purged,
    /// Deleted the account.
    AccountDeleted,
    /// Went to the checkout.
    CheckoutBegun,
    /// How a payment stands changed by what Stripe told.
    PaymentChanged,
    /// Set when a connection is reviewed again.
    Scheduled,
    /// Removed that.
    ScheduleRemoved,
    /// Decided something about a finding.
    Decided,
    /// Took a decision back.
    DecisionWithdrawn,
    /// The operator sealed everything with a new key.
    Rekeyed,
}

impl AuditAction {
    /// Every action.
    pub const ALL: [Self; 24] = [
        Self::SignedIn,
        Self::SignedOut,
        Self::SignedOutEverywhere,
        Self::Connected,
        Self::GrantLost,
        Self::Disconnected,
        Self::ReviewOrdered,
        Self::ReviewCancelled,
        Self::ReviewDone,
        Self::ReviewFailed,
        Self::ReviewDeleted,
        Self::SummaryOpened,
        Self::Downloaded,
        Self::Exported,
        Self::RetentionChanged,
        Self::Purged,
        Self::AccountDeleted,
        Self::CheckoutBegun,
        Self::PaymentChanged,
        Self::Scheduled,
        Self::ScheduleRemoved,
        Self::Decided,
        Self::DecisionWithdrawn,
        Self::Rekeyed,
    ];

    /// The word in the log.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::SignedIn => "signed-in",
            Self::SignedOut => "signed-out",
            Self::SignedOutEverywhere => "signed-out-everywhere",
            Self::Connected => "connected",
            Self::GrantLost => "grant-lost",
            Self::Disconnected => "disconnected",
            Self::ReviewOrdered => "review-ordered",
            Self::ReviewCancelled => "review-cancelled",
            Self::ReviewDone => "review-done",
            Self::ReviewFailed => "review-failed",
            Self::ReviewDeleted => "review-deleted",
            Self::SummaryOpened => "summary-opened",
            Self::Downloaded => "downloaded",
            Self::Exported => "exported",
            Self::RetentionChanged => "retention-changed",
            Self::Purged => "purged",
            Self::AccountDeleted => "account-deleted",
            Self::CheckoutBegun => "checkout-begun",
            Self::PaymentChanged => "payment-changed",
            Self::Scheduled => "scheduled",
            Self::ScheduleRemoved => "schedule-removed",
            Self::Decided => "decided",
            Self::DecisionWithdrawn => "decision-withdrawn",
            Self::Rekeyed => "rekeyed",
        }
    }
}

/// One thing to be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Who; none for the operator and for the service itself.
    pub customer: Option<CustomerId>,
    /// What.
    pub action: AuditAction,
    /// On which connection, review or receipt: its id.
    pub subject: Option<String>,
}

/// What checking the chain gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditVerdict {
    /// Every line follows from the one before.
    Whole {
        /// Lines.
        lines: u64,
        /// The hash of the last one, to be compared with one written down elsewhere: a log cut at its end cannot be told otherwise.
        head: String,
    },
    /// The chain is broken.
    Broken {
        /// Number of the first line that does not follow, from 1.
        line: u64,
        /// What does not fit.
        detail: String,
    },
}

/// Keeps the audit log. There is no method that changes or removes a line.
#[async_trait]
pub trait AuditLog: Send + Sync {
    /// Appends a line.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn append(&self, entry: &AuditEntry, now: Timestamp) -> Result<(), StoreFailure>;

    /// Checks the whole chain.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn verify(&self) -> Result<AuditVerdict, StoreFailure>;
}
