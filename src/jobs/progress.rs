//! The progress of a running review, gathered from the events of several threads.

use std::sync::Mutex;
use std::sync::PoisonError;

use tokio::sync::Notify;

use crate::ports::{ProgressSink, ReviewEvent, ReviewProgress};

/// Gathers events, and wakes whoever reports them.
#[derive(Default)]
pub(super) struct GatheredProgress {
    progress: Mutex<ReviewProgress>,
    pub(super) changed: Notify,
}

impl GatheredProgress {
    /// Begins anew.
    pub(super) fn begin_again(&self) {
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner) = ReviewProgress::default();
    }

    /// How far it is.
    pub(super) fn now(&self) -> ReviewProgress {
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ProgressSink for GatheredProgress {
    fn event(&self, event: ReviewEvent) {
        let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        match event {
            ReviewEvent::Listing { files_seen } => progress.files_seen = progress.files_seen.max(count(files_seen)),
            ReviewEvent::Listed { to_examine, passed_over } => {
                progress.to_examine = count(to_examine);
                progress.files_seen = progress.files_seen.max(count(to_examine + passed_over));
            }
            ReviewEvent::Examined { done, total, was_read } => {
                progress.examined = progress.examined.max(count(done));
                progress.to_examine = count(total);
                progress.read += u64::from(was_read);
            }
            ReviewEvent::Concluding => progress.is_concluding = true,
        }
        drop(progress);
        self.changed.notify_one();
    }
}
