//! The port `Payments`, by Stripe: what is asked, and the checks that its answers must pass.

use async_trait::async_trait;
use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::Value;
use url::Url;

use crate::account::{Currency, PaymentEvent, PaymentFact};
use crate::billing::api::{Api, Call};
use crate::billing::call_failure::unreachable;
use crate::billing::checkout_form::{checkout_form, idempotency_key};
use crate::billing::event;
use crate::billing::patience::Patience;
use crate::billing::session::{id, payment_of_session, reference, standing};
use crate::billing::signature::verify;
use crate::ports::{Checkout, CheckoutPage, EventRefused, PaymentFailure, Payments, SessionNow};
use crate::settings::{Offer, StripeMode, StripeSettings, is_acceptable_url, is_loopback};

/// Where Stripe's own checkout pages lie.
const CHECKOUT_ORIGIN: &str = "https://checkout.stripe.com";

/// Takes payments through Stripe.
pub struct StripePayments {
    api: Api,
    mode: StripeMode,
    webhook_secrets: Vec<SecretString>,
    offer: Offer,
    checkout_origin: String,
}

impl StripePayments {
    /// Sets up the connection; nothing is asked yet.
    ///
    /// # Errors
    /// When this machine cannot make secure connections.
    pub fn new(settings: &StripeSettings) -> Result<Self, PaymentFailure> {
        let checkout_origin =
            if is_loopback(&settings.api_url) { settings.api_url.origin().ascii_serialization() } else { CHECKOUT_ORIGIN.to_owned() };
        Ok(Self {
            api: Api::new(&settings.api_url, &settings.secret_key)?,
            mode: settings.mode,
            webhook_secrets: settings.webhook_secrets.clone(),
            offer: settings.offer.clone(),
            checkout_origin,
        })
    }

    /// The same with other waits.
    #[must_use]
    pub fn with_patience(mut self, patience: Patience) -> Self {
        self.api.patience = patience;
        self
    }

    /// A session of the mode of our key; anything else is refused before it is looked at further.
    fn session(&self, body: &[u8]) -> Result<Value, PaymentFailure> {
        let session: Value = serde_json::from_slice(body).map_err(|_| unreachable("its answer is no JSON"))?;
        match session["livemode"].as_bool() {
            Some(is_live) if is_live == (self.mode == StripeMode::Live) => Ok(session),
            Some(_) => Err(misconfigured("it answers in another mode, test or live, than stripe.secret_key is of")),
            None => Err(unreachable("its answer is no session")),
        }
    }
}

#[async_trait]
impl Payments for StripePayments {
    async fn begin(&self, checkout: &Checkout) -> Result<CheckoutPage, PaymentFailure> {
        let form = checkout_form(checkout, &self.offer);
        let call = Call::Post { path: &["v1", "checkout", "sessions"], form: &form, idempotency_key: &idempotency_key(checkout) };
        let session = self.session(&self.api.answer(&call).await?)?;
        let session_id = id(&session["id"]).ok_or_else(|| unreachable("a session without id"))?;
        if payment_of_session(&session).as_ref() != Some(&checkout.payment) {
            return Err(unreachable("a session of another payment"));
        }
        let asked = (session["amount_subtotal"].as_u64(), session["currency"].as_str().and_then(Currency::parse));
        if asked != (Some(checkout.price.minor_units), Some(checkout.price.currency)) {
            return Err(unreachable("a session with another price"));
        }
        page(&session, session_id).ok_or_else(|| unreachable("a session without a safe address"))
    }

    async fn look_up(&self, session: &str, now: Timestamp) -> Result<SessionNow, PaymentFailure> {
        if id(&Value::from(session)).is_none() {
            return Err(misconfigured("what was kept of a payment is no id of a session"));
        }
        let query = [("expand[]", "payment_intent.latest_charge")];
        let call = Call::Get { path: &["v1", "checkout", "sessions", session], query: &query };
        let found = self.session(&self.api.answer(&call).await?)?;
        if found["id"].as_str() != Some(session) {
            return Err(unreachable("another session than the one that was asked for"));
        }
        let Some(fact) = standing(&found).map_err(unreachable)? else {
            let open = page(&found, session).filter(|_| found["status"].as_str() == Some("open"));
            return Ok(open.map_or(SessionNow::Unclear, SessionNow::Open));
        };
        Ok(SessionNow::Told(PaymentEvent {
            id: format!("look-up-{session}-{}", word(&fact)),
            at: now,
            payment: payment_of_session(&found),
            payment_intent: reference(&found["payment_intent"]).map(str::to_owned),
            fact,
        }))
    }

    fn read_event(&self, signature: &str, body: &[u8], now: Timestamp) -> Result<Option<PaymentEvent>, EventRefused> {
        verify(signature, body, &self.webhook_secrets, now)?;
        event::read(body, self.mode)
    }

    fn checkout_origin(&self) -> String {
        self.checkout_origin.clone()
    }
}

/// The page of a session, if it has one to which a browser may be led.
fn page(session: &Value, id: &str) -> Option<CheckoutPage> {
    let url = session["url"].as_str().and_then(|text| Url::parse(text).ok()).filter(is_acceptable_url)?;
    Some(CheckoutPage { session: id.to_owned(), url })
}

fn misconfigured(detail: &str) -> PaymentFailure {
    PaymentFailure::Misconfigured { detail: detail.to_owned() }
}

/// What a fact is called in the id of a looked-up event: the same fact looked up twice is the same event.
fn word(fact: &PaymentFact) -> &'static str {
    match fact {
        PaymentFact::Paid { .. } => "paid",
        PaymentFact::Pending => "pending",
        PaymentFact::Failed => "failed",
        PaymentFact::Expired => "expired",
        PaymentFact::Refunded { .. } => "refunded",
        PaymentFact::DisputeOpened { .. } => "disputed",
        PaymentFact::DisputeClosed { .. } => "dispute-closed",
    }
}
