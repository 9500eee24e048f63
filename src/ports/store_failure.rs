//! What can go wrong with what is kept.

use thiserror::Error;

/// Why something could not be kept or found. Holds no customer text and no secret. "Not there" is no failure: it is `Ok(None)`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StoreFailure {
    /// The database does not answer, restarts, or is too busy; trying again later may help. Nothing was lost.
    #[error("the database does not answer now ({detail})")]
    Unavailable {
        /// What it said, without values.
        detail: String,
    },
    /// There is no room left.
    #[error("there is no room left to store anything ({detail})")]
    Full {
        /// What it said.
        detail: String,
    },
    /// A record cannot be unsealed or read: wrong key, or damaged.
    #[error("a record of {what} cannot be read: {detail}")]
    Damaged {
        /// Kind of record.
        what: &'static str,
        /// Why.
        detail: String,
    },
    /// Anything else; a mistake of ours.
    #[error("the database refused a statement: {detail}")]
    Refused {
        /// What it said, without values.
        detail: String,
    },
}
