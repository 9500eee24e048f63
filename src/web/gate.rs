//! The gate in front of every page of the table: counts requests, finds the session, refuses forms that are not ours. It decides by the
//! row of the table, so that no page can forget a check; it knows nothing of what the pages do.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use jiff::SignedDuration;

use crate::web::Service;
use crate::web::cookies::{BROWSER_COOKIE, SESSION_COOKIE, forget_cookie, keep_cookie, set_cookie};
use crate::web::error::Told;
use crate::web::limits::Limits;
use crate::web::replies::see_other;
use crate::web::return_to;
use crate::web::routes::{Access, Route};
use crate::web::token::Token;
use crate::web::visitor::{Fields, SignedIn, Visitor};

/// No form of ours is larger.
const MOST_FORM_BYTES: usize = 64 * 1024;
/// That a session was used is written down this often at most.
const TOUCH_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// What the gate needs for one row of the table.
#[derive(Clone)]
pub(super) struct Gate {
    pub(super) service: Arc<Service>,
    pub(super) limits: Arc<Limits>,
    pub(super) route: &'static Route,
}

/// The form token of the page that was made, for the frame of an error page.
#[derive(Clone)]
pub(super) struct FormTokenOfPage(pub(super) String);

/// Lets a request through to its page, or answers in its place.
pub(super) async fn pass(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
    if let Err(seconds) = gate.limits.take(gate.route.limit, peer, request.headers()) {
        return Told::too_many(seconds).into_response();
    }
    if gate.route.access == Access::Machine {
        return next.run(request).await;
    }
    let is_new_browser = read_cookie(request.headers(), BROWSER_COOKIE).is_none();
    let (visitor, has_stale_session) = match visitor(&gate.service, request.headers()).await {
        Ok(found) => found,
        Err(told) => return told.into_response(),
    };
    let form_token = visitor.session.as_ref().map(|signed_in| FormTokenOfPage(signed_in.form_token()));
    let browser = visitor.browser.clone();
    let mut response = admit(&gate, visitor, request, next).await;
    if is_new_browser {
        set_cookie(&mut response, &keep_cookie(BROWSER_COOKIE, &browser));
    }
    // A page that just signed somebody in has set the cookie itself.
    if has_stale_session && !sets_cookie(&response, SESSION_COOKIE) {
        set_cookie(&mut response, &forget_cookie(SESSION_COOKIE));
    }
    if let Some(form_token) = form_token {
        response.extensions_mut().insert(form_token);
    }
    response
}

async fn admit(gate: &Gate, visitor: Visitor, mut request: Request, next: Next) -> Response {
    if gate.route.access == Access::Private && visitor.session.is_none() {
        return turn_away(gate, &request);
    }
    if gate.route.needs_form_token() {
        let (parts, body) = request.into_parts();
        let fields = match fields(&parts.headers, body).await {
            Ok(fields) => fields,
            Err(told) => return told.into_response(),
        };
        if !is_ours(&visitor, gate.route.access, &fields) {
            return Told::form_refused("the form token is missing or wrong").into_response();
        }
        request = Request::from_parts(parts, Body::empty());
        request.extensions_mut().insert(fields);
    }
    request.extensions_mut().insert(visitor);
    next.run(request).await
}

/// Whoever wanted to read a page signs in and comes back to it; a form or a stream is refused.
fn turn_away(gate: &Gate, request: &Request) -> Response {
    let is_page = matches!(*request.method(), Method::GET | Method::HEAD) && !gate.route.is_stream();
    if !is_page {
        return Told::signed_out().into_response();
    }
    let asked = request.uri().path_and_query().map_or("", axum::http::uri::PathAndQuery::as_str);
    let back = return_to::checked(asked, &gate.service.facts.public_url);
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("return_to", &back).finish();
    see_other(&format!("/sign-in?{query}"))
}

/// The browser with its session, and whether it holds the token of a session that is over.
async fn visitor(service: &Service, headers: &HeaderMap) -> Result<(Visitor, bool), Told> {
    let browser = match read_cookie(headers, BROWSER_COOKIE) {
        Some(token) => token,
        None => Token::fresh()?,
    };
    let Some(token) = read_cookie(headers, SESSION_COOKIE) else {
        return Ok((Visitor { browser, session: None }, false));
    };
    let hash = token.hash();
    let Some(session) = service.store.session(&hash).await? else {
        return Ok((Visitor { browser, session: None }, true));
    };
    let now = service.clock.now();
    if session.end(now, service.sessions).is_some() {
        // It is over by its age, whether or not that can be written down.
        if let Err(failure) = service.store.close_session(&hash).await {
            tracing::warn!(%failure, "a session that is over could not be removed");
        }
        return Ok((Visitor { browser, session: None }, true));
    }
    if now.duration_since(session.last_seen_at) >= TOUCH_EVERY {
        // On a full disk people must still reach their pages: deleting something is what makes room.
        if let Err(failure) = service.store.touch_session(&hash, now).await {
            tracing::warn!(%failure, "that a session was used could not be written down");
        }
    }
    Ok((Visitor { browser, session: Some(SignedIn { token, session }) }, false))
}

fn read_cookie(headers: &HeaderMap, name: &str) -> Option<Token> {
    CookieJar::from_headers(headers).get(name).and_then(|cookie| Token::parse(cookie.value()))
}

fn sets_cookie(response: &Response, name: &str) -> bool {
    let starts = |value: &axum::http::HeaderValue| {
        value.to_str().is_ok_and(|text| text.strip_prefix(name).is_some_and(|rest| rest.starts_with('=')))
    };
    response.headers().get_all(header::SET_COOKIE).iter().any(starts)
}

/// A form is ours when it holds the token that a page showed to this session. A form on a page that needs no session may also hold that
/// of the browser: it was opened before somebody signed in.
fn is_ours(visitor: &Visitor, access: Access, fields: &Fields) -> bool {
    let Some(sent) = fields.get("csrf") else {
        return false;
    };
    let by_session = visitor.session.as_ref().is_some_and(|signed_in| signed_in.token.has_form_token(sent));
    by_session || (access == Access::Open && visitor.browser.has_form_token(sent))
}

async fn fields(headers: &HeaderMap, body: Body) -> Result<Fields, Told> {
    let declared: Option<usize> =
        headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
    if declared.is_some_and(|bytes| bytes > MOST_FORM_BYTES) {
        return Err(Told::too_large());
    }
    // What breaks off ends here too: both are a form that cannot be read whole.
    let bytes = to_bytes(body, MOST_FORM_BYTES).await.map_err(|_| Told::too_large())?;
    Ok(Fields(url::form_urlencoded::parse(&bytes).into_owned().collect()))
}
