//! Quotes: verbatim runs of a document's text, checked before they can exist.

use std::borrow::Cow;

use serde::Serialize;

use crate::evidence::Block;

/// Shortest quote, in characters.
pub const MIN_QUOTE_CHARS: usize = 20;
/// Longest quote, in characters.
pub const MAX_QUOTE_CHARS: usize = 300;

/// Why a text may not be used as a quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuoteRefused {
    /// Fewer than [`MIN_QUOTE_CHARS`] characters.
    TooShort,
    /// More than [`MAX_QUOTE_CHARS`] characters.
    TooLong,
    /// Not one contiguous run of the block's text.
    NotVerbatim,
}

/// A verbatim run of one block's text, 20 to 300 characters, white space normalised.
///
/// Invariant: it can only be made by [`Quote::of`], which compares it with the block. No `Debug`: customer text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Quote(String);

impl Quote {
    /// Makes a quote of `text`, if it stands in `blocks` as one contiguous run (the blocks joined by a space).
    ///
    /// # Errors
    /// Says which rule the text breaks.
    pub fn of(text: &str, blocks: &[&Block]) -> Result<Self, QuoteRefused> {
        let text = normalise_white_space(text);
        let count = text.chars().count();
        if count < MIN_QUOTE_CHARS {
            return Err(QuoteRefused::TooShort);
        }
        if count > MAX_QUOTE_CHARS {
            return Err(QuoteRefused::TooLong);
        }
        let joined = blocks.iter().map(|b| normalise_white_space(&b.text)).collect::<Vec<_>>().join(" ");
        if joined.contains(text.as_ref()) { Ok(Self(text.into_owned())) } else { Err(QuoteRefused::NotVerbatim) }
    }

    /// The words.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Every run of white space as one space, none at the ends.
#[must_use]
pub fn normalise_white_space(text: &str) -> Cow<'_, str> {
    let mut previous_blank = true;
    let is_clean = text.chars().all(|c| {
        let blank = c.is_whitespace();
        let clean = !blank || (c == ' ' && !previous_blank);
        previous_blank = blank;
        clean
    });
    if is_clean && !text.ends_with(' ') {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{BlockKind, Locator, Visibility};

    fn block(text: &str) -> Block {
        Block {
            kind: BlockKind::Paragraph,
            text: text.into(),
            locator: Locator::default(),
            visibility: Visibility::Visible,
            is_italic: false,
        }
    }

    #[test]
    fn a_quote_is_one_verbatim_run() {
        let b = block("Each threat is scored with CVSS and recorded in the register.");
        assert!(Quote::of("threat is  scored with\nCVSS", &[&b]).is_ok());
        assert_eq!(Quote::of("threat is rated with CVSS", &[&b]).err(), Some(QuoteRefused::NotVerbatim));
        assert_eq!(Quote::of("scored", &[&b]).err(), Some(QuoteRefused::TooShort));
        assert_eq!(Quote::of(&"x".repeat(301), &[&b]).err(), Some(QuoteRefused::TooLong));
    }

    #[test]
    fn white_space_is_normalised() {
        assert_eq!(normalise_white_space(" a \n b\u{a0}c "), "a b c");
        assert_eq!(normalise_white_space("a b"), "a b");
        assert_eq!(normalise_white_space("a "), "a");
    }
}
