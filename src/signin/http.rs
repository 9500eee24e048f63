//! HTTP toward Google's sign-in: no redirects, short waits, small answers. Its failures are in our own words, since those
//! of the library may hold an address with a query.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use oauth2::{HttpRequest, HttpResponse};
use thiserror::Error;
use url::Url;

use crate::ports::SignInFailure;
use crate::settings::is_loopback;

const CONNECT_WAIT: Duration = Duration::from_secs(5);
/// Somebody sits before the browser meanwhile.
const WHOLE_WAIT: Duration = Duration::from_secs(15);
/// Descriptions, key sets and token answers are a few kilobytes.
const ANSWER_BYTES: usize = 256 * 1024;

/// No usable answer, and why.
#[derive(Debug, Error)]
#[error("{0}")]
pub(super) struct Unanswered(pub String);

/// A document, and for how many seconds it may be kept.
pub(super) struct Fetched {
    pub body: Vec<u8>,
    pub max_age_seconds: Option<i64>,
}

/// A client.
pub(super) struct Http {
    client: reqwest::Client,
}

impl Http {
    pub(super) fn new(issuer: &Url) -> Result<Self, SignInFailure> {
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("crosswalk/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_WAIT)
            .timeout(WHOLE_WAIT);
        if is_loopback(issuer) {
            // A proxy that is set for the outside world cannot reach this machine's own loopback.
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|_| SignInFailure::Unreachable {
            detail: "secure connections could not be set up on this machine (are its root certificates installed?)".to_owned(),
        })?;
        Ok(Self { client })
    }

    /// A sender for the OAuth library. Each request goes out once.
    pub(super) fn sender(self: &Arc<Self>) -> impl Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse, Unanswered>> + use<> {
        let http = self.clone();
        move |request| {
            let http = http.clone();
            Box::pin(async move {
                let request = reqwest::Request::try_from(request).map_err(|_| Unanswered("the request could not be made".to_owned()))?;
                http.send(request).await
            })
        }
    }

    /// Gets a public document.
    pub(super) async fn get(&self, url: &Url) -> Result<Fetched, Unanswered> {
        let response = self.send(reqwest::Request::new(reqwest::Method::GET, url.clone())).await?;
        let status = response.status();
        if !status.is_success() {
            return Err(Unanswered(format!("{} answered with status {}", host(url), status.as_u16())));
        }
        let control = response.headers().get("cache-control").and_then(|value| value.to_str().ok());
        Ok(Fetched { max_age_seconds: control.and_then(max_age), body: response.into_body() })
    }

    async fn send(&self, request: reqwest::Request) -> Result<HttpResponse, Unanswered> {
        let host = host(request.url()).to_owned();
        let mut response = self.client.execute(request).await.map_err(|error| trouble(&error, &host))?;
        let mut built = HttpResponse::new(Vec::new());
        *built.status_mut() = response.status();
        *built.headers_mut() = response.headers().clone();
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(|error| trouble(&error, &host))? {
            if body.len() + piece.len() > ANSWER_BYTES {
                return Err(Unanswered(format!("the answer of {host} is far too long")));
            }
            body.extend_from_slice(&piece);
        }
        *built.body_mut() = body;
        Ok(built)
    }
}

fn host(url: &Url) -> &str {
    url.host_str().unwrap_or("the server")
}

fn trouble(error: &reqwest::Error, host: &str) -> Unanswered {
    Unanswered(if error.is_timeout() {
        format!("no answer from {host} in time")
    } else if error.is_connect() {
        format!("no connection to {host}")
    } else {
        format!("the answer of {host} broke off")
    })
}

/// The seconds of `max-age` in a `Cache-Control` header; 0 when it may not be kept.
fn max_age(control: &str) -> Option<i64> {
    let mut directives = control.split(',').map(|part| part.trim().to_ascii_lowercase());
    directives.find_map(|directive| match directive.as_str() {
        "no-store" | "no-cache" => Some(0),
        other => other.strip_prefix("max-age=").and_then(|seconds| seconds.trim_matches('"').parse().ok()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_an_answer_may_be_kept() {
        for (control, expected) in [
            ("public, max-age=19845, must-revalidate, no-transform", Some(19_845)),
            ("Max-Age=60", Some(60)),
            ("max-age=\"60\"", Some(60)),
            ("no-store", Some(0)),
            ("private", None),
            ("max-age=soon", None),
        ] {
            assert_eq!(max_age(control), expected, "{control}");
        }
    }
}
