//! Headers that every answer carries. A header that a page set itself stays. It knows no page.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use url::Url;

use crate::web::SiteFacts;

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// The headers of this installation.
pub(super) struct Headers {
    content_security_policy: Option<HeaderValue>,
    is_https: bool,
}

impl Headers {
    pub(super) fn of(facts: &SiteFacts) -> Self {
        Self { content_security_policy: HeaderValue::from_str(&policy(facts, None)).ok(), is_https: facts.public_url.scheme() == "https" }
    }

    /// Adds what is not there yet. `is_private`: nothing on the way may keep the answer.
    pub(super) fn add(&self, headers: &mut HeaderMap, is_private: bool) {
        let mut keep = |name: HeaderName, value: HeaderValue| {
            headers.entry(name).or_insert(value);
        };
        if let Some(policy) = &self.content_security_policy {
            keep(header::CONTENT_SECURITY_POLICY, policy.clone());
        }
        if self.is_https {
            keep(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000; includeSubDomains"));
        }
        keep(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        keep(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        keep(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
        keep(
            HeaderName::from_static("permissions-policy"),
            HeaderValue::from_static("camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"),
        );
        keep(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin"));
        keep(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin"));
        if is_private {
            keep(header::CACHE_CONTROL, NO_STORE);
        }
    }
}

/// The Content-Security-Policy of every page; with `picker` that of the one page that shows Google's Picker.
///
/// `form-action` names the consent page, because browsers apply it to where an answer to a form leads as well.
pub(super) fn policy(facts: &SiteFacts, picker: Option<&Url>) -> String {
    let consent = &facts.consent_origin;
    let (script, frame, more) = match picker {
        None => (String::new(), "'none'".to_owned(), String::new()),
        Some(script_url) => {
            let origin = script_url.origin().ascii_serialization();
            // Google's script shows its frame from another host of Google's.
            let frame =
                if script_url.host_str() == Some("apis.google.com") { format!("{origin} https://docs.google.com") } else { origin.clone() };
            (format!(" {origin}"), frame, format!(" {origin}"))
        }
    };
    format!(
        "default-src 'none'; script-src 'self'{script}; style-src 'self'; img-src 'self' data:{more}; font-src 'self'; connect-src 'self'{more}; \
         frame-src {frame}; form-action 'self' {consent}; frame-ancestors 'none'; base-uri 'none'"
    )
}
