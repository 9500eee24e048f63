//! The commands: parses arguments, calls the floor below, prints the result on stdout and all else on stderr, and
//! turns every failure into one sentence of what happened, one of what to do, and the right exit code.

mod catalog;
mod connect;
mod demo;
mod demo_service;
mod extract;
mod keep;
mod outcome;
mod progress;
mod result;
mod review;
mod service;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use outcome::{Exit, Failure};

/// Read-only compliance review of the documents of a medical-device software maker.
#[derive(Parser)]
#[command(name = "crosswalk", version, about, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Review a folder or a Google Drive against standards and write the reports.
    Review(review::ReviewArgs),
    /// Sign in to Google for `review drive:…` (read-only scope).
    Connect(connect::ConnectArgs),
    /// Review a sample company on a simulated Google Drive; no account needed.
    Demo(demo::DemoArgs),
    /// Print a file's text as the engine sees it.
    Extract(extract::ExtractArgs),
    /// The reader process of `extract` and `review`; for the program's own use.
    #[command(hide = true)]
    ExtractChild,
    /// Check, list or show the catalog of clauses.
    Catalog(catalog::CatalogArgs),
    /// Run the service: pages and a worker in one process.
    Serve(service::ServeArgs),
    /// Run a worker only; several may run, on several machines.
    Work,
    /// Bring the database's schema up to date.
    Migrate,
    /// Seal everything that is stored with the first key; the service may run on.
    Rekey,
    /// Copy the database to a file, sealed as it is; the service may run on.
    Backup(keep::BackupArgs),
    /// Find a customer by e-mail address, or delete one and everything that is theirs.
    Forget(keep::ForgetArgs),
    /// Ask the service on this machine whether it is ready; exit code 0 if it is.
    Healthcheck(keep::HealthcheckArgs),
    /// Check the audit log.
    Audit(service::AuditArgs),
    /// Check what the service needs, and say what to do about what is missing.
    Doctor(service::DoctorArgs),
}

/// Runs the program with the process's arguments and gives its exit code.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match arguments.command {
        Command::Review(args) => review::run(&args),
        Command::Connect(args) => connect::run(&args),
        Command::Demo(args) => demo::run(&args),
        Command::Extract(args) => extract::run(&args),
        Command::ExtractChild => extract::run_reader_process(),
        Command::Catalog(args) => catalog::run(&args),
        Command::Serve(args) => service::run_serve(&args),
        Command::Work => service::run_work(),
        Command::Migrate => service::run_migrate(),
        Command::Rekey => service::run_rekey(),
        Command::Backup(args) => keep::run_backup(&args),
        Command::Forget(args) => keep::run_forget(&args),
        Command::Healthcheck(args) => keep::run_healthcheck(&args),
        Command::Audit(args) => service::run_audit(&args),
        Command::Doctor(args) => service::run_doctor(&args),
    };
    match result {
        Ok(exit) => exit.into(),
        Err(failure) => {
            outcome::print_failure(&failure);
            failure.exit.into()
        }
    }
}
