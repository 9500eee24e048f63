//! Access tokens: got from a refresh token or a service-account key, kept until shortly before they expire, one
//! request for a new one at a time. Never shows a token and never writes one anywhere.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use oauth2::basic::BasicClient;
use oauth2::{AuthType, ClientId, ClientSecret, RefreshToken, TokenResponse, TokenUrl};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;
use url::Url;

use crate::account::ConnectionId;
use crate::drive::service_account::ServiceAccountKey;
use crate::drive::token_endpoint::{Grantee, TokenEndpoint, understand};
use crate::drive::wire_log::WireLog;
use crate::ports::{Clock, SourceError};
use crate::settings::{DriveSettings, GoogleSettings};

/// A token is renewed this long before it expires, so that it does not die under way.
const MARGIN_SECONDS: i64 = 120;
/// How long a token is taken to live when the answer does not say.
const USUAL_LIFE_SECONDS: i64 = 3_600;

/// What a sign-in rests on. No `Debug`: it holds secrets.
pub enum Credentials {
    /// The grant that `crosswalk connect` stored.
    Installed {
        /// The client that the grant was given to.
        client_id: String,
        /// Its so-called secret.
        client_secret: Option<SecretString>,
        /// The grant.
        refresh_token: SecretString,
    },
    /// The grant that a customer of the service gave to its web client.
    Web {
        /// The client that the grant was given to.
        client_id: String,
        /// Its secret.
        client_secret: SecretString,
        /// The grant.
        refresh_token: SecretString,
    },
    /// A service account (boxed: a key is large).
    ServiceAccount(Box<ServiceAccountKey>),
}

/// Takes a refresh token that Google put in place of the old one.
pub type RotationSink = Arc<dyn Fn(&SecretString) + Send + Sync>;

/// The same, for the grants of many connections: of which one, and the number of the grant that was used.
pub type GrantRotation = Arc<dyn Fn(&ConnectionId, u64, &SecretString) + Send + Sync>;

/// Hands out access tokens.
pub struct AccessTokens {
    credentials: Credentials,
    scope: &'static str,
    endpoint: Arc<TokenEndpoint>,
    clock: Arc<dyn Clock>,
    on_rotation: Option<RotationSink>,
    // Held while a token is asked for: that is what keeps it to one request at a time.
    state: Mutex<State>,
}

struct State {
    current: Option<Current>,
    // A rotated refresh token replaces the one of the credentials.
    refresh_token: Option<SecretString>,
}

struct Current {
    token: SecretString,
    good_until: Timestamp,
}

pub(super) struct Issued {
    pub token: SecretString,
    pub life_seconds: Option<i64>,
    pub refresh_token: Option<SecretString>,
    pub scopes: Option<Vec<String>>,
}

impl AccessTokens {
    /// Tokens for those credentials. The token endpoint is the explicit setting, else that of the key file, else
    /// Google's. `on_rotation` is told when Google replaces the refresh token.
    ///
    /// # Errors
    /// When secure connections cannot be set up, or a key file names an endpoint that may not be used.
    pub fn new(
        credentials: Credentials,
        google: &GoogleSettings,
        drive: &DriveSettings,
        clock: Arc<dyn Clock>,
        wire_log: WireLog,
        on_rotation: Option<RotationSink>,
    ) -> Result<Self, SourceError> {
        let url = match &credentials {
            Credentials::ServiceAccount(key) if !google.is_token_url_explicit => key.token_uri().clone(),
            Credentials::ServiceAccount(_) | Credentials::Installed { .. } | Credentials::Web { .. } => google.token_url.clone(),
        };
        let endpoint = Arc::new(TokenEndpoint::new(url, drive, clock.clone(), wire_log)?);
        let state = Mutex::new(State { current: None, refresh_token: None });
        Ok(Self { credentials, scope: google.scope.scope(), endpoint, clock, on_rotation, state })
    }

    /// The same, with a token that was issued just now.
    pub(super) fn holding(mut self, issued: &Issued) -> Self {
        let good_until = good_until(self.clock.now(), issued);
        self.state.get_mut().current = Some(Current { token: issued.token.clone(), good_until });
        self
    }

    /// A token that is good now.
    ///
    /// # Errors
    /// `NotAuthorised` when the sign-in is over; `Unreachable` when Google does not answer.
    pub async fn bearer(&self) -> Result<SecretString, SourceError> {
        let mut state = self.state.lock().await;
        if let Some(current) = &state.current
            && self.clock.now() < current.good_until
        {
            return Ok(current.token.clone());
        }
        self.replace(&mut state).await
    }

    /// A token other than the rejected one. When another request has already got a new one, that one.
    ///
    /// # Errors
    /// As [`AccessTokens::bearer`].
    pub async fn renew(&self, rejected: &SecretString) -> Result<SecretString, SourceError> {
        let mut state = self.state.lock().await;
        if let Some(current) = &state.current
            && current.token.expose_secret() != rejected.expose_secret()
        {
            return Ok(current.token.clone());
        }
        self.replace(&mut state).await
    }

    /// A refusal of what these tokens rest on. A service account has nobody who could sign in again.
    pub(super) fn refused(&self, detail: &str, advice: &str) -> SourceError {
        let (detail, advice) = (detail.to_owned(), advice.to_owned());
        match self.credentials {
            Credentials::Installed { .. } => SourceError::NotAuthorised { detail, advice },
            Credentials::Web { .. } => SourceError::NotAuthorised { detail, advice: "Connect the Drive again.".to_owned() },
            Credentials::ServiceAccount(_) => {
                SourceError::Misconfigured { detail, advice: "Check the service account in the Google Cloud console.".to_owned() }
            }
        }
    }

    async fn replace(&self, state: &mut State) -> Result<SecretString, SourceError> {
        state.current = None;
        let asked_at = self.clock.now();
        let issued = match &self.credentials {
            Credentials::Installed { client_id, client_secret, refresh_token } => {
                let refresh_token = state.refresh_token.as_ref().unwrap_or(refresh_token);
                refresh(&self.endpoint, client_id, client_secret.as_ref(), refresh_token, Grantee::Person).await?
            }
            Credentials::Web { client_id, client_secret, refresh_token } => {
                let refresh_token = state.refresh_token.as_ref().unwrap_or(refresh_token);
                refresh(&self.endpoint, client_id, Some(client_secret), refresh_token, Grantee::Customer).await?
            }
            Credentials::ServiceAccount(key) => {
                let assertion = key.assertion(self.scope, self.endpoint.url(), asked_at)?;
                self.endpoint.exchange_assertion(&assertion).await?
            }
        };
        if issued.scopes.as_ref().is_some_and(|scopes| !covers(scopes, self.scope)) {
            return Err(self.refused(
                "the sign-in does not include permission to read the Drive",
                "Run `crosswalk connect` again and leave the Drive box ticked.",
            ));
        }
        let good_until = good_until(asked_at, &issued);
        if let Some(rotated) = issued.refresh_token {
            if let Some(sink) = &self.on_rotation {
                sink(&rotated);
            }
            state.refresh_token = Some(rotated);
        }
        state.current = Some(Current { token: issued.token.clone(), good_until });
        Ok(issued.token)
    }
}

fn good_until(asked_at: Timestamp, issued: &Issued) -> Timestamp {
    let life = issued.life_seconds.unwrap_or(USUAL_LIFE_SECONDS).max(0);
    // A token that lives only minutes is still used for half its life, instead of being asked for each time.
    let usable = life - MARGIN_SECONDS.min(life / 2);
    asked_at.checked_add(SignedDuration::from_secs(usable)).unwrap_or(asked_at)
}

pub(super) async fn refresh(
    endpoint: &Arc<TokenEndpoint>,
    client_id: &str,
    client_secret: Option<&SecretString>,
    refresh_token: &SecretString,
    grantee: Grantee,
) -> Result<Issued, SourceError> {
    let mut client = BasicClient::new(ClientId::new(client_id.to_owned()))
        .set_auth_type(AuthType::RequestBody)
        .set_token_uri(TokenUrl::from_url(endpoint.url().clone()));
    if let Some(secret) = client_secret {
        client = client.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()));
    }
    let refresh_token = RefreshToken::new(refresh_token.expose_secret().to_owned());
    let answer = client.exchange_refresh_token(&refresh_token).request_async(&endpoint.patient_sender()).await;
    answer.map(|answer| issued(&answer)).map_err(|error| understand(error, grantee))
}

pub(super) fn issued(answer: &oauth2::basic::BasicTokenResponse) -> Issued {
    Issued {
        token: SecretString::from(answer.access_token().secret().clone()),
        life_seconds: answer.expires_in().and_then(|life| i64::try_from(life.as_secs()).ok()),
        refresh_token: answer.refresh_token().map(|token| SecretString::from(token.secret().clone())),
        scopes: answer.scopes().map(|scopes| scopes.iter().map(|scope| scope.to_string()).collect()),
    }
}

/// Whether granted scopes reach beyond reading the whole Drive.
pub(super) fn can_write(granted: &[String]) -> bool {
    granted.iter().any(|scope| scope == "https://www.googleapis.com/auth/drive")
}

/// Whether granted scopes are enough for the one needed. The full Drive scope, given to this client at another time,
/// includes reading.
pub(super) fn covers(granted: &[String], needed: &str) -> bool {
    granted.iter().any(|scope| scope == needed || scope == "https://www.googleapis.com/auth/drive")
}

/// Checks a token endpoint that comes from a key file.
pub(super) fn endpoint_of_key(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(crate::settings::is_acceptable_url)
}
