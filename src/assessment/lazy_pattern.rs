//! A pattern of the catalog that costs next to nothing until a text holds one of the words without which it cannot match. Thousands of
//! patterns are tried on a few short texts each; most of them never get as far as being compiled.

use std::sync::OnceLock;

use regex_automata::meta::Regex;
use regex_automata::util::syntax::Config;
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Hir, HirKind};

/// Shorter ones stand in nearly every text.
const SHORTEST_NEEDLE: usize = 3;
/// More of them are not looked for one by one.
const MOST_NEEDLES: usize = 24;

/// A pattern, compiled when it is first tried in earnest.
pub struct LazyPattern {
    source: String,
    needles: OnceLock<Vec<String>>,
    compiled: OnceLock<Option<Regex>>,
}

impl LazyPattern {
    /// A pattern that the loader has already checked.
    #[must_use]
    pub fn new(source: &str) -> Self {
        Self { source: source.to_owned(), needles: OnceLock::new(), compiled: OnceLock::new() }
    }

    /// Whether it matches a folded text.
    #[must_use]
    pub fn is_match(&self, folded: &str) -> bool {
        let needles = self.needles.get_or_init(|| needles(&self.source));
        if !needles.is_empty() && !needles.iter().any(|needle| folded.contains(needle.as_str())) {
            return false;
        }
        self.compiled.get_or_init(|| compile(&self.source)).as_ref().is_some_and(|pattern| pattern.is_match(folded.as_bytes()))
    }
}

fn compile(pattern: &str) -> Option<Regex> {
    // An automaton that is built while it reads would cost more than it saves on so few texts.
    let config = Regex::config().hybrid(false).dfa(false).nfa_size_limit(Some(1 << 20)).utf8_empty(false);
    Regex::builder().configure(config).syntax(Config::new().unicode(false).utf8(false)).build(pattern).ok()
}

/// Texts of which at least one stands in whatever the pattern matches; empty when there are none to speak of.
fn needles(pattern: &str) -> Vec<String> {
    let parsed = ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern);
    parsed.ok().and_then(|hir| needed(&hir)).unwrap_or_default()
}

fn needed(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Literal(literal) if literal.0.len() >= SHORTEST_NEEDLE => {
            String::from_utf8(literal.0.to_vec()).ok().map(|text| vec![text])
        }
        HirKind::Capture(capture) => needed(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min >= 1 => needed(&repetition.sub),
        // One part is enough; of several the one with the longest words tells most.
        HirKind::Concat(parts) => parts.iter().filter_map(needed).max_by_key(|found| (shortest(found), usize::MAX - found.len())),
        HirKind::Alternation(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(needed(part)?);
            }
            (all.len() <= MOST_NEEDLES).then_some(all)
        }
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) | HirKind::Repetition(_) => None,
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
            ("review", vec!["review"]),
            (r"\breview(s|ed)?\b", vec!["review"]),
            (r"\b(shall|must)\b.{0,60}\breviewed\b", vec!["reviewed"]),
            ("(plan|procedure)s?", vec!["plan", "procedure"]),
            ("(plan|x+)", vec![]),
            ("a.b", vec![]),
            ("(abc)?def", vec!["def"]),
            ("(abc){2}", vec!["abc"]),
            ("[a-z]+", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(needles(pattern), expected, "{pattern}");
        }
    }

    #[test]
    fn it_matches_as_the_pattern_alone_does() {
        for (pattern, text, is_match) in [
            (r"\b(shall|must)\b.{0,20}\breview", "it must be under review", true),
            (r"\b(shall|must)\b.{0,20}\breview", "it may be under review", false),
            (r"\b(shall|must)\b.{0,20}\breview", "it must be seen", false),
            (r"^\s*\d+\s*$", " 12 ", true),
            ("prufbericht|testbericht", "der prufbericht", true),
            ("(", "anything", false),
        ] {
            assert_eq!(LazyPattern::new(pattern).is_match(text), is_match, "{pattern} on {text}");
        }
    }
}
