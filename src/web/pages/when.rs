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

/// `23 November 2026, 06:00 (Europe/Berlin)`; in UTC when there is no such zone.
pub(super) fn moment_in(at: Timestamp, zone: &str) -> String {
    match at.in_tz(zone) {
        Ok(there) => format!("{} ({zone})", there.strftime("%-d %B %Y, %H:%M")),
        Err(_) => moment(at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_out() {
        let at = "2026-11-22T10:05:00Z".parse().unwrap();
        assert_eq!(moment(at), "22 November 2026, 10:05 UTC");
        assert_eq!(day(at), "22 November 2026");
        assert_eq!(moment_in(at, "Europe/Berlin"), "22 November 2026, 11:05 (Europe/Berlin)");
        assert_eq!(moment_in(at, "Mars"), moment(at));
    }
}
