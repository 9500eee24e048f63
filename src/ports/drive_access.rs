//! Getting access to a customer's Drive, and giving it back. Nothing here reads a document, and nothing can write one.

use async_trait::async_trait;
use secrecy::SecretString;
use thiserror::Error;
use url::Url;

use crate::account::{Connection, ConnectionMode, SharedFolder};
use crate::ports::{Departure, DocumentSource, ReviewScope, SourceError};

/// What a person granted. No `Debug`: it holds a secret.
#[derive(Clone)]
pub struct DriveGrant {
    /// The refresh token.
    pub refresh_token: SecretString,
    /// The scopes that were really granted.
    pub scopes: Vec<String>,
    /// The Google account that granted it, as an e-mail address, if Google says so.
    pub account: Option<String>,
    /// The how manieth grant of its connection it is, once it is kept; 0 before. A refresh token that Google replaced is of the same grant.
    pub number: u64,
}

/// Why there is no grant.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConsentFailure {
    /// The Drive box on the consent page was left unticked.
    #[error("the Drive permission was not granted")]
    Unticked,
    /// More than reading was granted, by an earlier consent to this application; such a grant is never kept.
    #[error("more than reading was granted")]
    CanWrite,
    /// Google gave no refresh token.
    #[error("Google gave no lasting permission")]
    NotLasting,
    /// The exchange failed.
    #[error(transparent)]
    Source(#[from] SourceError),
}

/// A place in a Drive that a review can be limited to. No `Debug`: customer text.
#[derive(Clone, PartialEq, Eq)]
pub struct DrivePlace {
    /// Google's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it is a shared drive and not a folder.
    pub is_shared_drive: bool,
}

/// Whether a folder that somebody named is theirs.
#[derive(Clone, PartialEq, Eq)]
pub enum FolderProof {
    /// It is: they own it, or they have put the asked-for name into it.
    Theirs(SharedFolder),
    /// The robot sees it, but that it is theirs is not shown: they are to put an item of this name into it and try again.
    Unproven,
    /// The robot cannot see it.
    NotShared,
}

/// Access to Drives.
#[async_trait]
pub trait DriveAccess: Send + Sync {
    /// The modes that this installation offers, in the order of the page.
    fn modes(&self) -> Vec<ConnectionMode>;

    /// The address to share folders with; none when no robot is set up.
    fn robot_address(&self) -> Option<String>;

    /// Begins the consent for a mode with a grant, coming back to `redirect`.
    ///
    /// # Errors
    /// When the mode is not offered or has no grant.
    fn begin_consent(&self, mode: ConnectionMode, redirect: &Url, account_hint: Option<&str>) -> Result<Departure, ConsentFailure>;

    /// Exchanges the code and checks the scopes that were really granted.
    ///
    /// # Errors
    /// See [`ConsentFailure`].
    async fn finish_consent(
        &self,
        mode: ConnectionMode,
        redirect: &Url,
        code: &SecretString,
        verifier: &SecretString,
    ) -> Result<DriveGrant, ConsentFailure>;

    /// Revokes a grant at Google. True when Google confirmed it or says that it was dead already. It takes away everything that the
    /// person ever granted to this application, sign-in included.
    ///
    /// # Errors
    /// Google does not answer, or answers unexpectedly.
    async fn revoke(&self, refresh_token: &SecretString) -> Result<bool, SourceError>;

    /// The places that a review of this connection can be limited to: top-level folders and shared drives, by name. Empty for picked
    /// files: there, what was picked is the place.
    ///
    /// # Errors
    /// See [`SourceError`].
    async fn places(&self, connection: &Connection, grant: Option<&DriveGrant>) -> Result<Vec<DrivePlace>, SourceError>;

    /// A short-lived access token for the Picker, which the browser sees: only ever one of `drive.file`.
    ///
    /// # Errors
    /// See [`SourceError`]; also when the connection is of another mode.
    async fn picker_token(&self, connection: &Connection, grant: &DriveGrant) -> Result<SecretString, SourceError>;

    /// Asks, as the robot, whether a folder is shared with it and belongs to the customer: owned by the account of that verified e-mail
    /// address, or holding an item with the name `proof_name` directly in it. Without this check one customer could name another's folder.
    ///
    /// # Errors
    /// See [`SourceError`].
    async fn prove_folder(&self, folder_id: &str, verified_email: Option<&str>, proof_name: &str) -> Result<FolderProof, SourceError>;
}

/// Opens the documents of a connection for a review.
pub trait SourceOpener: Send + Sync {
    /// What it opens.
    type Source: DocumentSource;

    /// Opens the part `scope` of a connection's Drive. Asks nobody yet.
    ///
    /// # Errors
    /// When the connection has no grant though its mode needs one, or this machine cannot make secure connections.
    fn open(&self, connection: &Connection, grant: Option<&DriveGrant>, scope: &ReviewScope) -> Result<Self::Source, SourceError>;
}
