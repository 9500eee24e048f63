//! The walls of the house. Each rule of `ARCHITECTURE.md` that a machine can check is a test here, and tells a broken
//! rule with file, line and the reason for it. The checkers themselves are tested on small bad sources, so that a
//! wall that no longer stands is noticed.

#[cfg(test)]
#[path = "architecture/bans.rs"]
mod bans;
#[cfg(test)]
#[path = "architecture/floors.rs"]
mod floors;
#[cfg(test)]
#[path = "architecture/shape.rs"]
mod shape;
#[cfg(test)]
#[path = "architecture/source.rs"]
mod source;

use std::path::Path;
use std::process::Command;

use source::{SourceFile, Violation, all_sources};

/// The sentences of violations.
fn sentences(violations: &[Violation]) -> Vec<String> {
    violations.iter().map(ToString::to_string).collect()
}

fn hold(check: fn(&[SourceFile]) -> Vec<Violation>) {
    let told = sentences(&check(&all_sources()));
    assert!(told.is_empty(), "{} broken rules:\n{}", told.len(), told.join("\n"));
}

#[test]
fn imports_run_downwards() {
    hold(floors::check_imports);
}

#[test]
fn no_file_slips_past_the_floors() {
    hold(floors::check_loopholes);
}

#[test]
fn each_thing_is_named_only_in_its_room() {
    hold(bans::check_bans);
}

#[test]
fn the_clock_is_read_in_one_place() {
    hold(bans::check_single_clock_read);
}

#[test]
fn files_stay_small() {
    hold(shape::check_sizes);
}

#[test]
fn every_file_says_what_it_owns() {
    hold(shape::check_module_docs);
}

#[test]
fn modules_are_named_after_their_subject() {
    hold(shape::check_names);
}

#[test]
fn the_core_is_documented() {
    hold(shape::check_public_docs);
}

#[test]
fn the_port_toward_documents_cannot_write() {
    hold(shape::check_document_source);
}

#[test]
fn nothing_tracked_names_a_private_place() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // Untracked files count too: they are what the next commit adds.
    let listed = Command::new("git").args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(root).output();
    let Ok(listed) = listed.map_err(|e| e.to_string()).and_then(|out| if out.status.success() { Ok(out) } else { Err(String::new()) })
    else {
        eprintln!("SKIPPED nothing_tracked_names_a_private_place: this is no git checkout, so there is no list of tracked files");
        return;
    };
    let mut told = Vec::new();
    for name in listed.stdout.split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
        let name = String::from_utf8_lossy(name);
        // A file that is listed but gone is a deletion that is not committed yet.
        if let Ok(content) = std::fs::read(root.join(name.as_ref())) {
            told.extend(sentences(&shape::check_private_places(&name, &content)));
        }
    }
    assert!(told.is_empty(), "{} broken rules:\n{}", told.len(), told.join("\n"));
}
