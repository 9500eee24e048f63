//! Reads one file that the user named on the command line.

use std::io::ErrorKind;
use std::path::Path;

use crate::app::failure::{Exit, Failure};

/// The bytes of a file of at most `limit_bytes`.
///
/// # Errors
/// It is missing, no file, too large, or may not be read.
pub fn read_file(path: &Path, limit_bytes: u64) -> Result<Vec<u8>, Failure> {
    let shown = path.display();
    let failed = |error: &std::io::Error| {
        let (why, advice) = match error.kind() {
            ErrorKind::NotFound => ("there is no such file", "Check the path."),
            ErrorKind::PermissionDenied => ("permission denied", "Ask its owner for the right to read it."),
            _ => ("the operating system refuses", "Check the path and the drive it lies on."),
        };
        Failure::new(Exit::Usage, format!("{shown} cannot be read: {why}."), advice)
    };
    let metadata = std::fs::metadata(path).map_err(|error| failed(&error))?;
    if !metadata.is_file() {
        return Err(Failure::new(
            Exit::Usage,
            format!("{shown} is not a file."),
            "Give the path of one file; `crosswalk review` takes a folder.",
        ));
    }
    if metadata.len() > limit_bytes {
        let happened = format!("{shown} cannot be read. Too large: {} bytes, the limit is {limit_bytes}.", metadata.len());
        return Err(Failure::new(Exit::Unreadable, happened, ""));
    }
    std::fs::read(path).map_err(|error| failed(&error))
}
