//! A constraint made ready for judging: its query terms, its cues as concepts and compiled patterns, and the kinds
//! of document that can be evidence.

use std::collections::{BTreeMap, BTreeSet};

use crate::assessment::terms::{TermId, Vocabulary, guess_language, words};
use crate::catalog::{
    Clause, ClauseKind, ConceptId, ConceptSet, Constraint, DocumentKind, LazyPattern, PassingPassage, Stage, Window, fold,
};

/// Most terms of one query; the weightiest are kept.
const MAX_QUERY_TERMS: usize = 32;
/// Terms that count in full for what a passage is asked to hold.
const FULL_TERMS: usize = 8;
/// What the further terms count.
const REST_FACTOR: f64 = 0.35;
/// Words in a row that are compared to tell a repetition.
const REPEATED_RUN: usize = 4;
/// Words that a requirement has at least for its repetition to be told from chance.
const FEWEST_REPEATED: usize = 8;
/// What a word of the title weighs against one of the text.
const TITLE_FACTOR: f64 = 2.0;
/// What a word of the question weighs.
const QUESTION_FACTOR: f64 = 0.6;
/// What a word weighs that only passages have.
const PASSAGE_FACTOR: f64 = 0.5;
/// Passages that must have a word for it to count.
const FEWEST_PASSAGES: u32 = 2;

/// One term of a query.
pub struct QueryTerm {
    /// The term.
    pub term: TermId,
    /// A word of the requirement that has it, for printing.
    pub word: String,
    /// How much it tells.
    pub weight: f64,
    /// Whether the requirement's title has it.
    pub is_in_title: bool,
    /// Terms that mean nearly the same, in ascending order.
    pub alike: Vec<TermId>,
}

impl QueryTerm {
    /// Whether the other term means nearly the same.
    #[must_use]
    pub fn is_like(&self, other: TermId) -> bool {
        self.alike.binary_search(&other).is_ok()
    }
}

/// A requirement's words.
#[derive(Default)]
pub struct Query {
    /// Its terms, weightiest first.
    pub terms: Vec<QueryTerm>,
    /// What a passage that says all of it is taken to hold; somewhat less than the sum of the weights.
    pub total_weight: f64,
    /// Each term and each word like one, with the position of the query's term and whether it is the term itself; sorted.
    words: Vec<(TermId, usize, bool)>,
}

impl Query {
    fn new(terms: Vec<QueryTerm>, total_weight: f64) -> Self {
        let mut words: Vec<(TermId, usize, bool)> = Vec::new();
        for (position, term) in terms.iter().enumerate() {
            words.push((term.term, position, true));
            words.extend(term.alike.iter().map(|alike| (*alike, position, false)));
        }
        words.sort_unstable();
        Self { terms, total_weight, words }
    }

    /// The positions of the query's terms that a word is (`true`) or is like (`false`).
    pub fn positions(&self, word: TermId) -> impl Iterator<Item = (usize, bool)> + '_ {
        let from = self.words.partition_point(|(known, _, _)| *known < word);
        self.words[from..].iter().take_while(move |(known, _, _)| *known == word).map(|(_, position, is_own)| (*position, *is_own))
    }
}

/// A cue with its patterns.
pub struct Cue {
    /// Concepts that must all occur.
    pub all: Vec<ConceptId>,
    /// One of these must occur, if there are any.
    pub any: Vec<LazyPattern>,
    /// Concepts that the passage or what stands above it must name.
    pub about: Vec<ConceptId>,
    /// How near together.
    pub within: Window,
}

impl Cue {
    /// Whether a text meets it that names some concepts, with what it and everything above it name, and says some patterns.
    pub fn is_met(&self, named: &ConceptSet, with_above: &ConceptSet, says: impl Fn(&LazyPattern) -> bool) -> bool {
        // What costs most comes last.
        named.contains_all(&self.all) && with_above.contains_all(&self.about) && (self.any.is_empty() || self.any.iter().any(says))
    }
}

/// A table rule as concepts.
pub struct TableDemand {
    /// Each must have a column of its own.
    pub columns: Vec<ConceptId>,
    /// Role by which the file may have been chosen.
    pub role: Option<String>,
    /// Share of rows that must be filled.
    pub filled: f64,
}

/// A constraint ready for judging.
pub struct Requirement {
    /// Position of its clause among the clauses to be judged.
    pub clause_index: usize,
    /// Position of the constraint within its clause.
    pub constraint_index: usize,
    /// Its words.
    pub query: Query,
    /// Its cues; empty: judged by its words alone.
    pub cues: Vec<Cue>,
    /// Its table rule.
    pub table: Option<TableDemand>,
    /// One of these must occur somewhere in the document.
    pub require_any: Vec<ConceptId>,
    /// Patterns that cancel a hit.
    pub vetoes: Vec<LazyPattern>,
    /// Kinds of document that can be evidence; others cap at weak. Empty: every kind that ever can.
    pub kinds: Vec<DocumentKind>,
    /// Whether a verdict can never be better than weak (structure entries).
    pub is_capped: bool,
    /// Whether it is one obligation of the requirement before it: looked for where that is spoken of.
    pub is_part: bool,
    /// Whether it asks for a purpose or scope, which documents say in their introductions.
    pub asks_for_scope: bool,
    /// Its words in order, folded, to tell a passage that repeats it.
    pub wording: Vec<String>,
}

impl Requirement {
    /// Makes a constraint of a clause ready.
    #[must_use]
    pub fn compile(
        clause_index: usize,
        constraint_index: usize,
        clause: &Clause,
        constraint: &Constraint,
        vocabulary: &Vocabulary,
    ) -> Self {
        let is_full = !constraint.hit.is_empty() || constraint.table.is_some();
        Self {
            clause_index,
            constraint_index,
            query: query(clause, constraint, vocabulary),
            cues: constraint
                .hit
                .iter()
                .map(|hit| Cue {
                    all: hit.all.clone(),
                    any: hit.any.iter().map(|p| LazyPattern::new(p)).collect(),
                    about: hit.about.clone(),
                    within: hit.within,
                })
                .collect(),
            table: constraint.table.as_ref().map(|t| TableDemand { columns: t.columns.clone(), role: t.role.clone(), filled: t.filled }),
            require_any: constraint.require_any.clone(),
            vetoes: constraint.veto.iter().map(|p| LazyPattern::new(p)).collect(),
            kinds: if constraint.evidence_kinds.is_empty() { default_kinds(clause.kind) } else { constraint.evidence_kinds.clone() },
            is_capped: !is_full && clause.status.stage == Stage::Structure,
            is_part: constraint.is_part,
            asks_for_scope: {
                let text = fold(&requirement_text(clause, constraint));
                ["scope", "purpose", "applicab", "intended use", "geltungsbereich", "zweck"].iter().any(|word| text.contains(word))
            },
            wording: words(&fold(&constraint.shall)).map(str::to_owned).collect(),
        }
    }

    /// Whether a folded passage repeats the requirement word for word instead of answering it: most of the requirement
    /// stands there in its own order.
    #[must_use]
    pub fn is_repeated_by(&self, folded: &str) -> bool {
        if self.wording.len() < FEWEST_REPEATED {
            return false;
        }
        let said: Vec<&str> = words(folded).collect();
        let asked: Vec<&str> = self.wording.iter().map(String::as_str).collect();
        let all = asked.len() + 1 - REPEATED_RUN;
        // Two short texts: comparing each run with each is cheaper than any index.
        let stands = |run: &&[&str]| said.windows(REPEATED_RUN).any(|other| other == *run);
        asked.windows(REPEATED_RUN).filter(stands).count() * 10 >= all * 6
    }

    /// Whether it is judged by its words alone.
    #[must_use]
    pub fn is_derived(&self) -> bool {
        self.cues.is_empty() && self.table.is_none()
    }
}

/// The texts from which a constraint's query is made, each with what its words weigh: the clause's title, the obligation,
/// and for full entries the question and how makers say it, which are the passages that must pass.
fn query_texts(clause: &Clause, constraint: &Constraint) -> Vec<(String, f64)> {
    if constraint.is_part {
        return vec![(constraint.shall.clone(), 1.0)];
    }
    let mut texts = vec![(clause.title.clone(), TITLE_FACTOR), (constraint.shall.clone(), 1.0)];
    if !constraint.hit.is_empty() || constraint.table.is_some() {
        texts.push((constraint.question.clone(), QUESTION_FACTOR));
        let said = |passage: &PassingPassage| format!("{} {}", passage.heading.as_deref().unwrap_or_default(), passage.text);
        texts.extend(constraint.tests.pass.iter().map(|passage| (said(passage), PASSAGE_FACTOR)));
    }
    texts
}

/// Everything that a constraint's query is made of, as one text.
#[must_use]
pub fn requirement_text(clause: &Clause, constraint: &Constraint) -> String {
    query_texts(clause, constraint).into_iter().map(|(text, _)| text).collect::<Vec<_>>().join(" ")
}

/// Kinds that can be evidence when a constraint does not say.
fn default_kinds(kind: Option<ClauseKind>) -> Vec<DocumentKind> {
    use DocumentKind::{Disclosure, List, Plan, Policy, Procedure, Record, Specification};
    match kind {
        None | Some(ClauseKind::Process) => vec![],
        Some(ClauseKind::Plan) => vec![Plan, Procedure, Policy],
        Some(ClauseKind::Specification) => vec![Specification, Plan, List, Disclosure, Record],
        Some(ClauseKind::Record) => vec![Record, List, Specification],
        Some(ClauseKind::List) => vec![List, Record, Specification, Plan],
        Some(ClauseKind::Disclosure) => vec![Disclosure, Procedure, Policy, Plan, Record],
    }
}

/// Makes the query of a requirement: each word that tells something once. The title says what it is about, so its words
/// weigh more; a word of one passage alone is chance and left out.
fn query(clause: &Clause, constraint: &Constraint, vocabulary: &Vocabulary) -> Query {
    let mut terms: Vec<QueryTerm> = Vec::new();
    let mut in_passages: BTreeMap<TermId, u32> = BTreeMap::new();
    for (text, factor) in query_texts(clause, constraint) {
        let folded = fold(&text);
        let language = guess_language(&folded);
        let mut seen = BTreeSet::new();
        for word in words(&folded) {
            let Some(term) = vocabulary.term(word, language) else { continue };
            if terms.iter().any(|known| known.term == term) || !seen.insert(term) {
                continue;
            }
            if factor <= PASSAGE_FACTOR {
                let count = in_passages.entry(term).or_default();
                *count += 1;
                if *count < FEWEST_PASSAGES {
                    continue;
                }
            }
            terms.push(QueryTerm {
                term,
                word: word.to_owned(),
                weight: factor * vocabulary.weight(term),
                is_in_title: factor > 1.0,
                alike: vocabulary.synonyms(term).to_vec(),
            });
        }
    }
    terms.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.word.cmp(&b.word)));
    terms.truncate(MAX_QUERY_TERMS);
    // A long text says more than any one passage repeats, so what is beyond its weightiest words is asked for less.
    let total_weight = terms.iter().enumerate().map(|(rank, t)| if rank < FULL_TERMS { t.weight } else { REST_FACTOR * t.weight }).sum();
    Query::new(terms, total_weight)
}
