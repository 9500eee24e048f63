//! Searching the clauses: by number, by words of title and texts, and by the concepts of the lexicon, so that German words find English
//! clauses. It makes no page.

use std::collections::{BTreeMap, BTreeSet};

use rust_stemmers::{Algorithm, Stemmer};

use crate::catalog::{Catalog, Clause, ConceptMatcher, ConceptSet, Standard, fold};

/// Most clauses that are shown.
const MOST_HITS: usize = 40;

/// Words that tell nothing in a question.
const STOP_WORDS: [&str; 30] = [
    "the",
    "of",
    "and",
    "to",
    "in",
    "is",
    "are",
    "for",
    "with",
    "on",
    "by",
    "or",
    "an",
    "what",
    "how",
    "does",
    "do",
    "clause",
    "section",
    "requirement",
    "requirements",
    "der",
    "die",
    "das",
    "und",
    "fuer",
    "mit",
    "von",
    "ein",
    "eine",
];

/// A clause that was found, by its place in the catalog.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Hit {
    pub(super) standard: usize,
    pub(super) clause: usize,
    score: f64,
}

struct Indexed {
    standard: usize,
    clause: usize,
    number: String,
    /// Weight of each stem: a word of the title tells more than one of the texts.
    stems: BTreeMap<String, f64>,
    title_concepts: ConceptSet,
    text_concepts: ConceptSet,
    folded_title: String,
}

/// All clauses of a catalog, ready to be searched.
pub(super) struct SearchIndex {
    clauses: Vec<Indexed>,
    /// In how many clauses a stem stands.
    frequency: BTreeMap<String, u32>,
    concepts: ConceptMatcher,
    stemmer: Stemmer,
}

impl SearchIndex {
    pub(super) fn of(catalog: &Catalog) -> Self {
        let mut index = Self {
            clauses: Vec::new(),
            frequency: BTreeMap::new(),
            concepts: ConceptMatcher::compile(&catalog.lexicon),
            stemmer: Stemmer::create(Algorithm::English),
        };
        for (at, standard) in catalog.standards.iter().enumerate() {
            for (place, clause) in standard.clauses.iter().enumerate() {
                let indexed = index.indexed(at, standard, place, clause);
                for stem in indexed.stems.keys() {
                    *index.frequency.entry(stem.clone()).or_default() += 1;
                }
                index.clauses.push(indexed);
            }
        }
        index
    }

    fn indexed(&self, standard_at: usize, standard: &Standard, clause_at: usize, clause: &Clause) -> Indexed {
        let folded_title = fold(&clause.title);
        let requirement = fold(&clause.texts.requirement);
        let mut rest = fold(&format!("{} {} {}", clause.texts.why, clause.texts.changed, clause.texts.defense));
        for constraint in &clause.constraints {
            rest.push(' ');
            rest.push_str(&fold(&format!("{} {}", constraint.shall, constraint.question)));
        }
        for gap in &clause.gaps {
            rest.push(' ');
            rest.push_str(&fold(&format!("{} {} {}", gap.title, gap.auditor_sees, gap.remedy)));
        }
        let names = fold(&format!("{} {}", standard.aliases.join(" "), standard.title));
        let mut stems: BTreeMap<String, f64> = BTreeMap::new();
        for (text, weight) in [(&folded_title, 6.0), (&requirement, 2.5), (&rest, 1.0), (&names, 0.8)] {
            for stem in words(text).map(|word| self.stem(word)).collect::<BTreeSet<_>>() {
                let held = stems.entry(stem).or_default();
                *held = held.max(weight);
            }
        }
        Indexed {
            standard: standard_at,
            clause: clause_at,
            number: clause.number.to_lowercase(),
            stems,
            title_concepts: self.concepts.concepts(&folded_title),
            text_concepts: self.concepts.concepts(&requirement),
            folded_title,
        }
    }

    fn stem(&self, word: &str) -> String {
        self.stemmer.stem(word).into_owned()
    }

    /// The clauses that answer a question best, best first. Equal ones stand in the order of the catalog.
    pub(super) fn search(&self, question: &str) -> Vec<Hit> {
        let folded = fold(question);
        let numbers = numbers(&folded);
        let asked: BTreeSet<String> = words(&folded).filter(|word| !STOP_WORDS.contains(word)).map(|word| self.stem(word)).collect();
        let concepts = self.concepts.concepts(&folded);
        let mut hits: Vec<Hit> = self
            .clauses
            .iter()
            .filter_map(|clause| {
                let score = self.score(clause, &folded, &numbers, &asked, &concepts);
                (score > 0.0).then_some(Hit { standard: clause.standard, clause: clause.clause, score })
            })
            .collect();
        hits.sort_by(|one, other| other.score.total_cmp(&one.score));
        // What is far behind the best is noise, not an answer.
        let least = hits.first().map_or(0.0, |best| best.score * 0.12);
        hits.retain(|hit| hit.score >= least);
        hits.truncate(MOST_HITS);
        hits
    }

    fn score(&self, clause: &Indexed, folded: &str, numbers: &[&str], asked: &BTreeSet<String>, concepts: &ConceptSet) -> f64 {
        let mut score = 0.0;
        for number in numbers {
            if clause.number == *number {
                score += 60.0;
            } else if clause.number.strip_prefix(number).is_some_and(|rest| rest.starts_with(['.', '-'])) {
                score += 20.0;
            }
        }
        let mut found = 0_u32;
        for stem in asked {
            if let Some(weight) = self.weight_in(clause, stem) {
                score += weight;
                found += 1;
            }
        }
        let all = u32::try_from(asked.len()).unwrap_or(u32::MAX);
        if found > 0 && all > 1 {
            // A clause that holds all words answers better than one that holds one of them often.
            score *= 0.4 + 0.6 * (f64::from(found) / f64::from(all)).powi(2);
        }
        if asked.len() > 1 && clause.folded_title.contains(folded) {
            score += 15.0;
        }
        let shared = |held: &ConceptSet| u32::try_from(held.intersection(concepts).len()).unwrap_or(0);
        let wanted = u32::try_from(concepts.len()).unwrap_or(0);
        if wanted > 0 {
            score += 14.0 * f64::from(shared(&clause.title_concepts)) / f64::from(wanted);
            score += 4.0 * f64::from(shared(&clause.text_concepts)) / f64::from(wanted);
        }
        score
    }

    /// What a stem counts in a clause; the beginning of a word counts half, so that an unfinished word finds something.
    fn weight_in(&self, clause: &Indexed, stem: &str) -> Option<f64> {
        let rarity = |held: &str| {
            let with = f64::from(self.frequency.get(held).copied().unwrap_or(1));
            let all = f64::from(u32::try_from(self.clauses.len()).unwrap_or(u32::MAX).max(1));
            (1.0 + all / with).ln()
        };
        if let Some(weight) = clause.stems.get(stem) {
            return Some(weight * rarity(stem));
        }
        if stem.len() < 4 {
            return None;
        }
        let beginning = clause.stems.range(stem.to_owned()..).take_while(|(held, _)| held.starts_with(stem));
        beginning.map(|(held, weight)| 0.5 * weight * rarity(held)).max_by(f64::total_cmp)
    }
}

fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() >= 2)
}

/// What may be a clause number: it holds a digit, and points or hyphens stay in it.
fn numbers(folded: &str) -> Vec<&str> {
    folded
        .split(|c: char| !(c.is_alphanumeric() || c == '.' || c == '-'))
        .map(|word| word.trim_matches(['.', '-']))
        .filter(|word| word.chars().any(|c| c.is_ascii_digit()))
        .collect()
}
