//! A payment for one review: what Stripe told of it, in any order and any number of times, and how it stands by that. Plain values;
//! nobody is charged here, and no signature is checked.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::{ConnectionId, CustomerId, PaymentId, ReviewId};

/// An ISO 4217 code of three letters, in lower case as Stripe writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    /// Reads a code, in either case; none when it is not three letters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let code: [u8; 3] = text.trim().as_bytes().try_into().ok()?;
        code.iter().all(u8::is_ascii_alphabetic).then(|| Self(code.map(|letter| letter.to_ascii_lowercase())))
    }

    /// The code in lower case.
    #[must_use]
    pub fn code(&self) -> &str {
        // Three ASCII letters are always text.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Digits behind the point: Stripe counts amounts in the smallest unit (<https://docs.stripe.com/currencies>).
    #[must_use]
    pub fn decimals(&self) -> u32 {
        const WITHOUT: [&str; 16] =
            ["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf"];
        const THREE: [&str; 5] = ["bhd", "jod", "kwd", "omr", "tnd"];
        if WITHOUT.contains(&self.code()) {
            0
        } else if THREE.contains(&self.code()) {
            3
        } else {
            2
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a currency is three letters")
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

/// An amount in the smallest unit of a currency: 14900 `eur` are 149.00 euro.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// How much, in the smallest unit.
    pub minor_units: u64,
    /// Of what.
    pub currency: Currency,
}

impl fmt::Display for Price {
    /// `EUR 149.00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = 10_u64.pow(self.currency.decimals());
        let code = self.currency.code().to_ascii_uppercase();
        let (whole, rest) = (self.minor_units / unit, self.minor_units % unit);
        match self.currency.decimals() {
            0 => write!(f, "{code} {whole}"),
            digits => write!(f, "{code} {whole}.{rest:0width$}", width = usize::try_from(digits).unwrap_or(2)),
        }
    }
}

/// What was paid, as Stripe states it on a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaidAmount {
    /// Before tax and discounts.
    pub subtotal: u64,
    /// What the buyer pays.
    pub total: u64,
    /// In which currency.
    pub currency: Currency,
}

/// One thing that Stripe told of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum PaymentFact {
    /// The buyer went through the checkout, and the money is there.
    Paid {
        /// How much.
        amount: PaidAmount,
    },
    /// The buyer went through the checkout; whether the money comes shows later (bank debit and the like).
    Pending,
    /// The money did not come after all.
    Failed,
    /// The checkout was open for too long, and nobody paid.
    Expired,
    /// The money was given back.
    Refunded {
        /// All of it; a part alone changes nothing.
        is_full: bool,
    },
    /// The buyer's bank disputes the payment.
    DisputeOpened {
        /// Stripe's id of the dispute.
        dispute: String,
    },
    /// A dispute has ended.
    DisputeClosed {
        /// Stripe's id of the dispute.
        dispute: String,
        /// Whether the money stays here.
        is_won: bool,
    },
}

/// An event of Stripe, verified and read. It holds ids and amounts only, nothing of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentEvent {
    /// Stripe's id: the same event is delivered again under the same id.
    pub id: String,
    /// When it happened, by Stripe.
    pub at: Timestamp,
    /// The payment it names, if it names one of ours.
    pub payment: Option<PaymentId>,
    /// Stripe's id of the payment intent, if there is one: refunds and disputes may name only that.
    pub payment_intent: Option<String>,
    /// What happened.
    pub fact: PaymentFact,
}

/// How a payment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentStanding {
    /// The checkout is open.
    Open,
    /// The money is on its way.
    Pending,
    /// Paid, and nothing stands against it.
    Paid {
        /// When.
        at: Timestamp,
    },
    /// Something was paid, but not this price in this currency. Nothing is unlocked; the operator has to look.
    Mismatch,
    /// The money did not come.
    Failed,
    /// The checkout ran out.
    Expired,
    /// Paid, and given back.
    Refunded,
    /// Paid, and disputed by the buyer's bank; also after a dispute that was lost.
    Disputed,
}

impl PaymentStanding {
    /// How a payment of this price stands by all that was told of it. The order does not matter, nor does anything told twice.
    #[must_use]
    pub fn of<'a>(price: Price, told: impl IntoIterator<Item = (Timestamp, &'a PaymentFact)>) -> Self {
        let mut paid: Option<Timestamp> = None;
        let (mut is_pending, mut is_failed, mut is_expired, mut is_refunded, mut is_mismatch) = (false, false, false, false, false);
        let mut disputes: BTreeMap<&str, Option<bool>> = BTreeMap::new();
        for (at, fact) in told {
            match fact {
                PaymentFact::Paid { amount } if is_due(*amount, price) => paid = Some(paid.map_or(at, |first| first.min(at))),
                PaymentFact::Paid { .. } => is_mismatch = true,
                PaymentFact::Pending => is_pending = true,
                PaymentFact::Failed => is_failed = true,
                PaymentFact::Expired => is_expired = true,
                PaymentFact::Refunded { is_full } => is_refunded |= is_full,
                PaymentFact::DisputeOpened { dispute } => {
                    disputes.entry(dispute).or_insert(None);
                }
                PaymentFact::DisputeClosed { dispute, is_won } => {
                    disputes.insert(dispute, Some(*is_won));
                }
            }
        }
        match paid {
            // What was given back or is disputed stays locked, whichever was told first.
            _ if is_refunded => Self::Refunded,
            _ if disputes.values().any(|won| *won != Some(true)) => Self::Disputed,
            Some(at) => Self::Paid { at },
            None if is_mismatch => Self::Mismatch,
            None if is_failed => Self::Failed,
            None if is_pending => Self::Pending,
            None if is_expired => Self::Expired,
            None => Self::Open,
        }
    }

    /// When it was paid, if that counts: nothing stands against it.
    #[must_use]
    pub fn paid_at(self) -> Option<Timestamp> {
        match self {
            Self::Paid { at } => Some(at),
            Self::Open | Self::Pending | Self::Mismatch | Self::Failed | Self::Expired | Self::Refunded | Self::Disputed => None,
        }
    }

    /// The word in the database and in the log.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Pending => "pending",
            Self::Paid { .. } => "paid",
            Self::Mismatch => "mismatch",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Refunded => "refunded",
            Self::Disputed => "disputed",
        }
    }
}

/// The price itself; tax may come on top of it, a discount never comes off.
fn is_due(amount: PaidAmount, price: Price) -> bool {
    amount.currency == price.currency && amount.subtotal == price.minor_units && amount.total >= price.minor_units
}

/// A payment as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// Our id.
    pub id: PaymentId,
    /// Whose.
    pub customer: CustomerId,
    /// For which review. It may be gone already.
    pub review: ReviewId,
    /// Of which connection.
    pub connection: ConnectionId,
    /// How much was asked for.
    pub price: Price,
    /// Stripe's id of the checkout session, once there is one.
    pub session: Option<String>,
    /// When it was begun.
    pub opened_at: Timestamp,
    /// How it stands.
    pub standing: PaymentStanding,
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRICE: Price = Price { minor_units: 14_900, currency: Currency(*b"eur") };

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap_or_default()
    }

    fn paid(subtotal: u64, total: u64, currency: &str) -> PaymentFact {
        PaymentFact::Paid { amount: PaidAmount { subtotal, total, currency: Currency::parse(currency).unwrap_or(PRICE.currency) } }
    }

    fn dispute(id: &str) -> PaymentFact {
        PaymentFact::DisputeOpened { dispute: id.to_owned() }
    }

    fn closed(id: &str, is_won: bool) -> PaymentFact {
        PaymentFact::DisputeClosed { dispute: id.to_owned(), is_won }
    }

    #[test]
    fn a_payment_stands_the_same_whatever_the_order_and_however_often_it_is_told() {
        let due = || paid(14_900, 17_731, "eur");
        let full = PaymentFact::Refunded { is_full: true };
        for (told, expected) in [
            (vec![], "open"),
            (vec![due()], "paid"),
            (vec![PaymentFact::Pending, due()], "paid"),
            (vec![PaymentFact::Expired, due()], "paid"),
            (vec![PaymentFact::Failed, due()], "paid"),
            (vec![PaymentFact::Pending], "pending"),
            (vec![PaymentFact::Pending, PaymentFact::Failed], "failed"),
            (vec![PaymentFact::Expired], "expired"),
            (vec![due(), full.clone()], "refunded"),
            (vec![full.clone()], "refunded"),
            (vec![due(), PaymentFact::Refunded { is_full: false }], "paid"),
            (vec![due(), dispute("a")], "disputed"),
            (vec![due(), dispute("a"), closed("a", true)], "paid"),
            (vec![due(), dispute("a"), closed("a", true), dispute("b")], "disputed"),
            (vec![due(), dispute("a"), closed("a", false)], "disputed"),
            (vec![due(), dispute("a"), closed("a", true), full], "refunded"),
            (vec![paid(14_899, 20_000, "eur")], "mismatch"),
            (vec![paid(14_900, 14_900, "usd")], "mismatch"),
            (vec![paid(14_900, 100, "eur")], "mismatch"),
            (vec![paid(0, 0, "eur")], "mismatch"),
            (vec![paid(1, 1, "eur"), due()], "paid"),
        ] {
            let forward = PaymentStanding::of(PRICE, told.iter().map(|fact| (at(9), fact)));
            let backward = PaymentStanding::of(PRICE, told.iter().rev().chain(&told).map(|fact| (at(9), fact)));
            assert_eq!((forward.word(), backward.word()), (expected, expected), "{told:?}");
        }
        let twice = [(at(20), &due()), (at(10), &due())];
        assert_eq!(PaymentStanding::of(PRICE, twice), PaymentStanding::Paid { at: at(10) });
    }

    #[test]
    fn prices_are_written_with_the_digits_of_their_currency() {
        let price = |minor_units, code| Price { minor_units, currency: Currency::parse(code).unwrap_or(PRICE.currency) }.to_string();
        assert_eq!(price(14_900, "EUR"), "EUR 149.00");
        assert_eq!(price(5, "usd"), "USD 0.05");
        assert_eq!(price(1_500, "jpy"), "JPY 1500");
        assert_eq!(price(1_500, "kwd"), "KWD 1.500");
        assert!(["", "eu", "euro", "e1r", "€ur"].iter().all(|bad| Currency::parse(bad).is_none()));
    }
}
