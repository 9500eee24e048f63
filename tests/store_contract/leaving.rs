//! Leaving: disconnecting, deleting the account, and what goes when its time is over.

use crosswalk::account::{ConnectionId, CustomerId, PurgeCounts, Receipt, Retention};
use crosswalk::ports::{
    Accounts as _, AuditLog as _, AuditVerdict, Connections as _, FlowPurpose, PendingFlow, PendingFlows as _, Queue as _, ReviewFailure,
    ReviewResult, Reviews as _, Sessions as _,
};
use crosswalk::store::Database;
use jiff::Timestamp;
use secrecy::SecretString;

use crate::place::{Kind, Place, number, on_both, run};
use crate::sample::{
    TERMS, assessment, at, connect, connected, customer, days, folder, order, ordered, receipt_id, review_id, token, worker,
};

on_both!(
    disconnecting_takes_everything_of_the_connection,
    deleting_takes_everything_of_the_customer,
    a_receipt_is_right_also_when_a_review_ends_meanwhile,
    ordering_while_disconnecting_leaves_nothing_behind,
    old_reviews_go_by_their_customers_retention,
    what_expired_is_purged,
    nothing_is_purged_that_is_not_written_down,
);

/// Ends a new review with a result of so many quotes.
async fn reviewed(store: &Database, owner: &CustomerId, connection: &ConnectionId, number: u128, quotes: usize, end: Timestamp) {
    store.order_review(owner, connection, &order(), &review_id(number), end).await.unwrap();
    let leased = store.claim(&worker(1), TERMS, end).await.unwrap().unwrap();
    assert_eq!(leased.lease.review, review_id(number));
    assert!(store.finish(&leased.lease, &ReviewResult::of(&assessment(quotes)), end).await.unwrap());
}

async fn disconnecting_takes_everything_of_the_connection(place: &Place) {
    let store = place.open().await;
    let (owner, whole) = connected(&store, 1).await;
    let shared = store.connect_folder(&owner, &folder(1), &ConnectionId::of(5), at(1)).await.unwrap().id;
    store.open_session(&token(1), &owner, at(1)).await.unwrap();
    reviewed(&store, &owner, &whole, 1, 3, at(10)).await;
    reviewed(&store, &owner, &whole, 2, 4, at(20)).await;
    reviewed(&store, &owner, &shared, 3, 5, at(30)).await;
    ordered(&store, &owner, &whole, 4, 40).await;
    let receipt = store.disconnect(&owner, &whole, &receipt_id(1), Some(true), at(50)).await.unwrap().unwrap();
    let counts = PurgeCounts { connections: 1, grants: 1, reviews: 3, ledger_lines: 4, quotes: 7, sessions: 0, decisions: 0 };
    assert_eq!(receipt, Receipt { id: receipt_id(1), at: at(50), counts, grant_revoked: Some(true) });
    assert_eq!(store.receipt(&receipt_id(1)).await.unwrap(), Some(receipt));
    assert!(store.connection(&owner, &whole).await.unwrap().is_none() && store.grant(&owner, &whole).await.unwrap().is_none());
    assert_eq!(store.reviews(&owner).await.unwrap().len(), 1, "that of the other connection stays");
    assert!(store.assessment(&owner, &review_id(3)).await.unwrap().is_some());
    assert!(store.session(&token(1)).await.unwrap().is_some());
    assert!(store.disconnect(&owner, &whole, &receipt_id(2), None, at(51)).await.unwrap().is_none(), "once");
    assert!(store.receipt(&receipt_id(2)).await.unwrap().is_none());
    let receipt = store.disconnect(&owner, &shared, &receipt_id(3), None, at(52)).await.unwrap().unwrap();
    assert_eq!((receipt.counts.grants, receipt.counts.quotes, receipt.grant_revoked), (0, 5, None));
    // Nothing is in the way of a new beginning.
    connect(&store, &owner, 1).await;
}

async fn deleting_takes_everything_of_the_customer(place: &Place) {
    let store = place.open().await;
    let (owner, whole) = connected(&store, 1).await;
    let (other, others) = connected(&store, 2).await;
    store.connect_folder(&owner, &folder(1), &ConnectionId::of(5), at(1)).await.unwrap();
    for (number, whose) in [(1, &owner), (2, &owner), (3, &other)] {
        store.open_session(&token(number), whose, at(1)).await.unwrap();
    }
    let flow = PendingFlow {
        purpose: FlowPurpose::Connect { customer: owner.clone(), mode: crosswalk::account::ConnectionMode::PickedFiles },
        browser: token(50),
        verifier: SecretString::from("v"),
        nonce: SecretString::from(""),
        return_to: "/".into(),
        expires_at: at(600),
    };
    store.begin_flow(&token(9), &flow).await.unwrap();
    reviewed(&store, &owner, &whole, 1, 3, at(10)).await;
    reviewed(&store, &other, &others, 2, 1, at(11)).await;
    ordered(&store, &owner, &whole, 3, 12).await;
    let receipt = store.delete_customer(&owner, &receipt_id(1), Some(false), at(20)).await.unwrap().unwrap();
    let counts = PurgeCounts { connections: 2, grants: 1, reviews: 2, ledger_lines: 2, quotes: 3, sessions: 2, decisions: 0 };
    assert_eq!(receipt, Receipt { id: receipt_id(1), at: at(20), counts, grant_revoked: Some(false) });
    assert_eq!(store.receipt(&receipt_id(1)).await.unwrap(), Some(receipt));
    assert!(store.customer(&owner).await.unwrap().is_none() && store.session(&token(1)).await.unwrap().is_none());
    assert!(store.take_flow(&token(9), &token(50), at(21)).await.unwrap().is_none());
    assert!(store.delete_customer(&owner, &receipt_id(2), None, at(22)).await.unwrap().is_none());
    let raw = place.raw().await;
    for (table, left) in [("customer", 1), ("connection", 1), ("review", 1), ("assessment", 1), ("session", 1), ("flow", 0), ("receipt", 1)]
    {
        assert_eq!(number(&raw, &format!("SELECT COUNT(*) FROM {table}")).await, left, "{table}");
    }
    let id = owner.as_str();
    let linked = format!("SELECT COUNT(*) FROM review WHERE customer_id = '{id}' OR connection_id = '{}'", whole.as_str());
    assert_eq!(number(&raw, &linked).await, 0);
    assert!(store.assessment(&other, &review_id(2)).await.unwrap().is_some());
    assert!(customer(&store, 1).await.created_at == at(0), "who comes back begins anew");
}

async fn a_receipt_is_right_also_when_a_review_ends_meanwhile(place: &Place) {
    const QUOTES: usize = 6;
    let (store, other) = (place.open().await, place.open().await);
    for round in 1..=8_u32 {
        let (owner, connection) = connected(&store, round).await;
        ordered(&store, &owner, &connection, u128::from(round), 1).await;
        let lease = store.claim(&worker(1), TERMS, at(2)).await.unwrap().unwrap().lease;
        let finishing = tokio::spawn({
            let store = store.clone();
            async move { store.finish(&lease, &ReviewResult::of(&assessment(QUOTES)), at(3)).await.unwrap() }
        });
        let leaving = tokio::spawn({
            let receipt = receipt_id(u128::from(round));
            let store = other.clone();
            async move {
                let left = if round % 2 == 0 {
                    store.disconnect(&owner, &connection, &receipt, None, at(3)).await
                } else {
                    store.delete_customer(&owner, &receipt, None, at(3)).await
                };
                left.unwrap().unwrap()
            }
        });
        let (was_kept, receipt) = (finishing.await.unwrap(), leaving.await.unwrap());
        let expected = if was_kept { u64::try_from(QUOTES).unwrap() } else { 0 };
        assert_eq!((receipt.counts.quotes, receipt.counts.reviews), (expected, 1), "round {round}");
        let left = "SELECT (SELECT COUNT(*) FROM review) + (SELECT COUNT(*) FROM assessment) + (SELECT COUNT(*) FROM connection)";
        assert_eq!(number(&place.raw().await, left).await, 0);
    }
}

async fn ordering_while_disconnecting_leaves_nothing_behind(place: &Place) {
    let (store, other) = (place.open().await, place.open().await);
    for round in 1..=8_u32 {
        let (owner, connection) = connected(&store, round).await;
        let ordering = tokio::spawn({
            let (store, owner, connection) = (store.clone(), owner.clone(), connection.clone());
            async move { store.order_review(&owner, &connection, &order(), &review_id(u128::from(round)), at(3)).await.unwrap() }
        });
        let leaving = tokio::spawn({
            let store = other.clone();
            async move { store.disconnect(&owner, &connection, &receipt_id(u128::from(round)), None, at(3)).await.unwrap().unwrap() }
        });
        let was_ordered = matches!(ordering.await.unwrap(), crosswalk::ports::Ordered::Queued(_));
        assert_eq!(leaving.await.unwrap().counts.reviews, u64::from(was_ordered), "round {round}");
        assert_eq!(number(&place.raw().await, "SELECT COUNT(*) FROM review").await, 0);
    }
}

async fn old_reviews_go_by_their_customers_retention(place: &Place) {
    let store = place.open().await;
    for (number, retention) in (1..).zip(Retention::ALL) {
        let (owner, connection) = connected(&store, number).await;
        store.set_retention(&owner, retention).await.unwrap();
        reviewed(&store, &owner, &connection, u128::from(number), 2, days(0)).await;
    }
    let left = async |owner: u32| store.reviews(&CustomerId::of(u128::from(owner))).await.unwrap().len();
    let none = PurgeCounts::default();
    let one = PurgeCounts { reviews: 1, ledger_lines: 2, quotes: 2, ..none };
    assert_eq!(store.purge_expired(days(30), 1_000_000_000, 10).await.unwrap(), none, "to the day");
    assert_eq!(store.purge_expired(days(31), 1_000_000_000, 10).await.unwrap(), one);
    assert_eq!((left(1).await, left(2).await), (0, 1));
    assert_eq!(store.purge_expired(days(91), 1_000_000_000, 10).await.unwrap(), one);
    assert_eq!((left(2).await, left(3).await), (0, 1));
    assert_eq!(store.purge_expired(days(366), 1_000_000_000, 10).await.unwrap(), one);
    assert_eq!((left(3).await, left(4).await), (0, 1));
    assert_eq!(store.purge_expired(days(100_000), 10_000_000_000, 10).await.unwrap(), none, "kept until deleted");
    let (owner, connection) = (CustomerId::of(1), ConnectionId::of(0x00c0_0001));
    for number in 10..=14 {
        reviewed(&store, &owner, &connection, number, 1, days(400)).await;
    }
    store.order_review(&owner, &connection, &order(), &review_id(20), days(400)).await.unwrap();
    assert_eq!(store.purge_expired(days(500), 10_000_000_000, 3).await.unwrap().reviews, 3, "as many as asked for");
    assert_eq!(store.purge_expired(days(500), 10_000_000_000, 3).await.unwrap().reviews, 2);
    assert_eq!(left(1).await, 1, "one that waits has no end yet");
    let lease = store.claim(&worker(1), TERMS, days(500)).await.unwrap().unwrap().lease;
    assert!(store.fail(&lease, ReviewFailure::Internal, days(500)).await.unwrap());
    assert_eq!(store.purge_expired(days(531), 10_000_000_000, 3).await.unwrap().reviews, 1, "failed ones go, too");
    assert_eq!(number(&place.raw().await, "SELECT COUNT(*) FROM assessment").await, 1);
}

async fn nothing_is_purged_that_is_not_written_down(place: &Place) {
    const PURGED: &str = "SELECT COUNT(*) FROM audit_line WHERE action = 'purged' AND customer_id IS NULL AND subject IS NULL";
    let (store, raw) = (place.open().await, place.raw().await);
    let (owner, connection) = connected(&store, 1).await;
    store.set_retention(&owner, Retention::ALL[0]).await.unwrap();
    for review in 1..=3 {
        reviewed(&store, &owner, &connection, review, 1, days(0)).await;
    }
    run(&raw, "ALTER TABLE audit_line RENAME TO set_aside").await;
    assert!(store.purge_expired(days(500), 10_000_000_000, 2).await.is_err());
    assert_eq!(store.reviews(&owner).await.unwrap().len(), 3, "all are there still");
    run(&raw, "ALTER TABLE set_aside RENAME TO audit_line").await;
    assert_eq!(store.purge_expired(days(500), 10_000_000_000, 2).await.unwrap().reviews, 2);
    assert_eq!(number(&raw, PURGED).await, 1, "one line a purge");
    assert_eq!(store.purge_expired(days(500), 10_000_000_000, 2).await.unwrap().reviews, 1);
    assert_eq!(store.purge_expired(days(500), 10_000_000_000, 2).await.unwrap().reviews, 0);
    assert_eq!(number(&raw, PURGED).await, 2, "none when nothing went");
    assert!(matches!(store.verify().await.unwrap(), AuditVerdict::Whole { lines: 2, .. }));
    let index = match place.kind {
        Kind::Sqlite => "SELECT COUNT(*) FROM pragma_index_info('review_ended') WHERE name = 'ended_at'",
        Kind::Postgres => "SELECT COUNT(*) FROM pg_indexes WHERE indexname = 'review_ended' AND indexdef LIKE '%(ended_at)'",
    };
    assert_eq!(number(&raw, index).await, 1, "what is over its time is found without reading all reviews");
}

async fn what_expired_is_purged(place: &Place) {
    let store = place.open().await;
    let owner = customer(&store, 1).await.id;
    for (session, second) in [(1, 0), (2, 100)] {
        store.open_session(&token(session), &owner, at(second)).await.unwrap();
    }
    store.touch_session(&token(1), at(1_000)).await.unwrap();
    for (state, second) in [(1, 600), (2, 2_000)] {
        let flow = PendingFlow {
            purpose: FlowPurpose::SignIn,
            browser: token(50),
            verifier: SecretString::from("v"),
            nonce: SecretString::from("n"),
            return_to: "/".into(),
            expires_at: at(second),
        };
        store.begin_flow(&token(state), &flow).await.unwrap();
    }
    assert_eq!(store.purge_expired(at(1_050), 1_000, 10).await.unwrap(), PurgeCounts { sessions: 1, ..PurgeCounts::default() });
    assert!(store.session(&token(1)).await.unwrap().is_none() && store.session(&token(2)).await.unwrap().is_some());
    assert_eq!(number(&place.raw().await, "SELECT COUNT(*) FROM flow").await, 1);
    assert!(store.take_flow(&token(2), &token(50), at(1_051)).await.unwrap().is_some());
}
