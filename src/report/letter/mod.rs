//! Letters to customers: what is worth telling them, and the words of it as plain text and as HTML. A letter holds counts, dates and links
//! and never the name of a document, a quote, or anything else out of a Drive: it travels through hands that are not ours. Who gets one and
//! when is decided elsewhere.

mod layout;
mod words;

use url::Url;

use crate::account::Notice;

/// A letter without an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterText {
    /// Subject, on one line.
    pub subject: String,
    /// As plain text, in lines of at most 72 characters but for links.
    pub text: String,
    /// The same words as a page without script, picture or anything else that is fetched.
    pub html: String,
}

/// The letter that tells of something. Links begin with the address under which people reach the service.
#[must_use]
pub fn letter(notice: &Notice, public_url: &Url) -> LetterText {
    let words = words::of(notice, public_url);
    LetterText { text: layout::text(&words), html: layout::html(&words), subject: words.subject }
}
