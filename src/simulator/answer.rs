//! Answers in the shapes that Google uses: JSON, Drive errors, OAuth errors, and the plain pages of the consent screen.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};

/// A whole answer, its body in memory.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(status: u16, value: &Value) -> Self {
        Self { status, headers: vec![("content-type", "application/json; charset=UTF-8".to_owned())], body: value.to_string().into_bytes() }
    }

    pub fn html(status: u16, page: String) -> Self {
        let headers = vec![
            ("content-type", "text/html; charset=utf-8".to_owned()),
            ("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'".to_owned()),
            ("cache-control", "no-store".to_owned()),
        ];
        Self { status, headers, body: page.into_bytes() }
    }

    pub fn bytes(status: u16, content_type: &str, body: Vec<u8>) -> Self {
        Self { status, headers: vec![("content-type", content_type.to_owned())], body }
    }

    pub fn redirect(location: &str) -> Self {
        Self { status: 302, headers: vec![("location", location.to_owned()), ("cache-control", "no-store".to_owned())], body: Vec::new() }
    }

    /// An error as the Drive API gives it.
    pub fn drive_error(status: u16, reason: &str, message: &str) -> Self {
        let domain =
            if reason.to_lowercase().contains("limit") || reason.to_lowercase().contains("quota") { "usageLimits" } else { "global" };
        let mut error = json!({ "domain": domain, "reason": reason, "message": message });
        if status == 401 {
            error["locationType"] = json!("header");
            error["location"] = json!("Authorization");
        }
        let body = json!({ "error": { "code": status, "message": message, "errors": [error], "status": status_word(status) } });
        let mut answer = Self::json(status, &body);
        if status == 401 {
            answer.headers.push(("www-authenticate", "Bearer realm=\"https://accounts.google.com/\", error=\"invalid_token\"".to_owned()));
        }
        answer
    }

    /// The same with the parameter that was wrong.
    pub fn bad_parameter(parameter: &str, message: &str) -> Self {
        let error =
            json!({ "domain": "global", "reason": "invalid", "message": message, "locationType": "parameter", "location": parameter });
        Self::json(400, &json!({ "error": { "code": 400, "message": message, "errors": [error] } }))
    }

    pub fn not_found(id: &str) -> Self {
        let message = format!("File not found: {id}.");
        let error =
            json!({ "domain": "global", "reason": "notFound", "message": message, "locationType": "parameter", "location": "fileId" });
        Self::json(404, &json!({ "error": { "code": 404, "message": message, "errors": [error] } }))
    }

    /// An error as the token and revoke endpoints give it.
    pub fn oauth_error(status: u16, error: &str, description: &str) -> Self {
        Self::json(status, &json!({ "error": error, "error_description": description }))
    }

    pub fn into_response(self) -> Response<Body> {
        self.with_body(Body::from)
    }

    /// The same head with another way to send the body.
    pub fn with_body(self, body: impl FnOnce(Vec<u8>) -> Body) -> Response<Body> {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(name, value);
            }
        }
        response.headers_mut().entry(header::SERVER).or_insert(HeaderValue::from_static("simulated-google"));
        *response.body_mut() = body(self.body);
        response
    }
}

fn status_word(status: u16) -> &'static str {
    match status {
        400 => "INVALID_ARGUMENT",
        401 => "UNAUTHENTICATED",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        429 => "RESOURCE_EXHAUSTED",
        _ => "UNKNOWN",
    }
}

/// Text for an HTML page; also safe inside a quoted attribute.
pub(super) fn escape_html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
