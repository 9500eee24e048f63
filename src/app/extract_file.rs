//! Reads the text of one file that the user named on the command line, in the reader process like every document.

use std::path::Path;

use crate::app::failure::{Exit, Failure};
use crate::app::read_file::read_file;
use crate::app::settings::{extract_limits, load_settings, sandbox_demand};
use crate::evidence::Document;
use crate::extract::{ChildExtractor, SandboxDemand};
use crate::ports::Extraction;

/// The document in a file.
///
/// # Errors
/// The settings are wrong, the file cannot be read, or no process can be started.
pub fn extract_file(path: &Path) -> Result<Document, Failure> {
    let settings = load_settings()?;
    let limits = extract_limits(&settings);
    let bytes = read_file(path, limits.file_bytes)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let extractor = ChildExtractor::of_this_program(limits)
        .map_err(|_| no_process())?
        // Whoever uses the terminal reads a document of their own choice on a machine of their own.
        .with_sandbox(sandbox_demand(&settings, SandboxDemand::BestEffort));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|_| no_process())?;
    match runtime.block_on(extractor.read_bytes(&name, "", bytes)) {
        Extraction::Document(document) => Ok(document),
        Extraction::Unreadable(reason) => {
            Err(Failure::new(Exit::Unreadable, format!("{} cannot be read. {}", path.display(), reason.in_words()), ""))
        }
    }
}

fn no_process() -> Failure {
    Failure::new(Exit::Internal, "The reader process could not be started.", "Check the limits on processes of this account.")
}
