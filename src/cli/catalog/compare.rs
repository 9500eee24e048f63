//! `crosswalk catalog diff`.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::json;

use crate::catalog::{Catalog, Difference, Weight, difference};
use crate::cli::Failure;
use crate::cli::catalog::{Format, open};

/// The name by which the built-in catalog is meant.
const BUILT_IN: &str = "built-in";

/// What changed in meaning between two catalogs.
pub(super) fn run(old: &Path, new: &Path, format: Format) -> Result<String, Failure> {
    let (old, new) = (opened(old)?, opened(new)?);
    let found = difference(&old, &new);
    Ok(match format {
        Format::Text => as_text(&old, &new, &found),
        Format::Json => as_json(&old, &new, &found),
    })
}

fn opened(path: &Path) -> Result<Catalog, Failure> {
    let path = if path == Path::new(BUILT_IN) { None } else { Some(path) };
    Ok(open(path, false)?.0)
}

fn as_text(old: &Catalog, new: &Catalog, found: &Difference) -> String {
    let mut out = format!(
        "{} ({}) to {} ({})\n",
        old.identity.edition,
        short(&old.identity.sha256),
        new.identity.edition,
        short(&new.identity.sha256)
    );
    if found.changes.is_empty() && found.concepts.is_empty() {
        out.push_str("Nothing changed in meaning.\n");
        return out;
    }
    for (weight, heading) in [
        (Weight::Asks, "What is asked changed"),
        (Weight::Judges, "The same is asked; verdicts may differ"),
        (Weight::Tells, "Only texts and mappings changed"),
    ] {
        let changes: Vec<_> = found.changes.iter().filter(|c| c.weight == weight).collect();
        if changes.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n{heading}");
        for change in changes {
            let _ = writeln!(out, "  {}: {}", change.clause, change.what);
        }
    }
    if !found.concepts.is_empty() {
        let _ = writeln!(out, "\nConcepts with other terms ({}): {}", found.concepts.len(), found.concepts.join(", "));
    }
    if !found.unraised.is_empty() {
        let _ = writeln!(out, "\nMeaning changed, but `rev` was not raised: {}", found.unraised.join(", "));
    }
    out
}

fn short(sha256: &str) -> &str {
    sha256.get(..12).unwrap_or(sha256)
}

fn as_json(old: &Catalog, new: &Catalog, found: &Difference) -> String {
    let changes: Vec<_> = found.changes.iter().map(|c| json!({ "clause": c.clause, "weight": c.weight.word(), "what": c.what })).collect();
    let document = json!({
        "old": { "edition": old.identity.edition, "sha256": old.identity.sha256 },
        "new": { "edition": new.identity.edition, "sha256": new.identity.sha256 },
        "changes": changes,
        "concepts": found.concepts,
        "rev_not_raised": found.unraised,
    });
    format!("{document:#}\n")
}
