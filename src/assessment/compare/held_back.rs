//! What holds a passage back in one review and not in the other: that its document became a draft, say. Only the best passage of a
//! constraint says what held it back, so only of its file something is told.

use crate::assessment::Reason;
use crate::assessment::compare::files::{Files, is_same_content};
use crate::assessment::compare::grounds::{Pair, counting, holds};
use crate::assessment::veto::Veto;

/// What holds the constraint back now in a file that it was quoted from before.
pub(super) fn now(files: &Files<'_>, pair: &Pair<'_>) -> Vec<Reason> {
    let Some(best) = pair.after.evidence.first() else { return Vec::new() };
    let Some((before, after)) = files.before(&best.path) else { return Vec::new() };
    let was_quoted = counting(pair.before).any(|e| e.path == before.path);
    if !was_quoted || (is_same_content(before, after) && before.path == after.path) {
        return Vec::new();
    }
    let is_same_passage = holds(pair.before, &before.path, best);
    fresh(&pair.after.components.vetoes, &pair.before.components.vetoes, is_same_passage)
        .map(|by| Reason::HeldBack { path: after.path.clone(), by })
        .collect()
}

/// What held the constraint back before in a file that it is quoted from now.
pub(super) fn no_more(files: &Files<'_>, pair: &Pair<'_>) -> Vec<Reason> {
    let Some(best) = pair.before.evidence.first() else { return Vec::new() };
    let Some((before, after)) = files.now(&best.path) else { return Vec::new() };
    let is_quoted = counting(pair.after).any(|e| e.path == after.path);
    if !is_quoted || (is_same_content(before, after) && before.path == after.path) {
        return Vec::new();
    }
    let is_same_passage = holds(pair.after, &after.path, best);
    fresh(&pair.before.components.vetoes, &pair.after.components.vetoes, is_same_passage)
        .map(|by| Reason::ReleasedFrom { path: after.path.clone(), by })
        .collect()
}

/// The vetoes of one review that the other has not. Of another passage only those count that are of the document as a whole.
fn fresh<'a>(of: &'a [String], other: &'a [String], is_same_passage: bool) -> impl Iterator<Item = String> + 'a {
    of.iter().filter(|word| !other.contains(word)).filter(move |word| is_same_passage || is_of_document(word)).cloned()
}

fn is_of_document(word: &str) -> bool {
    let states = [Veto::Obsolete, Veto::Draft, Veto::PartlyBlank].map(Veto::word);
    states.iter().any(|state| state == word) || word.starts_with("kind of document: ")
}
