//! What single files gave in a review, so that the next one need not fetch and read them again.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::account::{CustomerId, ReviewId};
use crate::assessment::DocumentObservations;
use crate::evidence::LedgerEntry;
use crate::ports::StoreFailure;

/// What one file gave. Sealed at rest. No `Debug`: customer text.
#[derive(Clone, Serialize, Deserialize)]
pub struct KeptExamination {
    /// All on which it depends, as one hash: the file as listed, with its checksum or version; the catalog, the engine and its limits;
    /// what was chosen.
    pub key: String,
    /// The line of the ledger.
    pub entry: LedgerEntry,
    /// What was seen.
    pub observations: DocumentObservations,
}

/// Gives back what was kept. It is written when a review ends ([`crate::ports::Queue::finish`]) and goes with the review.
#[async_trait]
pub trait Examinations: Send + Sync {
    /// What the files of a review gave; empty when nothing is kept of it (any more).
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn examinations(&self, customer: &CustomerId, review: &ReviewId) -> Result<Vec<KeptExamination>, StoreFailure>;
}
