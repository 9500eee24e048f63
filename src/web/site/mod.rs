//! The public site: what anyone may read without signing in. No page of it asks who is reading, so that each can be cached.

use std::sync::Arc;

use axum::Router;

use crate::web::Service;

/// Routes of the public site.
pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new()
}
