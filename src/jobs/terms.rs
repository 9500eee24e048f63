//! On which terms a worker works.

use std::time::Duration;

use jiff::SignedDuration;

use crate::ports::LeaseTerms;
use crate::settings::WorkerSettings;

/// The longest wait before another attempt.
const LONGEST_BACKOFF_MS: u64 = 3_600_000;

/// The terms, from the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkerTerms {
    /// How leases are given.
    pub lease: LeaseTerms,
    /// How often the queue is asked when there is nothing to do.
    pub poll: Duration,
    /// Reviews at the same time.
    pub parallel_reviews: usize,
    /// The wait before the second attempt.
    pub backoff_base: Duration,
    /// How long a stopping worker lets its reviews run on before it hands them back.
    pub grace: Duration,
}

impl WorkerTerms {
    /// Takes them from the settings.
    #[must_use]
    pub fn of(settings: &WorkerSettings) -> Self {
        Self {
            lease: LeaseTerms {
                duration: SignedDuration::from_millis(i64::try_from(settings.lease_ms).unwrap_or(i64::MAX)),
                max_attempts: u32::try_from(settings.max_attempts).unwrap_or(u32::MAX),
            },
            poll: Duration::from_millis(settings.poll_ms),
            parallel_reviews: usize::try_from(settings.parallel_reviews).unwrap_or(usize::MAX),
            backoff_base: Duration::from_millis(settings.backoff_base_ms),
            grace: Duration::from_millis(settings.shutdown_grace_ms),
        }
    }

    /// How often a lease is prolonged: three times before it would run out.
    pub(super) fn heartbeat(&self) -> Duration {
        self.lease.duration.unsigned_abs() / 3
    }

    /// The wait after an attempt (the first is 1): it doubles with each, to an hour at most.
    pub(super) fn backoff(&self, attempt: u32) -> SignedDuration {
        let base_ms = u64::try_from(self.backoff_base.as_millis()).unwrap_or(u64::MAX);
        let doubled = base_ms.saturating_mul(1_u64 << attempt.saturating_sub(1).min(20));
        SignedDuration::from_millis(i64::try_from(doubled.min(LONGEST_BACKOFF_MS)).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_to_an_hour() {
        let terms = WorkerTerms::of(&WorkerSettings::default());
        let waits: Vec<i64> = [1, 2, 3, 40].into_iter().map(|attempt| terms.backoff(attempt).as_secs()).collect();
        assert_eq!(waits, [30, 60, 120, 3_600]);
        assert_eq!(terms.heartbeat(), Duration::from_secs(10));
    }
}
