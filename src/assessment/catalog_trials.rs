//! The catalog's passages tried beyond their own constraint: whether a passage leaks into other entries, and whether it
//! falls when it is no longer a statement.

use std::collections::BTreeMap;

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

impl PassageChecker {
    /// Tries every passing passage of every full entry against all other full entries, and mutated against its own.
    #[must_use]
    pub fn trials(&self) -> CatalogTrials {
        let clauses = self.clauses();
        let full: Vec<usize> = (0..clauses.len()).filter(|c| is_full(&clauses[*c])).collect();
        let workers = std::thread::available_parallelism().map_or(1, usize::from).min(8);
        let share = full.len().div_ceil(workers).max(1);
        let parts: Vec<CatalogTrials> = std::thread::scope(|scope| {
            let started: Vec<_> = full.chunks(share).map(|own| scope.spawn(|| self.trials_of(own, &full))).collect();
            started.into_iter().filter_map(|worker| worker.join().ok()).collect()
        });
        let mut all = CatalogTrials::default();
        for part in parts {
            for (pair, leaks) in part.leaks {
                let sum = all.leaks.entry(pair).or_default();
                sum.found += leaks.found;
                sum.tried += leaks.tried;
            }
            all.mutated += part.mutated;
            all.unmoved.extend(part.unmoved);
        }
        all
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
