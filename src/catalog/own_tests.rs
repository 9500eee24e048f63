//! The entries' own tests: names that must and must not match, passages that must pass and must fail.

use crate::catalog::{Catalog, Clause, ClauseRef, Constraint, PassingPassage, Signals, fold_name};

/// Judges one passage as if it stood alone in a document: fine, or why it does not meet the constraint.
pub type PassageJudge<'j> = &'j dyn Fn(&ClauseRef, &Constraint, &PassingPassage) -> Result<(), String>;

/// A test of an entry that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedTest {
    /// The entry.
    pub clause: ClauseRef,
    /// The name or passage, as it stands in the entry.
    pub quoted: String,
    /// What went wrong: one sentence without a full stop.
    pub message: String,
    /// The entry says that it is known to go wrong: shown, but no mistake.
    pub is_known: bool,
}

/// What running the tests gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnTests {
    /// How many were run.
    pub run: usize,
    /// Those that failed.
    pub failed: Vec<FailedTest>,
}

/// Runs the name tests of all full entries.
#[must_use]
pub fn test_names(catalog: &Catalog) -> OwnTests {
    let mut tests = OwnTests::default();
    for (at, clause) in clauses(catalog) {
        let signals = Signals::of([(at.standard.as_str(), clause)]);
        let roles = |name: &str| -> Vec<String> {
            let hits = signals.matches(&fold_name(name));
            hits.iter().filter_map(|hit| clause.signals.get(hit.signal)).map(|signal| signal.id.clone()).collect()
        };
        for name in &clause.tests.matching {
            tests.note(&at, name, roles(name).is_empty().then(|| "no signal matches this name".into()), false);
        }
        for name in &clause.tests.rejected {
            let met = roles(name);
            let message = (!met.is_empty()).then(|| format!("this name must match no signal, but {} does", met.join(", ")));
            tests.note(&at, name, message, false);
        }
    }
    tests
}

/// Runs the passage tests of all full entries by that judge.
#[must_use]
pub fn test_passages(catalog: &Catalog, judge: PassageJudge<'_>) -> OwnTests {
    let mut tests = OwnTests::default();
    for (at, clause) in clauses(catalog) {
        for constraint in clause.constraints.iter().filter(|constraint| constraint.retired.is_none()) {
            for passage in &constraint.tests.pass {
                let message = judge(&at, constraint, passage).err();
                tests.note(&at, &passage.text, message.map(|why| format!("{} must pass, but does not: {why}", constraint.id)), false);
            }
            for failing in &constraint.tests.fail {
                let message = judge(&at, constraint, &failing.passage).is_ok();
                let message = message.then(|| format!("{} must not pass ({}), but does", constraint.id, failing.why));
                tests.note(&at, &failing.passage.text, message, failing.known_miss);
            }
        }
    }
    tests
}

impl OwnTests {
    fn note(&mut self, clause: &ClauseRef, quoted: &str, message: Option<String>, is_known: bool) {
        self.run += 1;
        if let Some(message) = message {
            self.failed.push(FailedTest { clause: clause.clone(), quoted: quoted.to_owned(), message, is_known });
        }
    }
}

fn clauses(catalog: &Catalog) -> impl Iterator<Item = (ClauseRef, &Clause)> {
    catalog.standards.iter().flat_map(|standard| {
        standard.clauses.iter().map(|clause| (ClauseRef { standard: standard.id.clone(), clause: clause.number.clone() }, clause))
    })
}
