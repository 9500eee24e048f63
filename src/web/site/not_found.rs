//! The page for an address that has none: what is near, and the way out.

use askama::Template;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use crate::web::frame::Frame;
use crate::web::kept::KeptBody;
use crate::web::site::find::Near;
use crate::web::site::{Site, rendered};

#[derive(Template)]
#[template(path = "site/not-found.html", config = "src/web/askama.toml")]
struct NotFoundPage<'n> {
    frame: Frame,
    near: &'n Near,
}

/// The answer 404.
pub(super) fn answer(site: &Site, near: &Near, asked: &HeaderMap) -> Response {
    let mut frame = site.frame("There is no such page", "This address has no page.", "/");
    // A page that does not exist has no address that search engines should keep.
    frame.canonical = None;
    KeptBody::page(rendered(&NotFoundPage { frame, near })).answer_as(StatusCode::NOT_FOUND, asked)
}
