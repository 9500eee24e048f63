//! Visits to Google's page under way.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "flow")]
pub struct Model {
    /// Hash of the state.
    #[sea_orm(primary_key, auto_increment = false)]
    pub state_hash: String,
    /// Hash of the browser's token.
    pub browser_hash: String,
    /// What for.
    pub purpose: String,
    /// Who connects; none when signing in.
    pub customer_id: Option<String>,
    /// How, when connecting.
    pub mode: Option<String>,
    /// Verifier, nonce and way back, sealed.
    pub content: Vec<u8>,
    /// After this it is worth nothing.
    pub expires_at: i64,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
