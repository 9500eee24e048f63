//! The consent of a person: the address of the consent page (PKCE S256, state) and the exchange of the code that comes
//! back; and the installed client of the terminal. Never opens a browser, listens on a port or stores anything.

use std::sync::Arc;

use oauth2::basic::BasicClient;
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    TokenUrl,
};
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;
use url::Url;

use crate::drive::token::{Issued, can_write, covers, issued};
use crate::drive::token_endpoint::{Grantee, TokenEndpoint, understand};
use crate::drive::wire_log::WireLog;
use crate::ports::{Clock, SourceError};
use crate::settings::{DriveAccess, DriveSettings, GoogleSettings};

/// 256 bits.
const STATE_BYTES: u32 = 32;

/// An OAuth client of Google, with the endpoint that exchanges its codes.
pub(super) struct OAuthClient {
    pub auth_url: Url,
    pub id: String,
    pub secret: Option<SecretString>,
    pub endpoint: Arc<TokenEndpoint>,
}

/// A visit to the consent page that begins.
pub(super) struct Begun {
    pub url: Url,
    pub state: SecretString,
    pub verifier: PkceCodeVerifier,
}

impl OAuthClient {
    /// Begins a consent to a lasting grant that comes back to `redirect`.
    pub(super) fn begin(&self, access: DriveAccess, redirect: &Url, account_hint: Option<&str>) -> Begun {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let client = BasicClient::new(ClientId::new(self.id.clone()))
            .set_auth_uri(AuthUrl::from_url(self.auth_url.clone()))
            .set_redirect_uri(RedirectUrl::from_url(redirect.clone()));
        // `include_granted_scopes` is not sent: it would add whatever this person ever granted to the project, by another client or an
        // older version of it, and so could turn a grant to read into one that can write. One consent, one scope.
        let mut asking = client
            .authorize_url(|| CsrfToken::new_random_len(STATE_BYTES))
            .add_scope(Scope::new(access.scope().to_owned()))
            // Without these two Google gives no refresh token.
            .add_extra_param("access_type", "offline")
            .add_extra_param("prompt", "consent")
            .set_pkce_challenge(challenge);
        if let Some(hint) = account_hint {
            asking = asking.add_extra_param("login_hint", hint.to_owned());
        }
        let (url, state) = asking.url();
        Begun { url, state: SecretString::from(state.into_secret()), verifier }
    }

    /// Exchanges the code; it goes out once, since it works once.
    pub(super) async fn exchange(
        &self,
        redirect: &Url,
        code: &SecretString,
        verifier: PkceCodeVerifier,
        grantee: Grantee,
    ) -> Result<Issued, SourceError> {
        let mut client = BasicClient::new(ClientId::new(self.id.clone()))
            .set_auth_type(AuthType::RequestBody)
            .set_token_uri(TokenUrl::from_url(self.endpoint.url().clone()))
            .set_redirect_uri(RedirectUrl::from_url(redirect.clone()));
        if let Some(secret) = &self.secret {
            client = client.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()));
        }
        let answer = client
            .exchange_code(AuthorizationCode::new(code.expose_secret().to_owned()))
            .set_pkce_verifier(verifier)
            .request_async(&self.endpoint.single_sender())
            .await
            .map_err(|error| understand(error, grantee))?;
        Ok(issued(&answer))
    }
}

/// The installed client that asks.
pub struct InstalledClient {
    client: OAuthClient,
    access: DriveAccess,
}

/// One consent under way.
pub struct ConsentRequest {
    /// The address to open in a browser.
    pub url: Url,
    /// What the callback must bring back.
    pub state: SecretString,
    redirect: Url,
    verifier: PkceCodeVerifier,
}

/// What the person granted. No `Debug`: it holds a secret.
pub struct Grant {
    /// The refresh token.
    pub refresh_token: SecretString,
    /// The scopes that were really granted.
    pub scopes: Vec<String>,
}

/// Why there is no grant.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConsentError {
    /// The Drive box on the consent page was left unticked.
    #[error("the Drive permission was not granted")]
    Unticked,
    /// More than reading was granted; a grant that could write is never kept.
    #[error("more than reading was granted")]
    CanWrite,
    /// Google gave no refresh token.
    #[error("Google gave no lasting sign-in")]
    NotLasting,
    /// The exchange failed.
    #[error(transparent)]
    Source(#[from] SourceError),
}

impl InstalledClient {
    /// The client that the settings name; none when `google.installed_client_id` is not set.
    ///
    /// # Errors
    /// When secure connections cannot be set up.
    pub fn new(
        google: &GoogleSettings,
        drive: &DriveSettings,
        clock: Arc<dyn Clock>,
        wire_log: WireLog,
    ) -> Result<Option<Self>, SourceError> {
        let Some(client_id) = google.installed_client_id.clone() else { return Ok(None) };
        let client = OAuthClient {
            auth_url: google.auth_url.clone(),
            id: client_id,
            secret: google.installed_client_secret.clone(),
            endpoint: Arc::new(TokenEndpoint::new(google.token_url.clone(), drive, clock, wire_log)?),
        };
        Ok(Some(Self { client, access: google.scope }))
    }

    /// Begins a consent that comes back to `redirect`, a loopback address.
    #[must_use]
    pub fn begin(&self, redirect: &Url) -> ConsentRequest {
        let Begun { url, state, verifier } = self.client.begin(self.access, redirect, None);
        ConsentRequest { url, state, redirect: redirect.clone(), verifier }
    }

    /// Exchanges the code and checks what was really granted.
    ///
    /// # Errors
    /// See [`ConsentError`].
    pub async fn finish(&self, request: ConsentRequest, code: &SecretString) -> Result<Grant, ConsentError> {
        let issued = self.client.exchange(&request.redirect, code, request.verifier, Grantee::NewPerson).await?;
        // An answer without `scope` means: as asked (RFC 6749, 5.1).
        let scopes = issued.scopes.unwrap_or_else(|| vec![self.access.scope().to_owned()]);
        if !covers(&scopes, self.access.scope()) {
            return Err(ConsentError::Unticked);
        }
        if can_write(&scopes) {
            return Err(ConsentError::CanWrite);
        }
        let refresh_token = issued.refresh_token.ok_or(ConsentError::NotLasting)?;
        Ok(Grant { refresh_token, scopes })
    }
}
