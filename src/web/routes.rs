//! The table of all private pages, as data: the router is built from it, and tests go through it row by row. A page that is not in the
//! table cannot be reached. The public site has its own routes, which look up nobody.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};

use crate::web::Service;
use crate::web::gate::{Gate, pass};
use crate::web::limits::{Limit, Limits};
use crate::web::pages::{
    account, checkout, connect, connect_folder, decisions, events, leave, new_review, pick, probes, report, review, reviews, schedule,
    sign_in, webhook,
};

/// Who may ask for a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Machines around us; no cookie is looked at.
    Machine,
    /// Anybody; who is signed in is known all the same.
    Open,
    /// Customers who are signed in.
    Private,
}

/// Which page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Page {
    Alive,
    Ready,
    SignInForm,
    SignIn,
    SignInCallback,
    SignOut,
    SignOutEverywhere,
    ConnectForm,
    ConnectCallback,
    ConnectFolder,
    Pick,
    Connect,
    Reviews,
    Order,
    NewReview,
    Review,
    Events,
    Cancel,
    DeleteReview,
    DisconnectForm,
    Disconnect,
    Account,
    Retention,
    Export,
    DeleteAccount,
    Receipt,
    Report,
    Download,
    Checkout,
    Paid,
    Again,
    DecideForm,
    Decide,
    Withdraw,
    ScheduleForm,
    Schedule,
    RemoveSchedule,
    StripeEvent,
}

/// One row: a method and an address.
#[derive(Debug)]
pub struct Route {
    /// `GET` or `POST`. Whatever changes something is a `POST`.
    pub method: &'static str,
    /// The address; parts in braces are ids, or the word of a mode.
    pub path: &'static str,
    /// Who may ask.
    pub access: Access,
    /// How often.
    pub limit: Limit,
    page: Page,
}

impl Route {
    /// Whether a form token must come along: with everything that a browser sends.
    #[must_use]
    pub fn needs_form_token(&self) -> bool {
        self.method == "POST" && self.access != Access::Machine
    }

    /// Whether it is a stream of events and no page.
    pub(super) fn is_stream(&self) -> bool {
        self.page == Page::Events
    }

    fn handler(&self) -> MethodRouter<Arc<Service>> {
        match self.page {
            Page::Alive => get(probes::alive),
            Page::Ready => get(probes::ready),
            Page::SignInForm => get(sign_in::form),
            Page::SignIn => post(sign_in::begin),
            Page::SignInCallback => get(sign_in::callback),
            Page::SignOut => post(sign_in::sign_out),
            Page::SignOutEverywhere => post(sign_in::sign_out_everywhere),
            Page::ConnectForm => get(connect::form),
            Page::ConnectCallback => get(connect::callback),
            Page::ConnectFolder => post(connect_folder::connect),
            Page::Pick => get(pick::page),
            Page::Connect => post(connect::begin),
            Page::Reviews => get(reviews::list),
            Page::Order => post(new_review::order),
            Page::NewReview => get(new_review::form),
            Page::Review => get(review::page),
            Page::Events => get(events::stream),
            Page::Cancel => post(review::cancel),
            Page::DeleteReview => post(review::delete),
            Page::DisconnectForm => get(leave::disconnect_form),
            Page::Disconnect => post(leave::disconnect),
            Page::Account => get(account::page),
            Page::Retention => post(account::retention),
            Page::Export => post(account::export),
            Page::DeleteAccount => post(leave::delete_account),
            Page::Receipt => get(leave::receipt),
            Page::Report => get(report::page),
            Page::Download => get(report::download),
            Page::Checkout => post(checkout::begin),
            Page::Paid => get(checkout::paid),
            Page::Again => post(schedule::again),
            Page::DecideForm => get(decisions::form),
            Page::Decide => post(decisions::keep),
            Page::Withdraw => post(decisions::take_back),
            Page::ScheduleForm => get(schedule::form),
            Page::Schedule => post(schedule::set),
            Page::RemoveSchedule => post(schedule::remove),
            Page::StripeEvent => post(webhook::stripe),
        }
    }
}

const fn row(method: &'static str, path: &'static str, access: Access, limit: Limit, page: Page) -> Route {
    Route { method, path, access, limit, page }
}

/// The table.
pub static ROUTES: [Route; 38] = [
    row("GET", "/healthz", Access::Machine, Limit::None, Page::Alive),
    row("GET", "/readyz", Access::Machine, Limit::None, Page::Ready),
    row("GET", "/sign-in", Access::Open, Limit::Wide, Page::SignInForm),
    row("POST", "/sign-in", Access::Open, Limit::SignIn, Page::SignIn),
    row("GET", "/sign-in/callback", Access::Open, Limit::SignIn, Page::SignInCallback),
    row("POST", "/sign-out", Access::Open, Limit::Wide, Page::SignOut),
    row("POST", "/sign-out-everywhere", Access::Private, Limit::Wide, Page::SignOutEverywhere),
    row("GET", "/connect", Access::Private, Limit::Wide, Page::ConnectForm),
    row("GET", "/connect/callback", Access::Open, Limit::SignIn, Page::ConnectCallback),
    row("POST", "/connect/folder", Access::Private, Limit::SignIn, Page::ConnectFolder),
    row("GET", "/connect/pick", Access::Private, Limit::SignIn, Page::Pick),
    row("POST", "/connect/{mode}", Access::Private, Limit::SignIn, Page::Connect),
    row("GET", "/reviews", Access::Private, Limit::Wide, Page::Reviews),
    row("POST", "/reviews", Access::Private, Limit::Wide, Page::Order),
    row("GET", "/reviews/new", Access::Private, Limit::Wide, Page::NewReview),
    row("GET", "/reviews/{review}", Access::Private, Limit::Wide, Page::Review),
    row("GET", "/reviews/{review}/events", Access::Private, Limit::Wide, Page::Events),
    row("POST", "/reviews/{review}/cancel", Access::Private, Limit::Wide, Page::Cancel),
    row("POST", "/reviews/{review}/delete", Access::Private, Limit::Wide, Page::DeleteReview),
    row("GET", "/reviews/{review}/report", Access::Private, Limit::Wide, Page::Report),
    row("GET", "/reviews/{review}/report/{format}", Access::Private, Limit::Wide, Page::Download),
    row("POST", "/reviews/{review}/checkout", Access::Private, Limit::SignIn, Page::Checkout),
    row("GET", "/reviews/{review}/paid", Access::Private, Limit::Wide, Page::Paid),
    row("POST", "/reviews/{review}/again", Access::Private, Limit::Wide, Page::Again),
    row("GET", "/reviews/{review}/decide", Access::Private, Limit::Wide, Page::DecideForm),
    row("POST", "/reviews/{review}/decisions", Access::Private, Limit::Wide, Page::Decide),
    row("POST", "/reviews/{review}/decisions/{decision}/withdraw", Access::Private, Limit::Wide, Page::Withdraw),
    row("GET", "/connections/{connection}/disconnect", Access::Private, Limit::Wide, Page::DisconnectForm),
    row("POST", "/connections/{connection}/disconnect", Access::Private, Limit::Wide, Page::Disconnect),
    row("GET", "/connections/{connection}/schedule", Access::Private, Limit::Wide, Page::ScheduleForm),
    row("POST", "/connections/{connection}/schedule", Access::Private, Limit::Wide, Page::Schedule),
    row("POST", "/connections/{connection}/schedule/remove", Access::Private, Limit::Wide, Page::RemoveSchedule),
    row("GET", "/account", Access::Private, Limit::Wide, Page::Account),
    row("POST", "/account/retention", Access::Private, Limit::Wide, Page::Retention),
    row("POST", "/account/export", Access::Private, Limit::Wide, Page::Export),
    row("POST", "/account/delete", Access::Private, Limit::Wide, Page::DeleteAccount),
    // Signed by Stripe over its raw bytes; nothing else lets it in.
    row("POST", "/webhooks/stripe", Access::Machine, Limit::Wide, Page::StripeEvent),
    // Whoever holds the random id of a receipt may see its counts: after deleting an account nobody is signed in any more.
    row("GET", "/receipts/{receipt}", Access::Open, Limit::Wide, Page::Receipt),
];

/// Whether an address pattern belongs to the table: nothing on the way may keep such a page.
pub(super) fn is_private(path: &str) -> bool {
    ROUTES.iter().any(|route| route.path == path)
}

/// The router of the table, each row behind its gate.
pub(super) fn private_routes(service: &Arc<Service>) -> Router<Arc<Service>> {
    let limits = Arc::new(Limits::of(&service.facts.server));
    ROUTES.iter().fold(Router::new(), |router, route| {
        let gate = Gate { service: Arc::clone(service), limits: Arc::clone(&limits), route };
        router.route(route.path, route.handler().route_layer(from_fn_with_state(gate, pass)))
    })
}
