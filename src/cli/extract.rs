//! `crosswalk extract`.

use std::io::{ErrorKind, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::app::extract_file::extract_file;
use crate::cli::{Exit, Failure};
use crate::evidence::Document;

/// Arguments of `crosswalk extract`.
#[derive(Args)]
pub struct ExtractArgs {
    /// The file to read.
    file: PathBuf,
    /// How to print it: the text, pages separated by form feeds; or blocks with their places.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// Runs the command.
///
/// # Errors
/// What happened and what to do, with the exit code.
pub fn run(args: &ExtractArgs) -> Result<Exit, Failure> {
    let document = extract_file(&args.file)?;
    let text = match args.format {
        Format::Text => document.plain_text(),
        Format::Json => in_json(&document)?,
    };
    // A reader that went away, such as `head`, is no failure.
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::new(Exit::Internal, "The text could not be printed.", "Check where the output goes."))
        }
        Ok(()) | Err(_) => Ok(Exit::Done),
    }
}

/// Runs the reader process that `run` starts.
///
/// # Errors
/// When it was not started by this program.
pub fn run_reader_process() -> Result<Exit, Failure> {
    if crate::extract::run_reader_process() {
        Ok(Exit::Done)
    } else {
        Err(Failure::new(Exit::Internal, "This command is for the program's own use.", "Use `crosswalk extract FILE`."))
    }
}

fn in_json(document: &Document) -> Result<String, Failure> {
    let mut text = serde_json::to_string_pretty(document)
        .map_err(|_| Failure::new(Exit::Internal, "The document could not be written as JSON.", "Use --format text."))?;
    text.push('\n');
    Ok(text)
}
