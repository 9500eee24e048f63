//! The queue: leases on the reviews' own rows. Every statement after the claim is fenced by review, worker and attempt, so
//! that who was late changes nothing any more. No transaction lasts as long as a review.

use async_trait::async_trait;
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, Func, IntoCondition, LockBehavior, LockType};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, Order, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::account::WorkerId;
use crate::ports::{Lease, LeaseTerms, Leased, Queue, QueueDepth, ReviewFailure, ReviewProgress, ReviewResult, Standing, StoreFailure};
use crate::report::review_json;
use crate::store::Database;
use crate::store::accounts::hold_customer;
use crate::store::column::{count, damaged, how_many, later, millisecond, number, timestamp};
use crate::store::database::Turn;
use crate::store::entity::{assessment, review};
use crate::store::failure::{refused, told};
use crate::store::review_row::{CANCELLED, DONE, FAILED, QUEUED, RUNNING};
use crate::store::sealed_column::ASSESSMENT_CONTENT;

#[async_trait]
impl Queue for Database {
    async fn claim(&self, worker: &WorkerId, terms: LeaseTerms, now: Timestamp) -> Result<Option<Leased>, StoreFailure> {
        // An idle worker asks often; it does not keep others from writing.
        if !self.is_something_due(now).await? {
            return Ok(None);
        }
        let transaction = self.begin_in_turn(Turn::Claim).await?;
        end_abandoned(&transaction, terms, now).await?;
        let Some(row) = next_due(&transaction, now).await? else {
            transaction.commit().await.map_err(told)?;
            return Ok(None);
        };
        let attempt = row.attempt.saturating_add(1);
        let taken = review::ActiveModel {
            state: Set(RUNNING.to_owned()),
            attempt: Set(attempt),
            worker: Set(Some(worker.as_str().to_owned())),
            lease_until: Set(Some(later(now, terms.duration))),
            released_by: Set(None),
            released_attempt: Set(None),
            ..progress_columns(ReviewProgress::default())
        };
        let this = review::Entity::update_many().set(taken).filter(review::Column::Id.eq(&row.id));
        let rows = this.exec_with_returning(&transaction).await.map_err(told)?;
        transaction.commit().await.map_err(told)?;
        let row = rows.first().ok_or_else(|| refused("a review vanished while it was claimed"))?;
        // A record that cannot be read is told only now: its attempt counts, so that it cannot stop the queue for ever.
        let review = self.read_review(row)?;
        let attempt = u32::try_from(attempt).map_err(|_| damaged("a review", "its attempts are no number"))?;
        Ok(Some(Leased { lease: Lease { review: review.id.clone(), worker: worker.clone(), attempt }, review }))
    }

    async fn report(&self, lease: &Lease, progress: ReviewProgress, terms: LeaseTerms, now: Timestamp) -> Result<Standing, StoreFailure> {
        let prolonged = review::ActiveModel { lease_until: Set(Some(later(now, terms.duration))), ..progress_columns(progress) };
        let held = review::Entity::update_many().set(prolonged).filter(fence(lease));
        let rows = held.exec_with_returning(&self.connection).await.map_err(told)?;
        Ok(match rows.first() {
            None => Standing::Lost,
            Some(row) if row.is_cancelling => Standing::CancelRequested,
            Some(_) => Standing::Held,
        })
    }

    async fn finish(&self, lease: &Lease, result: &ReviewResult<'_>, now: Timestamp) -> Result<bool, StoreFailure> {
        let assessment = result.assessment;
        let quotes = assessment.findings.iter().flat_map(|finding| &finding.constraints).map(|constraint| constraint.evidence.len()).sum();
        let done = review::ActiveModel {
            is_complete: Set(Some(assessment.complete)),
            ledger_lines: Set(number(how_many(assessment.ledger.len()))),
            quotes: Set(number(how_many(quotes))),
            ..released(lease, ended(DONE, now))
        };
        let transaction = self.begin().await?;
        if let Some(notice) = result.notice {
            // If the customer is gone, so is the review, which is told below.
            hold_customer(&transaction, notice.customer.as_str()).await?;
        }
        let held = review::Entity::update_many().set(done).filter(fence(lease));
        let rows = held.exec_with_returning(&transaction).await.map_err(told)?;
        let Some(row) = rows.first() else { return has_released(&transaction, lease, review::Column::State.eq(DONE)).await };
        let content = self.keys.seal(review_json(assessment).as_bytes(), &ASSESSMENT_CONTENT, &row.id, &row.customer_id)?;
        let kept =
            assessment::ActiveModel { review_id: Set(row.id.clone()), customer_id: Set(row.customer_id.clone()), content: Set(content) };
        assessment::Entity::insert(kept).exec_without_returning(&transaction).await.map_err(told)?;
        self.keep_examinations(&transaction, row, result.examinations, result.replaces).await?;
        if let Some(notice) = result.notice {
            self.queue_within(&transaction, notice, now).await?;
        }
        transaction.commit().await.map_err(told)?;
        Ok(true)
    }

    async fn fail(&self, lease: &Lease, failure: ReviewFailure, now: Timestamp) -> Result<bool, StoreFailure> {
        let has_failed = Condition::all().add(review::Column::State.eq(FAILED)).add(review::Column::Failure.eq(failure.word()));
        let failed = review::ActiveModel { failure: Set(Some(failure.word().to_owned())), ..released(lease, ended(FAILED, now)) };
        Ok(self.change(failed, fence(lease)).await? || has_released(&self.connection, lease, has_failed).await?)
    }

    async fn cancelled(&self, lease: &Lease, now: Timestamp) -> Result<bool, StoreFailure> {
        let cancelled = released(lease, ended(CANCELLED, now));
        Ok(self.change(cancelled, fence(lease)).await?
            || has_released(&self.connection, lease, review::Column::State.eq(CANCELLED)).await?)
    }

    async fn retry(&self, lease: &Lease, run_at: Timestamp) -> Result<bool, StoreFailure> {
        let queued = released(lease, queued(lease.attempt, run_at));
        if self.change(queued, fence(lease).add(review::Column::IsCancelling.eq(false))).await? {
            return Ok(true);
        }
        // The customer asked to stop it: it is not tried again. Nobody holds it any more, so the next claim ends it.
        let left = review::ActiveModel { worker: Set(None), lease_until: Set(Some(0)), ..Default::default() };
        if self.change(released(lease, left), fence(lease)).await? {
            return Ok(true);
        }
        has_released(&self.connection, lease, review::Column::State.is_in([QUEUED, RUNNING, CANCELLED])).await
    }

    async fn hand_back(&self, lease: &Lease, now: Timestamp) -> Result<bool, StoreFailure> {
        let as_before = released(lease, queued(lease.attempt.saturating_sub(1), now));
        if self.change(as_before, fence(lease).add(review::Column::IsCancelling.eq(false))).await? {
            return Ok(true);
        }
        Ok(self.cancelled(lease, now).await? || has_released(&self.connection, lease, review::Column::State.eq(QUEUED)).await?)
    }

    async fn depth(&self, now: Timestamp) -> Result<QueueDepth, StoreFailure> {
        let is_held = Condition::all().add(review::Column::State.eq(RUNNING)).add(review::Column::LeaseUntil.gt(millisecond(now)));
        // What does not meet a condition is null, and null is neither counted nor the smallest.
        let is_waiting = Condition::any().add(review::Column::State.eq(QUEUED)).add(has_lost_its_worker(now));
        let due_since = Expr::case(has_lost_its_worker(now), Expr::col(review::Column::LeaseUntil))
            .case(has_come_up(now), Expr::col(review::Column::RunAt));
        let found = review::Entity::find()
            .select_only()
            .expr(Func::count(Expr::case(is_waiting, 1)))
            .expr(Func::count(Expr::case(is_held, 1)))
            .expr(Func::min(due_since))
            .into_tuple::<(i64, i64, Option<i64>)>()
            .one(&self.connection)
            .await
            .map_err(told)?;
        let (waiting, running, due_since) = found.unwrap_or_default();
        let due_since = due_since.map(|at| timestamp(at, "a review")).transpose()?;
        Ok(QueueDepth { waiting: count(waiting), running: count(running), due_since })
    }
}

impl Database {
    async fn change(&self, change: review::ActiveModel, which: Condition) -> Result<bool, StoreFailure> {
        let outcome = review::Entity::update_many().set(change).filter(which).exec(&self.connection).await;
        Ok(outcome.map_err(told)?.rows_affected > 0)
    }

    async fn is_something_due(&self, now: Timestamp) -> Result<bool, StoreFailure> {
        let due = review::Entity::find().select_only().column(review::Column::Id).filter(is_due(now)).limit(1);
        Ok(due.into_tuple::<String>().one(&self.connection).await.map_err(told)?.is_some())
    }
}

/// The review, as long as this worker holds it in this attempt.
fn fence(lease: &Lease) -> Condition {
    Condition::all()
        .add(review::Column::Id.eq(lease.review.as_str()))
        .add(review::Column::State.eq(RUNNING))
        .add(review::Column::Worker.eq(lease.worker.as_str()))
        .add(review::Column::Attempt.eq(whole(lease.attempt)))
}

/// Whether this very lease has brought the review into this state already, and nobody has claimed it since: the answer to an
/// earlier try was lost on its way, after what it asked for had been done.
async fn has_released<C: ConnectionTrait>(connection: &C, lease: &Lease, state: impl IntoCondition) -> Result<bool, StoreFailure> {
    let by_this = review::Entity::find_by_id(lease.review.as_str())
        .select_only()
        .column(review::Column::Id)
        .filter(state)
        .filter(review::Column::ReleasedBy.eq(lease.worker.as_str()))
        .filter(review::Column::ReleasedAttempt.eq(whole(lease.attempt)));
    Ok(by_this.into_tuple::<String>().one(connection).await.map_err(told)?.is_some())
}

/// The change, with whose lease ends by it.
fn released(lease: &Lease, change: review::ActiveModel) -> review::ActiveModel {
    review::ActiveModel {
        released_by: Set(Some(lease.worker.as_str().to_owned())),
        released_attempt: Set(Some(whole(lease.attempt))),
        ..change
    }
}

fn whole(attempt: u32) -> i32 {
    i32::try_from(attempt).unwrap_or(i32::MAX)
}

fn has_lost_its_worker(now: Timestamp) -> Condition {
    Condition::all().add(review::Column::State.eq(RUNNING)).add(review::Column::LeaseUntil.lte(millisecond(now)))
}

fn has_come_up(now: Timestamp) -> Condition {
    Condition::all().add(review::Column::State.eq(QUEUED)).add(review::Column::RunAt.lte(millisecond(now)))
}

fn is_due(now: Timestamp) -> Condition {
    Condition::any().add(has_come_up(now)).add(has_lost_its_worker(now))
}

/// Ends those whose worker died and that are not to be tried again: the customer asked to stop them, or their attempts are used up.
async fn end_abandoned(transaction: &DatabaseTransaction, terms: LeaseTerms, now: Timestamp) -> Result<(), StoreFailure> {
    let most = i32::try_from(terms.max_attempts).unwrap_or(i32::MAX);
    let is_hopeless = Condition::any().add(review::Column::IsCancelling.eq(true)).add(review::Column::Attempt.gte(most));
    let rows = review::Entity::find()
        .select_only()
        .columns([review::Column::Id])
        .column(review::Column::IsCancelling)
        .filter(has_lost_its_worker(now))
        .filter(is_hopeless)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .into_tuple::<(String, bool)>()
        .all(transaction)
        .await
        .map_err(told)?;
    let (stopped, hopeless): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(_, is_cancelling)| *is_cancelling);
    let died = review::ActiveModel { failure: Set(Some(ReviewFailure::WorkerDied.word().to_owned())), ..ended(FAILED, now) };
    for (rows, end) in [(stopped, ended(CANCELLED, now)), (hopeless, died)] {
        if rows.is_empty() {
            continue;
        }
        let these = review::Entity::update_many().set(end).filter(review::Column::Id.is_in(rows.into_iter().map(|(id, _)| id)));
        these.exec(transaction).await.map_err(told)?;
    }
    Ok(())
}

/// Of those due the one of the customer who has the fewest running, then the oldest.
async fn next_due(transaction: &DatabaseTransaction, now: Timestamp) -> Result<Option<review::Model>, StoreFailure> {
    // A number of our own stands in the text, nothing from outside.
    let running = Expr::cust(format!(
        "(SELECT COUNT(*) FROM review AS busy WHERE busy.customer_id = review.customer_id AND busy.state = '{RUNNING}' \
         AND busy.lease_until > {})",
        millisecond(now)
    ));
    review::Entity::find()
        .filter(is_due(now))
        .order_by(running, Order::Asc)
        .order_by_asc(review::Column::OrderedAt)
        .order_by_asc(review::Column::Id)
        .limit(1)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .one(transaction)
        .await
        .map_err(told)
}

fn progress_columns(progress: ReviewProgress) -> review::ActiveModel {
    review::ActiveModel {
        files_seen: Set(number(progress.files_seen)),
        to_examine: Set(number(progress.to_examine)),
        examined: Set(number(progress.examined)),
        files_read: Set(number(progress.read)),
        is_concluding: Set(progress.is_concluding),
        ..Default::default()
    }
}

fn queued(attempt: u32, run_at: Timestamp) -> review::ActiveModel {
    review::ActiveModel {
        state: Set(QUEUED.to_owned()),
        attempt: Set(whole(attempt)),
        run_at: Set(millisecond(run_at)),
        worker: Set(None),
        lease_until: Set(None),
        ..Default::default()
    }
}

fn ended(state: &str, now: Timestamp) -> review::ActiveModel {
    review::ActiveModel {
        state: Set(state.to_owned()),
        ended_at: Set(Some(millisecond(now))),
        worker: Set(None),
        lease_until: Set(None),
        ..Default::default()
    }
}
