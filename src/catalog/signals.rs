//! Evidence signals: which clauses a file's name speaks for. All patterns stand in one set, compiled once.

use std::collections::BTreeSet;

use crate::catalog::term_matcher::TermMatcher;
use crate::catalog::{Catalog, Clause, ClauseRef, EvidenceSignal};

/// A signal that a name met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignalHit<'s> {
    /// The clause whose entry states the signal.
    pub clause: &'s ClauseRef,
    /// Index into that clause's `signals`.
    pub signal: usize,
}

/// The evidence signals of a catalog. A hit is a signal, never evidence.
#[derive(Debug, Clone)]
pub struct Signals {
    set: TermMatcher,
    /// For each pattern of the set, the signal that states it and whether it speaks against the name.
    patterns: Vec<(usize, Speaks)>,
    stated: Vec<(ClauseRef, usize)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Speaks {
    For,
    Against,
}

impl Signals {
    /// Compiles the signals of all clauses. Patterns of a catalog that [`crate::catalog::load`] accepted always
    /// compile; if the set of them should not, it matches nothing.
    #[must_use]
    pub fn compile(catalog: &Catalog) -> Self {
        let clauses = catalog.standards.iter().flat_map(|standard| standard.clauses.iter().map(|clause| (standard.id.as_str(), clause)));
        Self::of(clauses)
    }

    /// Compiles the signals of these clauses, each given with the id of its standard.
    #[must_use]
    pub fn of<'c>(clauses: impl IntoIterator<Item = (&'c str, &'c Clause)>) -> Self {
        let mut sources = Vec::new();
        let mut patterns = Vec::new();
        let mut stated = Vec::new();
        for (standard, clause) in clauses {
            for (index, signal) in clause.signals.iter().enumerate() {
                let EvidenceSignal { name, not_name, .. } = signal;
                let place = stated.len();
                stated.push((ClauseRef { standard: standard.to_owned(), clause: clause.number.clone() }, index));
                for (list, speaks) in [(name, Speaks::For), (not_name, Speaks::Against)] {
                    for pattern in list {
                        sources.push((patterns.len(), pattern.as_str()));
                        patterns.push((place, speaks));
                    }
                }
            }
        }
        Self { set: TermMatcher::new(sources.into_iter()), patterns, stated }
    }

    /// The signals that a name meets, in the order of the catalog. The name must be folded by
    /// [`crate::catalog::fold_name`].
    #[must_use]
    pub fn matches(&self, folded_name: &str) -> Vec<SignalHit<'_>> {
        let mut chosen = BTreeSet::new();
        let mut refused = BTreeSet::new();
        let mut met = BTreeSet::new();
        self.set.find(folded_name, &mut met);
        for pattern in met {
            if let Some((place, speaks)) = self.patterns.get(pattern) {
                match speaks {
                    Speaks::For => chosen.insert(*place),
                    Speaks::Against => refused.insert(*place),
                };
            }
        }
        chosen
            .difference(&refused)
            .filter_map(|place| self.stated.get(*place))
            .map(|(clause, signal)| SignalHit { clause, signal: *signal })
            .collect()
    }
}
