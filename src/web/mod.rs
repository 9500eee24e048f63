//! The service in the browser: the public site, and the pages of those who signed in. It turns requests into calls of `workflow` and
//! `ports`, and answers into pages. It never touches a database, Google or a file itself, and judges nothing.

mod assets;
mod cookies;
mod envelope;
mod error;
mod frame;
mod gate;
mod headers;
mod kept;
mod limits;
mod measuring;
mod metrics_server;
mod pages;
mod replies;
mod return_to;
mod routes;
mod seats;
mod server;
mod service;
mod site;
mod token;
mod visitor;
mod wish;

use std::sync::Arc;

use axum::Router;

use crate::catalog::Catalog;

use frame::Frame;

pub use limits::Limit;
pub use metrics_server::{RenderMetrics, serve_metrics};
pub use routes::{Access, ROUTES, Route};
pub use server::{router, serve};
pub use service::{ExamplePages, ExampleReport, Offer, PickerFacts, Service, SiteFacts};

/// The routes that need nobody to sign in: the public site and the assets of all pages. They ask nothing of the store.
pub fn site_router(catalog: Arc<Catalog>, facts: &SiteFacts, example: Arc<dyn ExampleReport>) -> Router {
    site::routes(Arc::new(site::Site::new(catalog, facts, example))).merge(assets::routes())
}
