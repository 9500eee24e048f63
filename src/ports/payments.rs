//! Taking payments, as the core sees it: a checkout is begun, events come in, a session can be looked up. Nobody's card is ever seen.

use async_trait::async_trait;
use jiff::Timestamp;
use thiserror::Error;
use url::Url;

use crate::account::{CustomerId, PaymentEvent, PaymentId, Price, ReviewId};

/// A checkout to be begun. No `Debug`: the address is customer text.
pub struct Checkout {
    /// The payment: comes back as the reference of the client, and makes beginning it twice harmless.
    pub payment: PaymentId,
    /// For which review: an opaque id in the metadata.
    pub review: ReviewId,
    /// By whom: an opaque id in the metadata.
    pub customer: CustomerId,
    /// How much, before tax.
    pub price: Price,
    /// E-mail address to fill in, if known.
    pub email: Option<String>,
    /// Where the browser comes back to after paying. It unlocks nothing.
    pub success_url: Url,
    /// Where the browser comes back to without paying.
    pub cancel_url: Url,
}

/// A page on which to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckoutPage {
    /// Stripe's id of the session.
    pub session: String,
    /// Its address.
    pub url: Url,
}

/// What a session says now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionNow {
    /// Nobody went through it, and one can still pay on its page.
    Open(CheckoutPage),
    /// What it says of its payment, as an event with an id of its own: the same said twice is the same event.
    Told(PaymentEvent),
    /// Nothing that is understood; a word that is new.
    Unclear,
}

/// Why no checkout could be begun or looked up.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PaymentFailure {
    /// Stripe refuses our key or what we ask for: for the operator.
    #[error("Stripe refuses this service's own set-up ({detail})")]
    Misconfigured {
        /// What Stripe said, without our key.
        detail: String,
    },
    /// The account and mode of our key know no such thing: it was begun under another key, or is long gone.
    #[error("Stripe does not know it ({detail})")]
    NotThere {
        /// What the operator may look at.
        detail: String,
    },
    /// No answer, or one that makes no sense; trying again later may help.
    #[error("Stripe could not be reached or understood ({detail})")]
    Unreachable {
        /// What went wrong.
        detail: String,
    },
}

/// Why an event was not taken. Whoever sent it is told no more than that.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EventRefused {
    /// There is no signature, or none that is ours over these very bytes.
    #[error("the signature is missing or wrong")]
    Forged,
    /// The signature is right but older than five minutes, or from the future.
    #[error("the signature's time is more than five minutes off")]
    Stale,
    /// Signed rightly, but not readable as an event.
    #[error("the event is not understood ({detail})")]
    NotUnderstood {
        /// What is wrong with it.
        detail: String,
    },
    /// Signed rightly, but of the test mode here in live mode, or the other way round.
    #[error("the event belongs to the other mode (test or live)")]
    OtherMode,
}

/// Takes payments.
#[async_trait]
pub trait Payments: Send + Sync {
    /// Begins a checkout. Asked again for the same payment, with nothing else changed, it gives the same page.
    ///
    /// # Errors
    /// See [`PaymentFailure`].
    async fn begin(&self, checkout: &Checkout) -> Result<CheckoutPage, PaymentFailure>;

    /// What a session says now: for events that never came, and to lead to a page that is open.
    ///
    /// # Errors
    /// See [`PaymentFailure`].
    async fn look_up(&self, session: &str, now: Timestamp) -> Result<SessionNow, PaymentFailure>;

    /// Verifies an event over its raw bytes and reads it; none for one that is none of our business.
    ///
    /// # Errors
    /// See [`EventRefused`].
    fn read_event(&self, signature: &str, body: &[u8], now: Timestamp) -> Result<Option<PaymentEvent>, EventRefused>;

    /// The origin of the pages on which one pays: a form of ours leads there.
    fn checkout_origin(&self) -> String;
}
