//! How a run of the program ends, in words and as an exit code.

use crate::app::credentials::DriveSetupError;
use crate::app::settings::SetupError;
use crate::ports::SourceError;
use crate::workflow::run_review::ReviewError;

/// Exit codes; scripts depend on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done. Gaps and unreadable files are not errors.
    Done,
    /// Something inside went wrong.
    Internal,
    /// Bad usage or catalog.
    Usage,
    /// The source could not be listed.
    Source,
    /// Listing broke off or files stayed unfetched; reports were still written.
    Incomplete,
    /// `extract`: the file is unreadable.
    Unreadable,
    /// Not authorised.
    NotAuthorised,
    /// Interrupted.
    Interrupted,
}

impl Exit {
    /// The number that scripts see.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Internal => 1,
            Self::Usage => 2,
            Self::Source => 3,
            Self::Incomplete => 4,
            Self::Unreadable => 5,
            Self::NotAuthorised => 6,
            Self::Interrupted => 130,
        }
    }
}

/// A failure for the person at the terminal: what happened, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// One sentence: what happened, and what is safe.
    pub happened: String,
    /// One sentence: what to do next.
    pub advice: String,
    /// The exit code.
    pub exit: Exit,
}

impl Failure {
    /// A failure with that exit code.
    pub fn new(exit: Exit, happened: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { happened: happened.into(), advice: advice.into(), exit }
    }
}

impl From<SetupError> for Failure {
    fn from(error: SetupError) -> Self {
        Self::new(Exit::Usage, error.happened, error.advice)
    }
}

impl From<DriveSetupError> for Failure {
    fn from(error: DriveSetupError) -> Self {
        match error {
            DriveSetupError::Setup(setup) => setup.into(),
            DriveSetupError::NotAuthorised(setup) => Self::new(Exit::NotAuthorised, setup.happened, setup.advice),
            DriveSetupError::Source(source) => source.into(),
        }
    }
}

impl From<SourceError> for Failure {
    fn from(error: SourceError) -> Self {
        let exit = match error {
            SourceError::NotAuthorised { .. } | SourceError::Misconfigured { .. } => Exit::NotAuthorised,
            SourceError::NotFound { .. }
            | SourceError::Forbidden { .. }
            | SourceError::RateLimited { .. }
            | SourceError::Unreachable { .. }
            | SourceError::Unexpected { .. } => Exit::Source,
        };
        Self::new(exit, error.to_string(), "")
    }
}

impl From<ReviewError> for Failure {
    fn from(error: ReviewError) -> Self {
        match error {
            ReviewError::Source(source) => source.into(),
            ReviewError::Interrupted => Self::new(Exit::Interrupted, error.to_string(), "Run the review again when you like."),
        }
    }
}
