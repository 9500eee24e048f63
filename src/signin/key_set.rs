//! The issuer's public keys, kept while they may be kept. An unknown key id lets them be fetched again, but not as
//! often as somebody likes who invents key ids.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use openidconnect::JsonWebKey as _;
use openidconnect::core::{CoreJsonWebKey, CoreJsonWebKeySet};
use tokio::sync::Mutex;
use url::Url;

use crate::ports::{Clock, SignInFailure};
use crate::signin::description::keep_until;
use crate::signin::http::{Http, Unanswered};

/// So many fetches for unknown key ids in so many seconds, by everybody together.
const MOST_REPEATS: usize = 3;
const REPEATS_SECONDS: i64 = 60;

/// Keys of one issuer.
pub(super) struct Keys {
    http: Arc<Http>,
    clock: Arc<dyn Clock>,
    // Held while they are fetched: one request at a time.
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    keys: Vec<CoreJsonWebKey>,
    good_until: Option<Timestamp>,
    repeats: Vec<Timestamp>,
}

impl Keys {
    pub(super) fn new(http: Arc<Http>, clock: Arc<dyn Clock>) -> Self {
        Self { http, clock, kept: Mutex::default() }
    }

    /// The key of that id; none when the issuer does not name it, also after fetching its keys once more.
    pub(super) async fn find(&self, url: &Url, id: &str) -> Result<Option<CoreJsonWebKey>, SignInFailure> {
        let mut kept = self.kept.lock().await;
        let now = self.clock.now();
        if kept.good_until.is_none_or(|good_until| now >= good_until) {
            self.fetch(&mut kept, url, now).await?;
            return Ok(kept.key(id));
        }
        if kept.key(id).is_none() && kept.may_repeat(now) {
            self.fetch(&mut kept, url, now).await?;
        }
        Ok(kept.key(id))
    }

    async fn fetch(&self, kept: &mut Kept, url: &Url, now: Timestamp) -> Result<(), SignInFailure> {
        let fetched = self.http.get(url).await.map_err(|Unanswered(detail)| SignInFailure::Unreachable { detail })?;
        let set: CoreJsonWebKeySet = serde_json::from_slice(&fetched.body)
            .map_err(|_| SignInFailure::Unreachable { detail: "its keys could not be understood".to_owned() })?;
        kept.keys.clone_from(set.keys());
        kept.good_until = Some(keep_until(now, fetched.max_age_seconds));
        Ok(())
    }
}

impl Kept {
    fn key(&self, id: &str) -> Option<CoreJsonWebKey> {
        self.keys.iter().find(|key| key.key_id().is_some_and(|key_id| key_id.as_str() == id)).cloned()
    }

    /// Whether an unknown key id may lead to another fetch now; counts it.
    fn may_repeat(&mut self, now: Timestamp) -> bool {
        self.repeats.retain(|at| now.duration_since(*at) < SignedDuration::from_secs(REPEATS_SECONDS));
        let may = self.repeats.len() < MOST_REPEATS;
        if may {
            self.repeats.push(now);
        }
        may
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invented_key_ids_do_not_lead_to_a_fetch_each() {
        let mut kept = Kept::default();
        let at = |second| Timestamp::from_second(second).unwrap();
        let answers: Vec<bool> = [0, 1, 2, 3, 59, 60, 61, 61].into_iter().map(|second| kept.may_repeat(at(second))).collect();
        assert_eq!(answers, [true, true, true, false, false, true, true, false]);
    }
}
