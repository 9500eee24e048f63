//! The page of one's own account: how long reviews are kept, and all own data as a file.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::account::Retention;
use crate::ports::AuditAction;
use crate::report::shown;
use crate::web::error::Told;
use crate::web::pages::connect::customer;
use crate::web::pages::report_access::{ReportGoing, reports_going};
use crate::web::pages::shown_scope::ConnectionShown;
use crate::web::pages::when::day;
use crate::web::replies::{page as render, see_other};
use crate::web::visitor::{Asked, Fields, SignedIn};
use crate::web::{Frame, Service};
use crate::workflow::export_data::export_data;
use crate::workflow::sign_in::note;

/// What has to be typed before an account is deleted.
pub(super) const CONFIRMATION: &str = "delete my account";

#[derive(Template)]
#[template(path = "app/account.html", config = "src/web/askama.toml")]
struct AccountPage {
    frame: Frame,
    form_token: String,
    email: Option<String>,
    since: String,
    retentions: Vec<RetentionShown>,
    connections: Vec<ConnectionShown>,
    reviews: usize,
    is_fresh: bool,
    is_saved: bool,
    confirmation: &'static str,
    is_confirmation_wrong: bool,
    going: Vec<ReportGoing>,
}

struct RetentionShown {
    word: &'static str,
    in_words: &'static str,
    is_chosen: bool,
}

/// The page.
pub(in crate::web) async fn page(State(service): State<Arc<Service>>, signed_in: SignedIn, Asked(asked): Asked) -> Result<Response, Told> {
    account_page(&service, &signed_in, asked.get("saved").is_some(), false).await
}

/// The page, after a wrong confirmation as well.
pub(super) async fn account_page(
    service: &Service,
    signed_in: &SignedIn,
    is_saved: bool,
    is_confirmation_wrong: bool,
) -> Result<Response, Told> {
    let customer = customer(service, signed_in).await?;
    let reviews = service.store.reviews(&customer.id).await?;
    let choice = |retention: Retention| RetentionShown {
        word: retention.word(),
        in_words: retention.in_words(),
        is_chosen: retention == customer.retention,
    };
    render(&AccountPage {
        frame: signed_in.frame(service, "Your account"),
        form_token: signed_in.form_token(),
        email: customer.identity.verified_email.as_deref().map(shown),
        since: day(customer.created_at),
        retentions: Retention::ALL.map(choice).into(),
        connections: service.store.connections(&customer.id).await?.iter().map(ConnectionShown::of).collect(),
        reviews: reviews.len(),
        going: reports_going(service, &customer.id, &reviews.iter().collect::<Vec<_>>()).await?,
        is_fresh: is_fresh(service, signed_in),
        is_saved,
        confirmation: CONFIRMATION,
        is_confirmation_wrong,
    })
}

/// Sets how long reviews are kept.
pub(in crate::web) async fn retention(State(service): State<Arc<Service>>, signed_in: SignedIn, fields: Fields) -> Result<Response, Told> {
    let retention = fields.get("retention").and_then(Retention::parse);
    let retention = retention.ok_or_else(|| Told::bad_form("No such choice of how long reviews are kept.", "/account"))?;
    service.store.set_retention(signed_in.customer(), retention).await?;
    note(&*service.store, signed_in.customer(), AuditAction::RetentionChanged, None, service.clock.now()).await;
    Ok(see_other("/account?saved=1"))
}

/// All own data as a file, after a fresh sign-in.
pub(in crate::web) async fn export(State(service): State<Arc<Service>>, signed_in: SignedIn) -> Result<Response, Told> {
    if !is_fresh(&service, &signed_in) {
        return Ok(sign_in_afresh());
    }
    let customer = customer(&service, &signed_in).await?;
    let text = export_data(&*service.store, &customer, service.clock.now()).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/json; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"crosswalk-own-data.json\""),
    ];
    Ok((headers, text).into_response())
}

/// Whether the sign-in is fresh enough for what cannot be undone, or hands out everything.
pub(super) fn is_fresh(service: &Service, signed_in: &SignedIn) -> bool {
    signed_in.session.is_fresh(service.clock.now(), service.sessions)
}

/// Through Google once more, and back to the account.
pub(super) fn sign_in_afresh() -> Response {
    see_other("/sign-in?fresh=1&return_to=%2Faccount")
}
