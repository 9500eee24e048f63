//! What changed between two catalogs, told by what it means: what a review asks and how it judges, or texts only.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, Clause, Constraint, Lexicon, Stage};

/// How much a change weighs for whoever reads a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// What is asked has changed: a clause or constraint came or went, or asks something else.
    Asks,
    /// The same is asked, but a verdict may differ: cues, kinds of document, table rules, names of files.
    Judges,
    /// Only what is told has changed.
    Tells,
}

impl Weight {
    /// The word for scripts.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Asks => "asks",
            Self::Judges => "judges",
            Self::Tells => "tells",
        }
    }
}

/// One change of one clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClauseChange {
    /// `standard/clause`.
    pub clause: String,
    /// How much it weighs.
    pub weight: Weight,
    /// What changed: a sentence without a full stop.
    pub what: String,
}

/// All that changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// Changes of clauses, in the order of their ids.
    pub changes: Vec<ClauseChange>,
    /// Concepts whose terms changed, that came or that went: each may change verdicts of clauses that name it.
    pub concepts: Vec<String>,
    /// Clauses whose meaning changed although `rev` was not raised.
    pub unraised: Vec<String>,
}

/// Compares two catalogs.
#[must_use]
pub fn difference(old: &Catalog, new: &Catalog) -> Difference {
    let (old_clauses, new_clauses) = (clauses(old), clauses(new));
    let ids: BTreeSet<&String> = old_clauses.keys().chain(new_clauses.keys()).collect();
    let mut found = Difference::default();
    for id in ids {
        match (old_clauses.get(id), new_clauses.get(id)) {
            (Some(before), Some(after)) => {
                let changes = of_clause(id, before, &old.lexicon, after, &new.lexicon);
                // What is only structure has no revision of its own.
                let has_rev = after.status.stage != Stage::Structure;
                if has_rev && after.rev <= before.rev && changes.iter().any(|c| c.weight < Weight::Tells) {
                    found.unraised.push(id.clone());
                }
                found.changes.extend(changes);
            }
            (None, Some(after)) => found.changes.push(change(id, Weight::Asks, format!("is new: {}", after.title))),
            (Some(before), None) => found.changes.push(change(id, Weight::Asks, format!("is gone: {}", before.title))),
            (None, None) => {}
        }
    }
    found.concepts = of_concepts(&old.lexicon, &new.lexicon);
    found
}

fn clauses(catalog: &Catalog) -> BTreeMap<String, &Clause> {
    catalog.standards.iter().flat_map(|s| s.clauses.iter().map(move |c| (format!("{}/{}", s.id, c.number), c))).collect()
}

fn change(clause: &str, weight: Weight, what: String) -> ClauseChange {
    ClauseChange { clause: clause.to_owned(), weight, what }
}

fn of_clause(id: &str, before: &Clause, old: &Lexicon, after: &Clause, new: &Lexicon) -> Vec<ClauseChange> {
    let mut changes = Vec::new();
    let mut note = |is_so: bool, weight: Weight, what: String| {
        if is_so {
            changes.push(change(id, weight, what));
        }
    };
    let is_full = |c: &Clause| c.status.stage != Stage::Structure;
    let became = |full: bool| if full { "became a full entry" } else { "fell back to its structure" };
    note(is_full(before) != is_full(after), Weight::Judges, became(is_full(after)).to_owned());
    note(before.safety_classes != after.safety_classes, Weight::Asks, "applies to other safety classes".to_owned());
    let (was, is) = (by_id(&before.constraints), by_id(&after.constraints));
    for constraint in was.keys().chain(is.keys()).collect::<BTreeSet<_>>() {
        match (was.get(constraint), is.get(constraint)) {
            (Some(a), Some(b)) => of_constraint(a, old, b, new, &mut note),
            (None, Some(b)) => note(true, Weight::Asks, format!("{constraint} is new: {}", b.shall)),
            (Some(a), None) => note(true, Weight::Asks, format!("{constraint} is gone, though ids are never reused: {}", a.shall)),
            (None, None) => {}
        }
    }
    let signals = |c: &Clause| c.signals.iter().map(|s| (s.id.clone(), s.name.clone(), s.not_name.clone())).collect::<Vec<_>>();
    note(signals(before) != signals(after), Weight::Judges, "names of files that speak for it changed".to_owned());
    let gaps = |c: &Clause| c.gaps.iter().map(|g| (g.id.clone(), g.grade, g.evidence_against.clone())).collect::<Vec<_>>();
    note(gaps(before) != gaps(after), Weight::Judges, "its common gaps or their grades changed".to_owned());
    let maps = |c: &Clause| c.mappings.iter().map(|m| (m.to.clone(), m.relation.clone())).collect::<BTreeSet<_>>();
    note(maps(before) != maps(after), Weight::Tells, "its mappings changed".to_owned());
    note(before.title != after.title, Weight::Tells, format!("is called \u{201c}{}\u{201d} now", after.title));
    note(before.texts.requirement != after.texts.requirement, Weight::Tells, "its paraphrase was reworded".to_owned());
    let told = |c: &Clause| (c.texts.why.clone(), c.texts.changed.clone(), c.texts.defense.clone());
    note(told(before) != told(after), Weight::Tells, "its explanations were reworded".to_owned());
    let status = |c: &Clause| (c.status.checked_against_standard, c.status.reviewers.clone());
    note(status(before) != status(after), Weight::Tells, "its review status changed".to_owned());
    changes
}

fn by_id(constraints: &[Constraint]) -> BTreeMap<&str, &Constraint> {
    constraints.iter().map(|c| (c.id.as_str(), c)).collect()
}

fn of_constraint(a: &Constraint, old: &Lexicon, b: &Constraint, new: &Lexicon, note: &mut impl FnMut(bool, Weight, String)) {
    let id = &a.id;
    note(a.retired.is_none() && b.retired.is_some(), Weight::Asks, format!("{id} was retired"));
    note(a.shall != b.shall, Weight::Asks, format!("{id} asks: {}", b.shall));
    note(a.modal != b.modal, Weight::Asks, format!("{id} binds in another way"));
    note(a.weight != b.weight, Weight::Asks, format!("{id} weighs {} instead of {}", b.weight, a.weight));
    note(a.evidence_kinds != b.evidence_kinds, Weight::Judges, format!("{id} takes other kinds of document as evidence"));
    note(rules(a, old) != rules(b, new), Weight::Judges, format!("{id} is judged by other cues"));
}

/// The rules of a constraint with the names of concepts instead of their positions.
fn rules(constraint: &Constraint, lexicon: &Lexicon) -> String {
    use std::fmt::Write as _;
    let name = |ids: &[crate::catalog::ConceptId]| ids.iter().filter_map(|c| lexicon.names.get(c.0)).cloned().collect::<Vec<_>>();
    let mut text = String::new();
    for cue in &constraint.hit {
        let _ = write!(text, "{:?}{:?}{:?}{:?};", name(&cue.all), cue.any, name(&cue.about), cue.within);
    }
    if let Some(table) = &constraint.table {
        let _ = write!(text, "{:?}{:?}{};", name(&table.columns), table.role, table.filled);
    }
    let _ = write!(text, "{:?}{:?}", name(&constraint.require_any), constraint.veto);
    text
}

fn of_concepts(old: &Lexicon, new: &Lexicon) -> Vec<String> {
    let terms =
        |lexicon: &Lexicon| -> BTreeMap<String, Vec<String>> { lexicon.names.iter().cloned().zip(lexicon.terms.iter().cloned()).collect() };
    let (was, is) = (terms(old), terms(new));
    was.keys().chain(is.keys()).collect::<BTreeSet<_>>().into_iter().filter(|name| was.get(*name) != is.get(*name)).cloned().collect()
}
