//! The audit log.

use crosswalk::account::CustomerId;
use crosswalk::ports::{Accounts as _, AuditAction, AuditEntry, AuditLog as _, AuditVerdict};
use crosswalk::store::Database;
use sea_orm::ConnectionTrait as _;

use crate::place::{Kind, Place, number, on_both, run};
use crate::sample::{at, customer, receipt_id};

on_both!(
    the_chain_is_whole_and_its_head_moves,
    lines_written_at_one_time_are_all_there,
    lines_are_all_there_where_the_server_wants_stricter_isolation,
    a_line_cannot_be_changed_or_deleted,
    tampering_is_told_with_its_line,
    lines_outlive_their_customer,
);

fn entry(number: u128, action: AuditAction) -> AuditEntry {
    AuditEntry { customer: Some(CustomerId::of(number)), action, subject: Some(format!("{number:032x}")) }
}

async fn write(store: &Database, lines: usize) {
    for line in 0..lines {
        let action = AuditAction::ALL[line % AuditAction::ALL.len()];
        store.append(&entry(u128::try_from(line).unwrap(), action), at(i64::try_from(line).unwrap())).await.unwrap();
    }
}

async fn head(store: &Database) -> String {
    match store.verify().await.unwrap() {
        AuditVerdict::Whole { head, .. } => head,
        AuditVerdict::Broken { line, detail } => panic!("broken at {line}: {detail}"),
    }
}

async fn the_chain_is_whole_and_its_head_moves(place: &Place) {
    let store = place.open().await;
    assert!(matches!(store.verify().await.unwrap(), AuditVerdict::Whole { lines: 0, .. }));
    let mut heads = vec![head(&store).await];
    for action in AuditAction::ALL {
        store.append(&AuditEntry { customer: None, action, subject: None }, at(1)).await.unwrap();
        heads.push(head(&store).await);
    }
    let all = heads.len();
    heads.sort();
    heads.dedup();
    assert_eq!(heads.len(), all, "each line has another head");
    assert_eq!(store.verify().await.unwrap(), AuditVerdict::Whole { lines: 24, head: head(&store).await });
}

async fn lines_written_at_one_time_are_all_there(place: &Place) {
    let handles = [place.open().await, place.open().await];
    let writers: Vec<_> = (0..4_usize)
        .map(|number| {
            let store = handles[number % 2].clone();
            tokio::spawn(async move { write(&store, 15).await })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    assert!(matches!(handles[0].verify().await.unwrap(), AuditVerdict::Whole { lines: 60, .. }));
}

async fn lines_are_all_there_where_the_server_wants_stricter_isolation(place: &Place) {
    if place.kind == Kind::Postgres {
        let raw = place.raw().await;
        let name = place.url.rsplit('/').next().unwrap();
        run(&raw, &format!("ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'")).await;
    }
    lines_written_at_one_time_are_all_there(place).await;
}

async fn a_line_cannot_be_changed_or_deleted(place: &Place) {
    let store = place.open().await;
    write(&store, 3).await;
    let before = head(&store).await;
    let raw = place.raw().await;
    for statement in [
        "UPDATE audit_line SET action = 'signed-in' WHERE seq = 2",
        "UPDATE audit_line SET at = 0",
        "DELETE FROM audit_line WHERE seq = 3",
        "DELETE FROM audit_line",
    ] {
        let refused = raw.execute_unprepared(statement).await.unwrap_err().to_string();
        assert!(refused.contains("audit lines are never"), "{statement}: {refused}");
    }
    if place.kind == Kind::Postgres {
        assert!(raw.execute_unprepared("TRUNCATE audit_line").await.is_err());
    }
    assert_eq!(head(&store).await, before);
}

/// What somebody does who may do everything to the database.
async fn without_triggers(raw: &sea_orm::DatabaseConnection, kind: Kind) {
    match kind {
        Kind::Sqlite => {
            run(raw, "DROP TRIGGER audit_line_unchanged").await;
            run(raw, "DROP TRIGGER audit_line_kept").await;
        }
        Kind::Postgres => {
            run(raw, "DROP TRIGGER audit_line_kept ON audit_line").await;
        }
    }
}

async fn tampering_is_told_with_its_line(place: &Place) {
    let store = place.open().await;
    // More than are read at one time.
    write(&store, 12).await;
    let raw = place.raw().await;
    without_triggers(&raw, place.kind).await;
    let kept = "CREATE TABLE kept AS SELECT * FROM audit_line";
    run(&raw, kept).await;
    for (harm, line) in [
        ("UPDATE audit_line SET action = 'purged' WHERE seq = 5", 5),
        ("UPDATE audit_line SET at = at + 1 WHERE seq = 1", 1),
        ("UPDATE audit_line SET customer_id = NULL WHERE seq = 12", 12),
        ("UPDATE audit_line SET subject = NULL WHERE seq = 7", 7),
        ("UPDATE audit_line SET subject = '' WHERE seq = 7", 7),
        ("UPDATE audit_line SET hash = prev WHERE seq = 6", 6),
        ("DELETE FROM audit_line WHERE seq = 4", 4),
        ("DELETE FROM audit_line WHERE seq = 1", 1),
        ("UPDATE audit_line SET prev = (SELECT k.hash FROM kept AS k WHERE k.seq = 2) WHERE seq = 9", 9),
        ("UPDATE audit_line SET seq = -seq WHERE seq = 12", 1),
    ] {
        run(&raw, harm).await;
        match store.verify().await.unwrap() {
            AuditVerdict::Broken { line: told, detail } => assert!(told == line && !detail.is_empty(), "{harm}: {told}"),
            AuditVerdict::Whole { .. } => panic!("not noticed: {harm}"),
        }
        run(&raw, "DELETE FROM audit_line").await;
        run(&raw, "INSERT INTO audit_line SELECT * FROM kept").await;
    }
    let before = head(&store).await;
    run(&raw, "DELETE FROM audit_line WHERE seq = 12").await;
    assert!(matches!(store.verify().await.unwrap(), AuditVerdict::Whole { lines: 11, head } if head != before), "the head tells");
}

async fn lines_outlive_their_customer(place: &Place) {
    let store = place.open().await;
    let owner = customer(&store, 1).await.id;
    let signed_in = AuditEntry { customer: Some(owner.clone()), action: AuditAction::SignedIn, subject: None };
    store.append(&signed_in, at(1)).await.unwrap();
    store.delete_customer(&owner, &receipt_id(1), None, at(2)).await.unwrap().unwrap();
    assert!(matches!(store.verify().await.unwrap(), AuditVerdict::Whole { lines: 1, .. }));
    assert_eq!(number(&place.raw().await, "SELECT COUNT(*) FROM audit_line WHERE customer_id IS NOT NULL").await, 1);
}
