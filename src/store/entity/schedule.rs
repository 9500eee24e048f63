//! When connections are reviewed again.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "schedule")]
pub struct Model {
    /// Of which connection.
    #[sea_orm(primary_key, auto_increment = false)]
    pub connection_id: String,
    /// Whose.
    pub customer_id: String,
    /// How often, as JSON.
    pub recurrence: String,
    /// Time zone.
    pub zone: String,
    /// What is ordered each time, sealed.
    pub ordered: Vec<u8>,
    /// The next time.
    pub next_at: i64,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
