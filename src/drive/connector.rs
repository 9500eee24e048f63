//! Access to the Drives of the service's customers: consent to the web client, giving it back, the places to choose
//! from, the Picker's token, and the proof of a shared folder. Never reads a document.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use oauth2::PkceCodeVerifier;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::account::{Connection, ConnectionMode};
use crate::drive::client::ReadingClient;
use crate::drive::consent::{Begun, OAuthClient};
use crate::drive::folder_proof;
use crate::drive::places;
use crate::drive::registration::{Registration, WebClient, grants_just, holds_nothing_beyond};
use crate::drive::service_account::ServiceAccountKey;
use crate::drive::token::{GrantRotation, Issued, refresh};
use crate::drive::token_endpoint::{Grantee, TokenEndpoint};
use crate::drive::wire::About;
use crate::drive::wire_log::WireLog;
use crate::ports::{Clock, ConsentFailure, Departure, DriveAccess, DriveGrant, DrivePlace, FolderProof, SourceError};
use crate::settings::{DriveAccess as AskedAccess, Settings};

/// How long the name of an account is waited for: it is shown to the person, and nothing hangs on it.
const ACCOUNT_NAME_WAIT: Duration = Duration::from_secs(10);
/// How long a revocation is waited for, with its repetitions: somebody sits before the page.
const REVOKE_WAIT: Duration = Duration::from_secs(30);

/// Connects Drives.
pub struct DriveConnector {
    registration: Registration,
    auth_url: Url,
    token_endpoint: Arc<TokenEndpoint>,
    revoke_endpoint: TokenEndpoint,
}

impl DriveConnector {
    /// A connector for this installation. `robot` is its service account, if it has one; `on_rotation` is told when Google replaces the
    /// refresh token of a connection.
    ///
    /// # Errors
    /// When secure connections cannot be set up on this machine.
    pub fn new(
        settings: &Settings,
        robot: Option<ServiceAccountKey>,
        clock: Arc<dyn Clock>,
        wire_log: WireLog,
        on_rotation: GrantRotation,
    ) -> Result<Self, SourceError> {
        let endpoint = |url: &Url| TokenEndpoint::new(url.clone(), &settings.drive, clock.clone(), wire_log.clone());
        let (token_endpoint, revoke_endpoint) = (Arc::new(endpoint(&settings.google.token_url)?), endpoint(&settings.google.revoke_url)?);
        let auth_url = settings.google.auth_url.clone();
        let registration = Registration::new(settings, robot, clock, wire_log, Some(on_rotation))?;
        Ok(Self { registration, auth_url, token_endpoint, revoke_endpoint })
    }

    fn oauth_client(&self, client: &WebClient) -> OAuthClient {
        OAuthClient {
            auth_url: self.auth_url.clone(),
            id: client.id.clone(),
            secret: Some(client.secret.clone()),
            endpoint: self.token_endpoint.clone(),
        }
    }

    /// The e-mail address of the account that has just granted; none when Google does not say.
    async fn account_name(&self, client: &WebClient, mode: ConnectionMode, issued: &Issued) -> Option<String> {
        let settings = self.registration.settings(mode);
        let refresh_token = issued.refresh_token.clone()?;
        let tokens = self.registration.tokens_of(client, refresh_token, settings, None).ok()?.holding(issued);
        let drive = self.reader(mode, Arc::new(tokens)).ok()?;
        let url = drive.address(&["about"], &[("fields", "user(emailAddress)")]);
        let answer = tokio::time::timeout(ACCOUNT_NAME_WAIT, drive.metadata::<About>(&url, None)).await;
        answer.ok()?.ok()?.user.email_address
    }

    fn reader(&self, mode: ConnectionMode, tokens: Arc<crate::drive::AccessTokens>) -> Result<ReadingClient, SourceError> {
        let settings = self.registration.settings(mode);
        ReadingClient::new(&settings.google, &settings.drive, tokens, self.registration.clock(), self.registration.wire_log())
    }
}

#[async_trait]
impl DriveAccess for DriveConnector {
    fn modes(&self) -> Vec<ConnectionMode> {
        self.registration.modes()
    }

    fn robot_address(&self) -> Option<String> {
        self.registration.robot_address().map(str::to_owned)
    }

    fn begin_consent(&self, mode: ConnectionMode, redirect: &Url, account_hint: Option<&str>) -> Result<Departure, ConsentFailure> {
        let client = self.registration.web_client(mode)?;
        let access = self.registration.settings(mode).google.scope;
        let Begun { url, state, verifier } = self.oauth_client(client).begin(access, redirect, account_hint);
        Ok(Departure { url, state, verifier: SecretString::from(verifier.into_secret()), nonce: None })
    }

    async fn finish_consent(
        &self,
        mode: ConnectionMode,
        redirect: &Url,
        code: &SecretString,
        verifier: &SecretString,
    ) -> Result<DriveGrant, ConsentFailure> {
        let client = self.registration.web_client(mode)?;
        let access = self.registration.settings(mode).google.scope;
        let verifier = PkceCodeVerifier::new(verifier.expose_secret().to_owned());
        let mut issued = self.oauth_client(client).exchange(redirect, code, verifier, Grantee::NewCustomer).await?;
        // An answer without `scope` means: as asked (RFC 6749, 5.1).
        let scopes = issued.scopes.take().unwrap_or_else(|| vec![access.scope().to_owned()]);
        if !holds_nothing_beyond(&scopes, access) {
            return Err(ConsentFailure::CanWrite);
        }
        if !grants_just(&scopes, access) {
            return Err(ConsentFailure::Unticked);
        }
        let refresh_token = issued.refresh_token.clone().ok_or(ConsentFailure::NotLasting)?;
        let account = self.account_name(client, mode, &issued).await;
        Ok(DriveGrant { refresh_token, scopes, account, number: 0 })
    }

    async fn revoke(&self, refresh_token: &SecretString) -> Result<bool, SourceError> {
        let late =
            || SourceError::Unreachable { who: "Google sign-in".to_owned(), detail: "no answer to the revocation in time".to_owned() };
        tokio::time::timeout(REVOKE_WAIT, self.revoke_endpoint.revoke(refresh_token)).await.map_err(|_| late())?
    }

    async fn places(&self, connection: &Connection, grant: Option<&DriveGrant>) -> Result<Vec<DrivePlace>, SourceError> {
        match connection.mode {
            ConnectionMode::PickedFiles => Ok(Vec::new()),
            ConnectionMode::SharedFolder => Ok(places::of_folders(&connection.folders)),
            ConnectionMode::WholeDrive => {
                let tokens = self.registration.tokens(connection, grant)?;
                places::of_drive(&self.reader(connection.mode, tokens)?).await
            }
        }
    }

    async fn picker_token(&self, connection: &Connection, grant: &DriveGrant) -> Result<SecretString, SourceError> {
        const ACCESS: AskedAccess = AskedAccess::PickedFiles;
        if connection.mode != ConnectionMode::PickedFiles || !grants_just(&grant.scopes, ACCESS) {
            return Err(not_for_the_browser());
        }
        let client = self.registration.web_client(connection.mode)?;
        let issued = refresh(&self.token_endpoint, &client.id, Some(&client.secret), &grant.refresh_token, Grantee::Customer).await?;
        if let (Some(rotated), Some(sink)) = (&issued.refresh_token, self.registration.sink(connection, grant)) {
            sink(rotated);
        }
        // What Google says now beats what it said at the consent.
        match &issued.scopes {
            Some(scopes) if !grants_just(scopes, ACCESS) => Err(not_for_the_browser()),
            Some(_) | None => Ok(issued.token),
        }
    }

    async fn prove_folder(&self, folder_id: &str, verified_email: Option<&str>, proof_name: &str) -> Result<FolderProof, SourceError> {
        let robot = self.reader(ConnectionMode::SharedFolder, self.registration.robot_tokens()?)?;
        folder_proof::prove(&robot, folder_id, verified_email, proof_name).await
    }
}

/// The browser sees the Picker's token: one that opens more than what was picked must never get there.
fn not_for_the_browser() -> SourceError {
    SourceError::Forbidden {
        what: "This connection".to_owned(),
        detail: "its grant is not one of picked files only".to_owned(),
        advice: "Connect the Drive again with picked files.".to_owned(),
    }
}
