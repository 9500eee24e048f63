//! What the machines around us ask: whether the process lives, and whether it can work. No detail leaves: it is in the log.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::web::Service;

/// The process lives. Nothing else is asked, so that a database that restarts does not restart us.
pub(in crate::web) async fn alive() -> &'static str {
    "ok\n"
}

/// The store answers and has the schema of this program.
pub(in crate::web) async fn ready(State(service): State<Arc<Service>>) -> Response {
    match service.store.ready().await {
        Ok(()) => "ready\n".into_response(),
        Err(failure) => {
            tracing::warn!(%failure, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "not ready\n").into_response()
        }
    }
}
