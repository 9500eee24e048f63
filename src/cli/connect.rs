//! `crosswalk connect`: prints the address of the consent page, alone, on stdout, and everything else on stderr.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::Arc;

use clap::Args;
use url::Url;

use crate::app::clock::SystemClock;
use crate::app::connect::{ConnectError, Connected, connect};
use crate::app::settings::load_settings;
use crate::cli::{Exit, Failure};
use crate::drive::ConsentError;
use crate::loopback::LoopbackError;
use crate::ports::SourceError;

/// Arguments of `crosswalk connect`.
#[derive(Args)]
pub struct ConnectArgs {
    /// Do not open a browser; open the printed address yourself.
    #[arg(long)]
    no_browser: bool,
}

/// Runs the command.
///
/// # Errors
/// What happened and what to do, with the exit code.
pub fn run(args: &ConnectArgs) -> Result<Exit, Failure> {
    let settings = load_settings()?;
    let runtime = super::review::runtime()?;
    let outcome = runtime.block_on(async {
        tokio::select! {
            outcome = connect(&settings, Arc::new(SystemClock), |url| show(url, args.no_browser)) => Some(outcome),
            _ = tokio::signal::ctrl_c() => None,
        }
    });
    match outcome {
        None => Err(Failure::new(Exit::Interrupted, "Interrupted; nothing was connected and nothing was stored.", "")),
        Some(Err(error)) => Err(failure(&error)),
        Some(Ok(connected)) => {
            congratulate(&connected);
            Ok(Exit::Done)
        }
    }
}

fn show(url: &Url, no_browser: bool) {
    tell("Crosswalk asks Google for read-only access to your Drive. Open this address and agree; stop with Ctrl-C.\n");
    let mut stdout = std::io::stdout().lock();
    // Without stdout nobody reads the address; the browser may still be opened.
    let _ = writeln!(stdout, "{url}").and_then(|()| stdout.flush());
    drop(stdout);
    if !no_browser && !open_browser(url) {
        tell("No browser could be opened here; open the address above yourself.\n");
    }
    tell("Waiting for the answer (at most ten minutes) …\n");
}

/// Opens the person's browser. Its own words must not mix with ours.
fn open_browser(url: &Url) -> bool {
    let mut command = if cfg!(target_os = "macos") {
        Command::new("open")
    } else if cfg!(windows) {
        // `start` is a word of the shell, and the shell would cut the address at each `&`.
        let mut command = Command::new("rundll32");
        command.arg("url.dll,FileProtocolHandler");
        command
    } else {
        Command::new("xdg-open")
    };
    command.arg(url.as_str()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().is_ok()
}

fn congratulate(connected: &Connected) {
    let what = if connected.is_picked_files_only { "the files you picked" } else { "your Drive, read-only" };
    tell(&format!(
        "Connected: Crosswalk may now read {what}. The sign-in is kept sealed in {}.\n\
         Next: crosswalk review drive:root, or drive:<folder id>, or drive:all.\n\
         To disconnect: delete that file and remove Crosswalk at https://myaccount.google.com/connections.\n",
        connected.grant_path.display()
    ));
}

fn tell(text: &str) {
    // A closed stderr leaves nobody to tell.
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

fn failure(error: &ConnectError) -> Failure {
    const AGAIN: &str = "Run `crosswalk connect` again when you want to; nothing was stored.";
    match error {
        ConnectError::Setup(error) => Failure::new(Exit::Usage, &error.happened, &error.advice),
        ConnectError::Denied(code) => match code.as_str() {
            "access_denied" => Failure::new(Exit::NotAuthorised, "Access was denied on Google's page; nothing was connected.", AGAIN),
            "admin_policy_enforced" | "org_internal" => Failure::new(
                Exit::NotAuthorised,
                "The administrator of this Google Workspace does not allow this app; nothing was connected.",
                "Ask the administrator to allow it, sign in with another account, or review a local copy of the folder.",
            ),
            other => Failure::new(Exit::NotAuthorised, format!("Google did not grant access (`{other}`); nothing was connected."), AGAIN),
        },
        ConnectError::Loopback(LoopbackError::TimedOut(_)) => {
            Failure::new(Exit::NotAuthorised, "No answer came from the browser; nothing was connected.", AGAIN)
        }
        ConnectError::Loopback(error @ (LoopbackError::NoPort(_) | LoopbackError::Ended(_))) => Failure::new(
            Exit::Internal,
            capital(&format!("{error}.")),
            "Check that programs may listen on 127.0.0.1, and run `crosswalk connect` again.",
        ),
        ConnectError::Consent(ConsentError::Unticked) => Failure::new(
            Exit::NotAuthorised,
            "The box for reading Google Drive was left unticked on Google's page; nothing was stored.",
            "Run `crosswalk connect` again and tick the box.",
        ),
        ConnectError::Consent(ConsentError::CanWrite) => Failure::new(
            Exit::NotAuthorised,
            "Google granted more than reading, so nothing was stored: Crosswalk never holds a sign-in that could write.",
            "Remove this app's access at https://myaccount.google.com/permissions and run `crosswalk connect` again.",
        ),
        ConnectError::Consent(ConsentError::NotLasting) => Failure::new(
            Exit::NotAuthorised,
            "Google gave no lasting sign-in (no refresh token); nothing was stored.",
            "Remove Crosswalk at https://myaccount.google.com/connections and run `crosswalk connect` again.",
        ),
        ConnectError::Consent(ConsentError::Source(error)) => of_source(error),
    }
}

fn of_source(error: &SourceError) -> Failure {
    match error {
        SourceError::NotAuthorised { detail, advice } | SourceError::Misconfigured { detail, advice } => {
            Failure::new(Exit::NotAuthorised, format!("The sign-in failed: {detail}; nothing was stored."), advice)
        }
        SourceError::Unreachable { who, detail } => Failure::new(
            Exit::Source,
            format!("{who} could not be reached: {detail}; nothing was stored."),
            "Check the network connection and run `crosswalk connect` again.",
        ),
        SourceError::NotFound { .. } | SourceError::Forbidden { .. } | SourceError::RateLimited { .. } | SourceError::Unexpected { .. } => {
            Failure::new(Exit::Source, format!("{error}"), "Nothing was stored.")
        }
    }
}

/// A sentence begins with a capital letter.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
