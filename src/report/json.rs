//! The two JSON files of a review: what was found (the same bytes every time) and how the run went.

use serde::Serialize;

use crate::assessment::Assessment;
use crate::report::RunFacts;

/// The text of `review.json`: pretty, with a trailing newline, the same bytes for the same assessment.
#[must_use]
pub fn review_json(assessment: &Assessment) -> String {
    pretty(assessment)
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
        // Both types are plain structs with string keys and finite numbers, which always have a JSON form.
        Err(error) => unreachable!("a report value has no JSON form: {error}"),
    }
}
