//! The live progress of a review as server-sent events. What is shown comes from the store each time, so a reload, another browser or a
//! restart of this process loses nothing.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Extension, Path, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::{Stream, stream};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use crate::account::{CustomerId, ReviewId, TokenHash};
use crate::ports::StoreFailure;
use crate::web::Service;
use crate::web::error::Told;
use crate::web::pages::progress::{ProgressShown, shown};
use crate::web::pages::review::record;
use crate::web::seats::{Seat, Seats};
use crate::web::visitor::SignedIn;

/// How often a stream looks at the store.
const POLL: Duration = Duration::from_millis(500);
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How soon a browser comes back after a stream ended.
const RETRY: Duration = Duration::from_secs(2);
/// How soon one comes back that found no seat.
const RETRY_WITHOUT_SEAT: Duration = Duration::from_secs(15);
/// A stream ends after so many looks, about five minutes; the browser comes back by itself.
const MOST_LOOKS: u32 = 600;
/// How often the session is looked at again: whoever signed out everywhere hears no more.
const SESSION_LOOK_EVERY: SignedDuration = SignedDuration::from_secs(30);

/// Whether the server is about to stop.
#[derive(Clone)]
pub(in crate::web) struct Closing(Option<watch::Receiver<bool>>);

impl Closing {
    pub(in crate::web) fn never() -> Self {
        Self(None)
    }

    pub(in crate::web) fn of(is_stopping: watch::Receiver<bool>) -> Self {
        Self(Some(is_stopping))
    }

    /// Waits; true when the server is about to stop.
    async fn within(&mut self, wait: Duration) -> bool {
        let Some(is_stopping) = &mut self.0 else {
            tokio::time::sleep(wait).await;
            return false;
        };
        tokio::time::timeout(wait, is_stopping.wait_for(|is| *is)).await.is_ok()
    }
}

/// Where a stream is. No `Debug`: it knows whose it is.
struct Watch {
    service: Arc<Service>,
    closing: Closing,
    customer: CustomerId,
    review: ReviewId,
    session: TokenHash,
    session_seen_at: Timestamp,
    /// None where too many streams are open: then it tells once how the review stands, and ends.
    seat: Option<Seat>,
    last: Option<ProgressShown>,
    looks: u32,
    /// Whether the log says already that the store does not answer.
    has_warned: bool,
}

impl Watch {
    fn is_over(&self) -> bool {
        self.looks >= if self.seat.is_some() { MOST_LOOKS } else { 1 }
    }

    /// Whether the session has ended since it was last looked at. While the store does not answer, nobody is sent away.
    async fn is_signed_out(&mut self) -> bool {
        let now = self.service.clock.now();
        if now.duration_since(self.session_seen_at) < SESSION_LOOK_EVERY {
            return false;
        }
        match self.service.store.session(&self.session).await {
            Ok(session) => {
                self.session_seen_at = now;
                session.is_none_or(|session| session.end(now, self.service.sessions).is_some())
            }
            Err(failure) => {
                self.warn(&failure);
                false
            }
        }
    }

    /// Once for each stream: an outage would fill the log otherwise.
    fn warn(&mut self, failure: &StoreFailure) {
        if !self.has_warned {
            self.has_warned = true;
            tracing::warn!(review = %self.review, %failure, "the progress of a review could not be read");
        }
    }
}

/// The stream of one review.
pub(in crate::web) async fn stream(
    State(service): State<Arc<Service>>,
    Extension(closing): Extension<Closing>,
    Extension(seats): Extension<Seats>,
    Path(id): Path<String>,
    signed_in: SignedIn,
) -> Result<Response, Told> {
    let record = record(&service, &signed_in, &id).await?;
    let session = signed_in.token.hash();
    let watch = Watch {
        closing,
        customer: record.customer,
        review: record.id,
        session_seen_at: service.clock.now(),
        seat: seats.take(&session),
        session,
        last: None,
        looks: 0,
        has_warned: false,
        service,
    };
    Ok(Sse::new(events(watch)).keep_alive(KeepAlive::new().interval(HEARTBEAT)).into_response())
}

fn events(watch: Watch) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold(Some(watch), |watch| async move {
        let mut watch = watch?;
        loop {
            if watch.is_over() || (watch.looks > 0 && watch.closing.within(POLL).await) || watch.is_signed_out().await {
                return None;
            }
            watch.looks += 1;
            match watch.service.store.review(&watch.customer, &watch.review).await {
                Ok(Some(record)) => match shown(&record.state) {
                    Some(now) if watch.last.as_ref() == Some(&now) => {}
                    Some(now) => {
                        let data = serde_json::to_string(&now).unwrap_or_default();
                        watch.last = Some(now);
                        let retry = if watch.seat.is_some() { RETRY } else { RETRY_WITHOUT_SEAT };
                        return Some((Ok(Event::default().event("progress").retry(retry).data(data)), Some(watch)));
                    }
                    None => return Some((Ok(Event::default().event("ended").data("ended")), None)),
                },
                // It was deleted meanwhile: the page that is loaded next says so.
                Ok(None) => return Some((Ok(Event::default().event("ended").data("ended")), None)),
                // A database that restarts comes back; the review goes on meanwhile.
                Err(failure) => watch.warn(&failure),
            }
        }
    })
}
