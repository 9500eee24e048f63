//! Where Stripe tells what became of payments. The signature over the raw bytes is all that counts: no session, no cookie, no address. Who
//! is refused learns no more than that.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::ports::EventRefused;
use crate::web::Service;
use crate::workflow::measuring::{self, EventOutcome};
use crate::workflow::take_payment::take_event;

/// No event of Stripe is larger.
const MOST_BYTES: usize = 256 * 1024;

/// Takes an event. 200 means that it need not come again.
pub(in crate::web) async fn stripe(State(service): State<Arc<Service>>, headers: HeaderMap, body: Body) -> Response {
    let Some(payments) = &service.payments else { return StatusCode::NOT_FOUND.into_response() };
    let Ok(body) = to_bytes(body, MOST_BYTES).await else { return refused("too large, or broken off") };
    let signature = headers.get("stripe-signature").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let now = service.clock.now();
    let event = match payments.read_event(signature, &body, now) {
        Ok(Some(event)) => event,
        Ok(None) => {
            measuring::payment_event(None, EventOutcome::Ignored);
            return "not our business\n".into_response();
        }
        Err(refusal @ (EventRefused::Forged | EventRefused::Stale | EventRefused::NotUnderstood { .. } | EventRefused::OtherMode)) => {
            return refused(&refusal.to_string());
        }
    };
    // On a task of its own: a sender that goes away must not end it half-way.
    let taken = tokio::spawn(async move { take_event(&*service.store, &event, now).await }).await;
    match taken {
        Ok(Ok(_)) => "taken\n".into_response(),
        Ok(Err(failure)) => {
            tracing::warn!(%failure, "an event of Stripe could not be kept; Stripe delivers it again");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
        Err(_) => {
            tracing::error!("taking an event of Stripe panicked; Stripe delivers it again");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn refused(because: &str) -> Response {
    measuring::payment_event(None, EventOutcome::Refused);
    tracing::warn!(because, "an event that calls itself Stripe's was refused");
    (StatusCode::BAD_REQUEST, "refused\n").into_response()
}
