//! What only the service needs: where it listens, what it is called, where it is measured, its database, its workers and its keys.

use std::net::SocketAddr;
use std::path::PathBuf;

use secrecy::SecretString;
use url::Url;

use crate::settings::reader::Reader;

/// The section `server`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerSettings {
    /// Where `serve` listens.
    pub listen: SocketAddr,
    /// The address under which people reach it; none means the one it listens on. Redirects and links are built from it, never from
    /// a request.
    pub public_url: Option<Url>,
    /// Longest time a session lives without use, in minutes.
    pub session_idle_minutes: u64,
    /// Longest time a session lives at all, in hours.
    pub session_absolute_hours: u64,
    /// How fresh a sign-in must be for deleting an account, in minutes.
    pub fresh_sign_in_minutes: u64,
    /// Reverse proxies in front, whose `X-Forwarded-For` is believed from the right; 0: the peer address counts.
    pub trusted_proxies: u64,
    /// Requests of one address per minute to sign-in and callbacks.
    pub sign_in_per_minute: u64,
    /// Requests of one address per minute to everything else.
    pub requests_per_minute: u64,
    /// Who runs this service, for the privacy and terms pages.
    pub operator: Option<String>,
    /// Where people write to, for the same pages.
    pub contact_email: Option<String>,
    /// Price of the detailed report as the pricing page shows it.
    pub price_shown: Option<String>,
    /// Company and country of the machines that the service runs on, for the legal pages.
    pub hosting: Option<String>,
    /// Company and country of the mail server, for the same pages.
    pub mail_provider: Option<String>,
    /// After how many days a backup is deleted, for the same pages; none: they show a blank.
    pub backup_days: Option<u64>,
}

/// The section `database`. No `Debug`: the URL may hold a password.
#[derive(Clone)]
pub struct DatabaseSettings {
    /// `sqlite:PATH` or `postgres://…`; none means `crosswalk.db` in the data folder.
    pub url: Option<SecretString>,
    /// Most connections at one time.
    pub max_connections: u64,
}

/// The section `worker`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerSettings {
    /// Reviews that one worker process does at the same time.
    pub parallel_reviews: u64,
    /// How long a lease holds without a report, in milliseconds.
    pub lease_ms: u64,
    /// How often the queue is asked when there is nothing to do, in milliseconds.
    pub poll_ms: u64,
    /// After so many attempts a review is failed for good.
    pub max_attempts: u64,
    /// The wait before the second attempt, in milliseconds; it doubles with each.
    pub backoff_base_ms: u64,
    /// How long a stopping worker waits for its reviews before it hands them back, in milliseconds.
    pub shutdown_grace_ms: u64,
}

impl Default for WorkerSettings {
    fn default() -> Self {
        Self { parallel_reviews: 2, lease_ms: 30_000, poll_ms: 1_000, max_attempts: 3, backoff_base_ms: 30_000, shutdown_grace_ms: 20_000 }
    }
}

/// The section `seal`. No `Debug`: it holds keys.
#[derive(Clone)]
pub struct SealSettings {
    /// Keys as `base64` texts of 32 bytes, separated by commas or blanks; the first one seals, all of them open.
    pub keys: Option<SecretString>,
    /// Whether `keys` stood in the settings file and not in the environment; the service refuses that.
    pub are_keys_in_file: bool,
    /// A file that holds keys in the same form, one a line; it must lie outside the data folder.
    pub keys_file: Option<PathBuf>,
}

pub(super) fn read_server(reader: &mut Reader) -> ServerSettings {
    const USUAL_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8080);
    let listen = read_listen(reader, "server").unwrap_or(USUAL_LISTEN);
    let public_url = reader.url("server", "public_url");
    if public_url.as_ref().is_some_and(|url| url.path() != "/" || url.query().is_some() || url.fragment().is_some()) {
        reader.mistake("server", "public_url", "must be a scheme and a host only, such as https://crosswalk.example.com");
    }
    let mut number = |key, allowed, usual| reader.number("server", key, allowed).unwrap_or(usual);
    ServerSettings {
        listen,
        public_url,
        session_idle_minutes: number("session_idle_minutes", 1..=10_080, 120),
        session_absolute_hours: number("session_absolute_hours", 1..=720, 72),
        fresh_sign_in_minutes: number("fresh_sign_in_minutes", 1..=1_440, 10),
        trusted_proxies: number("trusted_proxies", 0..=10, 0),
        sign_in_per_minute: number("sign_in_per_minute", 1..=1_000_000, 20),
        requests_per_minute: number("requests_per_minute", 1..=10_000_000, 600),
        operator: reader.text("server", "operator"),
        contact_email: reader.text("server", "contact_email"),
        price_shown: reader.text("server", "price_shown"),
        hosting: reader.text("server", "hosting"),
        mail_provider: reader.text("server", "mail_provider"),
        backup_days: reader.number("server", "backup_days", 1..=3_650),
    }
}

/// Where the measurements of the service can be read: an address of its own, since they are for whoever runs it and not for its customers.
pub(super) fn read_metrics_listen(reader: &mut Reader) -> Option<SocketAddr> {
    read_listen(reader, "metrics")
}

fn read_listen(reader: &mut Reader, section: &'static str) -> Option<SocketAddr> {
    let listen = reader.text(section, "listen")?.trim().parse().ok();
    if listen.is_none() {
        reader.mistake(section, "listen", "must be an address and a port such as 127.0.0.1:8080 or [::1]:8080");
    }
    listen
}

pub(super) fn read_database(reader: &mut Reader) -> DatabaseSettings {
    use secrecy::ExposeSecret as _;
    let url = reader.secret("database", "url");
    let is_known = |text: &str| ["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| text.starts_with(scheme));
    if url.as_ref().is_some_and(|url| !is_known(url.expose_secret())) {
        reader.mistake("database", "url", "must begin with sqlite: or postgres:, such as sqlite:/var/lib/crosswalk/crosswalk.db");
    }
    DatabaseSettings { url, max_connections: reader.number("database", "max_connections", 1..=1_000).unwrap_or(10) }
}

pub(super) fn read_worker(reader: &mut Reader) -> WorkerSettings {
    const DAY_MS: u64 = 86_400_000;
    let usual = WorkerSettings::default();
    let mut number = |key, allowed, usual| reader.number("worker", key, allowed).unwrap_or(usual);
    WorkerSettings {
        parallel_reviews: number("parallel_reviews", 1..=64, usual.parallel_reviews),
        lease_ms: number("lease_ms", 200..=DAY_MS, usual.lease_ms),
        poll_ms: number("poll_ms", 10..=DAY_MS, usual.poll_ms),
        max_attempts: number("max_attempts", 1..=20, usual.max_attempts),
        backoff_base_ms: number("backoff_base_ms", 1..=DAY_MS, usual.backoff_base_ms),
        shutdown_grace_ms: number("shutdown_grace_ms", 0..=DAY_MS, usual.shutdown_grace_ms),
    }
}

pub(super) fn read_seal(reader: &mut Reader) -> SealSettings {
    let are_keys_in_file = reader.is_from_file("seal", "keys");
    SealSettings { keys: reader.secret("seal", "keys"), are_keys_in_file, keys_file: reader.text("seal", "keys_file").map(PathBuf::from) }
}
