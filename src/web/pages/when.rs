//! Points in time as pages show them.

use jiff::Timestamp;

/// `22 November 2026, 10:15 UTC`.
pub(super) fn moment(at: Timestamp) -> String {
    at.strftime("%-d %B %Y, %H:%M UTC").to_string()
}

/// `22 November 2026`.
pub(super) fn day(at: Timestamp) -> String {
    at.strftime("%-d %B %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_out() {
        let at = "2026-11-22T10:05:00Z".parse().unwrap();
        assert_eq!(moment(at), "22 November 2026, 10:05 UTC");
        assert_eq!(day(at), "22 November 2026");
    }
}
