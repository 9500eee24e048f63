//! `crosswalk connect`.

use clap::Args;

use crate::cli::{Exit, Failure};

/// Arguments of `crosswalk connect`.
#[derive(Args)]
pub struct ConnectArgs {}

/// Runs the command.
///
/// # Errors
/// What happened and what to do, with the exit code.
pub fn run(_args: &ConnectArgs) -> Result<Exit, Failure> {
    Err(Failure::new(Exit::Internal, "this command is not built yet", ""))
}
