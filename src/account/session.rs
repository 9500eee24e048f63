//! A signed-in browser. The browser holds a random token of 256 bits; only its hash is kept.

use jiff::{SignedDuration, Timestamp};

use crate::account::CustomerId;

/// SHA-256 of a random token of 256 bits, as 64 lower-case hexadecimal digits. A token of that size needs no salt.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenHash(String);

impl TokenHash {
    /// Names a digest.
    #[must_use]
    pub fn of(digest: [u8; 32]) -> Self {
        use std::fmt::Write as _;
        Self(digest.iter().fold(String::with_capacity(64), |mut out, byte| {
            // Writing to a string cannot fail.
            let _ = write!(out, "{byte:02x}");
            out
        }))
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A session as kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose.
    pub customer: CustomerId,
    /// When it began: the sign-in at Google. Deleting an account asks for a fresh one.
    pub signed_in_at: Timestamp,
    /// When it was last used.
    pub last_seen_at: Timestamp,
}

/// How long sessions live (ASVS 5.0, 7.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimits {
    /// Longest time without use, in seconds.
    pub idle_seconds: i64,
    /// Longest time since the sign-in, in seconds.
    pub absolute_seconds: i64,
    /// How fresh a sign-in must be for deleting an account or exporting everything, in seconds.
    pub fresh_seconds: i64,
}

/// Why a session is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionEnd {
    /// Not used for too long.
    Idle,
    /// Signed in too long ago.
    Old,
}

impl Session {
    /// Why the session is over; none while it is good.
    #[must_use]
    pub fn end(&self, now: Timestamp, limits: SessionLimits) -> Option<SessionEnd> {
        if is_older(self.signed_in_at, now, limits.absolute_seconds) {
            return Some(SessionEnd::Old);
        }
        is_older(self.last_seen_at, now, limits.idle_seconds).then_some(SessionEnd::Idle)
    }

    /// Whether the sign-in is fresh enough for what cannot be undone.
    #[must_use]
    pub fn is_fresh(&self, now: Timestamp, limits: SessionLimits) -> bool {
        !is_older(self.signed_in_at, now, limits.fresh_seconds)
    }
}

fn is_older(since: Timestamp, now: Timestamp, seconds: i64) -> bool {
    now.duration_since(since) > SignedDuration::from_secs(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_end_by_disuse_and_by_age() {
        let limits = SessionLimits { idle_seconds: 100, absolute_seconds: 1_000, fresh_seconds: 10 };
        let at = |second| Timestamp::from_second(second).unwrap();
        let session = |signed_in, seen| Session { customer: CustomerId::of(1), signed_in_at: at(signed_in), last_seen_at: at(seen) };
        assert_eq!(session(0, 900).end(at(1_000), limits), None);
        assert_eq!(session(0, 899).end(at(1_000), limits), Some(SessionEnd::Idle));
        assert_eq!(session(0, 1_000).end(at(1_001), limits), Some(SessionEnd::Old));
        assert!(session(0, 0).is_fresh(at(10), limits) && !session(0, 0).is_fresh(at(11), limits));
    }
}
