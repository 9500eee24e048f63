//! Talks to the token and the revoke endpoint: the only POST that leaves this module, and never toward the Drive.

use std::sync::Arc;

use futures::future::BoxFuture;
use oauth2::basic::{BasicErrorResponse, BasicErrorResponseType};
use oauth2::{HttpRequest, HttpResponse, RequestTokenError};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use thiserror::Error;
use url::Url;

use crate::drive::connection::{client_for, host, trouble};
use crate::drive::patience::{Patience, retry_after};
use crate::drive::token::Issued;
use crate::drive::wire_log::{WireLog, WireRecord};
use crate::ports::{Clock, SourceError};
use crate::settings::DriveSettings;

/// Most bytes of a token answer.
const ANSWER_BYTES: usize = 256 * 1024;
const WHO: &str = "Google sign-in";

/// Who the sign-in belongs to; decides what to advise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grantee {
    /// Someone who signed in some time ago.
    Person,
    /// Someone who is signing in now.
    NewPerson,
    /// A customer of the service who connected a Drive some time ago.
    Customer,
    /// A customer of the service who is connecting a Drive now.
    NewCustomer,
    ServiceAccount,
}

/// Why the endpoint gave no usable answer.
#[derive(Debug, Error)]
pub(super) enum TokenTrouble {
    #[error("{0}")]
    NoAnswer(String),
    #[error("status {0}")]
    Busy(u16),
}

/// One token endpoint.
pub(super) struct TokenEndpoint {
    url: Url,
    http: reqwest::Client,
    patience: Patience,
    clock: Arc<dyn Clock>,
    wire_log: WireLog,
}

impl TokenEndpoint {
    pub(super) fn new(url: Url, settings: &DriveSettings, clock: Arc<dyn Clock>, wire_log: WireLog) -> Result<Self, SourceError> {
        let http = client_for(&url, settings)?;
        // A few tries are enough here: everything else waits for the token.
        let patience = Patience::new(&DriveSettings { max_attempts: settings.max_attempts.min(4), ..settings.clone() });
        Ok(Self { url, http, patience, clock, wire_log })
    }

    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    /// A sender for the OAuth library, for requests that may be repeated without harm.
    pub(super) fn patient_sender(
        self: &Arc<Self>,
    ) -> impl Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse, TokenTrouble>> + use<> {
        let endpoint = self.clone();
        move |request| {
            let endpoint = endpoint.clone();
            Box::pin(async move { endpoint.send_patiently(request).await })
        }
    }

    /// A sender for the OAuth library, for requests that must go out once only: an authorisation code works once.
    pub(super) fn single_sender(
        self: &Arc<Self>,
    ) -> impl Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse, TokenTrouble>> + use<> {
        let endpoint = self.clone();
        move |request| {
            let endpoint = endpoint.clone();
            Box::pin(async move { endpoint.send_once(request).await })
        }
    }

    /// Sends a request that may be repeated without harm.
    async fn send_patiently(&self, request: HttpRequest) -> Result<HttpResponse, TokenTrouble> {
        let mut failed_attempts = 0;
        loop {
            let outcome = self.send_once(request.clone()).await;
            failed_attempts += 1;
            let (error, asked_wait) = match outcome {
                Ok(response) if is_passing(response.status().as_u16()) => {
                    let wait = response.headers().get("retry-after").and_then(|value| value.to_str().ok());
                    (TokenTrouble::Busy(response.status().as_u16()), wait.and_then(|value| retry_after(value, self.clock.now())))
                }
                Ok(response) => return Ok(response),
                Err(error) => (error, None),
            };
            match self.patience.wait_after(failed_attempts, asked_wait) {
                Some(wait) => tokio::time::sleep(wait).await,
                None => return Err(error),
            }
        }
    }

    async fn send_once(&self, request: HttpRequest) -> Result<HttpResponse, TokenTrouble> {
        let bytes_out = request.body().len() as u64;
        let no_answer = |error: &reqwest::Error| TokenTrouble::NoAnswer(trouble(error, &self.url));
        let request = reqwest::Request::try_from(request).map_err(|error| no_answer(&error))?;
        let mut status = None;
        let mut body = Vec::new();
        let outcome = match self.http.execute(request).await {
            Err(error) => Err(no_answer(&error)),
            Ok(mut response) => {
                status = Some(response.status().as_u16());
                let mut built = HttpResponse::new(Vec::new());
                *built.status_mut() = response.status();
                *built.headers_mut() = response.headers().clone();
                loop {
                    match response.chunk().await {
                        Ok(Some(piece)) if body.len() + piece.len() <= ANSWER_BYTES => body.extend_from_slice(&piece),
                        Ok(None) => break Ok(built),
                        Ok(Some(_)) => break Err(TokenTrouble::NoAnswer(format!("the answer of {} is far too long", host(&self.url)))),
                        Err(error) => break Err(no_answer(&error)),
                    }
                }
            }
        };
        let bytes_in = body.len() as u64;
        self.wire_log.record(WireRecord { method: "POST", host: host(&self.url), path: self.url.path(), status, bytes_out, bytes_in });
        outcome.map(|mut response| {
            *response.body_mut() = body;
            response
        })
    }

    /// Exchanges a signed assertion of a service account (RFC 7523) for a token.
    pub(super) async fn exchange_assertion(&self, assertion: &str) -> Result<Issued, SourceError> {
        #[derive(Deserialize)]
        struct Answer {
            access_token: String,
            expires_in: Option<i64>,
            scope: Option<String>,
        }
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer")
            .append_pair("assertion", assertion)
            .finish();
        let response = self.send_patiently(self.form(form)?).await.map_err(unanswered)?;
        if response.status().is_success() {
            let answer: Answer = serde_json::from_slice(response.body()).map_err(|_| unreadable())?;
            return Ok(Issued {
                token: SecretString::from(answer.access_token),
                life_seconds: answer.expires_in,
                refresh_token: None,
                scopes: answer.scope.map(|scopes| scopes.split_whitespace().map(str::to_owned).collect()),
            });
        }
        let refusal: BasicErrorResponse = serde_json::from_slice(response.body()).map_err(|_| unreadable())?;
        Err(refused(&refusal, Grantee::ServiceAccount))
    }

    /// Gives a grant back (RFC 7009), when this is the endpoint for that. True also when it was dead already. Revoking twice does no
    /// harm, so it may be repeated.
    pub(super) async fn revoke(&self, token: &SecretString) -> Result<bool, SourceError> {
        let form = url::form_urlencoded::Serializer::new(String::new()).append_pair("token", token.expose_secret()).finish();
        let response = self.send_patiently(self.form(form)?).await.map_err(unanswered)?;
        if response.status().is_success() {
            return Ok(true);
        }
        let refusal: BasicErrorResponse = serde_json::from_slice(response.body()).map_err(|_| not_revoked("an answer without a reason"))?;
        match refusal.error().as_ref() {
            "invalid_token" => Ok(true),
            code => Err(not_revoked(&format!("`{}`", word(code)))),
        }
    }

    fn form(&self, form: String) -> Result<HttpRequest, SourceError> {
        let mut request = HttpRequest::new(form.into_bytes());
        *request.method_mut() = oauth2::http::Method::POST;
        *request.uri_mut() = self.url.as_str().parse().map_err(|_| unreadable())?;
        let content_type = oauth2::http::HeaderValue::from_static("application/x-www-form-urlencoded");
        request.headers_mut().insert(oauth2::http::header::CONTENT_TYPE, content_type);
        Ok(request)
    }
}

fn is_passing(status: u16) -> bool {
    matches!(status, 408 | 429 | 500..=599)
}

/// A failed exchange in our words.
pub(super) fn understand(error: RequestTokenError<TokenTrouble, BasicErrorResponse>, grantee: Grantee) -> SourceError {
    match error {
        RequestTokenError::ServerResponse(refusal) => refused(&refusal, grantee),
        RequestTokenError::Request(trouble) => unanswered(trouble),
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => unreadable(),
    }
}

fn unanswered(trouble: TokenTrouble) -> SourceError {
    match trouble {
        TokenTrouble::NoAnswer(detail) => SourceError::Unreachable { who: WHO.to_owned(), detail },
        TokenTrouble::Busy(429) => SourceError::RateLimited { who: WHO.to_owned(), detail: "too many requests".to_owned() },
        TokenTrouble::Busy(status) => {
            SourceError::Unreachable { who: WHO.to_owned(), detail: format!("it has trouble of its own, status {status}") }
        }
    }
}

fn unreadable() -> SourceError {
    SourceError::Unexpected { who: WHO.to_owned(), detail: "its answer could not be understood (is google.token_url right?)".to_owned() }
}

fn not_revoked(detail: &str) -> SourceError {
    SourceError::Unexpected { who: WHO.to_owned(), detail: format!("it did not revoke the grant and gave {detail}") }
}

fn refused(refusal: &BasicErrorResponse, grantee: Grantee) -> SourceError {
    match (refusal.error(), grantee) {
        (BasicErrorResponseType::InvalidGrant, _) => refused_grant(grantee),
        (BasicErrorResponseType::InvalidClient | BasicErrorResponseType::UnauthorizedClient, _) => wrong_registration(grantee),
        (BasicErrorResponseType::InvalidScope, _) => {
            misconfigured("Google does not grant the scope that was asked for", "Check google.scope in crosswalk.toml.")
        }
        (BasicErrorResponseType::Extension(code), _) if code == "deleted_client" => wrong_registration(grantee),
        (BasicErrorResponseType::Extension(code), Grantee::Customer | Grantee::NewCustomer) if code == "redirect_uri_mismatch" => {
            misconfigured(
                "Google does not know the address that its page was to come back to",
                "Register the address of /connect/callback of this service (server.public_url) with the OAuth client.",
            )
        }
        (
            BasicErrorResponseType::InvalidRequest | BasicErrorResponseType::UnsupportedGrantType | BasicErrorResponseType::Extension(_),
            _,
        ) => SourceError::Unexpected { who: WHO.to_owned(), detail: format!("it refused with `{}`", word(refusal.error().as_ref())) },
    }
}

/// An error code of the other side, safe to show.
fn word(code: &str) -> String {
    code.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(64).collect()
}

fn misconfigured(detail: &str, advice: &str) -> SourceError {
    SourceError::Misconfigured { detail: detail.to_owned(), advice: advice.to_owned() }
}

/// `invalid_grant`: the one refusal that says that a person's grant is dead. For a service account it is about the key.
fn refused_grant(grantee: Grantee) -> SourceError {
    const OVER: &str = "Google says that the sign-in has expired or was revoked";
    const LATE: &str = "Google does not accept the answer of its own page (it was used before, or came too late)";
    let (detail, advice) = match grantee {
        Grantee::Person => (OVER, "Run `crosswalk connect` to sign in again; nothing was lost."),
        Grantee::NewPerson => (LATE, "Run `crosswalk connect` again."),
        Grantee::Customer => (OVER, "Connect the Drive again; nothing was lost."),
        Grantee::NewCustomer => (LATE, "Begin again with connecting the Drive."),
        Grantee::ServiceAccount => {
            return misconfigured(
                "Google does not accept the service-account key",
                "Check that the key was not deleted and that the clock of this machine is right, or create a new key.",
            );
        }
    };
    SourceError::NotAuthorised { detail: detail.to_owned(), advice: advice.to_owned() }
}

fn wrong_registration(grantee: Grantee) -> SourceError {
    const CLIENT: &str = "Google does not accept the OAuth client (its id or secret is wrong, or it was deleted)";
    match grantee {
        Grantee::Person | Grantee::NewPerson => misconfigured(
            CLIENT,
            "Check google.installed_client_id and google.installed_client_secret in crosswalk.toml, then run `crosswalk connect`.",
        ),
        Grantee::Customer | Grantee::NewCustomer => misconfigured(CLIENT, "Check google.client_id and google.client_secret."),
        Grantee::ServiceAccount => misconfigured(
            "Google does not know the service account of this key",
            "Check the key file, and that its service account still exists.",
        ),
    }
}
