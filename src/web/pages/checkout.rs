//! Paying for a report: the button, and the page one comes back to. Coming back unlocks nothing: only what Stripe tells does.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use crate::account::PaymentId;
use crate::web::error::Told;
use crate::web::pages::connect::customer;
use crate::web::pages::report_access::ReportAccess;
use crate::web::pages::review::record;
use crate::web::replies::{page, see_other};
use crate::web::service::Offer;
use crate::web::token::id_bits;
use crate::web::visitor::SignedIn;
use crate::web::{Frame, Service};
use crate::workflow::take_payment::{CheckoutBegun, CheckoutTrouble, CheckoutWish, begin_checkout};

#[derive(Template)]
#[template(path = "app/paid.html", config = "src/web/askama.toml")]
struct PaidPage {
    frame: Frame,
    review: String,
    access: ReportAccess,
}

/// Leads to Stripe's page.
pub(in crate::web) async fn begin(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    signed_in: SignedIn,
) -> Result<Response, Told> {
    let review = record(&service, &signed_in, &id).await?;
    let (Offer::Sold { price, .. }, Some(payments)) = (&service.facts.offer, &service.payments) else { return Err(not_sold(&id)) };
    // Nobody pays for what is open to them already.
    if matches!(ReportAccess::of(&service, &review).await?, ReportAccess::Open { .. }) {
        return Ok(see_other(&format!("/reviews/{id}/report")));
    }
    let customer = customer(&service, &signed_in).await?;
    let wish = CheckoutWish {
        customer: &customer,
        review: &review.id,
        price: *price,
        new_id: PaymentId::of(id_bits()?),
        public_url: &service.facts.public_url,
    };
    match begin_checkout(&*service.store, &**payments, wish, service.clock.now()).await {
        Ok(CheckoutBegun::Page(checkout)) => Ok(see_other(checkout.url.as_str())),
        Ok(CheckoutBegun::Settled(_)) => Ok(see_other(&format!("/reviews/{id}/paid"))),
        Ok(CheckoutBegun::NoReview) => Err(no_result(&id)),
        Err(CheckoutTrouble::Store(failure)) => Err(failure.into()),
        Err(trouble @ (CheckoutTrouble::Payments(_) | CheckoutTrouble::Address)) => Err(stripe_trouble(&id).cause(&trouble.to_string())),
    }
}

/// Where one comes back to after paying.
pub(in crate::web) async fn paid(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    signed_in: SignedIn,
) -> Result<Response, Told> {
    let review = record(&service, &signed_in, &id).await?;
    let access = ReportAccess::of(&service, &review).await?;
    page(&PaidPage { frame: signed_in.frame(&service, "Your payment"), review: review.id.to_string(), access })
}

fn not_sold(id: &str) -> Told {
    Told::new(StatusCode::CONFLICT, "There is nothing to pay for", "Detailed reports are not sold on this installation.")
        .safe("Nothing was charged.")
        .next("To the review", &format!("/reviews/{id}"))
}

fn no_result(id: &str) -> Told {
    Told::new(StatusCode::CONFLICT, "There is no report yet", "Only a review that has a result has a report, and this one has none.")
        .safe("Nothing was charged.")
        .next("To the review", &format!("/reviews/{id}"))
}

fn stripe_trouble(id: &str) -> Told {
    Told::new(
        StatusCode::BAD_GATEWAY,
        "The payment page cannot be opened now",
        "Stripe, which takes our payments, did not answer, or refused to open a page.",
    )
    .safe("Nothing was charged. Your review and its summary are as they were.")
    .advice("Try again in a minute. If it stays so, write to us and name the request number below.")
    .retry_after(60)
    .next("Try again", &format!("/reviews/{id}#report"))
}
