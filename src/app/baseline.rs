//! Reads the `review.json` of an earlier review, to be compared with a new one. It is a stranger's file until it proves to be ours.

use std::path::Path;

use serde::Deserialize;

use crate::app::failure::{Exit, Failure};
use crate::app::read_file::read_file;
use crate::assessment::{Assessment, SCHEMA};

/// The largest review that is read, in bytes.
const LARGEST_REVIEW_BYTES: u64 = 256 * 1024 * 1024;

/// Within so many bytes a review says what it is.
const START_BYTES: usize = 4096;

const ADVICE: &str = "Give the path of the review.json of an earlier review, or leave --baseline out. Nothing was read yet.";

/// What every `review.json` says of itself, whatever its version.
#[derive(Deserialize)]
struct SaysItself {
    schema: String,
}

/// The earlier review at that path.
///
/// # Errors
/// It is missing, too large, not ours, or of a version that this program does not read.
pub fn read_baseline(path: &Path) -> Result<Assessment, Failure> {
    let bytes = read_file(path, LARGEST_REVIEW_BYTES)
        .map_err(|failure| Failure::new(Exit::Usage, format!("The baseline cannot be used. {}", failure.happened), ADVICE))?;
    parse_baseline(&bytes).map_err(|why| Failure::new(Exit::Usage, format!("The baseline {} {why}.", path.display()), ADVICE))
}

/// The review in these bytes, or why they are none.
fn parse_baseline(bytes: &[u8]) -> Result<Assessment, String> {
    // The position of a mistake helps; a value of the file would be customer text.
    let damaged = |error: &serde_json::Error| {
        format!("says that it is a review of Crosswalk, but is damaged at line {}, column {}", error.line(), error.column())
    };
    let SaysItself { schema } = serde_json::from_slice(bytes).map_err(|error| {
        let start = String::from_utf8_lossy(bytes.get(..START_BYTES).unwrap_or(bytes));
        if start.contains(SCHEMA) { damaged(&error) } else { "is no review of Crosswalk".to_owned() }
    })?;
    if schema != SCHEMA {
        let is_ours = schema.starts_with("crosswalk/");
        let other = if is_ours { "is of another format" } else { "is no review of Crosswalk: it says of itself" };
        let known: String = schema.chars().take(60).collect();
        return Err(format!("{other} (\"{known}\"; needed is \"{SCHEMA}\")"));
    }
    serde_json::from_slice(bytes).map_err(|error| damaged(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_review_is_refused_with_the_reason() {
        for (text, says) in [
            ("", "no review of Crosswalk"),
            ("[1,2]", "no review of Crosswalk"),
            ("{\"schema\":7}", "no review of Crosswalk"),
            ("{\"schema\":\"oscal/1\"}", "no review of Crosswalk"),
            ("{\"schema\":\"crosswalk/review/v9\"}", "another format"),
            ("{\"schema\":\"crosswalk/change/v1\"}", "another format"),
            ("{\"schema\":\"crosswalk/review/v1\",\"engine\":\"e\"}", "damaged at line 1"),
            ("{\"schema\":\"crosswalk/review/v1\",\n\"engine\":\"cut sho", "damaged at line 2"),
        ] {
            let why = parse_baseline(text.as_bytes()).err().unwrap_or_default();
            assert!(why.contains(says), "{text}: {why}");
        }
    }
}
