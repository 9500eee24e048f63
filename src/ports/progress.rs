//! What a review tells while it runs.

/// Something that happened in a review. Holds no file names: counts only, so that it may be logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewEvent {
    /// Listing goes on; so many files were seen so far.
    Listing {
        /// Files seen.
        files_seen: usize,
    },
    /// Listing ended; so many files will be examined.
    Listed {
        /// Files to examine.
        to_examine: usize,
        /// Things passed over.
        passed_over: usize,
    },
    /// One more file was examined, or failed.
    Examined {
        /// Files finished so far.
        done: usize,
        /// Files in all.
        total: usize,
        /// Whether its text could be read.
        was_read: bool,
    },
    /// All files are through; conclusions are drawn.
    Concluding,
}

/// Takes the events of a review. Called from several threads.
pub trait ProgressSink: Send + Sync {
    /// Takes one event.
    fn event(&self, event: ReviewEvent);
}
