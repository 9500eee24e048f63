//! Values as columns hold them, and back: times as milliseconds since 1970, counts as whole numbers, ids as their digits.
//! A column that holds something else is a damaged record, never a panic.

use jiff::{SignedDuration, Timestamp};

use crate::ports::StoreFailure;

/// A record that cannot be read.
pub(super) fn damaged(what: &'static str, detail: &str) -> StoreFailure {
    StoreFailure::Damaged { what, detail: detail.to_owned() }
}

/// A time as kept.
pub(super) fn millisecond(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// A kept time.
pub(super) fn timestamp(millisecond: i64, what: &'static str) -> Result<Timestamp, StoreFailure> {
    Timestamp::from_millisecond(millisecond).map_err(|_| damaged(what, "its time is no time"))
}

/// A time as it comes back after it was kept.
pub(super) fn as_kept(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

/// A time so much later, at most the end of time.
pub(super) fn later(at: Timestamp, duration: SignedDuration) -> i64 {
    at.as_millisecond().saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX))
}

/// A count as kept.
pub(super) fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A kept count.
pub(super) fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// How many, of what was found.
pub(super) fn how_many(found: usize) -> u64 {
    u64::try_from(found).unwrap_or(u64::MAX)
}
