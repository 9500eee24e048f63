//! The commands by which an operator keeps the service safe and watched: `backup`, `healthcheck`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use crate::app::service::backup::backup;
use crate::app::service::health::ask_health;
use crate::app::settings::load_settings;
use crate::cli::review::runtime;
use crate::cli::service::print;
use crate::cli::{Exit, Failure};

/// Arguments of `crosswalk backup`.
#[derive(Args)]
pub struct BackupArgs {
    /// File to write; it must not be there yet
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

/// Arguments of `crosswalk healthcheck`.
#[derive(Args)]
pub struct HealthcheckArgs {
    /// Address at which the service listens, in place of server.listen
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
}

/// Runs `crosswalk backup`.
///
/// # Errors
/// What happened and what to do, with the exit code.
pub fn run_backup(args: &BackupArgs) -> Result<Exit, Failure> {
    let size_bytes = runtime()?.block_on(backup(&load_settings()?, &args.to))?;
    print(&format!(
        "{} holds the database as it stood when this began: {size_bytes} bytes, read through and whole.\n\
         It opens only with the keys that the service has now (seal.keys). Keep it and them in different places, and neither on this machine alone.\n",
        crate::cli::outcome::printable(&args.to.display().to_string())
    ));
    Ok(Exit::Done)
}

/// Runs `crosswalk healthcheck`.
///
/// # Errors
/// What happened and what to do, with the exit code.
pub fn run_healthcheck(args: &HealthcheckArgs) -> Result<Exit, Failure> {
    let listen = match args.listen {
        Some(listen) => listen,
        None => load_settings()?.server.listen,
    };
    ask_health(listen)?;
    print("The service is ready.\n");
    Ok(Exit::Done)
}
