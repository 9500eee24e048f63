//! How many streams of events are open at once: a few for each session, and not more than this process can serve. It counts them and
//! knows nothing of what they tell.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::account::TokenHash;

/// A person with more pages of progress open than this gains nothing from one more.
const MOST_OF_SESSION: usize = 8;
/// Each stream asks the store twice a second.
const MOST_IN_ALL: usize = 2_000;

/// The seats of this process.
#[derive(Clone)]
pub(super) struct Seats {
    /// How many each session has taken.
    taken: Arc<Mutex<BTreeMap<TokenHash, usize>>>,
    most_of_session: usize,
    most_in_all: usize,
}

/// A seat that is taken until it is dropped. No `Debug`: it knows whose it is.
pub(super) struct Seat {
    seats: Seats,
    session: TokenHash,
}

impl Seats {
    pub(super) fn usual() -> Self {
        Self::of(MOST_OF_SESSION, MOST_IN_ALL)
    }

    fn of(most_of_session: usize, most_in_all: usize) -> Self {
        Self { taken: Arc::default(), most_of_session, most_in_all }
    }

    /// A seat for a stream of that session; none when too many are open.
    pub(super) fn take(&self, session: &TokenHash) -> Option<Seat> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let of_session = taken.get(session).copied().unwrap_or(0);
        if of_session >= self.most_of_session || taken.values().sum::<usize>() >= self.most_in_all {
            return None;
        }
        taken.insert(session.clone(), of_session + 1);
        Some(Seat { seats: self.clone(), session: session.clone() })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken.lock().unwrap_or_else(PoisonError::into_inner);
        match taken.get_mut(&self.session) {
            Some(count) if *count > 1 => *count -= 1,
            Some(_) | None => drop(taken.remove(&self.session)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::token::Token;

    #[test]
    fn seats_are_few_for_a_session_limited_in_all_and_free_again() {
        let session = || Token::fresh().unwrap().hash();
        let (one, two, three) = (session(), session(), session());
        let seats = Seats::of(2, 3);
        let held: Vec<Option<Seat>> = [&one, &one, &two].map(|session| seats.take(session)).into();
        assert!(held.iter().all(Option::is_some));
        assert!(seats.take(&one).is_none() && seats.take(&three).is_none());
        drop(held);
        assert!(seats.taken.lock().unwrap().is_empty(), "a session that is gone is still remembered");
        let again: Vec<Option<Seat>> = [&three, &three, &three].map(|session| seats.take(session)).into();
        assert_eq!(again.iter().filter(|seat| seat.is_some()).count(), 2);
    }
}
