//! The clauses of one standard in the Word document.

use super::manuscript::{Cell, Manuscript, Piece};
use super::{change, decisions};
use crate::report::shown::counted;
use crate::report::{ClauseSection, ConstraintSection, DefensePart, QuoteShown, StandardSection};

/// Writes a standard: its counts, then each clause.
pub(super) fn write(body: &mut Manuscript, standard: &StandardSection, complete: bool) {
    let share = &standard.share;
    body.heading(1, &share.id);
    if share.title != share.id {
        body.text("Normal", &share.title);
    }
    if !share.edition.is_empty() {
        body.text("Note", &share.edition);
    }
    body.text("Normal", &format!("{}: {}.", counted(share.clauses.total(), "clause", "clauses"), share.clauses.in_words()));
    if share.structure_only > 0 {
        let clauses = counted(share.structure_only, "clause has", "clauses have");
        body.text("Note", &format!("{clauses} no full catalog entry yet and cannot show better than weak evidence."));
    }
    for clause in &standard.clauses {
        write_clause(body, clause, complete);
    }
}

fn write_clause(body: &mut Manuscript, clause: &ClauseSection, complete: bool) {
    body.heading(2, &format!("{}  {}", clause.number, clause.title));
    body.paragraph("Normal", &[Piece::Verdict(clause.verdict), Piece::Soft(&format!("   score {}", clause.score))]);
    if let Some(note) = &clause.stage_note {
        body.text("Note", note);
    }
    for decision in &clause.decisions {
        decisions::of_clause(body, decision);
    }
    if let Some(change) = &clause.change {
        change::of_clause(body, change);
    }
    if !clause.requirement.is_empty() {
        body.text("Requirement", &clause.requirement);
    }
    if !clause.constraints.is_empty() {
        body.heading(3, "Constraints");
        let mut rows = Vec::new();
        for constraint in &clause.constraints {
            let cell = constraint_cell(body, constraint);
            rows.push(vec![cell, body.verdict_cell(constraint.verdict)]);
        }
        body.table(&[83, 17], &["Constraint, evidence and reason", "Verdict"], rows);
    }
    gaps(body, clause, complete);
    if !clause.candidates.is_empty() {
        body.heading(3, "Files whose names speak for it, not evidence");
        for candidate in &clause.candidates {
            let signal = format!(" – named like {}, {} signal", candidate.role, candidate.strength);
            body.paragraph("ListLine", &[Piece::Plain("–  "), Piece::File(&candidate.file), Piece::Soft(&signal)]);
        }
    }
    if !clause.defense.is_empty() {
        body.heading(3, "Audit-defence text, draft for you to check and complete");
        let pieces: Vec<Piece<'_>> = clause
            .defense
            .iter()
            .map(|part| match part {
                DefensePart::Text(text) => Piece::Plain(text),
                DefensePart::Document(file) => Piece::File(file),
                DefensePart::Blank(text) => Piece::Blank(text),
            })
            .collect();
        body.paragraph("Defense", &pieces);
    }
}

fn constraint_cell(body: &mut Manuscript, constraint: &ConstraintSection) -> Cell {
    let id = format!("{}  ", constraint.id);
    let mut cell = body.cell("Cell", &[Piece::Soft(&id), Piece::Bold(&constraint.shall)]);
    if let Some(binding) = &constraint.binding {
        cell = cell.and(body.made("Cell", &[Piece::Soft(binding)]));
    }
    cell = cell.and(body.made("Cell", &[Piece::Plain(&constraint.because)]));
    if !constraint.quotes.is_empty() && !constraint.quotes_count {
        cell = cell.and(body.made("Cell", &[Piece::Soft("Nearest passage, not counted as evidence:")]));
    }
    for quote in &constraint.quotes {
        cell = quoted(body, cell, quote, &format!(" · strength {}", quote.strength));
    }
    if !constraint.contradictions.is_empty() {
        cell = cell.and(body.made("Cell", &[Piece::Soft("But this says the contrary; weigh it:")]));
    }
    for quote in &constraint.contradictions {
        cell = quoted(body, cell, quote, "");
    }
    for (words, terms) in [("Seen: ", &constraint.met), ("Not seen: ", &constraint.missed), ("Held back by: ", &constraint.vetoes)] {
        if !terms.is_empty() {
            cell = cell.and(body.made("SmallCell", &[Piece::Soft(words), Piece::Soft(&terms.join(", "))]));
        }
    }
    for decision in &constraint.decisions {
        cell = decisions::in_cell(body, cell, decision);
    }
    cell
}

fn quoted(body: &mut Manuscript, cell: Cell, quote: &QuoteShown, strength: &str) -> Cell {
    let comma = if quote.place.is_empty() { "" } else { ", " };
    let place = format!("{comma}{}{strength}", quote.place);
    cell.and(body.made("Quote", &[Piece::Plain("“"), Piece::Plain(&quote.quote), Piece::Plain("”")]))
        .and(body.made("QuoteSource", &[Piece::File(&quote.file), Piece::Plain(&place)]))
}

fn gaps(body: &mut Manuscript, clause: &ClauseSection, complete: bool) {
    if clause.gaps.is_empty() {
        return;
    }
    body.heading(
        3,
        if complete {
            "Likely gaps: what was found does not rule them out"
        } else {
            "Possible gaps, not confirmed while the review is incomplete"
        },
    );
    let mut rows = Vec::new();
    for gap in &clause.gaps {
        let mut first = body.cell("Cell", &[Piece::Bold(&gap.title)]);
        if let Some(grade) = gap.grade {
            first = first.and(body.made("SmallCell", &[Piece::Soft(grade)]));
        }
        rows.push(vec![first, body.cell("Cell", &[Piece::Plain(&gap.auditor_sees)]), body.cell("Cell", &[Piece::Plain(&gap.remedy)])]);
    }
    body.table(&[28, 36, 36], &["Gap", "An auditor sees", "What to do"], rows);
}
