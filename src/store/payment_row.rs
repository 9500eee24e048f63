//! A payment's row and what it means.

use crate::account::{ConnectionId, Currency, CustomerId, Payment, PaymentId, PaymentStanding, Price, ReviewId};
use crate::ports::StoreFailure;
use crate::store::column::{count, damaged, timestamp};
use crate::store::entity::payment;

const WHAT: &str = "a payment";

pub(super) const OPEN: &str = "open";
pub(super) const PENDING: &str = "pending";
/// Nobody may pay for the same review again while one stands like this.
pub(super) const SETTLED: [&str; 3] = ["pending", "paid", "disputed"];

pub(super) fn read_payment(row: &payment::Model) -> Result<Payment, StoreFailure> {
    Ok(Payment {
        id: PaymentId::parse(&row.id).ok_or_else(|| damaged(WHAT, "its id is no id"))?,
        customer: CustomerId::parse(&row.customer_id).ok_or_else(|| damaged(WHAT, "its customer is none"))?,
        review: ReviewId::parse(&row.review_id).ok_or_else(|| damaged(WHAT, "its review is none"))?,
        connection: ConnectionId::parse(&row.connection_id).ok_or_else(|| damaged(WHAT, "its connection is none"))?,
        price: Price {
            minor_units: count(row.minor_units),
            currency: Currency::parse(&row.currency).ok_or_else(|| damaged(WHAT, "its currency is none"))?,
        },
        session: row.session.clone(),
        opened_at: timestamp(row.opened_at, WHAT)?,
        standing: standing(row)?,
    })
}

fn standing(row: &payment::Model) -> Result<PaymentStanding, StoreFailure> {
    match row.standing.as_str() {
        OPEN => Ok(PaymentStanding::Open),
        PENDING => Ok(PaymentStanding::Pending),
        "paid" => {
            let at = row.paid_at.ok_or_else(|| damaged(WHAT, "it was paid at no time"))?;
            Ok(PaymentStanding::Paid { at: timestamp(at, WHAT)? })
        }
        "mismatch" => Ok(PaymentStanding::Mismatch),
        "failed" => Ok(PaymentStanding::Failed),
        "expired" => Ok(PaymentStanding::Expired),
        "refunded" => Ok(PaymentStanding::Refunded),
        "disputed" => Ok(PaymentStanding::Disputed),
        _ => Err(damaged(WHAT, "its standing is none that is known")),
    }
}
