//! `crosswalk extract`.

use std::io::{ErrorKind, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::app::read_file::read_file;
use crate::app::settings::{extract_limits, load_settings, sandbox_demand};
use crate::cli::{Exit, Failure};
use crate::evidence::Document;
use crate::extract::{ChildExtractor, SandboxDemand};
use crate::ports::Extraction;

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
    let settings = load_settings()?;
    let limits = extract_limits(&settings);
    let shown = args.file.display();
    let bytes = read_file(&args.file, limits.file_bytes)?;
    let name = args.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let extractor = ChildExtractor::of_this_program(limits)
        .map_err(|_| no_process())?
        // Whoever uses the terminal reads a document of their own choice on a machine of their own.
        .with_sandbox(sandbox_demand(&settings, SandboxDemand::BestEffort));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|_| no_process())?;
    match runtime.block_on(extractor.read_bytes(&name, "", bytes)) {
        Extraction::Document(document) => {
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
        Extraction::Unreadable(reason) => Err(Failure::new(Exit::Unreadable, format!("{shown} cannot be read. {}", reason.in_words()), "")),
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

fn no_process() -> Failure {
    Failure::new(Exit::Internal, "The reader process could not be started.", "Check the limits on processes of this account.")
}
