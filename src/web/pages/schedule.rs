//! Reviewing again: now, or by a schedule of the connection.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use crate::account::{Connection, Recurrence, ReviewId, Schedule};
use crate::ports::{Ordered, ReviewRecord, ReviewState};
use crate::web::error::Told;
use crate::web::pages::connect::connection;
use crate::web::pages::new_review::{already_active, must_reconnect};
use crate::web::pages::review::record;
use crate::web::pages::reviews::standards_in_words;
use crate::web::pages::shown_scope::{ConnectionShown, everywhere, places};
use crate::web::pages::when::{day, moment_in};
use crate::web::replies::{page, see_other};
use crate::web::token::id_bits;
use crate::web::visitor::{Fields, SignedIn};
use crate::web::{Frame, Service};
use crate::workflow::order_review::{OrderTrouble, Ordering, order_review};
use crate::workflow::schedule_reviews::{ScheduleMistake, ScheduleTrouble, ScheduleWish, remove_schedule, set_schedule};

/// Zones that are offered; any other may be typed.
const ZONES: [&str; 14] = [
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "Europe/Paris",
    "Europe/Zurich",
    "Europe/Vienna",
    "Europe/Stockholm",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "Asia/Jerusalem",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Australia/Sydney",
];

#[derive(Template)]
#[template(path = "app/schedule.html", config = "src/web/askama.toml")]
struct SchedulePage {
    frame: Frame,
    form_token: String,
    connection: ConnectionShown,
    /// What stands now, in words; none without a schedule.
    now: Option<ScheduleShown>,
    /// Reviews that can be repeated, newest first.
    orders: Vec<OrderShown>,
    zones: [&'static str; 14],
    typed: Typed,
    mistake: Option<String>,
    has_mail: bool,
}

struct ScheduleShown {
    every: String,
    next_at: String,
    standards: String,
}

struct OrderShown {
    id: String,
    words: String,
    is_chosen: bool,
}

struct Typed {
    every: String,
    expression: String,
    zone: String,
}

/// The form.
pub(in crate::web) async fn form(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    signed_in: SignedIn,
) -> Result<Response, Told> {
    let connection = connection(&service, &signed_in, &id).await?;
    let typed = match service.store.schedule(signed_in.customer(), &connection.id).await? {
        Some(planned) => typed_of(&planned.schedule),
        None => Typed { every: "month".to_owned(), expression: String::new(), zone: "Europe/Berlin".to_owned() },
    };
    show(&service, &signed_in, &connection, typed, None).await
}

/// Sets the schedule.
pub(in crate::web) async fn set(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    signed_in: SignedIn,
    fields: Fields,
) -> Result<Response, Told> {
    let connection = connection(&service, &signed_in, &id).await?;
    let text = |name: &str| fields.get(name).unwrap_or_default().trim().to_owned();
    let typed = Typed { every: text("every"), expression: text("expression"), zone: text("zone") };
    let recurrence = match typed.every.as_str() {
        "week" => Recurrence::Week,
        "month" => Recurrence::Month,
        "cron" => Recurrence::Cron { expression: typed.expression.clone() },
        _ => return show(&service, &signed_in, &connection, typed, Some("Choose how often.".to_owned())).await,
    };
    let review = record(&service, &signed_in, fields.get("review").unwrap_or_default()).await?;
    if review.connection != connection.id {
        return Err(Told::not_found());
    }
    let wish = ScheduleWish { connection: connection.id.clone(), recurrence, zone: typed.zone.clone(), order: review.order };
    match set_schedule(&*service.store, signed_in.customer(), wish, service.clock.now()).await {
        Ok(Some(_)) => Ok(see_other(&format!("/connections/{}/schedule", connection.id))),
        Ok(None) => Err(Told::not_found()),
        Err(ScheduleTrouble::Store(failure)) => Err(failure.into()),
        Err(ScheduleTrouble::Mistake(mistake)) => show(&service, &signed_in, &connection, typed, Some(mistake_words(&mistake))).await,
    }
}

/// Removes it.
pub(in crate::web) async fn remove(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    signed_in: SignedIn,
) -> Result<Response, Told> {
    let connection = connection(&service, &signed_in, &id).await?;
    remove_schedule(&*service.store, signed_in.customer(), &connection.id, service.clock.now()).await?;
    Ok(see_other(&format!("/connections/{}/schedule", connection.id)))
}

/// Orders the same review once more.
pub(in crate::web) async fn again(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    signed_in: SignedIn,
) -> Result<Response, Told> {
    let review = record(&service, &signed_in, &id).await?;
    let ordering = Ordering { customer: signed_in.customer(), connection: &review.connection, new_id: ReviewId::of(id_bits()?) };
    match order_review(&*service.store, &service.catalog, ordering, &review.order, service.clock.now()).await {
        Ok(Ordered::Queued(id)) => Ok(see_other(&format!("/reviews/{id}"))),
        Ok(Ordered::AlreadyActive(id)) => Err(already_active(&id)),
        Ok(Ordered::NoConnection) => Err(must_reconnect()),
        Err(OrderTrouble::Store(failure)) => Err(failure.into()),
        Err(OrderTrouble::Choice(_) | OrderTrouble::NoClause) => Err(Told::bad_form(
            "What this review was ordered against is not in the catalog any more.",
            &format!("/reviews/new?connection={}", review.connection),
        )),
    }
}

async fn show(
    service: &Service,
    signed_in: &SignedIn,
    connection: &Connection,
    typed: Typed,
    mistake: Option<String>,
) -> Result<Response, Told> {
    let planned = service.store.schedule(signed_in.customer(), &connection.id).await?;
    let reviews = service.store.reviews(signed_in.customer()).await?;
    let mut orders: Vec<&ReviewRecord> = Vec::new();
    for review in reviews.iter().filter(|review| review.connection == connection.id) {
        if matches!(review.state, ReviewState::Done { .. }) && !orders.iter().any(|other| other.order == review.order) {
            orders.push(review);
        }
    }
    let is_planned = |review: &ReviewRecord| planned.as_ref().is_some_and(|planned| planned.order == review.order);
    let any_planned = orders.iter().any(|review| is_planned(review));
    let orders = orders.iter().enumerate().map(|(number, review)| OrderShown {
        id: review.id.to_string(),
        words: order_words(review, connection, service),
        is_chosen: if any_planned { is_planned(review) } else { number == 0 },
    });
    let mut answer = page(&SchedulePage {
        frame: signed_in.frame(service, "Review again by itself"),
        form_token: signed_in.form_token(),
        orders: orders.collect(),
        connection: ConnectionShown::of(connection),
        now: planned.as_ref().map(|planned| ScheduleShown {
            every: every_words(&planned.schedule),
            next_at: moment_in(planned.schedule.next_at, &planned.schedule.zone),
            standards: standards_in_words(&planned.order.chosen.standards, &service.catalog),
        }),
        zones: ZONES,
        typed,
        has_mail: service.facts.has_mail,
        mistake: mistake.clone(),
    })?;
    if mistake.is_some() {
        *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(answer)
}

fn order_words(review: &ReviewRecord, connection: &Connection, service: &Service) -> String {
    let places = places(&review.order.scope);
    let place = if places.is_empty() { everywhere(Some(connection)).to_owned() } else { places.join(", ") };
    let standards = standards_in_words(&review.order.chosen.standards, &service.catalog);
    format!("{place}, against {standards}, class {} (ordered {})", review.order.chosen.safety_class.letter(), day(review.ordered_at))
}

fn typed_of(schedule: &Schedule) -> Typed {
    let (every, expression) = match &schedule.recurrence {
        Recurrence::Week => ("week", String::new()),
        Recurrence::Month => ("month", String::new()),
        Recurrence::Cron { expression } => ("cron", expression.clone()),
    };
    Typed { every: every.to_owned(), expression, zone: schedule.zone.clone() }
}

fn every_words(schedule: &Schedule) -> String {
    match &schedule.recurrence {
        Recurrence::Week => "Every week".to_owned(),
        Recurrence::Month => "On the first of every month".to_owned(),
        Recurrence::Cron { expression } => format!("By the expression {expression}"),
    }
}

fn mistake_words(mistake: &ScheduleMistake) -> String {
    match mistake {
        ScheduleMistake::Zone => "There is no such time zone. Choose one of the list, or type a name such as Europe/Berlin.".to_owned(),
        ScheduleMistake::Expression { .. } => {
            "The expression is not understood. It has five fields: minute, hour, day of month, month, day of week. 0 6 * * 1 is every Monday \
             at six."
                .to_owned()
        }
        ScheduleMistake::Never => "This expression never comes true (30 February is such a day), so nothing would ever be reviewed.".to_owned(),
        ScheduleMistake::TooOften => "This expression comes true more often than once an hour, which is more than a Drive changes.".to_owned(),
    }
}
