//! What lies in the database: no text of a customer and no secret in clear, and nothing that opens in another place.

use std::path::Path;

use crosswalk::account::{ConnectionId, CustomerId};
use crosswalk::ports::{
    Accounts as _, Connections as _, FlowPurpose, PendingFlow, PendingFlows as _, Queue as _, ReviewFailure, ReviewState, Reviews as _,
    Sessions as _, StoreFailure,
};
use crosswalk::store::Database;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use secrecy::SecretString;

use crate::place::{Kind, Place, number, on_both, run};
use crate::sample::{CANARY, TERMS, at, connected, customer, folder, ordered, receipt_id, review_id, reviewed_and_decided, token, worker};

const TABLES: [&str; 14] = [
    "customer",
    "session",
    "flow",
    "connection",
    "review",
    "assessment",
    "receipt",
    "audit_line",
    "payment",
    "payment_event",
    "mail",
    "schedule",
    "decision",
    "examination",
];

on_both!(
    nothing_of_a_customer_lies_there_in_clear,
    a_record_moved_elsewhere_is_damaged,
    a_changed_record_is_damaged,
    with_another_key_records_are_damaged,
    a_damaged_order_does_not_stop_the_queue,
);

/// One of everything, for a customer of that number.
async fn full(store: &Database, number: u32) -> (CustomerId, ConnectionId, ConnectionId) {
    let (owner, whole) = connected(store, number).await;
    let shared = store.connect_folder(&owner, &folder(number), &ConnectionId::of(0xf00 + u128::from(number)), at(1)).await.unwrap().id;
    store.open_session(&token(u8::try_from(number).unwrap()), &owner, at(1)).await.unwrap();
    let flow = PendingFlow {
        purpose: FlowPurpose::SignIn,
        browser: token(50),
        verifier: SecretString::from("canary-verifier"),
        nonce: SecretString::from("canary-nonce"),
        return_to: "/canary".into(),
        expires_at: at(600),
    };
    store.begin_flow(&token(u8::try_from(number).unwrap()), &flow).await.unwrap();
    reviewed_and_decided(store, &owner, &whole, u128::from(number), 3).await;
    (owner, whole, shared)
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window.eq_ignore_ascii_case(text.as_bytes()))
}

fn in_digits(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

/// Every file that SQLite has written, one after the other.
fn files(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        all.extend(std::fs::read(entry.unwrap().path()).unwrap());
    }
    all
}

/// All rows of all tables as text; bytes stand as hexadecimal digits.
async fn dump(raw: &DatabaseConnection) -> String {
    let mut text = String::new();
    for table in TABLES {
        let sql = format!("SELECT row_to_json(t)::text FROM {table} AS t");
        for row in raw.query_all_raw(Statement::from_string(raw.get_database_backend(), sql)).await.unwrap() {
            text.push_str(&row.try_get_by_index::<String>(0).unwrap());
            text.push('\n');
        }
    }
    text
}

async fn nothing_of_a_customer_lies_there_in_clear(place: &Place) {
    let store = place.open().await;
    full(&store, 1).await;
    full(&store, 2).await;
    let bytes = match place.kind {
        Kind::Sqlite => files(&place.folder().join("data")),
        Kind::Postgres => dump(&place.raw().await).await.into_bytes(),
    };
    // Looked for in the right place: what stands there in clear is found.
    assert!(holds(&bytes, "whole-drive") && holds(&bytes, CustomerId::of(1).as_str()));
    for canary in [CANARY, "example.com", "review/v1"] {
        for form in [canary.to_owned(), in_digits(canary)] {
            assert!(!holds(&bytes, &form), "{canary} in clear");
        }
    }
}

/// Exchanges a sealed column of two rows.
async fn exchange(raw: &DatabaseConnection, table: &str, id: &str, column: &str, one: &str, other: &str) {
    run(raw, &format!("CREATE TABLE moved AS SELECT {id} AS id, {column} AS record FROM {table} WHERE {id} IN ('{one}', '{other}')")).await;
    for (to, from) in [(one, other), (other, one)] {
        let give = format!("UPDATE {table} SET {column} = (SELECT record FROM moved WHERE moved.id = '{from}') WHERE {id} = '{to}'");
        assert_eq!(run(raw, &give).await, 1, "{table}.{column}");
    }
    run(raw, "DROP TABLE moved").await;
}

fn is_damaged<T>(outcome: &Result<T, StoreFailure>) -> bool {
    matches!(outcome, Err(StoreFailure::Damaged { .. }))
}

/// Which reads of the first customer fail as damaged: customer, connections, grant, folders, review, result, flow.
async fn damage(store: &Database, (owner, whole, shared): &(CustomerId, ConnectionId, ConnectionId)) -> Vec<&'static str> {
    let flow = store.take_flow(&token(1), &token(50), at(5)).await;
    let all = [
        ("customer", is_damaged(&store.customer(owner).await)),
        ("account", is_damaged(&store.connection(owner, whole).await)),
        ("grant", is_damaged(&store.grant(owner, whole).await)),
        ("folders", is_damaged(&store.connection(owner, shared).await)),
        ("review", is_damaged(&store.review(owner, &review_id(1)).await)),
        ("result", is_damaged(&store.assessment(owner, &review_id(1)).await)),
        ("flow", is_damaged(&flow)),
    ];
    all.into_iter().filter(|(_, is_damaged)| *is_damaged).map(|(what, _)| what).collect()
}

async fn a_record_moved_elsewhere_is_damaged(place: &Place) {
    let store = place.open().await;
    let first = full(&store, 1).await;
    let second = full(&store, 2).await;
    assert_eq!(damage(&store, &first).await, Vec::<&str>::new());
    let raw = place.raw().await;
    let (state_one, state_two) = (token(1), token(2));
    for (table, id, column, one, other, expected) in [
        ("customer", "id", "identity", first.0.as_str(), second.0.as_str(), vec!["customer"]),
        ("connection", "id", "account", first.1.as_str(), second.1.as_str(), vec!["account", "grant"]),
        ("connection", "id", "refresh_token", first.1.as_str(), second.1.as_str(), vec!["grant"]),
        ("connection", "id", "folders", first.2.as_str(), second.2.as_str(), vec!["folders"]),
        ("review", "id", "ordered", review_id(1).as_str(), review_id(2).as_str(), vec!["review"]),
        ("assessment", "review_id", "content", review_id(1).as_str(), review_id(2).as_str(), vec!["result"]),
        ("flow", "state_hash", "content", state_one.as_str(), state_two.as_str(), vec!["flow"]),
    ] {
        if table == "flow" {
            // The look before has taken it out.
            let flow = PendingFlow {
                purpose: FlowPurpose::SignIn,
                browser: token(50),
                verifier: SecretString::from("v"),
                nonce: SecretString::from("n"),
                return_to: "/".into(),
                expires_at: at(600),
            };
            store.begin_flow(&token(1), &flow).await.unwrap();
            exchange(&raw, table, id, column, one, other).await;
            assert_eq!(damage(&store, &first).await, expected);
            continue;
        }
        exchange(&raw, table, id, column, one, other).await;
        assert_eq!(damage(&store, &first).await, expected, "{table}.{column}");
        exchange(&raw, table, id, column, one, other).await;
        assert_eq!(damage(&store, &first).await, Vec::<&str>::new());
    }
    // The whole row given to another customer.
    let give = format!("UPDATE connection SET customer_id = '{}', mode = 'picked-files' WHERE id = '{}'", second.0, first.1);
    assert_eq!(run(&raw, &give).await, 1);
    assert!(is_damaged(&store.grant(&second.0, &first.1).await));
}

async fn a_changed_record_is_damaged(place: &Place) {
    let store = place.open().await;
    let first = full(&store, 1).await;
    let raw = place.raw().await;
    let nothing = if place.kind == Kind::Sqlite { "x''" } else { "'\\x'::bytea" };
    let garbage = if place.kind == Kind::Sqlite { "x'43575331000102'" } else { "'\\x43575331000102'::bytea" };
    for value in [nothing, garbage] {
        run(&raw, &format!("UPDATE assessment SET content = {value}")).await;
        run(&raw, &format!("UPDATE connection SET refresh_token = {value} WHERE refresh_token IS NOT NULL")).await;
        assert_eq!(damage(&store, &first).await, ["grant", "result"]);
    }
    for (change, what) in [
        ("UPDATE review SET state = 'asleep'", "review"),
        ("UPDATE connection SET state = 'asleep'", "account"),
        ("UPDATE customer SET retention = 'for ever'", "customer"),
    ] {
        run(&raw, change).await;
        assert!(damage(&store, &first).await.contains(&what), "{change}");
    }
}

async fn with_another_key_records_are_damaged(place: &Place) {
    let first = full(&place.open().await, 1).await;
    let stranger = place.open_with(&[9]).await;
    assert_eq!(damage(&stranger, &first).await, ["customer", "account", "grant", "folders", "review", "result", "flow"]);
    let again = crosswalk::account::Identity { verified_email: None, ..crate::sample::identity(1) };
    assert!(is_damaged(&stranger.customer_signed_in(&again, &CustomerId::of(2), at(9)).await), "nothing is written over");
    let kept = place.open().await;
    assert!(kept.customer(&first.0).await.unwrap().unwrap().identity == crate::sample::identity(1));
}

async fn a_damaged_order_does_not_stop_the_queue(place: &Place) {
    let store = place.open().await;
    let (one, first) = connected(&store, 1).await;
    let (two, second) = connected(&store, 2).await;
    ordered(&store, &one, &first, 1, 1).await;
    let raw = place.raw().await;
    run(&raw, "UPDATE review SET ordered = identity FROM customer").await;
    ordered(&store, &two, &second, 2, 2).await;
    assert!(is_damaged(&store.claim(&worker(1), TERMS, at(3)).await));
    let leased = store.claim(&worker(1), TERMS, at(3)).await.unwrap().unwrap();
    assert_eq!(leased.lease.review, review_id(2), "the next is served");
    assert!(store.fail(&leased.lease, ReviewFailure::Internal, at(4)).await.unwrap());
    for round in 1..=2 {
        assert!(is_damaged(&store.claim(&worker(1), TERMS, at(100 * round)).await));
    }
    assert!(store.claim(&worker(1), TERMS, at(300)).await.unwrap().is_none(), "its attempts are used up");
    assert_eq!(number(&raw, "SELECT COUNT(*) FROM review WHERE state = 'failed' AND failure = 'worker-died'").await, 1);
    assert!(matches!(store.review(&two, &review_id(2)).await.unwrap().unwrap().state, ReviewState::Failed { .. }));
}

/// What was purged is really gone from SQLite's files, also sealed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn purged_records_are_gone_from_the_files() {
    let place = Place::sqlite();
    let (store, idle) = (place.open().await, place.open().await);
    let (owner, whole, _) = full(&store, 1).await;
    full(&store, 2).await;
    assert!(idle.customer(&owner).await.unwrap().is_some());
    let raw = place.raw().await;
    let mut records = Vec::new();
    for (sql, whose) in [
        ("SELECT content FROM assessment WHERE customer_id = '", &owner),
        ("SELECT refresh_token FROM connection WHERE refresh_token IS NOT NULL AND customer_id = '", &owner),
        ("SELECT ordered FROM review WHERE customer_id = '", &owner),
    ] {
        let row = raw.query_one_raw(Statement::from_string(raw.get_database_backend(), format!("{sql}{whose}'"))).await.unwrap().unwrap();
        let record: Vec<u8> = row.try_get_by_index(0).unwrap();
        // The nonce of a record is its fingerprint; it lies on one page.
        records.push(record[12..36].to_vec());
    }
    raw.close().await.unwrap();
    let folder = place.folder().join("data");
    let is_there = |record: &[u8]| files(&folder).windows(record.len()).any(|window| window == record);
    assert!(records.iter().all(|record| is_there(record)), "looked for in the right place");
    store.disconnect(&owner, &whole, &receipt_id(1), None, at(9)).await.unwrap().unwrap();
    assert!(!records.iter().any(|record| is_there(record)), "gone");
    let identity = customer(&store, 2).await;
    assert!(identity.identity == crate::sample::identity(2), "the other customer's are whole");
}
