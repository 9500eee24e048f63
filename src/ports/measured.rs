//! Everything that the service measures about itself, by name: one list for the rooms that count, for the page where it is read, and for
//! its documentation. A label holds words of our own code only, never an id, an address or anything of a customer, so that there are never
//! more series than combinations of these words. It counts nothing itself.

/// Answered requests.
pub const HTTP_REQUESTS: &str = "crosswalk_http_requests_total";
/// How long they took.
pub const HTTP_DURATION: &str = "crosswalk_http_request_duration_seconds";
/// Attempts at reviews that began.
pub const REVIEW_ATTEMPTS: &str = "crosswalk_review_attempts_total";
/// Attempts at reviews that ended.
pub const REVIEWS_ENDED: &str = "crosswalk_reviews_ended_total";
/// How long they took.
pub const REVIEW_DURATION: &str = "crosswalk_review_attempt_duration_seconds";
/// Files that were examined.
pub const FILES_EXAMINED: &str = "crosswalk_files_examined_total";
/// Files in results.
pub const FILES_IN_RESULTS: &str = "crosswalk_files_in_results_total";
/// Reviews that wait.
pub const REVIEWS_WAITING: &str = "crosswalk_reviews_waiting";
/// Reviews that run.
pub const REVIEWS_RUNNING: &str = "crosswalk_reviews_running";
/// How long the queue keeps somebody waiting.
pub const OLDEST_WAITING: &str = "crosswalk_oldest_waiting_review_seconds";
/// Requests to Drive.
pub const DRIVE_REQUESTS: &str = "crosswalk_drive_requests_total";
/// What the payment service told.
pub const PAYMENT_EVENTS: &str = "crosswalk_payment_events_total";
/// Letters.
pub const LETTERS: &str = "crosswalk_letters_total";
/// Which program this is.
pub const BUILD_INFO: &str = "crosswalk_build_info";
/// Its memory.
pub const MEMORY: &str = "crosswalk_process_resident_memory_bytes";
/// Its age.
pub const UPTIME: &str = "crosswalk_process_uptime_seconds";

/// How a measurement behaves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MeasuredKind {
    /// Only grows, until the process ends.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts by size, in ranges that end at these values (in the unit of the measurement).
    Histogram(&'static [f64]),
}

/// In what it is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeasuredUnit {
    /// Pieces.
    Count,
    /// Seconds.
    Seconds,
    /// Bytes.
    Bytes,
}

/// One measurement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// Its name.
    pub name: &'static str,
    /// Its kind.
    pub kind: MeasuredKind,
    /// Its unit.
    pub unit: MeasuredUnit,
    /// The names of its labels.
    pub labels: &'static [&'static str],
    /// What it means, in one sentence.
    pub meaning: &'static str,
}

const ANSWERS: MeasuredKind = MeasuredKind::Histogram(&[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0]);
const ATTEMPTS: MeasuredKind = MeasuredKind::Histogram(&[1.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1_800.0, 3_600.0, 7_200.0]);

const fn counted(name: &'static str, labels: &'static [&'static str], meaning: &'static str) -> Measured {
    Measured { name, kind: MeasuredKind::Counter, unit: MeasuredUnit::Count, labels, meaning }
}

const fn level(name: &'static str, unit: MeasuredUnit, labels: &'static [&'static str], meaning: &'static str) -> Measured {
    Measured { name, kind: MeasuredKind::Gauge, unit, labels, meaning }
}

const fn timed(name: &'static str, kind: MeasuredKind, labels: &'static [&'static str], meaning: &'static str) -> Measured {
    Measured { name, kind, unit: MeasuredUnit::Seconds, labels, meaning }
}

/// The list.
pub static MEASURED: [Measured; 16] = [
    counted(
        HTTP_REQUESTS,
        &["route", "method", "status"],
        "Answered requests, by the pattern of the address (`unmatched` for others), method and class of the status (`2xx`).",
    ),
    timed(
        HTTP_DURATION,
        ANSWERS,
        &["route", "method"],
        "Time from a request to its answer, by pattern and method; a stream counts until it begins.",
    ),
    counted(REVIEW_ATTEMPTS, &[], "Attempts at reviews that this process began."),
    counted(
        REVIEWS_ENDED,
        &["outcome", "reason"],
        "Attempts that ended: `done`, `failed` (with the reason), `cancelled`, `retried`, `handed-back`, `lost` to another worker, or \
         `not-ended` because the database did not answer.",
    ),
    timed(REVIEW_DURATION, ATTEMPTS, &["outcome"], "Time that an attempt at a review took, by outcome as above."),
    counted(FILES_EXAMINED, &["outcome"], "Files that were examined in any attempt: `read` or `not-read`."),
    counted(FILES_IN_RESULTS, &["outcome"], "Files in the ledgers of reviews that are done: `read`, `unreadable` or `passed-over`."),
    level(
        REVIEWS_WAITING,
        MeasuredUnit::Count,
        &[],
        "Reviews that wait for a worker, in the whole installation; every process with a worker tells the same.",
    ),
    level(REVIEWS_RUNNING, MeasuredUnit::Count, &[], "Reviews that run, in the whole installation."),
    level(
        OLDEST_WAITING,
        MeasuredUnit::Seconds,
        &[],
        "How long the review that waits longest could have been begun already; 0 when none waits.",
    ),
    counted(DRIVE_REQUESTS, &["status"], "Requests to Google Drive, by class of the status; `none` when no answer came."),
    counted(
        PAYMENT_EVENTS,
        &["fact", "outcome"],
        "What the payment service told: `taken`, `repeated`, `unknown` (no payment of ours), `refused` (forged or not understood), `ignored` (none \
         of our business) or `failed` (not kept).",
    ),
    counted(LETTERS, &["outcome"], "Letters handed to the mail server: `sent`, `refused` for good, or `unavailable` (tried again)."),
    level(BUILD_INFO, MeasuredUnit::Count, &["version"], "Always 1; the version of the program is its label."),
    level(MEMORY, MeasuredUnit::Bytes, &[], "Memory that the process occupies; without its reader processes."),
    level(UPTIME, MeasuredUnit::Seconds, &[], "Time since the process began to measure."),
];

/// The class of an HTTP status: `2xx`.
#[must_use]
pub fn status_class(status: u16) -> &'static str {
    match status {
        100..=199 => "1xx",
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        500..=599 => "5xx",
        _ => "other",
    }
}
