//! Payments, kept: which review was to be paid, and all that Stripe told of it.

use async_trait::async_trait;
use jiff::Timestamp;

use crate::account::{CustomerId, MailId, Payment, PaymentEvent, PaymentId, PaymentStanding, Price, ReviewId};
use crate::ports::StoreFailure;

/// What became of the wish to pay for a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    /// There is a payment to go on with: a new one, or the one that was open already at this price.
    Open(Payment),
    /// The review is paid, its money is on its way, or its payment is disputed: nobody may pay a second time.
    Settled(Payment),
    /// The customer has no such review, or it has no result.
    NoReview,
}

/// What an event did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventOutcome {
    /// It belongs to a payment of ours, which now stands as it says.
    Applied {
        /// The payment.
        payment: Payment,
        /// How it stood before.
        before: PaymentStanding,
    },
    /// It was taken before; nothing was done.
    Repeated,
    /// It names no payment that is there (any more). If the payment turns up, it counts.
    Unknown,
}

/// Keeps payments.
#[async_trait]
pub trait PaymentBook: Send + Sync {
    /// Opens a payment for a review that is done, unless there is one. Two at one time give one.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn open_payment(
        &self,
        customer: &CustomerId,
        review: &ReviewId,
        price: Price,
        new_id: &PaymentId,
        now: Timestamp,
    ) -> Result<Opened, StoreFailure>;

    /// Notes the session of the checkout of a payment.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn note_session(&self, payment: &PaymentId, session: &str) -> Result<(), StoreFailure>;

    /// Takes an event, once for each of its ids, in one transaction with all that follows from it: how the payment stands, a line of the
    /// audit log, and the letter (under `mail`) when a report is unlocked or locked by it.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn record_event(&self, event: &PaymentEvent, mail: &MailId, now: Timestamp) -> Result<EventOutcome, StoreFailure>;

    /// All payments of a customer, newest first.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn payments(&self, customer: &CustomerId) -> Result<Vec<Payment>, StoreFailure>;

    /// Payments that have a session, are still open or pending, and were begun between the two times: an event may have been lost.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn unsettled_payments(&self, from: Timestamp, to: Timestamp, most: u64) -> Result<Vec<Payment>, StoreFailure>;
}
