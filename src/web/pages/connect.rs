//! Connecting a Drive by a second consent at Google: the page with the ways to connect, off to Google, and back. What was granted is
//! checked by the port; a grant that is not exactly what was asked for is not kept, and has words of its own.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use crate::account::{Connection, ConnectionId, ConnectionMode, Customer};
use crate::ports::{ConsentFailure, FlowPurpose, SourceError, StoreFailure};
use crate::web::error::Told;
use crate::web::pages::sign_in::{address_of, came_back, code, unknown_state};
use crate::web::replies::{page, see_other};
use crate::web::token::id_bits;
use crate::web::visitor::{Asked, Fields, SignedIn, Visitor};
use crate::web::wish::{Wish, with_wish};
use crate::web::{Frame, Service};
use crate::workflow::connect_drive::{ConnectTrouble, Connecting, begin_connect, finish_connect};
use crate::workflow::sign_in::Leaving;

const CALLBACK: &str = "/connect/callback";

#[derive(Template)]
#[template(path = "app/connect.html", config = "src/web/askama.toml")]
struct ConnectPage {
    frame: Frame,
    form_token: String,
    offers: Vec<Offer>,
    robot_address: Option<String>,
    wish: WishShown,
}

/// A way to connect that this installation offers, and whether the customer has it.
struct Offer {
    mode: ConnectionMode,
    is_connected: bool,
}

/// What somebody came for, as hidden fields and as words.
pub(super) struct WishShown {
    pub(super) standard: Option<String>,
    pub(super) clause: Option<String>,
    pub(super) words: Option<String>,
}

impl WishShown {
    pub(super) fn of(wish: Option<Wish<'_>>) -> Self {
        let words = wish.map(|wish| match wish.clause {
            Some(clause) => format!("{} {} – {}", wish.standard.short_name(), clause.number, clause.title),
            None => wish.standard.short_name().to_owned(),
        });
        Self {
            standard: wish.map(|wish| wish.standard.id.clone()),
            clause: wish.and_then(|wish| wish.clause).map(|clause| clause.number.clone()),
            words,
        }
    }
}

/// The ways to connect, in their order.
pub(in crate::web) async fn form(State(service): State<Arc<Service>>, signed_in: SignedIn, Asked(asked): Asked) -> Result<Response, Told> {
    let connected = service.store.connections(signed_in.customer()).await?;
    let is_connected = |mode| connected.iter().any(|connection| connection.mode == mode && connection.is_active());
    let offers = service.drive.modes().into_iter().map(|mode| Offer { mode, is_connected: is_connected(mode) }).collect();
    page(&ConnectPage {
        frame: signed_in.frame(&service, "Connect your Drive"),
        form_token: signed_in.form_token(),
        offers,
        robot_address: service.drive.robot_address(),
        wish: WishShown::of(Wish::read(&asked, &service.catalog)),
    })
}

/// Off to Google for the permission of that mode.
pub(in crate::web) async fn begin(
    State(service): State<Arc<Service>>,
    Path(mode): Path<String>,
    visitor: Visitor,
    signed_in: SignedIn,
    fields: Fields,
) -> Result<Response, Told> {
    let offered = service.drive.modes();
    let mode = ConnectionMode::parse(&mode).filter(|mode| mode.has_grant() && offered.contains(mode)).ok_or_else(Told::not_found)?;
    let customer = customer(&service, &signed_in).await?;
    let leaving = Leaving {
        browser: visitor.browser.hash(),
        redirect: &address_of(&service, CALLBACK)?,
        return_to: with_wish("/reviews/new", Wish::read(&fields, &service.catalog)),
    };
    let url = begin_connect(&*service.store, &*service.drive, &customer, mode, leaving, service.clock.now()).await.map_err(told)?;
    Ok(see_other(url.as_str()))
}

/// Back from Google.
pub(in crate::web) async fn callback(State(service): State<Arc<Service>>, visitor: Visitor, Asked(asked): Asked) -> Result<Response, Told> {
    let flow = came_back(&service, &visitor, &asked).await?;
    let FlowPurpose::Connect { customer, mode } = &flow.purpose else {
        return Err(unknown_state());
    };
    let is_theirs = visitor.session.as_ref().is_some_and(|signed_in| signed_in.customer() == customer);
    if !is_theirs {
        return Err(session_changed());
    }
    let code = code(&asked, "/connect")?;
    let connecting =
        Connecting { customer, mode: *mode, code: &code, redirect: &address_of(&service, CALLBACK)?, new_id: ConnectionId::of(id_bits()?) };
    let connection = finish_connect(&*service.store, &*service.drive, connecting, &flow, service.clock.now()).await.map_err(told)?;
    Ok(see_other(&after_connecting(&connection, &flow.return_to)))
}

/// Where somebody goes who has just connected: to picking files, or to ordering a review.
pub(super) fn after_connecting(connection: &Connection, return_to: &str) -> String {
    let path = match connection.mode {
        ConnectionMode::PickedFiles => "/connect/pick",
        ConnectionMode::SharedFolder | ConnectionMode::WholeDrive => "/reviews/new",
    };
    match return_to.split_once('?') {
        Some((_, query)) => format!("{path}?connection={}&{query}", connection.id),
        None => format!("{path}?connection={}", connection.id),
    }
}

/// The customer of a session. The account may have been deleted a moment ago in another browser.
pub(super) async fn customer(service: &Service, signed_in: &SignedIn) -> Result<Customer, Told> {
    service.store.customer(signed_in.customer()).await?.ok_or_else(Told::signed_out)
}

fn session_changed() -> Told {
    Told::new(
        StatusCode::BAD_REQUEST,
        "You are no longer signed in as before",
        "While you were at Google, your session here ended, or somebody else signed in in this browser.",
    )
    .safe("Nothing was connected, and the permission that you gave was not used.")
    .advice("Sign in, then connect once more.")
    .next("Sign in", "/sign-in?return_to=%2Fconnect")
}

/// A failure of connecting in words. The port's own advice speaks to people at a terminal, so pages word theirs.
pub(super) fn told(trouble: ConnectTrouble) -> Told {
    match trouble {
        ConnectTrouble::Store(failure) => Told::from(failure),
        ConnectTrouble::Source(failure) | ConnectTrouble::Consent(ConsentFailure::Source(failure)) => source_told(&failure),
        ConnectTrouble::Consent(failure @ (ConsentFailure::Unticked | ConsentFailure::CanWrite | ConsentFailure::NotLasting)) => {
            consent_told(&failure)
        }
    }
}

fn consent_told(failure: &ConsentFailure) -> Told {
    let (title, happened, advice) = match failure {
        ConsentFailure::CanWrite => (
            "We do not keep a permission that can write",
            "An earlier permission lets this application do more than read, and Google handed that out with the new one. We read only, so we threw it away.",
            "Open your Google account, take this application's access away under “Third-party apps and services”, then connect again.",
        ),
        ConsentFailure::NotLasting => (
            "Google gave no lasting permission",
            "Without one, a review could not go on once you close this page.",
            "Connect again. If it stays so, take this application's access away in your Google account first, under “Third-party apps and services”.",
        ),
        ConsentFailure::Unticked | ConsentFailure::Source(_) => (
            "The box for your Drive was left unticked",
            "At Google you signed in, but did not tick the permission to see files. Without it nothing can be read, so nothing was connected.",
            "Connect again and tick the box. Or choose a way that needs no such permission.",
        ),
    };
    Told::new(StatusCode::OK, title, happened)
        .safe("Nothing was kept, and nothing of your Drive was read.")
        .advice(advice)
        .next("Connect again", "/connect")
        .next("Google account", "https://myaccount.google.com/connections")
        .cause(&failure.to_string())
}

/// What Google did, for somebody at a page.
pub(super) fn source_told(failure: &SourceError) -> Told {
    let told = match failure {
        SourceError::NotFound { .. } => Told::new(
            StatusCode::BAD_REQUEST,
            "Google does not find that",
            "There is no such folder or shared drive, or it is not shared with us.",
        )
        .advice("Copy the link of the folder once more and share it with our robot address."),
        SourceError::Forbidden { .. } => {
            Told::new(StatusCode::BAD_REQUEST, "Google does not let us read that", "The folder is there, but may not be read by us.")
                .advice("Ask whoever owns it to share it as Viewer.")
        }
        SourceError::NotAuthorised { .. } => Told::new(
            StatusCode::BAD_REQUEST,
            "Google no longer accepts the permission",
            "It came back too late, was used before, or was taken back.",
        )
        .advice("Connect once more."),
        SourceError::Misconfigured { .. } => Told::new(
            StatusCode::BAD_GATEWAY,
            "This service is not set up rightly at Google",
            "Google does not accept this service's own registration; that is for its operator to mend. Your permission is not to blame.",
        )
        .advice("Write to the operator and name the request number below."),
        SourceError::RateLimited { .. } => {
            Told::new(StatusCode::SERVICE_UNAVAILABLE, "Google asks us to slow down", "Too many requests reached Google at once.")
                .advice("Try again in a minute.")
                .retry_after(60)
        }
        SourceError::Unreachable { .. } => Told::new(StatusCode::BAD_GATEWAY, "Google cannot be reached", "Google did not answer.")
            .advice("Try again in a minute.")
            .retry_after(60),
        SourceError::Unexpected { .. } => {
            Told::new(StatusCode::BAD_GATEWAY, "Google answered strangely", "What Google said makes no sense to this program.")
                .advice("Try again. If it stays so, write to the operator and name the request number below.")
        }
    };
    told.safe("Nothing was changed, and what was found so far is kept.")
        .next("Ways to connect", "/connect")
        .next("Your reviews", "/reviews")
        .cause(source_word(failure))
}

/// The kind of a failure, for the log: its text may name a folder.
pub(super) fn source_word(failure: &SourceError) -> &'static str {
    match failure {
        SourceError::NotFound { .. } => "Google: not found",
        SourceError::Forbidden { .. } => "Google: forbidden",
        SourceError::NotAuthorised { .. } => "Google: not authorised",
        SourceError::Misconfigured { .. } => "Google: this installation's registration is refused",
        SourceError::RateLimited { .. } => "Google: rate limited",
        SourceError::Unreachable { .. } => "Google: unreachable",
        SourceError::Unexpected { .. } => "Google: unexpected answer",
    }
}

/// A customer's connection by the id in an address.
pub(super) async fn connection(service: &Service, signed_in: &SignedIn, id: &str) -> Result<Connection, Told> {
    let id = ConnectionId::parse(id).ok_or_else(Told::not_found)?;
    let found: Result<Option<Connection>, StoreFailure> = service.store.connection(signed_in.customer(), &id).await;
    found?.ok_or_else(Told::not_found)
}
