//! The commands of an operator: `serve`, `work`, `migrate`, `rekey`, `audit verify`, `doctor`.

use std::io::Write;
use std::net::SocketAddr;
use std::time::Duration;

use clap::{Args, Subcommand};
use secrecy::ExposeSecret;

use crate::app::service::administer;
use crate::app::service::check::{Level, Role, check_machine, check_settings};
use crate::app::service::logging::begin_logging;
use crate::app::service::run::{ServeOptions, serve, stop_on_signals, work};
use crate::app::settings::load_settings;
use crate::cli::demo_service::sample_documents;
use crate::cli::outcome::printable;
use crate::cli::review::runtime;
use crate::cli::{Exit, Failure};
use crate::jobs::Shutdown;
use crate::ports::AuditVerdict;

/// How long computation may go on after everything else has ended.
const COMPUTATION_GRACE: Duration = Duration::from_secs(2);

/// Arguments of `crosswalk serve`.
#[derive(Args)]
pub struct ServeArgs {
    /// Address to listen on, in place of server.listen
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
}

/// Arguments of `crosswalk doctor`.
#[derive(Args)]
pub struct DoctorArgs {
    /// Print a fresh key for `CROSSWALK_SEAL__KEYS`, and nothing else
    #[arg(long)]
    new_key: bool,
}

/// Arguments of `crosswalk audit`.
#[derive(Args)]
pub struct AuditArgs {
    #[command(subcommand)]
    command: AuditCommand,
}

#[derive(Subcommand)]
enum AuditCommand {
    /// Check that no line of the audit log was changed or removed.
    Verify,
}

/// Runs `crosswalk serve`.
///
/// # Errors
/// What happened and what to do, with the exit code.
pub fn run_serve(args: &ServeArgs) -> Result<Exit, Failure> {
    begin_logging();
    let settings = load_settings()?;
    let options = ServeOptions { listen: args.listen, is_simulated: false, sample: sample_documents };
    run_until_stopped(|shutdown| serve(settings, options, shutdown, |_| ()))
}

/// Runs `crosswalk work`.
///
/// # Errors
/// What happened and what to do, with the exit code.
pub fn run_work() -> Result<Exit, Failure> {
    begin_logging();
    let settings = load_settings()?;
    run_until_stopped(|shutdown| work(settings, shutdown))
}

/// Runs something until it ends or is told to stop. Computation that is still under way then is not waited for.
pub(super) fn run_until_stopped<F>(begin: impl FnOnce(Shutdown) -> F) -> Result<Exit, Failure>
where
    F: Future<Output = Result<(), Failure>>,
{
    let runtime = runtime()?;
    let outcome = runtime.block_on(async {
        let shutdown = Shutdown::default();
        stop_on_signals(&shutdown);
        begin(shutdown).await
    });
    runtime.shutdown_timeout(COMPUTATION_GRACE);
    outcome.map(|()| Exit::Done)
}

/// Runs `crosswalk migrate`.
///
/// # Errors
/// What happened and what to do, with the exit code.
pub fn run_migrate() -> Result<Exit, Failure> {
    let applied = runtime()?.block_on(administer::migrate(&load_settings()?))?;
    print(&match applied.as_slice() {
        [] => "The schema was up to date.\n".to_owned(),
        steps => format!("Applied: {}.\n", steps.join(", ")),
    });
    Ok(Exit::Done)
}

/// Runs `crosswalk rekey`.
///
/// # Errors
/// What happened and what to do, with the exit code.
pub fn run_rekey() -> Result<Exit, Failure> {
    let counts = runtime()?.block_on(administer::rekey(&load_settings()?))?;
    print(&format!("{} records were sealed anew with the first key; {} were so already.\n", counts.resealed, counts.already));
    if counts.unreadable > 0 {
        return Err(Failure::new(
            Exit::Internal,
            format!("{} records were sealed with a key that is not there; they stay as they are.", counts.unreadable),
            "Add the old key after the new one (separated by a comma), and run `crosswalk rekey` again.",
        ));
    }
    print(
        "Older keys may be removed from the settings once every `serve` and `work` runs with the new key first: a process that still runs \
         with another key seals with that one. `crosswalk doctor` tells whether an older key is still in use.\n",
    );
    Ok(Exit::Done)
}

/// Runs `crosswalk audit verify`.
///
/// # Errors
/// What happened and what to do, with the exit code; also when the chain is broken.
pub fn run_audit(args: &AuditArgs) -> Result<Exit, Failure> {
    let AuditCommand::Verify = args.command;
    match runtime()?.block_on(administer::verify_audit(&load_settings()?))? {
        AuditVerdict::Whole { lines, head } => {
            print(&format!(
                "The audit log is whole: {lines} lines. Its last hash is {head}; compare it with one written down earlier to see that nothing was cut off.\n"
            ));
            Ok(Exit::Done)
        }
        AuditVerdict::Broken { line, detail } => Err(Failure::new(
            Exit::Internal,
            format!("The audit log is broken at line {line}: {detail}."),
            "Somebody changed the database by hand, or it is damaged. Compare it with a backup; later lines cannot be trusted.",
        )),
    }
}

/// Runs `crosswalk doctor`.
///
/// # Errors
/// What happened and what to do, with the exit code; also when something is missing.
pub fn run_doctor(args: &DoctorArgs) -> Result<Exit, Failure> {
    if args.new_key {
        print(administer::new_key()?.expose_secret());
        print("\n");
        return Ok(Exit::Done);
    }
    let settings = load_settings()?;
    let mut checks = check_settings(&settings, Role::Serve);
    checks.extend(runtime()?.block_on(check_machine(&settings, Role::Serve)));
    let mut missing = 0;
    for check in &checks {
        let word = match check.level {
            Level::Good => "ok     ",
            Level::Note => "note   ",
            Level::Missing => {
                missing += 1;
                "MISSING"
            }
        };
        print(&format!("{word}  {}: {}\n", check.subject, printable(&check.found)));
        if !check.advice.is_empty() {
            print(&format!("         {}\n", printable(&check.advice)));
        }
    }
    if missing == 0 {
        print("The service can start.\n");
        return Ok(Exit::Done);
    }
    Err(Failure::new(
        Exit::Usage,
        format!("{missing} of {} checks found something missing; the service does not start like this.", checks.len()),
        "Do what stands below each line marked MISSING, and run `crosswalk doctor` again.",
    ))
}

pub(super) fn print(text: &str) {
    let mut stdout = std::io::stdout().lock();
    // A closed stdout is the reader's wish.
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}
