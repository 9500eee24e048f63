//! HTTP toward Stripe: one address, no redirects, short waits, small answers. The key goes nowhere else, and stands in no error.

use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderValue, RETRY_AFTER};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::billing::call_failure::{is_passing, refused, trouble, unreachable};
use crate::billing::patience::Patience;
use crate::ports::PaymentFailure;
use crate::settings::is_loopback;

/// The version whose shapes are read here. Stripe keeps answering in it, whatever the account's own version is.
pub(super) const VERSION: &str = "2026-10-28.endive";
/// A session is a few kilobytes.
const ANSWER_BYTES: usize = 512 * 1024;

/// What is to be sent.
pub(super) enum Call<'a> {
    /// Reads.
    Get { path: &'a [&'a str], query: &'a [(&'a str, &'a str)] },
    /// Makes something; the same key gives the same thing again.
    Post { path: &'a [&'a str], form: &'a [(String, String)], idempotency_key: &'a str },
}

/// A client of one account.
pub(super) struct Api {
    client: reqwest::Client,
    root: Url,
    key: SecretString,
    pub(super) patience: Patience,
}

impl Api {
    pub(super) fn new(root: &Url, key: &SecretString) -> Result<Self, PaymentFailure> {
        let mut headers = HeaderMap::new();
        headers.insert("stripe-version", HeaderValue::from_static(VERSION));
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("crosswalk/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(3));
        if is_loopback(root) {
            // A proxy that is set for the outside world cannot reach this machine's own loopback.
            builder = builder.no_proxy();
        }
        let client = builder
            .build()
            .map_err(|_| unreachable("secure connections could not be set up on this machine (are its root certificates installed?)"))?;
        Ok(Self { client, root: root.clone(), key: key.clone(), patience: Patience::default() })
    }

    /// Sends it, again if that may help, and gives the body of a success.
    pub(super) async fn answer(&self, call: &Call<'_>) -> Result<Vec<u8>, PaymentFailure> {
        let patiently = async {
            let mut failed_attempts = 0;
            loop {
                let (failure, asked_wait) = match self.send(call).await {
                    Ok(Answer { status: 200..=299, body, .. }) => return Ok(body),
                    Ok(answer) if is_passing(answer.status) => (refused(answer.status, &answer.body), answer.retry_after),
                    Ok(answer) => return Err(refused(answer.status, &answer.body)),
                    Err(failure) => (failure, None),
                };
                failed_attempts += 1;
                match self.patience.wait_after(failed_attempts, asked_wait) {
                    Some(wait) => tokio::time::sleep(wait).await,
                    None => return Err(failure),
                }
            }
        };
        tokio::time::timeout(self.patience.whole, patiently).await.unwrap_or_else(|_| Err(unreachable("no answer in time")))
    }

    async fn send(&self, call: &Call<'_>) -> Result<Answer, PaymentFailure> {
        let request = match call {
            Call::Get { path, query } => self.client.get(self.address(path, query)),
            Call::Post { path, form, idempotency_key } => {
                self.client.post(self.address(path, &[])).header("idempotency-key", *idempotency_key).form(form)
            }
        };
        let request = request.bearer_auth(self.key.expose_secret()).timeout(self.patience.attempt);
        let mut response = request.send().await.map_err(|error| trouble(&error))?;
        let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
        let mut answer = Answer { status: response.status().as_u16(), retry_after: retry_after.map(Duration::from_secs), body: Vec::new() };
        while let Some(piece) = response.chunk().await.map_err(|error| trouble(&error))? {
            if answer.body.len() + piece.len() > ANSWER_BYTES {
                return Err(unreachable("the answer is far too long"));
            }
            answer.body.extend_from_slice(&piece);
        }
        Ok(answer)
    }

    fn address(&self, path: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.root.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }
}

struct Answer {
    status: u16,
    retry_after: Option<Duration>,
    body: Vec<u8>,
}
