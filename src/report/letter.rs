//! The words of letters.

use url::Url;

use crate::account::Notice;

/// A letter in words.
pub struct LetterText {
    /// Subject.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// Words a notice.
#[must_use]
pub fn letter(notice: &Notice, public_url: &Url) -> LetterText {
    LetterText { subject: format!("Crosswalk: {}", notice.word()), text: public_url.to_string(), html: String::new() }
}
