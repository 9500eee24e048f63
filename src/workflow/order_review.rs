//! Ordering a review: the choice is checked against the catalog, then it waits for a worker. It never reads a document.

use jiff::Timestamp;
use thiserror::Error;

use crate::account::{ConnectionId, CustomerId, ReviewId};
use crate::assessment::{BadChoice, plan};
use crate::catalog::Catalog;
use crate::ports::{AuditAction, Ordered, ReviewOrder, Store, StoreFailure};
use crate::workflow::sign_in::note;

/// Why a review was not ordered.
#[derive(Debug, Error)]
pub enum OrderTrouble {
    /// The catalog knows no such standard or profile.
    #[error("the choice is not in the catalog: {0:?}")]
    Choice(BadChoice),
    /// Nothing would be judged.
    #[error("the choice holds no clause")]
    NoClause,
    /// What is kept.
    #[error(transparent)]
    Store(#[from] StoreFailure),
}

/// Queues a review, unless the connection has an active one.
///
/// # Errors
/// See [`OrderTrouble`].
pub async fn order_review(
    store: &dyn Store,
    catalog: &Catalog,
    ordering: Ordering<'_>,
    order: &ReviewOrder,
    now: Timestamp,
) -> Result<Ordered, OrderTrouble> {
    let clauses = plan(catalog, &order.chosen).map_err(OrderTrouble::Choice)?;
    if clauses.is_empty() {
        return Err(OrderTrouble::NoClause);
    }
    let ordered = store.order_review(ordering.customer, ordering.connection, order, &ordering.new_id, now).await?;
    if let Ordered::Queued(id) = &ordered {
        note(store, ordering.customer, AuditAction::ReviewOrdered, Some(id.as_str()), now).await;
    }
    Ok(ordered)
}

/// Who orders a review of what.
pub struct Ordering<'a> {
    /// Whose.
    pub customer: &'a CustomerId,
    /// Of which connection.
    pub connection: &'a ConnectionId,
    /// Its id.
    pub new_id: ReviewId,
}

/// Asks to stop a review. False when it is not active or not the customer's.
///
/// # Errors
/// See [`StoreFailure`].
pub async fn cancel_review(store: &dyn Store, customer: &CustomerId, id: &ReviewId, now: Timestamp) -> Result<bool, StoreFailure> {
    let is_cancelled = store.cancel_review(customer, id, now).await?;
    if is_cancelled {
        note(store, customer, AuditAction::ReviewCancelled, Some(id.as_str()), now).await;
    }
    Ok(is_cancelled)
}
