//! One simulated Stripe, one adapter on it, and a clock that stands.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crosswalk::account::{Currency, CustomerId, PaymentEvent, PaymentId, Price, ReviewId};
use crosswalk::billing::{Patience, StripePayments};
use crosswalk::ports::{Checkout, Clock, EventRefused, Payments};
use crosswalk::settings::{Selling, Settings};
use crosswalk::simulator::{RunningStripe, SimulatedStripe, StripeOptions};
use jiff::Timestamp;
use serde_json::Value;

pub const NOW: i64 = 1_784_000_000;

/// A clock that stands.
pub struct Standing;

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        now()
    }
}

pub fn now() -> Timestamp {
    Timestamp::from_second(NOW).unwrap()
}

pub struct House {
    pub stripe: RunningStripe,
    pub payments: StripePayments,
}

impl House {
    pub async fn new() -> Self {
        Self::with(&[]).await
    }

    pub async fn with(extra: &[(&str, &str)]) -> Self {
        let stripe = SimulatedStripe::start(StripeOptions { clock: Arc::new(Standing), webhook_url: None }).await.unwrap();
        let payments = adapter(&stripe, extra);
        Self { stripe, payments }
    }

    /// What the adapter makes of an event as it would arrive now.
    pub fn read(&self, event: &Value) -> Result<Option<PaymentEvent>, EventRefused> {
        let signed = self.stripe.signed(event);
        self.payments.read_event(&signed.header, &signed.body, now())
    }

    /// The last thing that happened, as it is told and as it is read.
    pub fn last(&self) -> PaymentEvent {
        self.read(self.stripe.events().last().unwrap()).unwrap().unwrap()
    }
}

/// An adapter with quick patience. `extra` are environment variables without their prefix.
pub fn adapter(stripe: &RunningStripe, extra: &[(&str, &str)]) -> StripePayments {
    let usual = [
        ("STRIPE__API_URL", stripe.api_url.as_str()),
        ("STRIPE__SECRET_KEY", &stripe.secret_key),
        ("STRIPE__WEBHOOK_SECRET", &stripe.webhook_secret),
        ("BILLING__PRICE_MINOR", "14900"),
        ("BILLING__CURRENCY", "EUR"),
    ];
    // What is extra replaces what is usual.
    let variables: BTreeMap<String, String> =
        usual.iter().chain(extra).map(|(key, value)| (format!("CROSSWALK_{key}"), (*value).to_owned())).collect();
    let variables: Vec<(String, String)> = variables.into_iter().collect();
    let settings = Settings::parse(None, &variables).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    let Selling::Stripe(settings) = settings.billing.selling else { panic!("nothing is sold") };
    let patience = Patience {
        attempt: Duration::from_millis(1_500),
        whole: Duration::from_secs(5),
        attempts: 3,
        first_wait: Duration::from_millis(20),
    };
    StripePayments::new(&settings).unwrap().with_patience(patience)
}

pub fn price() -> Price {
    Price { minor_units: 14_900, currency: Currency::parse("eur").unwrap() }
}

pub fn checkout(number: u128) -> Checkout {
    Checkout {
        payment: PaymentId::of(number),
        review: ReviewId::of(0xbeef),
        customer: CustomerId::of(0xcafe),
        price: price(),
        email: Some("mara@tannhauer-medical.example".to_owned()),
        success_url: "https://crosswalk.example/paid?session={CHECKOUT_SESSION_ID}".parse().unwrap(),
        cancel_url: "https://crosswalk.example/reviews/1".parse().unwrap(),
    }
}
