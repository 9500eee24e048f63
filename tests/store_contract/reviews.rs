//! Reviews as their customers see them.

use crosswalk::account::{ConnectionId, CustomerId};
use crosswalk::ports::{Connections as _, Ordered, Queue as _, ReviewFailure, ReviewResult, ReviewState, Reviews as _};

use crosswalk::report::review_json;

use crate::place::{Place, number, on_both};
use crate::sample::{TERMS, assessment, at, connected, order, ordered, review_id, worker};

on_both!(
    an_order_is_kept_and_listed,
    orders_at_one_time_give_one_review,
    a_lost_grant_takes_no_orders,
    what_belongs_to_somebody_else_does_not_exist,
    a_result_comes_back_byte_for_byte,
    waiting_is_cancelled_at_once_and_running_is_asked,
    only_ended_reviews_are_deleted,
);

async fn an_order_is_kept_and_listed(place: &Place) {
    let store = place.open().await;
    let (owner, connection) = connected(&store, 1).await;
    let first = ordered(&store, &owner, &connection, 1, 10).await;
    let review = store.review(&owner, &first).await.unwrap().unwrap();
    assert!(review.id == first && review.customer == owner && review.connection == connection && review.order == order());
    assert_eq!(review.ordered_at, at(10));
    assert_eq!(review.state, ReviewState::Queued { attempt: 0, run_at: at(10) });
    let again = store.order_review(&owner, &connection, &order(), &review_id(2), at(11)).await.unwrap();
    assert_eq!(again, Ordered::AlreadyActive(first.clone()));
    assert!(store.cancel_review(&owner, &first, at(12)).await.unwrap());
    ordered(&store, &owner, &connection, 2, 13).await;
    let ids: Vec<_> = store.reviews(&owner).await.unwrap().into_iter().map(|review| review.id).collect();
    assert_eq!(ids, [review_id(2), review_id(1)], "newest first");
}

async fn orders_at_one_time_give_one_review(place: &Place) {
    let handles = [place.open().await, place.open().await];
    let (owner, connection) = connected(&handles[0], 1).await;
    let clicks: Vec<_> = (1..=8_u128)
        .map(|number| {
            let (store, owner, connection) = (handles[usize::from(number % 2 == 0)].clone(), owner.clone(), connection.clone());
            tokio::spawn(async move { store.order_review(&owner, &connection, &order(), &review_id(number), at(5)).await.unwrap() })
        })
        .collect();
    let (mut queued, mut active) = (Vec::new(), Vec::new());
    for click in clicks {
        match click.await.unwrap() {
            Ordered::Queued(id) => queued.push(id),
            Ordered::AlreadyActive(id) => active.push(id),
            Ordered::NoConnection => panic!("it is there"),
        }
    }
    assert!(queued.len() == 1 && active.len() == 7 && active.iter().all(|id| *id == queued[0]), "{queued:?} {active:?}");
    assert_eq!(handles[0].reviews(&owner).await.unwrap().len(), 1);
}

async fn a_lost_grant_takes_no_orders(place: &Place) {
    let store = place.open().await;
    let (owner, connection) = connected(&store, 1).await;
    assert!(store.needs_reconnect(&connection, 1, at(5)).await.unwrap());
    for connection in [connection, ConnectionId::of(4)] {
        let ordered = store.order_review(&owner, &connection, &order(), &review_id(1), at(6)).await.unwrap();
        assert_eq!(ordered, Ordered::NoConnection);
    }
}

async fn what_belongs_to_somebody_else_does_not_exist(place: &Place) {
    let store = place.open().await;
    let (owner, connection) = connected(&store, 1).await;
    let (other, _) = connected(&store, 2).await;
    let review = ordered(&store, &owner, &connection, 1, 2).await;
    for stranger in [other.clone(), CustomerId::of(99)] {
        assert_eq!(store.order_review(&stranger, &connection, &order(), &review_id(9), at(3)).await.unwrap(), Ordered::NoConnection);
        assert!(store.review(&stranger, &review).await.unwrap().is_none());
        assert!(store.reviews(&stranger).await.unwrap().is_empty());
        assert!(!store.cancel_review(&stranger, &review, at(3)).await.unwrap());
    }
    assert!(store.review(&owner, &review).await.unwrap().unwrap().state.is_active());
    let leased = store.claim(&worker(1), TERMS, at(4)).await.unwrap().unwrap();
    assert!(store.finish(&leased.lease, &ReviewResult::of(&assessment(1)), at(5)).await.unwrap());
    for stranger in [other, CustomerId::of(99)] {
        assert!(store.assessment(&stranger, &review).await.unwrap().is_none());
        assert!(!store.delete_review(&stranger, &review).await.unwrap());
    }
    assert!(store.assessment(&owner, &review).await.unwrap().is_some());
}

async fn a_result_comes_back_byte_for_byte(place: &Place) {
    let store = place.open().await;
    let (owner, connection) = connected(&store, 1).await;
    let review = ordered(&store, &owner, &connection, 1, 2).await;
    assert!(store.assessment(&owner, &review).await.unwrap().is_none());
    let leased = store.claim(&worker(1), TERMS, at(3)).await.unwrap().unwrap();
    let result = assessment(7);
    assert!(store.finish(&leased.lease, &ReviewResult::of(&result), at(9)).await.unwrap());
    let kept = store.assessment(&owner, &review).await.unwrap().unwrap();
    assert!(review_json(&kept) == review_json(&result));
    assert!(kept == result);
    assert_eq!(store.review(&owner, &review).await.unwrap().unwrap().state, ReviewState::Done { at: at(9), complete: true });
}

async fn waiting_is_cancelled_at_once_and_running_is_asked(place: &Place) {
    let store = place.open().await;
    let (owner, connection) = connected(&store, 1).await;
    let waiting = ordered(&store, &owner, &connection, 1, 2).await;
    assert!(store.cancel_review(&owner, &waiting, at(3)).await.unwrap());
    assert_eq!(store.review(&owner, &waiting).await.unwrap().unwrap().state, ReviewState::Cancelled { at: at(3) });
    assert!(!store.cancel_review(&owner, &waiting, at(4)).await.unwrap(), "over");
    assert!(store.claim(&worker(1), TERMS, at(5)).await.unwrap().is_none());
    let running = ordered(&store, &owner, &connection, 2, 6).await;
    let leased = store.claim(&worker(1), TERMS, at(7)).await.unwrap().unwrap();
    assert!(store.cancel_review(&owner, &running, at(8)).await.unwrap());
    assert!(matches!(
        store.review(&owner, &running).await.unwrap().unwrap().state,
        ReviewState::Running { is_cancelling: true, attempt: 1, .. }
    ));
    assert!(store.cancelled(&leased.lease, at(9)).await.unwrap());
    assert_eq!(store.review(&owner, &running).await.unwrap().unwrap().state, ReviewState::Cancelled { at: at(9) });
    assert!(!store.cancel_review(&owner, &running, at(10)).await.unwrap(), "over");
}

async fn only_ended_reviews_are_deleted(place: &Place) {
    let store = place.open().await;
    let (owner, connection) = connected(&store, 1).await;
    let review = ordered(&store, &owner, &connection, 1, 2).await;
    assert!(!store.delete_review(&owner, &review).await.unwrap(), "waits");
    let leased = store.claim(&worker(1), TERMS, at(3)).await.unwrap().unwrap();
    assert!(!store.delete_review(&owner, &review).await.unwrap(), "runs");
    assert!(store.finish(&leased.lease, &ReviewResult::of(&assessment(2)), at(4)).await.unwrap());
    assert!(store.delete_review(&owner, &review).await.unwrap());
    assert!(!store.delete_review(&owner, &review).await.unwrap(), "gone");
    assert!(store.review(&owner, &review).await.unwrap().is_none() && store.assessment(&owner, &review).await.unwrap().is_none());
    assert_eq!(number(&place.raw().await, "SELECT COUNT(*) FROM assessment").await, 0);
    let failing = ordered(&store, &owner, &connection, 2, 5).await;
    let leased = store.claim(&worker(1), TERMS, at(6)).await.unwrap().unwrap();
    for failure in [ReviewFailure::DriveUnreachable, ReviewFailure::Internal] {
        assert_eq!(store.fail(&leased.lease, failure, at(7)).await.unwrap(), failure == ReviewFailure::DriveUnreachable, "once");
    }
    let state = store.review(&owner, &failing).await.unwrap().unwrap().state;
    assert_eq!(state, ReviewState::Failed { at: at(7), failure: ReviewFailure::DriveUnreachable });
    assert!(store.delete_review(&owner, &failing).await.unwrap());
}
