//! One document tried against one clause, for authors of entries: what each constraint found, and what each of its cues
//! lacks.

use crate::assessment::engine::Engine;
use crate::assessment::{Components, Evidence, Verdict};
use crate::evidence::{Document, SourceFile};

/// What one constraint found in the document.
pub struct Trial {
    /// `c01` …
    pub constraint: String,
    /// What it asks.
    pub shall: String,
    /// What the document amounts to for it.
    pub verdict: Verdict,
    /// What the verdict is made of; `None` if the document does not speak of it.
    pub components: Option<Components>,
    /// The best passages.
    pub evidence: Vec<Evidence>,
    /// Its cues, in the order of the entry.
    pub cues: Vec<CueTrial>,
}

/// What one cue lacks.
pub struct CueTrial {
    /// Concepts that the document names nowhere. If there are none, they stand too far apart, or a pattern is missing.
    pub missing: Vec<String>,
    /// All concepts of the cue.
    pub asked: Vec<String>,
}

impl Engine {
    /// Tries a document against one of the clauses that this engine judges; `None` if it judges no such clause.
    #[must_use]
    pub fn try_clause(&self, standard: &str, number: &str, file: &SourceFile, document: &Document) -> Option<Vec<Trial>> {
        let clauses = self.clauses();
        let clause_index = clauses.iter().position(|c| c.standard == standard && c.reported.number == number)?;
        let observations = self.examine(file, document).observations;
        let reading = self.reader().read(file.name(), document);
        let name = |id: &crate::catalog::ConceptId| self.lexicon().names.get(id.0).cloned().unwrap_or_default();
        let trials = clauses[clause_index].judging.constraints.iter().enumerate().filter(|(_, c)| c.retired.is_none());
        Some(
            trials
                .map(|(index, constraint)| {
                    let seen = observations.iter().find(|o| o.clause_index == clause_index && o.constraint_index == index);
                    let cues = constraint
                        .hit
                        .iter()
                        .map(|cue| {
                            let asked = || cue.all.iter().chain(&cue.about);
                            CueTrial {
                                missing: asked().filter(|c| !reading.all_concepts.contains(**c)).map(name).collect(),
                                asked: asked().map(name).collect(),
                            }
                        })
                        .collect();
                    Trial {
                        constraint: constraint.id.clone(),
                        shall: constraint.shall.clone(),
                        verdict: seen.map_or(Verdict::NotFound, |o| o.verdict),
                        components: seen.map(|o| o.components.clone()),
                        evidence: seen.map(|o| o.evidence.clone()).unwrap_or_default(),
                        cues,
                    }
                })
                .collect(),
        )
    }
}
