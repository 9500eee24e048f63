//! Reviews that customers ordered, kept. What belongs to somebody else does not exist.

use async_trait::async_trait;
use jiff::Timestamp;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::account::{ConnectionId, CustomerId, ReviewId};
use crate::assessment::Assessment;
use crate::ports::{Ordered, ReviewOrder, ReviewOrigin, ReviewRecord, Reviews, StoreFailure};
use crate::store::Database;
use crate::store::accounts::{ROUNDS, inserted};
use crate::store::column::{damaged, millisecond};
use crate::store::connections::ACTIVE;
use crate::store::entity::{assessment, connection, review};
use crate::store::failure::{is_orphan, refused, told};
use crate::store::review_row::{CANCELLED, DONE, FAILED, QUEUED, RUNNING};
use crate::store::sealed_column::{ASSESSMENT_CONTENT, REVIEW_ORDER};

#[async_trait]
impl Reviews for Database {
    async fn order_review(
        &self,
        customer: &CustomerId,
        connection: &ConnectionId,
        order: &ReviewOrder,
        new_id: &ReviewId,
        now: Timestamp,
    ) -> Result<Ordered, StoreFailure> {
        let row = self.queued_row(new_id, connection, customer.as_str(), order, ReviewOrigin::Ordered, now)?;
        for _ in 0..ROUNDS {
            let transaction = self.begin().await?;
            // Locked, so that it cannot go or lose its grant in between.
            let active = connection::Entity::find_by_id(connection.as_str())
                .filter(connection::Column::CustomerId.eq(customer.as_str()))
                .filter(connection::Column::State.eq(ACTIVE))
                .lock_exclusive()
                .one(&transaction)
                .await
                .map_err(told)?;
            if active.is_none() {
                return Ok(Ordered::NoConnection);
            }
            // Gives way to an active review of the same connection: a partial unique index says so.
            let new = review::Entity::insert(row.clone()).on_conflict(OnConflict::new().do_nothing().to_owned());
            let outcome = new.exec_without_returning(&transaction).await;
            if outcome.as_ref().is_err_and(is_orphan) {
                return Ok(Ordered::NoConnection);
            }
            if inserted(outcome)? {
                transaction.commit().await.map_err(told)?;
                return Ok(Ordered::Queued(new_id.clone()));
            }
            let other = review::Entity::find()
                .select_only()
                .column(review::Column::Id)
                .filter(review::Column::ConnectionId.eq(connection.as_str()))
                .filter(review::Column::State.is_in([QUEUED, RUNNING]))
                .into_tuple::<String>()
                .one(&transaction)
                .await
                .map_err(told)?;
            if let Some(id) = other {
                return Ok(Ordered::AlreadyActive(ReviewId::parse(&id).ok_or_else(|| damaged("a review", "its id is no id"))?));
            }
        }
        // The other one ended in between, again and again; or this id was used before.
        Err(refused("a review could not be put into the queue"))
    }

    async fn review(&self, customer: &CustomerId, id: &ReviewId) -> Result<Option<ReviewRecord>, StoreFailure> {
        let own = review::Entity::find_by_id(id.as_str()).filter(review::Column::CustomerId.eq(customer.as_str()));
        let row = own.one(&self.connection).await.map_err(told)?;
        row.map(|row| self.read_review(&row)).transpose()
    }

    async fn reviews(&self, customer: &CustomerId) -> Result<Vec<ReviewRecord>, StoreFailure> {
        let rows = review::Entity::find()
            .filter(review::Column::CustomerId.eq(customer.as_str()))
            .order_by_desc(review::Column::OrderedAt)
            .order_by_desc(review::Column::Id)
            .all(&self.connection)
            .await
            .map_err(told)?;
        rows.iter().map(|row| self.read_review(row)).collect()
    }

    async fn assessment(&self, customer: &CustomerId, id: &ReviewId) -> Result<Option<Assessment>, StoreFailure> {
        let own = assessment::Entity::find_by_id(id.as_str()).filter(assessment::Column::CustomerId.eq(customer.as_str()));
        let Some(row) = own.one(&self.connection).await.map_err(told)? else { return Ok(None) };
        self.open_value(&row.content, &ASSESSMENT_CONTENT, &row.review_id, &row.customer_id).map(Some)
    }

    async fn cancel_review(&self, customer: &CustomerId, id: &ReviewId, now: Timestamp) -> Result<bool, StoreFailure> {
        let transaction = self.begin().await?;
        let own = review::Entity::find_by_id(id.as_str()).filter(review::Column::CustomerId.eq(customer.as_str()));
        let Some(row) = own.lock_exclusive().one(&transaction).await.map_err(told)? else { return Ok(false) };
        let change = match row.state.as_str() {
            QUEUED => review::ActiveModel { state: Set(CANCELLED.to_owned()), ended_at: Set(Some(millisecond(now))), ..Default::default() },
            RUNNING => review::ActiveModel { is_cancelling: Set(true), ..Default::default() },
            _ => return Ok(false),
        };
        let this = review::Entity::update_many().set(change).filter(review::Column::Id.eq(id.as_str()));
        this.exec(&transaction).await.map_err(told)?;
        transaction.commit().await.map_err(told)?;
        Ok(true)
    }

    async fn delete_review(&self, customer: &CustomerId, id: &ReviewId) -> Result<bool, StoreFailure> {
        let rows = review::Entity::delete_many()
            .filter(review::Column::Id.eq(id.as_str()))
            .filter(review::Column::CustomerId.eq(customer.as_str()))
            .filter(review::Column::State.is_in([DONE, FAILED, CANCELLED]))
            .exec(&self.connection)
            .await
            .map_err(told)?
            .rows_affected;
        if rows > 0 {
            self.cut_log().await;
        }
        Ok(rows > 0)
    }
}

impl Database {
    /// The row of a review that waits for a worker.
    pub(super) fn queued_row(
        &self,
        id: &ReviewId,
        connection: &ConnectionId,
        customer: &str,
        order: &ReviewOrder,
        origin: ReviewOrigin,
        now: Timestamp,
    ) -> Result<review::ActiveModel, StoreFailure> {
        Ok(review::ActiveModel {
            id: Set(id.as_str().to_owned()),
            connection_id: Set(connection.as_str().to_owned()),
            customer_id: Set(customer.to_owned()),
            ordered: Set(self.seal_value(order, &REVIEW_ORDER, id.as_str(), customer)?),
            ordered_at: Set(millisecond(now)),
            state: Set(QUEUED.to_owned()),
            attempt: Set(0),
            run_at: Set(millisecond(now)),
            origin: Set(origin.word().to_owned()),
            ..Default::default()
        })
    }
}
