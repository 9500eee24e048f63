//! The service in the browser: the public site, and the pages of those who signed in. It turns requests into calls of `workflow` and
//! `ports`, and answers into pages. It never touches a database, Google or a file itself, and judges nothing.

mod assets;
mod frame;
mod kept;
mod listen;
mod service;
mod site;

use std::sync::Arc;

use axum::Router;

use crate::catalog::Catalog;

pub use listen::listen;
pub use service::{ExamplePages, ExampleReport, PickerFacts, Service, SiteFacts};

/// All routes.
#[must_use]
pub fn router(service: Arc<Service>) -> Router {
    site_router(service.catalog.clone(), &service.facts, service.example.clone())
}

/// The routes that need nobody to sign in: the public site and the assets of all pages. They ask nothing of the store.
#[must_use]
pub fn site_router(catalog: Arc<Catalog>, facts: &SiteFacts, example: Arc<dyn ExampleReport>) -> Router {
    site::routes(Arc::new(site::Site::new(catalog, facts, example))).merge(assets::routes())
}
