//! The queue of reviews: leases on the reviews' own rows.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use crate::account::{ReviewId, WorkerId};
use crate::assessment::Assessment;
use crate::ports::{KeptExamination, QueuedNotice, ReviewFailure, ReviewProgress, ReviewRecord, StoreFailure};

/// The right to work on a review for a while. Every later statement is fenced by review, worker and attempt: who was late changes
/// nothing any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The review.
    pub review: ReviewId,
    /// The worker that holds it.
    pub worker: WorkerId,
    /// Which attempt, from 1.
    pub attempt: u32,
}

/// A review and the right to work on it. No `Debug`: customer text.
pub struct Leased {
    /// The right.
    pub lease: Lease,
    /// The review.
    pub review: ReviewRecord,
}

/// What a worker learns when it reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It holds the lease still.
    Held,
    /// It holds it, and the customer asks to stop.
    CancelRequested,
    /// It lost the lease: another worker has the review, or it was deleted. Stop and store nothing.
    Lost,
}

/// How leases are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeaseTerms {
    /// How long a lease holds without a report.
    pub duration: SignedDuration,
    /// After so many attempts a review whose worker died is failed for good ([`ReviewFailure::WorkerDied`]).
    pub max_attempts: u32,
}

/// What a review that is done leaves behind. No `Debug`: customer text.
pub struct ReviewResult<'a> {
    /// The result.
    pub assessment: &'a Assessment,
    /// What each file gave, for the next review.
    pub examinations: &'a [KeptExamination],
    /// The review before, whose examinations are of no more use.
    pub replaces: Option<&'a ReviewId>,
    /// A letter about it.
    pub notice: Option<&'a QueuedNotice>,
}

impl<'a> ReviewResult<'a> {
    /// A result that leaves nothing for the next review.
    #[must_use]
    pub fn of(assessment: &'a Assessment) -> Self {
        Self { assessment, examinations: &[], replaces: None, notice: None }
    }
}

/// How the queue of the whole installation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueDepth {
    /// Reviews that no living worker has: those that wait, also for their time, and those whose worker died.
    pub waiting: u64,
    /// Reviews that a worker has.
    pub running: u64,
    /// Since when the one that waits longest could have been begun; none when none could be begun now.
    pub due_since: Option<Timestamp>,
}

/// Hands out reviews to workers, of which there may be several on several machines. What ends a lease can be asked for again when the
/// answer was lost: it is true when this very lease did it already and nobody has claimed the review since, and changes nothing more.
#[async_trait]
pub trait Queue: Send + Sync {
    /// Takes the review that has waited longest among those due, or one whose lease ran out. Those whose attempts are used up are failed
    /// for good on the way. None when there is nothing to do. No customer gets a second review running while another waits: the queue goes
    /// by customer first (fewest running), then by age.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn claim(&self, worker: &WorkerId, terms: LeaseTerms, now: Timestamp) -> Result<Option<Leased>, StoreFailure>;

    /// Prolongs a lease and reports progress.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn report(&self, lease: &Lease, progress: ReviewProgress, terms: LeaseTerms, now: Timestamp) -> Result<Standing, StoreFailure>;

    /// Keeps the result and ends the review, in one transaction, with all that goes along with it. False when the lease was lost: nothing
    /// was stored.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn finish(&self, lease: &Lease, result: &ReviewResult<'_>, now: Timestamp) -> Result<bool, StoreFailure>;

    /// Ends the review without a result. False when the lease was lost.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn fail(&self, lease: &Lease, failure: ReviewFailure, now: Timestamp) -> Result<bool, StoreFailure>;

    /// Ends the review because the customer asked for it. False when the lease was lost.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn cancelled(&self, lease: &Lease, now: Timestamp) -> Result<bool, StoreFailure>;

    /// Puts the review back to be tried again at `run_at`; the attempt counts. False when the lease was lost.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn retry(&self, lease: &Lease, run_at: Timestamp) -> Result<bool, StoreFailure>;

    /// Hands the review back unfinished because this worker is told to stop; the attempt does not count. False when the lease was lost.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn hand_back(&self, lease: &Lease, now: Timestamp) -> Result<bool, StoreFailure>;

    /// How the queue stands: counts only.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn depth(&self, now: Timestamp) -> Result<QueueDepth, StoreFailure>;
}
