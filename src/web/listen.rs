//! Answers requests on a listener until told to stop.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;

use crate::web::{Service, router};

/// Serves until `stop` is through; then takes no new connection and waits for the open ones.
///
/// # Errors
/// When the listener fails for good.
pub async fn listen(listener: TcpListener, service: Arc<Service>, stop: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
    let service = router(service).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop).await
}
