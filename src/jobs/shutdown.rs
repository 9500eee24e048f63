//! How a worker is told to stop.

use std::sync::Arc;

use tokio::sync::watch;

/// Tells everybody who holds a copy that the process is to stop. Once told, it stays so.
#[derive(Clone)]
pub struct Shutdown {
    sender: Arc<watch::Sender<bool>>,
}

impl Default for Shutdown {
    fn default() -> Self {
        Self { sender: Arc::new(watch::Sender::new(false)) }
    }
}

impl Shutdown {
    /// Tells it.
    pub fn begin(&self) {
        self.sender.send_replace(true);
    }

    /// Whether it was told.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        *self.sender.borrow()
    }

    /// Waits until it is told.
    pub async fn begun(&self) {
        let mut receiver = self.sender.subscribe();
        // The sender lives as long as this value, so waiting cannot fail.
        let _ = receiver.wait_for(|is_told| *is_told).await;
    }
}
