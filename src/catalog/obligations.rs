//! What a requirement of the user's own asks for, by its words: the single obligations of its text, and the kind of
//! document that its title names.

use std::ops::Range;

use crate::catalog::{ClauseKind, fold};

/// Words that a part has at least; less is no obligation of its own.
const FEWEST_WORDS: usize = 3;
/// Parts of one requirement; a longer list is read as a whole.
const MOST_PARTS: usize = 8;

/// Verbs, folded, with which requirements say what is to be done.
#[rustfmt::skip]
const VERBS: &[&str] = &[
    "account", "address", "analyse", "analyze", "appoint", "approve", "archive", "assess", "assign", "audit", "authorise", "authorize",
    "back", "carry", "change", "check", "classify", "collect", "communicate", "compare", "conduct", "consider", "control", "coordinate",
    "correct", "create", "decide", "define", "deploy", "derive", "describe", "destroy", "detect", "determine", "develop", "disable",
    "dispose", "disclose", "distribute", "document", "encrypt", "enforce", "ensure", "establish", "evaluate", "examine", "give", "grant",
    "handle", "identify", "implement", "inform", "inspect", "integrate", "investigate", "justify", "keep", "label", "limit", "list", "log",
    "maintain", "make", "manage", "measure", "mitigate", "modify", "monitor", "name", "notify", "obtain", "perform", "plan", "prepare",
    "prevent", "protect", "prove", "provide", "publish", "qualify", "reassess", "record", "reconsider", "reduce", "re-evaluate", "release",
    "remediate", "remove", "report", "require", "resolve", "respond", "restore", "restrict", "retain", "retest", "review", "revise",
    "revoke", "scan", "select", "separate", "set", "show", "specify", "state", "store", "tell", "test", "trace", "track", "train",
    "update", "use", "validate", "verify", "withdraw", "write",
];

/// Heads of titles that name a kind of document, folded, with what can then be evidence.
const KINDS: &[(&[&str], ClauseKind)] = &[
    (
        &[
            "report",
            "reports",
            "record",
            "records",
            "results",
            "minutes",
            "evidence",
            "bericht",
            "berichte",
            "protokoll",
            "protokolle",
            "aufzeichnung",
            "aufzeichnungen",
            "nachweis",
            "nachweise",
            "ergebnisse",
        ],
        ClauseKind::Record,
    ),
    (&["register", "inventory", "list", "verzeichnis", "liste", "inventar"], ClauseKind::List),
];

/// Words that end the head of a title: what follows says of what.
const OF_WHAT: &[&str] =
    &["of", "for", "on", "in", "to", "from", "with", "about", "that", "which", "zu", "zur", "zum", "von", "der", "des", "ueber", "fuer"];

/// The kind of document that a title asks for by its head: "Unit testing report" asks for a record, not for the plan that
/// announces it.
pub(in crate::catalog) fn kind_asked_for(title: &str) -> Option<ClauseKind> {
    let folded = fold(title);
    let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let end = words.iter().position(|word| OF_WHAT.contains(word)).unwrap_or(words.len());
    let head = words[..end].last()?;
    KINDS.iter().find(|(heads, _)| heads.contains(head)).map(|(_, kind)| *kind)
}

/// The single obligations of a requirement, as it words them. None if it has only one.
pub(in crate::catalog) fn obligations(text: &str) -> Vec<String> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    for sentence in sentences(text) {
        let mut start = sentence.start;
        for at in verbs(&text[sentence.clone()]).into_iter().map(|at| sentence.start + at) {
            // What is too short to be an obligation belongs to what follows.
            if is_whole(&text[start..at]) && is_whole(&text[at..sentence.end]) {
                parts.push(start..at);
                start = at;
            }
        }
        if is_whole(&text[start..sentence.end]) {
            parts.push(start..sentence.end);
        } else if let Some(last) = parts.last_mut().filter(|last| last.end == start) {
            last.end = sentence.end;
        }
    }
    if parts.len() < 2 || parts.len() > MOST_PARTS { Vec::new() } else { parts.into_iter().map(|part| tidy(&text[part])).collect() }
}

/// Sentences and what semicolons and line ends divide.
fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let ends = match byte {
            b';' | b'\n' => true,
            // "e.g." and "9.2" go on: a sentence ends before a space and a capital.
            b'.' => {
                let rest = &text[at + 1..];
                rest.starts_with(' ') && rest.trim_start().starts_with(char::is_uppercase) && !ends_in_abbreviation(&text[start..at])
            }
            _ => false,
        };
        if ends {
            found.push(start..at + 1);
            start = at + 1;
        }
    }
    found.push(start..text.len());
    found
}

fn ends_in_abbreviation(text: &str) -> bool {
    let last = text.rsplit(' ').next().unwrap_or_default();
    last.len() <= 3 || last.contains('.')
}

/// Places where a comma or "and" is followed by a verb of obligation, or by a row of such verbs with one object.
fn verbs(sentence: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut until = 0;
    for (at, _) in sentence.match_indices([',', ' ']) {
        let Some(joint) = JOINTS.iter().find(|joint| sentence[at..].starts_with(**joint)) else { continue };
        let from = at + joint.len();
        if from < until || found.last().is_some_and(|last| from <= *last) {
            continue;
        }
        let end = end_of_verbs(sentence, from);
        if end > from && !is_noun(&sentence[end..]) {
            found.push(from);
            until = end;
        }
    }
    found
}

/// What joins one obligation to the next.
const JOINTS: [&str; 5] = [", and ", ", then ", ", ", " and ", " und "];

/// Where the row of verbs ends that begins there ("create, modify and remove"); the same place if there is none.
fn end_of_verbs(sentence: &str, from: usize) -> usize {
    let mut end = from;
    let mut start = from;
    loop {
        let rest = &sentence[start..];
        let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '-')).unwrap_or(rest.len());
        if length == 0 || !VERBS.contains(&fold(&rest[..length]).as_str()) {
            return end;
        }
        end = start + length;
        let Some(joint) = JOINTS.iter().chain(&[" or "]).find(|joint| sentence[end..].starts_with(**joint)) else { return end };
        start = end + joint.len();
    }
}

/// "and record keeping", "and test results", "and approve.": what could be a verb is part of a noun, or has no object.
fn is_noun(rest: &str) -> bool {
    const AFTER_NOUNS: [&str; 14] =
        ["of", "and", "or", "are", "is", "keeping", "results", "plan", "plans", "reports", "records", "number", "numbers", "procedures"];
    let rest = rest.trim_end_matches(['.', ',', ';', ' ']);
    let Some(next) = rest.strip_prefix(' ') else { return true };
    next.split([' ', ',', '.']).next().is_none_or(|word| word.is_empty() || AFTER_NOUNS.contains(&word))
}

/// Whether there are enough words for an obligation.
fn is_whole(part: &str) -> bool {
    part.split_whitespace().filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() >= 3 && *word != "and").count() >= FEWEST_WORDS
}

/// The words of a part without what joined it to the others.
fn tidy(part: &str) -> String {
    let mut text = part.trim().trim_end_matches([',', ';', '.']).trim_end();
    for joint in [" and", ", and", ", then", ","] {
        text = text.strip_suffix(joint).unwrap_or(text).trim_end();
    }
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_with_several_verbs_is_several_obligations() {
        let parts = obligations(
            "Define the types of accounts allowed, assign account managers, require approval for creating accounts, create, modify, \
             disable and remove them under a procedure, and review them for compliance at a set frequency.",
        );
        assert_eq!(
            parts,
            [
                "Define the types of accounts allowed",
                "Assign account managers",
                "Require approval for creating accounts",
                "Create, modify, disable and remove them under a procedure",
                "Review them for compliance at a set frequency",
            ]
        );
        let parts = obligations("For every problem found in the software a report is made. It states type, scope and criticality.");
        assert_eq!(parts.len(), 2, "{parts:?}");
        let parts = obligations("Lieferanten werden vor der ersten Bestellung bewertet; die Bewertung wird jedes Jahr wiederholt.");
        assert_eq!(parts.len(), 2, "{parts:?}");
    }

    #[test]
    fn one_obligation_is_not_split() {
        for one in [
            "Evaluate integration test procedures for correctness.",
            "Unit level testing report",
            "State who may enter, e.g. by name and record number of the badge.",
            "Keep plans and records of tests.",
            "Verify, review and approve.",
        ] {
            assert_eq!(obligations(one), Vec::<String>::new(), "{one}");
        }
    }

    #[test]
    fn a_title_names_the_kind_by_its_head() {
        assert_eq!(kind_asked_for("Unit level testing report"), Some(ClauseKind::Record));
        assert_eq!(kind_asked_for("Record of unauthorised disclosures"), Some(ClauseKind::Record));
        assert_eq!(kind_asked_for("Inventory of system components"), Some(ClauseKind::List));
        assert_eq!(kind_asked_for("Audit record retention"), None);
        assert_eq!(kind_asked_for("Control of records"), None);
        assert_eq!(kind_asked_for("Verzeichnis der Werkzeuge"), Some(ClauseKind::List));
    }
}
