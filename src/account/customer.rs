//! A customer: who signed in, and how long what was found is kept.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::account::CustomerId;

/// Who somebody is, as a checked ID token says.
///
/// Invariant: a customer is found by issuer and subject, never by e-mail, which may change hands (OpenID Connect Core, 5.7).
/// No `Debug`: the address is customer text.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// Who vouches: the `iss` claim in its canonical form, `https://accounts.google.com`.
    pub issuer: String,
    /// Who it is there: the `sub` claim.
    pub subject: String,
    /// E-mail address, only when the issuer says that it is verified.
    pub verified_email: Option<String>,
}

/// A customer. No `Debug`: the address is customer text.
#[derive(Clone, PartialEq, Eq)]
pub struct Customer {
    /// Our id.
    pub id: CustomerId,
    /// Who it is.
    pub identity: Identity,
    /// First sign-in.
    pub created_at: Timestamp,
    /// How long reviews are kept.
    pub retention: Retention,
}

/// How long reviews are kept before they are purged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Retention {
    /// Thirty days.
    Days30,
    /// Ninety days.
    Days90,
    /// A year.
    #[default]
    Days365,
    /// Until the customer deletes them, disconnects or leaves.
    UntilDeleted,
}

impl Retention {
    /// Every choice, shortest first.
    pub const ALL: [Self; 4] = [Self::Days30, Self::Days90, Self::Days365, Self::UntilDeleted];

    /// The word in forms and in the database.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Days30 => "30",
            Self::Days90 => "90",
            Self::Days365 => "365",
            Self::UntilDeleted => "until-deleted",
        }
    }

    /// The words of the page.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Days30 => "30 days",
            Self::Days90 => "90 days",
            Self::Days365 => "a year",
            Self::UntilDeleted => "until I delete them",
        }
    }

    /// The choice that a word names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.word() == word)
    }

    /// Days; none: no end.
    #[must_use]
    pub fn days(self) -> Option<u32> {
        match self {
            Self::Days30 => Some(30),
            Self::Days90 => Some(90),
            Self::Days365 => Some(365),
            Self::UntilDeleted => None,
        }
    }

    /// When something that ended then is purged; none: never by itself.
    #[must_use]
    pub fn until(self, ended_at: Timestamp) -> Option<Timestamp> {
        self.days().and_then(|days| ended_at.checked_add(SignedDuration::from_hours(24 * i64::from(days))).ok())
    }
}
