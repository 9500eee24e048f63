//! What limits a comparison, in sentences: whoever reads a change must know first what it can tell.

use crate::assessment::{Change, ChoiceChange};
use crate::catalog::{Catalog, Standard};
use crate::report::shown;

/// The sentences, what weighs most first.
pub(super) fn of(change: &Change, catalog: &Catalog) -> Vec<String> {
    let mut lines = Vec::new();
    let (was, is) = (&change.previous, &change.current);
    if change.source_changed {
        lines.push("The earlier review was of another place. Where the documents differ, that need not be a change of yours.".to_owned());
    }
    if !was.complete {
        lines.push(
            "The earlier review was incomplete. What it did not see may have been there, so new evidence need not be new.".to_owned(),
        );
    }
    if !is.complete {
        lines.push(
            "This review is incomplete. What it did not see may still be there, so nothing is called lost and no file is called gone."
                .to_owned(),
        );
    }
    if change.catalog_changed {
        let editions = if was.catalog.edition == is.catalog.edition {
            "its edition has the same name and another content".to_owned()
        } else {
            format!("{} → {}", shown(&was.catalog.edition), shown(&is.catalog.edition))
        };
        lines.push(format!(
            "The catalog is another ({editions}). A verdict that changed while its documents are the same changed by the catalog and not \
             by your documents; where both changed, both may have a part in it."
        ));
    }
    if change.engine_changed {
        lines.push(format!("The engine is another ({} → {}).", shown(&was.engine), shown(&is.engine)));
    }
    lines.extend(change.choice.iter().map(|choice| in_words(choice, catalog)));
    lines
}

fn in_words(choice: &ChoiceChange, catalog: &Catalog) -> String {
    let name = |id: &str| shown(catalog.standard(id).map_or(id, Standard::short_name));
    match choice {
        ChoiceChange::StandardAdded { standard } => format!("{} was not reviewed before.", name(standard)),
        ChoiceChange::StandardRemoved { standard } => format!("{} is not reviewed any more.", name(standard)),
        ChoiceChange::Profile { from, to } => format!("The profile is another ({} → {}).", shown(from), shown(to)),
        ChoiceChange::SafetyClass { from, to } => {
            format!("The software safety class is another ({} → {}).", from.letter(), to.letter())
        }
    }
}
