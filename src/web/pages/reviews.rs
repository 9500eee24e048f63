//! The page of a customer's own connections and reviews.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::account::Connection;
use crate::catalog::Catalog;
use crate::ports::{ReviewRecord, ReviewState};
use crate::web::error::Told;
use crate::web::pages::shown_scope::{ConnectionShown, everywhere, places};
use crate::web::pages::when::moment;
use crate::web::replies::page;
use crate::web::visitor::SignedIn;
use crate::web::{Frame, Service};

#[derive(Template)]
#[template(path = "app/reviews.html", config = "src/web/askama.toml")]
struct ReviewsPage {
    frame: Frame,
    connections: Vec<ConnectionShown>,
    reviews: Vec<ReviewShown>,
}

/// A review as a line.
struct ReviewShown {
    id: String,
    ordered_at: String,
    standards: String,
    places: Vec<String>,
    /// Said where there are no places.
    everywhere: &'static str,
    state: &'static str,
    /// Class of the badge.
    class: &'static str,
}

/// The list.
pub(in crate::web) async fn list(State(service): State<Arc<Service>>, signed_in: SignedIn) -> Result<Response, Told> {
    let connections = service.store.connections(signed_in.customer()).await?;
    let reviews = service.store.reviews(signed_in.customer()).await?;
    page(&ReviewsPage {
        frame: signed_in.frame(&service, "Your reviews"),
        connections: connections.iter().map(ConnectionShown::of).collect(),
        reviews: reviews.iter().map(|record| line(record, &connections, &service.catalog)).collect(),
    })
}

fn line(record: &ReviewRecord, connections: &[Connection], catalog: &Catalog) -> ReviewShown {
    let (state, class) = match record.state {
        ReviewState::Queued { .. } => ("Waiting", ""),
        ReviewState::Running { is_cancelling: true, .. } => ("Stopping", ""),
        ReviewState::Running { .. } => ("Running", "draft"),
        ReviewState::Done { complete: true, .. } => ("Done", "full"),
        ReviewState::Done { complete: false, .. } => ("Done, incomplete", "draft"),
        ReviewState::Failed { .. } => ("No result", "draft"),
        ReviewState::Cancelled { .. } => ("Stopped", ""),
    };
    ReviewShown {
        id: record.id.to_string(),
        ordered_at: moment(record.ordered_at),
        standards: standards_in_words(&record.order.chosen.standards, catalog),
        places: places(&record.order.scope),
        everywhere: everywhere(connections.iter().find(|connection| connection.id == record.connection)),
        state,
        class,
    }
}

/// The chosen standards by the names people know.
pub(super) fn standards_in_words(ids: &[String], catalog: &Catalog) -> String {
    let names: Vec<&str> = ids.iter().map(|id| catalog.standard(id).map_or(id.as_str(), |standard| standard.short_name())).collect();
    names.join(", ")
}
