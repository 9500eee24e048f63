//! The running server: one loopback listener that answers as API, checkout page and dashboard at once.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Response, header};
use tokio::net::TcpListener;

use super::super::answer::Answer;
use super::super::server::SimulatorError;
use super::api::{Called, answer};
use super::checkout_request::refusal;
use super::running::RunningStripe;
use super::script::{StripeFault, StripeRequest};
use super::till::Till;
use super::{checkout_page, dashboard};
use crate::ports::Clock;

const MAX_FORM_BYTES: usize = 64 * 1024;

/// How the simulated Stripe shall behave.
#[derive(Clone)]
pub struct StripeOptions {
    /// Tells the time for events and their signatures: the one of the service, or its signatures are stale.
    pub clock: Arc<dyn Clock>,
    /// Where events go, if that is known already.
    pub webhook_url: Option<String>,
}

/// Starts simulated Stripes.
pub struct SimulatedStripe;

impl SimulatedStripe {
    /// Listens on a free loopback port.
    ///
    /// # Errors
    /// When no port, no random numbers or no HTTP client can be had.
    pub async fn start(options: StripeOptions) -> Result<RunningStripe, SimulatorError> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let root_url = format!("http://{}", listener.local_addr()?);
        let run = getrandom::u64().map_err(|_| SimulatorError::Keys)?;
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build();
        let http = http.map_err(|_| SimulatorError::Keys)?;
        let till = Arc::new(Till::new(root_url, options.clock, http, format!("{run:016x}")));
        till.deliver_to(options.webhook_url);
        let router = Router::new().fallback(serve).with_state(Arc::clone(&till));
        let server = tokio::spawn(async move {
            // Serving ends only with the task; an error on one connection does not end it.
            let _ = axum::serve(listener, router).await;
        });
        Ok(RunningStripe::of(till, server))
    }
}

async fn serve(State(till): State<Arc<Till>>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_FORM_BYTES).await else { return named(Answer::html(413, String::new())) };
    let path = parts.uri.path();
    let encoded = if parts.method == "POST" { &body[..] } else { parts.uri.query().unwrap_or_default().as_bytes() };
    let fields: Vec<(String, String)> = url::form_urlencoded::parse(encoded).into_owned().collect();
    let field = |name: &str| fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    if path.starts_with("/v1/") {
        let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let called = Called {
            method: parts.method.as_str(),
            path,
            authorization: header(header::AUTHORIZATION.as_str()),
            idempotency_key: header("idempotency-key"),
            fields: &fields,
        };
        let (answer, delay) = faulty(&called, &till);
        till.record(StripeRequest {
            method: called.method.to_owned(),
            path: path.to_owned(),
            idempotency_key: called.idempotency_key.map(str::to_owned),
            version: header("stripe-version").map(str::to_owned),
            status: answer.status,
            fields,
        });
        tokio::time::sleep(delay).await;
        return named(answer);
    }
    named(match (parts.method.as_str(), path.strip_prefix("/pay/"), path.strip_prefix("/dashboard/")) {
        ("GET", Some(id), _) => checkout_page::show(&till, id),
        ("POST", Some(id), _) => checkout_page::choose(&till, id, field("choice")).await,
        ("POST", _, Some(id)) => dashboard::act(&till, id, field("act")).await,
        ("GET", None, None) if path == "/" => dashboard::show(&till),
        _ => refusal(404, None, None, "There is nothing here."),
    })
}

/// The answer as the script wants it, and how late it comes.
fn faulty(called: &Called<'_>, till: &Till) -> (Answer, Duration) {
    match till.take_fault() {
        None => (answer(called, till), Duration::ZERO),
        Some(StripeFault::Status { status, retry_after_seconds }) => {
            let mut answer = refusal(status, None, None, "A fault from the script.");
            answer.headers.extend(retry_after_seconds.map(|seconds| ("retry-after", seconds.to_string())));
            (answer, Duration::ZERO)
        }
        Some(StripeFault::Body { status, body }) => (Answer::bytes(status, "text/html", body.into_bytes()), Duration::ZERO),
        Some(StripeFault::Slow { milliseconds }) => (answer(called, till), Duration::from_millis(milliseconds)),
        Some(StripeFault::Field { name, value }) => {
            let answer = answer(called, till);
            let mut body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
            body[name] = value;
            (Answer::json(answer.status, &body), Duration::ZERO)
        }
    }
}

fn named(mut answer: Answer) -> Response<Body> {
    answer.headers.push(("server", "simulated-stripe".to_owned()));
    answer.into_response()
}
