//! Reads an event of Stripe whose signature was found good. Kinds that are none of our business are none; what is needed and
//! missing makes it not understood, which leaves everything as it was. Pure, and takes any bytes.

use jiff::Timestamp;
use serde_json::Value;

use crate::account::{PaymentEvent, PaymentFact, PaymentId};
use crate::billing::session::{completed, id, is_given_back, paid, payment, payment_of_session, reference};
use crate::ports::EventRefused;
use crate::settings::StripeMode;

/// Reads it.
pub(super) fn read(body: &[u8], mode: StripeMode) -> Result<Option<PaymentEvent>, EventRefused> {
    let event: Value = serde_json::from_slice(body).map_err(|_| not_understood("it is no JSON"))?;
    let is_live = event["livemode"].as_bool().ok_or_else(|| not_understood("it does not say its mode"))?;
    if is_live != (mode == StripeMode::Live) {
        return Err(EventRefused::OtherMode);
    }
    let kind = event["type"].as_str().ok_or_else(|| not_understood("it has no type"))?;
    let object = &event["data"]["object"];
    let Some(fact) = fact(kind, object).map_err(not_understood)? else { return Ok(None) };
    let payment_intent = reference(&object["payment_intent"]).map(str::to_owned);
    let payment = match &fact {
        PaymentFact::Paid { .. } | PaymentFact::Pending | PaymentFact::Failed | PaymentFact::Expired => {
            // Every session of ours names its payment, so one that does not is another product's of the same account.
            let Some(payment) = payment_of_session(object) else { return Ok(None) };
            Some(payment)
        }
        PaymentFact::Refunded { .. } | PaymentFact::DisputeOpened { .. } | PaymentFact::DisputeClosed { .. } => payment_of_charge(object),
    };
    if payment.is_none() && payment_intent.is_none() {
        return Ok(None);
    }
    let event_id = id(&event["id"]).ok_or_else(|| not_understood("it has no id"))?.to_owned();
    let at = event["created"].as_i64().and_then(|second| Timestamp::from_second(second).ok());
    let at = at.ok_or_else(|| not_understood("it does not say when it happened"))?;
    Ok(Some(PaymentEvent { id: event_id, at, payment, payment_intent, fact }))
}

/// <https://docs.stripe.com/api/events/types>
fn fact(kind: &str, object: &Value) -> Result<Option<PaymentFact>, &'static str> {
    let dispute = || id(&object["id"]).map(str::to_owned).ok_or("a dispute without id");
    Ok(Some(match kind {
        "checkout.session.completed" => completed(object)?,
        "checkout.session.async_payment_succeeded" => paid(object)?,
        "checkout.session.async_payment_failed" => PaymentFact::Failed,
        "checkout.session.expired" => PaymentFact::Expired,
        "charge.refunded" => PaymentFact::Refunded { is_full: is_given_back(object) },
        "charge.dispute.created" => PaymentFact::DisputeOpened { dispute: dispute()? },
        "charge.dispute.closed" => {
            let is_won = matches!(object["status"].as_str(), Some("won" | "warning_closed"));
            PaymentFact::DisputeClosed { dispute: dispute()?, is_won }
        }
        _ => return Ok(None),
    }))
}

/// A charge has the metadata of its payment intent copied; a dispute has them only where the object is expanded.
fn payment_of_charge(object: &Value) -> Option<PaymentId> {
    [object, &object["payment_intent"], &object["charge"]].into_iter().find_map(|holder| payment(&holder["metadata"]["payment"]))
}

fn not_understood(detail: &str) -> EventRefused {
    EventRefused::NotUnderstood { detail: detail.to_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::account::{Currency, PaidAmount};

    const PAYMENT: &str = "000000000000000000000000000000aa";

    fn event(kind: &str, object: &Value) -> Value {
        json!({"id": "evt_1", "object": "event", "type": kind, "created": 1_784_000_000, "livemode": false, "data": {"object": object}})
    }

    fn session() -> Value {
        json!({
            "id": "cs_test_1", "client_reference_id": PAYMENT, "metadata": {"payment": PAYMENT}, "payment_status": "paid",
            "amount_subtotal": 14_900, "amount_total": 14_900, "currency": "eur", "payment_intent": "pi_1",
        })
    }

    fn read_value(event: &Value) -> Result<Option<PaymentEvent>, EventRefused> {
        read(event.to_string().as_bytes(), StripeMode::Test)
    }

    fn fact_of(kind: &str, object: &Value) -> Option<PaymentFact> {
        read_value(&event(kind, object)).unwrap().map(|event| event.fact)
    }

    fn with(mut object: Value, name: &str, value: Value) -> Value {
        object[name] = value;
        object
    }

    #[test]
    fn what_happened_by_kind() {
        let amount = PaidAmount { subtotal: 14_900, total: 14_900, currency: Currency::parse("eur").unwrap() };
        let charge =
            json!({"id": "ch_1", "amount": 100, "amount_refunded": 40, "refunded": false, "payment_intent": "pi_1", "metadata": {}});
        let dispute = json!({"id": "dp_1", "payment_intent": "pi_1", "status": "needs_response", "metadata": {}});
        let opened = PaymentFact::DisputeOpened { dispute: "dp_1".to_owned() };
        let closed = |is_won| PaymentFact::DisputeClosed { dispute: "dp_1".to_owned(), is_won };
        let unpaid = with(session(), "payment_status", json!("unpaid"));
        for (kind, object, expected) in [
            ("checkout.session.completed", session(), PaymentFact::Paid { amount }),
            ("checkout.session.completed", with(session(), "payment_status", json!("no_payment_required")), PaymentFact::Paid { amount }),
            ("checkout.session.completed", unpaid.clone(), PaymentFact::Pending),
            ("checkout.session.async_payment_succeeded", session(), PaymentFact::Paid { amount }),
            ("checkout.session.async_payment_failed", unpaid.clone(), PaymentFact::Failed),
            ("checkout.session.expired", unpaid, PaymentFact::Expired),
            ("charge.refunded", charge.clone(), PaymentFact::Refunded { is_full: false }),
            ("charge.refunded", with(charge.clone(), "amount_refunded", json!(100)), PaymentFact::Refunded { is_full: true }),
            ("charge.refunded", with(charge.clone(), "refunded", json!(true)), PaymentFact::Refunded { is_full: true }),
            ("charge.dispute.created", dispute.clone(), opened),
            ("charge.dispute.closed", with(dispute.clone(), "status", json!("won")), closed(true)),
            ("charge.dispute.closed", with(dispute.clone(), "status", json!("warning_closed")), closed(true)),
            ("charge.dispute.closed", with(dispute.clone(), "status", json!("lost")), closed(false)),
            ("charge.dispute.closed", with(dispute.clone(), "status", json!("a new word")), closed(false)),
        ] {
            assert_eq!(fact_of(kind, &object), Some(expected), "{kind}");
        }
        for kind in ["payment_intent.succeeded", "charge.refund.updated", "charge.dispute.updated", "invoice.paid", ""] {
            assert_eq!(fact_of(kind, &session()), None, "{kind}");
        }
    }

    #[test]
    fn whose_payment_it_is() {
        const DONE: &str = "checkout.session.completed";
        let whose = |kind: &str, object: &Value| {
            read_value(&event(kind, object)).unwrap().map(|event| (event.payment.map(|id| id.to_string()), event.payment_intent))
        };
        let (ours, intent) = (Some(PAYMENT.to_owned()), Some("pi_1".to_owned()));
        assert_eq!(whose(DONE, &session()), Some((ours.clone(), intent.clone())));
        let by_metadata = with(session(), "client_reference_id", json!(null));
        assert_eq!(whose(DONE, &by_metadata), Some((ours.clone(), intent.clone())));
        assert_eq!(whose(DONE, &with(by_metadata, "metadata", json!({"payment": "order-17"}))), None);
        let expanded = with(session(), "payment_intent", json!({"id": "pi_1", "object": "payment_intent"}));
        assert_eq!(whose(DONE, &expanded), Some((ours.clone(), intent.clone())));
        assert_eq!(whose(DONE, &with(session(), "payment_intent", json!(null))), Some((ours.clone(), None)));
        let charge = json!({"amount": 1, "metadata": {"payment": PAYMENT}, "payment_intent": "pi_1"});
        assert_eq!(whose("charge.refunded", &charge), Some((ours.clone(), intent.clone())));
        assert_eq!(whose("charge.refunded", &with(charge.clone(), "metadata", json!({}))), Some((None, intent.clone())));
        assert_eq!(whose("charge.refunded", &json!({"amount": 1})), None);
        let dispute = json!({"id": "dp_1", "payment_intent": {"id": "pi_1", "metadata": {"payment": PAYMENT}}});
        assert_eq!(whose("charge.dispute.created", &dispute), Some((ours, intent)));
    }

    #[test]
    fn what_is_odd_is_refused_by_name() {
        let good = event("checkout.session.completed", &session());
        for (name, value, expected) in [
            ("livemode", json!(true), EventRefused::OtherMode),
            ("livemode", json!(null), not_understood("it does not say its mode")),
            ("type", json!(7), not_understood("it has no type")),
            ("id", json!("a b"), not_understood("it has no id")),
            ("created", json!("now"), not_understood("it does not say when it happened")),
            ("created", json!(i64::MAX), not_understood("it does not say when it happened")),
        ] {
            assert_eq!(read_value(&with(good.clone(), name, value)), Err(expected), "{name}");
        }
        assert_eq!(read(b"{\"type\":", StripeMode::Test), Err(not_understood("it is no JSON")));
        for missing in ["amount_subtotal", "amount_total", "currency"] {
            let event = event("checkout.session.completed", &with(session(), missing, json!(-1)));
            assert!(matches!(read_value(&event), Err(EventRefused::NotUnderstood { .. })), "{missing}");
        }
        let live = with(good, "livemode", json!(true)).to_string();
        assert!(matches!(read(live.as_bytes(), StripeMode::Live), Ok(Some(_))));
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(read(deep.as_bytes(), StripeMode::Test).is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(body in proptest::collection::vec(any::<u8>(), 0..512)) {
            let _ = read(&body, StripeMode::Test);
        }

        #[test]
        fn no_changed_byte_makes_it_panic_or_lets_an_uncertain_amount_pass(
            kind in prop::sample::select(vec![
                "checkout.session.completed", "checkout.session.async_payment_succeeded", "charge.refunded", "charge.dispute.closed",
            ]),
            at in any::<prop::sample::Index>(),
            byte in any::<u8>(),
        ) {
            let mut body = event(kind, &session()).to_string().into_bytes();
            let at = at.index(body.len());
            body[at] = byte;
            if let Ok(Some(read)) = read(&body, StripeMode::Test)
                && let PaymentFact::Paid { amount } = read.fact
            {
                let told: Value = serde_json::from_slice(&body).unwrap_or_default();
                let object = &told["data"]["object"];
                prop_assert_eq!(object["amount_subtotal"].as_u64(), Some(amount.subtotal));
                prop_assert_eq!(object["amount_total"].as_u64(), Some(amount.total));
                prop_assert!(kind.ends_with("succeeded") || matches!(object["payment_status"].as_str(), Some("paid" | "no_payment_required")));
            }
        }
    }
}
