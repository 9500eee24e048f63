//! Leaving: disconnecting with a confirmation, deleting the account, and the receipts of both. What is begun is finished, even when the
//! browser goes away in the middle.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use crate::account::{Receipt, ReceiptId};
use crate::ports::StoreFailure;
use crate::web::error::Told;
use crate::web::pages::account::{CONFIRMATION, account_page, is_fresh, sign_in_afresh};
use crate::web::pages::connect::connection;
use crate::web::pages::report_access::{ReportGoing, reports_going};
use crate::web::pages::shown_scope::ConnectionShown;
use crate::web::pages::sign_in::signed_out_to;
use crate::web::pages::when::moment;
use crate::web::replies::{page, see_other};
use crate::web::token::id_bits;
use crate::web::visitor::{Fields, SignedIn, Visitor};
use crate::web::{Frame, Service};
use crate::workflow::forget_customer;

#[derive(Template)]
#[template(path = "app/disconnect.html", config = "src/web/askama.toml")]
struct DisconnectPage {
    frame: Frame,
    form_token: String,
    connection: ConnectionShown,
    reviews: usize,
    has_active_review: bool,
    robot_address: Option<String>,
    going: Vec<ReportGoing>,
}

#[derive(Template)]
#[template(path = "app/receipt.html", config = "src/web/askama.toml")]
struct ReceiptPage {
    frame: Frame,
    receipt: Receipt,
    at: String,
    robot_address: Option<String>,
    is_signed_in: bool,
}

/// What goes when a connection is disconnected, and the button.
pub(in crate::web) async fn disconnect_form(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    signed_in: SignedIn,
) -> Result<Response, Told> {
    let connection = connection(&service, &signed_in, &id).await?;
    let reviews = service.store.reviews(signed_in.customer()).await?;
    let of_it = || reviews.iter().filter(|review| review.connection == connection.id);
    page(&DisconnectPage {
        frame: signed_in.frame(&service, "Disconnect"),
        form_token: signed_in.form_token(),
        reviews: of_it().count(),
        has_active_review: of_it().any(|review| review.state.is_active()),
        connection: ConnectionShown::of(&connection),
        robot_address: service.drive.robot_address(),
        going: reports_going(&service, signed_in.customer(), &of_it().collect::<Vec<_>>()).await?,
    })
}

/// Disconnects.
pub(in crate::web) async fn disconnect(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    signed_in: SignedIn,
) -> Result<Response, Told> {
    let connection = connection(&service, &signed_in, &id).await?;
    let receipt = ReceiptId::of(id_bits()?);
    let customer = signed_in.customer().clone();
    let work = async move {
        let now = service.clock.now();
        forget_customer::disconnect(&*service.store, &*service.drive, &customer, &connection.id, &receipt, now).await
    };
    Ok(see_other(&format!("/receipts/{}", finished(work).await?.id)))
}

/// Deletes the account: after a fresh sign-in and a typed confirmation.
pub(in crate::web) async fn delete_account(
    State(service): State<Arc<Service>>,
    signed_in: SignedIn,
    fields: Fields,
) -> Result<Response, Told> {
    if !is_fresh(&service, &signed_in) {
        return Ok(sign_in_afresh());
    }
    if fields.get("confirmation").is_none_or(|typed| !typed.trim().eq_ignore_ascii_case(CONFIRMATION)) {
        return account_page(&service, &signed_in, false, true).await;
    }
    let receipt = ReceiptId::of(id_bits()?);
    let customer = signed_in.customer().clone();
    let work = async move {
        let now = service.clock.now();
        forget_customer::delete_account(&*service.store, &*service.drive, &customer, &receipt, now).await
    };
    Ok(signed_out_to(&format!("/receipts/{}", finished(work).await?.id)))
}

/// A receipt.
pub(in crate::web) async fn receipt(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, Told> {
    let id = ReceiptId::parse(&id).ok_or_else(Told::not_found)?;
    let receipt = service.store.receipt(&id).await?.ok_or_else(Told::not_found)?;
    page(&ReceiptPage {
        frame: visitor.frame(&service, "Receipt"),
        at: moment(receipt.at),
        receipt,
        robot_address: service.drive.robot_address(),
        is_signed_in: visitor.session.is_some(),
    })
}

/// Deletes in a task of its own: a browser that goes away ends the answer, and must not end it between revoking and deleting.
async fn finished(work: impl Future<Output = Result<Option<Receipt>, StoreFailure>> + Send + 'static) -> Result<Receipt, Told> {
    match tokio::spawn(work).await {
        Ok(result) => result?.ok_or_else(Told::not_found),
        Err(_) => Err(Told::mistake("deleting panicked")),
    }
}
