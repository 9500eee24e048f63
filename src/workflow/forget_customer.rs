//! Leaving: a connection, a review or a whole account is deleted, grants are revoked at Google first. What was deleted is counted, never
//! kept; the audit log holds opaque ids only.

use std::time::Duration;

use jiff::Timestamp;

use crate::account::{Connection, ConnectionId, CustomerId, Receipt, ReceiptId, ReviewId};
use crate::ports::{AuditAction, DriveAccess, Store, StoreFailure};
use crate::workflow::sign_in::note;

/// How long Google is waited for. Deleting does not depend on its answer.
const REVOKING: Duration = Duration::from_secs(15);

/// Revokes the grant of a connection at Google, then deletes the connection with all that was found through it. That Google does not
/// answer keeps nothing from being deleted: the receipt says so. None when the customer has no such connection.
///
/// # Errors
/// See [`StoreFailure`].
pub async fn disconnect(
    store: &dyn Store,
    drive: &dyn DriveAccess,
    customer: &CustomerId,
    id: &ConnectionId,
    receipt: &ReceiptId,
    now: Timestamp,
) -> Result<Option<Receipt>, StoreFailure> {
    let Some(connection) = store.connection(customer, id).await? else {
        return Ok(None);
    };
    let is_revoked = revoke(store, drive, &connection).await?;
    let receipt = store.disconnect(customer, id, receipt, is_revoked, now).await?;
    if receipt.is_some() {
        note(store, customer, AuditAction::Disconnected, Some(id.as_str()), now).await;
    }
    Ok(receipt)
}

/// Revokes every grant of a customer at Google, then deletes the customer and everything that is theirs.
///
/// # Errors
/// See [`StoreFailure`].
pub async fn delete_account(
    store: &dyn Store,
    drive: &dyn DriveAccess,
    customer: &CustomerId,
    receipt: &ReceiptId,
    now: Timestamp,
) -> Result<Option<Receipt>, StoreFailure> {
    let mut is_revoked = None;
    for connection in store.connections(customer).await? {
        if let Some(this) = revoke(store, drive, &connection).await? {
            is_revoked = Some(is_revoked.unwrap_or(true) && this);
        }
    }
    let deleted = store.delete_customer(customer, receipt, is_revoked, now).await?;
    if deleted.is_some() {
        note(store, customer, AuditAction::AccountDeleted, Some(receipt.as_str()), now).await;
    }
    Ok(deleted)
}

/// Deletes an ended review. False when it is active or not the customer's.
///
/// # Errors
/// See [`StoreFailure`].
pub async fn delete_review(store: &dyn Store, customer: &CustomerId, id: &ReviewId, now: Timestamp) -> Result<bool, StoreFailure> {
    let is_deleted = store.delete_review(customer, id).await?;
    if is_deleted {
        note(store, customer, AuditAction::ReviewDeleted, Some(id.as_str()), now).await;
    }
    Ok(is_deleted)
}

/// Revokes the grant of a connection at Google, waiting only so long. Whether Google confirmed; none when there was no grant.
///
/// # Errors
/// The grant cannot be read.
pub(super) async fn revoke(store: &dyn Store, drive: &dyn DriveAccess, connection: &Connection) -> Result<Option<bool>, StoreFailure> {
    let grant = match store.grant(&connection.customer, &connection.id).await {
        Ok(Some(grant)) => grant,
        Ok(None) => return Ok(None),
        // A grant that cannot be read any more cannot be revoked from here; it is deleted all the same.
        Err(StoreFailure::Damaged { .. }) => return Ok(Some(false)),
        Err(failure @ (StoreFailure::Unavailable { .. } | StoreFailure::Full { .. } | StoreFailure::Refused { .. })) => {
            return Err(failure);
        }
    };
    match tokio::time::timeout(REVOKING, drive.revoke(&grant.refresh_token)).await {
        Ok(Ok(is_revoked)) => Ok(Some(is_revoked)),
        Ok(Err(failure)) => {
            tracing::warn!(connection = %connection.id, %failure, "a grant could not be revoked at Google");
            Ok(Some(false))
        }
        Err(_) => {
            tracing::warn!(connection = %connection.id, "a grant could not be revoked at Google: no answer in time");
            Ok(Some(false))
        }
    }
}
