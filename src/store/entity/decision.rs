//! What customers decided about findings.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "decision")]
pub struct Model {
    /// Our id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// For the reviews of which connection.
    pub connection_id: String,
    /// Whose.
    pub customer_id: String,
    /// About what, sealed.
    pub place: Vec<u8>,
    /// Kind.
    pub kind: String,
    /// What, by whom and why, sealed.
    pub content: Vec<u8>,
    /// When.
    pub at: i64,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
