//! The commands by which an operator keeps the service safe and watched: `backup`, `forget`, `healthcheck`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use crate::app::service::backup::backup;
use crate::app::service::forget::{find, forget};
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

/// Arguments of `crosswalk forget`.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub struct ForgetArgs {
    /// Show the number of the customer with this address; deletes nothing
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// Delete the customer of this number, for good
    #[arg(long, value_name = "NUMBER")]
    customer: Option<String>,
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

/// Runs `crosswalk forget`.
///
/// # Errors
/// What happened and what to do, with the exit code.
pub fn run_forget(args: &ForgetArgs) -> Result<Exit, Failure> {
    let settings = load_settings()?;
    if let Some(email) = &args.email {
        let found = runtime()?.block_on(find(&settings, email))?;
        for one in &found {
            print(&format!("{}  since {}, {}\n", one.customer.as_str(), one.since, counted(one.connections, "connection")));
        }
        print(match found.len() {
            0 => "No customer has this address; nothing was deleted.\n",
            _ => "Nothing was deleted. To delete one for good: crosswalk forget --customer NUMBER\n",
        });
    }
    if let Some(number) = &args.customer {
        let receipt = runtime()?.block_on(forget(&settings, number))?;
        let counts = receipt.counts;
        print(&format!(
            "Deleted for good: the customer, {}, {}, {}, {}, {}, {}. Receipt {}.\n",
            counted(counts.connections, "connection"),
            counted(counts.reviews, "review"),
            counted(counts.ledger_lines, "line of file lists"),
            counted(counts.quotes, "quote"),
            counted(counts.decisions, "decision"),
            counted(counts.sessions, "session"),
            receipt.id.as_str()
        ));
        print(match receipt.grant_revoked {
            Some(true) => "Google confirmed that the permission is gone.\n",
            Some(false) => {
                "Google did not confirm that the permission is gone; tell the customer to take it back at myaccount.google.com.\n"
            }
            None => "No permission was held at Google.\n",
        });
        print("Backups hold a sealed copy until they are deleted.\n");
    }
    Ok(Exit::Done)
}

fn counted(number: u64, what: &str) -> String {
    match (number, what.split_once(' ')) {
        (1, _) => format!("1 {what}"),
        (_, None) => format!("{number} {what}s"),
        (_, Some((first, rest))) => format!("{number} {first}s {rest}"),
    }
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
