//! `crosswalk review`.

use clap::Args;

use crate::cli::{Exit, Failure};

/// Arguments of `crosswalk review`.
#[derive(Args)]
pub struct ReviewArgs {}

/// Runs the command.
///
/// # Errors
/// What happened and what to do, with the exit code.
pub fn run(_args: &ReviewArgs) -> Result<Exit, Failure> {
    Err(Failure::new(Exit::Internal, "this command is not built yet", ""))
}
