//! Connecting a Drive: by a second consent at Google, or by a folder that is shared with the robot and shown to be the customer's. It
//! never keeps a grant that could write, and never takes a folder on anybody's word.

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;
use thiserror::Error;
use url::Url;

use crate::account::{Connection, ConnectionId, ConnectionMode, Customer, CustomerId};
use crate::ports::{AuditAction, ConsentFailure, DriveAccess, FlowPurpose, FolderProof, PendingFlow, SourceError, Store, StoreFailure};
use crate::workflow::sign_in::{Leaving, note, remember};

/// Bytes of the tag that stand in a proof name: enough that nobody meets one by chance.
const PROOF_BYTES: usize = 10;

/// Why a Drive was not connected.
#[derive(Debug, Error)]
pub enum ConnectTrouble {
    /// The consent.
    #[error(transparent)]
    Consent(#[from] ConsentFailure),
    /// Google, asked about a folder.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// What is kept.
    #[error(transparent)]
    Store(#[from] StoreFailure),
}

/// What came of a folder that somebody named.
pub enum FolderOutcome {
    /// It is connected.
    Connected(Connection),
    /// The robot sees it; the customer has to put an item of the proof name into it.
    Unproven,
    /// The robot cannot see it.
    NotShared,
}

/// Begins the consent for a mode; gives the address to send the browser to.
///
/// # Errors
/// See [`ConnectTrouble`].
pub async fn begin_connect(
    store: &dyn Store,
    drive: &dyn DriveAccess,
    customer: &Customer,
    mode: ConnectionMode,
    leaving: Leaving<'_>,
    now: Timestamp,
) -> Result<Url, ConnectTrouble> {
    let departure = drive.begin_consent(mode, leaving.redirect, customer.identity.verified_email.as_deref())?;
    let purpose = FlowPurpose::Connect { customer: customer.id.clone(), mode };
    Ok(remember(store, departure, purpose, leaving, now).await?)
}

/// Exchanges the code and keeps the grant.
///
/// # Errors
/// See [`ConnectTrouble`].
pub async fn finish_connect(
    store: &dyn Store,
    drive: &dyn DriveAccess,
    connecting: Connecting<'_>,
    flow: &PendingFlow,
    now: Timestamp,
) -> Result<Connection, ConnectTrouble> {
    let grant = drive.finish_consent(connecting.mode, connecting.redirect, connecting.code, &flow.verifier).await?;
    let connection = store.connect(connecting.customer, connecting.mode, &grant, &connecting.new_id, now).await?;
    note(store, connecting.customer, AuditAction::Connected, Some(connection.id.as_str()), now).await;
    Ok(connection)
}

/// Who comes back from the consent page with what.
pub struct Connecting<'a> {
    /// Whose.
    pub customer: &'a CustomerId,
    /// How.
    pub mode: ConnectionMode,
    /// The code.
    pub code: &'a SecretString,
    /// The same address as when leaving.
    pub redirect: &'a Url,
    /// For a connection that is new.
    pub new_id: ConnectionId,
}

/// Connects a folder that is shared with the robot, if it is the customer's.
///
/// # Errors
/// See [`ConnectTrouble`].
pub async fn connect_folder(
    store: &dyn Store,
    drive: &dyn DriveAccess,
    customer: &Customer,
    named: NamedFolder<'_>,
    now: Timestamp,
) -> Result<FolderOutcome, ConnectTrouble> {
    match drive.prove_folder(named.link_or_id, customer.identity.verified_email.as_deref(), named.proof_name).await? {
        FolderProof::Theirs(folder) => {
            let connection = store.connect_folder(&customer.id, &folder, &named.new_id, now).await?;
            note(store, &customer.id, AuditAction::Connected, Some(connection.id.as_str()), now).await;
            Ok(FolderOutcome::Connected(connection))
        }
        FolderProof::Unproven => Ok(FolderOutcome::Unproven),
        FolderProof::NotShared => Ok(FolderOutcome::NotShared),
    }
}

/// A folder as somebody named it.
pub struct NamedFolder<'a> {
    /// What was pasted.
    pub link_or_id: &'a str,
    /// The name of the item that proves it.
    pub proof_name: &'a str,
    /// For a connection that is new.
    pub new_id: ConnectionId,
}

/// The name of the item by which a customer shows that a folder is theirs. It is made from the customer's id with a key of this
/// installation: always the same for one customer, so nothing has to be remembered, and nobody can make another's.
#[must_use]
pub fn proof_name(key: &SecretString, customer: &CustomerId) -> String {
    use std::fmt::Write as _;
    // A key of any length is taken.
    let mac = Hmac::<Sha256>::new_from_slice(key.expose_secret().as_bytes())
        .map(|mac| mac.chain_update(b"folder-proof").chain_update(customer.as_str().as_bytes()).finalize().into_bytes());
    mac.map(|tag| {
        tag.iter().take(PROOF_BYTES).fold(String::from("crosswalk-proof-"), |mut name, byte| {
            // Writing to a string cannot fail.
            let _ = write!(name, "{byte:02x}");
            name
        })
    })
    .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_name_is_stable_and_belongs_to_one_customer() {
        let key = SecretString::from("a key");
        let (one, other) = (CustomerId::of(1), CustomerId::of(2));
        assert_eq!(proof_name(&key, &one), proof_name(&key, &one));
        assert_ne!(proof_name(&key, &one), proof_name(&key, &other));
        assert_ne!(proof_name(&key, &one), proof_name(&SecretString::from("another key"), &one));
        assert_eq!(proof_name(&key, &one).len(), "crosswalk-proof-".len() + 2 * PROOF_BYTES);
    }
}
