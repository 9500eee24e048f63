//! The sheet "Findings": one row per constraint, and one for a clause that has none.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::formats::Formats;
use super::sheet::{Cell, Column, Sheet};
use crate::report::{ClauseSection, ConstraintSection, DecisionShown, GapReport, QuoteShown};

/// Quotes shown in one cell; all of them stand on the sheet "Evidence".
const FIRST_QUOTES: usize = 3;

const COLUMNS: [Column; 15] = [
    ("Standard", 18),
    ("Clause", 9),
    ("Title", 26),
    ("Clause verdict", 17),
    ("Constraint", 10),
    ("Obligation, in our words", 42),
    ("Verdict", 17),
    ("Why", 36),
    ("First quotes", 60),
    ("File of the first quote", 34),
    ("Not seen", 24),
    ("Held back by", 20),
    ("Says the contrary", 36),
    ("Since the earlier review", 30),
    ("Your decisions", 36),
];

/// Writes the sheet.
pub(super) fn write(sheet: &mut Worksheet, formats: &Formats, report: &GapReport) -> Result<(), XlsxError> {
    let mut sheet = Sheet::begin(sheet, formats, "Findings", &COLUMNS)?;
    for standard in &report.standards {
        for clause in &standard.clauses {
            if clause.constraints.is_empty() {
                sheet.row(&cells(&standard.share.id, clause, None))?;
            }
            for constraint in &clause.constraints {
                sheet.row(&cells(&standard.share.id, clause, Some(constraint)))?;
            }
        }
    }
    sheet.end()
}

fn cells<'a>(standard: &'a str, clause: &'a ClauseSection, constraint: Option<&'a ConstraintSection>) -> [Cell<'a>; 15] {
    let text = |of: fn(&ConstraintSection) -> &str| Cell::Text(constraint.map_or("", of));
    let first = constraint.and_then(|c| c.quotes.first());
    let decisions = clause.decisions.iter().chain(constraint.into_iter().flat_map(|c| &c.decisions));
    [
        Cell::Text(standard),
        Cell::Text(&clause.number),
        Cell::Text(&clause.title),
        Cell::Verdict(clause.verdict),
        text(|c| &c.id),
        text(|c| &c.shall),
        Cell::Verdict(constraint.map_or(clause.verdict, |c| c.verdict)),
        text(|c| &c.because),
        Cell::Made(constraint.map(first_quotes).unwrap_or_default()),
        first.map_or(Cell::Text(""), |quote| Cell::File(&quote.file)),
        Cell::Made(constraint.map(|c| c.missed.join(", ")).unwrap_or_default()),
        Cell::Made(constraint.map(|c| c.vetoes.join(", ")).unwrap_or_default()),
        Cell::Made(constraint.map(|c| lines(c.contradictions.iter().map(quoted))).unwrap_or_default()),
        Cell::Made(since(clause, constraint)),
        Cell::Made(lines(decisions.map(DecisionShown::in_words))),
    ]
}

fn first_quotes(constraint: &ConstraintSection) -> String {
    let near = (!constraint.quotes.is_empty() && !constraint.quotes_count).then(|| "Nearest passage, not counted as evidence:".to_owned());
    let more = constraint.quotes.len().saturating_sub(FIRST_QUOTES);
    let rest = (more > 0).then(|| format!("({more} more on the sheet “Evidence”)"));
    lines(near.into_iter().chain(constraint.quotes.iter().take(FIRST_QUOTES).map(quoted)).chain(rest))
}

/// `“words” – file, place`.
fn quoted(quote: &QuoteShown) -> String {
    let place = if quote.place.is_empty() { String::new() } else { format!(", {}", quote.place) };
    format!("“{}” – {}{place}", quote.quote, quote.file.path)
}

/// What became of the constraint, else nothing: the clause's own step stands on the sheet "Changes".
fn since(clause: &ClauseSection, constraint: Option<&ConstraintSection>) -> String {
    let Some(change) = &clause.change else { return String::new() };
    match constraint {
        Some(constraint) => {
            let own = change.constraints.iter().find(|c| c.id == constraint.id);
            own.map(|c| format!("{}. {}", c.step, c.reasons.join(" "))).unwrap_or_default()
        }
        None => format!("{}. {}", change.step, change.reasons.join(" ")),
    }
}

/// One below the other.
pub(super) fn lines(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join("\n")
}
