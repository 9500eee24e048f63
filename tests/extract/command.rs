//! `crosswalk extract`: what it prints and how it exits.

use std::path::Path;
use std::process::{Command, Output};

use crate::inputs;

fn run(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_crosswalk")).arg("extract").args(arguments).current_dir(folder).output().unwrap()
}

#[test]
fn it_prints_the_text_with_form_feeds_between_pages() {
    let folder = tempfile::tempdir().unwrap();
    let pages = ["BT /F1 12 Tf 72 700 Td (First page words) Tj ET", "BT /F1 12 Tf 72 700 Td (Second page words) Tj ET"];
    std::fs::write(folder.path().join("a.pdf"), inputs::pdf(&pages)).unwrap();
    let output = run(&["a.pdf"], folder.path());
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "First page words\n\u{c}Second page words\n");
}

#[test]
fn it_prints_blocks_with_places() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.md"), "# Scope\n\nAll devices of the company.\n").unwrap();
    let output = run(&["a.md", "--format", "json"], folder.path());
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let block = json.get("blocks").and_then(|blocks| blocks.get(1)).unwrap();
    assert_eq!(block.get("text").unwrap(), "All devices of the company.");
    assert_eq!(block.pointer("/locator/heading_path/0").unwrap(), "Scope");
    assert_eq!(block.pointer("/locator/paragraph").unwrap(), 2);
    assert_eq!(json.get("title").unwrap(), "Scope");
}

#[test]
fn failures_are_one_sentence_and_the_right_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("empty.pdf"), b"").unwrap();
    std::fs::write(folder.path().join("fake.pdf"), b"words").unwrap();
    std::fs::write(folder.path().join("a\u{202e}\u{1b}[2J.pdf"), b"words").unwrap();
    let cases = [
        ("empty.pdf", 5, "Empty: the file has no bytes."),
        ("fake.pdf", 5, "Wrong type: named as PDF, but the content is plain text."),
        ("a\u{202e}\u{1b}[2J.pdf", 5, "a\\u{202e}\\u{1b}[2J.pdf"),
        ("missing.pdf", 2, "missing.pdf cannot be read: there is no such file."),
        (".", 2, "is not a file"),
    ];
    for (name, code, words) in cases {
        let output = run(&[name], folder.path());
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{name}: {stderr}");
        assert!(stderr.contains(words), "{name}: {stderr}");
        assert!(output.stdout.is_empty(), "{name}");
        assert!(!stderr.contains('\u{1b}'), "{name}");
    }
}

#[test]
fn the_reader_process_is_not_for_people() {
    let output = Command::new(env!("CARGO_BIN_EXE_crosswalk")).arg("extract-child").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}
