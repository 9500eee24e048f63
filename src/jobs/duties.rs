//! What a worker does beside reviews: orders those whose time has come, sends letters, and asks after payments of which nothing was heard.
//! Each of it may be done by several workers at the same time and has one effect. Nothing here holds a review up.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::time::sleep;
use url::Url;

use crate::account::{ReviewId, WorkerId};
use crate::jobs::Shutdown;
use crate::ports::{Clock, Mailer, Payments, Store};
use crate::workflow::schedule_reviews::order_due_review;
use crate::workflow::send_mail::{MailTools, send_one};
use crate::workflow::take_payment::look_after_payments;

/// How often is looked whether anything is due, at most.
const SHORTEST_POLL: Duration = Duration::from_secs(1);
/// How often Stripe is asked after payments.
const PAYMENTS_PAUSE: Duration = Duration::from_mins(10);
/// At one time, so that one kind of duty does not hold up another.
const AT_ONCE: usize = 20;

/// With what duties are done. What is not set up is not done.
#[derive(Clone, Default)]
pub struct Duties {
    /// The mail server, and the address of this service for the links.
    pub mail: Option<(Arc<dyn Mailer>, Url)>,
    /// Stripe.
    pub payments: Option<Arc<dyn Payments>>,
}

/// Duties, the store and the clock.
pub(super) struct Keeper {
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
    pub duties: Duties,
    pub worker: WorkerId,
    pub poll: Duration,
}

impl Keeper {
    /// Does what is due, again and again, until told to stop.
    pub(super) async fn run(self, shutdown: Shutdown) {
        let mut asked_at: Option<Instant> = None;
        while !shutdown.has_begun() {
            let mut is_more = self.order_due().await;
            is_more |= self.send_mail().await;
            if asked_at.is_none_or(|at| at.elapsed() > PAYMENTS_PAUSE) {
                asked_at = Some(Instant::now());
                self.ask_after_payments().await;
            }
            if !is_more {
                tokio::select! {
                    () = sleep(self.poll.max(SHORTEST_POLL)) => {}
                    () = shutdown.begun() => {}
                }
            }
        }
    }

    /// Orders reviews whose time has come. Whether there may be more.
    pub(super) async fn order_due(&self) -> bool {
        for _ in 0..AT_ONCE {
            let Some(id) = fresh_review_id() else {
                tracing::error!("this machine gives no random numbers; no scheduled review can be ordered");
                return false;
            };
            match order_due_review(&*self.store, id, self.clock.now()).await {
                Ok(Some(ticked)) => tracing::info!(outcome = ?ticked, "the time of a scheduled review has come"),
                Ok(None) => return false,
                Err(failure) => {
                    tracing::warn!(%failure, "schedules cannot be looked at; trying again");
                    return false;
                }
            }
        }
        true
    }

    /// Sends letters that wait. Whether there may be more.
    pub(super) async fn send_mail(&self) -> bool {
        let Some((mailer, public_url)) = &self.duties.mail else { return false };
        let tools = MailTools { store: &*self.store, mailer: &**mailer, clock: &*self.clock, public_url, worker: &self.worker };
        for _ in 0..AT_ONCE {
            match send_one(&tools).await {
                Ok(Some(_)) => {}
                Ok(None) => return false,
                Err(failure) => {
                    tracing::warn!(%failure, "the outbox cannot be looked at; trying again");
                    return false;
                }
            }
        }
        true
    }

    /// Asks after payments of which nothing was heard.
    pub(super) async fn ask_after_payments(&self) {
        let Some(payments) = &self.duties.payments else { return };
        match look_after_payments(&*self.store, &**payments, self.clock.now()).await {
            Ok(0) => {}
            Ok(changed) => {
                tracing::warn!(changed, "payments whose events had not come were found by asking; look at the webhook at Stripe");
            }
            Err(trouble) => tracing::warn!(%trouble, "payments could not be asked after; trying again"),
        }
    }
}

fn fresh_review_id() -> Option<ReviewId> {
    let mut bits = [0_u8; 16];
    getrandom::fill(&mut bits).ok()?;
    Some(ReviewId::of(u128::from_le_bytes(bits)))
}
