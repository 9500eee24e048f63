//! The one-request callback server of `crosswalk connect`: listens on 127.0.0.1 at a free port, takes the one answer
//! of the consent page that carries the right state, and closes. Never leaves this machine and never shows a secret.

mod page;

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use url::Url;

/// The path that the consent page comes back to.
const PATH: &str = "/callback";
/// How long the last page may take to reach the browser.
const LAST_PAGE: Duration = Duration::from_secs(2);

/// What the consent page answered.
pub enum Callback {
    /// Consent was given; the code to exchange.
    Code(SecretString),
    /// Consent was not given; the error code as it came, letters and `_` only.
    Refused(String),
}

/// Why no answer came.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LoopbackError {
    /// No port to listen on.
    #[error("no port on 127.0.0.1 could be opened: {0}")]
    NoPort(String),
    /// Nobody answered.
    #[error("no answer came within {0} seconds")]
    TimedOut(u64),
    /// The server ended by itself.
    #[error("the callback server ended: {0}")]
    Ended(String),
}

/// A callback server that is bound and does not answer yet.
pub struct CallbackServer {
    listener: TcpListener,
    redirect: Url,
}

struct Waiting {
    state: SecretString,
    answer: Mutex<Option<oneshot::Sender<Callback>>>,
}

impl CallbackServer {
    /// Binds a free port.
    ///
    /// # Errors
    /// When none can be opened.
    pub async fn bind() -> Result<Self, LoopbackError> {
        let no_port = |detail: String| LoopbackError::NoPort(detail);
        // The number and not `localhost`: a name could lead elsewhere (RFC 8252, 7.3).
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(|error| no_port(error.kind().to_string()))?;
        let port = listener.local_addr().map_err(|error| no_port(error.kind().to_string()))?.port();
        let redirect = Url::parse(&format!("http://127.0.0.1:{port}{PATH}")).map_err(|error| no_port(error.to_string()))?;
        Ok(Self { listener, redirect })
    }

    /// The address to come back to.
    #[must_use]
    pub fn redirect(&self) -> &Url {
        &self.redirect
    }

    /// Waits for the one answer that carries `state`, shows its page and closes. Requests without the right state
    /// get a page of their own and change nothing.
    ///
    /// # Errors
    /// When no answer comes in time.
    pub async fn wait(self, state: SecretString, patience: Duration) -> Result<Callback, LoopbackError> {
        let (answer, answered) = oneshot::channel();
        let (close, closed) = oneshot::channel::<()>();
        let waiting = Arc::new(Waiting { state, answer: Mutex::new(Some(answer)) });
        let router = Router::new().route(PATH, get(callback)).fallback(elsewhere).with_state(waiting);
        let server = axum::serve(self.listener, router).with_graceful_shutdown(async move {
            // A dropped sender closes too.
            let _ = closed.await;
        });
        let mut server = tokio::spawn(async move { server.await });
        let outcome = tokio::select! {
            answer = tokio::time::timeout(patience, answered) => match answer {
                Ok(Ok(callback)) => Ok(callback),
                Ok(Err(_)) => Err(LoopbackError::Ended("it dropped the answer".to_owned())),
                Err(_) => Err(LoopbackError::TimedOut(patience.as_secs())),
            },
            _ = &mut server => Err(LoopbackError::Ended("it stopped listening".to_owned())),
        };
        drop(close);
        // After an answer the last page still has to reach the browser.
        let is_closed = outcome.is_ok() && tokio::time::timeout(LAST_PAGE, &mut server).await.is_ok();
        if !is_closed {
            server.abort();
        }
        outcome
    }
}

async fn callback(State(waiting): State<Arc<Waiting>>, Query(query): Query<HashMap<String, String>>) -> Response {
    // The state before anything else: an answer that we did not ask for is not even read.
    if !query.get("state").is_some_and(|state| is_same(state, waiting.state.expose_secret())) {
        return page(StatusCode::BAD_REQUEST, page::NOT_OURS);
    }
    let answer = match (query.get("code"), query.get("error")) {
        (_, Some(error)) => Callback::Refused(error.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(64).collect()),
        (Some(code), None) if !code.is_empty() => Callback::Code(SecretString::from(code.as_str())),
        (Some(_) | None, None) => return page(StatusCode::BAD_REQUEST, page::NOT_OURS),
    };
    let shown = match answer {
        Callback::Code(_) => page::ANSWERED,
        Callback::Refused(_) => page::REFUSED,
    };
    let sender = waiting.answer.lock().ok().and_then(|mut sender| sender.take());
    match sender {
        // Nobody waits any more only when the program is ending.
        Some(sender) => {
            let _ = sender.send(answer);
            page(StatusCode::OK, shown)
        }
        None => page(StatusCode::BAD_REQUEST, page::NOT_OURS),
    }
}

async fn elsewhere() -> Response {
    page(StatusCode::NOT_FOUND, page::NOTHING_HERE)
}

fn page(status: StatusCode, words: (&str, &str)) -> Response {
    let headers: [(HeaderName, HeaderValue); 5] = [
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
        ),
        (header::CONNECTION, HeaderValue::from_static("close")),
    ];
    (status, headers, Html(page::html(words))).into_response()
}

/// Compares without telling by its time where the first difference is.
fn is_same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}
