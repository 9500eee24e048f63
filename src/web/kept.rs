//! A body that is the same for everyone who asks: kept in memory with its compressed form and its tag, and answered without work. It
//! knows nothing of what the body says.

use std::io::Write as _;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

/// A public page may be a few minutes old: what it shows changes with a new version of the program only.
pub(super) const FOR_MINUTES: &str = "public, max-age=300";

/// For addresses that hold a hash of their content.
pub(super) const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// A body with all that is needed to answer with it.
#[derive(Clone)]
pub(super) struct KeptBody {
    plain: Bytes,
    packed: Bytes,
    plain_tag: HeaderValue,
    packed_tag: HeaderValue,
    media_type: &'static str,
    caching: &'static str,
}

impl KeptBody {
    /// Keeps a body. `media_type` and `caching` are values of headers.
    pub(super) fn new(body: impl Into<Bytes>, media_type: &'static str, caching: &'static str) -> Self {
        let plain: Bytes = body.into();
        let hash = content_hash(&plain);
        let packed = packed(&plain);
        Self { plain_tag: tag(&hash, ""), packed_tag: tag(&hash, "-gzip"), plain, packed, media_type, caching }
    }

    /// An HTML page that may be some minutes old.
    pub(super) fn page(html: String) -> Self {
        Self::new(html, "text/html; charset=utf-8", FOR_MINUTES)
    }

    /// The answer to a request with these headers: 304 when the browser has it already, compressed when it takes that.
    pub(super) fn answer(&self, asked: &HeaderMap) -> Response {
        if self.is_known(asked) {
            let mut answer = with_headers(StatusCode::NOT_MODIFIED, Body::empty(), &[(header::CACHE_CONTROL, self.caching)]);
            answer.headers_mut().insert(header::ETAG, self.tag_for(asked).clone());
            answer.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
            return answer;
        }
        self.answer_as(StatusCode::OK, asked)
    }

    /// The whole body under another status, such as 404.
    pub(super) fn answer_as(&self, status: StatusCode, asked: &HeaderMap) -> Response {
        let is_packed = takes_gzip(asked);
        let body = if is_packed { self.packed.clone() } else { self.plain.clone() };
        let fixed = [(header::CONTENT_TYPE, self.media_type), (header::CACHE_CONTROL, self.caching), (header::VARY, "accept-encoding")];
        let mut answer = with_headers(status, Body::from(body), &fixed);
        if is_packed {
            answer.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        answer.headers_mut().insert(header::ETAG, self.tag_for(asked).clone());
        answer
    }

    fn tag_for(&self, asked: &HeaderMap) -> &HeaderValue {
        if takes_gzip(asked) { &self.packed_tag } else { &self.plain_tag }
    }

    /// Both forms say the same, so either tag counts, strong or weak (RFC 9110, 13.1.2).
    fn is_known(&self, asked: &HeaderMap) -> bool {
        let known = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        known.flat_map(|value| value.split(',')).any(|one| {
            let one = one.trim();
            let one = one.strip_prefix("W/").unwrap_or(one).as_bytes();
            one == b"*" || one == self.plain_tag.as_bytes() || one == self.packed_tag.as_bytes()
        })
    }
}

/// The first 16 hexadecimal digits of the SHA-256: enough to tell versions of one file apart.
pub(super) fn content_hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn tag(hash: &str, form: &str) -> HeaderValue {
    // Hexadecimal digits and quotes are always a lawful value.
    HeaderValue::from_str(&format!("\"{hash}{form}\"")).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}

fn packed(plain: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 3), Compression::default());
    // Writing to memory does not fail; if it should, the empty body would show at once in every browser.
    if encoder.write_all(plain).is_err() {
        return Bytes::new();
    }
    encoder.finish().map(Bytes::from).unwrap_or_default()
}

fn with_headers(status: StatusCode, body: Body, fixed: &[(HeaderName, &'static str)]) -> Response {
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    for (name, value) in fixed {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    answer
}

/// Whether the browser takes gzip: named, and not with a weight of nought (RFC 9110, 12.5.3).
fn takes_gzip(asked: &HeaderMap) -> bool {
    let offered = asked.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let mut codings = offered.flat_map(|value| value.split(',')).map(|one| {
        let (name, weight) = one.split_once(';').unwrap_or((one, ""));
        let weight = weight.trim().trim_start_matches("q=").trim_end_matches(['0', '.']);
        (name.trim().to_ascii_lowercase(), one.contains(';') && weight.is_empty())
    });
    codings.any(|(name, is_refused)| (name == "gzip" || name == "x-gzip") && !is_refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_used_only_where_it_is_taken() {
        for (offered, expected) in [
            ("gzip, deflate, br", true),
            ("br;q=1.0, gzip;q=0.8, *;q=0.1", true),
            ("GZIP", true),
            ("gzip;q=0", false),
            ("gzip; q=0.0", false),
            ("gzip;q=0.05", true),
            ("gzip;q=1.0", true),
            ("br", false),
            ("identity", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(offered));
            assert_eq!(takes_gzip(&headers), expected, "{offered}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }

    #[test]
    fn a_known_tag_is_recognised_in_every_form() {
        let kept = KeptBody::page("<p>hello".into());
        let tag = kept.plain_tag.to_str().unwrap_or_default().to_owned();
        for (sent, status) in [
            (tag.clone(), 304),
            (format!("W/{tag}"), 304),
            (format!("\"other\", {tag}"), 304),
            ("*".into(), 304),
            ("\"other\"".into(), 200),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_NONE_MATCH, HeaderValue::from_str(&sent).unwrap_or_else(|_| HeaderValue::from_static("")));
            assert_eq!(kept.answer(&headers).status().as_u16(), status, "{sent}");
        }
    }
}
