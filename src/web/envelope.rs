//! What is around every answer: an id of the request, a line in the log, an end to what takes too long or panics, the page for what went
//! wrong, and the headers. It writes neither addresses nor anything of a customer into the log.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use futures::FutureExt as _;
use tower_http::csrf::ProtectionError;
use tracing::Instrument as _;

use crate::web::error::Told;
use crate::web::gate::FormTokenOfPage;
use crate::web::headers::Headers;
use crate::web::measuring;
use crate::web::replies::frame;
use crate::web::routes::is_private;
use crate::web::token::id_bits;
use crate::web::{Frame, Service};

/// No page takes longer. Streams are made of many short answers and begin at once.
const LONGEST: Duration = Duration::from_mins(1);
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What the envelope needs.
#[derive(Clone)]
pub(super) struct Envelope {
    pub(super) service: Arc<Service>,
    pub(super) headers: Arc<Headers>,
}

#[derive(Template)]
#[template(path = "app/told.html", config = "src/web/askama.toml")]
struct ToldPage<'a> {
    frame: Frame,
    told: &'a Told,
    request_id: &'a str,
}

/// Answers one request.
pub(super) async fn wrap(State(envelope): State<Envelope>, request: Request, next: Next) -> Response {
    let request_id = id_bits().map(|bits| format!("{bits:032x}")).unwrap_or_default();
    // The pattern of the address, never the address: what stands in it may be anything.
    let path = request.extensions().get::<MatchedPath>().map_or_else(|| "unmatched".to_owned(), |path| path.as_str().to_owned());
    let method = method_word(&request);
    let span = tracing::info_span!("request", request_id, method, path);
    let started = envelope.service.clock.now();
    let mut response = limited(LONGEST, next.run(request)).instrument(span.clone()).await;
    span.in_scope(|| {
        let told = told_of(&mut response, is_private(&path));
        if let Some(told) = &told {
            log_cause(told);
            response = envelope.page(told, &response, &request_id);
        }
        envelope.headers.add(response.headers_mut(), told.is_some() || is_private(&path));
        if let Ok(value) = HeaderValue::from_str(&request_id) {
            response.headers_mut().insert(REQUEST_ID, value);
        }
        let took = envelope.service.clock.now().duration_since(started);
        measuring::answered(&path, method, response.status().as_u16(), took.as_secs_f64());
        let duration_ms = i64::try_from(took.as_millis()).unwrap_or(i64::MAX);
        tracing::info!(status = response.status().as_u16(), duration_ms, "answered");
    });
    response
}

/// A method of our own list; others are somebody's invention and do not enter the log.
fn method_word(request: &Request) -> &'static str {
    match request.method().as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        _ => "other",
    }
}

async fn limited(longest: Duration, answer: impl Future<Output = Response>) -> Response {
    match tokio::time::timeout(longest, AssertUnwindSafe(answer).catch_unwind()).await {
        Ok(Ok(response)) => response,
        // What a panic says may hold customer text, so it is not repeated.
        Ok(Err(_)) => Told::mistake("a handler panicked").into_response(),
        Err(_) => Told::took_too_long().into_response(),
    }
}

/// What a person is to be told, also where it was not a handler of ours that answered.
fn told_of(response: &mut Response, is_private: bool) -> Option<Told> {
    if let Some(told) = response.extensions_mut().remove::<Told>() {
        return Some(told);
    }
    if response.extensions().get::<ProtectionError>().is_some() {
        return Some(Told::form_refused("a form came from a page of another site"));
    }
    // The framework says in plain text what it cannot read; the public site words its own errors.
    if response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| !is_private || !kind.as_bytes().starts_with(b"text/plain")) {
        return None;
    }
    match response.status() {
        StatusCode::METHOD_NOT_ALLOWED => Some(Told::wrong_method()),
        StatusCode::NOT_FOUND => Some(Told::not_found()),
        StatusCode::PAYLOAD_TOO_LARGE => Some(Told::too_large()),
        StatusCode::BAD_REQUEST => Some(Told::bad_form("The address holds something that this page cannot read.", "/reviews")),
        _ => None,
    }
}

fn log_cause(told: &Told) {
    match &told.cause {
        Some(cause) if told.status.is_server_error() => tracing::error!(cause, "a request failed"),
        Some(cause) => tracing::info!(cause, "a request was refused"),
        None => {}
    }
}

impl Envelope {
    /// The page for what went wrong; what else the answer carried (cookies, permitted methods) stays.
    fn page(&self, told: &Told, before: &Response, request_id: &str) -> Response {
        let form_token = before.extensions().get::<FormTokenOfPage>().map(|token| token.0.clone());
        let template = ToldPage { frame: frame(&self.service, &told.title, form_token), told, request_id };
        let mut response = match template.render() {
            Ok(html) => (told.status, Html(html)).into_response(),
            Err(_) => (told.status, told.title.clone()).into_response(),
        };
        carry_over(before.headers(), response.headers_mut());
        if let Some(seconds) = told.retry_after_seconds {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

fn carry_over(from: &HeaderMap, to: &mut HeaderMap) {
    for name in [header::SET_COOKIE, header::ALLOW] {
        for value in from.get_all(&name) {
            to.append(name.clone(), value.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_ends_one_answer_and_says_nothing() {
        let mut response = limited(LONGEST, async { panic!("customer text") }).await;
        let told = told_of(&mut response, true);
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(told.is_some_and(|told| !format!("{told:?}").contains("customer text")));
    }

    #[tokio::test]
    async fn what_takes_too_long_is_given_up() {
        let mut response = limited(Duration::from_millis(10), std::future::pending()).await;
        assert!(told_of(&mut response, true).is_some_and(|told| told.status == StatusCode::GATEWAY_TIMEOUT));
    }
}
