//! Typed settings, parsed from the text of `crosswalk.toml` and from the environment. Tells every mistake at once,
//! naming the key and what is allowed. Never reads a file or the environment itself, and never shows a secret.

mod billing;
#[cfg(test)]
mod example;
mod google;
mod mailbox;
mod mistake;
mod offer;
mod reader;
mod service;
mod smtp;

use std::net::SocketAddr;
use std::path::PathBuf;

use url::Url;

pub use billing::{BillingSettings, Selling, StripeMode, StripeSettings};
pub use google::{DriveAccess, GoogleSettings};
pub use mailbox::Mailbox;
pub use mistake::SettingsMistake;
pub use offer::{Offer, Tax, TaxBehavior};
use reader::Reader;
pub use service::{DatabaseSettings, SealSettings, ServerSettings, WorkerSettings};
pub use smtp::{SmtpLogin, SmtpSettings, SmtpTls};

/// Everything that can be set. No `Debug`: it holds secrets.
#[derive(Clone)]
pub struct Settings {
    /// Where Crosswalk keeps its own files; none means the place that is usual on this system.
    pub data_dir: Option<PathBuf>,
    /// How Google is reached.
    pub google: GoogleSettings,
    /// How fast the engine works; never what it finds.
    pub engine: EngineSettings,
    /// Limits for reading one file; none means the built-in limit.
    pub extract: ExtractSettings,
    /// How politely Drive is asked.
    pub drive: DriveSettings,
    /// The service: where it listens, what it is called.
    pub server: ServerSettings,
    /// Its database.
    pub database: DatabaseSettings,
    /// Its workers.
    pub worker: WorkerSettings,
    /// Its keys.
    pub seal: SealSettings,
    /// Whether and how it sells detailed reports.
    pub billing: BillingSettings,
    /// How its mail leaves; none means that it sends none.
    pub mail: Option<SmtpSettings>,
    /// Where its measurements can be read; none means nowhere.
    pub metrics_listen: Option<SocketAddr>,
}

/// Speed of the engine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EngineSettings {
    /// Threads that read and judge documents, 1 to 256; none means as many as the machine has. Changes speed only.
    pub threads: Option<usize>,
}

/// Limits for reading one file, named as in `ports::ExtractLimits`. None means the built-in limit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExtractSettings {
    /// Largest file, in bytes.
    pub file_bytes: Option<u64>,
    /// Most text that is kept, in bytes.
    pub text_bytes: Option<u64>,
    /// Most blocks that are kept.
    pub blocks: Option<u64>,
    /// Most pages of a PDF.
    pub pages: Option<u64>,
    /// Most entries of a ZIP container.
    pub zip_entries: Option<u64>,
    /// Largest part of a ZIP container when unpacked, in bytes.
    pub zip_part_bytes: Option<u64>,
    /// All parts of a ZIP container together when unpacked, in bytes.
    pub zip_total_bytes: Option<u64>,
    /// Deepest nesting of XML elements.
    pub xml_depth: Option<u64>,
    /// Memory of the reader process, in bytes.
    pub memory_bytes: Option<u64>,
    /// CPU time of the reader process, in seconds.
    pub cpu_seconds: Option<u64>,
    /// Time by the clock, in seconds.
    pub wall_seconds: Option<u64>,
    /// Whether files are read on a machine that cannot confine the reader process; none means as the command sees fit.
    pub sandbox: Option<SandboxSetting>,
}

/// What to do where the kernel cannot confine the reader process fully.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SandboxSetting {
    /// `required`: read no file, and say what is missing.
    Required,
    /// `best-effort`: read with what the kernel offers. For one's own documents.
    BestEffort,
}

/// How politely Drive is asked. The times are numbers so that a test can make them tiny.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriveSettings {
    /// Most requests started per second.
    pub requests_per_second: u64,
    /// Most requests under way at one time (Google suggests 4 to 8 downloads per user).
    pub parallel_downloads: u64,
    /// Tries for one request, the first one included.
    pub max_attempts: u64,
    /// Retries for the whole run, over all requests.
    pub max_retries_per_run: u64,
    /// The first wait before a retry, in milliseconds; it doubles with each try.
    pub backoff_base_ms: u64,
    /// The longest wait before a retry, in milliseconds.
    pub backoff_cap_ms: u64,
    /// The longest `Retry-After` that is waited for, in milliseconds; a longer one ends the tries.
    pub retry_after_cap_ms: u64,
    /// Time to reach the server, in milliseconds.
    pub connect_timeout_ms: u64,
    /// Longest silence while an answer is awaited or read, in milliseconds.
    pub read_timeout_ms: u64,
}

impl Default for DriveSettings {
    fn default() -> Self {
        Self {
            requests_per_second: 20,
            parallel_downloads: 6,
            max_attempts: 7,
            max_retries_per_run: 400,
            backoff_base_ms: 1_000,
            backoff_cap_ms: 64_000,
            retry_after_cap_ms: 120_000,
            connect_timeout_ms: 15_000,
            read_timeout_ms: 60_000,
        }
    }
}

impl Settings {
    /// Parses the text of `crosswalk.toml` (if there is one) and the environment, which wins. Environment names are
    /// `CROSSWALK_<SECTION>__<KEY>` and `CROSSWALK_DATA_DIR`; names without that prefix are not ours and are ignored.
    ///
    /// # Errors
    /// Every mistake found: bad TOML, unknown keys, wrong types, values that are not allowed.
    pub fn parse(toml_text: Option<&str>, environment: &[(String, String)]) -> Result<Self, Vec<SettingsMistake>> {
        let mut reader = Reader::new(toml_text, environment);
        let settings = Self::read(&mut reader);
        let mistakes = reader.finish();
        settings.filter(|_| mistakes.is_empty()).ok_or(mistakes)
    }

    /// Asks a reader for every setting there is; none when a built-in address is no address, which is then one of the mistakes.
    fn read(reader: &mut Reader) -> Option<Self> {
        let data_dir = reader.text("", "data_dir").map(PathBuf::from);
        let google = GoogleSettings::read(reader);
        let threads = reader.number("engine", "threads", 1..=256).and_then(|threads| usize::try_from(threads).ok());
        let extract = read_extract(reader);
        let drive = read_drive(reader);
        let server = service::read_server(reader);
        let database = service::read_database(reader);
        let worker = service::read_worker(reader);
        let seal = service::read_seal(reader);
        let mail = smtp::read_smtp(reader);
        let metrics_listen = service::read_metrics_listen(reader);
        let billing = BillingSettings::read(reader)?;
        let engine = EngineSettings { threads };
        Some(Self { data_dir, google: google?, engine, extract, drive, server, database, worker, seal, billing, mail, metrics_listen })
    }
}

fn read_extract(reader: &mut Reader) -> ExtractSettings {
    let sandbox = match reader.text("extract", "sandbox").as_deref() {
        None => None,
        Some("required") => Some(SandboxSetting::Required),
        Some("best-effort") => Some(SandboxSetting::BestEffort),
        Some(_) => {
            reader.mistake("extract", "sandbox", "must be `required` or `best-effort`");
            None
        }
    };
    let mut limit = |key| reader.number("extract", key, 1..=u64::from(u32::MAX) * 4);
    ExtractSettings {
        file_bytes: limit("file_bytes"),
        text_bytes: limit("text_bytes"),
        blocks: limit("blocks"),
        pages: limit("pages"),
        zip_entries: limit("zip_entries"),
        zip_part_bytes: limit("zip_part_bytes"),
        zip_total_bytes: limit("zip_total_bytes"),
        xml_depth: limit("xml_depth"),
        memory_bytes: limit("memory_bytes"),
        cpu_seconds: limit("cpu_seconds"),
        wall_seconds: limit("wall_seconds"),
        sandbox,
    }
}

fn read_drive(reader: &mut Reader) -> DriveSettings {
    const HOUR_MS: u64 = 3_600_000;
    let usual = DriveSettings::default();
    let mut number = |key, allowed, usual| reader.number("drive", key, allowed).unwrap_or(usual);
    DriveSettings {
        requests_per_second: number("requests_per_second", 1..=10_000, usual.requests_per_second),
        parallel_downloads: number("parallel_downloads", 1..=64, usual.parallel_downloads),
        max_attempts: number("max_attempts", 1..=20, usual.max_attempts),
        max_retries_per_run: number("max_retries_per_run", 0..=1_000_000, usual.max_retries_per_run),
        backoff_base_ms: number("backoff_base_ms", 1..=HOUR_MS, usual.backoff_base_ms),
        backoff_cap_ms: number("backoff_cap_ms", 1..=HOUR_MS, usual.backoff_cap_ms),
        retry_after_cap_ms: number("retry_after_cap_ms", 0..=HOUR_MS, usual.retry_after_cap_ms),
        connect_timeout_ms: number("connect_timeout_ms", 1..=HOUR_MS, usual.connect_timeout_ms),
        read_timeout_ms: number("read_timeout_ms", 1..=HOUR_MS, usual.read_timeout_ms),
    }
}

/// Whether a URL may be used: https anywhere, plain http for this machine only (a token sent in clear over a network
/// is a token given away).
#[must_use]
pub fn is_acceptable_url(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.host().is_some(),
        "http" => is_loopback(url),
        _ => false,
    }
}

/// Whether a URL points at this machine: 127.0.0.0/8, `::1` or `localhost`.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn mistakes(text: &str, environment: &[(&str, &str)]) -> Vec<String> {
        let found = Settings::parse(Some(text), &variables(environment)).err().unwrap_or_default();
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn nothing_set_is_fine() {
        let settings = Settings::parse(None, &variables(&[("PATH", "/bin"), ("CROSSWALK_EVAL_DIR", "x"), ("CROSSWALK_FACTS_DIR", "y")]));
        let settings = settings.unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
        assert_eq!(settings.google.drive_url.as_str(), "https://www.googleapis.com/drive/v3");
        assert_eq!(settings.google.token_url.as_str(), "https://oauth2.googleapis.com/token");
        assert!(!settings.google.is_token_url_explicit);
        assert_eq!(settings.google.scope, DriveAccess::ReadOnly);
        assert_eq!(settings.drive, DriveSettings::default());
        assert!(settings.mail.is_none() && settings.metrics_listen.is_none());
        assert!(settings.data_dir.is_none() && settings.engine.threads.is_none() && settings.extract.sandbox.is_none());
    }

    #[test]
    fn the_environment_beats_the_file() {
        let text = "data_dir = \"/a\"\n[google]\ntoken_url = \"https://a.example/t\"\nscope = \"drive.file\"\n[engine]\nthreads = 2\n\
                    [smtp]\nhost = \"a.example\"\nfrom = \"a@a.example\"\n[server]\nlisten = \"127.0.0.1:1\"\n\
                    [metrics]\nlisten = \"127.0.0.1:2\"\n";
        let environment = [
            ("CROSSWALK_DATA_DIR", "/b"),
            ("CROSSWALK_ENGINE__THREADS", "3"),
            ("CROSSWALK_GOOGLE__TOKEN_URL", "http://127.0.0.1:1/t"),
            ("CROSSWALK_EXTRACT__SANDBOX", "required"),
            ("CROSSWALK_SMTP__HOST", "b.example"),
            ("CROSSWALK_METRICS__LISTEN", "[::1]:3"),
        ];
        let settings = Settings::parse(Some(text), &variables(&environment)).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
        assert_eq!(settings.data_dir, Some(PathBuf::from("/b")));
        assert_eq!(settings.engine.threads, Some(3));
        assert_eq!(settings.extract.sandbox, Some(SandboxSetting::Required));
        assert_eq!(settings.google.token_url.as_str(), "http://127.0.0.1:1/t");
        assert!(settings.google.is_token_url_explicit);
        assert_eq!(settings.google.scope, DriveAccess::PickedFiles);
        assert_eq!(settings.mail.map(|mail| mail.host).as_deref(), Some("b.example"));
        assert_eq!(settings.metrics_listen.map(|listen| listen.to_string()).as_deref(), Some("[::1]:3"));
    }

    #[test]
    fn every_mistake_at_once() {
        let text = "datadir = 1\nother = {a = 1}\n[google]\ndrive_url = \"http://example.com\"\nscope = \"drive\"\nclient_id = 7\ntokn_url = \"x\"\n\
                    [extract]\nsandbox = \"off\"\n[drive]\nmax_attempts = 0\nparallel_downloads = \"6\"\n\
                    [metrics]\nlisten = \"9100\"\n[smtp]\nport = 25\n";
        let found = mistakes(text, &[("CROSSWALK_ENGINE__THREADS", "many"), ("CROSSWALK_GOOGLE__ALLOW_WHOLE_DRIVE", "perhaps")]);
        for part in [
            "datadir: there is no such setting",
            "other.a: there is no such setting; allowed are data_dir and the sections",
            "google.drive_url: must begin with https://",
            "google.scope: must be `drive.readonly` or `drive.file`",
            "google.client_id: must be a text in quotes",
            "did you mean google.token_url?",
            "extract.sandbox: must be `required` or `best-effort`",
            "drive.max_attempts: must be a whole number from 1 to 20",
            "drive.parallel_downloads: must be a whole number",
            "metrics.listen: must be an address and a port",
            "smtp.host: must be set",
            "smtp.from: must be set",
            "CROSSWALK_ENGINE__THREADS: must be a whole number",
            "CROSSWALK_GOOGLE__ALLOW_WHOLE_DRIVE: must be true or false",
        ] {
            assert!(found.iter().any(|mistake| mistake.contains(part)), "{part}: {found:#?}");
        }
        assert_eq!(found.len(), 14, "{found:#?}");
    }

    #[test]
    fn broken_toml_names_the_line_and_shows_no_value() {
        let found = mistakes("[google]\nclient_secret = \"hush", &[]);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("line 2") && !found[0].contains("hush"), "{found:?}");
    }

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for (url, expected) in [
            ("https://example.com/x", true),
            ("http://127.0.0.1:8080", true),
            ("http://127.9.9.9", true),
            ("http://[::1]:1", true),
            ("http://localhost:1", true),
            ("http://LOCALHOST", true),
            ("http://localhost.example.com", false),
            ("http://127.0.0.1.example.com", false),
            ("http://0.0.0.0", false),
            ("http://10.0.0.1", false),
            ("file:///etc/passwd", false),
            ("ftp://127.0.0.1", false),
        ] {
            assert_eq!(is_acceptable_url(&Url::parse(url).unwrap()), expected, "{url}");
        }
        assert!(!mistakes("[google]\nauth_url = \"https://user:pass@example.com\"", &[]).is_empty());
    }
}
