//! Sessions, kept by the hash of their token. The token itself is nowhere.

use async_trait::async_trait;
use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use crate::account::{CustomerId, Session, TokenHash};
use crate::ports::{Sessions, StoreFailure};
use crate::store::Database;
use crate::store::column::{damaged, millisecond, timestamp};
use crate::store::entity::session;
use crate::store::failure::told;

const WHAT: &str = "a session";

#[async_trait]
impl Sessions for Database {
    async fn open_session(&self, token: &TokenHash, customer: &CustomerId, now: Timestamp) -> Result<(), StoreFailure> {
        let row = session::ActiveModel {
            token_hash: Set(token.as_str().to_owned()),
            customer_id: Set(customer.as_str().to_owned()),
            signed_in_at: Set(millisecond(now)),
            last_seen_at: Set(millisecond(now)),
        };
        session::Entity::insert(row).exec_without_returning(&self.connection).await.map_err(told)?;
        Ok(())
    }

    async fn session(&self, token: &TokenHash) -> Result<Option<Session>, StoreFailure> {
        let row = session::Entity::find_by_id(token.as_str()).one(&self.connection).await.map_err(told)?;
        row.map(|row| {
            Ok(Session {
                customer: CustomerId::parse(&row.customer_id).ok_or_else(|| damaged(WHAT, "its customer is none"))?,
                signed_in_at: timestamp(row.signed_in_at, WHAT)?,
                last_seen_at: timestamp(row.last_seen_at, WHAT)?,
            })
        })
        .transpose()
    }

    async fn touch_session(&self, token: &TokenHash, now: Timestamp) -> Result<(), StoreFailure> {
        // Two requests at one time: the later one counts, whichever comes through first.
        session::Entity::update_many()
            .set(session::ActiveModel { last_seen_at: Set(millisecond(now)), ..Default::default() })
            .filter(session::Column::TokenHash.eq(token.as_str()))
            .filter(session::Column::LastSeenAt.lt(millisecond(now)))
            .exec(&self.connection)
            .await
            .map_err(told)?;
        Ok(())
    }

    async fn close_session(&self, token: &TokenHash) -> Result<(), StoreFailure> {
        session::Entity::delete_by_id(token.as_str()).exec(&self.connection).await.map_err(told)?;
        Ok(())
    }

    async fn close_sessions(&self, customer: &CustomerId) -> Result<u64, StoreFailure> {
        let all = session::Entity::delete_many().filter(session::Column::CustomerId.eq(customer.as_str()));
        Ok(all.exec(&self.connection).await.map_err(told)?.rows_affected)
    }
}
