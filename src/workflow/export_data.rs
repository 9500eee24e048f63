//! A customer's own data as one JSON text: account, connections with their schedules and decisions, reviews, ledgers and verdicts, payments.
//! Grants, sessions and keys never stand in it, nor do quotes, which are part of the detailed report.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::account::{Connection, ConnectionState, Customer, Decision, Payment};
use crate::assessment::{Assessment, Verdict};
use crate::ports::{AuditAction, PlannedReview, ReviewOrder, ReviewRecord, ReviewScope, ReviewState, Store, StoreFailure};
use crate::workflow::sign_in::note;

/// Name and version of the format.
const SCHEMA: &str = "crosswalk/own-data/v1";

/// Everything that is kept of a customer, but for what the detailed report sells.
///
/// # Errors
/// See [`StoreFailure`].
pub async fn export_data(store: &dyn Store, customer: &Customer, now: Timestamp) -> Result<String, StoreFailure> {
    let mut connections = Vec::new();
    for one in store.connections(&customer.id).await? {
        let schedule = store.schedule(&customer.id, &one.id).await?;
        let decisions = store.decisions(&customer.id, &one.id).await?;
        connections.push(connection(&one, schedule.as_ref(), &decisions));
    }
    let payments: Vec<Value> = store.payments(&customer.id).await?.iter().map(payment).collect();
    let mut reviews = Vec::new();
    for record in store.reviews(&customer.id).await? {
        let assessment = match record.state {
            ReviewState::Done { .. } => store.assessment(&customer.id, &record.id).await?,
            ReviewState::Queued { .. } | ReviewState::Running { .. } | ReviewState::Failed { .. } | ReviewState::Cancelled { .. } => None,
        };
        reviews.push(review(&record, assessment.as_ref()));
    }
    let all = json!({
        "schema": SCHEMA,
        "exported_at": now.to_string(),
        "note": "This is what the service keeps of you. The passages it quotes from your documents are kept sealed and are part of the detailed \
                 report; they are deleted with the review. A report that is open to you can be downloaded on the page of its review.",
        "account": {
            "id": customer.id.as_str(),
            "issuer": customer.identity.issuer,
            "email": customer.identity.verified_email,
            "created_at": customer.created_at.to_string(),
            "reviews_are_kept": customer.retention.word(),
        },
        "connections": connections,
        "reviews": reviews,
        "payments": payments,
    });
    note(store, &customer.id, AuditAction::Exported, None, now).await;
    Ok(format!("{all:#}\n"))
}

fn connection(connection: &Connection, schedule: Option<&PlannedReview>, decisions: &[Decision]) -> Value {
    let (state, since) = match connection.state {
        ConnectionState::Active { since } => ("active", since),
        ConnectionState::NeedsReconnect { since } => ("needs-reconnect", since),
    };
    let folders: Vec<Value> = connection.folders.iter().map(|f| json!({"id": f.folder_id, "name": f.name})).collect();
    json!({
        "id": connection.id.as_str(),
        "mode": connection.mode.word(),
        "state": state,
        "since": since.to_string(),
        "google_account": connection.account,
        "folders": folders,
        "schedule": schedule.map(planned),
        "decisions": decisions.iter().map(decision).collect::<Vec<_>>(),
    })
}

fn planned(planned: &PlannedReview) -> Value {
    let schedule = &planned.schedule;
    json!({
        "recurrence": schedule.recurrence,
        "zone": schedule.zone,
        "next_at": schedule.next_at.to_string(),
        "scope": scope(&planned.order),
        "chosen": planned.order.chosen,
    })
}

/// All of it: these are the customer's own words.
fn decision(decision: &Decision) -> Value {
    json!({
        "id": decision.id.as_str(),
        "about": decision.place,
        "decision": decision.text.kind,
        "name": decision.text.name,
        "reason": decision.text.reason,
        "at": decision.at.to_string(),
    })
}

fn payment(payment: &Payment) -> Value {
    json!({
        "id": payment.id.as_str(),
        "review": payment.review.as_str(),
        "connection": payment.connection.as_str(),
        "price": payment.price.to_string(),
        "standing": payment.standing.word(),
        "opened_at": payment.opened_at.to_string(),
        "paid_at": payment.standing.paid_at().map(|at| at.to_string()),
    })
}

fn scope(order: &ReviewOrder) -> Value {
    match &order.scope {
        ReviewScope::Everything => Value::from("everything"),
        ReviewScope::Places(places) => places.iter().map(|p| json!({"id": p.id, "name": p.name})).collect(),
    }
}

fn review(record: &ReviewRecord, assessment: Option<&Assessment>) -> Value {
    let state = match record.state {
        ReviewState::Queued { .. } => json!({"is": "queued"}),
        ReviewState::Running { .. } => json!({"is": "running"}),
        ReviewState::Done { at, complete } => json!({"is": "done", "at": at.to_string(), "complete": complete}),
        ReviewState::Failed { at, failure } => json!({"is": "failed", "at": at.to_string(), "because": failure.word()}),
        ReviewState::Cancelled { at } => json!({"is": "cancelled", "at": at.to_string()}),
    };
    json!({
        "id": record.id.as_str(),
        "connection": record.connection.as_str(),
        "ordered_at": record.ordered_at.to_string(),
        "scope": scope(&record.order),
        "chosen": record.order.chosen,
        "state": state,
        "ledger": assessment.map(|a| &a.ledger),
        "verdicts": assessment.map(verdicts),
    })
}

/// Counts of verdicts, and the verdict per clause.
fn verdicts(assessment: &Assessment) -> Value {
    let counts: Map<String, Value> = [Verdict::Supported, Verdict::Weak, Verdict::NotFound, Verdict::NotAssessable]
        .map(|verdict| (verdict.word().to_owned(), Value::from(assessment.findings.iter().filter(|f| f.status == verdict).count())))
        .into_iter()
        .collect();
    let clauses: Vec<Value> =
        assessment.findings.iter().map(|f| json!({"standard": f.standard, "clause": f.clause, "verdict": f.status.word()})).collect();
    json!({"counts": counts, "clauses": clauses})
}
