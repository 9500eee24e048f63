//! Text as it may be shown: file names and quotes come from strangers, so nothing in them may act on the page, hide,
//! or turn the reading direction of what stands around them.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::assessment::Assessment;
use crate::evidence::SourceKind;

/// A text with every character that acts instead of being seen made visible, as `[U+202E]`: control characters,
/// direction marks, invisible characters and characters that XML 1.0 forbids. (Control pictures such as `␊` would be
/// shorter, but many fonts lack them.)
///
/// The result needs escaping for its format as any text does; it is safe to isolate, wrap and copy.
#[must_use]
pub fn shown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\0'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{fffe}'
            | '\u{ffff}'
            | '\u{e0000}'..='\u{e007f}' => {
                // Writing to a string cannot fail.
                let _ = write!(out, "[U+{:04X}]", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out
}

/// A file as it is named in a report. No `Debug`: the path is customer text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileShown {
    /// Its path, made harmless by [`shown`].
    pub path: String,
    /// The link that opens it in the customer's Drive; none for a folder.
    pub href: Option<String>,
}

/// Ids of Drive files by path, for links; empty when the source is a folder.
pub(crate) struct Links<'a> {
    file_ids: BTreeMap<&'a str, &'a str>,
}

impl<'a> Links<'a> {
    pub(crate) fn of(assessment: &'a Assessment) -> Self {
        let file_ids = match assessment.source.kind {
            SourceKind::Folder => BTreeMap::new(),
            SourceKind::Drive => {
                let in_ledger = assessment.ledger.iter().filter_map(|e| Some((e.path.as_str(), e.file_id.as_deref()?)));
                let quoted = assessment
                    .findings
                    .iter()
                    .flat_map(|f| &f.constraints)
                    .flat_map(crate::assessment::ConstraintFinding::counting_evidence);
                quoted.filter_map(|e| Some((e.path.as_str(), e.file_id.as_deref()?))).chain(in_ledger).collect()
            }
        };
        Self { file_ids }
    }

    pub(crate) fn file(&self, path: &str) -> FileShown {
        FileShown { path: shown(path), href: self.file_ids.get(path).map(|id| drive_link(id)) }
    }
}

/// The address that opens a Drive file for whoever may see it.
fn drive_link(file_id: &str) -> String {
    let mut link = String::from("https://drive.google.com/open?id=");
    for byte in file_id.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            link.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(link, "%{byte:02X}");
        }
    }
    link
}

/// `1 file`, `2 files`. Templates hand over some numbers by reference and some by value.
pub(crate) fn counted(count: impl Borrow<usize>, one: &str, many: &str) -> String {
    let count = *count.borrow();
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acting_characters_become_visible() {
        for (input, expected) in [
            ("plan.docx", "plan.docx"),
            ("a\nb\tc\0", "a[U+000A]b[U+0009]c[U+0000]"),
            ("invoice\u{202e}fdp.exe", "invoice[U+202E]fdp.exe"),
            ("\u{feff}x\u{200b}y\u{2066}z\u{2069}", "[U+FEFF]x[U+200B]y[U+2066]z[U+2069]"),
            ("\u{7f}\u{85}\u{ffff}", "[U+007F][U+0085][U+FFFF]"),
            ("Maßnahme – “Übung” 漢字", "Maßnahme – “Übung” 漢字"),
        ] {
            assert_eq!(shown(input), expected);
        }
    }

    #[test]
    fn ids_are_encoded() {
        assert_eq!(drive_link("1aB-_9"), "https://drive.google.com/open?id=1aB-_9");
        assert_eq!(drive_link("\"><x&y"), "https://drive.google.com/open?id=%22%3E%3Cx%26y");
    }
}
