//! What the customer decided about findings, as shown: beside our verdict, never in its place.

use crate::account::{Decision, DecisionKind};
use crate::catalog::{Catalog, Standard};
use crate::report::shown;

/// A decision as shown. No `Debug`: customer text.
#[derive(Clone)]
pub struct DecisionShown {
    /// Id of the decision, as it is, for a form that takes it back.
    pub id: String,
    /// The word of forms: `accepted-gap`.
    pub word: &'static str,
    /// What was decided: `Gap accepted`.
    pub kind: &'static str,
    /// The evidence named, or the owner and the due date; empty for other kinds.
    pub detail: String,
    /// Who decided.
    pub name: String,
    /// When, as a day: `22 November 2026` (UTC).
    pub day: String,
    /// Why; may be empty.
    pub reason: String,
    /// Who takes care; empty unless assigned.
    pub owner: String,
    /// Until when, as a day; empty unless said.
    pub due: String,
    /// Whether the finding is settled by it: an assignment leaves it open.
    pub settles: bool,
}

/// A decision about something that is not part of the review. No `Debug`: customer text.
#[derive(Clone)]
pub struct DecisionElsewhere {
    /// About what: `IEC 62304:2006+A1:2015 5.1.1, constraint c02`.
    pub place: String,
    /// The decision.
    pub decision: DecisionShown,
}

/// Heading of decisions that have no place in the report.
pub const DECISIONS_ELSEWHERE: &str = "Decisions about clauses that are not part of this review";

impl DecisionShown {
    /// Words a decision.
    #[must_use]
    pub fn of(decision: &Decision) -> Self {
        let text = &decision.text;
        let (detail, owner, due) = match &text.kind {
            DecisionKind::EvidenceNamed { evidence } => (format!("Evidence: {}", shown(evidence)), String::new(), String::new()),
            DecisionKind::Assigned { owner, due_on } => {
                let due = due_on.map(|day| day.strftime("%-d %B %Y").to_string()).unwrap_or_default();
                let until = if due.is_empty() { String::new() } else { format!(", due {due}") };
                (format!("Owner: {}{until}", shown(owner)), shown(owner), due)
            }
            DecisionKind::NotApplicable | DecisionKind::AcceptedGap | DecisionKind::Disputed => Default::default(),
        };
        Self {
            id: decision.id.to_string(),
            word: text.kind.word(),
            kind: text.kind.in_words(),
            detail,
            name: shown(&text.name),
            day: decision.at.strftime("%-d %B %Y").to_string(),
            reason: shown(&text.reason),
            owner,
            due,
            settles: match &text.kind {
                DecisionKind::NotApplicable | DecisionKind::AcceptedGap | DecisionKind::EvidenceNamed { .. } | DecisionKind::Disputed => {
                    true
                }
                DecisionKind::Assigned { .. } => false,
            },
        }
    }

    /// Who decided and when: `decided by A. Weber on 22 November 2026`.
    #[must_use]
    pub fn by(&self) -> String {
        format!("decided by {} on {}", self.name, self.day)
    }

    /// All of it in one line, for a cell: `Gap accepted. Reason. Decided by …`.
    #[must_use]
    pub fn in_words(&self) -> String {
        let mut parts = vec![self.kind.to_owned()];
        parts.extend([&self.detail, &self.reason].into_iter().filter(|part| !part.is_empty()).cloned());
        format!("{} ({})", parts.join(" – "), self.by())
    }
}

/// The decisions in the order in which they are shown: by time, then by id.
pub(crate) fn in_order(decisions: &[Decision]) -> Vec<&Decision> {
    let mut all: Vec<&Decision> = decisions.iter().collect();
    all.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    all
}

/// About what a decision was made, in words.
pub(crate) fn place_in_words(decision: &Decision, catalog: &Catalog) -> String {
    let place = &decision.place;
    let standard = shown(catalog.standard(&place.standard).map_or(place.standard.as_str(), Standard::short_name));
    let constraint = place.constraint.as_deref().map(|id| format!(", constraint {}", shown(id))).unwrap_or_default();
    format!("{standard} {}{constraint}", shown(&place.clause))
}
