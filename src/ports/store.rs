//! All that is kept, as one.

use async_trait::async_trait;

use crate::ports::{
    Accounts, AuditLog, Connections, Decisions, Examinations, Outbox, PaymentBook, PendingFlows, Queue, Reviews, Schedules, Sessions,
    StoreFailure,
};

/// Whether the store works.
#[async_trait]
pub trait Health: Send + Sync {
    /// Asks the database for nothing, to see that it answers and that its schema is the one of this program.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn ready(&self) -> Result<(), StoreFailure>;
}

/// Everything that the service keeps.
pub trait Store:
    Accounts
    + Sessions
    + PendingFlows
    + Connections
    + Reviews
    + Queue
    + Examinations
    + Schedules
    + Decisions
    + PaymentBook
    + Outbox
    + AuditLog
    + Health
{
}

impl<T> Store for T where
    T: Accounts
        + Sessions
        + PendingFlows
        + Connections
        + Reviews
        + Queue
        + Examinations
        + Schedules
        + Decisions
        + PaymentBook
        + Outbox
        + AuditLog
        + Health
{
}
