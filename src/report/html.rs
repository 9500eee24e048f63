//! The HTML pages: self-contained, without script and without any request, printable, and escaped by the templates.

use std::collections::BTreeSet;

use askama::Template;

use crate::assessment::Movement;
use crate::report::shown::counted;
use crate::report::summary::Summary;
use crate::report::{DefensePart, GapReport, PageFacts, Tally};

#[derive(Template)]
#[template(path = "summary.html", config = "src/report/askama.toml")]
struct SummaryPage<'a> {
    summary: &'a Summary,
    facts: &'a PageFacts,
    /// Lengths of parts of bars: a class for each, because a style attribute would need a laxer policy than a style element.
    lengths: BTreeSet<usize>,
    /// Whether clauses are named whose verdict is the same.
    is_full: bool,
}

#[derive(Template)]
#[template(path = "gap-report.html", config = "src/report/askama.toml")]
struct GapReportPage<'a> {
    report: &'a GapReport,
    facts: &'a PageFacts,
    lengths: BTreeSet<usize>,
    is_full: bool,
}

/// The page `summary.html`.
#[must_use]
pub fn summary_html(summary: &Summary, facts: &PageFacts) -> String {
    let tallies = summary
        .standards
        .iter()
        .flat_map(|standard| standard.clauses.iter().map(|clause| clause.constraints).chain([standard.share.clauses]));
    rendered(&SummaryPage { summary, facts, lengths: lengths(tallies), is_full: false })
}

/// The page `gap-report.html`.
#[must_use]
pub fn gap_report_html(report: &GapReport, facts: &PageFacts) -> String {
    let tallies =
        report.standards.iter().flat_map(|standard| standard.clauses.iter().map(|clause| clause.tally).chain([standard.share.clauses]));
    rendered(&GapReportPage { report, facts, lengths: lengths(tallies), is_full: true })
}

/// The counts that parts of bars stand for.
fn lengths(tallies: impl Iterator<Item = Tally>) -> BTreeSet<usize> {
    tallies.flat_map(Tally::parts).map(|part| part.count).filter(|count| *count > 0).collect()
}

fn rendered(page: &impl Template) -> String {
    match page.render() {
        Ok(html) => html,
        // The templates call nothing that can fail, and writing to a string does not.
        Err(error) => unreachable!("a report page cannot fail to render: {error}"),
    }
}
