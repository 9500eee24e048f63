//! Connections, kept.

use async_trait::async_trait;
use jiff::Timestamp;
use secrecy::SecretString;

use crate::account::{Connection, ConnectionId, ConnectionMode, CustomerId, Receipt, ReceiptId, SharedFolder};
use crate::ports::{DriveGrant, StoreFailure};

/// Keeps connections; grants are sealed at rest, bound to their connection.
#[async_trait]
pub trait Connections: Send + Sync {
    /// Keeps a grant: as a new connection with `new_id`, or in the place of the grant of the connection that the customer has in this
    /// mode (which is then active again). Two browsers at one time give one connection.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn connect(
        &self,
        customer: &CustomerId,
        mode: ConnectionMode,
        grant: &DriveGrant,
        new_id: &ConnectionId,
        now: Timestamp,
    ) -> Result<Connection, StoreFailure>;

    /// Adds a shared folder, to a new connection or to that which the customer has; the same folder again changes its name only.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn connect_folder(
        &self,
        customer: &CustomerId,
        folder: &SharedFolder,
        new_id: &ConnectionId,
        now: Timestamp,
    ) -> Result<Connection, StoreFailure>;

    /// A customer's connection. None also for one of somebody else.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn connection(&self, customer: &CustomerId, id: &ConnectionId) -> Result<Option<Connection>, StoreFailure>;

    /// All connections of a customer, by mode.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn connections(&self, customer: &CustomerId) -> Result<Vec<Connection>, StoreFailure>;

    /// The grant of a customer's connection; none for a mode without one, and when Google has refused it (then it is deleted).
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn grant(&self, customer: &CustomerId, id: &ConnectionId) -> Result<Option<DriveGrant>, StoreFailure>;

    /// Puts a refresh token in the place of the one that Google replaced. Nothing happens when the grant with that number is no longer the
    /// connection's: who was late does not overwrite a new one.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn rotate_grant(&self, id: &ConnectionId, grant_number: u64, refresh_token: &SecretString) -> Result<(), StoreFailure>;

    /// Google refuses the grant with that number: it is deleted, and the state says that the person must connect again. False when it is no
    /// longer the connection's (the person has connected again meanwhile, or it was deleted before): nothing was changed.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn needs_reconnect(&self, id: &ConnectionId, grant_number: u64, now: Timestamp) -> Result<bool, StoreFailure>;

    /// Deletes a connection with its grant, reviews, ledgers and quotes, in one transaction, and keeps a receipt. A running review loses
    /// its lease and stores nothing any more. None when the customer has no such connection.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn disconnect(
        &self,
        customer: &CustomerId,
        id: &ConnectionId,
        receipt: &ReceiptId,
        grant_revoked: Option<bool>,
        now: Timestamp,
    ) -> Result<Option<Receipt>, StoreFailure>;
}
