//! What changed between two reviews, as values: the content of `change.json`. It holds file names and verdicts, and never a quote,
//! because it is shown to whoever may see the summary.

use serde::{Deserialize, Serialize};

use crate::assessment::{Chosen, FileChanges, Reason, Verdict};
use crate::catalog::{CatalogIdentity, SafetyClass};
use crate::evidence::SourceIdentity;

/// Name and version of the format of `change.json`.
pub const CHANGE_SCHEMA: &str = "crosswalk/change/v1";

/// One of the two reviews that were compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// Name and version of its engine.
    pub engine: String,
    /// Its catalog.
    pub catalog: CatalogIdentity,
    /// Its source.
    pub source: SourceIdentity,
    /// What was chosen.
    pub chosen: Chosen,
    /// Whether it was complete. An incomplete review proves no absence.
    pub complete: bool,
}

/// One thing that was chosen differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum ChoiceChange {
    /// A standard that was not reviewed before.
    StandardAdded {
        /// Its id.
        standard: String,
    },
    /// A standard that is not reviewed any more.
    StandardRemoved {
        /// Its id.
        standard: String,
    },
    /// Another profile of clauses.
    Profile {
        /// Before.
        from: String,
        /// Now.
        to: String,
    },
    /// Another software safety class.
    SafetyClass {
        /// Before.
        from: SafetyClass,
        /// Now.
        to: SafetyClass,
    },
}

/// Where a verdict went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Movement {
    /// It rose.
    Gained,
    /// It fell, and this review is complete.
    Lost,
    /// It fell, but this review is incomplete: what is missing may lie in what was not read.
    Unconfirmed,
    /// It can no longer be assessed; that is no loss of evidence.
    NoLongerAssessable,
    /// It could not be assessed before and can be now.
    AssessableNow,
    /// It is part of this review only.
    OnlyNow,
    /// It was part of the earlier review only.
    OnlyBefore,
    /// The verdict is the same; what it rests on may not be.
    Steady,
}

impl Movement {
    /// Where a verdict went; none stands for "not part of that review". The verdicts must be as told, see [`Verdict::told`].
    #[must_use]
    pub fn of(before: Option<Verdict>, after: Option<Verdict>, is_complete_now: bool) -> Self {
        match (before, after) {
            (None, Some(_)) => Self::OnlyNow,
            (Some(_), None) => Self::OnlyBefore,
            (None, None) => Self::Steady,
            (Some(before), Some(after)) if before == after => Self::Steady,
            (Some(_), Some(Verdict::NotAssessable)) => Self::NoLongerAssessable,
            (Some(Verdict::NotAssessable), Some(_)) => Self::AssessableNow,
            (Some(before), Some(after)) if after > before => Self::Gained,
            (Some(_), Some(_)) => {
                if is_complete_now {
                    Self::Lost
                } else {
                    Self::Unconfirmed
                }
            }
        }
    }
}

/// What became of one constraint. No `Debug`: its reasons name files.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConstraintChange {
    /// Id within the clause.
    pub id: String,
    /// Verdict before, as told; none if it was not judged.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub before: Option<Verdict>,
    /// Verdict now, as told; none if it is not judged any more.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub after: Option<Verdict>,
    /// Where it went.
    pub movement: Movement,
    /// Why; empty where the two reviews do not tell.
    pub reasons: Vec<Reason>,
}

/// What became of one clause. Clauses of which nothing changed are counted only. No `Debug`: its reasons name files.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClauseChange {
    /// Id of the standard.
    pub standard: String,
    /// Number of the clause.
    pub clause: String,
    /// Its title, as of the later review that has it.
    pub title: String,
    /// Verdict before, as told; none if it was not judged.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub before: Option<Verdict>,
    /// Verdict now, as told; none if it is not judged any more.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub after: Option<Verdict>,
    /// Where it went.
    pub movement: Movement,
    /// Why: the reasons of those constraints that went the same way.
    pub reasons: Vec<Reason>,
    /// Its constraints of which something changed, in the order of the catalog.
    pub constraints: Vec<ConstraintChange>,
}

/// What changed between two reviews. The same two reviews give the same change. No `Debug`: it names files.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Always [`CHANGE_SCHEMA`].
    pub schema: String,
    /// The earlier review.
    pub previous: Compared,
    /// The later review.
    pub current: Compared,
    /// Whether the catalogs differ, by their SHA-256.
    pub catalog_changed: bool,
    /// Whether the engines differ.
    pub engine_changed: bool,
    /// Whether another place was reviewed. Two folders cannot be told apart: neither review holds its path.
    pub source_changed: bool,
    /// What was chosen differently.
    pub choice: Vec<ChoiceChange>,
    /// Clauses of which something changed: those of the later review in its order, then those of the earlier one only.
    pub clauses: Vec<ClauseChange>,
    /// Clauses of which nothing changed.
    pub unchanged_clauses: usize,
    /// Files.
    pub files: FileChanges,
}

impl Change {
    /// How many clauses went that way.
    #[must_use]
    pub fn count(&self, movement: Movement) -> usize {
        self.clauses.iter().filter(|clause| clause.movement == movement).count()
    }

    /// Clauses whose verdict rose.
    #[must_use]
    pub fn gained(&self) -> usize {
        self.count(Movement::Gained)
    }

    /// Clauses whose verdict fell in a complete review.
    #[must_use]
    pub fn lost(&self) -> usize {
        self.count(Movement::Lost)
    }

    /// Whether anything differs at all.
    #[must_use]
    pub fn is_anything(&self) -> bool {
        let is_other_run = self.catalog_changed || self.engine_changed || self.source_changed || !self.choice.is_empty();
        let is_other_reach = self.previous.complete != self.current.complete;
        is_other_run || is_other_reach || !self.clauses.is_empty() || !self.files.changes.is_empty()
    }

    /// The change of that clause, if any.
    #[must_use]
    pub fn of_clause(&self, standard: &str, clause: &str) -> Option<&ClauseChange> {
        self.clauses.iter().find(|change| change.standard == standard && change.clause == clause)
    }
}
