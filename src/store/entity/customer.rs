//! Customers.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "customer")]
pub struct Model {
    /// Our id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Who vouches.
    pub issuer: String,
    /// SHA-256 of issuer and subject, by which a customer is found.
    pub subject_hash: String,
    /// Subject and e-mail address, sealed.
    pub identity: Vec<u8>,
    /// First sign-in.
    pub created_at: i64,
    /// How long reviews are kept.
    pub retention: String,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
