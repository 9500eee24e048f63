//! The HTML pages: self-contained, without script and without any request, printable, and escaped by the templates.

use askama::Template;

use crate::report::shown::counted;
use crate::report::summary::Summary;
use crate::report::{DefensePart, GapReport, PageFacts};

#[derive(Template)]
#[template(path = "summary.html", config = "src/report/askama.toml")]
struct SummaryPage<'a> {
    summary: &'a Summary,
    facts: &'a PageFacts,
}

#[derive(Template)]
#[template(path = "gap-report.html", config = "src/report/askama.toml")]
struct GapReportPage<'a> {
    report: &'a GapReport,
    facts: &'a PageFacts,
}

/// The page `summary.html`.
#[must_use]
pub fn summary_html(summary: &Summary, facts: &PageFacts) -> String {
    rendered(&SummaryPage { summary, facts })
}

/// The page `gap-report.html`.
#[must_use]
pub fn gap_report_html(report: &GapReport, facts: &PageFacts) -> String {
    rendered(&GapReportPage { report, facts })
}

fn rendered(page: &impl Template) -> String {
    match page.render() {
        Ok(html) => html,
        // The templates call nothing that can fail, and writing to a string does not.
        Err(error) => unreachable!("a report page cannot fail to render: {error}"),
    }
}
