//! Customers and their sessions, kept.

use async_trait::async_trait;
use jiff::Timestamp;

use crate::account::{Customer, CustomerId, Identity, PurgeCounts, Receipt, ReceiptId, Retention, Session, TokenHash};
use crate::ports::StoreFailure;

/// Keeps customers.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// The customer of that issuer and subject; made with `new_id` when there is none. The e-mail address is brought up to date.
    /// Two first sign-ins at one time give one customer.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn customer_signed_in(&self, identity: &Identity, new_id: &CustomerId, now: Timestamp) -> Result<Customer, StoreFailure>;

    /// A customer by id.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn customer(&self, id: &CustomerId) -> Result<Option<Customer>, StoreFailure>;

    /// Sets how long reviews are kept.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn set_retention(&self, id: &CustomerId, retention: Retention) -> Result<(), StoreFailure>;

    /// Deletes the customer and everything that is theirs, in one transaction; the audit log keeps opaque ids only. The receipt stays,
    /// without any link to the customer. A running review loses its lease and stores nothing any more. None when there is no such customer.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn delete_customer(
        &self,
        id: &CustomerId,
        receipt: &ReceiptId,
        grant_revoked: Option<bool>,
        now: Timestamp,
    ) -> Result<Option<Receipt>, StoreFailure>;

    /// A receipt by id: whoever knows the id may see the counts.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn receipt(&self, id: &ReceiptId) -> Result<Option<Receipt>, StoreFailure>;

    /// Purges ended reviews that are older than their customer's retention, and what expired (sign-ins under way, dead sessions).
    /// `most` reviews at one time; counts what went.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn purge_expired(&self, now: Timestamp, session_seconds: i64, most: u64) -> Result<PurgeCounts, StoreFailure>;
}

/// Keeps sessions by the hash of their token.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// Keeps a session that begins now.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn open_session(&self, token: &TokenHash, customer: &CustomerId, now: Timestamp) -> Result<(), StoreFailure>;

    /// The session of a token, whether or not it is over: the caller asks [`Session::end`].
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn session(&self, token: &TokenHash) -> Result<Option<Session>, StoreFailure>;

    /// Notes that it was used.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn touch_session(&self, token: &TokenHash, now: Timestamp) -> Result<(), StoreFailure>;

    /// Ends it.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn close_session(&self, token: &TokenHash) -> Result<(), StoreFailure>;

    /// Ends all sessions of a customer; how many.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn close_sessions(&self, customer: &CustomerId) -> Result<u64, StoreFailure>;
}
