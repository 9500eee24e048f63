//! Tests of a SQLite file that is full or in use. They need the one connection that the store writes through, so they stand here.

use jiff::{SignedDuration, Timestamp};
use sea_orm::ConnectionTrait;
use secrecy::SecretString;
use tempfile::TempDir;

use crate::account::{ConnectionId, ConnectionMode, CustomerId, Identity, ReviewId, WorkerId};
use crate::assessment::{Assessment, Chosen};
use crate::catalog::SafetyClass;
use crate::ports::{
    Accounts as _, Connections as _, DriveGrant, Lease, LeaseTerms, Queue as _, ReviewOrder, ReviewResult, ReviewScope, ReviewState,
    Reviews as _, StoreFailure,
};
use crate::store::{Database, KeyRing};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

async fn open(folder: &TempDir) -> Database {
    let url = SecretString::from(format!("sqlite:{}", folder.path().join("crosswalk.db").display()));
    let keys = KeyRing::parse(&KeyRing::fresh_key().unwrap()).unwrap();
    // One connection, so that what is set on it holds for every statement.
    let store = Database::open(&url, 1, keys).await.unwrap();
    store.migrate().await.unwrap();
    store
}

async fn pragma(store: &Database, text: &str) {
    store.connection.execute_unprepared(&format!("PRAGMA {text}")).await.unwrap();
}

fn chosen() -> Chosen {
    Chosen { standards: Vec::new(), profile: "all".into(), safety_class: SafetyClass::A }
}

async fn running(store: &Database) -> (CustomerId, Lease) {
    let identity = Identity { issuer: "i".into(), subject: "s".into(), verified_email: None };
    let owner = store.customer_signed_in(&identity, &CustomerId::of(1), NOW).await.unwrap().id;
    let grant = DriveGrant { refresh_token: SecretString::from("t"), scopes: vec!["s".into()], account: None, number: 0 };
    let connection = store.connect(&owner, ConnectionMode::WholeDrive, &grant, &ConnectionId::of(1), NOW).await.unwrap().id;
    let order = ReviewOrder { scope: ReviewScope::Everything, chosen: chosen() };
    store.order_review(&owner, &connection, &order, &ReviewId::of(1), NOW).await.unwrap();
    let terms = LeaseTerms { duration: SignedDuration::from_secs(30), max_attempts: 3 };
    let leased = store.claim(&WorkerId::of(1), terms, NOW).await.unwrap().unwrap();
    (owner, leased.lease)
}

fn large() -> Assessment {
    let line =
        |number: usize| serde_json::json!({"path": format!("{number}/{}", "x".repeat(1_000)), "mime": "m", "bytes": 1, "status": "read"});
    serde_json::from_value(serde_json::json!({
        "schema": "s", "engine": "e", "catalog": {"edition": "1", "sha256": "0"}, "source": {"kind": "drive", "root": "r"},
        "chosen": chosen(), "complete": true, "ledger": (0..300).map(line).collect::<Vec<_>>(), "findings": [],
    }))
    .unwrap()
}

#[tokio::test]
async fn a_full_disk_is_told_and_nothing_is_half_written() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
    let (owner, lease) = running(&store).await;
    let before = store.review(&owner, &lease.review).await.unwrap().unwrap().state;
    // SQLite takes no more pages than it has.
    pragma(&store, "max_page_count = 1").await;
    let outcome = store.finish(&lease, &ReviewResult::of(&large()), NOW).await;
    assert!(matches!(outcome, Err(StoreFailure::Full { .. })), "{outcome:?}");
    assert_eq!(store.review(&owner, &lease.review).await.unwrap().unwrap().state, before, "it runs still");
    assert!(store.assessment(&owner, &lease.review).await.unwrap().is_none());
    // There is room again, and the worker has its lease still.
    pragma(&store, "max_page_count = 100000").await;
    assert!(store.finish(&lease, &ReviewResult::of(&large()), NOW).await.unwrap());
    let state = store.review(&owner, &lease.review).await.unwrap().unwrap().state;
    assert_eq!(state, ReviewState::Done { at: NOW, complete: true });
    assert!(store.assessment(&owner, &lease.review).await.unwrap().unwrap() == large());
}

#[tokio::test]
async fn a_file_that_somebody_else_writes_to_is_unavailable_until_he_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let (store, other) = (open(&folder).await, open(&folder).await);
    let (owner, lease) = running(&store).await;
    pragma(&store, "busy_timeout = 1").await;
    let writing = other.begin().await.unwrap();
    let outcome = store.finish(&lease, &ReviewResult::of(&large()), NOW).await;
    assert!(matches!(outcome, Err(StoreFailure::Unavailable { .. })), "{outcome:?}");
    assert!(store.cancel_review(&owner, &lease.review, NOW).await.is_err());
    assert!(store.review(&owner, &lease.review).await.unwrap().is_some(), "reading goes on");
    writing.rollback().await.unwrap();
    assert!(store.finish(&lease, &ReviewResult::of(&large()), NOW).await.unwrap());
}

#[tokio::test]
async fn a_file_that_is_no_database_is_told() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("crosswalk.db"), "x".repeat(10_000)).unwrap();
    let url = SecretString::from(format!("sqlite:{}", folder.path().join("crosswalk.db").display()));
    let keys = KeyRing::parse(&KeyRing::fresh_key().unwrap()).unwrap();
    let outcome = Database::open(&url, 1, keys).await.err();
    assert!(matches!(outcome, Some(StoreFailure::Damaged { what: "the database file", .. })), "{outcome:?}");
}
