//! Payments, kept. How one stands is told by its events alone, which are taken once each; whichever comes last computes it anew from all.

use async_trait::async_trait;
use jiff::Timestamp;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::account::{
    ConnectionId, CustomerId, LockedBecause, MailId, Notice, Payment, PaymentEvent, PaymentFact, PaymentId, PaymentStanding, Price,
    ReviewId,
};
use crate::ports::{AuditAction, AuditEntry, EventOutcome, Opened, PaymentBook, QueuedNotice, StoreFailure};
use crate::store::Database;
use crate::store::accounts::{hold_customer, inserted};
use crate::store::audit::append_within;
use crate::store::column::{as_kept, damaged, millisecond, number, timestamp};
use crate::store::database::Turn;
use crate::store::entity::{payment, payment_event, review};
use crate::store::failure::told;
use crate::store::payment_row::{OPEN, PENDING, SETTLED, read_payment};
use crate::store::review_row::DONE;

#[async_trait]
impl PaymentBook for Database {
    async fn open_payment(
        &self,
        customer: &CustomerId,
        review: &ReviewId,
        price: Price,
        new_id: &PaymentId,
        now: Timestamp,
    ) -> Result<Opened, StoreFailure> {
        let transaction = self.begin().await?;
        if !hold_customer(&transaction, customer.as_str()).await? {
            return Ok(Opened::NoReview);
        }
        // Locked: two who press the button at one time come one after the other.
        let own = review::Entity::find_by_id(review.as_str())
            .filter(review::Column::CustomerId.eq(customer.as_str()))
            .filter(review::Column::State.eq(DONE))
            .lock_exclusive();
        let Some(row) = own.one(&transaction).await.map_err(told)? else { return Ok(Opened::NoReview) };
        let earlier = payment::Entity::find()
            .filter(payment::Column::ReviewId.eq(review.as_str()))
            .order_by_desc(payment::Column::OpenedAt)
            .lock_exclusive()
            .all(&transaction)
            .await
            .map_err(told)?;
        if let Some(settled) = earlier.iter().find(|row| SETTLED.contains(&row.standing.as_str())) {
            return Ok(Opened::Settled(read_payment(settled)?));
        }
        if let Some(open) = earlier.iter().find(|row| row.standing == OPEN) {
            // Its page shows the price it was opened with, and is paid at that.
            return Ok(Opened::Open(read_payment(open)?));
        }
        let new = Payment {
            id: new_id.clone(),
            customer: customer.clone(),
            review: review.clone(),
            connection: ConnectionId::parse(&row.connection_id).ok_or_else(|| damaged("a review", "its connection is none"))?,
            price,
            session: None,
            opened_at: as_kept(now),
            standing: PaymentStanding::Open,
        };
        payment::Entity::insert(new_row(&new)).exec_without_returning(&transaction).await.map_err(told)?;
        let entry = AuditEntry { customer: Some(customer.clone()), action: AuditAction::CheckoutBegun, subject: Some(review.to_string()) };
        append_within(&transaction, &entry, now).await?;
        transaction.commit().await.map_err(told)?;
        Ok(Opened::Open(new))
    }

    async fn note_session(&self, payment: &PaymentId, session: &str) -> Result<(), StoreFailure> {
        payment::Entity::update_many()
            .set(payment::ActiveModel { session: Set(Some(session.to_owned())), ..Default::default() })
            .filter(payment::Column::Id.eq(payment.as_str()))
            .exec(&self.connection)
            .await
            .map_err(told)?;
        Ok(())
    }

    async fn record_event(&self, event: &PaymentEvent, mail: &MailId, now: Timestamp) -> Result<EventOutcome, StoreFailure> {
        let transaction = self.begin_in_turn(Turn::PaymentEvent).await?;
        let row = payment_of(&transaction, event).await?;
        if !keep_event(&transaction, event, row.as_ref(), now).await? {
            return Ok(EventOutcome::Repeated);
        }
        let Some(row) = row else {
            transaction.commit().await.map_err(told)?;
            return Ok(EventOutcome::Unknown);
        };
        let before = read_payment(&row)?;
        let payment_intent = row.payment_intent.clone().or_else(|| event.payment_intent.clone());
        if let Some(intent) = &payment_intent {
            adopt_events(&transaction, &row.id, intent).await?;
        }
        let standing = PaymentStanding::of(before.price, facts_of(&transaction, &row.id).await?.iter().map(|(at, fact)| (*at, fact)));
        // What was paid once stays known, whatever stands against it now.
        let paid_at = standing.paid_at().map(millisecond).or(row.paid_at);
        let change = payment::ActiveModel {
            standing: Set(standing.word().to_owned()),
            paid_at: Set(paid_at),
            payment_intent: Set(payment_intent),
            ..Default::default()
        };
        payment::Entity::update_many().set(change).filter(payment::Column::Id.eq(&row.id)).exec(&transaction).await.map_err(told)?;
        let after = Payment { standing, ..before.clone() };
        if before.standing.word() != standing.word() {
            // A report that went meanwhile is not called open.
            let is_there = standing.paid_at().is_none() || has_review(&transaction, &after.review).await?;
            if let Some(notice) = notice(before.standing, &after).filter(|_| is_there) {
                // The letter's id is made of the event's, and as short as any.
                let occasion = format!("payment {} {} by {mail}", after.id, standing.word());
                let letter = QueuedNotice { id: mail.clone(), customer: after.customer.clone(), occasion, notice };
                self.queue_within(&transaction, &letter, now).await?;
            }
            let entry = AuditEntry {
                customer: Some(after.customer.clone()),
                action: AuditAction::PaymentChanged,
                subject: Some(format!("{} {}", after.id, standing.word())),
            };
            append_within(&transaction, &entry, now).await?;
        }
        transaction.commit().await.map_err(told)?;
        Ok(EventOutcome::Applied { payment: after, before: before.standing })
    }

    async fn payments(&self, customer: &CustomerId) -> Result<Vec<Payment>, StoreFailure> {
        let rows = payment::Entity::find()
            .filter(payment::Column::CustomerId.eq(customer.as_str()))
            .order_by_desc(payment::Column::OpenedAt)
            .order_by_desc(payment::Column::Id)
            .all(&self.connection)
            .await
            .map_err(told)?;
        rows.iter().map(read_payment).collect()
    }

    async fn unsettled_payments(&self, from: Timestamp, to: Timestamp, most: u64) -> Result<Vec<Payment>, StoreFailure> {
        let rows = payment::Entity::find()
            .filter(payment::Column::Standing.is_in([OPEN, PENDING]))
            .filter(payment::Column::Session.is_not_null())
            .filter(payment::Column::OpenedAt.gte(millisecond(from)))
            .filter(payment::Column::OpenedAt.lt(millisecond(to)))
            .order_by_asc(payment::Column::OpenedAt)
            .limit(most)
            .all(&self.connection)
            .await
            .map_err(told)?;
        rows.iter().map(read_payment).collect()
    }
}

fn new_row(new: &Payment) -> payment::ActiveModel {
    payment::ActiveModel {
        id: Set(new.id.as_str().to_owned()),
        customer_id: Set(new.customer.as_str().to_owned()),
        review_id: Set(new.review.as_str().to_owned()),
        connection_id: Set(new.connection.as_str().to_owned()),
        minor_units: Set(number(new.price.minor_units)),
        currency: Set(new.price.currency.code().to_owned()),
        session: Set(None),
        payment_intent: Set(None),
        opened_at: Set(millisecond(new.opened_at)),
        standing: Set(new.standing.word().to_owned()),
        paid_at: Set(None),
    }
}

/// The payment that an event belongs to, locked from the customer down: events of one payment are taken one after the other.
async fn payment_of(transaction: &DatabaseTransaction, event: &PaymentEvent) -> Result<Option<payment::Model>, StoreFailure> {
    let Some(found) = payment_named(transaction, event).await? else { return Ok(None) };
    if !hold_customer(transaction, &found.customer_id).await? {
        return Ok(None);
    }
    payment::Entity::find_by_id(found.id).lock_exclusive().one(transaction).await.map_err(told)
}

async fn payment_named(transaction: &DatabaseTransaction, event: &PaymentEvent) -> Result<Option<payment::Model>, StoreFailure> {
    if let Some(id) = &event.payment {
        let named = payment::Entity::find_by_id(id.as_str()).one(transaction).await.map_err(told)?;
        if named.is_some() {
            return Ok(named);
        }
    }
    let Some(intent) = &event.payment_intent else { return Ok(None) };
    payment::Entity::find().filter(payment::Column::PaymentIntent.eq(intent)).one(transaction).await.map_err(told)
}

async fn has_review(transaction: &DatabaseTransaction, id: &ReviewId) -> Result<bool, StoreFailure> {
    let row = review::Entity::find_by_id(id.as_str()).select_only().column(review::Column::Id);
    Ok(row.into_tuple::<String>().one(transaction).await.map_err(told)?.is_some())
}

/// Keeps an event. False when it was kept before.
async fn keep_event(
    transaction: &DatabaseTransaction,
    event: &PaymentEvent,
    payment: Option<&payment::Model>,
    now: Timestamp,
) -> Result<bool, StoreFailure> {
    let row = payment_event::ActiveModel {
        id: Set(event.id.clone()),
        payment_id: Set(payment.map(|row| row.id.clone())),
        payment_intent: Set(event.payment_intent.clone()),
        at: Set(millisecond(event.at)),
        received_at: Set(millisecond(now)),
        fact: Set(serde_json::to_string(&event.fact).unwrap_or_default()),
    };
    let same_id = OnConflict::column(payment_event::Column::Id).do_nothing().to_owned();
    inserted(payment_event::Entity::insert(row).on_conflict(same_id).exec_without_returning(transaction).await)
}

/// Events that came before it was known whose payment intent that is.
async fn adopt_events(transaction: &DatabaseTransaction, payment: &str, intent: &str) -> Result<(), StoreFailure> {
    payment_event::Entity::update_many()
        .set(payment_event::ActiveModel { payment_id: Set(Some(payment.to_owned())), ..Default::default() })
        .filter(payment_event::Column::PaymentIntent.eq(intent))
        .filter(payment_event::Column::PaymentId.is_null())
        .exec(transaction)
        .await
        .map_err(told)?;
    Ok(())
}

async fn facts_of(transaction: &DatabaseTransaction, payment: &str) -> Result<Vec<(Timestamp, PaymentFact)>, StoreFailure> {
    const WHAT: &str = "an event of a payment";
    let rows = payment_event::Entity::find()
        .filter(payment_event::Column::PaymentId.eq(payment))
        .order_by_asc(payment_event::Column::At)
        .order_by_asc(payment_event::Column::Id)
        .all(transaction)
        .await
        .map_err(told)?;
    rows.iter()
        .map(|row| {
            let fact = serde_json::from_str(&row.fact).map_err(|_| damaged(WHAT, "it is none that is known"))?;
            Ok((timestamp(row.at, WHAT)?, fact))
        })
        .collect()
}

/// What the customer is told of a payment that stands otherwise than before.
fn notice(before: PaymentStanding, after: &Payment) -> Option<Notice> {
    let review = after.review.clone();
    let was_paid = before.paid_at().is_some();
    match after.standing {
        PaymentStanding::Paid { .. } => Some(Notice::ReportUnlocked { review }),
        PaymentStanding::Failed => Some(Notice::PaymentFailed { review }),
        PaymentStanding::Refunded if was_paid => Some(Notice::ReportLocked { review, because: LockedBecause::Refunded }),
        PaymentStanding::Disputed if was_paid => Some(Notice::ReportLocked { review, because: LockedBecause::Disputed }),
        PaymentStanding::Open
        | PaymentStanding::Pending
        | PaymentStanding::Mismatch
        | PaymentStanding::Expired
        | PaymentStanding::Refunded
        | PaymentStanding::Disputed => None,
    }
}
