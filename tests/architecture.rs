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

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use source::{SourceFile, Violation, all_sources};

/// The sentences of violations.
fn sentences(violations: &[Violation]) -> Vec<String> {
    violations.iter().map(ToString::to_string).collect()
}

/// A checker: takes all sources, gives what is broken.
type Check = fn(&[SourceFile]) -> Vec<Violation>;

/// Every wall with its checker. The sources are read once for all of them.
const WALLS: &[(&str, Check)] = &[
    ("imports", floors::check_imports),
    ("loopholes", floors::check_loopholes),
    ("bans", bans::check_bans),
    ("clock", bans::check_single_clock_read),
    ("sizes", shape::check_sizes),
    ("module docs", shape::check_module_docs),
    ("names", shape::check_names),
    ("public docs", shape::check_public_docs),
    ("read-only port", shape::check_document_source),
];

static TOLD: LazyLock<BTreeMap<&str, Vec<String>>> = LazyLock::new(|| {
    let sources = all_sources();
    WALLS.iter().map(|(name, check)| (*name, sentences(&check(&sources)))).collect()
});

fn hold(wall: &str) {
    let told = &TOLD[wall];
    assert!(told.is_empty(), "{} broken rules:\n{}", told.len(), told.join("\n"));
}

#[test]
fn imports_run_downwards() {
    hold("imports");
}

#[test]
fn no_file_slips_past_the_floors() {
    hold("loopholes");
}

#[test]
fn each_thing_is_named_only_in_its_room() {
    hold("bans");
}

#[test]
fn the_clock_is_read_in_one_place() {
    hold("clock");
}

#[test]
fn files_stay_small() {
    hold("sizes");
}

#[test]
fn every_file_says_what_it_owns() {
    hold("module docs");
}

#[test]
fn modules_are_named_after_their_subject() {
    hold("names");
}

#[test]
fn the_core_is_documented() {
    hold("public docs");
}

#[test]
fn the_port_toward_documents_cannot_write() {
    hold("read-only port");
}

#[test]
fn the_book_tells_of_the_house_as_it_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let book = std::fs::read_to_string(root.join("ARCHITECTURE.md")).unwrap();
    let mut tests: String = all_sources().iter().map(|source| source.text.as_str()).collect();
    let mut folders = vec![root.join("tests")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                tests.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    let mut told = floors::check_documented_floors(&book);
    told.extend(floors::check_guards(&book, &tests));
    assert!(told.is_empty(), "{}", told.join("\n"));
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
