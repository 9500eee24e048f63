//! Counts answers: by pattern, method and class of status, never by address. What a pattern or a method is not ours becomes one word, so
//! that nobody outside can make new series.

use metrics::{counter, histogram};

use crate::ports::measured::{HTTP_DURATION, HTTP_REQUESTS, status_class};

/// Counts an answer. `route` is the pattern of the address, `method` a word of our own list.
pub(super) fn answered(route: &str, method: &'static str, status: u16, seconds: f64) {
    counter!(HTTP_REQUESTS, "route" => route.to_owned(), "method" => method, "status" => status_class(status)).increment(1);
    histogram!(HTTP_DURATION, "route" => route.to_owned(), "method" => method).record(seconds);
}
