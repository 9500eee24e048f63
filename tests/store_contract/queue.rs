//! The queue: who gets which review, and that only who holds the lease changes anything.

use std::collections::BTreeMap;

use crosswalk::account::{ConnectionId, ConnectionMode, CustomerId};
use crosswalk::ports::{
    Accounts as _, Connections as _, Lease, LeaseTerms, Queue as _, QueueDepth, ReviewFailure, ReviewProgress, ReviewResult, ReviewState,
    Reviews as _, Standing,
};
use crosswalk::store::Database;

use crate::place::{Place, number, on_both};
use crate::sample::{TERMS, assessment, at, connected, customer, grant, ordered, receipt_id, review_id, worker};

on_both!(
    a_review_is_claimed_reported_and_finished,
    a_lease_that_ran_out_goes_to_another_and_the_late_one_stores_nothing,
    a_late_report_holds_as_long_as_nobody_else_took_it,
    attempts_are_used_up_by_dying_workers,
    a_review_handed_back_has_lost_no_attempt,
    a_retry_waits_for_its_time,
    a_cancelled_review_is_never_run_again,
    what_a_lease_did_is_confirmed_to_that_lease_only,
    what_gave_a_review_back_is_confirmed_until_it_is_claimed,
    who_has_fewest_running_comes_first,
    nobody_gets_a_second_while_another_waits,
    each_review_is_claimed_once,
    deleting_takes_the_lease_away,
    how_the_queue_stands,
);

const PROGRESS: ReviewProgress = ReviewProgress { files_seen: 9, to_examine: 7, examined: 3, read: 2, is_concluding: false };

async fn state(store: &Database, owner: &CustomerId, number: u128) -> ReviewState {
    store.review(owner, &review_id(number)).await.unwrap().unwrap().state
}

async fn a_review_is_claimed_reported_and_finished(place: &Place) {
    let store = place.open().await;
    assert!(store.claim(&worker(1), TERMS, at(0)).await.unwrap().is_none());
    let (owner, connection) = connected(&store, 1).await;
    let review = ordered(&store, &owner, &connection, 1, 10).await;
    assert!(store.claim(&worker(1), TERMS, at(9)).await.unwrap().is_none(), "not due yet");
    let leased = store.claim(&worker(1), TERMS, at(10)).await.unwrap().unwrap();
    assert_eq!(leased.lease, Lease { review: review.clone(), worker: worker(1), attempt: 1 });
    assert!(leased.review.order == crate::sample::order() && leased.review.connection == connection);
    assert!(store.claim(&worker(2), TERMS, at(11)).await.unwrap().is_none(), "taken");
    assert_eq!(store.report(&leased.lease, PROGRESS, TERMS, at(30)).await.unwrap(), Standing::Held);
    assert_eq!(state(&store, &owner, 1).await, ReviewState::Running { attempt: 1, progress: PROGRESS, is_cancelling: false });
    assert!(store.claim(&worker(2), TERMS, at(59)).await.unwrap().is_none(), "prolonged by the report");
    assert!(store.cancel_review(&owner, &review, at(31)).await.unwrap());
    assert_eq!(store.report(&leased.lease, PROGRESS, TERMS, at(32)).await.unwrap(), Standing::CancelRequested);
    assert!(store.finish(&leased.lease, &ReviewResult::of(&assessment(3)), at(40)).await.unwrap(), "it was done before it heard");
    assert_eq!(state(&store, &owner, 1).await, ReviewState::Done { at: at(40), complete: true });
    assert_eq!(store.report(&leased.lease, PROGRESS, TERMS, at(41)).await.unwrap(), Standing::Lost);
    assert!(!store.fail(&leased.lease, ReviewFailure::Internal, at(42)).await.unwrap(), "it is done");
    assert!(store.claim(&worker(2), TERMS, at(1_000)).await.unwrap().is_none());
}

async fn a_lease_that_ran_out_goes_to_another_and_the_late_one_stores_nothing(place: &Place) {
    let (store, other) = (place.open().await, place.open().await);
    let (owner, connection) = connected(&store, 1).await;
    ordered(&store, &owner, &connection, 1, 0).await;
    let late = store.claim(&worker(1), TERMS, at(0)).await.unwrap().unwrap().lease;
    store.report(&late, PROGRESS, TERMS, at(1)).await.unwrap();
    assert!(other.claim(&worker(2), TERMS, at(30)).await.unwrap().is_none(), "until 31");
    let next = other.claim(&worker(2), TERMS, at(31)).await.unwrap().unwrap().lease;
    assert_eq!(next.attempt, 2);
    let fresh = ReviewState::Running { attempt: 2, progress: ReviewProgress::default(), is_cancelling: false };
    assert_eq!(state(&store, &owner, 1).await, fresh);
    assert_eq!(store.report(&late, PROGRESS, TERMS, at(32)).await.unwrap(), Standing::Lost);
    assert!(!store.finish(&late, &ReviewResult::of(&assessment(1)), at(33)).await.unwrap());
    assert!(!store.fail(&late, ReviewFailure::Internal, at(33)).await.unwrap());
    assert!(!store.cancelled(&late, at(33)).await.unwrap());
    assert!(!store.retry(&late, at(33)).await.unwrap());
    assert!(!store.hand_back(&late, at(33)).await.unwrap());
    // The same worker in another attempt is another holder, too.
    let same_worker = Lease { worker: worker(2), ..late };
    assert!(!store.finish(&same_worker, &ReviewResult::of(&assessment(1)), at(33)).await.unwrap());
    assert_eq!(state(&store, &owner, 1).await, fresh, "nothing was changed");
    assert_eq!(number(&place.raw().await, "SELECT COUNT(*) FROM assessment").await, 0);
    assert!(other.finish(&next, &ReviewResult::of(&assessment(2)), at(40)).await.unwrap());
    assert!(store.assessment(&owner, &review_id(1)).await.unwrap().unwrap() == assessment(2));
}

async fn a_late_report_holds_as_long_as_nobody_else_took_it(place: &Place) {
    let store = place.open().await;
    let (owner, connection) = connected(&store, 1).await;
    ordered(&store, &owner, &connection, 1, 0).await;
    let lease = store.claim(&worker(1), TERMS, at(0)).await.unwrap().unwrap().lease;
    assert_eq!(store.report(&lease, PROGRESS, TERMS, at(500)).await.unwrap(), Standing::Held, "the database was away");
    assert!(store.claim(&worker(2), TERMS, at(501)).await.unwrap().is_none());
}

async fn attempts_are_used_up_by_dying_workers(place: &Place) {
    let store = place.open().await;
    let (owner, connection) = connected(&store, 1).await;
    ordered(&store, &owner, &connection, 1, 0).await;
    let mut last = None;
    for attempt in 1..=3_u32 {
        let leased = store.claim(&worker(u128::from(attempt)), TERMS, at(i64::from(attempt) * 100)).await.unwrap().unwrap();
        assert_eq!(leased.lease.attempt, attempt);
        last = Some(leased.lease);
    }
    assert!(store.claim(&worker(9), TERMS, at(320)).await.unwrap().is_none(), "the third still works");
    assert!(store.claim(&worker(9), TERMS, at(400)).await.unwrap().is_none());
    assert_eq!(state(&store, &owner, 1).await, ReviewState::Failed { at: at(400), failure: ReviewFailure::WorkerDied });
    assert!(!store.finish(&last.unwrap(), &ReviewResult::of(&assessment(1)), at(401)).await.unwrap());
    ordered(&store, &owner, &connection, 2, 500).await;
}

async fn a_review_handed_back_has_lost_no_attempt(place: &Place) {
    let store = place.open().await;
    let (owner, connection) = connected(&store, 1).await;
    ordered(&store, &owner, &connection, 1, 0).await;
    for round in 0..5 {
        let leased = store.claim(&worker(1), TERMS, at(round)).await.unwrap().unwrap();
        assert_eq!(leased.lease.attempt, 1);
        assert!(store.hand_back(&leased.lease, at(round)).await.unwrap());
        assert_eq!(state(&store, &owner, 1).await, ReviewState::Queued { attempt: 0, run_at: at(round) });
        assert_eq!(store.report(&leased.lease, PROGRESS, TERMS, at(round)).await.unwrap(), Standing::Lost);
    }
}

async fn a_retry_waits_for_its_time(place: &Place) {
    let store = place.open().await;
    let (owner, connection) = connected(&store, 1).await;
    ordered(&store, &owner, &connection, 1, 0).await;
    let lease = store.claim(&worker(1), TERMS, at(0)).await.unwrap().unwrap().lease;
    assert!(store.retry(&lease, at(60)).await.unwrap());
    assert_eq!(state(&store, &owner, 1).await, ReviewState::Queued { attempt: 1, run_at: at(60) });
    assert!(store.retry(&lease, at(61)).await.unwrap(), "it is done already");
    assert_eq!(state(&store, &owner, 1).await, ReviewState::Queued { attempt: 1, run_at: at(60) });
    assert!(store.claim(&worker(2), TERMS, at(59)).await.unwrap().is_none());
    assert_eq!(store.claim(&worker(2), TERMS, at(60)).await.unwrap().unwrap().lease.attempt, 2);
}

async fn a_cancelled_review_is_never_run_again(place: &Place) {
    let store = place.open().await;
    let (owner, connection) = connected(&store, 1).await;
    // Its worker dies.
    let first = ordered(&store, &owner, &connection, 1, 0).await;
    store.claim(&worker(1), TERMS, at(0)).await.unwrap().unwrap();
    assert!(store.cancel_review(&owner, &first, at(1)).await.unwrap());
    assert!(store.claim(&worker(2), TERMS, at(100)).await.unwrap().is_none());
    assert_eq!(state(&store, &owner, 1).await, ReviewState::Cancelled { at: at(100) });
    // Its worker hands it back.
    let second = ordered(&store, &owner, &connection, 2, 200).await;
    let lease = store.claim(&worker(1), TERMS, at(200)).await.unwrap().unwrap().lease;
    assert!(store.cancel_review(&owner, &second, at(201)).await.unwrap());
    assert!(store.hand_back(&lease, at(202)).await.unwrap());
    assert_eq!(state(&store, &owner, 2).await, ReviewState::Cancelled { at: at(202) });
    // Its worker wants to try again.
    let third = ordered(&store, &owner, &connection, 3, 300).await;
    let lease = store.claim(&worker(1), TERMS, at(300)).await.unwrap().unwrap().lease;
    assert!(store.cancel_review(&owner, &third, at(301)).await.unwrap());
    assert!(store.retry(&lease, at(400)).await.unwrap());
    assert_eq!(store.report(&lease, PROGRESS, TERMS, at(302)).await.unwrap(), Standing::Lost);
    assert!(store.claim(&worker(1), TERMS, at(303)).await.unwrap().is_none());
    assert_eq!(state(&store, &owner, 3).await, ReviewState::Cancelled { at: at(303) });
}

async fn what_a_lease_did_is_confirmed_to_that_lease_only(place: &Place) {
    let store = place.open().await;
    let (owner, connection) = connected(&store, 1).await;
    let claimed = async |number: u128, second: i64| {
        ordered(&store, &owner, &connection, number, second).await;
        store.claim(&worker(1), TERMS, at(second)).await.unwrap().unwrap().lease
    };
    let others = |lease: &Lease| [Lease { worker: worker(2), ..lease.clone() }, Lease { attempt: 2, ..lease.clone() }];
    // The answer to the first try may have been lost.
    let done = claimed(1, 10).await;
    assert!(store.finish(&done, &ReviewResult::of(&assessment(3)), at(11)).await.unwrap());
    assert!(store.finish(&done, &ReviewResult::of(&assessment(3)), at(12)).await.unwrap());
    assert_eq!(state(&store, &owner, 1).await, ReviewState::Done { at: at(11), complete: true });
    assert_eq!(number(&place.raw().await, "SELECT COUNT(*) FROM assessment").await, 1);
    for other in others(&done) {
        assert!(!store.finish(&other, &ReviewResult::of(&assessment(3)), at(13)).await.unwrap());
    }
    let failed = claimed(2, 20).await;
    for second in [21, 22] {
        assert!(store.fail(&failed, ReviewFailure::Internal, at(second)).await.unwrap());
    }
    assert_eq!(state(&store, &owner, 2).await, ReviewState::Failed { at: at(21), failure: ReviewFailure::Internal });
    assert!(!store.finish(&failed, &ReviewResult::of(&assessment(1)), at(23)).await.unwrap(), "it has failed: no result was kept");
    for other in others(&failed) {
        assert!(!store.fail(&other, ReviewFailure::Internal, at(23)).await.unwrap());
    }
    let cancelled = claimed(3, 30).await;
    for second in [31, 32] {
        assert!(store.cancelled(&cancelled, at(second)).await.unwrap());
    }
    assert_eq!(state(&store, &owner, 3).await, ReviewState::Cancelled { at: at(31) });
    for other in others(&cancelled) {
        assert!(!store.cancelled(&other, at(33)).await.unwrap());
    }
    // One that was ended because its worker seemed dead was not ended by that worker.
    let once = LeaseTerms { max_attempts: 1, ..TERMS };
    let dead = claimed(4, 40).await;
    assert!(store.claim(&worker(2), once, at(100)).await.unwrap().is_none());
    assert!(!store.fail(&dead, ReviewFailure::Internal, at(101)).await.unwrap());
    let _ = claimed(5, 200).await;
}

async fn what_gave_a_review_back_is_confirmed_until_it_is_claimed(place: &Place) {
    let store = place.open().await;
    let (owner, connection) = connected(&store, 1).await;
    let review = ordered(&store, &owner, &connection, 1, 0).await;
    let first = store.claim(&worker(1), TERMS, at(0)).await.unwrap().unwrap().lease;
    for _ in 0..2 {
        assert!(store.retry(&first, at(60)).await.unwrap());
    }
    assert!(!store.retry(&Lease { worker: worker(2), ..first.clone() }, at(60)).await.unwrap());
    assert!(!store.finish(&first, &ReviewResult::of(&assessment(1)), at(61)).await.unwrap(), "it waits");
    let second = store.claim(&worker(1), TERMS, at(60)).await.unwrap().unwrap().lease;
    assert!(!store.retry(&first, at(60)).await.unwrap(), "claimed since");
    for second_try in [61, 62] {
        assert!(store.hand_back(&second, at(second_try)).await.unwrap());
        assert_eq!(state(&store, &owner, 1).await, ReviewState::Queued { attempt: 1, run_at: at(61) });
    }
    assert!(!store.hand_back(&first, at(63)).await.unwrap(), "that was the second attempt");
    // The customer asked to stop it.
    let third = store.claim(&worker(1), TERMS, at(70)).await.unwrap().unwrap().lease;
    assert!(store.cancel_review(&owner, &review, at(71)).await.unwrap());
    for _ in 0..2 {
        assert!(store.retry(&third, at(80)).await.unwrap());
    }
    assert!(store.claim(&worker(1), TERMS, at(72)).await.unwrap().is_none());
    assert_eq!(state(&store, &owner, 1).await, ReviewState::Cancelled { at: at(72) });
    assert!(store.retry(&third, at(80)).await.unwrap());
    ordered(&store, &owner, &connection, 2, 100).await;
    let handed = store.claim(&worker(1), TERMS, at(100)).await.unwrap().unwrap().lease;
    assert!(store.cancel_review(&owner, &review_id(2), at(101)).await.unwrap());
    for second in [102, 103] {
        assert!(store.hand_back(&handed, at(second)).await.unwrap());
    }
    assert_eq!(state(&store, &owner, 2).await, ReviewState::Cancelled { at: at(102) });
}

/// Two connections of one customer, and two more customers with one each; reviews 1 and 2 are of the first customer.
async fn a_busy_service(store: &Database) -> [(CustomerId, ConnectionId); 4] {
    let (first, whole) = connected(store, 1).await;
    let picked = store.connect(&first, ConnectionMode::PickedFiles, &grant(9), &ConnectionId::of(9), at(0)).await.unwrap().id;
    [(first.clone(), whole), (first, picked), connected(store, 2).await, connected(store, 3).await]
}

async fn who_has_fewest_running_comes_first(place: &Place) {
    let store = place.open().await;
    let all = a_busy_service(&store).await;
    for (number, (owner, connection)) in (1_u8..).zip(&all) {
        ordered(&store, owner, connection, u128::from(number), i64::from(number)).await;
    }
    let mut order = Vec::new();
    for number in 1..=4 {
        order.push(store.claim(&worker(number), TERMS, at(10)).await.unwrap().unwrap().lease.review);
    }
    // The first customer's second review is older than the others', but comes last.
    assert_eq!(order, [1, 3, 4, 2].map(review_id));
}

async fn nobody_gets_a_second_while_another_waits(place: &Place) {
    let handles = [place.open().await, place.open().await, place.open().await];
    let store = &handles[0];
    for round in 0..5_u32 {
        let base = 10 * (round + 1);
        let (greedy, whole) = connected(store, base).await;
        let new_id = ConnectionId::of(u128::from(base));
        let picked = store.connect(&greedy, ConnectionMode::PickedFiles, &grant(base), &new_id, at(0)).await.unwrap().id;
        let (patient, only) = connected(store, base + 1).await;
        let first = u128::from(base) * 10;
        ordered(store, &greedy, &whole, first, 1).await;
        ordered(store, &greedy, &picked, first + 1, 2).await;
        ordered(store, &patient, &only, first + 2, 3).await;
        let claims: Vec<_> = (0..2_usize)
            .map(|number| {
                let store = handles[number + 1].clone();
                tokio::spawn(async move { store.claim(&worker(1), TERMS, at(10)).await.unwrap().unwrap() })
            })
            .collect();
        let mut served = Vec::new();
        let mut held = Vec::new();
        for claim in claims {
            let leased = claim.await.unwrap();
            served.push(leased.review.customer);
            held.push(leased.lease);
        }
        served.sort();
        let mut both = [greedy, patient];
        both.sort();
        assert_eq!(served, both, "round {round}");
        held.push(store.claim(&worker(1), TERMS, at(10)).await.unwrap().unwrap().lease);
        for lease in held {
            assert!(store.fail(&lease, ReviewFailure::Internal, at(11)).await.unwrap());
        }
    }
}

async fn each_review_is_claimed_once(place: &Place) {
    const REVIEWS: u32 = 12;
    let handles = [place.open().await, place.open().await];
    for number in 1..=REVIEWS {
        let (owner, connection) = connected(&handles[0], number).await;
        ordered(&handles[0], &owner, &connection, u128::from(number), 0).await;
    }
    let workers: Vec<_> = (0..4_u128)
        .map(|number| {
            let store = handles[usize::from(number % 2 == 0)].clone();
            tokio::spawn(async move {
                let mut mine = Vec::new();
                while let Some(leased) = store.claim(&worker(number), TERMS, at(1)).await.unwrap() {
                    mine.push(leased.lease.review.clone());
                    assert!(store.finish(&leased.lease, &ReviewResult::of(&assessment(1)), at(2)).await.unwrap());
                }
                mine
            })
        })
        .collect();
    let mut claimed = BTreeMap::new();
    for worker in workers {
        for review in worker.await.unwrap() {
            *claimed.entry(review).or_insert(0) += 1;
        }
    }
    assert_eq!(claimed.len(), REVIEWS as usize);
    assert!(claimed.values().all(|times| *times == 1), "{claimed:?}");
    let raw = place.raw().await;
    assert_eq!(number(&raw, "SELECT COUNT(*) FROM review WHERE state <> 'done' OR attempt <> 1 OR worker IS NOT NULL").await, 0);
}

async fn deleting_takes_the_lease_away(place: &Place) {
    let store = place.open().await;
    let terms = LeaseTerms { max_attempts: 1, ..TERMS };
    let (one, first) = connected(&store, 1).await;
    let (two, second) = connected(&store, 2).await;
    ordered(&store, &one, &first, 1, 0).await;
    ordered(&store, &two, &second, 2, 1).await;
    let disconnected = store.claim(&worker(1), terms, at(2)).await.unwrap().unwrap().lease;
    let deleted = store.claim(&worker(1), terms, at(2)).await.unwrap().unwrap().lease;
    store.disconnect(&one, &first, &receipt_id(1), Some(true), at(3)).await.unwrap().unwrap();
    store.delete_customer(&two, &receipt_id(2), None, at(3)).await.unwrap().unwrap();
    for lease in [disconnected, deleted] {
        assert_eq!(store.report(&lease, PROGRESS, terms, at(4)).await.unwrap(), Standing::Lost);
        assert!(!store.finish(&lease, &ReviewResult::of(&assessment(4)), at(5)).await.unwrap());
    }
    assert_eq!(number(&place.raw().await, "SELECT COUNT(*) FROM assessment").await, 0);
    assert!(store.claim(&worker(2), terms, at(100)).await.unwrap().is_none());
    let _ = customer(&store, 2).await;
}

async fn how_the_queue_stands(place: &Place) {
    let store = place.open().await;
    let depth = async |second: i64| store.depth(at(second)).await.unwrap();
    let is = |waiting, running, due_since: Option<i64>| QueueDepth { waiting, running, due_since: due_since.map(at) };
    assert_eq!(depth(0).await, is(0, 0, None));
    for (number, second) in [(1, 10), (2, 5), (3, 20)] {
        let (owner, connection) = connected(&store, number).await;
        ordered(&store, &owner, &connection, number.into(), second).await;
    }
    assert_eq!(depth(4).await, is(3, 0, None), "none is due yet");
    assert_eq!(depth(30).await, is(3, 0, Some(5)));
    let first = store.claim(&worker(1), TERMS, at(30)).await.unwrap().unwrap().lease;
    assert!(store.claim(&worker(1), TERMS, at(30)).await.unwrap().is_some());
    assert_eq!(depth(31).await, is(1, 2, Some(20)));
    // One is to wait for its time, the worker of the other dies.
    assert!(store.retry(&first, at(500)).await.unwrap());
    assert_eq!(depth(31).await, is(2, 1, Some(20)));
    assert_eq!(depth(60).await, is(3, 0, Some(20)), "the lease ran out at 60");
    let third = store.claim(&worker(2), TERMS, at(100)).await.unwrap().unwrap().lease;
    assert_ne!(third.review, first.review, "that one waits");
    let last = store.claim(&worker(2), TERMS, at(100)).await.unwrap().unwrap().lease;
    assert_eq!(depth(100).await, is(1, 2, None));
    assert_eq!(depth(600).await, is(3, 0, Some(130)), "both leases ran out at 130");
    for lease in [third, last] {
        assert!(store.finish(&lease, &ReviewResult::of(&assessment(1)), at(110)).await.unwrap());
    }
    assert_eq!(depth(499).await, is(1, 0, None));
    assert_eq!(depth(510).await, is(1, 0, Some(500)));
}
