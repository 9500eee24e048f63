//! Holding a lease while a review runs: reports progress, prolongs the lease, and stops the review when the customer asks for it, when
//! the lease is lost, or when the worker has to go.

use std::time::Duration;

use tokio::time::{sleep, timeout};

use crate::jobs::progress::GatheredProgress;
use crate::jobs::{Shutdown, WorkerTerms};
use crate::ports::{Clock, Lease, ReviewProgress, Standing, Store, StoreFailure};
use crate::workflow::run_review::Interrupt;

/// Progress is reported at most this often.
const REPORT_PAUSE: Duration = Duration::from_millis(400);

/// Why a review was interrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// The customer asked for it.
    Cancelled,
    /// Somebody else has the review, or it is gone.
    Lost,
    /// This worker is told to stop.
    ShuttingDown,
}

/// What a holder of a lease needs.
pub(super) struct Holder<'a> {
    pub store: &'a dyn Store,
    pub clock: &'a dyn Clock,
    pub lease: &'a Lease,
    pub terms: WorkerTerms,
    pub progress: &'a GatheredProgress,
    pub interrupt: &'a Interrupt,
    pub shutdown: &'a Shutdown,
}

impl Holder<'_> {
    /// Holds the lease until there is a reason to stop; then raises the interrupt and gives the reason. Never ends without one: the caller
    /// drops it when the review is through.
    pub(super) async fn hold(&self) -> Why {
        let why = tokio::select! {
            why = self.keep_reporting() => why,
            () = self.let_run_on() => Why::ShuttingDown,
        };
        self.interrupt.raise();
        why
    }

    /// A worker that is told to stop lets the review run on for a while: most reviews are short.
    async fn let_run_on(&self) {
        self.shutdown.begun().await;
        sleep(self.terms.grace).await;
    }

    async fn keep_reporting(&self) -> Why {
        let mut reported: Option<ReviewProgress> = None;
        loop {
            let progress = self.progress.now();
            match self.store.report(self.lease, progress, self.terms.lease, self.clock.now()).await {
                Ok(Standing::Held) => reported = Some(progress),
                Ok(Standing::CancelRequested) => return Why::Cancelled,
                Ok(Standing::Lost) => return Why::Lost,
                // A store that does not answer lets nobody else claim the review either. When it answers again it says who has it; and
                // every ending is fenced.
                Err(failure) => log_trouble(self.lease, &failure),
            }
            sleep(REPORT_PAUSE.min(self.terms.heartbeat())).await;
            if reported == Some(self.progress.now()) {
                // Nothing new: until something happens, or the lease must be prolonged. A wish to stop is heard within a second.
                let pause = self.terms.heartbeat().min(Duration::from_secs(1));
                let _ = timeout(pause, self.progress.changed.notified()).await;
            }
        }
    }
}

/// One line for the log: ids only.
pub(super) fn log_trouble(lease: &Lease, failure: &StoreFailure) {
    tracing::warn!(review = %lease.review, attempt = lease.attempt, error = %failure, "the store does not answer");
}
