//! Opening, migrating, and a database that goes away.

use crosswalk::ports::{Accounts as _, Health as _, StoreFailure};
use crosswalk::store::Database;
use secrecy::SecretString;

use crate::place::{Kind, Place, number, on_both, ring, run};
use crate::sample::customer;

on_both!(
    many_migrate_at_one_time,
    an_older_schema_is_told_and_brought_up_to_date,
    a_newer_schema_is_told_and_left_alone,
    a_closed_database_is_unavailable,
    what_is_kept_outlives_the_program,
);

async fn many_migrate_at_one_time(place: &Place) {
    let mut starting = Vec::new();
    for _ in 0..4 {
        let store = place.open_with(&[1]).await;
        starting.push(tokio::spawn(async move {
            store.migrate().await.unwrap();
            store.ready().await.unwrap();
        }));
    }
    for start in starting {
        start.await.unwrap();
    }
    let raw = place.raw().await;
    assert_eq!(number(&raw, "SELECT COUNT(*) FROM seaql_migrations").await, 2);
    assert!(place.open_with(&[1]).await.pending_migrations().await.unwrap().is_empty());
}

async fn an_older_schema_is_told_and_brought_up_to_date(place: &Place) {
    let store = place.open_with(&[1]).await;
    let failure = store.ready().await.unwrap_err();
    assert!(matches!(&failure, StoreFailure::Refused { detail } if detail.contains("older") && detail.contains("m0001")), "{failure}");
    assert_eq!(store.pending_migrations().await.unwrap(), ["m0001_service", "m0002_payment"]);
    store.migrate().await.unwrap();
    store.ready().await.unwrap();
    store.migrate().await.unwrap();
}

async fn a_newer_schema_is_told_and_left_alone(place: &Place) {
    let store = place.open().await;
    let raw = place.raw().await;
    run(&raw, "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_later', 0)").await;
    for outcome in [store.ready().await, store.migrate().await, store.pending_migrations().await.map(|_| ())] {
        assert!(matches!(&outcome, Err(StoreFailure::Refused { detail }) if detail.contains("newer") && detail.contains("m9999_later")));
    }
}

async fn a_closed_database_is_unavailable(place: &Place) {
    let store = place.open().await;
    store.close().await.unwrap();
    assert!(matches!(store.ready().await, Err(StoreFailure::Unavailable { .. })));
}

async fn what_is_kept_outlives_the_program(place: &Place) {
    let store = place.open().await;
    let kept = customer(&store, 1).await;
    store.close().await.unwrap();
    assert!(place.open().await.customer(&kept.id).await.unwrap().unwrap() == kept);
}

async fn opening(url: &str) -> StoreFailure {
    Database::open(&SecretString::from(url), 1, ring(&[1])).await.err().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_addresses_are_told_without_their_password() {
    let folder = tempfile::tempdir().unwrap();
    let is_folder = format!("sqlite:{}", folder.path().display());
    for (url, is_passing) in [
        ("mysql://canary:canary@localhost/x", false),
        ("sqlite:", false),
        ("sqlite::memory:", false),
        ("sqlite:canary.db?mode=rwc", false),
        ("postgres://canary:canary@[::/x", false),
        ("postgres://canary:canary@127.0.0.1:canary/x", false),
        ("postgres://canary:canary@127.0.0.1:1/x", true),
        (is_folder.as_str(), true),
    ] {
        let failure = opening(url).await;
        assert_eq!(matches!(failure, StoreFailure::Unavailable { .. }), is_passing, "{url}: {failure}");
        assert!(!failure.to_string().contains("canary"), "{failure}");
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_files_of_sqlite_are_their_owners_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::sqlite();
    let store = place.open().await;
    customer(&store, 1).await;
    let folder = place.folder().join("data");
    assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", entry.file_name());
        names.push(entry.file_name().into_string().unwrap());
    }
    names.sort();
    assert_eq!(names, ["crosswalk.db", "crosswalk.db-shm", "crosswalk.db-wal"]);
    assert_eq!(place.kind, Kind::Sqlite);
}

/// A server that restarts ends all connections; the next statement makes new ones.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_restart_of_postgres_the_store_goes_on() {
    let Some(place) = Place::postgres("after_a_restart_of_postgres_the_store_goes_on").await else { return };
    let store = place.open().await;
    let owner = customer(&store, 1).await.id;
    let raw = place.raw().await;
    for round in 0..5 {
        run(&raw, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
            .await;
        assert!(store.customer(&owner).await.unwrap().is_some(), "round {round}");
    }
    // One that is ended in mid-statement says so.
    run(&raw, "BEGIN").await;
    run(&raw, "UPDATE customer SET retention = retention").await;
    let waiting = tokio::spawn({
        let (store, owner) = (store.clone(), owner.clone());
        async move { store.set_retention(&owner, crosswalk::account::Retention::Days30).await }
    });
    let end =
        "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    // Inside a transaction PostgreSQL would show the same picture again and again.
    let watching = place.raw().await;
    while number(&watching, end).await == 0 {
        tokio::task::yield_now().await;
    }
    let outcome = waiting.await.unwrap();
    assert!(matches!(outcome, Err(StoreFailure::Unavailable { .. })), "{outcome:?}");
    run(&raw, "ROLLBACK").await;
    store.set_retention(&owner, crosswalk::account::Retention::Days30).await.unwrap();
    assert_eq!(store.customer(&owner).await.unwrap().unwrap().retention, crosswalk::account::Retention::Days30);
    raw.close().await.unwrap();
    watching.close().await.unwrap();
    place.remove().await;
}
