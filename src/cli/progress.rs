//! Progress on stderr: a bar on a terminal, plain lines elsewhere.

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicUsize, Ordering};

use indicatif::{ProgressBar, ProgressStyle};

use crate::ports::{ProgressSink, ReviewEvent};

/// Shows the events of a review.
pub struct Progress {
    bar: Option<ProgressBar>,
    last_tenth: AtomicUsize,
}

impl Progress {
    /// A bar if stderr is a terminal, else plain lines.
    #[must_use]
    pub fn new() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new_spinner();
            bar.set_style(style("{spinner} {msg}"));
            bar
        });
        Self { bar, last_tenth: AtomicUsize::new(0) }
    }

    /// Takes the bar away, so that what is printed next stands alone.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn line(&self, text: &str) {
        if self.bar.is_none() {
            // A closed stderr leaves nobody to tell.
            let _ = writeln!(std::io::stderr().lock(), "{text}");
        }
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self::new()
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

impl ProgressSink for Progress {
    fn event(&self, event: ReviewEvent) {
        match event {
            ReviewEvent::Listing { files_seen } => {
                if let Some(bar) = &self.bar {
                    bar.set_message(format!("listing … {files_seen} files"));
                    bar.tick();
                }
            }
            ReviewEvent::Listed { to_examine, passed_over } => {
                self.line(&format!("listed: {to_examine} files to examine, {passed_over} passed over"));
                if let Some(bar) = &self.bar {
                    bar.set_length(to_examine as u64);
                    bar.set_style(style("{bar:32} {pos}/{len} files, {eta} left {msg}"));
                    bar.set_message("");
                }
            }
            ReviewEvent::Examined { done, total, .. } => {
                if let Some(bar) = &self.bar {
                    bar.set_position(done as u64);
                }
                let tenth = done * 10 / total.max(1);
                if self.last_tenth.fetch_max(tenth, Ordering::SeqCst) < tenth {
                    self.line(&format!("examined {done} of {total} files"));
                }
            }
            ReviewEvent::Concluding => {
                if let Some(bar) = &self.bar {
                    bar.set_message("drawing conclusions");
                }
            }
        }
    }
}
