//! `crosswalk extract`.

use clap::Args;

use crate::cli::{Exit, Failure};

/// Arguments of `crosswalk extract`.
#[derive(Args)]
pub struct ExtractArgs {}

/// Runs the command.
///
/// # Errors
/// What happened and what to do, with the exit code.
pub fn run(_args: &ExtractArgs) -> Result<Exit, Failure> {
    Err(Failure::new(Exit::Internal, "this command is not built yet", ""))
}
