//! How long Stripe is waited for. Somebody sits before the browser meanwhile.

use std::time::Duration;

/// The waits of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For one try.
    pub attempt: Duration,
    /// For all tries together, the waits between them included.
    pub whole: Duration,
    /// Tries, the first one included.
    pub attempts: u32,
    /// Before the second try; it doubles with each.
    pub first_wait: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { attempt: Duration::from_secs(4), whole: Duration::from_millis(9_500), attempts: 4, first_wait: Duration::from_millis(300) }
    }
}

impl Patience {
    /// The wait after that many failed tries, or none when it is time to give up. What Stripe asks for counts if it is longer.
    pub(super) fn wait_after(&self, failed_attempts: u32, asked: Option<Duration>) -> Option<Duration> {
        let ceiling = self.first_wait.saturating_mul(1 << failed_attempts.saturating_sub(1).min(10));
        let is_worth_it = failed_attempts < self.attempts && asked.is_none_or(|asked| asked < self.whole);
        is_worth_it.then(|| jittered(ceiling).max(asked.unwrap_or_default()))
    }
}

/// Between half and all of it, so that many who failed together do not come back together.
fn jittered(ceiling: Duration) -> Duration {
    let half = u64::try_from(ceiling.as_millis() / 2).unwrap_or(u64::MAX);
    // Without randomness the whole ceiling is a correct wait too.
    let random = getrandom::u64().map_or(half, |random| random % half.saturating_add(1));
    Duration::from_millis(half.saturating_add(random))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_end() {
        let patience = Patience::default();
        for (failed, ceiling_ms) in [(1, 300), (2, 600), (3, 1_200)] {
            let wait = patience.wait_after(failed, None).unwrap();
            let ceiling = Duration::from_millis(ceiling_ms);
            assert!(wait >= ceiling / 2 && wait <= ceiling, "{wait:?}");
        }
        assert_eq!(patience.wait_after(4, None), None);
        assert_eq!(patience.wait_after(1, Some(Duration::from_secs(2))), Some(Duration::from_secs(2)));
        assert_eq!(patience.wait_after(1, Some(Duration::from_mins(1))), None);
    }
}
