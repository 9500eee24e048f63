//! `crosswalk demo`.

use clap::Args;

use crate::cli::{Exit, Failure};

/// Arguments of `crosswalk demo`.
#[derive(Args)]
pub struct DemoArgs {}

/// Runs the command.
///
/// # Errors
/// What happened and what to do, with the exit code.
pub fn run(_args: &DemoArgs) -> Result<Exit, Failure> {
    Err(Failure::new(Exit::Internal, "this command is not built yet", ""))
}
