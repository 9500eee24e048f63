//! Brings events to the webhook: at least once, signed anew each time, again after a while when they are not taken. Nothing orders them.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::emitted_event::signature;
use super::till::Till;

/// Tries beside the first one; Stripe's own go on for days.
const MORE_TRIES: u32 = 8;
const FIRST_WAIT: Duration = Duration::from_millis(250);
/// So long the checkout page waits for the webhook before it sends the buyer back, as Stripe's does.
const PATIENCE: Duration = Duration::from_secs(10);

/// An event as it goes over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedEvent {
    /// The `Stripe-Signature` header.
    pub header: String,
    /// The body.
    pub body: Vec<u8>,
}

/// One try to bring an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// Stripe's id of the event.
    pub event: String,
    /// What the webhook answered; none when nobody did.
    pub status: Option<u16>,
}

/// An event with a signature of that second.
pub(super) fn signed(till: &Till, event: &Value, second: i64) -> SignedEvent {
    let body = event.to_string().into_bytes();
    SignedEvent { header: signature(&till.webhook_secret, second, &body), body }
}

/// Brings an event, and comes back after the first try; the others follow by themselves.
pub(super) async fn announce(till: &Arc<Till>, event: Value) {
    if till.webhook_url().is_none() || is_taken(bring(till, &event).await) {
        return;
    }
    let till = Arc::clone(till);
    tokio::spawn(async move {
        for number in 0..MORE_TRIES {
            tokio::time::sleep(FIRST_WAIT * (1 << number)).await;
            if is_taken(bring(&till, &event).await) {
                return;
            }
        }
    });
}

/// Tries once; the status that the webhook answered, or none.
pub(super) async fn bring(till: &Till, event: &Value) -> Option<u16> {
    let webhook_url = till.webhook_url()?;
    let signed = signed(till, event, till.now());
    let request = till.http.post(webhook_url).header("content-type", "application/json; charset=utf-8");
    let request = request.header("stripe-signature", signed.header).body(signed.body).timeout(PATIENCE);
    let status = request.send().await.ok().map(|response| response.status().as_u16());
    till.note_delivery(Delivered { event: event["id"].as_str().unwrap_or_default().to_owned(), status });
    status
}

fn is_taken(status: Option<u16>) -> bool {
    matches!(status, Some(200..=299))
}
