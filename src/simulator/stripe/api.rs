//! The API of the simulated Stripe: sessions are begun and read, with its keys, its idempotency and its errors.

use std::sync::PoisonError;

use serde_json::json;

use super::super::answer::Answer;
use super::checkout_request::{CheckoutRequest, refusal};
use super::till::{Reply, Till};

const SESSIONS: &str = "/v1/checkout/sessions";

/// A request to the API, taken apart.
pub(super) struct Called<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub authorization: Option<&'a str>,
    pub idempotency_key: Option<&'a str>,
    /// Of the form, or of the query of a GET.
    pub fields: &'a [(String, String)],
}

/// Answers it.
pub(super) fn answer(called: &Called<'_>, till: &Till) -> Answer {
    match called.authorization.and_then(|header| header.strip_prefix("Bearer ")) {
        Some(key) if key == till.secret_key => {}
        Some(key) => {
            // Stripe really shows the ends of a key that it refuses.
            let tail: String = key.chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect();
            let head: String = key.chars().take(8).collect();
            return refusal(401, None, None, &format!("Invalid API Key provided: {head}****{tail}"));
        }
        None => return refusal(401, None, None, "You did not provide an API key."),
    }
    match (called.method, called.path.strip_prefix(SESSIONS)) {
        ("POST", Some("")) => once(called, till, begin),
        ("GET", Some(rest)) if rest.starts_with('/') => read(&rest[1..], called, till),
        _ => refusal(404, None, None, &format!("Unrecognized request URL ({}: {}).", called.method, called.path)),
    }
}

/// What was answered under this key before is answered again (<https://docs.stripe.com/api/idempotent_requests>).
fn once(called: &Called<'_>, till: &Till, act: impl Fn(&Called<'_>, &Till) -> Answer) -> Answer {
    let Some(key) = called.idempotency_key else { return act(called, till) };
    let _alone = till.one_at_a_time.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(reply) = till.reply(key) {
        if reply.form != called.fields {
            let message = "Keys for idempotent requests can only be used with the same parameters they were first used with.";
            return Answer::json(400, &json!({"error": {"type": "idempotency_error", "message": message}}));
        }
        let mut answer = Answer::bytes(reply.status, "application/json", reply.body);
        answer.headers.push(("idempotent-replayed", "true".to_owned()));
        return answer;
    }
    let answer = act(called, till);
    // What was refused before anything began is not kept.
    if answer.status != 400 {
        till.keep_reply(key, Reply { form: called.fields.to_vec(), status: answer.status, body: answer.body.clone() });
    }
    answer
}

fn begin(called: &Called<'_>, till: &Till) -> Answer {
    match CheckoutRequest::parse(called.fields) {
        Ok(asked) => Answer::json(200, &till.open(asked)),
        Err(refusal) => refusal,
    }
}

fn read(id: &str, called: &Called<'_>, till: &Till) -> Answer {
    match till.session(id).filter(|session| session.id == id) {
        Some(session) => {
            let is_expanded = called.fields.iter().any(|(name, value)| name.starts_with("expand[") && value.starts_with("payment_intent"));
            Answer::json(200, &session.to_json(&till.page_url(id), is_expanded))
        }
        None => refusal(404, Some("resource_missing"), Some("session"), &format!("No such checkout.session: '{id}'")),
    }
}
