//! Receipts for what was deleted: counts only, and no link to a customer.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "receipt")]
pub struct Model {
    /// Our id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// When.
    pub at: i64,
    /// Connections.
    pub connections: i64,
    /// Grants.
    pub grants: i64,
    /// Reviews.
    pub reviews: i64,
    /// Lines of ledgers.
    pub ledger_lines: i64,
    /// Quotes.
    pub quotes: i64,
    /// Sessions.
    pub sessions: i64,
    /// Decisions.
    pub decisions: i64,
    /// Whether Google confirmed it.
    pub grant_revoked: Option<bool>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
