//! Choosing what is reviewed against what, and ordering it. Names of places are taken from Google's answer, never from the form.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::account::{Connection, ConnectionMode, ReviewId};
use crate::assessment::{Chosen, WHOLE_STANDARD};
use crate::catalog::{Catalog, Origin, SafetyClass, Stage};
use crate::ports::{AuditAction, DrivePlace, Ordered, ReviewOrder, ReviewScope, ScopedPlace, SourceError};
use crate::report::shown;
use crate::web::error::Told;
use crate::web::pages::connect::{WishShown, connection, source_told, source_word};
use crate::web::pages::shown_scope::ConnectionShown;
use crate::web::replies::{page, see_other};
use crate::web::token::id_bits;
use crate::web::visitor::{Asked, Fields, SignedIn};
use crate::web::wish::{Wish, with_wish};
use crate::web::{Frame, Service};
use crate::workflow::order_review::{OrderTrouble, Ordering, order_review};
use crate::workflow::sign_in::note;

/// The standard that is ticked when nothing else was asked for, and its usual profile.
const USUAL_STANDARD: &str = "iec-81001-5-1-2021";
const USUAL_PROFILE: &str = "clauses-4-9";
/// More places than this are better reviewed as everything.
const MOST_PLACES: usize = 50;

#[derive(Template)]
#[template(path = "app/new-review.html", config = "src/web/askama.toml")]
struct NewReviewPage {
    frame: Frame,
    form_token: String,
    connection: ConnectionShown,
    others: Vec<OtherConnection>,
    places: Vec<PlaceShown>,
    are_places_unknown: bool,
    standards: Vec<StandardShown>,
    /// Whether one without a full entry is ticked: those are folded away otherwise.
    is_brief_chosen: bool,
    wish: WishShown,
    pick_again: Option<String>,
}

struct OtherConnection {
    mode: &'static str,
    href: String,
}

struct PlaceShown {
    id: String,
    name: String,
    is_shared_drive: bool,
}

struct StandardShown {
    id: String,
    name: String,
    title: String,
    clauses: usize,
    full: usize,
    is_chosen: bool,
}

/// The form.
pub(in crate::web) async fn form(State(service): State<Arc<Service>>, signed_in: SignedIn, Asked(asked): Asked) -> Result<Response, Told> {
    let wish = Wish::read(&asked, &service.catalog);
    let all = service.store.connections(signed_in.customer()).await?;
    let active: Vec<&Connection> = all.iter().filter(|connection| connection.is_active()).collect();
    let chosen = match asked.get("connection") {
        Some(id) => connection(&service, &signed_in, id).await?,
        None => match active.first() {
            Some(first) => (*first).clone(),
            None => return Ok(see_other(&with_wish("/connect", wish))),
        },
    };
    if !chosen.is_active() {
        return Err(must_reconnect());
    }
    let (places, are_places_unknown) = match places_of(&service, &signed_in, &chosen).await {
        Ok(places) => (places, false),
        Err(PlacesTrouble::Google) => (Vec::new(), true),
        Err(PlacesTrouble::Told(told)) => return Err(*told),
    };
    let standards = standards(&service.catalog, wish);
    let others = active.iter().filter(|other| other.id != chosen.id);
    page(&NewReviewPage {
        frame: signed_in.frame(&service, "Start a review"),
        form_token: signed_in.form_token(),
        others: others
            .map(|other| OtherConnection {
                mode: ConnectionShown::of(other).mode,
                href: with_wish(&format!("/reviews/new?connection={}", other.id), wish),
            })
            .collect(),
        pick_again: (chosen.mode == ConnectionMode::PickedFiles)
            .then(|| with_wish(&format!("/connect/pick?connection={}", chosen.id), wish)),
        connection: ConnectionShown::of(&chosen),
        places: places.into_iter().map(|p| PlaceShown { name: shown(&p.name), id: p.id, is_shared_drive: p.is_shared_drive }).collect(),
        are_places_unknown,
        is_brief_chosen: standards.iter().any(|standard| standard.is_chosen && standard.full == 0),
        standards,
        wish: WishShown::of(wish),
    })
}

/// Orders what was chosen.
pub(in crate::web) async fn order(State(service): State<Arc<Service>>, signed_in: SignedIn, fields: Fields) -> Result<Response, Told> {
    let connection = connection(&service, &signed_in, fields.get("connection").unwrap_or_default()).await?;
    let again = format!("/reviews/new?connection={}", connection.id);
    if !connection.is_active() {
        return Err(must_reconnect());
    }
    let chosen = chosen(&fields, &service.catalog, &again)?;
    let order = ReviewOrder { scope: scope(&service, &signed_in, &connection, &fields, &again).await?, chosen };
    let ordering = Ordering { customer: signed_in.customer(), connection: &connection.id, new_id: ReviewId::of(id_bits()?) };
    let ordered = order_review(&*service.store, &service.catalog, ordering, &order, service.clock.now()).await;
    match ordered {
        Ok(Ordered::Queued(id)) => Ok(see_other(&format!("/reviews/{id}"))),
        Ok(Ordered::AlreadyActive(id)) => Err(already_active(&id)),
        Ok(Ordered::NoConnection) => Err(must_reconnect()),
        Err(OrderTrouble::Store(failure)) => Err(failure.into()),
        Err(OrderTrouble::Choice(_) | OrderTrouble::NoClause) => {
            Err(Told::bad_form("The chosen standards hold no clause that could be reviewed, or are not in the catalog any more.", &again))
        }
    }
}

fn chosen(fields: &Fields, catalog: &Catalog, again: &str) -> Result<Chosen, Told> {
    let standards: Vec<String> = fields.all("standard").map(str::to_owned).collect();
    if standards.len() > catalog.standards.len() {
        return Err(Told::bad_form("More standards were chosen than there are. Choose each one once.", again));
    }
    if standards.is_empty() {
        return Err(Told::bad_form("No standard was chosen. Choose at least one.", again));
    }
    let safety_class = match fields.get("safety_class") {
        Some("A") => SafetyClass::A,
        Some("B") => SafetyClass::B,
        Some("C") => SafetyClass::C,
        _ => return Err(Told::bad_form("No safety class was chosen. Choose A, B or C.", again)),
    };
    let profile = if fields.get("annex_f").is_some() { WHOLE_STANDARD } else { usual_profile(&standards) };
    Ok(Chosen { standards, profile: profile.to_owned(), safety_class }.without_repeats())
}

/// Whether the annex for transitional software is among what was chosen: the form has no other way to the whole of that standard.
pub(super) fn is_with_annex_f(chosen: &Chosen) -> bool {
    chosen.profile == WHOLE_STANDARD && chosen.standards.iter().any(|id| id == USUAL_STANDARD)
}

/// Only one standard has profiles; where it is not among the chosen ones, each is judged whole.
fn usual_profile(standards: &[String]) -> &'static str {
    if standards.iter().any(|id| id == USUAL_STANDARD) { USUAL_PROFILE } else { WHOLE_STANDARD }
}

/// The chosen places, by the names that Google gives them now; everything when none was chosen.
async fn scope(
    service: &Service,
    signed_in: &SignedIn,
    connection: &Connection,
    fields: &Fields,
    again: &str,
) -> Result<ReviewScope, Told> {
    let mut asked: Vec<&str> = fields.all("place").collect();
    asked.sort_unstable();
    asked.dedup();
    if asked.is_empty() {
        return Ok(ReviewScope::Everything);
    }
    if asked.len() > MOST_PLACES {
        return Err(Told::bad_form("More than 50 places were chosen. Choose fewer, or everything.", again));
    }
    let known = match places_of(service, signed_in, connection).await {
        Ok(known) => known,
        Err(PlacesTrouble::Told(told)) => return Err(*told),
        Err(PlacesTrouble::Google) => return Err(google_is_silent(again)),
    };
    let places: Vec<ScopedPlace> = known
        .into_iter()
        .filter(|place| asked.contains(&place.id.as_str()))
        .map(|place| ScopedPlace { id: place.id, name: place.name })
        .collect();
    if places.len() != asked.len() {
        return Err(Told::bad_form("A chosen place is not there any more, or is not part of this connection.", again));
    }
    Ok(ReviewScope::Places(places))
}

enum PlacesTrouble {
    /// Google does not answer; the review can be ordered for everything.
    Google,
    Told(Box<Told>),
}

async fn places_of(service: &Service, signed_in: &SignedIn, connection: &Connection) -> Result<Vec<DrivePlace>, PlacesTrouble> {
    let told = |told: Told| PlacesTrouble::Told(Box::new(told));
    let grant = service.store.grant(signed_in.customer(), &connection.id).await.map_err(|failure| told(failure.into()))?;
    match service.drive.places(connection, grant.as_ref()).await {
        Ok(places) => Ok(places),
        Err(SourceError::NotAuthorised { .. }) => {
            let now = service.clock.now();
            if let Some(grant) = grant
                && service.store.needs_reconnect(&connection.id, grant.number, now).await.map_err(|failure| told(failure.into()))?
            {
                note(&*service.store, signed_in.customer(), AuditAction::GrantLost, Some(connection.id.as_str()), now).await;
            }
            Err(told(must_reconnect()))
        }
        Err(failure @ SourceError::Forbidden { .. }) => Err(told(source_told(&failure))),
        Err(failure) => {
            tracing::warn!(connection = %connection.id, because = source_word(&failure), "the places of a connection could not be listed");
            Err(PlacesTrouble::Google)
        }
    }
}

/// What can be reviewed: our own standards that hold clauses.
fn standards(catalog: &Catalog, wish: Option<Wish<'_>>) -> Vec<StandardShown> {
    let wished = wish.map_or(USUAL_STANDARD, |wish| wish.standard.id.as_str());
    let ours = catalog.standards.iter().filter(|standard| standard.origin == Origin::Ours && !standard.clauses.is_empty());
    ours.map(|standard| StandardShown {
        id: standard.id.clone(),
        name: standard.short_name().to_owned(),
        title: standard.title.clone(),
        clauses: standard.clauses.len(),
        full: standard.clauses.iter().filter(|clause| clause.status.stage != Stage::Structure).count(),
        is_chosen: standard.id == wished,
    })
    .collect()
}

pub(super) fn must_reconnect() -> Told {
    Told::new(
        StatusCode::CONFLICT,
        "Connect again first",
        "Google no longer accepts the permission of this connection: it was taken back, or has run out.",
    )
    .safe("Reviews that were done are still there.")
    .advice("Connect in the same way once more. The connection then goes on where it was.")
    .next("Connect again", "/connect")
    .next("Your reviews", "/reviews")
}

pub(super) fn already_active(id: &ReviewId) -> Told {
    Told::new(
        StatusCode::CONFLICT,
        "A review of this connection is under way",
        "One connection is reviewed once at a time, so no second review was begun.",
    )
    .safe("The review that is under way goes on.")
    .advice("Watch it, or stop it and begin anew.")
    .next("To that review", &format!("/reviews/{id}"))
}

fn google_is_silent(again: &str) -> Told {
    Told::new(
        StatusCode::BAD_GATEWAY,
        "Google cannot be reached",
        "The chosen folders could not be looked up, because Google did not answer.",
    )
    .safe("No review was begun, and nothing was changed.")
    .advice("Try again in a minute, or review everything that the connection opens.")
    .retry_after(60)
    .next("Choose again", again)
}
