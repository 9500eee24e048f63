//! Sessions, intents, charges and disputes as Stripe writes them in JSON. Only fields that somebody may look at; the rest of Stripe's
//! are left out.

use serde_json::{Value, json};

use super::session::{Collected, Session, SessionState};

/// How long a checkout is open, in seconds.
const LIFE_SECONDS: i64 = 24 * 3_600;

impl Session {
    /// The session; `page` is its address while it is open. With `is_expanded` the payment intent and its last charge stand in it whole.
    pub fn to_json(&self, page: &str, is_expanded: bool) -> Value {
        let (status, payment_status) = match &self.state {
            SessionState::Open => ("open", "unpaid"),
            SessionState::Expired => ("expired", "unpaid"),
            SessionState::Debited { .. } | SessionState::Returned { .. } => ("complete", "unpaid"),
            SessionState::Paid(_) => ("complete", "paid"),
        };
        let asked = &self.asked;
        let intent = if is_expanded { self.intent_json() } else { self.intent().map_or(Value::Null, Value::from) };
        json!({
            "id": self.id, "object": "checkout.session", "livemode": false, "mode": "payment", "ui_mode": "hosted_page",
            "created": self.created, "expires_at": self.created + LIFE_SECONDS, "status": status, "payment_status": payment_status,
            "amount_subtotal": asked.subtotal, "amount_total": asked.total, "currency": asked.currency,
            "automatic_tax": {"enabled": asked.is_taxed, "status": if asked.is_taxed { json!("complete") } else { Value::Null }},
            "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": asked.tax},
            "client_reference_id": asked.reference, "metadata": asked.metadata, "payment_intent": intent,
            "customer": null, "customer_email": asked.email, "customer_details": {"email": asked.email, "tax_ids": []},
            "payment_method_types": ["card", "sepa_debit"], "success_url": asked.success_url, "cancel_url": asked.cancel_url,
            "url": if status == "open" { json!(page) } else { Value::Null },
        })
    }

    fn intent_json(&self) -> Value {
        let Some(intent) = self.intent() else { return Value::Null };
        let (status, charge) = match &self.state {
            SessionState::Paid(collected) => ("succeeded", self.charge_json(collected)),
            SessionState::Returned { .. } => ("requires_payment_method", Value::Null),
            SessionState::Open | SessionState::Expired | SessionState::Debited { .. } => ("processing", Value::Null),
        };
        json!({
            "id": intent, "object": "payment_intent", "livemode": false, "status": status, "amount": self.asked.total,
            "currency": self.asked.currency, "metadata": self.asked.intent_metadata, "latest_charge": charge,
        })
    }

    /// The charge of money that came in.
    pub fn charge_json(&self, collected: &Collected) -> Value {
        json!({
            "id": collected.charge, "object": "charge", "livemode": false, "created": self.created, "amount": self.asked.total,
            "amount_captured": self.asked.total, "amount_refunded": collected.refunded, "refunded": collected.refunded >= self.asked.total,
            "disputed": collected.dispute.is_some(), "currency": self.asked.currency, "paid": true, "status": "succeeded",
            // Stripe copies the metadata of the payment intent; those of the session stay with the session.
            "metadata": self.asked.intent_metadata, "payment_intent": collected.intent,
        })
    }

    /// The last dispute of that money. It carries no metadata but its own, so only the payment intent tells what it is about.
    pub fn dispute_json(&self, collected: &Collected) -> Value {
        let (id, status) = collected.dispute.clone().unwrap_or_default();
        json!({
            "id": id, "object": "dispute", "livemode": false, "created": self.created, "amount": self.asked.total, "status": status,
            "currency": self.asked.currency, "charge": collected.charge, "payment_intent": collected.intent, "reason": "general",
            "metadata": {},
        })
    }
}
