//! The connection under everything: how the HTTP client is set up, and what its failures are called. No error of the
//! HTTP library leaves this module's callers, since it may hold an address with a query.

use std::time::Duration;

use url::Url;

use crate::ports::SourceError;
use crate::settings::{DriveSettings, is_loopback};

/// A client for one server. Redirects are off: a token must never follow one.
pub(super) fn client_for(server: &Url, settings: &DriveSettings) -> Result<reqwest::Client, SourceError> {
    // Google compresses only for clients whose User-Agent says gzip too (Drive performance guide).
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("crosswalk/", env!("CARGO_PKG_VERSION"), " (gzip)"))
        .gzip(true)
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_millis(settings.connect_timeout_ms))
        .read_timeout(Duration::from_millis(settings.read_timeout_ms));
    if is_loopback(server) {
        // A proxy that is set for the outside world cannot reach this machine's own loopback.
        builder = builder.no_proxy();
    }
    builder.build().map_err(|_| SourceError::Unreachable {
        who: host(server).to_owned(),
        detail: "secure connections could not be set up on this machine (are its root certificates installed?)".to_owned(),
    })
}

/// What a failed request is called.
pub(super) fn trouble(error: &reqwest::Error, server: &Url) -> String {
    let host = host(server);
    if error.is_timeout() {
        format!("no answer from {host} in time")
    } else if error.is_connect() {
        format!("no connection to {host}")
    } else if error.is_body() || error.is_decode() {
        format!("the answer of {host} broke off")
    } else {
        format!("the request to {host} failed")
    }
}

/// The host of an address, for people.
pub(super) fn host(server: &Url) -> &str {
    server.host_str().unwrap_or("the server")
}
