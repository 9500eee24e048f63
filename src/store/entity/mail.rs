//! The outbox: letters that wait, and for a while those that were sent.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mail")]
pub struct Model {
    /// Our id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// To whom.
    pub customer_id: String,
    /// The occasion: one letter for each.
    pub occasion: String,
    /// What it tells, sealed.
    pub notice: Vec<u8>,
    /// State.
    pub state: String,
    /// Attempts so far.
    pub attempt: i32,
    /// Not before this.
    pub run_at: i64,
    /// Who sends it.
    pub worker: Option<String>,
    /// How long that holds.
    pub lease_until: Option<i64>,
    /// When it was put there.
    pub queued_at: i64,
    /// When it was sent or given up.
    pub ended_at: Option<i64>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
