//! Letters that wait to be sent. They are put there in the transaction of what they tell, so that none is lost and none is told twice.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use crate::account::{CustomerId, MailId, Notice, WorkerId};
use crate::ports::StoreFailure;

/// A letter to be put into the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedNotice {
    /// Its id, by which its `Message-ID` is made.
    pub id: MailId,
    /// To whom; the address is looked up when it is sent.
    pub customer: CustomerId,
    /// The occasion, in opaque ids: a second letter for the same one is not kept.
    pub occasion: String,
    /// What it tells.
    pub notice: Notice,
}

/// A letter that this worker sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeasedNotice {
    /// The letter.
    pub notice: QueuedNotice,
    /// Which attempt, from 1.
    pub attempt: u32,
    /// When it was put there.
    pub queued_at: Timestamp,
    /// Who sends it.
    pub worker: WorkerId,
}

/// How a letter ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailEnd {
    /// The server has taken it over.
    Sent,
    /// It will never be sent.
    GivenUp,
}

/// Keeps letters until they are sent.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Puts a letter there. False when there is, or was, one for the same occasion.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn queue_notice(&self, notice: &QueuedNotice, now: Timestamp) -> Result<bool, StoreFailure>;

    /// Takes the letter that has waited longest among those due, for so long; also one whose sender died.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn claim_notice(&self, worker: &WorkerId, lease: SignedDuration, now: Timestamp) -> Result<Option<LeasedNotice>, StoreFailure>;

    /// Ends a letter. False when somebody else sends it meanwhile.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn end_notice(&self, leased: &LeasedNotice, end: MailEnd, now: Timestamp) -> Result<bool, StoreFailure>;

    /// Puts a letter back, to be tried again at `run_at`. False when somebody else sends it meanwhile.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn retry_notice(&self, leased: &LeasedNotice, run_at: Timestamp) -> Result<bool, StoreFailure>;

    /// Forgets letters that ended, and those that waited, before that time; how many.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn forget_notices(&self, before: Timestamp) -> Result<u64, StoreFailure>;
}
