//! Compares two reviews: what rose, what fell, what can no longer be told, and why. Pure: it reads nothing but the two results and judges
//! nothing anew.

mod change;
mod files;
mod grounds;
mod held_back;
mod reason;

use std::collections::BTreeMap;

use crate::assessment::{Assessment, Finding};

pub use change::{CHANGE_SCHEMA, Change, ChoiceChange, ClauseChange, Compared, ConstraintChange, Movement};
pub use files::{FileChange, FileChanges, FileFate, FileVersion};
pub use reason::Reason;

use files::Files;
use grounds::{Circumstances, Pair};

/// What changed from one review to the next. An incomplete review proves no absence: what fell in one is not called lost.
#[must_use]
pub fn compare(previous: &Assessment, current: &Assessment) -> Change {
    let choice = choice(previous, current);
    let around = Circumstances { files: Files::of(previous, current), previous, current, is_choice_changed: !choice.is_empty() };
    let mut earlier: BTreeMap<(&str, &str), &Finding> = BTreeMap::new();
    for finding in &previous.findings {
        earlier.entry((&finding.standard, &finding.clause)).or_insert(finding);
    }
    let mut clauses = Vec::new();
    let mut unchanged_clauses = 0;
    for finding in &current.findings {
        match earlier.remove(&(finding.standard.as_str(), finding.clause.as_str())) {
            Some(before) => match both(before, finding, &around) {
                Some(change) => clauses.push(change),
                None => unchanged_clauses += 1,
            },
            None => clauses.push(one_sided(finding, true, &around)),
        }
    }
    let is_left = |f: &&Finding| earlier.get(&(f.standard.as_str(), f.clause.as_str())).is_some_and(|left| std::ptr::eq(*left, *f));
    clauses.extend(previous.findings.iter().filter(is_left).map(|finding| one_sided(finding, false, &around)));
    Change {
        schema: CHANGE_SCHEMA.to_owned(),
        previous: compared(previous),
        current: compared(current),
        catalog_changed: around.is_catalog_changed(),
        engine_changed: around.is_engine_changed(),
        source_changed: previous.source != current.source,
        choice,
        clauses,
        unchanged_clauses,
        files: around.files.changes(previous.complete, current.complete),
    }
}

fn compared(assessment: &Assessment) -> Compared {
    Compared {
        engine: assessment.engine.clone(),
        catalog: assessment.catalog.clone(),
        source: assessment.source.clone(),
        chosen: assessment.chosen.clone(),
        complete: assessment.complete,
    }
}

fn choice(previous: &Assessment, current: &Assessment) -> Vec<ChoiceChange> {
    let (was, is) = (&previous.chosen, &current.chosen);
    let added = is.standards.iter().filter(|id| !was.standards.contains(id));
    let removed = was.standards.iter().filter(|id| !is.standards.contains(id));
    let mut changes: Vec<ChoiceChange> = added.map(|id| ChoiceChange::StandardAdded { standard: id.clone() }).collect();
    changes.extend(removed.map(|id| ChoiceChange::StandardRemoved { standard: id.clone() }));
    if was.profile != is.profile {
        changes.push(ChoiceChange::Profile { from: was.profile.clone(), to: is.profile.clone() });
    }
    if was.safety_class != is.safety_class {
        changes.push(ChoiceChange::SafetyClass { from: was.safety_class, to: is.safety_class });
    }
    changes
}

/// A clause that both reviews judged; none if nothing of it changed.
fn both(before: &Finding, after: &Finding, around: &Circumstances<'_>) -> Option<ClauseChange> {
    let constraints: Vec<ConstraintChange> = constraints(before, after, around);
    let (was, is) = (before.status.told(around.previous.complete), after.status.told(around.current.complete));
    let movement = Movement::of(Some(was), Some(is), around.current.complete);
    if movement == Movement::Steady && constraints.is_empty() {
        return None;
    }
    let goes_along = |change: &&ConstraintChange| movement == Movement::Steady || change.movement == movement;
    let mut reasons = united(constraints.iter().filter(goes_along));
    if reasons.is_empty() {
        reasons = united(constraints.iter());
    }
    if reasons.is_empty() && movement != Movement::Steady {
        reasons = around.not_of_the_files();
    }
    Some(ClauseChange {
        standard: after.standard.clone(),
        clause: after.clause.clone(),
        title: after.title.clone(),
        before: Some(was),
        after: Some(is),
        movement,
        reasons,
        constraints,
    })
}

fn constraints(before: &Finding, after: &Finding, around: &Circumstances<'_>) -> Vec<ConstraintChange> {
    let mut changes = Vec::new();
    let one_sided = |id: &str, before, after| ConstraintChange {
        id: id.to_owned(),
        before,
        after,
        movement: Movement::of(before, after, around.current.complete),
        reasons: around.not_of_the_files(),
    };
    for now in &after.constraints {
        let is = now.verdict.told(around.current.complete);
        let Some(earlier) = before.constraints.iter().find(|c| c.id == now.id) else {
            changes.push(one_sided(&now.id, None, Some(is)));
            continue;
        };
        let was = earlier.verdict.told(around.previous.complete);
        let movement = Movement::of(Some(was), Some(is), around.current.complete);
        let mut reasons = around.reasons(&Pair { before: earlier, after: now }, movement);
        if matches!(movement, Movement::NoLongerAssessable | Movement::AssessableNow) {
            let candidates = around.of_candidates(before, after);
            reasons.retain(|reason| !candidates.contains(reason) && *reason != Reason::CatalogChanged && *reason != Reason::EngineChanged);
            reasons.splice(0..0, candidates);
            if reasons.is_empty() {
                reasons = around.not_of_the_files();
            }
        }
        if movement != Movement::Steady || !reasons.is_empty() {
            changes.push(ConstraintChange { id: now.id.clone(), before: Some(was), after: Some(is), movement, reasons });
        }
    }
    for earlier in before.constraints.iter().filter(|c| after.constraints.iter().all(|now| now.id != c.id)) {
        changes.push(one_sided(&earlier.id, Some(earlier.verdict.told(around.previous.complete)), None));
    }
    changes
}

/// A clause that only one of the reviews judged.
fn one_sided(finding: &Finding, is_now: bool, around: &Circumstances<'_>) -> ClauseChange {
    let verdict = finding.status.told(if is_now { around.current.complete } else { around.previous.complete });
    let (before, after) = if is_now { (None, Some(verdict)) } else { (Some(verdict), None) };
    ClauseChange {
        standard: finding.standard.clone(),
        clause: finding.clause.clone(),
        title: finding.title.clone(),
        before,
        after,
        movement: Movement::of(before, after, around.current.complete),
        reasons: if around.is_choice_changed { vec![Reason::ChoiceChanged] } else { around.not_of_the_files() },
        constraints: Vec::new(),
    }
}

/// The reasons of several constraints, each once, in the order of the constraints.
fn united<'a>(changes: impl Iterator<Item = &'a ConstraintChange>) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = Vec::new();
    for reason in changes.flat_map(|change| &change.reasons) {
        if !reasons.contains(reason) {
            reasons.push(reason.clone());
        }
    }
    reasons
}
