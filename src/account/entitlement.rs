//! The right to a detailed report. Nothing else releases one, and nothing but a payment that stands, or an operator who charges
//! nothing, makes one.

use jiff::{SignedDuration, Timestamp};

use crate::account::{ConnectionId, Payment, PaymentId, ReviewId};

/// On what a right rests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntitlementBasis {
    /// This very review was paid.
    Paid {
        /// By which payment.
        payment: PaymentId,
        /// When.
        at: Timestamp,
    },
    /// Another review of the same connection was paid, not long ago.
    CoveredBy {
        /// By which payment.
        payment: PaymentId,
        /// Reviews ordered until then are covered.
        until: Timestamp,
    },
    /// The operator of this installation charges nothing.
    Free,
}

/// The right to the detailed report of one review.
///
/// Invariant: it is made by [`Entitlement::of`] only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entitlement {
    review: ReviewId,
    basis: EntitlementBasis,
}

/// By which rules rights are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EntitlementTerms {
    /// Whether reports cost nothing here.
    pub is_free: bool,
    /// For so many days after a payment further reviews of the same connection are covered by it; 0: one review, one payment.
    pub covers_days: u32,
}

/// A review as far as its right is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entitled<'a> {
    /// Its id.
    pub review: &'a ReviewId,
    /// Of which connection.
    pub connection: &'a ConnectionId,
    /// When it was ordered.
    pub ordered_at: Timestamp,
}

impl Entitlement {
    /// The right to the report of a review, by the payments of its customer; none when there is none. A payment for the review itself
    /// counts before one that covers it.
    #[must_use]
    pub fn of(entitled: Entitled<'_>, payments: &[Payment], terms: EntitlementTerms) -> Option<Self> {
        let by = |basis| Some(Self { review: entitled.review.clone(), basis });
        if terms.is_free {
            return by(EntitlementBasis::Free);
        }
        let paid = payments.iter().filter_map(|payment| Some((payment, payment.standing.paid_at()?)));
        let own = paid.clone().filter(|(payment, _)| payment.review == *entitled.review).min_by_key(|(_, at)| *at);
        if let Some((payment, at)) = own {
            return by(EntitlementBasis::Paid { payment: payment.id.clone(), at });
        }
        let span = SignedDuration::from_hours(24 * i64::from(terms.covers_days));
        let covering = paid
            .filter(|(payment, _)| payment.connection == *entitled.connection)
            .filter_map(|(payment, at)| Some((payment, at, at.checked_add(span).ok()?)))
            // What was ordered before the payment has its own price.
            .filter(|(_, at, until)| entitled.ordered_at >= *at && entitled.ordered_at < *until)
            .max_by_key(|(_, _, until)| *until);
        covering.and_then(|(payment, _, until)| by(EntitlementBasis::CoveredBy { payment: payment.id.clone(), until }))
    }

    /// For which review.
    #[must_use]
    pub fn review(&self) -> &ReviewId {
        &self.review
    }

    /// On what it rests.
    #[must_use]
    pub fn basis(&self) -> &EntitlementBasis {
        &self.basis
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{Currency, CustomerId, PaymentStanding, Price};

    fn at(day: i64) -> Timestamp {
        Timestamp::from_second(day * 86_400).unwrap_or_default()
    }

    fn payment(review: u128, standing: PaymentStanding) -> Option<Payment> {
        Some(Payment {
            id: PaymentId::of(review),
            customer: CustomerId::of(1),
            review: ReviewId::of(review),
            connection: ConnectionId::of(1),
            price: Price { minor_units: 1, currency: Currency::parse("eur")? },
            session: None,
            opened_at: at(1),
            standing,
        })
    }

    #[test]
    fn only_what_stands_paid_gives_a_right_and_only_to_what_it_covers() {
        let terms = EntitlementTerms { is_free: false, covers_days: 30 };
        let basis = |review: u128, connection: u128, ordered: i64, standing, terms| {
            let (review, connection) = (ReviewId::of(review), ConnectionId::of(connection));
            let entitled = Entitled { review: &review, connection: &connection, ordered_at: at(ordered) };
            let payments: Vec<Payment> = payment(1, standing).into_iter().collect();
            Entitlement::of(entitled, &payments, terms).map(|right| match right.basis() {
                EntitlementBasis::Paid { .. } => "paid",
                EntitlementBasis::CoveredBy { .. } => "covered",
                EntitlementBasis::Free => "free",
            })
        };
        let paid = PaymentStanding::Paid { at: at(10) };
        assert_eq!(basis(1, 1, 5, paid, terms), Some("paid"));
        assert_eq!(basis(2, 1, 10, paid, terms), Some("covered"));
        assert_eq!(basis(2, 1, 39, paid, terms), Some("covered"));
        assert_eq!(basis(2, 1, 40, paid, terms), None, "thirty days are over");
        assert_eq!(basis(2, 1, 9, paid, terms), None, "ordered before the payment");
        assert_eq!(basis(2, 2, 20, paid, terms), None, "another connection");
        assert_eq!(basis(2, 1, 10, paid, EntitlementTerms::default()), None, "nothing is covered beside");
        for standing in [
            PaymentStanding::Open,
            PaymentStanding::Pending,
            PaymentStanding::Mismatch,
            PaymentStanding::Failed,
            PaymentStanding::Expired,
            PaymentStanding::Refunded,
            PaymentStanding::Disputed,
        ] {
            assert_eq!(basis(1, 1, 5, standing, terms), None, "{standing:?}");
        }
        assert_eq!(basis(2, 2, 0, PaymentStanding::Open, EntitlementTerms { is_free: true, covers_days: 0 }), Some("free"));
    }
}
