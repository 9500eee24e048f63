//! The worker's loop and its single step.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::account::WorkerId;
use crate::jobs::duties::Keeper;
use crate::jobs::ended::Ended;
use crate::jobs::measuring::{self, FileCounts};
use crate::jobs::progress::GatheredProgress;
use crate::jobs::under_lease::{Holder, Why, log_trouble};
use crate::jobs::{Duties, Shutdown, WorkerTerms};
use crate::ports::{AuditEntry, Extractor, Lease, Leased, ReviewFailure, ReviewRecord, ReviewResult, SourceOpener, StoreFailure};
use crate::workflow::perform_review::{Outcome, Performed, ReviewTools, perform_review};
use crate::workflow::run_review::Interrupt;

/// How often what is too old is purged.
const PURGE_PAUSE: Duration = Duration::from_hours(1);
/// Most reviews that are purged at one time.
const PURGE_AT_ONCE: u64 = 100;
/// How long a letter under way is waited for when the worker ends.
const KEEPER_GRACE: Duration = Duration::from_secs(5);
/// Letters are forgotten so long after they were put into the outbox.
const LETTERS_KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);
/// How often the queue is measured.
const MEASURE_PAUSE: Duration = Duration::from_secs(10);
/// How often ending a review is tried while the store does not answer, and how long is waited between.
const ENDING_TRIES: u32 = 60;
const ENDING_PAUSE: Duration = Duration::from_millis(500);

/// A worker process, or the worker within `crosswalk serve`.
pub struct Worker<O, E> {
    tools: ReviewTools<O, E>,
    terms: WorkerTerms,
    id: WorkerId,
    /// The longest a session lives, in seconds: older ones are purged.
    session_seconds: i64,
    /// What is done beside reviews.
    duties: Duties,
}

/// What a single step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// There was nothing to do.
    Idle,
    /// A review was worked on, whatever came of it.
    Worked,
}

/// How a review under lease is to be ended.
enum End {
    Done(Box<Outcome>),
    Failed(ReviewFailure),
    Cancelled,
    Retry(Timestamp),
    HandBack,
    /// It is not ours any more.
    Leave,
}

impl End {
    /// How the files of a result fared, if there is one to be kept.
    fn files(&self) -> Option<FileCounts> {
        match self {
            Self::Done(outcome) => Some(FileCounts::of(&outcome.assessment)),
            Self::Failed(_) | Self::Cancelled | Self::Retry(_) | Self::HandBack | Self::Leave => None,
        }
    }
}

impl<O, E> Worker<O, E>
where
    O: SourceOpener + 'static,
    E: Extractor + 'static,
{
    /// A worker. The id must be a new one for every start of the process.
    #[must_use]
    pub fn new(tools: ReviewTools<O, E>, terms: WorkerTerms, id: WorkerId, session_seconds: i64, duties: Duties) -> Arc<Self> {
        Arc::new(Self { tools, terms, id, session_seconds, duties })
    }

    /// How long its reviews may run on once it is told to stop.
    #[must_use]
    pub fn grace(&self) -> Duration {
        self.terms.grace
    }

    /// Works until it is told to stop; then finishes what it can within the grace, hands the rest back, and returns.
    pub async fn run(self: Arc<Self>, shutdown: Shutdown) {
        tracing::info!(worker = %self.id, parallel = self.terms.parallel_reviews, "the worker begins");
        let mut running = JoinSet::new();
        let keeping = tokio::spawn(self.keeper().run(shutdown.clone()));
        let mut purged_at: Option<Instant> = None;
        let mut measured_at: Option<Instant> = None;
        while !shutdown.has_begun() {
            if purged_at.is_none_or(|at| at.elapsed() > PURGE_PAUSE) {
                purged_at = Some(Instant::now());
                self.purge().await;
            }
            if measured_at.is_none_or(|at| at.elapsed() > MEASURE_PAUSE) {
                measured_at = Some(Instant::now());
                self.measure_queue().await;
            }
            while let Some(ended) = running.try_join_next() {
                self.note_end(&ended);
            }
            let is_full = running.len() >= self.terms.parallel_reviews;
            let claimed = if is_full { Ok(None) } else { self.claim().await };
            match claimed {
                Ok(Some(leased)) => {
                    let (worker, shutdown) = (Arc::clone(&self), shutdown.clone());
                    running.spawn(async move { worker.work(leased, &shutdown).await });
                    continue;
                }
                Ok(None) => {}
                Err(failure) => tracing::warn!(worker = %self.id, error = %failure, "the queue does not answer; asking again"),
            }
            tokio::select! {
                () = sleep(self.terms.poll) => {}
                () = shutdown.begun() => {}
                Some(ended) = running.join_next(), if !running.is_empty() => self.note_end(&ended),
            }
        }
        while let Some(ended) = running.join_next().await {
            self.note_end(&ended);
        }
        // It ends by itself, at most a letter later; what it had begun is taken up again by another.
        let _ = timeout(KEEPER_GRACE, keeping).await;
        tracing::info!(worker = %self.id, "the worker has ended");
    }

    fn keeper(&self) -> Keeper {
        Keeper {
            store: Arc::clone(&self.tools.store),
            clock: Arc::clone(&self.tools.clock),
            duties: self.duties.clone(),
            worker: self.id.clone(),
            poll: self.terms.poll,
        }
    }

    /// Does once what is due beside reviews. For tests, which then need no waiting.
    pub async fn keep_house(&self) {
        let keeper = self.keeper();
        keeper.order_due().await;
        keeper.send_mail().await;
        keeper.ask_after_payments().await;
    }

    fn note_end(&self, ended: &Result<(), tokio::task::JoinError>) {
        if ended.is_err() {
            // Its lease runs out, and somebody takes it up again.
            tracing::error!(worker = %self.id, "the work on a review panicked");
        }
    }

    /// Takes one review, if there is one, and works on it to its end. For tests, which then need no waiting.
    ///
    /// # Errors
    /// The queue does not answer.
    pub async fn step(self: &Arc<Self>, shutdown: &Shutdown) -> Result<Step, StoreFailure> {
        match self.claim().await? {
            None => Ok(Step::Idle),
            Some(leased) => {
                self.work(leased, shutdown).await;
                Ok(Step::Worked)
            }
        }
    }

    async fn claim(&self) -> Result<Option<Leased>, StoreFailure> {
        self.tools.store.claim(&self.id, self.terms.lease, self.tools.clock.now()).await
    }

    async fn work(self: &Arc<Self>, leased: Leased, shutdown: &Shutdown) {
        let Leased { lease, review } = leased;
        let started = Instant::now();
        measuring::began();
        tracing::info!(review = %lease.review, attempt = lease.attempt, worker = %self.id, "a review begins");
        let progress = Arc::new(GatheredProgress::default());
        let interrupt = Interrupt::default();
        // On a task of its own: a panic in it ends this review and not the worker.
        let mut performing = tokio::spawn({
            let (worker, review, progress, interrupt) = (Arc::clone(self), review.clone(), Arc::clone(&progress), interrupt.clone());
            async move { worker.perform(&review, &progress, &interrupt).await }
        });
        let holder = Holder {
            store: &*self.tools.store,
            clock: &*self.tools.clock,
            lease: &lease,
            terms: self.terms,
            progress: &progress,
            interrupt: &interrupt,
            shutdown,
        };
        let (performed, why) = tokio::select! {
            performed = &mut performing => (performed, None),
            why = holder.hold() => {
                // The interrupt is raised: it ends soon. What does not is abandoned.
                let performed = timeout(Duration::from_secs(10), &mut performing).await;
                performing.abort();
                (performed.unwrap_or(Ok(Ok(Performed::Interrupted))), Some(why))
            }
        };
        let end = self.decide(&lease, performed, why);
        let files = end.files();
        let ended = self.end(&lease, end).await;
        if let Some(action) = ended.audited() {
            let entry = AuditEntry { customer: Some(review.customer), action, subject: Some(lease.review.to_string()) };
            if let Err(failure) = self.tools.store.append(&entry, self.tools.clock.now()).await {
                log_trouble(&lease, &failure);
            }
        }
        let took = started.elapsed();
        measuring::ended(ended, took, progress.now());
        if let (Ended::Done, Some(files)) = (ended, files) {
            measuring::kept(files);
        }
        let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        tracing::info!(review = %lease.review, attempt = lease.attempt, end = ended.word(), duration_ms, "a review has ended");
    }

    /// Performs the review. Where some files could not be had, once more after a wait: what is better counts, and a result that is there
    /// is never given up for an attempt that has none.
    async fn perform(&self, review: &ReviewRecord, progress: &GatheredProgress, interrupt: &Interrupt) -> Result<Performed, StoreFailure> {
        let incomplete = match perform_review(&self.tools, review, &[], progress, interrupt).await? {
            Performed::TryAgain { incomplete: Some(incomplete) } => incomplete,
            done @ (Performed::Done(_) | Performed::TryAgain { incomplete: None } | Performed::Failed(_) | Performed::Interrupted) => {
                return Ok(done);
            }
        };
        tracing::info!(review = %review.id, "some files could not be had; trying once more");
        tokio::select! {
            () = sleep(self.terms.backoff_base) => {}
            () = interrupt.raised() => return Ok(Performed::Interrupted),
        }
        progress.begin_again();
        Ok(match perform_review(&self.tools, review, &incomplete.examinations, progress, interrupt).await? {
            Performed::Interrupted => Performed::Interrupted,
            Performed::Done(better) | Performed::TryAgain { incomplete: Some(better) } => Performed::Done(better),
            Performed::TryAgain { incomplete: None } | Performed::Failed(_) => Performed::Done(incomplete),
        })
    }

    fn decide(&self, lease: &Lease, performed: Result<Result<Performed, StoreFailure>, tokio::task::JoinError>, why: Option<Why>) -> End {
        let is_last = lease.attempt >= self.terms.lease.max_attempts;
        let again = || End::Retry(self.tools.clock.now().saturating_add(self.terms.backoff(lease.attempt)).unwrap_or(Timestamp::MAX));
        match (why, performed) {
            (Some(Why::Lost), _) => End::Leave,
            // A result that was there when the wish to stop came is kept all the same: nothing is lost.
            (_, Ok(Ok(Performed::Done(outcome)))) | (None, Ok(Ok(Performed::TryAgain { incomplete: Some(outcome) }))) => End::Done(outcome),
            (Some(Why::Cancelled), _) => End::Cancelled,
            // Nobody interrupts without a reason; if it looks so, the attempt does not count.
            (Some(Why::ShuttingDown), _) | (None, Ok(Ok(Performed::Interrupted))) => End::HandBack,
            (None, Ok(Ok(Performed::Failed(failure)))) => End::Failed(failure),
            (None, Ok(Ok(Performed::TryAgain { incomplete: None }))) if is_last => End::Failed(ReviewFailure::DriveUnreachable),
            (None, Ok(Ok(Performed::TryAgain { incomplete: None }))) => again(),
            (None, Ok(Err(failure))) => {
                log_trouble(lease, &failure);
                if is_last { End::Failed(ReviewFailure::Internal) } else { again() }
            }
            (None, Err(_)) => {
                tracing::error!(review = %lease.review, attempt = lease.attempt, "the review panicked");
                if is_last { End::Failed(ReviewFailure::Internal) } else { again() }
            }
        }
    }

    /// Ends the review in the store; tries for a while when the store does not answer. If that is in vain the lease runs out, and the
    /// review is worked on again.
    async fn end(&self, lease: &Lease, mut end: End) -> Ended {
        for _ in 0..ENDING_TRIES {
            let now = self.tools.clock.now();
            let store = &self.tools.store;
            let (outcome, ended) = match &end {
                End::Done(outcome) => (store.finish(lease, &result_of(outcome), now).await, Ended::Done),
                End::Failed(failure) => (store.fail(lease, *failure, now).await, Ended::Failed(*failure)),
                End::Cancelled => (store.cancelled(lease, now).await, Ended::Cancelled),
                End::Retry(run_at) => (store.retry(lease, *run_at).await, Ended::Retried),
                End::HandBack => (store.hand_back(lease, now).await, Ended::HandedBack),
                End::Leave => return Ended::Lost,
            };
            match outcome {
                Ok(true) => return ended,
                Ok(false) => return Ended::Lost,
                Err(StoreFailure::Full { .. }) if let_go_of_examinations(&mut end) => {
                    tracing::warn!(review = %lease.review, "there is no room for what the next review could have used; the result comes first");
                }
                Err(StoreFailure::Full { detail }) if matches!(end, End::Done(_)) => {
                    tracing::error!(review = %lease.review, detail, "there is no room for the result");
                    // The few bytes of this may still fit. Reading everything again would only end here again.
                    end = End::Failed(ReviewFailure::NoRoom);
                }
                Err(failure) => {
                    log_trouble(lease, &failure);
                    sleep(ENDING_PAUSE).await;
                }
            }
        }
        Ended::StoreSilent
    }

    /// What cannot be measured now is measured next time; that the store does not answer is told by whoever needs it.
    async fn measure_queue(&self) {
        let now = self.tools.clock.now();
        if let Ok(depth) = self.tools.store.depth(now).await {
            measuring::queue(depth, now);
        }
    }

    async fn purge(&self) {
        match self.tools.store.purge_expired(self.tools.clock.now(), self.session_seconds, PURGE_AT_ONCE).await {
            Ok(counts) if counts.reviews > 0 => tracing::info!(reviews = counts.reviews, quotes = counts.quotes, "purged what was too old"),
            Ok(_) => {}
            Err(failure) => tracing::warn!(error = %failure, "could not purge what is too old; trying again in an hour"),
        }
        let before = self.tools.clock.now().checked_sub(LETTERS_KEPT).unwrap_or(Timestamp::MIN);
        if let Err(failure) = self.tools.store.forget_notices(before).await {
            tracing::warn!(error = %failure, "could not forget old letters; trying again in an hour");
        }
    }
}

fn result_of(outcome: &Outcome) -> ReviewResult<'_> {
    ReviewResult {
        assessment: &outcome.assessment,
        examinations: &outcome.examinations,
        // An incomplete review knows less than the one before: both are kept.
        replaces: outcome.before.as_ref().filter(|_| outcome.assessment.complete),
        notice: outcome.notice.as_ref(),
    }
}

/// Lets go of what only spares the next review some work. False when there is nothing of that.
fn let_go_of_examinations(end: &mut End) -> bool {
    match end {
        End::Done(outcome) if !outcome.examinations.is_empty() => {
            outcome.examinations = Vec::new();
            true
        }
        End::Done(_) | End::Failed(_) | End::Cancelled | End::Retry(_) | End::HandBack | End::Leave => false,
    }
}
