//! One review: its progress while it is active, its free summary when it is done, and what to do when it gave no result.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use axum::response::Response;

use crate::account::ReviewId;
use crate::ports::{AuditAction, ReviewFailure, ReviewRecord, ReviewState};
use crate::web::error::{NextStep, Told};
use crate::web::pages::connect::customer;
use crate::web::pages::new_review::is_with_annex_f;
use crate::web::pages::progress::{ProgressShown, shown};
use crate::web::pages::report_access::ReportAccess;
use crate::web::pages::reviews::standards_in_words;
use crate::web::pages::shown_scope::{everywhere, places};
use crate::web::pages::summary::{Around, summary};
use crate::web::pages::when::moment;
use crate::web::replies::{page as render, see_other};
use crate::web::visitor::SignedIn;
use crate::web::{Frame, Service};
use crate::workflow::forget_customer::delete_review;
use crate::workflow::order_review::cancel_review;
use crate::workflow::sign_in::note;
use crate::workflow::what_changed::change_since;

/// What every page of a review says of it.
pub(super) struct Heading {
    pub(super) id: String,
    pub(super) standards: String,
    pub(super) places: Vec<String>,
    /// Said where there are no places.
    pub(super) everywhere: &'static str,
    pub(super) safety_class: &'static str,
    pub(super) is_with_annex_f: bool,
    pub(super) ordered_at: String,
}

#[derive(Template)]
#[template(path = "app/progress.html", config = "src/web/askama.toml")]
struct ProgressPage {
    frame: Frame,
    form_token: String,
    heading: Heading,
    progress: ProgressShown,
    is_cancelling: bool,
}

#[derive(Template)]
#[template(path = "app/ended.html", config = "src/web/askama.toml")]
struct EndedPage {
    frame: Frame,
    form_token: String,
    heading: Heading,
    title: &'static str,
    happened: &'static str,
    advice: &'static str,
    next: NextStep,
    ended_at: String,
}

/// The page of a review in whichever state it is.
pub(in crate::web) async fn page(
    State(service): State<Arc<Service>>,
    method: Method,
    Path(id): Path<String>,
    signed_in: SignedIn,
) -> Result<Response, Told> {
    let record = record(&service, &signed_in, &id).await?;
    let connection = service.store.connection(signed_in.customer(), &record.connection).await?;
    let heading = heading(&record, everywhere(connection.as_ref()), &service);
    match record.state {
        ReviewState::Queued { .. } | ReviewState::Running { .. } => {
            let progress = shown(&record.state).unwrap_or(ProgressShown { sentence: String::new(), value: None, max: None });
            let is_cancelling = matches!(record.state, ReviewState::Running { is_cancelling: true, .. });
            let frame = signed_in.frame(&service, "Review under way");
            render(&ProgressPage { frame, form_token: signed_in.form_token(), heading, progress, is_cancelling })
        }
        ReviewState::Done { at, .. } => {
            let assessment = service.store.assessment(signed_in.customer(), &record.id).await?.ok_or_else(Told::not_found)?;
            // Who asks for the headers alone has seen nothing.
            if method != Method::HEAD {
                note(&*service.store, signed_in.customer(), AuditAction::SummaryOpened, Some(record.id.as_str()), service.clock.now())
                    .await;
            }
            let around = Around {
                access: ReportAccess::of(&service, &record).await?,
                since: change_since(&*service.store, &record, &assessment).await?,
                connection: record.connection.to_string(),
                kept_until: customer(&service, &signed_in).await?.retention.until(at),
            };
            summary(&service, &signed_in, heading, &assessment, at, around)
        }
        ReviewState::Failed { at, failure } => {
            let (happened, advice, words, href) = failure_words(failure);
            let href = if href.is_empty() { format!("/reviews/new?connection={}", record.connection) } else { href.to_owned() };
            render(&EndedPage {
                frame: signed_in.frame(&service, "Review without a result"),
                form_token: signed_in.form_token(),
                heading,
                title: "This review gave no result",
                happened,
                advice,
                next: NextStep { words: words.to_owned(), href },
                ended_at: moment(at),
            })
        }
        ReviewState::Cancelled { at } => render(&EndedPage {
            frame: signed_in.frame(&service, "Review stopped"),
            form_token: signed_in.form_token(),
            heading,
            title: "You stopped this review",
            happened: "It ended before it had a result. Nothing that was read is kept.",
            advice: "Begin a new one whenever you like; fewer folders make it shorter.",
            next: NextStep { words: "Start a new review".to_owned(), href: format!("/reviews/new?connection={}", record.connection) },
            ended_at: moment(at),
        }),
    }
}

/// Asks to stop it.
pub(in crate::web) async fn cancel(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    signed_in: SignedIn,
) -> Result<Response, Told> {
    let record = record(&service, &signed_in, &id).await?;
    // One that has ended meanwhile shows what came of it.
    cancel_review(&*service.store, signed_in.customer(), &record.id, service.clock.now()).await?;
    Ok(see_other(&format!("/reviews/{}", record.id)))
}

/// Deletes it with its result.
pub(in crate::web) async fn delete(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    signed_in: SignedIn,
) -> Result<Response, Told> {
    let record = record(&service, &signed_in, &id).await?;
    if delete_review(&*service.store, signed_in.customer(), &record.id, service.clock.now()).await? {
        return Ok(see_other("/reviews"));
    }
    Err(Told::new(StatusCode::CONFLICT, "Stop the review first", "It is still waiting or running, so it was not deleted.")
        .safe("The review goes on.")
        .advice("Stop it, then delete it.")
        .next("To the review", &format!("/reviews/{}", record.id)))
}

/// A customer's review by the id in an address.
pub(super) async fn record(service: &Service, signed_in: &SignedIn, id: &str) -> Result<ReviewRecord, Told> {
    let id = ReviewId::parse(id).ok_or_else(Told::not_found)?;
    service.store.review(signed_in.customer(), &id).await?.ok_or_else(Told::not_found)
}

fn heading(record: &ReviewRecord, everywhere: &'static str, service: &Service) -> Heading {
    Heading {
        id: record.id.to_string(),
        standards: standards_in_words(&record.order.chosen.standards, &service.catalog),
        places: places(&record.order.scope),
        everywhere,
        safety_class: record.order.chosen.safety_class.letter(),
        is_with_annex_f: is_with_annex_f(&record.order.chosen),
        ordered_at: moment(record.ordered_at),
    }
}

/// What happened, what to do, and the words and address of the next step; an empty address means ordering anew.
fn failure_words(failure: ReviewFailure) -> (&'static str, &'static str, &'static str, &'static str) {
    match failure {
        ReviewFailure::NotAuthorised => (
            "Google no longer accepts the permission: it was taken back, ran out, or an administrator ended it.",
            "Connect your Drive again in the same way, then start the review anew.",
            "Connect again",
            "/connect",
        ),
        ReviewFailure::PlaceNotFound => (
            "A chosen folder or shared drive is not there any more, or is no longer shared with us.",
            "Check at Google that it exists and is shared, then choose again.",
            "Choose again",
            "",
        ),
        ReviewFailure::Forbidden => (
            "Google does not let us read a chosen folder or shared drive.",
            "Ask its owner or your administrator to share it as Viewer, or choose another one.",
            "Choose again",
            "",
        ),
        ReviewFailure::DriveUnreachable => (
            "Google did not answer, or asked us to slow down, in every attempt.",
            "Start the review again later. Fewer folders ask less of Google.",
            "Start again",
            "",
        ),
        ReviewFailure::Unexpected => (
            "Google's answers made no sense to this program.",
            "Start the review again. If it stays so, write to the operator and name the number of the review.",
            "Start again",
            "",
        ),
        ReviewFailure::NotSetUp => (
            "This service is not set up rightly at Google. Nothing of yours is at fault, and your permission is untouched.",
            "Its operator has to look; write to them and name the number of the review. Then start the review again.",
            "Start again",
            "",
        ),
        ReviewFailure::NoRoom => (
            "The review came to its end, but this service had no room left to keep the result.",
            "Write to the operator and name the number of the review; deleting old reviews makes room too. Then start it again.",
            "Start again",
            "",
        ),
        ReviewFailure::WorkerDied => (
            "Every attempt broke off in the middle: most likely one of the documents brings our reader down.",
            "Review single folders to find out which one it is. Write to the operator and name the number of the review.",
            "Choose fewer folders",
            "",
        ),
        ReviewFailure::Internal => (
            "It broke off because of a mistake in this service.",
            "Start it again. If it stays so, write to the operator and name the number of the review.",
            "Start again",
            "",
        ),
    }
}
