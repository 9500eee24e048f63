//! Prints how a command ends.

use std::io::Write;
use std::process::ExitCode;

pub use crate::app::failure::{Exit, Failure};

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
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
