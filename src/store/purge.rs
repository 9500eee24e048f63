//! Deleting for good: a customer, a connection, and what is over its time; with the counts of what went. Rows that belong
//! to a deleted one go with it by foreign key, so nothing can be forgotten.

use jiff::{SignedDuration, Timestamp};
use sea_orm::sea_query::{ExprTrait as _, IntoCondition, LockBehavior, LockType, Query, SelectStatement};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::account::{ConnectionId, CustomerId, PurgeCounts, Receipt, ReceiptId, Retention};
use crate::ports::{AuditAction, AuditEntry, StoreFailure};
use crate::store::Database;
use crate::store::audit::append_within;
use crate::store::column::{as_kept, count, how_many, later, millisecond, number, timestamp};
use crate::store::entity::{connection, customer, decision, flow, payment, payment_event, receipt, review, session};
use crate::store::failure::told;
use crate::store::payment_row::{OPEN, PENDING};
use crate::store::review_row::{CANCELLED, DONE, FAILED};

/// An event that names no payment of ours waits so long for that payment to turn up.
const UNKNOWN_EVENTS_KEPT: SignedDuration = SignedDuration::from_hours(24 * 90);

/// What is counted of a review before it goes: id, ledger lines, quotes.
type Going = (String, i64, i64);

impl Database {
    pub(super) async fn purge_customer(
        &self,
        id: &CustomerId,
        receipt: &ReceiptId,
        grant_revoked: Option<bool>,
        now: Timestamp,
    ) -> Result<Option<Receipt>, StoreFailure> {
        let transaction = self.begin().await?;
        // Locked from the top down, as everywhere: nothing can be added below while it is counted.
        let row = customer::Entity::find_by_id(id.as_str()).lock_exclusive().one(&transaction).await.map_err(told)?;
        if row.is_none() {
            return Ok(None);
        }
        let (connections, grants) = lock_connections(&transaction, connection::Column::CustomerId.eq(id.as_str())).await?;
        let reviews = lock_reviews(&transaction, review::Column::CustomerId.eq(id.as_str()).into_condition()).await?;
        let of_customer = session::Entity::find().filter(session::Column::CustomerId.eq(id.as_str()));
        let sessions = of_customer.count(&transaction).await.map_err(told)?;
        let decisions = count_decisions(&transaction, decision::Column::CustomerId.eq(id.as_str())).await?;
        let counts = PurgeCounts { connections, grants, sessions, decisions, ..counted(&reviews) };
        customer::Entity::delete_by_id(id.as_str()).exec(&transaction).await.map_err(told)?;
        let receipt = keep_receipt(&transaction, receipt, counts, grant_revoked, now).await?;
        transaction.commit().await.map_err(told)?;
        self.cut_log().await;
        Ok(Some(receipt))
    }

    pub(super) async fn purge_connection(
        &self,
        customer: &CustomerId,
        id: &ConnectionId,
        receipt: &ReceiptId,
        grant_revoked: Option<bool>,
        now: Timestamp,
    ) -> Result<Option<Receipt>, StoreFailure> {
        let transaction = self.begin().await?;
        let own = Condition::all().add(connection::Column::Id.eq(id.as_str())).add(connection::Column::CustomerId.eq(customer.as_str()));
        let (connections, grants) = lock_connections(&transaction, own).await?;
        if connections == 0 {
            return Ok(None);
        }
        let reviews = lock_reviews(&transaction, review::Column::ConnectionId.eq(id.as_str()).into_condition()).await?;
        let decisions = count_decisions(&transaction, decision::Column::ConnectionId.eq(id.as_str())).await?;
        connection::Entity::delete_by_id(id.as_str()).exec(&transaction).await.map_err(told)?;
        let counts = PurgeCounts { connections, grants, decisions, ..counted(&reviews) };
        let receipt = keep_receipt(&transaction, receipt, counts, grant_revoked, now).await?;
        transaction.commit().await.map_err(told)?;
        self.cut_log().await;
        Ok(Some(receipt))
    }

    pub(super) async fn purge_old(&self, now: Timestamp, session_seconds: i64, most: u64) -> Result<PurgeCounts, StoreFailure> {
        let flows = flow::Entity::delete_many().filter(flow::Column::ExpiresAt.lte(millisecond(now)));
        flows.exec(&self.connection).await.map_err(told)?;
        let born_before = later(now, -SignedDuration::from_secs(session_seconds));
        let sessions = session::Entity::delete_many().filter(session::Column::SignedInAt.lt(born_before));
        let sessions = sessions.exec(&self.connection).await.map_err(told)?.rows_affected;
        // Of another product of the same Stripe account, or of a customer who has left: nothing is waited for any more.
        let received_before = later(now, -UNKNOWN_EVENTS_KEPT);
        let unknown = payment_event::Entity::delete_many()
            .filter(payment_event::Column::PaymentId.is_null())
            .filter(payment_event::Column::ReceivedAt.lt(received_before));
        unknown.exec(&self.connection).await.map_err(told)?;
        let transaction = self.begin().await?;
        let reviews = over_their_time(&transaction, now, most).await?;
        let ids = reviews.iter().map(|(id, _, _)| id.as_str());
        review::Entity::delete_many().filter(review::Column::Id.is_in(ids)).exec(&transaction).await.map_err(told)?;
        if !reviews.is_empty() {
            // Nothing goes unless that is written down.
            let purged = AuditEntry { customer: None, action: AuditAction::Purged, subject: None };
            append_within(&transaction, &purged, now).await?;
        }
        transaction.commit().await.map_err(told)?;
        // Even when nothing went this time: somebody may have read the last time, so that the log could not be cut.
        self.cut_log().await;
        Ok(PurgeCounts { sessions, ..counted(&reviews) })
    }

    pub(super) async fn kept_receipt(&self, id: &ReceiptId) -> Result<Option<Receipt>, StoreFailure> {
        let row = receipt::Entity::find_by_id(id.as_str()).one(&self.connection).await.map_err(told)?;
        row.map(|row| {
            Ok(Receipt {
                id: id.clone(),
                at: timestamp(row.at, "a receipt")?,
                counts: PurgeCounts {
                    connections: count(row.connections),
                    grants: count(row.grants),
                    reviews: count(row.reviews),
                    ledger_lines: count(row.ledger_lines),
                    quotes: count(row.quotes),
                    sessions: count(row.sessions),
                    decisions: count(row.decisions),
                },
                grant_revoked: row.grant_revoked,
            })
        })
        .transpose()
    }
}

/// Connections that will go, and how many of them have a grant.
async fn lock_connections(transaction: &DatabaseTransaction, which: impl IntoCondition) -> Result<(u64, u64), StoreFailure> {
    let rows = connection::Entity::find()
        .select_only()
        .columns([connection::Column::Id, connection::Column::Scopes])
        .filter(which)
        .order_by_asc(connection::Column::Id)
        .lock_exclusive()
        .into_tuple::<(String, Option<String>)>()
        .all(transaction)
        .await
        .map_err(told)?;
    // Scopes are there as long as the grant is.
    let grants = rows.iter().filter(|(_, scopes)| scopes.is_some()).count();
    Ok((how_many(rows.len()), how_many(grants)))
}

async fn count_decisions(transaction: &DatabaseTransaction, which: impl IntoCondition) -> Result<u64, StoreFailure> {
    decision::Entity::find().filter(which).count(transaction).await.map_err(told)
}

/// Reviews that will go. Whoever works on one waits, and finds it gone.
async fn lock_reviews(transaction: &DatabaseTransaction, which: Condition) -> Result<Vec<Going>, StoreFailure> {
    review::Entity::find()
        .select_only()
        .columns([review::Column::Id, review::Column::LedgerLines, review::Column::Quotes])
        .filter(which)
        .order_by_asc(review::Column::Id)
        .lock_exclusive()
        .into_tuple::<Going>()
        .all(transaction)
        .await
        .map_err(told)
}

/// Ended reviews that are older than their customers want to keep them, oldest first.
async fn over_their_time(transaction: &DatabaseTransaction, now: Timestamp, most: u64) -> Result<Vec<Going>, StoreFailure> {
    const DAY_SECONDS: i64 = 86_400;
    let mut is_over = Condition::any();
    for retention in Retention::ALL {
        let Some(days) = retention.days() else { continue };
        let ended_before = later(now, -SignedDuration::from_secs(i64::from(days) * DAY_SECONDS));
        let customers = Query::select()
            .column(customer::Column::Id)
            .from(customer::Entity)
            .and_where(customer::Column::Retention.eq(retention.word()))
            .take();
        is_over = is_over
            .add(Condition::all().add(review::Column::EndedAt.lt(ended_before)).add(review::Column::CustomerId.in_subquery(customers)));
    }
    review::Entity::find()
        .select_only()
        .columns([review::Column::Id, review::Column::LedgerLines, review::Column::Quotes])
        .filter(review::Column::State.is_in([DONE, FAILED, CANCELLED]))
        .filter(is_over)
        .filter(review::Column::Id.not_in_subquery(being_paid(now)))
        .order_by_asc(review::Column::EndedAt)
        .limit(most)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .into_tuple::<Going>()
        .all(transaction)
        .await
        .map_err(told)
}

/// Reviews whose payment is under way: nobody is to pay for what went meanwhile. The page on which one pays is open for a day, a bank debit
/// takes some weeks at most; what is older keeps nothing.
fn being_paid(now: Timestamp) -> SelectStatement {
    let begun_within =
        |standing: &str, span: SignedDuration| payment::Column::Standing.eq(standing).and(payment::Column::OpenedAt.gte(later(now, -span)));
    Query::select()
        .column(payment::Column::ReviewId)
        .from(payment::Entity)
        .and_where(begun_within(OPEN, SignedDuration::from_hours(48)).or(begun_within(PENDING, SignedDuration::from_hours(24 * 30))))
        .take()
}

fn counted(reviews: &[Going]) -> PurgeCounts {
    PurgeCounts {
        reviews: how_many(reviews.len()),
        ledger_lines: reviews.iter().map(|(_, lines, _)| count(*lines)).sum(),
        quotes: reviews.iter().map(|(_, _, quotes)| count(*quotes)).sum(),
        ..PurgeCounts::default()
    }
}

async fn keep_receipt<C: ConnectionTrait>(
    connection: &C,
    id: &ReceiptId,
    counts: PurgeCounts,
    grant_revoked: Option<bool>,
    now: Timestamp,
) -> Result<Receipt, StoreFailure> {
    let row = receipt::ActiveModel {
        id: Set(id.as_str().to_owned()),
        at: Set(millisecond(now)),
        connections: Set(number(counts.connections)),
        grants: Set(number(counts.grants)),
        reviews: Set(number(counts.reviews)),
        ledger_lines: Set(number(counts.ledger_lines)),
        quotes: Set(number(counts.quotes)),
        sessions: Set(number(counts.sessions)),
        decisions: Set(number(counts.decisions)),
        grant_revoked: Set(grant_revoked),
    };
    receipt::Entity::insert(row).exec_without_returning(connection).await.map_err(told)?;
    Ok(Receipt { id: id.clone(), at: as_kept(now), counts, grant_revoked })
}
