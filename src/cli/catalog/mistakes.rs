//! Shows the catalog's mistakes, each with its line of the file.

use std::io::Write;

use miette::{Diagnostic, GraphicalReportHandler, LabeledSpan, NamedSource, SourceCode};

use crate::catalog::{CatalogText, Mistake};
use crate::cli::outcome::printable;
use crate::cli::{Exit, Failure};

/// Prints all mistakes on stderr.
pub(super) fn print(mistakes: &[Mistake], texts: &[CatalogText]) {
    let mut stderr = std::io::stderr().lock();
    // The default theme looks at the terminal and at NO_COLOR by itself.
    let handler = GraphicalReportHandler::new().with_width(110).with_context_lines(1);
    for mistake in mistakes {
        let mut out = String::new();
        if handler.render_report(&mut out, &Shown::new(mistake, texts)).is_err() {
            out = format!("{mistake}\n{}\n", mistake.help);
        }
        // A closed stderr leaves nobody to tell.
        let _ = writeln!(stderr, "{}", out.trim_end());
    }
}

/// The failure that ends a run whose catalog has mistakes.
pub(super) fn failure(count: usize) -> Failure {
    let what = if count == 1 { "one mistake".to_owned() } else { format!("{count} mistakes") };
    Failure::new(
        Exit::Usage,
        format!("the catalog has {what}, so it was not used"),
        "Correct what is shown above and run the command again.",
    )
}

/// The text with characters that act on a terminal replaced by ones of the same width in bytes, so that places in it
/// stay where they are.
fn harmless(text: &str) -> String {
    let is_acting = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars()
        .map(|c| match c.len_utf8() {
            _ if !is_acting(c) => c,
            1 => '?',
            2 => '\u{bf}',
            _ => '\u{fffd}',
        })
        .collect()
}

/// A mistake as miette shows it.
struct Shown<'m> {
    mistake: &'m Mistake,
    source: Option<NamedSource<String>>,
}

impl<'m> Shown<'m> {
    fn new(mistake: &'m Mistake, texts: &[CatalogText]) -> Self {
        let text = texts.iter().find(|text| text.path == mistake.file).filter(|text| !text.text.is_empty());
        let source = text.map(|text| NamedSource::new(printable(&text.path), harmless(&text.text)));
        Self { mistake, source }
    }
}

impl std::fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&printable(&self.mistake.to_string()))
    }
}

impl std::fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

impl std::error::Error for Shown<'_> {}

impl Diagnostic for Shown<'_> {
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        (!self.mistake.help.is_empty()).then(|| Box::new(&self.mistake.help) as Box<dyn std::fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = &self.mistake.span;
        let label = LabeledSpan::new_with_span(Some("here".into()), (span.start, span.len().min(200)));
        Some(Box::new(std::iter::once(label)))
    }
}
