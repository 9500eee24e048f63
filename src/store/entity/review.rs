//! Reviews, and on the same row the lease of the worker that has one.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "review")]
pub struct Model {
    /// Our id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Of which connection.
    pub connection_id: String,
    /// Whose.
    pub customer_id: String,
    /// What was ordered, sealed.
    pub ordered: Vec<u8>,
    /// When.
    pub ordered_at: i64,
    /// State.
    pub state: String,
    /// Attempts so far.
    pub attempt: i32,
    /// Not before this, while it waits.
    pub run_at: i64,
    /// Who holds the lease.
    pub worker: Option<String>,
    /// How long.
    pub lease_until: Option<i64>,
    /// Whose lease it was that ended last, if that worker ended it himself and nobody has one since.
    pub released_by: Option<String>,
    /// In which attempt.
    pub released_attempt: Option<i32>,
    /// Whether the customer asked to stop it.
    pub is_cancelling: bool,
    /// Progress.
    pub files_seen: i64,
    /// Progress.
    pub to_examine: i64,
    /// Progress.
    pub examined: i64,
    /// Progress.
    pub files_read: i64,
    /// Progress.
    pub is_concluding: bool,
    /// When it ended.
    pub ended_at: Option<i64>,
    /// Why it gave no result.
    pub failure: Option<String>,
    /// Whether the result is complete.
    pub is_complete: Option<bool>,
    /// Lines of the ledger of the result.
    pub ledger_lines: i64,
    /// Quotes of the result.
    pub quotes: i64,
    /// Who ordered it.
    pub origin: String,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
