//! The catalog's passages tried beyond their own constraint: whether a passage leaks into other entries, and whether it
//! falls when it is no longer a statement.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::assessment::passage_check::PassageChecker;
use crate::assessment::{PlannedClause, Verdict};
use crate::catalog::{PassingPassage, Stage};

/// Texts put before a passage that take its statement away, in English and German: a field to be filled, a denial.
const MUTATIONS: [(&str, [&str; 2]); 2] =
    [("placeholder", ["TBD: ", "Noch zu ergänzen: "]), ("denial", ["Not done so far: ", "Bisher nicht umgesetzt: "])];

/// Passing passages of one standard that support entries of another (or of the same).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Leaks {
    /// Pairs of a passage and a foreign clause that it supports as a whole.
    pub found: usize,
    /// Pairs that were tried.
    pub tried: usize,
}

/// A passage that still passes though it should not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmoved {
    /// `standard/clause#constraint`.
    pub constraint: String,
    /// What was done to it.
    pub mutation: &'static str,
    /// The passage.
    pub text: String,
}

/// What the trials gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CatalogTrials {
    /// By the standard of the passage and the standard of the foreign clauses.
    pub leaks: BTreeMap<(String, String), Leaks>,
    /// Mutated passages that were tried.
    pub mutated: usize,
    /// Those that still pass.
    pub unmoved: Vec<Unmoved>,
}

impl CatalogTrials {
    /// These and those of another part.
    #[must_use]
    pub fn joined(mut self, other: Self) -> Self {
        for (pair, leaks) in other.leaks {
            let sum = self.leaks.entry(pair).or_default();
            sum.found += leaks.found;
            sum.tried += leaks.tried;
        }
        self.mutated += other.mutated;
        self.unmoved.extend(other.unmoved);
        self
    }
}

impl PassageChecker {
    /// How many full entries can be tried.
    #[must_use]
    pub fn full_entries(&self) -> usize {
        self.clauses().iter().filter(|clause| is_full(clause)).count()
    }

    /// Tries the passing passages of some full entries, by their positions among all of them, against every other full
    /// entry, and mutated against their own. Parts can be tried by several threads and joined.
    #[must_use]
    pub fn trials(&self, part: Range<usize>) -> CatalogTrials {
        let clauses = self.clauses();
        let full: Vec<usize> = (0..clauses.len()).filter(|c| is_full(&clauses[*c])).collect();
        let own = full.get(part.start.min(full.len())..part.end.min(full.len())).unwrap_or_default();
        self.trials_of(own, &full)
    }

    fn trials_of(&self, own: &[usize], full: &[usize]) -> CatalogTrials {
        let clauses = self.clauses();
        let mut trials = CatalogTrials::default();
        for clause in own {
            let planned = &clauses[*clause];
            for (constraint, entry) in planned.judging.constraints.iter().enumerate().filter(|(_, c)| c.retired.is_none()) {
                let id = format!("{}/{}#{}", planned.standard, planned.reported.number, entry.id);
                for passage in &entry.tests.pass {
                    self.try_leaks(passage, *clause, full, &clauses, &mut trials);
                    self.try_mutations(passage, (*clause, constraint), &id, &mut trials);
                }
            }
        }
        trials
    }

    fn try_leaks(&self, passage: &PassingPassage, own: usize, full: &[usize], clauses: &[PlannedClause<'_>], trials: &mut CatalogTrials) {
        let supported = self.supported_clauses(passage, full);
        for other in full.iter().filter(|other| **other != own) {
            let pair = (clauses[own].standard.to_owned(), clauses[*other].standard.to_owned());
            let leaks = trials.leaks.entry(pair).or_default();
            leaks.tried += 1;
            leaks.found += usize::from(supported.contains(other));
        }
    }

    fn try_mutations(&self, passage: &PassingPassage, own: (usize, usize), id: &str, trials: &mut CatalogTrials) {
        for (mutation, [english, german]) in MUTATIONS {
            let before = if passage.lang.as_deref() == Some("de") { german } else { english };
            let mutated = PassingPassage { text: format!("{before}{}", first_sentence(&passage.text)), ..passage.clone() };
            trials.mutated += 1;
            if self.judged(own.0, own.1, &mutated) == Some(Verdict::Supported) {
                trials.unmoved.push(Unmoved { constraint: id.to_owned(), mutation, text: mutated.text });
            }
        }
    }
}

fn is_full(clause: &PlannedClause<'_>) -> bool {
    !matches!(clause.judging.status.stage, Stage::Structure | Stage::Imported)
}

/// Up to the end of the first sentence: what stands before a mutation speaks of no more.
fn first_sentence(text: &str) -> &str {
    [". ", "? ", "! ", "; ", ": "].iter().filter_map(|end| text.find(end)).min().map_or(text, |at| &text[..=at])
}
