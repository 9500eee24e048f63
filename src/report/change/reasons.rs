//! The reasons of a change in sentences. File names in them are made harmless; nothing of a file's text is in them.

use crate::assessment::{FileVersion, Reason};
use crate::report::shown;

/// One reason as a sentence.
pub(super) fn in_words(reason: &Reason) -> String {
    match reason {
        Reason::PassageGone { path, from, to } => {
            format!("The passage quoted before is no longer found in “{}” ({}).", shown(path), versions(from, to))
        }
        Reason::PassageFound { path, from, to } => {
            format!("A passage that was not quoted before is found in “{}” ({}).", shown(path), versions(from, to))
        }
        Reason::PassageOther { path, from, to } => {
            format!("“{}” changed ({}); another passage of it is quoted now.", shown(path), versions(from, to))
        }
        Reason::FileVanished { path } => format!("“{}”, which was quoted before, is not there any more.", shown(path)),
        Reason::FileNotSeen { path } => {
            format!("“{}”, which was quoted before, is not in this review; it may still be there.", shown(path))
        }
        Reason::FileNotRead { path, because } => {
            let because = shown(because);
            let because = if because.is_empty() { "No reason was recorded." } else { because.as_str() };
            format!("“{}” was read before and was not read now: {because}", shown(path))
        }
        Reason::FileNew { path } => format!("“{}” is new and gives evidence.", shown(path)),
        Reason::FileFirstSeen { path } => {
            format!("“{}” gives evidence; the earlier review, which was incomplete, did not see it.", shown(path))
        }
        Reason::FileReadNow { path } => format!("“{}” could be read now and could not be before.", shown(path)),
        Reason::FileRenamed { from, to } => format!("“{}” is now “{}”; its content is the same.", shown(from), shown(to)),
        Reason::HeldBack { path, by } => format!("What “{}” says is held back now by: {}.", shown(path), shown(by)),
        Reason::ReleasedFrom { path, by } => format!("What “{}” says is no longer held back by: {}.", shown(path), shown(by)),
        Reason::CatalogChanged => "The catalog is another, not the documents behind this verdict.".to_owned(),
        Reason::EngineChanged => "The engine is another, not the documents behind this verdict.".to_owned(),
        Reason::ChoiceChanged => "Something else was chosen to be reviewed.".to_owned(),
        Reason::ReviewIncomplete => "This review is incomplete, so this proves nothing to be lost.".to_owned(),
        Reason::PreviousIncomplete => "The earlier review was incomplete, so this may have been there before.".to_owned(),
        Reason::NothingRead => "No document was read this time.".to_owned(),
    }
}

/// From which state to which: `revision 13 → 14`, or that the checksum is another.
pub(super) fn versions(from: &FileVersion, to: &FileVersion) -> String {
    match (&from.revision, &to.revision) {
        (Some(from), Some(to)) if from != to => format!("revision {} → {}", shown(from), shown(to)),
        (Some(_) | None, Some(_) | None) => match (&from.sha256, &to.sha256) {
            (Some(from), Some(to)) => format!("checksum {} → {}", head(from), head(to)),
            (Some(_) | None, Some(_) | None) => "its content changed".to_owned(),
        },
    }
}

/// The first digits, enough to tell two apart.
fn head(sha256: &str) -> String {
    shown(sha256).chars().take(8).collect()
}
