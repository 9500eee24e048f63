//! Plain words for terms of the field: small makers say "foreign software" and mean SOUP. Their text is also read with the
//! field's term in the place of the plain words, so that every concept knows both. Only for finding concepts: what is
//! quoted is always the text itself.

use aho_corasick::{AhoCorasick, MatchKind};

/// Most letters of an ending that a plain word may have.
const ENDING: usize = 2;

/// The plain words of a lexicon, ready to be replaced.
#[derive(Debug, Clone)]
pub(super) struct PlainWords {
    phrases: Option<AhoCorasick>,
    /// The field's term for each phrase.
    terms: Vec<String>,
}

impl PlainWords {
    /// Prepares pairs of a field's term and the plain words for it, all folded.
    pub(super) fn new(pairs: &[(String, Vec<String>)]) -> Self {
        let phrases: Vec<&String> = pairs.iter().flat_map(|(_, words)| words).collect();
        let terms = pairs.iter().flat_map(|(term, words)| words.iter().map(|_| term.clone())).collect();
        let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&phrases);
        Self { phrases: automaton.ok().filter(|_| !phrases.is_empty()), terms }
    }

    /// A folded text with the field's terms in the place of plain words; nothing if it holds none. A phrase counts as
    /// whole words, and its last word may take a short ending.
    pub(super) fn in_terms(&self, folded: &str) -> Option<String> {
        let phrases = self.phrases.as_ref()?;
        let is_letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        let bytes = folded.as_bytes();
        let mut out = String::new();
        let mut copied = 0;
        for hit in phrases.find_iter(folded) {
            if is_letter(hit.start().checked_sub(1).and_then(|before| bytes.get(before))) {
                continue;
            }
            let ending = bytes[hit.end()..].iter().take_while(|b| b.is_ascii_alphanumeric()).count();
            if ending > ENDING {
                continue;
            }
            out.push_str(&folded[copied..hit.start()]);
            out.push_str(&self.terms[hit.pattern().as_usize()]);
            copied = hit.end() + ending;
        }
        if copied == 0 {
            return None;
        }
        out.push_str(&folded[copied..]);
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_with_a_short_ending() {
        let words = PlainWords::new(&[
            ("soup".into(), vec!["foreign software".into()]),
            ("vulnerability".into(), vec!["weakness".into(), "schwachstelle".into()]),
        ]);
        assert_eq!(words.in_terms("all foreign software is listed").as_deref(), Some("all soup is listed"));
        assert_eq!(words.in_terms("weaknesses and schwachstellen").as_deref(), Some("vulnerability and vulnerability"));
        assert_eq!(words.in_terms("schwachstellenanalyse"), None);
        assert_eq!(words.in_terms("nothing here"), None);
        assert_eq!(PlainWords::new(&[]).in_terms("foreign software"), None);
    }
}
