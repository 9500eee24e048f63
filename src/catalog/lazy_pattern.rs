//! A pattern of the catalog that costs next to nothing until a text holds the words without which it cannot match. Thousands of
//! patterns are tried on a few short texts each; most of them never get as far as being compiled.

use std::ops::Range;
use std::sync::OnceLock;

use regex_automata::meta::Regex;
use regex_automata::util::syntax::Config;
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Hir, HirKind};

/// Shorter ones stand in nearly every text.
const SHORTEST_NEEDLE: usize = 3;
/// More of them are not looked for one by one.
const MOST_NEEDLES: usize = 32;

/// Texts of which one at least must stand somewhere.
type Needles = Vec<String>;

/// A pattern, compiled when it is first tried in earnest.
#[derive(Debug, Clone)]
pub struct LazyPattern {
    source: String,
    /// Of each of these one must stand in whatever the pattern matches.
    needed: OnceLock<Vec<Needles>>,
    compiled: OnceLock<Option<Regex>>,
}

impl LazyPattern {
    /// A pattern that the loader has already checked. One that is no regular expression matches nothing.
    #[must_use]
    pub fn new(source: &str) -> Self {
        Self { source: source.to_owned(), needed: OnceLock::new(), compiled: OnceLock::new() }
    }

    /// As it is written.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Where it matches in a folded text for the first time, in bytes.
    #[must_use]
    pub fn find(&self, folded: &str) -> Option<Range<usize>> {
        self.compiled().and_then(|pattern| pattern.find(folded.as_bytes())).map(|found| found.range())
    }

    /// Whether it matches a folded text.
    #[must_use]
    pub fn is_match(&self, folded: &str) -> bool {
        self.is_match_given(folded, 0)
    }

    /// The same for a text of which somebody knows that it holds the most telling of these words: of the first groups of [`needed`].
    #[must_use]
    pub(super) fn is_match_given(&self, folded: &str, known_groups: usize) -> bool {
        let needed = self.needed.get_or_init(|| needed_by(&self.source));
        let lacks = |needles: &Needles| !needles.iter().any(|needle| folded.contains(needle.as_str()));
        if needed.iter().skip(known_groups).any(lacks) {
            return false;
        }
        self.compiled().is_some_and(|pattern| pattern.is_match(folded.as_bytes()))
    }

    fn compiled(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| compile(&self.source)).as_ref()
    }
}

fn compile(pattern: &str) -> Option<Regex> {
    // An automaton that is built while it reads would cost more than it saves on so few texts.
    let config = Regex::config().hybrid(false).dfa(false).nfa_size_limit(Some(1 << 20)).utf8_empty(false);
    Regex::builder().configure(config).syntax(Config::new().unicode(false).utf8(false)).build(pattern).ok()
}

fn needed_by(pattern: &str) -> Vec<Needles> {
    let parsed = ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern);
    parsed.map(|hir| needed(&hir)).unwrap_or_default()
}

/// Texts of which at least one stands in whatever a pattern matches; several such groups, the most telling first: long words, few of them.
pub(super) fn needed(hir: &Hir) -> Vec<Needles> {
    let mut all = needles(hir);
    all.sort_by_key(|needles| (usize::MAX - shortest(needles), needles.len()));
    all.dedup();
    all
}

fn needles(hir: &Hir) -> Vec<Needles> {
    match hir.kind() {
        HirKind::Literal(literal) if literal.0.len() >= SHORTEST_NEEDLE => {
            String::from_utf8(literal.0.to_vec()).map(|text| vec![vec![text]]).unwrap_or_default()
        }
        HirKind::Capture(capture) => needles(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min >= 1 => needles(&repetition.sub),
        HirKind::Concat(parts) => parts.iter().flat_map(needles).collect(),
        HirKind::Alternation(parts) => {
            // Whichever alternative matches, its most telling needles are there.
            let mut all = Needles::new();
            for part in parts {
                let Some(best) = needles(part).into_iter().max_by_key(|found| (shortest(found), usize::MAX - found.len())) else {
                    return Vec::new();
                };
                all.extend(best);
            }
            if all.len() <= MOST_NEEDLES { vec![all] } else { Vec::new() }
        }
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) | HirKind::Repetition(_) => Vec::new(),
    }
}

fn shortest(needles: &[String]) -> usize {
    needles.iter().map(String::len).min().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_must_stand_in_a_match_is_found_out() {
        for (pattern, expected) in [
            ("review", "review"),
            (r"\breview(s|ed)?\b", "review"),
            (r"\b(shall|must)\b.{0,60}\breviewed\b", "reviewed & shall|must"),
            ("(plan|procedure)s?", "plan|procedure"),
            ("(plan|x+)", ""),
            ("(plan .{1,9} testing|record)", " testing|record"),
            ("a.b", ""),
            ("(abc)?def", "def"),
            ("(abc){2}", "abc"),
            ("[a-z]+", ""),
            ("(", ""),
            ("", ""),
        ] {
            let found: Vec<String> = needed_by(pattern).iter().map(|needles| needles.join("|")).collect();
            assert_eq!(found.join(" & "), expected, "{pattern}");
        }
    }

    #[test]
    fn it_matches_as_the_pattern_alone_does() {
        for (pattern, text, is_match) in [
            (r"\b(shall|must)\b.{0,20}\breview", "it must be under review", true),
            (r"\b(shall|must)\b.{0,20}\breview", "it may be under review", false),
            (r"\b(shall|must)\b.{0,20}\breview", "it must be seen", false),
            (r"\b(shall|must)\b.{0,20}\breview", "review it, you must", false),
            (r"^\s*\d+\s*$", " 12 ", true),
            ("prufbericht|testbericht", "der prufbericht", true),
            ("(", "anything", false),
        ] {
            assert_eq!(LazyPattern::new(pattern).is_match(text), is_match, "{pattern} on {text}");
        }
    }
}
