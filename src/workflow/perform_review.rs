//! Performing a review that a customer ordered: opens the connection, runs the review, and says what is to become of the order. It
//! knows no lease; the worker that holds one does the rest.

use std::sync::Arc;

use crate::account::{Notice, ReviewId};
use crate::assessment::{Assessment, ENGINE, Engine};
use crate::catalog::Catalog;
use crate::ports::{
    AuditAction, AuditEntry, Clock, Extractor, KeptExamination, ProgressSink, QueuedNotice, ReviewFailure, ReviewRecord, SourceError,
    SourceOpener, Store, StoreFailure,
};
use crate::workflow::known_files::KnownFiles;
use crate::workflow::run_review::{Interrupt, ReviewError, ReviewLimits, ReviewOutcome, run_review};
use crate::workflow::what_changed::{notice_of, queued, review_before};

/// What a review is performed with.
pub struct ReviewTools<O, E> {
    /// What is kept.
    pub store: Arc<dyn Store>,
    /// Opens connections.
    pub opener: Arc<O>,
    /// Reads documents.
    pub extractor: Arc<E>,
    /// What the standards ask.
    pub catalog: Arc<Catalog>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Limits of one review.
    pub limits: ReviewLimits,
    /// This very program, and the limits of its reader: what another one saw in a file is not taken over.
    pub reader: String,
}

/// A result, with what goes along with it. No `Debug`: customer text.
pub struct Outcome {
    /// The result.
    pub assessment: Assessment,
    /// What each file gave.
    pub examinations: Vec<KeptExamination>,
    /// The review before, if there is one.
    pub before: Option<ReviewId>,
    /// The letter about it, if one is due.
    pub notice: Option<QueuedNotice>,
}

/// What is to become of the order.
pub enum Performed {
    /// It has a result. Incomplete ones say so themselves; trying again would not change them.
    Done(Box<Outcome>),
    /// Something passing stood in the way: try again later. A result that is there already, though incomplete, is better than none.
    TryAgain {
        /// The incomplete result, if there is one.
        incomplete: Option<Box<Outcome>>,
    },
    /// It failed for good.
    Failed(ReviewFailure),
    /// It was interrupted; whoever did it knows why.
    Interrupted,
}

/// Performs a review. `learnt` is what an earlier try at it got already.
///
/// # Errors
/// When the store does not work: nothing is known then about the order.
pub async fn perform_review<O, E>(
    tools: &ReviewTools<O, E>,
    review: &ReviewRecord,
    learnt: &[KeptExamination],
    progress: &dyn ProgressSink,
    interrupt: &Interrupt,
) -> Result<Performed, StoreFailure>
where
    O: SourceOpener,
    E: Extractor,
{
    let Some(connection) = tools.store.connection(&review.customer, &review.connection).await? else {
        return Ok(Performed::Failed(ReviewFailure::NotAuthorised));
    };
    let grant = tools.store.grant(&review.customer, &review.connection).await?;
    if !connection.is_active() || (connection.mode.has_grant() && grant.is_none()) {
        return Ok(Performed::Failed(ReviewFailure::NotAuthorised));
    }
    let grant_number = grant.as_ref().map(|grant| grant.number);
    let (catalog, chosen) = (Arc::clone(&tools.catalog), review.order.chosen.clone());
    // Compiling the requirements is computation. The choice was checked when the review was ordered, but the catalog may have changed since.
    let Ok(Ok(engine)) = tokio::task::spawn_blocking(move || Engine::new(catalog, chosen)).await else {
        return Ok(Performed::Failed(ReviewFailure::Internal));
    };
    let source = match tools.opener.open(&connection, grant.as_ref(), &review.order.scope) {
        Ok(source) => source,
        Err(error) => return stopped(tools, review, grant_number, &error, None).await,
    };
    let before = review_before(&*tools.store, review).await?;
    let mut known = known_files(tools, review, before.as_ref()).await?;
    known.learn(learnt.to_vec());
    match run_review(&source, &*tools.extractor, &Arc::new(engine), tools.limits, &known, progress, interrupt).await {
        Ok(outcome) => concluded(tools, review, before, grant_number, outcome).await,
        Err(ReviewError::Interrupted) => Ok(Performed::Interrupted),
        Err(ReviewError::Source(error)) => stopped(tools, review, grant_number, &error, None).await,
    }
}

/// What is known of files from the review before. What cannot be read any more is read from the documents again.
async fn known_files<O, E>(
    tools: &ReviewTools<O, E>,
    review: &ReviewRecord,
    before: Option<&ReviewRecord>,
) -> Result<KnownFiles, StoreFailure> {
    let chosen = serde_json::to_string(&review.order.chosen).unwrap_or_default();
    let basis = format!("{} {ENGINE} {} {} {chosen}", tools.reader, tools.catalog.identity.sha256, tools.limits.file_bytes.0);
    let Some(before) = before else { return Ok(KnownFiles::of(basis, Vec::new())) };
    match tools.store.examinations(&review.customer, &before.id).await {
        Ok(kept) => Ok(KnownFiles::of(basis, kept)),
        Err(failure @ StoreFailure::Damaged { .. }) => {
            tracing::warn!(review = %review.id, %failure, "what was kept of the review before cannot be read; every file is read again");
            Ok(KnownFiles::of(basis, Vec::new()))
        }
        Err(failure @ (StoreFailure::Unavailable { .. } | StoreFailure::Full { .. } | StoreFailure::Refused { .. })) => Err(failure),
    }
}

async fn concluded<O, E>(
    tools: &ReviewTools<O, E>,
    review: &ReviewRecord,
    before: Option<ReviewRecord>,
    grant_number: Option<u64>,
    outcome: ReviewOutcome,
) -> Result<Performed, StoreFailure> {
    // Interrupted only if something stayed undone: what was through when the wish to stop came is a result.
    if outcome.was_interrupted {
        return Ok(Performed::Interrupted);
    }
    let notice = notice_of(&*tools.store, review, before.as_ref(), &outcome.assessment).await?;
    let complete = outcome.assessment.complete;
    let result = Box::new(Outcome {
        notice,
        assessment: outcome.assessment,
        examinations: outcome.examinations,
        before: before.map(|before| before.id),
    });
    match outcome.stopped_by {
        Some(error) => stopped(tools, review, grant_number, &error, Some(result)).await,
        // Files that could not be had now, though they exist: another attempt may get them.
        None if !complete => Ok(Performed::TryAgain { incomplete: Some(result) }),
        None => Ok(Performed::Done(result)),
    }
}

/// One line for the operator: the kind, and what holds no name of a folder.
fn tell(review: &ReviewRecord, error: &SourceError) {
    let (kind, detail) = match error {
        SourceError::NotFound { .. } => ("not found", ""),
        SourceError::Forbidden { .. } => ("forbidden", ""),
        SourceError::NotAuthorised { detail, .. } => ("not authorised", detail.as_str()),
        SourceError::Misconfigured { detail, .. } => ("not set up rightly", detail.as_str()),
        SourceError::RateLimited { detail, .. } => ("asked to slow down", detail.as_str()),
        SourceError::Unreachable { detail, .. } => ("unreachable", detail.as_str()),
        SourceError::Unexpected { detail, .. } => ("unexpected", detail.as_str()),
    };
    tracing::warn!(review = %review.id, kind, detail, "the documents cannot be had");
}

/// Somebody who relies on a schedule is asked by mail to connect again; whoever ordered a review by hand sees it.
async fn tell_customer<O, E>(
    tools: &ReviewTools<O, E>,
    review: &ReviewRecord,
    grant_number: u64,
    now: jiff::Timestamp,
) -> Result<(), StoreFailure> {
    if tools.store.schedule(&review.customer, &review.connection).await?.is_some() {
        let occasion = format!("connection {} lost grant {grant_number}", review.connection);
        let notice = Notice::Reconnect { connection: review.connection.clone() };
        tools.store.queue_notice(&queued(review, occasion, notice), now).await?;
    }
    Ok(())
}

/// What an error of the source means for the order. `grant_number` is that of the grant that was used, if the connection rests on one: the
/// customer may have given another meanwhile.
async fn stopped<O, E>(
    tools: &ReviewTools<O, E>,
    review: &ReviewRecord,
    grant_number: Option<u64>,
    error: &SourceError,
    incomplete: Option<Box<Outcome>>,
) -> Result<Performed, StoreFailure> {
    tell(review, error);
    let failure = match error {
        SourceError::RateLimited { .. } | SourceError::Unreachable { .. } => return Ok(Performed::TryAgain { incomplete }),
        // The operator's own set-up is wrong (a refused client or robot's key): the customer has nothing to connect again.
        SourceError::Misconfigured { .. } => ReviewFailure::NotSetUp,
        SourceError::Unexpected { .. } => ReviewFailure::Unexpected,
        SourceError::NotAuthorised { .. } => match grant_number {
            None => ReviewFailure::NotSetUp,
            Some(grant_number) => {
                let now = tools.clock.now();
                if tools.store.needs_reconnect(&review.connection, grant_number, now).await? {
                    let entry = AuditEntry {
                        customer: Some(review.customer.clone()),
                        action: AuditAction::GrantLost,
                        subject: Some(review.connection.to_string()),
                    };
                    tools.store.append(&entry, now).await?;
                    tell_customer(tools, review, grant_number, now).await?;
                }
                ReviewFailure::NotAuthorised
            }
        },
        SourceError::NotFound { .. } => ReviewFailure::PlaceNotFound,
        SourceError::Forbidden { .. } => ReviewFailure::Forbidden,
    };
    // What was read before is worth keeping: it says itself that it is incomplete, and proves no gap.
    Ok(incomplete.map_or(Performed::Failed(failure), Performed::Done))
}
