//! How fast to ask and how long to wait: one limiter for all requests, and the waits between tries. Chance (the
//! jitter) decides only when a request goes out, never what a review finds.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{Mutex, Semaphore, SemaphorePermit};
use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::settings::DriveSettings;

/// Waits between tries.
pub(super) struct Patience {
    base_ms: u64,
    cap_ms: u64,
    retry_after_cap_ms: u64,
    max_attempts: u64,
    retries_left: AtomicU64,
}

impl Patience {
    pub(super) fn new(settings: &DriveSettings) -> Self {
        Self {
            base_ms: settings.backoff_base_ms,
            cap_ms: settings.backoff_cap_ms,
            retry_after_cap_ms: settings.retry_after_cap_ms,
            max_attempts: settings.max_attempts,
            retries_left: AtomicU64::new(settings.max_retries_per_run),
        }
    }

    /// How long to wait after that many failed tries of one request, or none when it is time to give up. What the
    /// server asks for wins over our own wait, unless it is longer than anyone would sit through.
    pub(super) fn wait_after(&self, failed_attempts: u64, retry_after: Option<Duration>) -> Option<Duration> {
        if failed_attempts >= self.max_attempts {
            return None;
        }
        if self.is_beyond_patience(retry_after) {
            return None;
        }
        self.retries_left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).ok()?;
        Some(retry_after.unwrap_or_else(|| Duration::from_millis(jittered(self.ceiling_ms(failed_attempts)))))
    }

    /// Whether the server asks for a longer wait than anyone would sit through.
    pub(super) fn is_beyond_patience(&self, retry_after: Option<Duration>) -> bool {
        retry_after.is_some_and(|wait| wait > Duration::from_millis(self.retry_after_cap_ms))
    }

    /// min(base · 2^(n−1), cap).
    fn ceiling_ms(&self, failed_attempts: u64) -> u64 {
        let doublings = u32::try_from(failed_attempts.saturating_sub(1)).unwrap_or(u32::MAX).min(32);
        self.base_ms.saturating_mul(1 << doublings).min(self.cap_ms)
    }
}

/// Full jitter: any wait up to the ceiling, so that many clients do not come back in one wave.
fn jittered(ceiling_ms: u64) -> u64 {
    // Without randomness the whole ceiling is a correct wait too.
    getrandom::u64().map_or(ceiling_ms, |random| random % (ceiling_ms + 1))
}

/// Reads a `Retry-After` header: seconds, or an HTTP date.
pub(super) fn retry_after(header: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(seconds) = header.trim().parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(header.trim()).ok()?;
    let seconds = date.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs();
    Some(Duration::from_secs(seconds.saturating_sub(u64::try_from(now.as_second()).ok()?)))
}

/// The one limiter: so many requests a second, so many under way.
pub(super) struct Pace {
    in_flight: Semaphore,
    period: Duration,
    // Made at the first request, because a timer needs the runtime to exist.
    ticks: Mutex<Option<Interval>>,
}

impl Pace {
    pub(super) fn new(settings: &DriveSettings) -> Self {
        Self {
            in_flight: Semaphore::new(usize::try_from(settings.parallel_downloads).unwrap_or(1)),
            period: Duration::from_nanos(1_000_000_000 / settings.requests_per_second.max(1)),
            ticks: Mutex::new(None),
        }
    }

    /// Waits for a turn; the request is under way until the permit is dropped.
    pub(super) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        // The semaphore is never closed, so there always is a permit.
        let permit = self.in_flight.acquire().await.ok();
        let mut ticks = self.ticks.lock().await;
        let interval = ticks.get_or_insert_with(|| {
            let mut interval = interval(self.period);
            interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
            interval
        });
        interval.tick().await;
        permit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        Timestamp::from_second(1_784_000_000).unwrap()
    }

    #[test]
    fn retry_after_in_seconds_and_as_a_date() {
        assert_eq!(retry_after("7", now()), Some(Duration::from_secs(7)));
        let later = httpdate::fmt_http_date(std::time::UNIX_EPOCH + Duration::from_secs(1_784_000_009));
        assert_eq!(retry_after(&later, now()), Some(Duration::from_secs(9)));
        let earlier = httpdate::fmt_http_date(std::time::UNIX_EPOCH + Duration::from_secs(1_783_000_000));
        assert_eq!(retry_after(&earlier, now()), Some(Duration::ZERO));
        assert_eq!(retry_after("soon", now()), None);
    }

    #[test]
    fn waits_double_up_to_the_cap_and_end() {
        let patience =
            Patience::new(&DriveSettings { max_attempts: 40, backoff_base_ms: 1_000, backoff_cap_ms: 64_000, ..DriveSettings::default() });
        let ceilings: Vec<u64> = (1..=9).map(|n| patience.ceiling_ms(n)).collect();
        assert_eq!(ceilings, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 64_000, 64_000]);
        assert_eq!(patience.ceiling_ms(u64::MAX), 64_000);
        assert!((0..100).all(|_| patience.wait_after(2, None).unwrap() <= Duration::from_secs(2)));
        assert_eq!(patience.wait_after(40, None), None);
    }

    #[test]
    fn retry_after_wins_unless_it_is_too_long() {
        let patience = Patience::new(&DriveSettings::default());
        assert_eq!(patience.wait_after(1, Some(Duration::from_secs(90))), Some(Duration::from_secs(90)));
        assert_eq!(patience.wait_after(1, Some(Duration::from_hours(1))), None);
    }

    #[test]
    fn the_retries_of_a_run_are_counted() {
        let patience = Patience::new(&DriveSettings { max_retries_per_run: 2, ..DriveSettings::default() });
        assert!(patience.wait_after(1, None).is_some());
        assert!(patience.wait_after(1, None).is_some());
        assert!(patience.wait_after(1, None).is_none());
    }
}
