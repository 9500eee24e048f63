//! How a command ends.

use std::io::Write;
use std::process::ExitCode;

/// Exit codes; scripts depend on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done. Gaps and unreadable files are not errors.
    Done,
    /// Something inside went wrong.
    Internal,
    /// Bad usage or catalog.
    Usage,
    /// The source could not be listed.
    Source,
    /// Listing broke off or files stayed unfetched; reports were still written.
    Incomplete,
    /// `extract`: the file is unreadable.
    Unreadable,
    /// Not authorised.
    NotAuthorised,
    /// Interrupted.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Internal => 1,
            Exit::Usage => 2,
            Exit::Source => 3,
            Exit::Incomplete => 4,
            Exit::Unreadable => 5,
            Exit::NotAuthorised => 6,
            Exit::Interrupted => 130,
        })
    }
}

/// A failure for the person at the terminal: what happened, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// One sentence: what happened, and what is safe.
    pub happened: String,
    /// One sentence: what to do next.
    pub advice: String,
    /// The exit code.
    pub exit: Exit,
}

impl Failure {
    /// A failure with that exit code.
    pub fn new(exit: Exit, happened: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { happened: happened.into(), advice: advice.into(), exit }
    }
}

/// Prints a failure on stderr, control characters made visible.
pub fn print_failure(failure: &Failure) {
    let mut stderr = std::io::stderr().lock();
    // A closed stderr leaves nobody to tell.
    let _ = writeln!(stderr, "crosswalk: {}", printable(&failure.happened));
    if !failure.advice.is_empty() {
        let _ = writeln!(stderr, "  {}", printable(&failure.advice));
    }
}

/// Makes control characters and direction marks visible as `\u{…}`, so that a file name cannot act on the terminal.
#[must_use]
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if (c.is_control() && c != '\n') || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}
