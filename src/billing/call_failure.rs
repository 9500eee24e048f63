//! What went wrong with a call, in our words. Of what Stripe says only words of its own vocabulary are passed on: its sentences
//! quote parts of keys, addresses and whatever else was sent.

use serde::Deserialize;

use crate::ports::PaymentFailure;

const LONGEST_WORD: usize = 80;

#[derive(Deserialize, Default)]
struct Refusal {
    #[serde(default)]
    error: RefusalWords,
}

/// <https://docs.stripe.com/api/errors>
#[derive(Deserialize, Default)]
struct RefusalWords {
    #[serde(default, rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    param: Option<String>,
}

/// Whether the same call, with the same key, may succeed a little later.
pub(super) fn is_passing(status: u16) -> bool {
    matches!(status, 408 | 409 | 429 | 500..=599)
}

/// An answer that is no success.
pub(super) fn refused(status: u16, body: &[u8]) -> PaymentFailure {
    let words = serde_json::from_slice::<Refusal>(body).unwrap_or_default().error;
    let word = |text: &Option<String>| text.as_deref().map(word).filter(|word| !word.is_empty());
    let misconfigured = |detail: String| PaymentFailure::Misconfigured { detail };
    match status {
        401 => misconfigured("it does not accept stripe.secret_key".to_owned()),
        403 => misconfigured("stripe.secret_key may not read and write checkout sessions".to_owned()),
        404 => PaymentFailure::NotThere { detail: "is stripe.secret_key of the same account and mode as before?".to_owned() },
        _ if word(&words.kind).as_deref() == Some("idempotency_error") => {
            misconfigured("this payment was begun on other terms before; begin a new one".to_owned())
        }
        _ if is_passing(status) => unreachable(&format!("status {status}")),
        400..=499 => {
            let reason = word(&words.code).or_else(|| word(&words.kind)).unwrap_or_else(|| format!("status {status}"));
            let about = word(&words.param).map(|param| format!(" about `{param}`")).unwrap_or_default();
            misconfigured(format!("`{reason}`{about}"))
        }
        _ => unreachable(&format!("an answer with status {status}")),
    }
}

/// No answer, or none that can be used.
pub(super) fn unreachable(detail: &str) -> PaymentFailure {
    PaymentFailure::Unreachable { detail: detail.to_owned() }
}

/// What a failed request is called; the library's own words may hold an address.
pub(super) fn trouble(error: &reqwest::Error) -> PaymentFailure {
    unreachable(if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the answer broke off"
    })
}

/// A word of Stripe's vocabulary, safe to show.
fn word(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '[' | ']' | '.')).take(LONGEST_WORD).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_tell_what_to_look_at_and_quote_no_sentence() {
        let body =
            br#"{"error":{"type":"invalid_request_error","code":"parameter_missing","param":"line_items[0][price]","message":"hush"}}"#;
        for (status, body, expected) in [
            (401, &body[..], "Stripe refuses this service's own set-up (it does not accept stripe.secret_key)"),
            (404, &body[..], "Stripe does not know it (is stripe.secret_key of the same account and mode as before?)"),
            (400, &body[..], "Stripe refuses this service's own set-up (`parameter_missing` about `line_items[0][price]`)"),
            (402, b"<html>hush", "Stripe refuses this service's own set-up (`status 402`)"),
            (400, br#"{"error":{"type":"idempotency_error","message":"hush"}}"#, "begin a new one"),
            (503, b"hush", "Stripe could not be reached or understood (status 503)"),
            (302, b"hush", "Stripe could not be reached or understood (an answer with status 302)"),
            (400, br#"{"error":"hush"}"#, "(`status 400`)"),
        ] {
            let told = refused(status, body).to_string();
            assert!(told.contains(expected) && !told.contains("hush"), "{status}: {told}");
        }
    }
}
