//! Schedules of re-reviews, kept.

use async_trait::async_trait;
use jiff::Timestamp;

use crate::account::{ConnectionId, CustomerId, ReviewId, Schedule};
use crate::ports::{ReviewOrder, StoreFailure};

/// A schedule with what it orders. No `Debug`: customer text.
pub struct PlannedReview {
    /// The schedule.
    pub schedule: Schedule,
    /// What is ordered each time.
    pub order: ReviewOrder,
}

/// What came of a schedule whose time has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ticked {
    /// A review waits for a worker.
    Ordered(ReviewId),
    /// A review of the connection is under way already: this time is left out.
    Busy,
    /// The person must connect again first: this time is left out.
    NeedsReconnect,
    /// Somebody else has done it, or the schedule was changed or removed: nothing was done.
    Late,
}

/// Keeps schedules, at most one for each connection.
#[async_trait]
pub trait Schedules: Send + Sync {
    /// Sets the schedule of a connection, in the place of the one it had. False when the customer has no such connection.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn set_schedule(&self, schedule: &Schedule, order: &ReviewOrder) -> Result<bool, StoreFailure>;

    /// Removes it. False when there was none.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn remove_schedule(&self, customer: &CustomerId, connection: &ConnectionId) -> Result<bool, StoreFailure>;

    /// The schedule of a connection.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn schedule(&self, customer: &CustomerId, connection: &ConnectionId) -> Result<Option<PlannedReview>, StoreFailure>;

    /// The schedule whose time came first, if any has come. One that cannot be read is told only when no other is due.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn due_schedule(&self, now: Timestamp) -> Result<Option<PlannedReview>, StoreFailure>;

    /// Orders the review of a schedule whose time has come and sets its next time, in one transaction: the same time orders once, however
    /// many workers see it.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn run_schedule(
        &self,
        planned: &PlannedReview,
        next_at: Timestamp,
        new_id: &ReviewId,
        now: Timestamp,
    ) -> Result<Ticked, StoreFailure>;
}
