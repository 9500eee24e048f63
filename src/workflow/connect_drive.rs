//! Connecting a Drive: by a second consent at Google, or by a folder that is shared with the robot and shown to be the customer's. It
//! never keeps a grant that could write, and never takes a folder on anybody's word.

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;
use thiserror::Error;
use url::Url;

use crate::account::{Connection, ConnectionId, ConnectionMode, Customer, CustomerId};
use crate::ports::{
    AuditAction, ConsentFailure, DriveAccess, DriveGrant, FlowPurpose, FolderProof, PendingFlow, SourceError, Store, StoreFailure,
};
use crate::workflow::forget_customer::revoke;
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
    /// What was named is no link of a folder.
    NotALink,
    /// The robot cannot see it, or the customer has yet to put an item of this name into it. Which of the two is not told: whoever asks
    /// may be a stranger, and shall not learn what others share with the robot.
    NotShown {
        /// The name of the item.
        proof_name: String,
    },
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
    give_back_replaced(store, drive, &connecting, &grant).await;
    let connection = store.connect(connecting.customer, connecting.mode, &grant, &connecting.new_id, now).await?;
    note(store, connecting.customer, AuditAction::Connected, Some(connection.id.as_str()), now).await;
    Ok(connection)
}

/// Revokes, as far as Google lets us, the grant of another Google account that the new one is about to replace: nobody could find it
/// afterwards to give it back. Revoking takes away all that an account ever granted here, so it is left alone where it is, or may be, the
/// account of the new grant, and where another connection of the customer rests on it.
async fn give_back_replaced(store: &dyn Store, drive: &dyn DriveAccess, connecting: &Connecting<'_>, grant: &DriveGrant) {
    let connections = match store.connections(connecting.customer).await {
        Ok(connections) => connections,
        Err(failure) => return tracing::warn!(%failure, "a replaced grant could not be looked for"),
    };
    let Some(replaced) = connections.iter().find(|connection| connection.mode == connecting.mode) else { return };
    let is_same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
    let (Some(before), Some(now)) = (replaced.account.as_deref(), grant.account.as_deref()) else { return };
    let others = connections.iter().filter(|connection| connection.id != replaced.id && connection.mode.has_grant());
    let is_needed = others.filter_map(|connection| connection.account.as_deref()).any(|account| is_same(account, before));
    if is_same(before, now) || is_needed {
        return;
    }
    if let Err(failure) = revoke(store, drive, replaced).await {
        tracing::warn!(connection = %replaced.id, %failure, "a replaced grant could not be read, and so not revoked");
    }
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
    let Some(folder_id) = folder_id(named.link_or_id) else { return Ok(FolderOutcome::NotALink) };
    let proof_name = proof_name(named.proof_key, &customer.id, &folder_id);
    let owner = customer.identity.verified_email.as_deref().filter(|email| is_of_google(email));
    let proof = match drive.prove_folder(&folder_id, owner, &proof_name).await {
        Ok(proof) => proof,
        Err(SourceError::NotFound { .. }) => FolderProof::NotShared,
        Err(failure) => return Err(failure.into()),
    };
    match proof {
        FolderProof::Theirs(folder) => {
            let connection = store.connect_folder(&customer.id, &folder, &named.new_id, now).await?;
            note(store, &customer.id, AuditAction::Connected, Some(connection.id.as_str()), now).await;
            Ok(FolderOutcome::Connected(connection))
        }
        FolderProof::Unproven | FolderProof::NotShared => Ok(FolderOutcome::NotShown { proof_name }),
    }
}

/// A folder as somebody named it.
pub struct NamedFolder<'a> {
    /// What was pasted.
    pub link_or_id: &'a str,
    /// The key of this installation from which the names of proofs are made.
    pub proof_key: &'a SecretString,
    /// For a connection that is new.
    pub new_id: ConnectionId,
}

/// Whether Google itself hands out the address. Only then does it know for ever whose it is: other addresses may change hands without
/// Google's knowledge, so they prove the ownership of nothing.
fn is_of_google(email: &str) -> bool {
    email.rsplit_once('@').is_some_and(|(_, domain)| ["gmail.com", "googlemail.com"].iter().any(|own| domain.eq_ignore_ascii_case(own)))
}

/// The id in a link to a folder as Drive shows it, or the id itself. The address itself is never asked.
fn folder_id(named: &str) -> Option<String> {
    let named = named.trim();
    let found = if let Ok(url) = Url::parse(named) {
        if url.host_str() != Some("drive.google.com") {
            return None;
        }
        let mut steps = url.path_segments()?.skip_while(|step| *step != "folders").skip(1);
        let in_path = steps.next().map(str::to_owned);
        in_path.or_else(|| url.query_pairs().find(|(key, _)| key == "id").map(|(_, id)| id.into_owned()))?
    } else {
        named.to_owned()
    };
    let is_id = !found.is_empty() && found.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    is_id.then_some(found)
}

/// The name of the item by which a customer shows that a folder is theirs. It is made from the ids of the customer and of the folder with
/// a key of this installation: always the same, so nothing has to be remembered; nobody can make another's; and an item that was put into
/// one folder proves nothing where it is moved or copied to.
fn proof_name(key: &SecretString, customer: &CustomerId, folder_id: &str) -> String {
    use std::fmt::Write as _;
    // A key of any length is taken.
    let proven = format!("folder-proof/{}/{folder_id}", customer.as_str());
    let mac = Hmac::<Sha256>::new_from_slice(key.expose_secret().as_bytes()).map(|mac| mac.chain_update(proven).finalize().into_bytes());
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
    fn a_proof_name_is_stable_and_belongs_to_one_customer_and_one_folder() {
        let key = SecretString::from("a key");
        let (one, other) = (CustomerId::of(1), CustomerId::of(2));
        let name = proof_name(&key, &one, "1AbC");
        assert_eq!(name, proof_name(&key, &one, "1AbC"));
        assert_ne!(name, proof_name(&key, &other, "1AbC"));
        assert_ne!(name, proof_name(&key, &one, "1AbD"));
        assert_ne!(name, proof_name(&SecretString::from("another key"), &one, "1AbC"));
        assert_eq!(name.len(), "crosswalk-proof-".len() + 2 * PROOF_BYTES);
    }

    #[test]
    fn only_addresses_that_google_hands_out_prove_an_owner() {
        for own in ["a@gmail.com", "A.B@GMail.com", "a@googlemail.com"] {
            assert!(is_of_google(own), "{own}");
        }
        for other in ["a@tannhauer-medical.example", "a@gmail.com.evil.example", "a@notgmail.com", "gmail.com", "", "a@"] {
            assert!(!is_of_google(other), "{other}");
        }
    }

    #[test]
    fn the_link_of_a_folder_is_told_from_other_text() {
        for (named, expected) in [
            (" 1AbC-_9\n", Some("1AbC-_9")),
            ("https://drive.google.com/drive/u/0/folders/1AbC-_9?usp=sharing", Some("1AbC-_9")),
            ("https://drive.google.com/drive/folders/1AbC-_9/?resourcekey=0-x", Some("1AbC-_9")),
            ("https://drive.google.com/open?id=1AbC-_9", Some("1AbC-_9")),
            ("https://drive.google.com/folderview?id=1AbC-_9&usp=x", Some("1AbC-_9")),
            ("https://drive.google.com/open?id=a'%20or", None),
            ("https://drive.google.com/drive/my-drive", None),
            ("https://drive.google.com/drive/folders/", None),
            ("https://drive.google.com/drive/folders/a%2Fb", None),
            ("https://drive.google.com/file/d/1AbC-_9/view", None),
            ("https://evil.example/drive/folders/1AbC-_9", None),
            ("mailto:someone@example.com", None),
            ("our quality folder", None),
            ("../../etc/passwd", None),
            ("", None),
        ] {
            assert_eq!(folder_id(named).as_deref(), expected, "{named}");
        }
    }
}
