//! Opens the file of `--wire-log`.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;

use crate::app::failure::{Exit, Failure};
use crate::drive::WireLog;

/// A log into that file, one JSON object a line; without a path, one that drops everything.
///
/// # Errors
/// The file cannot be made.
pub fn open_wire_log(path: Option<&Path>) -> Result<WireLog, Failure> {
    let Some(path) = path else { return Ok(WireLog::default()) };
    let file = File::create(path).map_err(|error| {
        Failure::new(
            Exit::Usage,
            format!("The wire log {} cannot be written: {error}.", path.display()),
            "Choose another file with --wire-log.",
        )
    })?;
    let file = Mutex::new(file);
    Ok(WireLog::to(move |record| {
        if let Ok(mut file) = file.lock() {
            // A log that cannot be written must not stop a review.
            let _ = writeln!(file, "{}", record.to_json_line());
        }
    }))
}
