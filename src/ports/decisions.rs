//! What customers decided about findings, kept across reviews of a connection.

use async_trait::async_trait;

use crate::account::{ConnectionId, CustomerId, Decision, DecisionId};
use crate::ports::StoreFailure;

/// Keeps decisions. Every method takes the customer: what belongs to somebody else does not exist.
#[async_trait]
pub trait Decisions: Send + Sync {
    /// Keeps a decision; one of the same kind about the same place gives way to it. False when the customer has no such connection, or
    /// has decided more than anybody can read.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn decide(&self, decision: &Decision) -> Result<bool, StoreFailure>;

    /// Takes a decision back. False when there is none.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn withdraw(&self, customer: &CustomerId, id: &DecisionId) -> Result<bool, StoreFailure>;

    /// All decisions for the reviews of a connection, by place and then by time.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn decisions(&self, customer: &CustomerId, connection: &ConnectionId) -> Result<Vec<Decision>, StoreFailure>;
}
