//! The JSON files: what a review found (the same bytes every time), how the run went, what changed since an earlier review, and the gap
//! report with the decisions of the customer.

use serde::Serialize;

use crate::account::{DecidedPlace, Decision, DecisionText};
use crate::assessment::{Assessment, Change};
use crate::report::RunFacts;
use crate::report::decisions::in_order;

/// The text of `review.json`: pretty, with a trailing newline, the same bytes for the same assessment.
#[must_use]
pub fn review_json(assessment: &Assessment) -> String {
    pretty(assessment)
}

/// The text of `change.json`: pretty, with a trailing newline, the same bytes for the same two reviews. It holds no quote.
#[must_use]
pub fn change_json(change: &Change) -> String {
    pretty(change)
}

/// Name and version of the format of `gap-report.json`.
pub const GAP_REPORT_SCHEMA: &str = "crosswalk/gap-report/v1";

/// The gap report as a value.
#[derive(Serialize)]
struct GapReportJson<'a> {
    schema: &'static str,
    /// Exactly as in `review.json`.
    review: &'a Assessment,
    decisions: Vec<DecisionJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<&'a Change>,
}

/// A decision without what only the service knows: whose it is and in which connection.
#[derive(Serialize)]
struct DecisionJson<'a> {
    place: &'a DecidedPlace,
    #[serde(flatten)]
    text: &'a DecisionText,
    /// RFC 3339.
    decided_at: String,
}

/// The text of `gap-report.json`: the review as in `review.json`, the decisions by time, and the change if there is one.
#[must_use]
pub fn gap_report_json(assessment: &Assessment, decisions: &[Decision], change: Option<&Change>) -> String {
    let decisions = in_order(decisions).into_iter().map(|decision| DecisionJson {
        place: &decision.place,
        text: &decision.text,
        decided_at: decision.at.to_string(),
    });
    pretty(&GapReportJson { schema: GAP_REPORT_SCHEMA, review: assessment, decisions: decisions.collect(), change })
}

/// The text of `run.json`: pretty, with a trailing newline.
#[must_use]
pub fn run_json(facts: &RunFacts) -> String {
    pretty(facts)
}

fn pretty<T: Serialize>(value: &T) -> String {
    match serde_json::to_string_pretty(value) {
        Ok(mut text) => {
            text.push('\n');
            text
        }
        // All of these are plain structs with string keys and finite numbers, which always have a JSON form.
        Err(error) => unreachable!("a report value has no JSON form: {error}"),
    }
}
