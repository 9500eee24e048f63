//! What a customer decides about findings, and keeps across reviews: shown beside our verdict, never in its place.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::account::{ConnectionId, CustomerId, DecisionId};

/// What was decided. No `Debug`: customer text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum DecisionKind {
    /// The clause does not apply to this product.
    NotApplicable,
    /// The gap is known and accepted.
    AcceptedGap,
    /// There is evidence that the review did not find, or could not read.
    EvidenceNamed {
        /// Where it is, in the customer's words.
        evidence: String,
    },
    /// The customer holds the finding to be wrong.
    Disputed,
    /// Somebody takes care of the gap.
    Assigned {
        /// Who.
        owner: String,
        /// Until when.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        due_on: Option<Date>,
    },
}

impl DecisionKind {
    /// The word in forms, in the database and in JSON.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::NotApplicable => "not-applicable",
            Self::AcceptedGap => "accepted-gap",
            Self::EvidenceNamed { .. } => "evidence-named",
            Self::Disputed => "disputed",
            Self::Assigned { .. } => "assigned",
        }
    }

    /// The words of pages and reports.
    #[must_use]
    pub fn in_words(&self) -> &'static str {
        match self {
            Self::NotApplicable => "Not applicable",
            Self::AcceptedGap => "Gap accepted",
            Self::EvidenceNamed { .. } => "Evidence named by hand",
            Self::Disputed => "Finding disputed",
            Self::Assigned { .. } => "Assigned",
        }
    }
}

/// About what something was decided: a clause as a whole, or one of its constraints.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DecidedPlace {
    /// Id of the standard.
    pub standard: String,
    /// Number of the clause.
    pub clause: String,
    /// Id of the constraint within it; none for the whole clause.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub constraint: Option<String>,
}

/// What was decided by whom, and why. Sealed at rest. No `Debug`: customer text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionText {
    /// What.
    pub kind: DecisionKind,
    /// Name of who decided, as that person wrote it.
    pub name: String,
    /// Why, in the customer's words; may be empty for an assignment only.
    pub reason: String,
}

/// A decision as kept. No `Debug`: customer text.
#[derive(Clone, PartialEq, Eq)]
pub struct Decision {
    /// Our id.
    pub id: DecisionId,
    /// Whose.
    pub customer: CustomerId,
    /// For the reviews of which connection.
    pub connection: ConnectionId,
    /// About what.
    pub place: DecidedPlace,
    /// What, by whom, why.
    pub text: DecisionText,
    /// When.
    pub at: Timestamp,
}
