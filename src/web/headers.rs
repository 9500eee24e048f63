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
pub(super) fn policy(facts: &SiteFacts, picker: Option<&Url>) -> String {
    // `form-action` is applied to where an answer to a form leads as well: to Google's consent page, and to the page on which one pays.
    let consent = match &facts.checkout_origin {
        Some(checkout) => format!("{} {checkout}", facts.consent_origin),
        None => facts.consent_origin.clone(),
    };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    fn facts(public_url: &str) -> SiteFacts {
        let settings = Settings::parse(None, &[]).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
        SiteFacts {
            public_url: public_url.parse().unwrap(),
            server: settings.server,
            started_at: jiff::Timestamp::UNIX_EPOCH,
            is_simulated: false,
            consent_origin: "https://accounts.google.com".to_owned(),
            picker: None,
            offer: crate::web::Offer::NotOffered,
            covers_days: 0,
            checkout_origin: None,
            has_mail: false,
        }
    }

    #[test]
    fn https_is_demanded_for_ever_once_it_is_there() {
        let mut headers = HeaderMap::new();
        Headers::of(&facts("https://crosswalk.example")).add(&mut headers, true);
        assert_eq!(headers[header::STRICT_TRANSPORT_SECURITY], "max-age=63072000; includeSubDomains");
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'"));
        Headers::of(&facts("http://127.0.0.1:8080")).add(&mut headers, false);
        assert!(headers.get(header::STRICT_TRANSPORT_SECURITY).is_none() && headers.get(header::CACHE_CONTROL).is_none());
        assert_eq!(headers[header::CONTENT_SECURITY_POLICY], "default-src 'none'", "a page's own policy was replaced");
    }

    #[test]
    fn googles_window_may_be_shown_on_one_page_only() {
        let facts = facts("https://crosswalk.example");
        let picker = "https://apis.google.com/js/api.js".parse().unwrap();
        let wide = policy(&facts, Some(&picker));
        assert!(wide.contains("script-src 'self' https://apis.google.com;"), "{wide}");
        assert!(wide.contains("frame-src https://apis.google.com https://docs.google.com;"), "{wide}");
        let narrow = policy(&facts, None);
        assert!(
            narrow.contains("script-src 'self';") && narrow.contains("frame-src 'none'") && !narrow.contains("apis.google"),
            "{narrow}"
        );
        assert!(narrow.contains("form-action 'self' https://accounts.google.com;"), "{narrow}");
        for unsafe_word in ["unsafe-inline", "unsafe-eval", "*"] {
            assert!(!wide.contains(unsafe_word) && !narrow.contains(unsafe_word));
        }
    }
}
