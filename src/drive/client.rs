//! Asks Drive. Every call is a GET: the one function that sends takes an address and nothing that could make it
//! anything else, so a write cannot be expressed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use metrics::counter;
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use url::Url;

use crate::drive::connection::{client_for, host, trouble};
use crate::drive::patience::{Pace, Patience, retry_after};
use crate::drive::reason::{Meaning, meaning};
use crate::drive::token::AccessTokens;
use crate::drive::wire_log::{WireLog, WireRecord};
use crate::ports::measured::{DRIVE_REQUESTS, status_class};
use crate::ports::{Clock, SourceError};
use crate::settings::{DriveSettings, GoogleSettings};

/// Most bytes of a page of metadata; a page of 1,000 files is about one megabyte.
const PAGE_BYTES: u64 = 8 * 1024 * 1024;
/// Longest call, in seconds, beside the time for its bytes.
const CALL_SECONDS: u64 = 120;
/// Slowest transfer that is waited for.
const SLOWEST_BYTES_PER_SECOND: u64 = 100_000;
/// Most bytes of an error's body that are read.
const ERROR_BYTES: u64 = 64 * 1024;
/// Tries while nothing was ever reached: without a network nobody wants to wait for minutes.
const ATTEMPTS_WITHOUT_NETWORK: u64 = 2;
/// Calls in a row that used up all their tries, after which each further call gets one try until one succeeds: a
/// review must not wait out the same outage once for every file.
const LOST_CALLS_OF_AN_OUTAGE: u32 = 4;

/// Why a call failed.
#[derive(Debug)]
pub(super) enum CallError {
    /// Drive refused; asking again would not help, or was tried long enough.
    Refused(Meaning, u16),
    /// The answer was larger than the limit.
    TooLarge,
    /// No whole answer, after all tries.
    NoAnswer(String),
    /// An answer that is not what was asked for.
    Garbled,
    /// Nothing can go on.
    Stop(SourceError),
}

/// The link-sharing key of an item: (id, key).
pub(super) type ResourceKey<'a> = Option<(&'a str, &'a str)>;

pub(super) struct ReadingClient {
    http: reqwest::Client,
    root: Url,
    tokens: Arc<AccessTokens>,
    pace: Pace,
    patience: Patience,
    wire_log: WireLog,
    clock: Arc<dyn Clock>,
    was_reached: AtomicBool,
    is_quota_used_up: AtomicBool,
    lost_calls_in_a_row: AtomicU32,
}

struct Answer {
    status: u16,
    retry_after: Option<Duration>,
    body: Vec<u8>,
}

enum Broken {
    TooLarge,
    NoAnswer(String),
}

impl ReadingClient {
    pub(super) fn new(
        google: &GoogleSettings,
        settings: &DriveSettings,
        tokens: Arc<AccessTokens>,
        clock: Arc<dyn Clock>,
        wire_log: WireLog,
    ) -> Result<Self, SourceError> {
        Ok(Self {
            http: client_for(&google.drive_url, settings)?,
            root: google.drive_url.clone(),
            tokens,
            pace: Pace::new(settings),
            patience: Patience::new(settings),
            wire_log,
            clock,
            was_reached: AtomicBool::new(false),
            is_quota_used_up: AtomicBool::new(false),
            lost_calls_in_a_row: AtomicU32::new(0),
        })
    }

    /// An address below the root of the API.
    pub(super) fn address(&self, path: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.root.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url.query_pairs_mut().extend_pairs(query);
        url
    }

    /// Gets a page of metadata.
    pub(super) async fn metadata<T: DeserializeOwned>(&self, url: &Url, key: ResourceKey<'_>) -> Result<T, CallError> {
        let body = self.get(url, key, PAGE_BYTES).await?;
        serde_json::from_slice(&body).map_err(|_| CallError::Garbled)
    }

    /// Gets an answer of at most `limit` bytes, with as many tries as the settings allow.
    pub(super) async fn get(&self, url: &Url, key: ResourceKey<'_>, limit: u64) -> Result<Vec<u8>, CallError> {
        let mut failed_attempts = 0;
        let mut was_renewed = false;
        let mut token = self.tokens.bearer().await.map_err(CallError::Stop)?;
        loop {
            if self.is_quota_used_up.load(Ordering::Relaxed) {
                return Err(CallError::Refused(Meaning::QuotaUsedUp, 403));
            }
            let outcome = {
                let _turn = self.pace.turn().await;
                // A body that trickles in for ever keeps every other file waiting.
                let deadline = Duration::from_secs(CALL_SECONDS + limit / SLOWEST_BYTES_PER_SECOND);
                match tokio::time::timeout(deadline, self.get_once(url, &token, key, limit)).await {
                    Ok(outcome) => outcome,
                    Err(_) => Err(Broken::NoAnswer("its answer took too long".to_owned())),
                }
            };
            failed_attempts += 1;
            let (error, asked_wait) = match outcome {
                Ok(answer) if (200..300).contains(&answer.status) => {
                    self.lost_calls_in_a_row.store(0, Ordering::Relaxed);
                    return Ok(answer.body);
                }
                Ok(answer) => {
                    let meaning = meaning(answer.status, &answer.body);
                    if meaning == Meaning::TokenRejected {
                        if was_renewed {
                            return Err(CallError::Stop(self.tokens.refused(LOST, RECONNECT)));
                        }
                        was_renewed = true;
                        token = self.tokens.renew(&token).await.map_err(CallError::Stop)?;
                        failed_attempts -= 1;
                        continue;
                    }
                    if meaning == Meaning::QuotaUsedUp {
                        self.is_quota_used_up.store(true, Ordering::Relaxed);
                    }
                    if !meaning.is_worth_retrying() {
                        return Err(CallError::Refused(meaning, answer.status));
                    }
                    (CallError::Refused(meaning, answer.status), answer.retry_after)
                }
                Err(Broken::TooLarge) => return Err(CallError::TooLarge),
                Err(Broken::NoAnswer(detail)) => {
                    if failed_attempts >= ATTEMPTS_WITHOUT_NETWORK && !self.was_reached.load(Ordering::Relaxed) {
                        return Err(CallError::NoAnswer(detail));
                    }
                    (CallError::NoAnswer(detail), None)
                }
            };
            // It asked to be left alone for longer than this review will last: every further call would be pestering.
            if self.patience.is_beyond_patience(asked_wait) {
                self.is_quota_used_up.store(true, Ordering::Relaxed);
            }
            let is_outage = self.lost_calls_in_a_row.load(Ordering::Relaxed) >= LOST_CALLS_OF_AN_OUTAGE;
            let Some(wait) = self.patience.wait_after(failed_attempts, asked_wait).filter(|_| !is_outage) else {
                self.lost_calls_in_a_row.fetch_add(1, Ordering::Relaxed);
                return Err(error);
            };
            tokio::time::sleep(wait).await;
            // A long wait may outlive the token.
            token = self.tokens.bearer().await.map_err(CallError::Stop)?;
        }
    }

    /// The one place that sends a request toward Drive, and the reason why Crosswalk cannot write there.
    async fn get_once(&self, url: &Url, token: &SecretString, key: ResourceKey<'_>, limit: u64) -> Result<Answer, Broken> {
        let mut request = self.http.get(url.clone()).bearer_auth(token.expose_secret());
        if let Some((id, key)) = key {
            request = request.header("X-Goog-Drive-Resource-Keys", format!("{id}/{key}"));
        }
        let mut bytes_in = 0;
        let mut status = None;
        let outcome = match request.send().await {
            Ok(response) => {
                status = Some(response.status().as_u16());
                self.was_reached.store(true, Ordering::Relaxed);
                self.read(response, limit, &mut bytes_in).await
            }
            Err(error) => Err(Broken::NoAnswer(trouble(&error, url))),
        };
        counter!(DRIVE_REQUESTS, "status" => status.map_or("none", status_class)).increment(1);
        self.wire_log.record(WireRecord { method: "GET", host: host(url), path: url.path(), status, bytes_out: 0, bytes_in });
        outcome
    }

    /// Reads a body piece by piece and stops at the limit, whatever length the server claims.
    async fn read(&self, mut response: reqwest::Response, limit: u64, bytes_in: &mut u64) -> Result<Answer, Broken> {
        let status = response.status().as_u16();
        let retry_after = response
            .headers()
            .get("retry-after")
            .and_then(|value| value.to_str().ok())
            .and_then(|value| retry_after(value, self.clock.now()));
        let is_success = response.status().is_success();
        let limit = if is_success { limit } else { ERROR_BYTES };
        if is_success && response.content_length().is_some_and(|claimed| claimed > limit) {
            return Err(Broken::TooLarge);
        }
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(piece)) => {
                    *bytes_in += piece.len() as u64;
                    if *bytes_in > limit {
                        // The reason stands at the front of an error's body; the rest may go.
                        if is_success {
                            return Err(Broken::TooLarge);
                        }
                        break;
                    }
                    body.extend_from_slice(&piece);
                }
                Ok(None) => break,
                // An error whose body broke off still has its status.
                Err(_) if !is_success => break,
                Err(error) => return Err(Broken::NoAnswer(trouble(&error, &self.root))),
            }
        }
        Ok(Answer { status, retry_after, body })
    }
}

const LOST: &str = "Google Drive does not accept the sign-in, not even a fresh one";
const RECONNECT: &str = "Run `crosswalk connect` to sign in again; nothing was lost.";

fn sign_in_lost() -> SourceError {
    SourceError::NotAuthorised { detail: LOST.to_owned(), advice: RECONNECT.to_owned() }
}

impl CallError {
    /// Whether every other call would end the same way, after as long a time.
    pub(super) fn concerns_every_call(&self) -> bool {
        match self {
            Self::NoAnswer(_) | Self::Stop(_) => true,
            Self::Refused(meaning, _) => meaning.is_worth_retrying() || *meaning == Meaning::QuotaUsedUp,
            Self::TooLarge | Self::Garbled => false,
        }
    }

    /// The error as that of a listing of `what`.
    pub(super) fn of_listing(self, what: &str) -> SourceError {
        const WHO: &str = "Google Drive";
        let forbidden = |detail: &str, advice: &str| SourceError::Forbidden {
            what: what.to_owned(),
            detail: detail.to_owned(),
            advice: advice.to_owned(),
        };
        match self {
            Self::Stop(error) => error,
            Self::NoAnswer(detail) => SourceError::Unreachable { who: WHO.to_owned(), detail },
            Self::TooLarge | Self::Garbled => {
                SourceError::Unexpected { who: WHO.to_owned(), detail: "the list of files could not be understood".to_owned() }
            }
            Self::Refused(meaning, status) => match meaning {
                Meaning::SlowDown => SourceError::RateLimited { who: WHO.to_owned(), detail: "too many requests".to_owned() },
                Meaning::QuotaUsedUp | Meaning::DownloadQuota => {
                    SourceError::RateLimited { who: WHO.to_owned(), detail: "the quota of the day is used up".to_owned() }
                }
                Meaning::TokenRejected => sign_in_lost(),
                Meaning::ScopeMissing => SourceError::NotAuthorised {
                    detail: "the sign-in does not include permission to read the Drive".to_owned(),
                    advice: "Run `crosswalk connect` again and leave the Drive box ticked.".to_owned(),
                },
                Meaning::BlockedByAdministrator => forbidden(
                    "the administrator of this Google Workspace blocks apps from Drive",
                    "Ask the administrator to allow this app, or review a local copy of the folder.",
                ),
                Meaning::ApiSwitchedOff => forbidden(
                    "the Google Drive API is switched off in the Google Cloud project of this client",
                    "Switch the API on in the Google Cloud console, wait a few minutes and try again.",
                ),
                Meaning::NotFound => SourceError::NotFound {
                    what: what.to_owned(),
                    advice: "Check the id, and that it is shared with the account that signed in.".to_owned(),
                },
                Meaning::NoPermission
                | Meaning::NotPicked
                | Meaning::NotDownloadable
                | Meaning::FlaggedAsAbuse
                | Meaning::TooLargeToExport => {
                    forbidden("it is not shared with the account that signed in", "Ask its owner to share it for reading.")
                }
                Meaning::Passing => {
                    SourceError::Unreachable { who: WHO.to_owned(), detail: format!("it has trouble of its own, status {status}") }
                }
                Meaning::BadRequest | Meaning::Precondition | Meaning::Unknown => {
                    SourceError::Unexpected { who: WHO.to_owned(), detail: format!("status {status} to a listing") }
                }
            },
        }
    }
}
