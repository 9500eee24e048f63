//! What Stripe told of payments, each event once.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payment_event")]
pub struct Model {
    /// The id that Stripe gave it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The payment, as far as it is known.
    pub payment_id: Option<String>,
    /// The payment intent that it names.
    pub payment_intent: Option<String>,
    /// When it happened.
    pub at: i64,
    /// When it came.
    pub received_at: i64,
    /// What happened, as JSON: ids and amounts only.
    pub fact: String,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
