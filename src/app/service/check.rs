//! What the service needs before it may start, each thing checked and told with what to do. `serve` and `work` refuse to start on the
//! first list that holds something missing; `doctor` prints the whole list.

use std::net::SocketAddr;

use secrecy::ExposeSecret;
use url::Url;

use crate::app::failure::{Exit, Failure};
use crate::app::service::check_selling::check_selling;
use crate::app::service::check_telling::{check_mail, check_metrics};
use crate::app::service::keys::load_keys;
use crate::app::service::open::{open_database, robot_key};
use crate::app::settings::{data_dir, extract_limits, sandbox_demand as chosen_demand};
use crate::extract::{ChildExtractor, SandboxDemand, SandboxShortfall};
use crate::settings::{Settings, is_loopback};
use crate::store::KeyUse;

/// For what is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// `serve`: pages and worker.
    Serve,
    /// `work`: a worker only.
    Work,
}

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// As it should be.
    Good,
    /// It works, but somebody should know.
    Note,
    /// The service does not start like this.
    Missing,
}

/// One thing that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What: `keys`, `database` …
    pub subject: &'static str,
    /// How it came out.
    pub level: Level,
    /// In one sentence.
    pub found: String,
    /// What to do; empty when there is nothing to do.
    pub advice: String,
}

impl Check {
    pub(super) fn good(subject: &'static str, found: impl Into<String>) -> Self {
        Self { subject, level: Level::Good, found: found.into(), advice: String::new() }
    }

    pub(super) fn note(subject: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { subject, level: Level::Note, found: found.into(), advice: advice.into() }
    }

    pub(super) fn missing(subject: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { subject, level: Level::Missing, found: found.into(), advice: advice.into() }
    }
}

/// The address under which people reach the service when it listens there.
#[must_use]
pub fn public_url(settings: &Settings, listen: SocketAddr) -> Option<Url> {
    settings.server.public_url.clone().or_else(|| Url::parse(&format!("http://{listen}/")).ok())
}

/// Whether nobody but this machine is meant to reach the pages.
pub(super) fn is_for_this_machine(settings: &Settings) -> bool {
    let server = &settings.server;
    server.public_url.as_ref().map_or_else(|| server.listen.ip().is_loopback(), is_loopback)
}

/// Checks everything that the settings alone can tell; asks no database and no kernel.
#[must_use]
pub fn check_settings(settings: &Settings, role: Role) -> Vec<Check> {
    let mut checks = Vec::new();
    checks.push(match load_keys(settings) {
        Ok(_) => Check::good("keys", "set; the first one seals"),
        Err(error) => Check::missing("keys", error.happened, error.advice),
    });
    let google = &settings.google;
    checks.push(if google.client_id.is_some() && google.client_secret.is_some() {
        Check::good("Google client", "set")
    } else {
        Check::missing(
            "Google client",
            "google.client_id or google.client_secret is not set, so nobody can sign in.",
            "Create an OAuth client of the type \"Web application\" in the Google Cloud console and set both, the secret by \
             CROSSWALK_GOOGLE__CLIENT_SECRET.",
        )
    });
    checks.extend(check_modes(settings));
    checks.extend(check_selling(settings, role));
    checks.extend(check_mail(settings, role));
    checks.push(check_metrics(settings.metrics_listen));
    if role == Role::Serve {
        checks.extend(check_address(settings));
    }
    checks
}

fn check_modes(settings: &Settings) -> Vec<Check> {
    let google = &settings.google;
    let mut checks = Vec::new();
    let mut modes = Vec::new();
    match (&google.api_key, &google.project_number) {
        (Some(_), Some(_)) => modes.push("picked files"),
        (None, None) => {}
        (Some(_), None) | (None, Some(_)) => checks.push(Check::note(
            "picked files",
            "Only one of google.api_key and google.project_number is set, so picking is not offered.",
            "Set both: without the project number Google's Picker grants nothing.",
        )),
    }
    match robot_key(settings) {
        Ok(Some(_)) => modes.push("folders shared with the robot"),
        Ok(None) => {}
        Err(error) => checks.push(Check::missing("robot", error.happened, error.advice)),
    }
    if google.allow_whole_drive {
        modes.push("whole Drive");
    }
    checks.push(if modes.is_empty() {
        Check::missing(
            "connection modes",
            "There is no way to connect a Drive.",
            "Set google.api_key and google.project_number (Picker), or google.service_account_file (robot), or \
             google.allow_whole_drive = true.",
        )
    } else {
        Check::good("connection modes", modes.join(", "))
    });
    checks
}

fn check_address(settings: &Settings) -> Vec<Check> {
    let server = &settings.server;
    let mut checks = Vec::new();
    let is_local = is_for_this_machine(settings);
    match &server.public_url {
        Some(url) => {
            checks.push(Check::good("public address", url.to_string()));
            if url.scheme() == "https" && server.trusted_proxies == 0 {
                checks.push(Check::missing(
                    "proxy",
                    "The public address is https, which this program does not speak itself, but server.trusted_proxies is 0: every visitor \
                     would count as one.",
                    "Put a reverse proxy in front that speaks https and limits how long a request may take, and set server.trusted_proxies to \
                     the number of proxies (usually 1).",
                ));
            }
        }
        None if is_local => {
            checks.push(Check::good("public address", format!("http://{}/ (this machine only)", server.listen)));
        }
        None => checks.push(Check::missing(
            "public address",
            format!("The service is to listen on {}, but server.public_url is not set.", server.listen),
            "Set server.public_url to the https address under which people reach it; the redirect addresses registered at Google are \
             that address with /sign-in/callback and /connect/callback.",
        )),
    }
    if !is_local {
        for (key, value) in [("server.operator", &server.operator), ("server.contact_email", &server.contact_email)] {
            if value.is_none() {
                checks.push(Check::note(
                    "legal pages",
                    format!("{key} is not set; the privacy and terms pages show a blank."),
                    format!("Set {key}."),
                ));
            }
        }
    }
    checks
}

/// Checks what only the machine can tell: data folder, database, sandbox.
pub async fn check_machine(settings: &Settings, role: Role) -> Vec<Check> {
    let mut checks = vec![check_data_folder(settings)];
    checks.push(check_sandbox(settings, role).await);
    checks.extend(check_database_transport(settings));
    if load_keys(settings).is_ok() {
        checks.extend(check_database(settings).await);
    }
    checks
}

async fn check_database(settings: &Settings) -> Vec<Check> {
    let database = match open_database(settings).await {
        Ok(database) => database,
        Err(failure) => return vec![Check::missing("database", failure.happened, failure.advice)],
    };
    let mut checks = Vec::new();
    checks.push(match database.pending_migrations().await {
        Ok(pending) if pending.is_empty() => Check::good("database", "answers; its schema is that of this program"),
        Ok(pending) => Check::note(
            "database",
            format!("It answers; {} still to be applied.", counted(pending.len(), "migration is", "migrations are")),
            "`serve` applies them when it starts; `crosswalk migrate` does it now.",
        ),
        Err(error) => {
            Check::missing("database", format!("{error}."), "Check database.url, and that the server runs and lets this user in.")
        }
    });
    match database.key_ids_in_use().await {
        Ok(uses) => checks.extend(check_key_use(&uses)),
        // Without a schema there is nothing that was sealed.
        Err(_) if checks.iter().any(|check| check.level == Level::Note) => {}
        Err(error) => checks.push(Check::missing("keys in use", format!("{error}."), "Check the database.")),
    }
    // What it says at its end changes nothing of what was found.
    let _ = database.close().await;
    checks
}

fn check_data_folder(settings: &Settings) -> Check {
    const SUBJECT: &str = "data folder";
    let folder = match data_dir(settings) {
        Ok(folder) => folder,
        Err(error) => return Check::missing(SUBJECT, error.happened, error.advice),
    };
    // It is made when it is first needed; what matters is whether that is possible.
    let nearest = folder.ancestors().find(|place| place.as_os_str().is_empty() || place.exists()).unwrap_or(&folder);
    let nearest = if nearest.as_os_str().is_empty() { std::path::Path::new(".") } else { nearest };
    let trial = nearest.join(".crosswalk-trial");
    let tried = std::fs::OpenOptions::new().write(true).create_new(true).open(&trial).map(drop);
    // A trial that somebody left behind shows the same.
    let is_writable = tried.is_ok() || trial.exists();
    let _ = std::fs::remove_file(&trial);
    if is_writable {
        return Check::good(SUBJECT, folder.display().to_string());
    }
    Check::missing(
        SUBJECT,
        format!("{} cannot be written by this user.", folder.display()),
        "Choose another folder with data_dir (CROSSWALK_DATA_DIR), or give this user the right to write there.",
    )
}

/// Whether a PostgreSQL on another machine is spoken to without checking who it is.
fn check_database_transport(settings: &Settings) -> Option<Check> {
    let url = settings.database.url.as_ref()?;
    let url = Url::parse(url.expose_secret()).ok().filter(|url| url.scheme().starts_with("postgres"))?;
    let is_checked = url.query_pairs().any(|(name, value)| name == "sslmode" && value == "verify-full");
    (!is_checked && !is_loopback(&url) && url.host().is_some()).then(|| {
        Check::note(
            "database transport",
            "PostgreSQL lies on another machine, and its certificate is not checked.",
            "Add ?sslmode=verify-full&sslrootcert=FILE to database.url.",
        )
    })
}

/// Whether every key is there that something was sealed with, and whether old ones may go.
fn check_key_use(uses: &[KeyUse]) -> Option<Check> {
    const SUBJECT: &str = "keys in use";
    let lost: u64 = uses.iter().filter(|one| !one.is_known).map(|one| one.records).sum();
    if lost > 0 {
        return Some(Check::missing(
            SUBJECT,
            format!("{lost} records were sealed with a key that is not there."),
            "Add the old key after the new one (separated by a comma), then run `crosswalk rekey`.",
        ));
    }
    let old: u64 = uses.iter().filter(|one| !one.is_first).map(|one| one.records).sum();
    (old > 0).then(|| {
        Check::note(
            SUBJECT,
            format!("{old} records were sealed with an older key."),
            "Run `crosswalk rekey`; after that the older key may be removed.",
        )
    })
}

/// Whether documents of strangers are read in a sandbox that is fully enforced.
async fn check_sandbox(settings: &Settings, role: Role) -> Check {
    const SUBJECT: &str = "sandbox";
    let demand = sandbox_demand(settings, role);
    let extractor = match ChildExtractor::of_this_program(extract_limits(settings)) {
        Ok(extractor) => extractor,
        Err(error) => {
            return Check::missing(
                SUBJECT,
                format!("The program cannot find itself to start its reader process: {error}."),
                "Run it by its full path.",
            );
        }
    };
    let report = extractor.probe_sandbox().await;
    if report.is_fully_enforced() {
        let remarks = report.remarks();
        let found = "documents are read by a process that can open no file, no connection and no other program";
        return Check::good(SUBJECT, [&[format!("{found}.")], remarks.as_slice()].concat().join(" "));
    }
    let shortfalls = report.shortfalls();
    let join = |of: fn(&SandboxShortfall) -> &str| shortfalls.iter().map(of).collect::<Vec<_>>().join(" ");
    let (found, advice) = (join(|one| &one.happened), join(|one| &one.advice));
    match demand {
        SandboxDemand::Required => Check::missing(SUBJECT, found, advice),
        SandboxDemand::BestEffort => Check::note(SUBJECT, found, advice),
    }
}

/// On a service that others can reach, documents are read in a full sandbox or not at all.
pub(super) fn sandbox_demand(settings: &Settings, role: Role) -> SandboxDemand {
    let server = &settings.server;
    let is_public = !server.listen.ip().is_loopback() || server.public_url.as_ref().is_some_and(|url| !is_loopback(url));
    match role {
        // No setting relaxes it for strangers.
        Role::Serve | Role::Work if is_public => SandboxDemand::Required,
        Role::Serve => chosen_demand(settings, SandboxDemand::BestEffort),
        // A worker listens nowhere and may not be told who reaches the pages: it takes them for strangers unless told otherwise.
        Role::Work => chosen_demand(settings, SandboxDemand::Required),
    }
}

/// Refuses to start when something is missing, telling all of it at once.
///
/// # Errors
/// What is missing, and where to look.
pub fn refuse_missing(checks: &[Check]) -> Result<(), Failure> {
    let missing: Vec<String> = checks
        .iter()
        .filter(|check| check.level == Level::Missing)
        .map(|check| format!("\n  - {}: {}\n      {}", check.subject, check.found, check.advice))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Failure::new(
        Exit::Usage,
        format!("The service does not start; nothing was changed. Missing:{}", missing.concat()),
        "`crosswalk doctor` checks all of it again.",
    ))
}

fn counted(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}
