//! Decisions of the customer in the Word document: at the clause, in the cell of a constraint, and at the end those without a place.

use super::manuscript::{Cell, Manuscript, Piece};
use crate::report::{DECISIONS_ELSEWHERE, DecisionElsewhere, DecisionShown};

/// A decision about a clause.
pub(super) fn of_clause(body: &mut Manuscript, decision: &DecisionShown) {
    let (head, by) = lines(decision);
    body.paragraph("Decision", &[Piece::Bold(&head), Piece::Plain(&detail(decision))]);
    if !decision.reason.is_empty() {
        body.text("Decision", &decision.reason);
    }
    body.text("DecisionBy", &by);
}

/// A decision about a constraint, added to its cell.
pub(super) fn in_cell(body: &mut Manuscript, mut cell: Cell, decision: &DecisionShown) -> Cell {
    let (head, by) = lines(decision);
    cell = cell.and(body.made("Decision", &[Piece::Bold(&head), Piece::Plain(&detail(decision))]));
    if !decision.reason.is_empty() {
        cell = cell.and(body.made("Decision", &[Piece::Plain(&decision.reason)]));
    }
    cell.and(body.made("DecisionBy", &[Piece::Plain(&by)]))
}

/// The chapter of decisions that have no place in the report.
pub(super) fn elsewhere(body: &mut Manuscript, decisions: &[DecisionElsewhere]) {
    if decisions.is_empty() {
        return;
    }
    body.heading(1, DECISIONS_ELSEWHERE);
    for elsewhere in decisions {
        body.heading(3, &elsewhere.place);
        of_clause(body, &elsewhere.decision);
    }
}

fn lines(decision: &DecisionShown) -> (String, String) {
    (format!("Your decision: {}", decision.kind), format!("{}; the verdict is unchanged by it", decision.by()))
}

fn detail(decision: &DecisionShown) -> String {
    if decision.detail.is_empty() { String::new() } else { format!(" – {}", decision.detail) }
}
