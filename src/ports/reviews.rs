//! Reviews that customers ordered: what was ordered, how it goes, what came of it.

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::{ConnectionId, CustomerId, ReviewId};
use crate::assessment::{Assessment, Chosen};
use crate::ports::StoreFailure;

/// Which part of a connection is reviewed. No `Debug`: customer text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReviewScope {
    /// All that the connection opens.
    Everything,
    /// These folders and shared drives.
    Places(Vec<ScopedPlace>),
}

/// One folder or shared drive of a scope. No `Debug`: customer text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopedPlace {
    /// Google's id.
    pub id: String,
    /// Its name when it was chosen.
    pub name: String,
}

/// What a customer ordered. Sealed at rest. No `Debug`: customer text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewOrder {
    /// Where.
    pub scope: ReviewScope,
    /// Against what.
    pub chosen: Chosen,
}

/// How far a running review is: counts only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReviewProgress {
    /// Files seen by the listing so far.
    pub files_seen: u64,
    /// Files to examine; 0 while the listing goes on.
    pub to_examine: u64,
    /// Files examined.
    pub examined: u64,
    /// Of these, files whose text was read.
    pub read: u64,
    /// Whether conclusions are being drawn.
    pub is_concluding: bool,
}

/// Why a review gave no result. The page has a sentence and a next step for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReviewFailure {
    /// Google refuses the grant, or there is none any more.
    NotAuthorised,
    /// The folder or shared drive is not there (any more), or is not shared with us.
    PlaceNotFound,
    /// It is there but may not be read.
    Forbidden,
    /// Google did not answer, or asked to slow down, in every attempt.
    DriveUnreachable,
    /// Google's answers made no sense.
    Unexpected,
    /// This service is not set up rightly: Google refuses its client, its robot's key or its API. Nothing of the customer is at fault.
    NotSetUp,
    /// There was no room to keep the result.
    NoRoom,
    /// The worker died on it in every attempt: most likely a document that brings it down.
    WorkerDied,
    /// A mistake of ours.
    Internal,
}

impl ReviewFailure {
    /// Every failure.
    pub const ALL: [Self; 9] = [
        Self::NotAuthorised,
        Self::PlaceNotFound,
        Self::Forbidden,
        Self::DriveUnreachable,
        Self::Unexpected,
        Self::NotSetUp,
        Self::NoRoom,
        Self::WorkerDied,
        Self::Internal,
    ];

    /// The word in the database and in the log.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NotAuthorised => "not-authorised",
            Self::PlaceNotFound => "place-not-found",
            Self::Forbidden => "forbidden",
            Self::DriveUnreachable => "drive-unreachable",
            Self::Unexpected => "unexpected",
            Self::NotSetUp => "not-set-up",
            Self::NoRoom => "no-room",
            Self::WorkerDied => "worker-died",
            Self::Internal => "internal",
        }
    }

    /// The failure that a word names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|failure| failure.word() == word)
    }
}

/// In which state a review is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewState {
    /// Waits for a worker; `attempt` 0 is the first time, more when an attempt was handed back or failed for a passing reason.
    Queued {
        /// Attempts so far.
        attempt: u32,
        /// Not before this.
        run_at: Timestamp,
    },
    /// A worker is on it.
    Running {
        /// Which attempt, from 1.
        attempt: u32,
        /// How far.
        progress: ReviewProgress,
        /// Whether the customer asked to stop it.
        is_cancelling: bool,
    },
    /// Its result is there.
    Done {
        /// When.
        at: Timestamp,
        /// Whether everything listed was dealt with.
        complete: bool,
    },
    /// It ended without a result, for good.
    Failed {
        /// When.
        at: Timestamp,
        /// Why.
        failure: ReviewFailure,
    },
    /// The customer stopped it.
    Cancelled {
        /// When.
        at: Timestamp,
    },
}

impl ReviewState {
    /// Whether it still waits or runs. A connection has at most one such review.
    #[must_use]
    pub fn is_active(&self) -> bool {
        matches!(self, Self::Queued { .. } | Self::Running { .. })
    }
}

/// Who ordered a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewOrigin {
    /// A person.
    Ordered,
    /// A schedule.
    Scheduled,
}

impl ReviewOrigin {
    /// The word in the database.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ordered => "ordered",
            Self::Scheduled => "scheduled",
        }
    }

    /// The origin that a word names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Ordered, Self::Scheduled].into_iter().find(|origin| origin.word() == word)
    }
}

/// A review as kept, without its result. No `Debug`: customer text.
#[derive(Clone, PartialEq, Eq)]
pub struct ReviewRecord {
    /// Our id.
    pub id: ReviewId,
    /// Whose.
    pub customer: CustomerId,
    /// Of which connection.
    pub connection: ConnectionId,
    /// What was ordered.
    pub order: ReviewOrder,
    /// When.
    pub ordered_at: Timestamp,
    /// By whom.
    pub origin: ReviewOrigin,
    /// State.
    pub state: ReviewState,
}

/// What became of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ordered {
    /// It waits for a worker.
    Queued(ReviewId),
    /// The connection has an active review already: this one.
    AlreadyActive(ReviewId),
    /// The customer has no such connection, or it must be connected again first.
    NoConnection,
}

/// Keeps reviews. Every method takes the customer: what belongs to somebody else does not exist.
#[async_trait]
pub trait Reviews: Send + Sync {
    /// Queues a review, unless the connection has an active one; two orders at one time give one review.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn order_review(
        &self,
        customer: &CustomerId,
        connection: &ConnectionId,
        order: &ReviewOrder,
        new_id: &ReviewId,
        now: Timestamp,
    ) -> Result<Ordered, StoreFailure>;

    /// A review.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn review(&self, customer: &CustomerId, id: &ReviewId) -> Result<Option<ReviewRecord>, StoreFailure>;

    /// All reviews of a customer, newest first.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn reviews(&self, customer: &CustomerId) -> Result<Vec<ReviewRecord>, StoreFailure>;

    /// The result of a review that is done. Sealed at rest as the very bytes of `review.json`.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn assessment(&self, customer: &CustomerId, id: &ReviewId) -> Result<Option<Assessment>, StoreFailure>;

    /// Asks to stop a review: one that waits is cancelled at once, one that runs when its worker hears of it. False when it is not
    /// active or not the customer's.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn cancel_review(&self, customer: &CustomerId, id: &ReviewId, now: Timestamp) -> Result<bool, StoreFailure>;

    /// Deletes an ended review with its result. False when it is active or not the customer's.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn delete_review(&self, customer: &CustomerId, id: &ReviewId) -> Result<bool, StoreFailure>;
}
