//! What customers decided about findings, kept sealed. What belongs to somebody else does not exist.

use async_trait::async_trait;
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::account::{ConnectionId, CustomerId, DecidedPlace, Decision, DecisionId};
use crate::ports::{Decisions, StoreFailure};
use crate::store::Database;
use crate::store::column::{damaged, millisecond, timestamp};
use crate::store::entity::{connection, decision};
use crate::store::failure::told;
use crate::store::sealed_column::{DECISION_CONTENT, DECISION_PLACE};

const WHAT: &str = "a decision";
/// More than this nobody reads; a form that is sent in a loop stops here.
const MOST_OF_A_CONNECTION: usize = 5_000;

#[async_trait]
impl Decisions for Database {
    async fn decide(&self, decision: &Decision) -> Result<bool, StoreFailure> {
        let transaction = self.begin().await?;
        // Locked, so that two about one place are taken one after the other, and so that it cannot go in between.
        let own = connection::Entity::find_by_id(decision.connection.as_str())
            .filter(connection::Column::CustomerId.eq(decision.customer.as_str()))
            .lock_exclusive()
            .one(&transaction)
            .await
            .map_err(told)?;
        if own.is_none() {
            return Ok(false);
        }
        let others = of_connection(&transaction, &decision.connection).await?;
        if others.len() >= MOST_OF_A_CONNECTION {
            return Ok(false);
        }
        let mut given_way = Vec::new();
        for row in others.iter().filter(|row| row.kind == decision.text.kind.word()) {
            let place: DecidedPlace = self.open_value(&row.place, &DECISION_PLACE, &row.id, &row.customer_id)?;
            if place == decision.place {
                given_way.push(row.id.clone());
            }
        }
        decision::Entity::delete_many().filter(decision::Column::Id.is_in(given_way)).exec(&transaction).await.map_err(told)?;
        let (id, customer) = (decision.id.as_str(), decision.customer.as_str());
        let row = decision::ActiveModel {
            id: Set(id.to_owned()),
            connection_id: Set(decision.connection.as_str().to_owned()),
            customer_id: Set(customer.to_owned()),
            place: Set(self.seal_value(&decision.place, &DECISION_PLACE, id, customer)?),
            kind: Set(decision.text.kind.word().to_owned()),
            content: Set(self.seal_value(&decision.text, &DECISION_CONTENT, id, customer)?),
            at: Set(millisecond(decision.at)),
        };
        decision::Entity::insert(row).exec_without_returning(&transaction).await.map_err(told)?;
        transaction.commit().await.map_err(told)?;
        Ok(true)
    }

    async fn withdraw(&self, customer: &CustomerId, id: &DecisionId) -> Result<bool, StoreFailure> {
        let own = decision::Entity::delete_many()
            .filter(decision::Column::Id.eq(id.as_str()))
            .filter(decision::Column::CustomerId.eq(customer.as_str()));
        let rows = own.exec(&self.connection).await.map_err(told)?.rows_affected;
        if rows > 0 {
            self.cut_log().await;
        }
        Ok(rows > 0)
    }

    async fn decisions(&self, customer: &CustomerId, connection: &ConnectionId) -> Result<Vec<Decision>, StoreFailure> {
        let rows = decision::Entity::find()
            .filter(decision::Column::CustomerId.eq(customer.as_str()))
            .filter(decision::Column::ConnectionId.eq(connection.as_str()))
            .all(&self.connection)
            .await
            .map_err(told)?;
        let mut decisions = rows.iter().map(|row| self.read_decision(row)).collect::<Result<Vec<_>, _>>()?;
        decisions.sort_by(|a, b| (&a.place, a.at, &a.id).cmp(&(&b.place, b.at, &b.id)));
        Ok(decisions)
    }
}

impl Database {
    fn read_decision(&self, row: &decision::Model) -> Result<Decision, StoreFailure> {
        Ok(Decision {
            id: DecisionId::parse(&row.id).ok_or_else(|| damaged(WHAT, "its id is no id"))?,
            customer: CustomerId::parse(&row.customer_id).ok_or_else(|| damaged(WHAT, "its customer is none"))?,
            connection: ConnectionId::parse(&row.connection_id).ok_or_else(|| damaged(WHAT, "its connection is none"))?,
            place: self.open_value(&row.place, &DECISION_PLACE, &row.id, &row.customer_id)?,
            text: self.open_value(&row.content, &DECISION_CONTENT, &row.id, &row.customer_id)?,
            at: timestamp(row.at, WHAT)?,
        })
    }
}

async fn of_connection(transaction: &DatabaseTransaction, connection: &ConnectionId) -> Result<Vec<decision::Model>, StoreFailure> {
    decision::Entity::find()
        .filter(decision::Column::ConnectionId.eq(connection.as_str()))
        .order_by_asc(decision::Column::Id)
        .all(transaction)
        .await
        .map_err(told)
}
