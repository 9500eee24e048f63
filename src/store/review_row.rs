//! A review's row and what it means. The state is a word, and only the columns of that state count.

use crate::account::{ConnectionId, CustomerId, ReviewId};
use crate::ports::{ReviewFailure, ReviewOrigin, ReviewProgress, ReviewRecord, ReviewState, StoreFailure};
use crate::store::Database;
use crate::store::column::{count, damaged, timestamp};
use crate::store::entity::review;
use crate::store::sealed_column::REVIEW_ORDER;

const WHAT: &str = "a review";

pub(super) const QUEUED: &str = "queued";
pub(super) const RUNNING: &str = "running";
pub(super) const DONE: &str = "done";
pub(super) const FAILED: &str = "failed";
pub(super) const CANCELLED: &str = "cancelled";

impl Database {
    pub(super) fn read_review(&self, row: &review::Model) -> Result<ReviewRecord, StoreFailure> {
        Ok(ReviewRecord {
            id: ReviewId::parse(&row.id).ok_or_else(|| damaged(WHAT, "its id is no id"))?,
            customer: CustomerId::parse(&row.customer_id).ok_or_else(|| damaged(WHAT, "its customer is none"))?,
            connection: ConnectionId::parse(&row.connection_id).ok_or_else(|| damaged(WHAT, "its connection is none"))?,
            order: self.open_value(&row.ordered, &REVIEW_ORDER, &row.id, &row.customer_id)?,
            ordered_at: timestamp(row.ordered_at, WHAT)?,
            origin: ReviewOrigin::parse(&row.origin).ok_or_else(|| damaged(WHAT, "nobody known has ordered it"))?,
            state: state(row)?,
        })
    }
}

fn state(row: &review::Model) -> Result<ReviewState, StoreFailure> {
    let attempt = u32::try_from(row.attempt).map_err(|_| damaged(WHAT, "its attempts are no number"))?;
    let ended_at = || row.ended_at.map_or_else(|| Err(damaged(WHAT, "it ended at no time")), |at| timestamp(at, WHAT));
    match row.state.as_str() {
        QUEUED => Ok(ReviewState::Queued { attempt, run_at: timestamp(row.run_at, WHAT)? }),
        RUNNING => Ok(ReviewState::Running { attempt, progress: progress(row), is_cancelling: row.is_cancelling }),
        DONE => {
            let complete = row.is_complete.ok_or_else(|| damaged(WHAT, "it does not say whether it is complete"))?;
            Ok(ReviewState::Done { at: ended_at()?, complete })
        }
        FAILED => {
            let failure = row.failure.as_deref().and_then(ReviewFailure::parse);
            Ok(ReviewState::Failed { at: ended_at()?, failure: failure.ok_or_else(|| damaged(WHAT, "its failure is none that is known"))? })
        }
        CANCELLED => Ok(ReviewState::Cancelled { at: ended_at()? }),
        _ => Err(damaged(WHAT, "its state is none that is known")),
    }
}

fn progress(row: &review::Model) -> ReviewProgress {
    ReviewProgress {
        files_seen: count(row.files_seen),
        to_examine: count(row.to_examine),
        examined: count(row.examined),
        read: count(row.files_read),
        is_concluding: row.is_concluding,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(state: &str) -> review::Model {
        review::Model {
            id: ReviewId::of(1).to_string(),
            connection_id: ConnectionId::of(1).to_string(),
            customer_id: CustomerId::of(1).to_string(),
            ordered: Vec::new(),
            ordered_at: 0,
            state: state.to_owned(),
            attempt: 1,
            run_at: 0,
            worker: None,
            lease_until: None,
            released_by: None,
            released_attempt: None,
            is_cancelling: false,
            files_seen: 0,
            to_examine: 0,
            examined: 0,
            files_read: 0,
            is_concluding: false,
            ended_at: None,
            failure: None,
            is_complete: None,
            ledger_lines: 0,
            quotes: 0,
            origin: ReviewOrigin::Ordered.word().to_owned(),
        }
    }

    #[test]
    fn a_row_that_makes_no_sense_is_damaged() {
        for word in [QUEUED, RUNNING] {
            assert!(state(&row(word)).unwrap().is_active());
        }
        for bad in [
            row("asleep"),
            row(DONE),
            row(FAILED),
            row(CANCELLED),
            review::Model { attempt: -1, ..row(QUEUED) },
            review::Model { run_at: i64::MAX, ..row(QUEUED) },
            review::Model { ended_at: Some(0), ..row(DONE) },
            review::Model { ended_at: Some(0), failure: Some("bored".into()), ..row(FAILED) },
            review::Model { ended_at: Some(i64::MIN), ..row(CANCELLED) },
        ] {
            assert!(matches!(state(&bad), Err(StoreFailure::Damaged { what: "a review", .. })), "{bad:?}");
        }
    }
}
