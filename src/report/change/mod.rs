//! What changed since an earlier review, as data for pages and documents: worded, grouped and harmless to show. It holds file names and
//! no quote, because it is shown to whoever may see the summary.

mod caveats;
mod files;
mod reasons;

use crate::assessment::{Change, ClauseChange, ConstraintChange, Movement, Reason};
use crate::catalog::{Catalog, Standard};
use crate::report::shown::counted;
use crate::report::{VerdictShown, shown};

pub use files::{FileChangeShown, FileGroup};

/// What became of a constraint. No `Debug`: its reasons name files.
#[derive(Clone)]
pub struct ConstraintChangeShown {
    /// Id within the clause.
    pub id: String,
    /// Where its verdict went, in the words of the groups.
    pub what: &'static str,
    /// Verdict before; none if it was not judged.
    pub before: Option<VerdictShown>,
    /// Verdict now; none if it is not judged any more.
    pub after: Option<VerdictShown>,
    /// `Weak evidence → Evidence found`, or the one verdict where it is the same.
    pub step: String,
    /// Why, in sentences.
    pub reasons: Vec<String>,
}

/// What became of a clause. No `Debug`: its reasons name files.
#[derive(Clone)]
pub struct ClauseChangeShown {
    /// Id of the standard, as it is.
    pub standard_id: String,
    /// Number of the clause, as it is.
    pub clause_id: String,
    /// Name of the standard, as shown.
    pub standard: String,
    /// Number, as shown.
    pub number: String,
    /// Title.
    pub title: String,
    /// Where its verdict went.
    pub movement: Movement,
    /// Verdict before; none if it was not judged.
    pub before: Option<VerdictShown>,
    /// Verdict now; none if it is not judged any more.
    pub after: Option<VerdictShown>,
    /// `Weak evidence → Evidence found`, or the one verdict where it is the same.
    pub step: String,
    /// Why, in sentences.
    pub reasons: Vec<String>,
    /// Its constraints of which something changed.
    pub constraints: Vec<ConstraintChangeShown>,
}

/// Clauses that went the same way. No `Debug`: reasons name files.
#[derive(Clone)]
pub struct ChangeGroup {
    /// Which way.
    pub movement: Movement,
    /// Heading.
    pub title: &'static str,
    /// What the reader must know about the group; may be empty.
    pub note: &'static str,
    /// Clauses, in the order of the catalog.
    pub clauses: Vec<ClauseChangeShown>,
}

/// The change as shown. No `Debug`: it names files.
#[derive(Clone)]
pub struct ChangeShown {
    /// Whether anything differs.
    pub is_anything: bool,
    /// The outcome in one or two sentences.
    pub headline: String,
    /// What limits the comparison: incomplete reviews, another catalog, another choice.
    pub caveats: Vec<String>,
    /// Clauses by where their verdicts went, what matters most first; only groups that hold some.
    pub groups: Vec<ChangeGroup>,
    /// Clauses of which nothing changed.
    pub unchanged_clauses: usize,
    /// The files in one sentence.
    pub files_headline: String,
    /// Files by what became of them; only groups that hold some.
    pub files: Vec<FileGroup>,
}

/// The groups in the order in which they are read.
const GROUPS: [(Movement, &str, &str); 8] = [
    (Movement::Lost, "Evidence lost or weaker", ""),
    (
        Movement::NoLongerAssessable,
        "Can no longer be assessed",
        "No evidence is said to be lost here: what would decide was not read this time.",
    ),
    (
        Movement::Unconfirmed,
        "Not confirmed this time",
        "This review is incomplete. What was found before may lie in what was not read, so nothing is said to be lost.",
    ),
    (Movement::Gained, "Evidence gained", ""),
    (Movement::AssessableNow, "Can be assessed now", ""),
    (Movement::OnlyNow, "Judged now and not before", ""),
    (Movement::OnlyBefore, "Judged before and not now", ""),
    (
        Movement::Steady,
        "Same verdict, other grounds",
        "The verdict of the clause is the same; a constraint of it, or a file behind it, is not.",
    ),
];

impl ChangeShown {
    /// Words a change. The catalog gives the names of standards; one that it does not know is named by its id.
    #[must_use]
    pub fn of(change: &Change, catalog: &Catalog) -> Self {
        let groups = GROUPS.into_iter().filter_map(|(movement, title, note)| {
            let clauses: Vec<ClauseChangeShown> =
                change.clauses.iter().filter(|clause| clause.movement == movement).map(|c| clause_shown(c, catalog)).collect();
            (!clauses.is_empty()).then_some(ChangeGroup { movement, title, note, clauses })
        });
        Self {
            is_anything: change.is_anything(),
            headline: headline(change),
            caveats: caveats::of(change, catalog),
            groups: groups.collect(),
            unchanged_clauses: change.unchanged_clauses,
            files_headline: files::headline(&change.files),
            files: files::groups(&change.files),
        }
    }

    /// The change of that clause, by the ids as they are.
    #[must_use]
    pub fn of_clause(&self, standard_id: &str, clause_id: &str) -> Option<&ClauseChangeShown> {
        let mut all = self.groups.iter().flat_map(|group| &group.clauses);
        all.find(|clause| clause.standard_id == standard_id && clause.clause_id == clause_id)
    }
}

fn clause_shown(change: &ClauseChange, catalog: &Catalog) -> ClauseChangeShown {
    let verdict = |verdict: Option<crate::assessment::Verdict>| verdict.map(|verdict| VerdictShown { verdict });
    ClauseChangeShown {
        standard_id: change.standard.clone(),
        clause_id: change.clause.clone(),
        standard: shown(catalog.standard(&change.standard).map_or(change.standard.as_str(), Standard::short_name)),
        number: shown(&change.clause),
        title: shown(&change.title),
        movement: change.movement,
        before: verdict(change.before),
        after: verdict(change.after),
        step: step(verdict(change.before), verdict(change.after)),
        reasons: worded(&change.reasons),
        constraints: change.constraints.iter().map(constraint_shown).collect(),
    }
}

fn constraint_shown(change: &ConstraintChange) -> ConstraintChangeShown {
    let verdict = |verdict: Option<crate::assessment::Verdict>| verdict.map(|verdict| VerdictShown { verdict });
    ConstraintChangeShown {
        id: shown(&change.id),
        what: GROUPS.iter().find(|(movement, _, _)| *movement == change.movement).map_or("", |(_, title, _)| title),
        before: verdict(change.before),
        after: verdict(change.after),
        step: step(verdict(change.before), verdict(change.after)),
        reasons: worded(&change.reasons),
    }
}

/// Reasons as sentences. Where the reviews tell none, that is said.
fn worded(reasons: &[Reason]) -> Vec<String> {
    if reasons.is_empty() { vec!["The two reviews do not tell why.".to_owned()] } else { reasons.iter().map(reasons::in_words).collect() }
}

fn step(before: Option<VerdictShown>, after: Option<VerdictShown>) -> String {
    match (before, after) {
        (Some(before), Some(after)) if before != after => format!("{} → {}", before.words(), after.words()),
        (_, Some(after)) => after.words().to_owned(),
        (Some(before), None) => format!("Before: {}", before.words()),
        (None, None) => String::new(),
    }
}

/// The outcome in words: how many clauses went which way.
fn headline(change: &Change) -> String {
    let mut parts = Vec::new();
    for (movement, one, many) in [
        (Movement::Gained, "clause has more evidence than before", "clauses have more evidence than before"),
        (Movement::Lost, "has lost evidence", "have lost evidence"),
        (Movement::NoLongerAssessable, "can no longer be assessed", "can no longer be assessed"),
        (Movement::Unconfirmed, "could not be confirmed this time", "could not be confirmed this time"),
        (Movement::AssessableNow, "can be assessed now", "can be assessed now"),
        (Movement::OnlyNow, "is judged for the first time", "are judged for the first time"),
        (Movement::OnlyBefore, "is no longer judged", "are no longer judged"),
    ] {
        let count = change.count(movement);
        if count > 0 {
            // The first part names what is counted.
            let noun = if parts.is_empty() && movement != Movement::Gained { if count == 1 { "clause " } else { "clauses " } } else { "" };
            parts.push(counted(count, &format!("{noun}{one}"), &format!("{noun}{many}")));
        }
    }
    let steady = change.unchanged_clauses + change.count(Movement::Steady);
    if parts.is_empty() {
        return format!("{} the same verdict as before.", counted(steady, "clause has", "clauses have"));
    }
    let same = if steady > 0 { format!(" {} the same verdict.", counted(steady, "clause has", "clauses have")) } else { String::new() };
    format!("{}.{same}", parts.join(", "))
}
