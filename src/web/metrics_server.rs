//! The measurements of the service as a page for the machines that watch it, on a listener of its own: they are for whoever runs the
//! service, so no route of the public listener leads there.

use std::future::Future;
use std::io;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use tokio::net::TcpListener;

/// The text format of Prometheus, version 0.0.4.
const TEXT_FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Gives all measurements as text.
pub type RenderMetrics = Arc<dyn Fn() -> String + Send + Sync>;

/// Answers `GET /metrics` on a listener until `stop` is ready, and nothing else.
///
/// # Errors
/// When the listener fails.
pub async fn serve_metrics(
    render: RenderMetrics,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let router = Router::new().route("/metrics", get(page)).with_state(render);
    tokio::select! {
        ended = axum::serve(listener, router) => ended,
        // Nobody loses anything by a page of measurements that breaks off.
        () = stop => Ok(()),
    }
}

async fn page(State(render): State<RenderMetrics>) -> Response {
    let headers = [(header::CONTENT_TYPE, TEXT_FORMAT), (header::CACHE_CONTROL, "no-store"), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")];
    (headers, render()).into_response()
}
