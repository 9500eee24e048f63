//! What the catalog checks about itself beyond its format: sentences that two entries share, mappings that disagree with
//! their reverse, concepts that nobody uses.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, Clause, ConceptId, ConceptMatcher, Stage, fold};

/// Words of a sentence that no two entries may share; shorter ones are common speech.
const SHARED_WORDS: usize = 8;

/// Of a hundred words at the same place, so many that are the same make one passage of two.
const ALIKE_PERCENT: usize = 72;

/// Two places of the catalog that do not fit together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// `standard/clause` where it is told.
    pub clause: String,
    /// Text of that entry to point at.
    pub quoted: String,
    /// What is wrong: one sentence without a full stop.
    pub message: String,
}

/// Sentences of eight words or more that stand in two entries: an entry says what is its own.
#[must_use]
pub fn repeated_sentences(catalog: &Catalog) -> Vec<Disagreement> {
    let mut first: BTreeMap<String, String> = BTreeMap::new();
    let mut found = Vec::new();
    for (id, clause) in full_entries(catalog) {
        for text in told_texts(clause) {
            for sentence in text.split_inclusive(['.', '!', '?', '\n']) {
                let bare: Vec<String> =
                    fold(sentence).split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect();
                if bare.len() < SHARED_WORDS {
                    continue;
                }
                let bare = bare.join(" ");
                match first.get(&bare) {
                    Some(other) if *other != id => found.push(Disagreement {
                        clause: id.clone(),
                        quoted: sentence.trim().to_owned(),
                        message: format!("this sentence stands in {other} too"),
                    }),
                    Some(_) => {}
                    None => {
                        first.insert(bare, id.clone());
                    }
                }
            }
        }
    }
    found
}

/// Passages of two entries that are one with other nouns: as many words, most of them the same at the same place. Such a passage tests
/// the words and not the cue.
#[must_use]
pub fn passages_alike(catalog: &Catalog) -> Vec<Disagreement> {
    struct Passage<'c> {
        entry: String,
        text: &'c str,
        words: Vec<String>,
    }
    let mut by_length: BTreeMap<usize, Vec<Passage<'_>>> = BTreeMap::new();
    for (id, clause) in full_entries(catalog) {
        for text in passages(clause) {
            let words: Vec<String> =
                fold(text).split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect();
            if words.len() >= SHARED_WORDS {
                by_length.entry(words.len()).or_default().push(Passage { entry: id.clone(), text, words });
            }
        }
    }
    let mut found = Vec::new();
    for same_length in by_length.values() {
        for (at, one) in same_length.iter().enumerate() {
            let is_alike = |other: &&Passage<'_>| {
                let same = one.words.iter().zip(&other.words).filter(|(one, two)| one == two).count();
                other.entry != one.entry && same * 100 >= one.words.len() * ALIKE_PERCENT
            };
            if let Some(other) = same_length[..at].iter().find(is_alike) {
                found.push(Disagreement {
                    clause: one.entry.clone(),
                    quoted: one.text.to_owned(),
                    message: format!("this passage is one of {} with a few other words", other.entry),
                });
            }
        }
    }
    found
}

/// Mappings whose reverse says something else: if one contains the other, the other is contained in it.
#[must_use]
pub fn disagreeing_mappings(catalog: &Catalog) -> Vec<Disagreement> {
    let mut relations: BTreeMap<(String, &str), &str> = BTreeMap::new();
    for standard in &catalog.standards {
        for clause in &standard.clauses {
            for mapping in &clause.mappings {
                relations.insert((format!("{}/{}", standard.id, clause.number), mapping.to.as_str()), &mapping.relation);
            }
        }
    }
    let mut found = Vec::new();
    for ((from, to), relation) in &relations {
        let reverse = match *relation {
            "subset-of" => "superset-of",
            "superset-of" => "subset-of",
            same => same,
        };
        if let Some(said) = relations.get(&((*to).to_owned(), from.as_str()))
            && *said != reverse
            && from.as_str() < *to
        {
            found.push(Disagreement {
                clause: from.clone(),
                quoted: (*to).to_owned(),
                message: format!("{from} is {relation} {to}, but {to} is {said} {from}"),
            });
        }
    }
    found
}

/// Concepts that words without a meaning name: one of their terms fits nearly everything, so they ask for nothing.
#[must_use]
pub fn catch_all_concepts(catalog: &Catalog) -> Vec<Disagreement> {
    let matcher = ConceptMatcher::compile(&catalog.lexicon);
    let found = matcher.concepts("xylophone quokka").intersection(&matcher.concepts("zzyzx brrrt"));
    let names = found.iter().filter_map(|ConceptId(index)| catalog.lexicon.names.get(index));
    names
        .map(|name| Disagreement {
            clause: "lexicon".to_owned(),
            quoted: format!("{name} "),
            message: format!("a term of the concept `{name}` fits any word"),
        })
        .collect()
}

/// Names of concepts that no constraint names.
#[must_use]
pub fn unused_concepts(catalog: &Catalog) -> Vec<String> {
    let used: BTreeSet<usize> = catalog
        .standards
        .iter()
        .flat_map(|s| &s.clauses)
        .flat_map(|c| &c.constraints)
        .flat_map(|c| {
            let cues = c.hit.iter().flat_map(|cue| cue.all.iter().chain(&cue.about));
            cues.chain(&c.require_any).chain(c.table.iter().flat_map(|t| &t.columns)).map(|ConceptId(index)| *index)
        })
        .collect();
    catalog.lexicon.names.iter().enumerate().filter(|(index, _)| !used.contains(index)).map(|(_, name)| name.clone()).collect()
}

/// Ids of all constraints of full entries, retired ones included, in order: `standard/clause#c01`. They are never reused.
#[must_use]
pub fn constraint_ids(catalog: &Catalog) -> Vec<String> {
    let ids = full_entries(catalog).flat_map(|(id, clause)| clause.constraints.iter().map(move |c| format!("{id}#{}", c.id)));
    ids.collect()
}

fn full_entries(catalog: &Catalog) -> impl Iterator<Item = (String, &Clause)> {
    catalog.standards.iter().flat_map(|standard| {
        let full = standard.clauses.iter().filter(|c| !matches!(c.status.stage, Stage::Structure | Stage::Imported));
        full.map(move |clause| (format!("{}/{}", standard.id, clause.number), clause))
    })
}

/// What an entry tells in sentences: reasons, gaps, defence and the passages of its tests.
fn told_texts(clause: &Clause) -> Vec<&str> {
    let mut texts = vec![clause.texts.why.as_str(), clause.texts.defense.as_str()];
    for gap in &clause.gaps {
        texts.extend([gap.auditor_sees.as_str(), gap.remedy.as_str()]);
    }
    texts.extend(passages(clause));
    texts
}

fn passages(clause: &Clause) -> impl Iterator<Item = &str> {
    clause.constraints.iter().flat_map(|constraint| {
        let pass = constraint.tests.pass.iter().map(|p| p.text.as_str());
        pass.chain(constraint.tests.fail.iter().map(|f| f.passage.text.as_str()))
    })
}
