//! Serving: all routes in their envelope on a listener, until told to stop. It chooses neither the address nor the moment.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Extension;
use axum::middleware::from_fn_with_state;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower_http::csrf::CsrfLayer;

use crate::web::envelope::{Envelope, wrap};
use crate::web::headers::Headers;
use crate::web::pages::events::Closing;
use crate::web::seats::Seats;
use crate::web::{Service, routes, site_router};

/// How long answers under way may take once the server is told to stop.
const LAST_ANSWERS: Duration = Duration::from_secs(10);

/// All routes. A server that never stops in an orderly way needs no more; else see [`serve`].
pub fn router(service: &Arc<Service>) -> Router {
    router_until(service, Closing::never())
}

fn router_until(service: &Arc<Service>, closing: Closing) -> Router {
    let origin = service.facts.public_url.origin().ascii_serialization();
    // An address of ours is an origin: the settings allow http and https only.
    let forms = CsrfLayer::new().add_trusted_origin(origin.as_str()).unwrap_or_else(|_| CsrfLayer::new());
    let envelope = Envelope { headers: Arc::new(Headers::of(&service.facts)), service: Arc::clone(service) };
    routes::private_routes(service)
        .with_state(Arc::clone(service))
        .merge(site_router(Arc::clone(&service.catalog), &service.facts, Arc::clone(&service.example)))
        .layer(Extension(closing))
        .layer(Extension(Seats::usual()))
        .layer(forms)
        .layer(from_fn_with_state(envelope, wrap))
}

/// Answers on a listener until `stop` is ready; then it takes no new connection, ends streams, and waits a little for answers under way.
///
/// # Errors
/// When the listener fails.
pub async fn serve(service: Arc<Service>, listener: TcpListener, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
    let (stopping, is_stopping) = watch::channel(false);
    let app = router_until(&service, Closing::of(is_stopping.clone())).into_make_service_with_connect_info::<SocketAddr>();
    let told = async move {
        stop.await;
        // Nobody listens any more only when the server is gone already.
        let _ = stopping.send(true);
    };
    let mut patience = is_stopping;
    let too_long = async move {
        // When the other end is gone without a word, serving ended by itself.
        if patience.wait_for(|is| *is).await.is_err() {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(LAST_ANSWERS).await;
    };
    tokio::select! {
        ended = axum::serve(listener, app).with_graceful_shutdown(told) => ended,
        () = too_long => Ok(()),
    }
}
