//! Which clauses a review answers: the chosen standards, profile and safety class applied to the catalog.

use std::collections::BTreeSet;

use crate::assessment::Chosen;
use crate::catalog::{Catalog, Clause};

/// The profile that chooses every clause of a standard.
pub const WHOLE_STANDARD: &str = "all";

/// A clause to be judged: what is reported, and the entry that judges it.
#[derive(Clone, Copy)]
pub struct PlannedClause<'c> {
    /// Id of the standard under which it is reported.
    pub standard: &'c str,
    /// The clause as reported.
    pub reported: &'c Clause,
    /// The entry that judges it; the same unless the clause is an alias.
    pub judging: &'c Clause,
}

/// Why a choice cannot be reviewed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadChoice {
    /// No such standard; the nearest known id, if one is near.
    UnknownStandard {
        /// What was asked for.
        asked: String,
        /// The nearest known id.
        nearest: Option<String>,
    },
    /// None of the chosen standards has such a profile.
    UnknownProfile {
        /// What was asked for.
        asked: String,
        /// The profiles there are.
        known: Vec<String>,
    },
}

/// The clauses of a choice, in the order of the chosen standards and of each standard. A standard without the chosen
/// profile is judged whole, and one that is named again is not judged again.
///
/// # Errors
/// An unknown standard or profile.
pub fn plan<'c>(catalog: &'c Catalog, chosen: &Chosen) -> Result<Vec<PlannedClause<'c>>, BadChoice> {
    let mut planned = Vec::new();
    let mut known_profiles = Vec::new();
    let mut is_profile_known = false;
    let mut seen = BTreeSet::new();
    for id in &chosen.standards {
        let Some(standard) = catalog.standard(id) else {
            return Err(BadChoice::UnknownStandard { asked: id.clone(), nearest: nearest(catalog, id) });
        };
        if !seen.insert(standard.id.as_str()) {
            continue;
        }
        known_profiles.extend(standard.profiles.iter().map(|p| p.id.clone()));
        let profile = standard.profile(&chosen.profile);
        is_profile_known |= profile.is_some() || standard.profiles.is_empty();
        for clause in &standard.clauses {
            if profile.is_some_and(|p| !p.includes(&clause.number)) {
                continue;
            }
            let judging = catalog.judging_clause(clause);
            let applies = judging.safety_classes.is_empty() || judging.safety_classes.contains(&chosen.safety_class);
            // What the user imported is always answered; whether a class applies is his to say.
            if applies || clause.judged_by.is_some() {
                planned.push(PlannedClause { standard: &standard.id, reported: clause, judging });
            }
        }
    }
    if !is_profile_known && chosen.profile != WHOLE_STANDARD {
        return Err(BadChoice::UnknownProfile { asked: chosen.profile.clone(), known: known_profiles });
    }
    Ok(planned)
}

fn nearest(catalog: &Catalog, asked: &str) -> Option<String> {
    let wanted = &asked.to_lowercase();
    catalog
        .standards
        .iter()
        .flat_map(|s| {
            std::iter::once(&s.id).chain(&s.aliases).map(move |spelling| (strsim::jaro_winkler(wanted, &spelling.to_lowercase()), &s.id))
        })
        .filter(|(likeness, _)| *likeness > 0.7)
        .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)))
        .map(|(_, id)| id.clone())
}
