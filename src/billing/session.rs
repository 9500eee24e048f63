//! What Stripe says of a checkout session, read leniently: unknown words and fields are passed over, and nothing that is missing
//! or odd can unlock anything. Pure.

use serde_json::Value;

use crate::account::{Currency, PaidAmount, PaymentFact, PaymentId};

/// The longest id that is taken over.
const ID_BYTES: usize = 255;

/// An id of Stripe: a short word that may stand in an address and in the log.
pub(super) fn id(value: &Value) -> Option<&str> {
    let text = value.as_str()?;
    let is_word = !text.is_empty() && text.len() <= ID_BYTES && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_word.then_some(text)
}

/// An id that is given as such or with the whole object around it.
pub(super) fn reference(value: &Value) -> Option<&str> {
    id(value).or_else(|| id(&value["id"]))
}

/// The payment that a session names.
pub(super) fn payment_of_session(session: &Value) -> Option<PaymentId> {
    payment(&session["client_reference_id"]).or_else(|| payment(&session["metadata"]["payment"]))
}

/// An id of ours.
pub(super) fn payment(value: &Value) -> Option<PaymentId> {
    value.as_str().and_then(PaymentId::parse)
}

/// Whether the money of a session is there; an error names what is missing about it.
pub(super) fn paid(session: &Value) -> Result<PaymentFact, &'static str> {
    let subtotal = session["amount_subtotal"].as_u64().ok_or("a paid session without amount_subtotal")?;
    let total = session["amount_total"].as_u64().ok_or("a paid session without amount_total")?;
    let currency = session["currency"].as_str().and_then(Currency::parse).ok_or("a paid session without currency")?;
    Ok(PaymentFact::Paid { amount: PaidAmount { subtotal, total, currency } })
}

/// What a session that the buyer went through says. A word that is not known counts as not paid.
pub(super) fn completed(session: &Value) -> Result<PaymentFact, &'static str> {
    match session["payment_status"].as_str() {
        Some("paid" | "no_payment_required") => paid(session),
        Some(_) | None => Ok(PaymentFact::Pending),
    }
}

/// What a session, fetched with its payment intent and its last charge, says now; none while it is open.
pub(super) fn standing(session: &Value) -> Result<Option<PaymentFact>, &'static str> {
    let intent = &session["payment_intent"];
    match session["status"].as_str() {
        Some("expired") => Ok(Some(PaymentFact::Expired)),
        Some("complete") => match completed(session)? {
            PaymentFact::Paid { .. } if is_given_back(&intent["latest_charge"]) => Ok(Some(PaymentFact::Refunded { is_full: true })),
            // A debit that was not honoured puts the intent back to where another way to pay could be chosen.
            PaymentFact::Pending if matches!(intent["status"].as_str(), Some("requires_payment_method" | "canceled")) => {
                Ok(Some(PaymentFact::Failed))
            }
            fact => Ok(Some(fact)),
        },
        Some(_) | None => Ok(None),
    }
}

/// Whether all of a charge was refunded.
pub(super) fn is_given_back(charge: &Value) -> bool {
    let (amount, refunded) = (charge["amount"].as_u64(), charge["amount_refunded"].as_u64());
    charge["refunded"].as_bool() == Some(true) || (amount > Some(0) && refunded >= amount)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn session(status: &str, payment_status: &str, intent: &Value) -> Value {
        json!({
            "status": status, "payment_status": payment_status, "amount_subtotal": 14_900, "amount_total": 17_731, "currency": "eur",
            "payment_intent": intent,
        })
    }

    #[test]
    fn how_a_session_stands() {
        let due = PaidAmount { subtotal: 14_900, total: 17_731, currency: Currency::parse("eur").unwrap() };
        for (session, expected) in [
            (session("open", "unpaid", &json!(null)), None),
            (session("a new word", "paid", &json!(null)), None),
            (session("expired", "unpaid", &json!(null)), Some(PaymentFact::Expired)),
            (session("complete", "paid", &json!("pi_1")), Some(PaymentFact::Paid { amount: due })),
            (session("complete", "no_payment_required", &json!(null)), Some(PaymentFact::Paid { amount: due })),
            (session("complete", "unpaid", &json!({"status": "processing"})), Some(PaymentFact::Pending)),
            (session("complete", "a new word", &json!(null)), Some(PaymentFact::Pending)),
            (session("complete", "unpaid", &json!({"status": "requires_payment_method"})), Some(PaymentFact::Failed)),
            (
                session("complete", "paid", &json!({"latest_charge": {"refunded": false, "amount": 5, "amount_refunded": 4}})),
                Some(PaymentFact::Paid { amount: due }),
            ),
            (session("complete", "paid", &json!({"latest_charge": {"refunded": true}})), Some(PaymentFact::Refunded { is_full: true })),
            (json!([]), None),
        ] {
            assert_eq!(standing(&session), Ok(expected), "{session}");
        }
        for missing in ["amount_subtotal", "amount_total", "currency"] {
            let mut session = session("complete", "paid", &json!(null));
            session[missing] = json!(null);
            assert!(standing(&session).is_err(), "{missing}");
        }
    }

    #[test]
    fn ids_are_short_words() {
        assert_eq!(reference(&json!("pi_1")), Some("pi_1"));
        assert_eq!(reference(&json!({"id": "pi_1"})), Some("pi_1"));
        for bad in [json!(""), json!("../x"), json!("a b"), json!("x".repeat(256)), json!(1), json!(null), json!({"id": "a/b"})] {
            assert_eq!(reference(&bad), None, "{bad}");
        }
    }
}
