//! Payments for reviews. They outlive the review, but not the customer.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payment")]
pub struct Model {
    /// Our id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Whose.
    pub customer_id: String,
    /// For which review; it may be gone.
    pub review_id: String,
    /// Of which connection.
    pub connection_id: String,
    /// Price in the smallest unit.
    pub minor_units: i64,
    /// Its currency.
    pub currency: String,
    /// The session of the checkout at Stripe.
    pub session: Option<String>,
    /// The payment intent at Stripe, once known.
    pub payment_intent: Option<String>,
    /// When it was begun.
    pub opened_at: i64,
    /// How it stands, by its events.
    pub standing: String,
    /// When it was paid.
    pub paid_at: Option<i64>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
