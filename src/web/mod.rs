//! The service in the browser: the public site, and the pages of those who signed in. It turns requests into calls of `workflow` and
//! `ports`, and answers into pages. It never touches a database, Google or a file itself, and judges nothing.

mod assets;
mod frame;
mod kept;
mod service;
mod site;

use std::sync::Arc;

use axum::Router;

pub use service::{ExamplePages, ExampleReport, PickerFacts, Service, SiteFacts};

/// All routes.
#[must_use]
pub fn router(service: Arc<Service>) -> Router {
    site::routes().merge(assets::routes()).with_state(service)
}
