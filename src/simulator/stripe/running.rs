//! The handle of a running simulated Stripe: what a demo and a test may do with it.

use std::sync::Arc;

use serde_json::Value;
use tokio::task::JoinHandle;

use super::delivery::{Delivered, SignedEvent, announce, bring, signed};
use super::script::{StripeFault, StripeRequest};
use super::session::Deed;
use super::till::Till;

/// A simulated Stripe that answers until it is shut down or dropped.
///
/// Whatever happens to a session is said by its id, its payment intent or the reference of the client (the id of the payment), and
/// gives the id of the event that follows, after the webhook was tried once; none when there is no such session, or when it is
/// in no state for that.
pub struct RunningStripe {
    /// Root of the server, for `stripe.api_url`; in a browser it shows the checkouts.
    pub api_url: String,
    /// For `stripe.secret_key`.
    pub secret_key: String,
    /// For `stripe.webhook_secret`.
    pub webhook_secret: String,
    till: Arc<Till>,
    server: JoinHandle<()>,
}

/// How a bank debit ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Debit {
    /// The bank pays.
    Honoured,
    /// It does not.
    Returned,
}

/// How much is given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refund {
    /// All that is left.
    Full,
    /// So many of the smallest unit.
    Part(u64),
}

impl RunningStripe {
    pub(super) fn of(till: Arc<Till>, server: JoinHandle<()>) -> Self {
        Self {
            api_url: till.root_url.clone(),
            secret_key: till.secret_key.clone(),
            webhook_secret: till.webhook_secret.clone(),
            till,
            server,
        }
    }

    /// From now on events go to that address, or nowhere. Those of before are not brought by themselves.
    pub fn deliver_to(&self, webhook_url: Option<&str>) {
        self.till.deliver_to(webhook_url.map(str::to_owned));
    }

    /// The buyer pays, without a browser.
    pub async fn pay(&self, which: &str) -> Option<String> {
        self.happen(which, Deed::PayByCard).await
    }

    /// The buyer lets a bank pay; whether it does is said by [`RunningStripe::settle`].
    pub async fn pay_by_debit(&self, which: &str) -> Option<String> {
        self.happen(which, Deed::PayByDebit).await
    }

    /// The bank pays, or does not.
    pub async fn settle(&self, which: &str, debit: Debit) -> Option<String> {
        let deed = match debit {
            Debit::Honoured => Deed::Honour,
            Debit::Returned => Deed::Return,
        };
        self.happen(which, deed).await
    }

    /// A checkout runs out.
    pub async fn expire(&self, which: &str) -> Option<String> {
        self.happen(which, Deed::Expire).await
    }

    /// Money is given back.
    pub async fn refund(&self, which: &str, refund: Refund) -> Option<String> {
        let amount = match refund {
            Refund::Full => u64::MAX,
            Refund::Part(amount) => amount,
        };
        self.happen(which, Deed::Refund(amount)).await
    }

    /// The buyer's bank disputes a payment.
    pub async fn dispute(&self, which: &str) -> Option<String> {
        self.happen(which, Deed::Dispute).await
    }

    /// That dispute ends.
    pub async fn close_dispute(&self, which: &str, is_won: bool) -> Option<String> {
        self.happen(which, Deed::CloseDispute { is_won }).await
    }

    async fn happen(&self, which: &str, deed: Deed) -> Option<String> {
        let event = self.till.happen(which, deed)?;
        let id = event["id"].as_str().map(str::to_owned);
        announce(&self.till, event).await;
        id
    }

    /// Every event so far, as JSON, in the order in which things happened.
    #[must_use]
    pub fn events(&self) -> Vec<Value> {
        self.till.events()
    }

    /// Brings an event once more, as Stripe may at any time; what the webhook answered.
    pub async fn redeliver(&self, event_id: &str) -> Option<u16> {
        let event = self.till.event(event_id)?;
        bring(&self.till, &event).await
    }

    /// An event with a signature of now.
    #[must_use]
    pub fn signed(&self, event: &Value) -> SignedEvent {
        self.signed_at(event, self.till.now())
    }

    /// An event with a signature of that second (Unix time).
    #[must_use]
    pub fn signed_at(&self, event: &Value, second: i64) -> SignedEvent {
        signed(&self.till, event, second)
    }

    /// The next call of the API goes wrong; several faults are taken in their order, one a call.
    pub fn fail_next(&self, fault: StripeFault) {
        self.till.add_fault(fault);
    }

    /// What the API was asked so far, in order of the answers.
    #[must_use]
    pub fn requests(&self) -> Vec<StripeRequest> {
        self.till.requests()
    }

    /// Every try to bring an event so far.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivered> {
        self.till.deliveries()
    }

    /// Stops answering.
    pub fn shutdown(self) {
        self.server.abort();
    }
}

impl Drop for RunningStripe {
    fn drop(&mut self) {
        self.server.abort();
    }
}
