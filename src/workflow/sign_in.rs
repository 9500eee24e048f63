//! Signing in: leaving for Google's page with something to recognise the answer by, and coming back as a customer with a session. It
//! never sees a password, and keeps of every token only its hash.

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use thiserror::Error;
use url::Url;

use crate::account::{Customer, CustomerId, TokenHash};
use crate::ports::{AuditAction, AuditEntry, Departure, FlowPurpose, IdentityProvider, PendingFlow, SignInFailure, Store, StoreFailure};

/// How long somebody may stay on Google's page.
const VISIT: SignedDuration = SignedDuration::from_mins(15);

/// Why nobody was signed in.
#[derive(Debug, Error)]
pub enum SignInTrouble {
    /// Google, or what came back from there.
    #[error(transparent)]
    Identity(#[from] SignInFailure),
    /// What is kept.
    #[error(transparent)]
    Store(#[from] StoreFailure),
}

/// Whose browser leaves, and where it goes afterwards.
pub struct Leaving<'a> {
    /// The browser.
    pub browser: TokenHash,
    /// The address of ours to which Google sends it back.
    pub redirect: &'a Url,
    /// A path of ours, checked.
    pub return_to: String,
}

/// What comes back from Google's page, and the session that is to begin.
pub struct Returning<'a> {
    /// The code.
    pub code: &'a SecretString,
    /// The same address as when leaving.
    pub redirect: &'a Url,
    /// Hash of the new session's token.
    pub session: TokenHash,
    /// The session that this browser had: it ends, so that nobody who knew its token is signed in as somebody else.
    pub former_session: Option<TokenHash>,
    /// For a customer who is new.
    pub new_id: CustomerId,
}

/// The hash by which a random token is known.
#[must_use]
pub fn token_hash(token: &str) -> TokenHash {
    TokenHash::of(Sha256::digest(token.as_bytes()).into())
}

/// Begins a sign-in; gives the address to send the browser to. With `is_fresh` the person chooses the account anew.
///
/// # Errors
/// See [`SignInTrouble`].
pub async fn begin_sign_in(
    store: &dyn Store,
    identity: &dyn IdentityProvider,
    leaving: Leaving<'_>,
    is_fresh: bool,
    now: Timestamp,
) -> Result<Url, SignInTrouble> {
    let departure = identity.begin(leaving.redirect, is_fresh).await?;
    Ok(remember(store, departure, FlowPurpose::SignIn, leaving, now).await?)
}

/// Remembers a visit to Google's page that begins.
pub(super) async fn remember(
    store: &dyn Store,
    departure: Departure,
    purpose: FlowPurpose,
    leaving: Leaving<'_>,
    now: Timestamp,
) -> Result<Url, StoreFailure> {
    let flow = PendingFlow {
        purpose,
        browser: leaving.browser,
        verifier: departure.verifier,
        nonce: departure.nonce.unwrap_or_default(),
        return_to: leaving.return_to,
        expires_at: now.checked_add(VISIT).unwrap_or(now),
    };
    store.begin_flow(&token_hash(departure.state.expose_secret()), &flow).await?;
    Ok(departure.url)
}

/// The visit that a `state` belongs to, once, and only in the browser that left. None for a state that is unknown, used, too old or
/// another browser's.
///
/// # Errors
/// See [`StoreFailure`].
pub async fn take_back(store: &dyn Store, state: &str, browser: &TokenHash, now: Timestamp) -> Result<Option<PendingFlow>, StoreFailure> {
    store.take_flow(&token_hash(state), browser, now).await
}

/// Exchanges the code, finds or makes the customer, and begins the session.
///
/// # Errors
/// See [`SignInTrouble`].
pub async fn finish_sign_in(
    store: &dyn Store,
    identity: &dyn IdentityProvider,
    flow: &PendingFlow,
    returning: Returning<'_>,
    now: Timestamp,
) -> Result<Customer, SignInTrouble> {
    let identity = identity.finish(returning.redirect, returning.code, &flow.verifier, &flow.nonce).await?;
    let customer = store.customer_signed_in(&identity, &returning.new_id, now).await?;
    if let Some(former) = returning.former_session {
        store.close_session(&former).await?;
    }
    store.open_session(&returning.session, &customer.id, now).await?;
    note(store, &customer.id, AuditAction::SignedIn, None, now).await;
    Ok(customer)
}

/// Ends one session.
///
/// # Errors
/// See [`StoreFailure`].
pub async fn sign_out(store: &dyn Store, customer: &CustomerId, session: &TokenHash, now: Timestamp) -> Result<(), StoreFailure> {
    store.close_session(session).await?;
    note(store, customer, AuditAction::SignedOut, None, now).await;
    Ok(())
}

/// Ends all sessions of a customer; how many.
///
/// # Errors
/// See [`StoreFailure`].
pub async fn sign_out_everywhere(store: &dyn Store, customer: &CustomerId, now: Timestamp) -> Result<u64, StoreFailure> {
    let ended = store.close_sessions(customer).await?;
    note(store, customer, AuditAction::SignedOutEverywhere, None, now).await;
    Ok(ended)
}

/// Writes a line into the audit log about something that is done. What is done cannot be undone because the line could not be written;
/// then the log of the program says so.
pub async fn note(store: &dyn Store, customer: &CustomerId, action: AuditAction, subject: Option<&str>, now: Timestamp) {
    let entry = AuditEntry { customer: Some(customer.clone()), action, subject: subject.map(str::to_owned) };
    if let Err(failure) = store.append(&entry, now).await {
        tracing::error!(customer = %customer, action = action.word(), %failure, "a line of the audit log could not be written");
    }
}
