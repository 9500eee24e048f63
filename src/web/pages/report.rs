//! The detailed report of a review in the browser, with filters, and as files. Whoever has no right to it is led to the summary.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::assessment::{Movement, Verdict};
use crate::ports::ReviewRecord;
use crate::report::{DefensePart, FilterChoices, GapReport, ReportFilter, grade_named, grade_word};
use crate::web::error::Told;
use crate::web::pages::review::record;
use crate::web::pages::when::day;
use crate::web::replies::page as render;
use crate::web::visitor::{Asked, Fields, SignedIn};
use crate::web::{Frame, Service};
use crate::workflow::deliver_report::{Delivered, DeliveryTrouble, ReportFormat, deliver, note_delivery};

/// Reports that are put together at one time, with their results in memory; who comes later waits.
const MOST_AT_ONCE: usize = 8;
static TURNS: Semaphore = Semaphore::const_new(MOST_AT_ONCE);

#[derive(Template)]
#[template(path = "app/report.html", config = "src/web/askama.toml")]
struct ReportPage {
    frame: Frame,
    review: String,
    reviewed_on: String,
    report: GapReport,
    filter: ReportFilter,
    choices: FilterChoices,
    formats: Vec<(&'static str, &'static str)>,
    is_same_catalog: bool,
    /// What stands after the question mark: a decision leads back to the same choice.
    asked: String,
}

/// The report as a page.
pub(in crate::web) async fn page(
    State(service): State<Arc<Service>>,
    method: Method,
    Path(id): Path<String>,
    Asked(asked): Asked,
    signed_in: SignedIn,
) -> Result<Response, Told> {
    let review = record(&service, &signed_in, &id).await?;
    let _turn = turn().await?;
    let delivered = delivered(&service, &review).await?;
    let filter = filter(&asked);
    let (catalog, wanted) = (Arc::clone(&service.catalog), filter.clone());
    let is_same_catalog = delivered.assessment.catalog == service.catalog.identity;
    let reviewed_on = day(delivered.reviewed_at);
    // Putting a report of some hundred clauses together is computation.
    let made = tokio::task::spawn_blocking(move || {
        let report = delivered.report(&catalog);
        (report.choices(&wanted), report.filtered(&wanted))
    });
    let (choices, report) = made.await.map_err(|_| Told::mistake("making a report panicked"))?;
    // Who asks for the headers alone has seen nothing.
    if method != Method::HEAD {
        note_delivery(&*service.store, &review, None, service.clock.now()).await;
    }
    render(&ReportPage {
        frame: signed_in.frame(&service, "Gap report"),
        review: review.id.to_string(),
        reviewed_on,
        report,
        asked: query(&filter),
        filter,
        choices,
        formats: ReportFormat::ALL.map(|format| (format.word(), format.in_words())).to_vec(),
        is_same_catalog,
    })
}

/// The report as a file. It is made whole before the first byte leaves: what was open when it was asked for comes to its end.
pub(in crate::web) async fn download(
    State(service): State<Arc<Service>>,
    method: Method,
    Path((id, format)): Path<(String, String)>,
    signed_in: SignedIn,
) -> Result<Response, Told> {
    let review = record(&service, &signed_in, &id).await?;
    let format = ReportFormat::parse(&format).ok_or_else(Told::not_found)?;
    let _turn = turn().await?;
    let delivered = delivered(&service, &review).await?;
    let catalog = Arc::clone(&service.catalog);
    let made = tokio::task::spawn_blocking(move || delivered.file(&catalog, format)).await;
    let file = made.map_err(|_| Told::mistake("making a report panicked"))?;
    if method != Method::HEAD {
        note_delivery(&*service.store, &review, Some(format), service.clock.now()).await;
    }
    let name =
        format!("attachment; filename=\"crosswalk-gap-report-{}.{}\"", review.id.as_str().get(..8).unwrap_or_default(), format.word());
    let name = HeaderValue::from_str(&name).unwrap_or_else(|_| HeaderValue::from_static("attachment"));
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static(format.media_type())), (header::CONTENT_DISPOSITION, name)], file).into_response())
}

/// The turn of whoever wants a report; it ends when it is dropped. Nobody takes a second one meanwhile.
pub(super) async fn turn() -> Result<SemaphorePermit<'static>, Told> {
    TURNS.acquire().await.map_err(|_| Told::mistake("the turns of reports have ended"))
}

/// The report for whoever has a right to it.
pub(super) async fn delivered(service: &Service, review: &ReviewRecord) -> Result<Delivered, Told> {
    deliver(&*service.store, review, service.entitlement_terms()).await.map_err(|trouble| told(&trouble, review))
}

fn told(trouble: &DeliveryTrouble, review: &ReviewRecord) -> Told {
    let summary = format!("/reviews/{}", review.id);
    match trouble {
        DeliveryTrouble::NotEntitled => Told::new(
            StatusCode::PAYMENT_REQUIRED,
            "This report is not open to you",
            "The detailed report of this review was not paid for, or its payment was given back or is disputed.",
        )
        .safe("The free summary is there as before, and what you decided about findings is kept.")
        .advice("The page of the review tells how it stands, and what can be done.")
        .next("To the review", &format!("{summary}#report")),
        DeliveryTrouble::NoResult => {
            Told::new(StatusCode::CONFLICT, "There is no report", "This review has no result, so there is nothing to report.")
                .safe("Nothing was changed.")
                .next("To the review", &summary)
        }
        DeliveryTrouble::Store(failure) => failure.clone().into(),
    }
}

/// What was chosen. What is no choice of ours is left out.
fn filter(asked: &Fields) -> ReportFilter {
    let text = |name: &str| asked.get(name).filter(|text| !text.is_empty());
    ReportFilter {
        standard: text("standard").map(str::to_owned),
        verdict: text("verdict").and_then(Verdict::parse),
        grade: text("grade").and_then(grade_named),
        only_changed: asked.get("changed").is_some(),
        open_only: asked.get("open").is_some(),
    }
}

/// The choice as what stands after the question mark of an address; empty when there is none.
fn query(filter: &ReportFilter) -> String {
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    if let Some(standard) = &filter.standard {
        pairs.append_pair("standard", standard);
    }
    if let Some(verdict) = filter.verdict {
        pairs.append_pair("verdict", verdict.word());
    }
    if let Some(grade) = filter.grade {
        pairs.append_pair("grade", grade_word(grade));
    }
    if filter.only_changed {
        pairs.append_pair("changed", "1");
    }
    if filter.open_only {
        pairs.append_pair("open", "1");
    }
    pairs.finish()
}

/// What stands after the question mark of the address where one decides about a clause or a requirement.
fn decide_query(standard: &str, clause: &str, constraint: Option<&str>, anchor: &str, back: &str) -> String {
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    pairs.append_pair("standard", standard).append_pair("clause", clause);
    if let Some(constraint) = constraint {
        pairs.append_pair("constraint", constraint);
    }
    pairs.append_pair("anchor", anchor);
    if !back.is_empty() {
        pairs.append_pair("back", back);
    }
    pairs.finish()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn who_comes_when_all_turns_are_taken_waits_for_one_that_ends() {
        let mut taken = Vec::new();
        for _ in 0..MOST_AT_ONCE {
            taken.push(turn().await.unwrap_or_else(|told| panic!("{}", told.title)));
        }
        let mut late = Box::pin(turn());
        assert!(tokio::time::timeout(Duration::from_millis(20), &mut late).await.is_err());
        drop(taken.pop());
        assert!(tokio::time::timeout(Duration::from_secs(5), late).await.is_ok_and(|turn| turn.is_ok()));
    }
}
