//! Connections to a Drive.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "connection")]
pub struct Model {
    /// Our id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Whose.
    pub customer_id: String,
    /// How documents are reached.
    pub mode: String,
    /// State.
    pub state: String,
    /// Since when it is in that state.
    pub since: i64,
    /// Google account, sealed.
    pub account: Option<Vec<u8>>,
    /// Grant, sealed.
    pub refresh_token: Option<Vec<u8>>,
    /// Scopes of the grant, separated by blanks.
    pub scopes: Option<String>,
    /// How many grants it has had; that of the one it has now.
    pub grant_number: i64,
    /// Shared folders, sealed.
    pub folders: Option<Vec<u8>>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
