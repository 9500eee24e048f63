//! Counts what happens to payments and letters, for the rooms that take the events in and hand the letters out.

use metrics::counter;

use crate::account::PaymentFact;
use crate::ports::MailFailure;
use crate::ports::measured::{LETTERS, PAYMENT_EVENTS};

/// What became of an event of the payment service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventOutcome {
    /// It was new, and is kept.
    Taken,
    /// It was kept already.
    Repeated,
    /// It names no payment of ours.
    Unknown,
    /// It is forged, stale, of the other mode, or not understood.
    Refused,
    /// It is of a kind that is none of our business.
    Ignored,
    /// It could not be kept; the payment service tells it again.
    Failed,
}

impl EventOutcome {
    fn word(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Repeated => "repeated",
            Self::Unknown => "unknown",
            Self::Refused => "refused",
            Self::Ignored => "ignored",
            Self::Failed => "failed",
        }
    }
}

/// Counts an event of the payment service. Without a fact it could not be read, or was not to be.
pub fn payment_event(fact: Option<&PaymentFact>, outcome: EventOutcome) {
    counter!(PAYMENT_EVENTS, "fact" => fact.map_or("none", fact_word), "outcome" => outcome.word()).increment(1);
}

fn fact_word(fact: &PaymentFact) -> &'static str {
    match fact {
        PaymentFact::Paid { .. } => "paid",
        PaymentFact::Pending => "pending",
        PaymentFact::Failed => "failed",
        PaymentFact::Expired => "expired",
        PaymentFact::Refunded { is_full: true } => "refunded",
        PaymentFact::Refunded { is_full: false } => "refunded-in-part",
        PaymentFact::DisputeOpened { .. } => "dispute-opened",
        PaymentFact::DisputeClosed { is_won: true, .. } => "dispute-won",
        PaymentFact::DisputeClosed { is_won: false, .. } => "dispute-lost",
    }
}

/// Counts a letter that was handed to the mailer.
pub fn letter(outcome: &Result<(), MailFailure>) {
    let word = match outcome {
        Ok(()) => "sent",
        Err(MailFailure::Refused { .. }) => "refused",
        Err(MailFailure::Unavailable { .. }) => "unavailable",
    };
    counter!(LETTERS, "outcome" => word).increment(1);
}
