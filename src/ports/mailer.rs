//! Sending mail, as the core sees it.

use async_trait::async_trait;
use thiserror::Error;

/// A letter, complete. No `Debug`: customer text.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its `Message-ID` without angle brackets, the same at every try.
    pub message_id: String,
    /// To whom: one address.
    pub to: String,
    /// Subject; holds no name of a document.
    pub subject: String,
    /// As plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// Why a letter was not sent.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MailFailure {
    /// The server refuses it for good (an answer of 5xx), or the address is none: trying again helps nothing.
    #[error("the mail server refuses the letter ({detail})")]
    Refused {
        /// The code and what it means, without the address.
        detail: String,
    },
    /// No answer, a passing refusal (4xx), or a sign-in that fails: try again later.
    #[error("the mail server cannot be used now ({detail})")]
    Unavailable {
        /// What went wrong, without the address.
        detail: String,
    },
}

/// Sends mail.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Sends a letter: it is sent when the server has taken it over.
    ///
    /// # Errors
    /// See [`MailFailure`].
    async fn send(&self, letter: &Letter) -> Result<(), MailFailure>;
}
