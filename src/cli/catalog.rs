//! `crosswalk catalog`.

use clap::Args;

use crate::cli::{Exit, Failure};

/// Arguments of `crosswalk catalog`.
#[derive(Args)]
pub struct CatalogArgs {}

/// Runs the command.
///
/// # Errors
/// What happened and what to do, with the exit code.
pub fn run(_args: &CatalogArgs) -> Result<Exit, Failure> {
    Err(Failure::new(Exit::Internal, "this command is not built yet", ""))
}
