//! Schedules, kept. That a time has come and that a review is ordered for it are one transaction.

use async_trait::async_trait;
use jiff::Timestamp;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::account::{ConnectionId, CustomerId, ReviewId, Schedule};
use crate::ports::{PlannedReview, ReviewOrder, ReviewOrigin, Schedules, StoreFailure, Ticked};
use crate::store::Database;
use crate::store::accounts::inserted;
use crate::store::column::{damaged, millisecond, timestamp};
use crate::store::connections::ACTIVE;
use crate::store::entity::{connection, review, schedule};
use crate::store::failure::told;
use crate::store::sealed_column::SCHEDULE_ORDER;

const WHAT: &str = "a schedule";
/// Due schedules that are looked at for one that can be read.
const MOST_LOOKED_AT: u64 = 100;

#[async_trait]
impl Schedules for Database {
    async fn set_schedule(&self, new: &Schedule, order: &ReviewOrder) -> Result<bool, StoreFailure> {
        let (id, customer) = (new.connection.as_str(), new.customer.as_str());
        let transaction = self.begin().await?;
        // Locked, so that it cannot go in between.
        let own = connection::Entity::find_by_id(id).filter(connection::Column::CustomerId.eq(customer)).lock_exclusive();
        if own.one(&transaction).await.map_err(told)?.is_none() {
            return Ok(false);
        }
        let row = schedule::ActiveModel {
            connection_id: Set(id.to_owned()),
            customer_id: Set(customer.to_owned()),
            recurrence: Set(serde_json::to_string(&new.recurrence).unwrap_or_default()),
            zone: Set(new.zone.clone()),
            ordered: Set(self.seal_value(order, &SCHEDULE_ORDER, id, customer)?),
            next_at: Set(millisecond(new.next_at)),
        };
        let in_place = OnConflict::column(schedule::Column::ConnectionId)
            .update_columns([schedule::Column::Recurrence, schedule::Column::Zone, schedule::Column::Ordered, schedule::Column::NextAt])
            .to_owned();
        schedule::Entity::insert(row).on_conflict(in_place).exec_without_returning(&transaction).await.map_err(told)?;
        transaction.commit().await.map_err(told)?;
        Ok(true)
    }

    async fn remove_schedule(&self, customer: &CustomerId, connection: &ConnectionId) -> Result<bool, StoreFailure> {
        let own = schedule::Entity::delete_many()
            .filter(schedule::Column::ConnectionId.eq(connection.as_str()))
            .filter(schedule::Column::CustomerId.eq(customer.as_str()));
        Ok(own.exec(&self.connection).await.map_err(told)?.rows_affected > 0)
    }

    async fn schedule(&self, customer: &CustomerId, connection: &ConnectionId) -> Result<Option<PlannedReview>, StoreFailure> {
        let own = schedule::Entity::find_by_id(connection.as_str()).filter(schedule::Column::CustomerId.eq(customer.as_str()));
        let row = own.one(&self.connection).await.map_err(told)?;
        row.map(|row| self.read_schedule(&row)).transpose()
    }

    async fn due_schedule(&self, now: Timestamp) -> Result<Option<PlannedReview>, StoreFailure> {
        let due = schedule::Entity::find()
            .filter(schedule::Column::NextAt.lte(millisecond(now)))
            .order_by_asc(schedule::Column::NextAt)
            .order_by_asc(schedule::Column::ConnectionId)
            .limit(MOST_LOOKED_AT);
        let rows = due.all(&self.connection).await.map_err(told)?;
        let mut unreadable = None;
        for row in &rows {
            match self.read_schedule(row) {
                Ok(planned) => return Ok(Some(planned)),
                // It cannot hold up those of others. Its customer is told by its page.
                Err(failure) => unreadable = unreadable.or(Some(failure)),
            }
        }
        unreadable.map_or(Ok(None), Err)
    }

    async fn run_schedule(
        &self,
        planned: &PlannedReview,
        next_at: Timestamp,
        new_id: &ReviewId,
        now: Timestamp,
    ) -> Result<Ticked, StoreFailure> {
        let (id, customer) = (planned.schedule.connection.as_str(), planned.schedule.customer.as_str());
        let transaction = self.begin().await?;
        // From the connection down, as everywhere: it cannot go or lose its grant in between.
        let Some(connection) = connection::Entity::find_by_id(id).lock_exclusive().one(&transaction).await.map_err(told)? else {
            return Ok(Ticked::Late);
        };
        let moved = schedule::Entity::update_many()
            .set(schedule::ActiveModel { next_at: Set(millisecond(next_at)), ..Default::default() })
            .filter(schedule::Column::ConnectionId.eq(id))
            .filter(schedule::Column::NextAt.eq(millisecond(planned.schedule.next_at)));
        if moved.exec(&transaction).await.map_err(told)?.rows_affected == 0 {
            return Ok(Ticked::Late);
        }
        if connection.state != ACTIVE {
            transaction.commit().await.map_err(told)?;
            return Ok(Ticked::NeedsReconnect);
        }
        let row = self.queued_row(new_id, &planned.schedule.connection, customer, &planned.order, ReviewOrigin::Scheduled, now)?;
        // Gives way to an active review of the same connection: a partial unique index says so.
        let new = review::Entity::insert(row).on_conflict(OnConflict::new().do_nothing().to_owned());
        let is_ordered = inserted(new.exec_without_returning(&transaction).await)?;
        transaction.commit().await.map_err(told)?;
        Ok(if is_ordered { Ticked::Ordered(new_id.clone()) } else { Ticked::Busy })
    }
}

impl Database {
    fn read_schedule(&self, row: &schedule::Model) -> Result<PlannedReview, StoreFailure> {
        Ok(PlannedReview {
            schedule: Schedule {
                connection: ConnectionId::parse(&row.connection_id).ok_or_else(|| damaged(WHAT, "its connection is none"))?,
                customer: CustomerId::parse(&row.customer_id).ok_or_else(|| damaged(WHAT, "its customer is none"))?,
                recurrence: serde_json::from_str(&row.recurrence).map_err(|_| damaged(WHAT, "it says not how often"))?,
                zone: row.zone.clone(),
                next_at: timestamp(row.next_at, WHAT)?,
            },
            order: self.open_value(&row.ordered, &SCHEDULE_ORDER, &row.connection_id, &row.customer_id)?,
        })
    }
}
