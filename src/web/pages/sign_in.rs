//! Signing in with Google and out again. A callback is worth something only with the state that this browser left with; nothing is asked
//! of Google before that is sure.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use secrecy::SecretString;
use url::Url;

use crate::account::CustomerId;
use crate::ports::{FlowPurpose, PendingFlow, SignInFailure};
use crate::web::cookies::{SESSION_COOKIE, forget_cookie, keep_cookie, set_cookie};
use crate::web::error::Told;
use crate::web::replies::{page, see_other};
use crate::web::return_to;
use crate::web::token::{Token, id_bits};
use crate::web::visitor::{Asked, Fields, SignedIn, Visitor};
use crate::web::{Frame, Service};
use crate::workflow::sign_in;
use crate::workflow::sign_in::{Leaving, Returning, SignInTrouble, begin_sign_in, finish_sign_in, take_back};

const CALLBACK: &str = "/sign-in/callback";
const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

#[derive(Template)]
#[template(path = "app/sign-in.html", config = "src/web/askama.toml")]
struct SignInPage {
    frame: Frame,
    form_token: String,
    return_to: String,
    is_fresh: bool,
    is_ended_everywhere: bool,
}

/// The page with the button.
pub(in crate::web) async fn form(State(service): State<Arc<Service>>, visitor: Visitor, Asked(asked): Asked) -> Result<Response, Told> {
    let return_to = return_to::checked(asked.get("return_to").unwrap_or_default(), &service.facts.public_url);
    let is_fresh = asked.get("fresh").is_some();
    if visitor.session.is_some() && !is_fresh {
        return Ok(see_other(&return_to));
    }
    let is_ended_everywhere = asked.get("ended") == Some("everywhere");
    page(&SignInPage {
        frame: visitor.frame(&service, "Sign in"),
        form_token: visitor.form_token(),
        return_to,
        is_fresh,
        is_ended_everywhere,
    })
}

/// Off to Google.
pub(in crate::web) async fn begin(State(service): State<Arc<Service>>, visitor: Visitor, fields: Fields) -> Result<Response, Told> {
    let leaving = Leaving {
        browser: visitor.browser.hash(),
        redirect: &address_of(&service, CALLBACK)?,
        return_to: return_to::checked(fields.get("return_to").unwrap_or_default(), &service.facts.public_url),
    };
    let is_fresh = fields.get("fresh").is_some();
    let url = begin_sign_in(&*service.store, &*service.identity, leaving, is_fresh, service.clock.now()).await.map_err(told)?;
    Ok(see_other(url.as_str()))
}

/// Back from Google.
pub(in crate::web) async fn callback(State(service): State<Arc<Service>>, visitor: Visitor, Asked(asked): Asked) -> Result<Response, Told> {
    let flow = came_back(&service, &visitor, &asked).await?;
    if flow.purpose != FlowPurpose::SignIn {
        return Err(unknown_state());
    }
    let code = code(&asked, "/sign-in")?;
    let session = Token::fresh()?;
    let returning = Returning {
        code: &code,
        redirect: &address_of(&service, CALLBACK)?,
        session: session.hash(),
        former_session: visitor.session.as_ref().map(|signed_in| signed_in.token.hash()),
        new_id: CustomerId::of(id_bits()?),
    };
    finish_sign_in(&*service.store, &*service.identity, &flow, returning, service.clock.now()).await.map_err(told)?;
    let mut response = see_other(&return_to::checked(&flow.return_to, &service.facts.public_url));
    set_cookie(&mut response, &keep_cookie(SESSION_COOKIE, &session));
    Ok(response)
}

/// Ends this session. Whoever is signed out already ends there too.
pub(in crate::web) async fn sign_out(State(service): State<Arc<Service>>, visitor: Visitor) -> Result<Response, Told> {
    if let Some(signed_in) = &visitor.session {
        sign_in::sign_out(&*service.store, signed_in.customer(), &signed_in.token.hash(), service.clock.now()).await?;
    }
    Ok(signed_out_to("/"))
}

/// Ends every session of the customer.
pub(in crate::web) async fn sign_out_everywhere(State(service): State<Arc<Service>>, signed_in: SignedIn) -> Result<Response, Told> {
    sign_in::sign_out_everywhere(&*service.store, signed_in.customer(), service.clock.now()).await?;
    Ok(signed_out_to("/sign-in?ended=everywhere"))
}

/// On to an address, with nothing left in the browser.
pub(super) fn signed_out_to(address: &str) -> Response {
    let mut response = see_other(address);
    set_cookie(&mut response, &forget_cookie(SESSION_COOKIE));
    // Not "cookies": that one would also forget the browser itself, and those of other services below the same domain.
    response.headers_mut().insert(CLEAR_SITE_DATA, HeaderValue::from_static("\"cache\", \"storage\""));
    response
}

/// An address of ours, built from the settings and never from a request.
pub(super) fn address_of(service: &Service, path: &str) -> Result<Url, Told> {
    service.facts.public_url.join(path).map_err(|error| Told::mistake(&format!("the public address cannot be extended: {error}")))
}

/// The visit to Google's page that this answer belongs to. Looked for before anything else of the answer is read.
pub(super) async fn came_back(service: &Service, visitor: &Visitor, asked: &Fields) -> Result<PendingFlow, Told> {
    let state = asked.get("state").filter(|state| !state.is_empty()).ok_or_else(unknown_state)?;
    let flow = take_back(&*service.store, state, &visitor.browser.hash(), service.clock.now()).await?;
    flow.ok_or_else(unknown_state)
}

/// The code of an answer, or what its `error` means.
pub(super) fn code(asked: &Fields, again: &str) -> Result<SecretString, Told> {
    if let Some(error) = asked.get("error") {
        return Err(refused(error, again));
    }
    match asked.get("code").filter(|code| !code.is_empty()) {
        Some(code) => Ok(SecretString::from(code)),
        None => Err(refused("", again)),
    }
}

pub(super) fn unknown_state() -> Told {
    Told::new(
        StatusCode::BAD_REQUEST,
        "This answer does not belong to a step that you began here",
        "The page was opened twice, took longer than 15 minutes, or was begun in another browser.",
    )
    .safe("Nobody was signed in, nothing was connected, and Google was not asked anything.")
    .advice("Begin again in this browser, and let the page at Google lead you back by itself.")
    .next("Sign in", "/sign-in")
    .next("Connect a Drive", "/connect")
    .cause("a callback without a state that this browser left with")
}

/// Google's `error` in our words. What stands in the address is never shown: anybody can write it.
fn refused(error: &str, again: &str) -> Told {
    let (status, title, happened, advice) = match error {
        "access_denied" => (
            StatusCode::OK,
            "You chose not to go on",
            "At Google you cancelled, or did not give the permission.",
            "If that was not what you meant, try again. There are other ways to let documents be read, too.",
        ),
        "admin_policy_enforced" => (
            StatusCode::FORBIDDEN,
            "Your organisation does not allow this",
            "The administrators of your Google Workspace have not allowed this service.",
            "Ask them to allow it, or share one folder with our robot address, or run the program on your own machine.",
        ),
        "org_internal" => (
            StatusCode::FORBIDDEN,
            "This service is for another organisation",
            "It accepts only Google accounts of the organisation that runs it.",
            "Sign in with an account of that organisation.",
        ),
        "disallowed_useragent" => (
            StatusCode::BAD_REQUEST,
            "Google does not accept this browser",
            "Google allows its sign-in page only in a full browser, not in a view inside another app.",
            "Open this address in your usual browser.",
        ),
        "redirect_uri_mismatch"
        | "invalid_client"
        | "deleted_client"
        | "unauthorized_client"
        | "invalid_request"
        | "invalid_scope"
        | "origin_mismatch" => (
            StatusCode::BAD_GATEWAY,
            "This service is not set up rightly at Google",
            "Google does not accept how this service asks; that is for its operator to mend.",
            "Write to the operator and name the request number below.",
        ),
        "interaction_required" | "login_required" | "consent_required" | "temporarily_unavailable" | "server_error" => {
            (StatusCode::BAD_GATEWAY, "Google did not finish", "Google's page ended before you could answer it.", "Try again in a minute.")
        }
        _ => (
            StatusCode::BAD_REQUEST,
            "Google sent you back without an answer",
            "What came back holds neither a permission nor a reason that we know.",
            "Try again.",
        ),
    };
    Told::new(status, title, happened)
        .safe("Nothing was connected or changed, and nothing of your Drive was read.")
        .advice(advice)
        .next("Try again", again)
        .next("Ways to connect", "/connect")
        .cause("the page at Google ended without a code")
}

fn told(trouble: SignInTrouble) -> Told {
    let failure = match trouble {
        SignInTrouble::Store(failure) => return failure.into(),
        SignInTrouble::Identity(failure) => failure,
    };
    let cause = failure.to_string();
    let told = match failure {
        SignInFailure::NotVerified { .. } => Told::new(
            StatusCode::BAD_REQUEST,
            "Who you are could not be verified",
            "The identity that came back from Google did not pass every check, so we did not accept it.",
        )
        .advice("Try again. If it stays so, write to the operator and name the request number below."),
        SignInFailure::CodeRefused => {
            Told::new(StatusCode::BAD_REQUEST, "The sign-in came back too late", "Google's answer was used before, or is too old.")
                .advice("Sign in once more.")
        }
        SignInFailure::Misconfigured { .. } => Told::new(
            StatusCode::BAD_GATEWAY,
            "This service is not set up rightly at Google",
            "Google does not accept this service's own registration; that is for its operator to mend.",
        )
        .advice("Write to the operator and name the request number below. You can run the program on your own machine meanwhile."),
        SignInFailure::Unreachable { .. } => {
            Told::new(StatusCode::BAD_GATEWAY, "Google cannot be reached", "Google did not answer, or not in a way that makes sense.")
                .advice("Try again in a minute.")
                .retry_after(60)
        }
    };
    told.safe("Nobody was signed in, and nothing was changed.").next("Sign in", "/sign-in").cause(&cause)
}
