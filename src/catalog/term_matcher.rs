//! Finding thousands of terms in a text in one pass. Most terms are a handful of fixed words between word boundaries, so
//! they are written out and looked for by one automaton over literals; a term that cannot be written out is tried as a
//! regular expression, and only where one of its literals stands.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use aho_corasick::{AhoCorasick, AhoCorasickKind, Match, MatchKind};
use regex::bytes::{RegexSet, RegexSetBuilder};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::literal::{ExtractKind, Extractor, Seq};
use regex_syntax::hir::{Hir, HirKind, Look};

use crate::catalog::lazy_pattern::{LazyPattern, needed};
use crate::catalog::{ConceptId, ConceptSet};

/// Most words that one term is written out to; one with more stays a pattern.
const WORDS_PER_TERM: usize = 120;
/// Shortest literal that may stand for a pattern; shorter ones stand everywhere.
const SHORTEST_TRIGGER: usize = 2;

/// Room for all patterns without a literal as one automaton, in bytes.
const SET_BYTES: usize = 32 << 20;

/// The groups that were found.
pub(super) trait Groups {
    /// Whether this one was.
    fn contains(&self, group: usize) -> bool;
    /// Adds one.
    fn insert(&mut self, group: usize);
}

impl Groups for ConceptSet {
    fn contains(&self, group: usize) -> bool {
        Self::contains(self, ConceptId(group))
    }

    fn insert(&mut self, group: usize) {
        Self::insert(self, ConceptId(group));
    }
}

impl Groups for BTreeSet<usize> {
    fn contains(&self, group: usize) -> bool {
        Self::contains(self, &group)
    }

    fn insert(&mut self, group: usize) {
        Self::insert(self, group);
    }
}

/// What a literal that was met may mean.
#[derive(Debug, Clone, Copy)]
enum Meaning {
    /// The whole term, if the boundaries are there.
    Word { group: usize, starts: bool, ends: bool },
    /// A pattern that is worth trying.
    Pattern { pattern: usize },
}

#[derive(Debug, Clone)]
struct Pattern {
    group: usize,
    /// Whether its literals are the first of the groups that it needs, so that where one stands, that group is known to.
    is_met_by_needles: bool,
    /// Compiled when its literals are first met: of thousands of patterns a review needs some hundred.
    expression: LazyPattern,
}

/// Terms in groups, ready to be found. Several terms of one group are one thing said in several ways.
#[derive(Debug, Clone)]
pub(super) struct TermMatcher {
    literals: Option<AhoCorasick>,
    meanings: Vec<Vec<Meaning>>,
    patterns: Vec<Pattern>,
    /// Patterns without a literal, tried on every text: their groups, and all of them as one.
    always: Vec<usize>,
    always_as_one: Arc<OnceLock<Option<RegexSet>>>,
}

impl TermMatcher {
    /// Prepares terms, each with its group. One that is no regular expression is left out; the loader tells of it.
    pub(super) fn new<'t>(terms: impl Iterator<Item = (usize, &'t str)>) -> Self {
        let mut words: BTreeMap<Vec<u8>, Vec<Meaning>> = BTreeMap::new();
        let mut patterns = Vec::new();
        let mut always = Vec::new();
        for (group, term) in terms {
            let Ok(hir) = ParserBuilder::new().unicode(false).utf8(false).build().parse(term) else { continue };
            if let Some(written) = write_out(&hir) {
                for (literal, starts, ends) in written {
                    words.entry(literal).or_default().push(Meaning::Word { group, starts, ends });
                }
                continue;
            }
            let pattern = patterns.len();
            let needles = needed(&hir).into_iter().next();
            patterns.push(Pattern { group, is_met_by_needles: needles.is_some(), expression: LazyPattern::new(term) });
            let literals = needles.map(|needles| needles.into_iter().map(String::into_bytes).collect());
            match literals.or_else(|| triggers(&hir)) {
                Some(literals) => {
                    for literal in literals {
                        words.entry(literal).or_default().push(Meaning::Pattern { pattern });
                    }
                }
                None => always.push(pattern),
            }
        }
        let (literals, meanings): (Vec<Vec<u8>>, Vec<Vec<Meaning>>) = words.into_iter().unzip();
        let literals = AhoCorasick::builder().match_kind(MatchKind::Standard).kind(Some(AhoCorasickKind::ContiguousNFA)).build(&literals);
        Self { literals: literals.ok(), meanings, patterns, always, always_as_one: Arc::default() }
    }

    /// Adds the groups of which a folded text holds a term.
    pub(super) fn find(&self, folded: &str, found: &mut impl Groups) {
        let text = folded.as_bytes();
        let mut tried: Vec<usize> = Vec::new();
        for hit in self.literals.iter().flat_map(|literals| literals.find_overlapping_iter(text)) {
            for meaning in &self.meanings[hit.pattern().as_usize()] {
                match *meaning {
                    Meaning::Word { group, starts, ends } => {
                        if !found.contains(group) && (!starts || is_boundary(text, hit.start())) && (!ends || is_boundary(text, hit.end()))
                        {
                            found.insert(group);
                        }
                    }
                    Meaning::Pattern { pattern } => {
                        if !found.contains(self.patterns[pattern].group) && !tried.contains(&pattern) {
                            tried.push(pattern);
                            self.try_pattern(pattern, folded, found);
                        }
                    }
                }
            }
        }
        if self.always.is_empty() {
            return;
        }
        let as_one = self.always_as_one.get_or_init(|| {
            let sources = self.always.iter().map(|pattern| self.patterns[*pattern].expression.source());
            RegexSetBuilder::new(sources).unicode(false).size_limit(SET_BYTES).dfa_size_limit(SET_BYTES).build().ok()
        });
        match as_one {
            Some(set) => set.matches(text).into_iter().for_each(|index| found.insert(self.patterns[self.always[index]].group)),
            None => {
                for pattern in &self.always {
                    if !found.contains(self.patterns[*pattern].group) {
                        self.try_pattern(*pattern, folded, found);
                    }
                }
            }
        }
    }

    /// A folded text in which no term of a group stands any more: each is replaced by `by`, which must be a word that no term fits.
    pub(super) fn without(&self, folded: &str, group: usize, by: &str) -> String {
        let mut text = folded.to_owned();
        // What is left may be a term again ("risk of risks"), so it is looked for until there is none; a term that fits what it is
        // replaced by would be found forever.
        for _ in 0..folded.len() {
            let Some(span) = self.first(&text, group).filter(|span| &text[span.clone()] != by) else { break };
            text.replace_range(span, by);
        }
        text
    }

    /// Where a term of a group stands in a folded text.
    pub(super) fn first(&self, folded: &str, group: usize) -> Option<Range<usize>> {
        let text = folded.as_bytes();
        let is_word = |hit: &Match| {
            self.meanings[hit.pattern().as_usize()].iter().any(|meaning| {
                matches!(*meaning, Meaning::Word { group: of, starts, ends } if of == group
                    && (!starts || is_boundary(text, hit.start())) && (!ends || is_boundary(text, hit.end())))
            })
        };
        let word = self.literals.iter().flat_map(|literals| literals.find_overlapping_iter(text)).find(is_word);
        let by_pattern = || self.patterns.iter().filter(|p| p.group == group).find_map(|p| p.expression.find(folded));
        let span = word.map(|hit| hit.start()..hit.end()).or_else(by_pattern).filter(|span| !span.is_empty())?;
        // Patterns match bytes and may end within a letter.
        Some(folded.floor_char_boundary(span.start)..folded.ceil_char_boundary(span.end))
    }

    fn try_pattern(&self, pattern: usize, folded: &str, found: &mut impl Groups) {
        let pattern = &self.patterns[pattern];
        if pattern.expression.is_match_given(folded, usize::from(pattern.is_met_by_needles)) {
            found.insert(pattern.group);
        }
    }
}

/// Whether a word begins or ends between two bytes: `\b` of folded text.
fn is_boundary(text: &[u8], at: usize) -> bool {
    let is_word = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    is_word(at.checked_sub(1).and_then(|before| text.get(before))) != is_word(text.get(at))
}

/// All words that a term can be, each with whether a boundary must stand at its start and its end; none if they are too
/// many or the term is more than words between boundaries.
fn write_out(hir: &Hir) -> Option<Vec<(Vec<u8>, bool, bool)>> {
    if let HirKind::Alternation(parts) = hir.kind() {
        let mut all = Vec::new();
        for part in parts {
            all.extend(write_out(part)?);
        }
        return (all.len() <= WORDS_PER_TERM).then_some(all);
    }
    if let HirKind::Capture(capture) = hir.kind() {
        return write_out(&capture.sub);
    }
    let is_edge = |part: &Hir| matches!(part.kind(), HirKind::Look(Look::WordAscii));
    let (mut parts, mut starts, mut ends) = match hir.kind() {
        HirKind::Concat(parts) => (parts.as_slice(), false, false),
        HirKind::Empty
        | HirKind::Literal(_)
        | HirKind::Class(_)
        | HirKind::Look(_)
        | HirKind::Repetition(_)
        | HirKind::Capture(_)
        | HirKind::Alternation(_) => (std::slice::from_ref(hir), false, false),
    };
    if let Some((first, rest)) = parts.split_first()
        && is_edge(first)
    {
        (parts, starts) = (rest, true);
    }
    if let Some((last, rest)) = parts.split_last()
        && is_edge(last)
    {
        (parts, ends) = (rest, true);
    }
    let middle = Hir::concat(parts.to_vec());
    if !middle.properties().look_set().is_empty() {
        return None;
    }
    let mut extractor = Extractor::new();
    extractor.limit_class(12).limit_repeat(4).limit_literal_len(80).limit_total(WORDS_PER_TERM);
    let words = extractor.extract(&middle);
    let literals = words.literals()?;
    let is_whole = !literals.is_empty() && literals.iter().all(|l| l.is_exact() && !l.is_empty());
    is_whole.then(|| literals.iter().map(|l| (l.as_bytes().to_vec(), starts, ends)).collect())
}

/// Literals of which one must stand where a pattern matches; none if there are none of a useful length.
fn triggers(hir: &Hir) -> Option<Vec<Vec<u8>>> {
    let useful = |words: &Seq| {
        words
            .literals()
            .filter(|l| !l.is_empty() && l.iter().all(|l| l.len() >= SHORTEST_TRIGGER))
            .map(|l| l.iter().map(|l| l.as_bytes().to_vec()).collect())
    };
    [ExtractKind::Prefix, ExtractKind::Suffix].into_iter().find_map(|kind| {
        let mut extractor = Extractor::new();
        extractor.kind(kind).limit_total(WORDS_PER_TERM);
        useful(&extractor.extract(hir))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::compile_pattern;

    #[test]
    fn finds_what_the_regular_expressions_find() {
        let terms = [
            r"\bthreats?\b",
            r"\bbedrohung",
            r"risik(o|en|os)\b",
            r"\b(is|are) (\w+ ){0,2}scored\b",
            r"\bv\d+\.\d+",
            r"\b(a|b)[- ]c\b",
            r"^status: (draft|entwurf)",
            r"\bfoo\b|bar\b",
            r"\w+bericht\b",
            r"\b(cyber ?)?security[- ](related )?risk",
        ];
        let matcher = TermMatcher::new(terms.iter().enumerate().map(|(group, term)| (group, *term)));
        let texts = [
            "each threat is scored",
            "threatening",
            "die bedrohungen",
            "sicherheitsrisiken",
            "risikoanalyse",
            "threats are not yet scored",
            "v2.10",
            "rev2.1",
            "a-c",
            "xa c",
            "a cd",
            "status: draft",
            "the status: draft",
            "foo",
            "foobar",
            "bars",
            "testbericht",
            "testberichte",
            "cybersecurity risk",
            "cyber security related risks",
            "security-risk",
            "",
            "scored",
            "are risky",
        ];
        for text in texts {
            let expected: ConceptSet = terms
                .iter()
                .enumerate()
                .filter(|(_, term)| compile_pattern(term).expect("it compiles").is_match(text.as_bytes()))
                .map(|(group, _)| ConceptId(group))
                .collect();
            let mut found = ConceptSet::default();
            matcher.find(text, &mut found);
            assert_eq!(found, expected, "{text}");
        }
        assert!(matcher.patterns.len() <= 5, "most terms are written out");
    }

    #[test]
    fn takes_out_what_names_a_group() {
        let matcher = TermMatcher::new([(0, r"\bthreats?\b"), (0, r"\bbedrohung"), (1, r"\bv\d+\.\d+"), (2, "score")].into_iter());
        assert_eq!(matcher.without("threats, a threat and bedrohungen are scored", 0, "xx"), "xx, a xx and xxen are scored");
        assert_eq!(matcher.without("v2.10 and v3.1", 1, "xx"), "xx and xx");
        assert_eq!(matcher.without("nothing of it", 0, "xx"), "nothing of it");
        let odd = TermMatcher::new([(0, "x"), (1, r"\brisk.{1,2}")].into_iter());
        assert!(odd.without("a fox", 0, "xx").starts_with("a fo"), "it ends");
        assert_eq!(odd.without("risk \u{2265} 4", 1, "xx"), "xx 4", "no letter is cut");
    }
}
