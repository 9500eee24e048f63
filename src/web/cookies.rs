//! The two cookies. Both begin with `__Host-`, so that no other host can plant them, and no script can read them.

use axum::http::{HeaderValue, header};
use axum::response::Response;

use crate::web::token::Token;

/// Who is signed in.
pub(super) const SESSION_COOKIE: &str = "__Host-crosswalk";
/// Which browser left for Google's page.
pub(super) const BROWSER_COOKIE: &str = "__Host-crosswalk-browser";

/// A cookie that lives as long as the browser runs; how long a session lives is decided here, not there. `Lax`: it has to come along when
/// Google sends the browser back.
pub(super) fn keep_cookie(name: &str, token: &Token) -> String {
    format!("{name}={}; Path=/; Secure; HttpOnly; SameSite=Lax", token.as_str())
}

/// Takes a cookie away.
pub(super) fn forget_cookie(name: &str) -> String {
    format!("{name}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax")
}

/// Adds a cookie to an answer.
pub(super) fn set_cookie(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}
