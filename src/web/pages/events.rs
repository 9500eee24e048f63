//! The live progress of a review as server-sent events. What is shown comes from the store each time, so a reload, another browser or a
//! restart of this process loses nothing.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Extension, Path, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::{Stream, stream};
use tokio::sync::watch;

use crate::account::{CustomerId, ReviewId};
use crate::web::Service;
use crate::web::error::Told;
use crate::web::pages::progress::{ProgressShown, shown};
use crate::web::pages::review::record;
use crate::web::visitor::SignedIn;

const POLL: Duration = Duration::from_millis(500);
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How soon a browser comes back after a stream ended.
const RETRY: Duration = Duration::from_secs(2);
/// A stream ends after so many looks, about five minutes; the browser comes back by itself, and its session is looked at again.
const MOST_LOOKS: u32 = 600;

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
    last: Option<ProgressShown>,
    looks: u32,
}

/// The stream of one review.
pub(in crate::web) async fn stream(
    State(service): State<Arc<Service>>,
    Extension(closing): Extension<Closing>,
    Path(id): Path<String>,
    signed_in: SignedIn,
) -> Result<Response, Told> {
    let record = record(&service, &signed_in, &id).await?;
    let watch = Watch { service, closing, customer: record.customer, review: record.id, last: None, looks: 0 };
    Ok(Sse::new(events(watch)).keep_alive(KeepAlive::new().interval(HEARTBEAT)).into_response())
}

fn events(watch: Watch) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold(Some(watch), |watch| async move {
        let mut watch = watch?;
        loop {
            if watch.looks > 0 && watch.closing.within(POLL).await {
                return None;
            }
            watch.looks += 1;
            match watch.service.store.review(&watch.customer, &watch.review).await {
                Ok(Some(record)) => match shown(&record.state) {
                    Some(now) if watch.last.as_ref() == Some(&now) => {}
                    Some(now) => {
                        let data = serde_json::to_string(&now).unwrap_or_default();
                        watch.last = Some(now);
                        return Some((Ok(Event::default().event("progress").retry(RETRY).data(data)), Some(watch)));
                    }
                    None => return Some((Ok(Event::default().event("ended").data("ended")), None)),
                },
                // It was deleted meanwhile: the page that is loaded next says so.
                Ok(None) => return Some((Ok(Event::default().event("ended").data("ended")), None)),
                // A database that restarts comes back; the review goes on meanwhile.
                Err(failure) => tracing::warn!(review = %watch.review, %failure, "the progress of a review could not be read"),
            }
            if watch.looks >= MOST_LOOKS {
                return None;
            }
        }
    })
}
