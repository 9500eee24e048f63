//! The audit-defence text of a clause with the found documents put in. What was not found stays a visible blank: a
//! text that reads as finished must not claim what nobody saw.

use std::collections::BTreeSet;

use crate::assessment::Finding;
use crate::report::shown::Links;
use crate::report::{FileShown, shown};

/// A piece of an audit-defence text. No `Debug`: paths are customer text.
#[derive(Clone, PartialEq, Eq)]
pub enum DefensePart {
    /// Words of the catalog.
    Text(String),
    /// A found document.
    Document(FileShown),
    /// A blank for the reader to fill, in brackets.
    Blank(String),
}

/// Fills `template`, whose placeholders are `{doc:ROLE}` and `{anything else}`, with those files that both gave
/// evidence for the clause and have the role by their name.
pub(crate) fn fill(template: &str, finding: &Finding, links: &Links<'_>) -> Vec<DefensePart> {
    let quoted: BTreeSet<&str> =
        finding.constraints.iter().flat_map(crate::assessment::ConstraintFinding::counting_evidence).map(|e| e.path.as_str()).collect();
    let mut parts = Vec::new();
    let mut rest = template.trim();
    while let Some((before, placeholder, after)) = next_placeholder(rest) {
        push_text(&mut parts, before);
        if let Some(role) = placeholder.strip_prefix("doc:") {
            let mut found: Vec<&str> =
                finding.candidates.iter().filter(|c| c.signal == role).map(|c| c.path.as_str()).filter(|p| quoted.contains(p)).collect();
            found.sort_unstable();
            found.dedup();
            if found.is_empty() {
                parts.push(DefensePart::Blank(format!("[{}: to be named]", spaced(role))));
            }
            for (index, path) in found.iter().enumerate() {
                if index > 0 {
                    parts.push(DefensePart::Text(if index + 1 == found.len() { " and ".into() } else { ", ".into() }));
                }
                parts.push(DefensePart::Document(links.file(path)));
            }
        } else {
            parts.push(DefensePart::Blank(format!("[{}: to be filled in]", spaced(placeholder))));
        }
        rest = after;
    }
    push_text(&mut parts, rest);
    parts
}

fn next_placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let (before, tail) = text.split_once('{')?;
    let (placeholder, after) = tail.split_once('}')?;
    Some((before, placeholder, after))
}

fn push_text(parts: &mut Vec<DefensePart>, text: &str) {
    if !text.is_empty() {
        // The catalog breaks its lines for the author's editor; a report breaks its own.
        parts.push(DefensePart::Text(shown(&text.replace('\n', " "))));
    }
}

fn spaced(name: &str) -> String {
    shown(name).replace(['-', '_'], " ")
}
