//! Writes an exported catalog.

use std::path::Path;

use crate::app::failure::{Exit, Failure};
use crate::catalog::OscalDocument;

/// Writes OSCAL documents into a folder, which is made if it is not there.
///
/// # Errors
/// The folder or a file cannot be written.
pub fn write_oscal(folder: &Path, documents: &[OscalDocument]) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|error| not_written(folder, &error))?;
    for document in documents {
        write_text(&folder.join(&document.file_name), &format!("{:#}\n", document.content))?;
    }
    Ok(())
}

/// Writes one text file.
///
/// # Errors
/// It cannot be written.
pub fn write_text(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| not_written(path, &error))
}

fn not_written(path: &Path, error: &std::io::Error) -> Failure {
    let happened = format!("{} could not be written: {error}", path.display());
    Failure::new(Exit::Usage, happened, "Check the path, its rights and the free space, and run the command again.")
}
