//! Where documents come from. Reading only: there is no method that writes.

use std::future::Future;

use thiserror::Error;

use crate::evidence::{Inventory, SourceFile, SourceIdentity};
use crate::ports::ProgressSink;

/// The most bytes that one fetch may take into memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByteLimit(pub u64);

/// The bytes of a file as fetched.
#[derive(Clone)]
pub struct Fetched {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The revision that was really read, if the source says.
    pub revision: Option<String>,
}

/// Why a source could not be listed, or a review cannot go on. Each says what happened and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SourceError {
    /// There is no such folder, Drive folder or shared drive.
    #[error("{what} was not found. {advice}")]
    NotFound {
        /// What was looked for.
        what: String,
        /// What to do.
        advice: String,
    },
    /// It exists but may not be read.
    #[error("{what} may not be read: {detail}. {advice}")]
    Forbidden {
        /// What was to be read.
        what: String,
        /// Why not.
        detail: String,
        /// What to do.
        advice: String,
    },
    /// Nobody has signed in, or the sign-in is over.
    #[error("not authorised: {detail}. {advice}")]
    NotAuthorised {
        /// What the other side said.
        detail: String,
        /// What to do.
        advice: String,
    },
    /// The registration of this installation at Google (its OAuth client, its service account, the scope it asks for) is refused: for
    /// whoever runs it. No person's grant is to blame, and none may be deleted for it.
    #[error("Google does not accept this installation's own registration: {detail}. {advice}")]
    Misconfigured {
        /// What the other side said.
        detail: String,
        /// What to do.
        advice: String,
    },
    /// The other side asks to slow down and retries are used up.
    #[error("{who} asks to slow down ({detail}). Nothing was lost; run the review again later.")]
    RateLimited {
        /// Who.
        who: String,
        /// Its reason.
        detail: String,
    },
    /// No answer.
    #[error("{who} could not be reached: {detail}. Check the network connection and run the review again; nothing was lost.")]
    Unreachable {
        /// Who.
        who: String,
        /// What went wrong.
        detail: String,
    },
    /// An answer that makes no sense.
    #[error("{who} answered unexpectedly: {detail}. Run the review again; if it stays so, report it.")]
    Unexpected {
        /// Who.
        who: String,
        /// What was strange.
        detail: String,
    },
}

/// Why one file could not be fetched.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FetchError {
    /// For good, for this file: forbidden by its owner, flagged as malware, deleted meanwhile, too large to export.
    /// The ledger says passed over, with this reason; the review stays complete.
    #[error("{reason}")]
    Refused {
        /// One sentence.
        reason: String,
    },
    /// Larger than the limit.
    #[error("larger than the limit of {limit_bytes} bytes")]
    TooLarge {
        /// The limit.
        limit_bytes: u64,
    },
    /// Not to be had now though it exists: retries are used up. The review is incomplete.
    #[error("{reason}")]
    Unavailable {
        /// One sentence.
        reason: String,
    },
    /// The whole review cannot go on (sign-in lost, consent revoked).
    #[error(transparent)]
    Stop(#[from] SourceError),
}

/// A place with documents. Invariant: it has no writing method, and never gets one.
pub trait DocumentSource: Send + Sync {
    /// Which source this is.
    fn identity(&self) -> SourceIdentity;

    /// Lists everything in it, metadata only. A listing that breaks off after it began gives an [`Inventory`] with
    /// `complete: false`; an error means that nothing could be listed.
    ///
    /// # Errors
    /// See [`SourceError`].
    fn list(&self, progress: &dyn ProgressSink) -> impl Future<Output = Result<Inventory, SourceError>> + Send;

    /// Fetches the bytes of one file into memory, at most `limit`, compared with the stated size and checksum.
    ///
    /// # Errors
    /// See [`FetchError`].
    fn fetch(&self, file: &SourceFile, limit: ByteLimit) -> impl Future<Output = Result<Fetched, FetchError>> + Send;
}
