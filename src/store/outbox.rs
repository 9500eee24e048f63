//! The outbox. A letter lies there sealed until a worker has sent it; the statements after the claim are fenced by worker and attempt,
//! as those of reviews are.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use sea_orm::sea_query::{LockBehavior, LockType, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::account::{CustomerId, MailId, WorkerId};
use crate::ports::{LeasedNotice, MailEnd, Outbox, QueuedNotice, StoreFailure};
use crate::store::Database;
use crate::store::accounts::inserted;
use crate::store::column::{damaged, later, millisecond, timestamp};
use crate::store::entity::mail;
use crate::store::failure::told;
use crate::store::sealed_column::MAIL_NOTICE;

const WHAT: &str = "a letter";
const QUEUED: &str = "queued";
const SENT: &str = "sent";
const GIVEN_UP: &str = "given-up";

#[async_trait]
impl Outbox for Database {
    async fn queue_notice(&self, notice: &QueuedNotice, now: Timestamp) -> Result<bool, StoreFailure> {
        self.queue_within(&self.connection, notice, now).await
    }

    async fn claim_notice(&self, worker: &WorkerId, lease: SignedDuration, now: Timestamp) -> Result<Option<LeasedNotice>, StoreFailure> {
        let is_due = Condition::all()
            .add(mail::Column::State.eq(QUEUED))
            .add(mail::Column::RunAt.lte(millisecond(now)))
            .add(Condition::any().add(mail::Column::LeaseUntil.is_null()).add(mail::Column::LeaseUntil.lte(millisecond(now))));
        // An idle worker asks often; it does not keep others from writing.
        let waiting = mail::Entity::find().select_only().column(mail::Column::Id).filter(is_due.clone()).limit(1);
        if waiting.into_tuple::<String>().one(&self.connection).await.map_err(told)?.is_none() {
            return Ok(None);
        }
        let transaction = self.begin().await?;
        let row = mail::Entity::find()
            .filter(is_due)
            .order_by_asc(mail::Column::RunAt)
            .order_by_asc(mail::Column::Id)
            .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
            .limit(1)
            .one(&transaction)
            .await
            .map_err(told)?;
        let Some(row) = row else { return Ok(None) };
        let attempt = row.attempt.saturating_add(1);
        let taken = mail::ActiveModel {
            attempt: Set(attempt),
            worker: Set(Some(worker.as_str().to_owned())),
            lease_until: Set(Some(later(now, lease))),
            ..Default::default()
        };
        mail::Entity::update_many().set(taken).filter(mail::Column::Id.eq(&row.id)).exec(&transaction).await.map_err(told)?;
        transaction.commit().await.map_err(told)?;
        let attempt = u32::try_from(attempt).map_err(|_| damaged(WHAT, "its attempts are no number"))?;
        Ok(Some(LeasedNotice {
            notice: QueuedNotice {
                id: MailId::parse(&row.id).ok_or_else(|| damaged(WHAT, "its id is no id"))?,
                customer: CustomerId::parse(&row.customer_id).ok_or_else(|| damaged(WHAT, "its customer is none"))?,
                notice: self.open_value(&row.notice, &MAIL_NOTICE, &row.id, &row.customer_id)?,
                occasion: row.occasion,
            },
            attempt,
            queued_at: timestamp(row.queued_at, WHAT)?,
            worker: worker.clone(),
        }))
    }

    async fn end_notice(&self, leased: &LeasedNotice, end: MailEnd, now: Timestamp) -> Result<bool, StoreFailure> {
        let word = match end {
            MailEnd::Sent => SENT,
            MailEnd::GivenUp => GIVEN_UP,
        };
        let ended = mail::ActiveModel {
            state: Set(word.to_owned()),
            ended_at: Set(Some(millisecond(now))),
            worker: Set(None),
            lease_until: Set(None),
            ..Default::default()
        };
        self.change_notice(leased, ended).await
    }

    async fn retry_notice(&self, leased: &LeasedNotice, run_at: Timestamp) -> Result<bool, StoreFailure> {
        let again = mail::ActiveModel { run_at: Set(millisecond(run_at)), worker: Set(None), lease_until: Set(None), ..Default::default() };
        self.change_notice(leased, again).await
    }

    async fn forget_notices(&self, before: Timestamp) -> Result<u64, StoreFailure> {
        let old = mail::Entity::delete_many().filter(mail::Column::QueuedAt.lt(millisecond(before)));
        Ok(old.exec(&self.connection).await.map_err(told)?.rows_affected)
    }
}

impl Database {
    /// Puts a letter there, also within a transaction: what it tells and that it is told stand or fall together.
    pub(super) async fn queue_within<C: ConnectionTrait>(
        &self,
        connection: &C,
        notice: &QueuedNotice,
        now: Timestamp,
    ) -> Result<bool, StoreFailure> {
        let (id, customer) = (notice.id.as_str(), notice.customer.as_str());
        let row = mail::ActiveModel {
            id: Set(id.to_owned()),
            customer_id: Set(customer.to_owned()),
            occasion: Set(notice.occasion.clone()),
            notice: Set(self.seal_value(&notice.notice, &MAIL_NOTICE, id, customer)?),
            state: Set(QUEUED.to_owned()),
            attempt: Set(0),
            run_at: Set(millisecond(now)),
            queued_at: Set(millisecond(now)),
            ..Default::default()
        };
        let same_occasion = OnConflict::column(mail::Column::Occasion).do_nothing().to_owned();
        inserted(mail::Entity::insert(row).on_conflict(same_occasion).exec_without_returning(connection).await)
    }

    async fn change_notice(&self, leased: &LeasedNotice, change: mail::ActiveModel) -> Result<bool, StoreFailure> {
        let held = mail::Entity::update_many()
            .set(change)
            .filter(mail::Column::Id.eq(leased.notice.id.as_str()))
            .filter(mail::Column::State.eq(QUEUED))
            .filter(mail::Column::Worker.eq(leased.worker.as_str()))
            .filter(mail::Column::Attempt.eq(i32::try_from(leased.attempt).unwrap_or(i32::MAX)));
        Ok(held.exec(&self.connection).await.map_err(told)?.rows_affected > 0)
    }
}
