//! Stylesheet, small scripts and drawings, built into the binary. Each stands at an address with a hash of its content, so that browsers
//! may keep it for ever. It makes nothing at run time and reads no file.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use rust_embed::RustEmbed;

use crate::web::kept::{FOR_EVER, KeptBody, content_hash};

#[derive(RustEmbed)]
#[folder = "src/web/assets/"]
struct Embedded;

struct Assets {
    /// The address of each file, by its plain name.
    addresses: BTreeMap<String, String>,
    /// What is served, by the last part of the address.
    bodies: BTreeMap<String, KeptBody>,
}

static ASSETS: LazyLock<Assets> = LazyLock::new(|| {
    let mut assets = Assets { addresses: BTreeMap::new(), bodies: BTreeMap::new() };
    for name in Embedded::iter() {
        if let Some(file) = Embedded::get(&name) {
            let served = format!("{}-{name}", content_hash(&file.data));
            assets.addresses.insert(name.clone().into_owned(), format!("/assets/{served}"));
            assets.bodies.insert(served, KeptBody::new(file.data.into_owned(), media_type(&name), FOR_EVER));
        }
    }
    assets
});

/// The address of a file of `src/web/assets`, such as `site.css`. A name that is not there gives an address that answers 404.
pub(super) fn address(name: &str) -> &'static str {
    ASSETS.addresses.get(name).map_or("/assets/missing", String::as_str)
}

/// The route of all assets.
pub(super) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{name}", get(answer))
}

/// A file at an address without a hash, such as `/favicon.svg`.
pub(super) fn plain_bytes(name: &str) -> Vec<u8> {
    Embedded::get(name).map(|file| file.data.into_owned()).unwrap_or_default()
}

async fn answer(Path(name): Path<String>, asked: HeaderMap) -> Response {
    match ASSETS.bodies.get(&name) {
        Some(body) => body.answer(&asked),
        None => (StatusCode::NOT_FOUND, "There is no such file. Load the page again: it names the current one.\n").into_response(),
    }
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => "application/octet-stream",
    }
}
