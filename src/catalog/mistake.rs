//! The catalog as texts, and the mistakes found in them.

use std::ops::Range;

/// One file of a catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogText {
    /// Path relative to the catalog's folder, `/`-separated: `iec-81001-5-1-2021/4.2.toml`.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Something wrong in a catalog file, with the place and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Path of the file as in [`CatalogText`].
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The bytes of the text that are meant.
    pub span: Range<usize>,
    /// What is wrong: one sentence without a full stop.
    pub message: String,
    /// What to do: one sentence. May be empty.
    pub help: String,
}

impl Mistake {
    /// A mistake at that place of that text.
    #[must_use]
    pub fn at(file: &str, text: &str, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Self {
        let start = floor_to_character(text, span.start);
        let end = floor_to_character(text, span.end).max(start);
        let before = &text[..start];
        Self {
            file: file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before.rsplit('\n').next().unwrap_or(before).chars().count() + 1,
            span: start..end,
            message: message.into(),
            help: help.into(),
        }
    }
}

impl std::fmt::Display for Mistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)
    }
}

/// The longest list of known words that is printed, in bytes.
const LONGEST_LIST: usize = 160;

/// The nearest of the known words, as a help sentence; else the list of them.
#[must_use]
pub fn did_you_mean<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    match nearest(word, known.iter().copied()) {
        Some(near) => format!("Did you mean `{near}`?"),
        None if known.is_empty() => String::new(),
        None => {
            let list = known.join(", ");
            // A longer list helps nobody who made a slip.
            if list.len() <= LONGEST_LIST { format!("Known are: {list}.") } else { String::new() }
        }
    }
}

/// The known word that is so near to this one that a slip of the pen explains the difference.
#[must_use]
pub fn nearest<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= (candidate.len().max(word.len()) / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn floor_to_character(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        let text = "ä = 1\nbö = 2\n";
        let mistake = Mistake::at("f.toml", text, 11..12, "wrong", "");
        assert_eq!((mistake.line, mistake.column), (2, 4));
        assert_eq!(Mistake::at("f.toml", text, 900..901, "wrong", "").line, 3);
    }

    #[test]
    fn near_words() {
        for (word, expected) in [("wieght", Some("weight")), ("weigth", Some("weight")), ("colour", None)] {
            assert_eq!(nearest(word, ["weight", "modal"]), expected);
        }
    }
}
