//! How far a review is, in words and as a bar: the same for the page and for the stream of events.

use serde::Serialize;

use crate::ports::{ReviewProgress, ReviewState};

/// What is shown of an active review. Counts only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct ProgressShown {
    /// One sentence.
    pub(super) sentence: String,
    /// Files done; none while nobody knows how many there are.
    pub(super) value: Option<u64>,
    /// Files in all.
    pub(super) max: Option<u64>,
}

/// Of an active review; none once it has ended.
pub(super) fn shown(state: &ReviewState) -> Option<ProgressShown> {
    let without_bar = |sentence: &str| Some(ProgressShown { sentence: sentence.to_owned(), value: None, max: None });
    match state {
        ReviewState::Queued { attempt: 0, .. } => without_bar("Waiting for a free worker. It begins by itself."),
        ReviewState::Queued { .. } => {
            without_bar("It will be taken up again in a moment: an attempt was interrupted, or Google asked to wait. Nothing is lost.")
        }
        ReviewState::Running { is_cancelling: true, .. } => without_bar("Stopping. The file under examination is finished first."),
        ReviewState::Running { progress, .. } => Some(running(*progress)),
        ReviewState::Done { .. } | ReviewState::Failed { .. } | ReviewState::Cancelled { .. } => None,
    }
}

fn running(progress: ReviewProgress) -> ProgressShown {
    let ReviewProgress { files_seen, to_examine, examined, read, is_concluding } = progress;
    if to_examine == 0 && !is_concluding {
        let sentence = format!("Listing your documents: {files_seen} {} found so far.", files(files_seen));
        return ProgressShown { sentence, value: None, max: None };
    }
    let sentence = if is_concluding {
        format!("All {to_examine} {} examined. Drawing conclusions.", files(to_examine))
    } else {
        format!("{examined} of {to_examine} {} examined, {read} of them read.", files(to_examine))
    };
    ProgressShown { sentence, value: Some(examined.min(to_examine)), max: Some(to_examine.max(1)) }
}

fn files(count: u64) -> &'static str {
    if count == 1 { "file" } else { "files" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stage_has_its_sentence() {
        let running = |progress| ReviewState::Running { attempt: 1, progress, is_cancelling: false };
        let at = |files_seen, to_examine, examined, read, is_concluding| {
            shown(&running(ReviewProgress { files_seen, to_examine, examined, read, is_concluding }))
        };
        let sentence = |shown: Option<ProgressShown>| shown.map(|s| s.sentence).unwrap_or_default();
        assert_eq!(sentence(at(1, 0, 0, 0, false)), "Listing your documents: 1 file found so far.");
        assert_eq!(sentence(at(40, 30, 10, 9, false)), "10 of 30 files examined, 9 of them read.");
        assert_eq!(sentence(at(40, 30, 30, 28, true)), "All 30 files examined. Drawing conclusions.");
        // An empty folder goes straight to the conclusions.
        assert_eq!(at(0, 0, 0, 0, true).and_then(|s| s.max), Some(1));
        let ended = ReviewState::Done { at: "2026-11-22T10:00:00Z".parse().unwrap(), complete: true };
        assert_eq!(shown(&ended), None);
    }
}
