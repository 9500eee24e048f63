//! What a gap report may show beside the verdicts: decisions of the customer, and what changed since an earlier review. Neither changes
//! a verdict or a count.

use crate::account::Decision;
use crate::assessment::Change;
use crate::catalog::Catalog;
use crate::report::decisions::{in_order, place_in_words};
use crate::report::{ChangeShown, ClauseSection, DecisionElsewhere, DecisionShown, GapReport};

impl GapReport {
    /// The report with these decisions beside the verdicts, each at its clause or constraint. Those about something that is not part of
    /// this review stand at its end.
    #[must_use]
    pub fn with_decisions(mut self, decisions: &[Decision], catalog: &Catalog) -> Self {
        for decision in in_order(decisions) {
            let shown = DecisionShown::of(decision);
            match self.decided_in(decision) {
                Some(list) => list.push(shown),
                None => self.elsewhere.push(DecisionElsewhere { place: place_in_words(decision, catalog), decision: shown }),
            }
        }
        self
    }

    /// The report with what changed since an earlier review: as a whole, and at each clause.
    #[must_use]
    pub fn with_change(mut self, change: &Change, catalog: &Catalog) -> Self {
        let shown = ChangeShown::of(change, catalog);
        for clause in self.standards.iter_mut().flat_map(|standard| &mut standard.clauses) {
            clause.change = shown.of_clause(&clause.standard_id, &clause.clause_id).cloned();
        }
        self.change = Some(shown);
        self
    }

    /// All clauses, in the order of the catalog.
    pub fn clauses(&self) -> impl Iterator<Item = &ClauseSection> {
        self.standards.iter().flat_map(|standard| &standard.clauses)
    }

    /// Where a decision is shown; none if the review has no such clause or constraint.
    fn decided_in(&mut self, decision: &Decision) -> Option<&mut Vec<DecisionShown>> {
        let place = &decision.place;
        let mut clauses = self.standards.iter_mut().flat_map(|standard| &mut standard.clauses);
        let clause = clauses.find(|clause| clause.standard_id == place.standard && clause.clause_id == place.clause)?;
        match &place.constraint {
            None => Some(&mut clause.decisions),
            Some(id) => clause.constraints.iter_mut().find(|c| c.constraint_id == *id).map(|c| &mut c.decisions),
        }
    }
}
