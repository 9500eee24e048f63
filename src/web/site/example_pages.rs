//! The report about the sample company, as the engine wrote it. Its pages bring their style with them, so each has a policy of its own that
//! lets exactly this style through, and no script.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::web::kept::KeptBody;
use crate::web::site::{Site, entry_pages};

/// A page with its policy.
pub(super) struct PageWithStyle {
    body: KeptBody,
    policy: HeaderValue,
}

/// The two pages.
pub(super) struct ExampleKept {
    pub(super) summary: PageWithStyle,
    pub(super) gap_report: PageWithStyle,
}

/// One of the two pages; where the example could not be made, a page that says so.
pub(super) async fn answer(site: &Site, asked: &HeaderMap, which: impl Fn(&ExampleKept) -> &PageWithStyle) -> Response {
    if site.example_kept.get().is_none()
        && let Some(pages) = site.example.pages().await
    {
        // Two who ask at the same time may both make it; the first is kept.
        let _ = site.example_kept.set(ExampleKept { summary: with_policy(&pages.summary), gap_report: with_policy(&pages.gap_report) });
    }
    let Some(kept) = site.example_kept.get() else {
        return KeptBody::new(entry_pages::example_missing(site), "text/html; charset=utf-8", "no-store")
            .answer_as(StatusCode::SERVICE_UNAVAILABLE, asked);
    };
    let page = which(kept);
    let mut answer = page.body.answer(asked);
    answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, page.policy.clone());
    answer
}

fn with_policy(html: &str) -> PageWithStyle {
    let hashes: Vec<String> = styles(html).map(|style| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(style)))).collect();
    let hashes = hashes.join(" ");
    let policy = format!(
        "default-src 'none'; style-src {hashes}; img-src data:; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let policy = HeaderValue::from_str(&policy).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"));
    PageWithStyle { body: KeptBody::page(html.to_owned()), policy }
}

/// The contents of the page's style elements.
fn styles(html: &str) -> impl Iterator<Item = &str> {
    html.split("<style>").skip(1).filter_map(|rest| rest.split_once("</style>").map(|(style, _)| style))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_style_has_its_hash() {
        let page = with_policy("<style>a{}</style><p>x</p><style>b{}</style>");
        let policy = page.policy.to_str().unwrap_or_default();
        for style in ["a{}", "b{}"] {
            assert!(policy.contains(&format!("'sha256-{}'", STANDARD.encode(Sha256::digest(style)))), "{policy}");
        }
        assert!(!policy.contains("unsafe-inline"), "{policy}");
        assert!(!policy.contains("script-src"), "scripts fall under default-src 'none'");
    }
}
