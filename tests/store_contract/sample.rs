//! Values to keep. All texts of customers in them hold the word `canary`, so that it can be looked for.

use crosswalk::account::{
    ChangeCounts, Connection, ConnectionId, ConnectionMode, Customer, CustomerId, DecidedPlace, Decision, DecisionId, DecisionKind,
    DecisionText, Identity, Notice, ReceiptId, Recurrence, ReviewId, Schedule, SharedFolder, TokenHash, WorkerId,
};
use crosswalk::assessment::{Assessment, Chosen};
use crosswalk::catalog::SafetyClass;
use crosswalk::ports::{
    Accounts as _, Connections as _, Decisions as _, DriveGrant, KeptExamination, LeaseTerms, Ordered, Queue as _, QueuedNotice,
    ReviewOrder, ReviewResult, ReviewScope, Reviews as _, Schedules as _, ScopedPlace,
};
use crosswalk::store::Database;
use crosswalk::workflow::what_changed::mail_id;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde_json::json;

pub const CANARY: &str = "canary";

/// Leases of 30 seconds, three attempts.
pub const TERMS: LeaseTerms = LeaseTerms { duration: SignedDuration::from_secs(30), max_attempts: 3 };

/// So many seconds after the beginning of the test's time.
pub fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

pub fn days(days: i64) -> Timestamp {
    at(days * 86_400)
}

pub fn identity(number: u32) -> Identity {
    Identity {
        issuer: "https://accounts.google.com".into(),
        subject: format!("canary-subject-{number}"),
        verified_email: Some(format!("canary-{number}@example.com")),
    }
}

pub fn token(number: u8) -> TokenHash {
    TokenHash::of([number; 32])
}

pub fn receipt_id(number: u128) -> ReceiptId {
    ReceiptId::of(number)
}

pub fn review_id(number: u128) -> ReviewId {
    ReviewId::of(number)
}

pub fn worker(number: u128) -> WorkerId {
    WorkerId::of(number)
}

pub fn grant(number: u32) -> DriveGrant {
    DriveGrant {
        refresh_token: SecretString::from(format!("1//canary-token-{number}")),
        scopes: vec!["openid".into(), "https://www.googleapis.com/auth/drive.readonly".into()],
        account: Some(format!("canary-account-{number}@example.com")),
        number: 0,
    }
}

pub fn folder(number: u32) -> SharedFolder {
    SharedFolder { folder_id: format!("canary-folder-{number}"), name: format!("canary Quality manual {number}") }
}

pub fn order() -> ReviewOrder {
    ReviewOrder {
        scope: ReviewScope::Places(vec![ScopedPlace { id: "canary-place".into(), name: "canary Design history".into() }]),
        chosen: Chosen { standards: vec!["iec-81001-5-1".into()], profile: "all".into(), safety_class: SafetyClass::B },
    }
}

/// A result with `quotes` quotes and two lines of ledger.
pub fn assessment(quotes: usize) -> Assessment {
    let evidence: Vec<_> = (0..quotes)
        .map(|at| json!({"path": "canary/plan.docx", "locator": {"paragraph": at + 1}, "quote": format!("canary quote {at} of the plan"), "strength": 0.5}))
        .collect();
    serde_json::from_value(json!({
        "schema": "crosswalk/review/v1",
        "engine": "crosswalk 0.1.0",
        "catalog": {"edition": "2026.11.0", "sha256": "00"},
        "source": {"kind": "drive", "root": "canary-place"},
        "chosen": {"standards": ["iec-81001-5-1"], "profile": "all", "safety_class": "B"},
        "complete": true,
        "ledger": [
            {"path": "canary/plan.docx", "mime": "m", "bytes": 1, "status": "read"},
            {"path": "canary/scan.pdf", "mime": "m", "bytes": 1, "status": "unreadable", "reason": "it is a picture"},
        ],
        "findings": [{
            "standard": "iec-81001-5-1", "clause": "5.1.1", "title": "t", "stage": "draft", "status": "supported", "score": 0.7,
            "constraints": [{
                "id": "a", "shall": "s", "verdict": "supported", "score": 0.7,
                "components": {"finder": 0.7, "met": [], "missed": [], "vetoes": [], "because": "b"},
                "evidence": evidence,
            }],
            "candidates": [], "gaps": [],
        }],
    }))
    .unwrap()
}

/// A customer who has signed in.
pub async fn customer(store: &Database, number: u32) -> Customer {
    store.customer_signed_in(&identity(number), &CustomerId::of(u128::from(number)), at(0)).await.unwrap()
}

/// A customer with a whole Drive.
pub async fn connected(store: &Database, number: u32) -> (CustomerId, ConnectionId) {
    let customer = customer(store, number).await.id;
    let connection = connect(store, &customer, number).await;
    (customer, connection.id)
}

pub async fn connect(store: &Database, customer: &CustomerId, number: u32) -> Connection {
    let new_id = ConnectionId::of(0x00c0_0000 + u128::from(number));
    store.connect(customer, ConnectionMode::WholeDrive, &grant(number), &new_id, at(1)).await.unwrap()
}

/// A review in the queue.
pub async fn ordered(store: &Database, customer: &CustomerId, connection: &ConnectionId, number: u128, second: i64) -> ReviewId {
    let ordered = store.order_review(customer, connection, &order(), &review_id(number), at(second)).await.unwrap();
    assert_eq!(ordered, Ordered::Queued(review_id(number)));
    review_id(number)
}

pub fn schedule(owner: &CustomerId, connection: &ConnectionId, second: i64) -> Schedule {
    Schedule {
        connection: connection.clone(),
        customer: owner.clone(),
        recurrence: Recurrence::Cron { expression: "0 6 * * 1".into() },
        zone: "Europe/Berlin".into(),
        next_at: at(second),
    }
}

pub fn decision(owner: &CustomerId, connection: &ConnectionId, id: u128, clause: &str, kind: DecisionKind) -> Decision {
    Decision {
        id: DecisionId::of(id),
        customer: owner.clone(),
        connection: connection.clone(),
        place: DecidedPlace { standard: "iec-62304-2006-a1-2015".into(), clause: clause.into(), constraint: Some("c01".into()) },
        text: DecisionText { kind, name: format!("{CANARY} A. Weber"), reason: format!("{CANARY} because {id}") },
        at: at(i64::try_from(id).unwrap()),
    }
}

pub fn notice(owner: &CustomerId, occasion: &str) -> QueuedNotice {
    let notice = Notice::ReviewChanged {
        review: ReviewId::of(1),
        connection: ConnectionId::of(1),
        counts: ChangeCounts { gained: 1, ..ChangeCounts::default() },
        is_complete: true,
    };
    QueuedNotice { id: mail_id(occasion), customer: owner.clone(), occasion: occasion.to_owned(), notice }
}

pub fn gave(path: &str) -> KeptExamination {
    let entry = serde_json::json!({"path": format!("{CANARY}/{path}"), "mime": "m", "bytes": 1, "status": "read"});
    let observations = serde_json::json!({"kind": "plan", "observations": []});
    let value = serde_json::json!({"key": path, "entry": entry, "observations": observations});
    serde_json::from_value(value).unwrap()
}

/// A review that is done, with what its file gave, and a schedule, a decision and a letter: everything that a customer leaves beside
/// the rest.
pub async fn reviewed_and_decided(store: &Database, owner: &CustomerId, connection: &ConnectionId, number: u128, quotes: usize) {
    ordered(store, owner, connection, number, 1).await;
    let leased = store.claim(&worker(1), TERMS, at(2)).await.unwrap().unwrap();
    let (result, examinations, letter) = (assessment(quotes), [gave("plan.docx")], notice(owner, &format!("occasion {number}")));
    let result = ReviewResult { examinations: &examinations, notice: Some(&letter), ..ReviewResult::of(&result) };
    assert!(store.finish(&leased.lease, &result, at(3)).await.unwrap());
    assert!(store.set_schedule(&schedule(owner, connection, 100), &order()).await.unwrap());
    let evidence = DecisionKind::EvidenceNamed { evidence: format!("{CANARY} binder 7") };
    assert!(store.decide(&decision(owner, connection, number, "canary 5.1.1", evidence)).await.unwrap());
}
