//! What must hold of every review, whatever the documents: seen from outside, on the built program.

#[cfg(test)]
#[path = "support/program.rs"]
mod program;
#[cfg(test)]
#[path = "support/tree.rs"]
mod tree;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use program::crosswalk;
use serde_json::Value;
use tree::Tree;

const DOCUMENTS: &[(&str, &str)] = &[
    (
        "SOP-07 Security risk management.md",
        "# Security risk management\n\nEach threat shall be scored with CVSS and recorded in the threat register before release.\n\n\
         The security risk manager shall review every residual risk and shall document the acceptance.\n",
    ),
    (
        "Plans/Maintenance plan.md",
        "# Software maintenance plan\n\nSecurity updates shall be delivered to users within 30 days. The plan names who is responsible.\n",
    ),
    (
        "Records/SOUP list.csv",
        "Name;Version;Manufacturer;Known anomalies\nzlib;1.3.1;zlib.net;reviewed 2026-03-01\nOpenSSL;3.0.14;OpenSSL;reviewed 2026-03-01\n",
    ),
    ("Protokolle/Prüfung.txt", "Die Bedrohungsanalyse wurde am 3. März 2026 durchgeführt und von der Leitung freigegeben.\n"),
];

fn review(tree: &Tree, source: &str, out: &str, threads: &str) -> String {
    let ran = crosswalk(tree.root(), &["review", source, "--out", out, "--threads", threads], &[]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    std::fs::read_to_string(tree.at(out).join("review.json")).expect("a report")
}

fn parsed(review: &str) -> Value {
    serde_json::from_str(review).expect("review.json is JSON")
}

/// Documents below `QMS/`.
fn company(documents: &[(&str, &str)]) -> Tree {
    let tree = Tree::with(&[]);
    add(&tree, "QMS", documents);
    tree
}

fn add(tree: &Tree, folder: &str, documents: &[(&str, &str)]) {
    for (path, content) in documents {
        let place = tree.at(folder).join(path);
        std::fs::create_dir_all(place.parent().expect("below the folder")).expect("a folder");
        std::fs::write(place, content).expect("a file");
    }
}

#[test]
fn the_same_documents_give_the_same_bytes() {
    let tree = company(DOCUMENTS);
    let first = review(&tree, "QMS", "first", "1");
    assert_eq!(first, review(&tree, "QMS", "second", "4"), "the number of threads shows");
    let absolute = tree.at("QMS");
    assert_eq!(first, review(&tree, &absolute.to_string_lossy(), "third", "2"), "the path as given shows");
    let elsewhere = Tree::with(&[]);
    let backwards: Vec<(&str, &str)> = DOCUMENTS.iter().rev().copied().collect();
    add(&elsewhere, "another name/for it", &backwards);
    assert_eq!(first, review(&elsewhere, "another name/for it", "out", "3"), "the place, or the order in which files were made, shows");
}

/// What is said of each file: its ledger line and every quote from it, by clause and constraint.
fn said_of_files(review: &Value) -> BTreeMap<String, Vec<String>> {
    let mut said: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in review["ledger"].as_array().expect("a ledger") {
        said.entry(entry["path"].as_str().expect("a path").into()).or_default().push(entry.to_string());
    }
    for finding in review["findings"].as_array().expect("findings") {
        for constraint in finding["constraints"].as_array().expect("constraints") {
            for evidence in constraint["evidence"].as_array().expect("evidence") {
                let path = evidence["path"].as_str().expect("a path").into();
                said.entry(path).or_default().push(format!("{} {} {evidence}", finding["clause"], constraint["id"]));
            }
        }
    }
    said
}

#[test]
fn another_file_changes_nothing_that_is_said_of_the_others() {
    let tree = company(DOCUMENTS);
    let before = said_of_files(&parsed(&review(&tree, "QMS", "before", "2")));
    add(
        &tree,
        "QMS",
        &[("Canteen/Menu.md", "# Menu\n\nOn Monday there is soup, and the cook is responsible for the updates of this list.\n")],
    );
    let mut after = said_of_files(&parsed(&review(&tree, "QMS", "after", "2")));
    after.remove("Canteen/Menu.md").expect("the new file is in the ledger");
    assert!(before.values().any(|lines| lines.len() > 1), "the sample must give some evidence, or this shows nothing");
    assert_eq!(before, after);
}

#[test]
fn every_quote_stands_in_its_document_and_is_neither_short_nor_long() {
    let tree = company(DOCUMENTS);
    let result = parsed(&review(&tree, "QMS", "out", "2"));
    let mut quotes = 0;
    for finding in result["findings"].as_array().expect("findings") {
        for constraint in finding["constraints"].as_array().expect("constraints") {
            let evidence = constraint["evidence"].as_array().expect("evidence");
            assert!(constraint["verdict"] != "supported" || !evidence.is_empty(), "supported without a quote: {constraint}");
            for one in evidence {
                let quote = one["quote"].as_str().expect("a quote");
                let text = std::fs::read_to_string(tree.at("QMS").join(one["path"].as_str().expect("a path"))).expect("a document");
                // Cells of a table are joined by white space only.
                let words = |text: &str| text.replace([';', '#'], " ").split_whitespace().collect::<Vec<_>>().join(" ");
                assert!(words(&text).contains(&words(quote)), "{quote:?} does not stand in {}", one["path"]);
                assert!((20..=300).contains(&quote.chars().count()), "{quote:?}");
                quotes += 1;
            }
        }
    }
    assert!(quotes > 0);
}

#[test]
fn every_clause_is_answered_and_those_without_an_entry_never_above_weak() {
    let tree = company(DOCUMENTS);
    let result = parsed(&review(&tree, "QMS", "out", "2"));
    let findings = result["findings"].as_array().expect("findings");
    assert!(findings.len() > 50, "only {} clauses of IEC 81001-5-1 are answered", findings.len());
    for finding in findings.iter().filter(|f| f["stage"] == "structure") {
        assert_ne!(finding["status"], "supported", "{}", finding["clause"]);
    }
}

/// Every file below a folder.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found
}

/// Each document holds a sentence that is evidence for nothing. It must be found nowhere but in the document.
#[test]
fn no_text_of_a_document_is_left_on_disk() {
    let canary = |number: usize| format!("zanzibar{number}quokka");
    let documents: Vec<(&str, String)> = DOCUMENTS
        .iter()
        .enumerate()
        .map(|(number, (path, text))| {
            // Far from all that is evidence, in a paragraph (or row) of its own.
            (*path, format!("{text}\n\nThe {} likes mango.\n", canary(number)))
        })
        .collect();
    let tree = Tree::with(&[("home/keep", ""), ("temporary/keep", "")]);
    add(&tree, "QMS", &documents.iter().map(|(path, text)| (*path, text.as_str())).collect::<Vec<_>>());
    let (home, temporary) = (tree.at("home"), tree.at("temporary"));
    let places = [("HOME", home.to_str().expect("UTF-8")), ("TMPDIR", temporary.to_str().expect("UTF-8"))];
    let ran = crosswalk(tree.root(), &["review", "QMS", "--out", "out"], &places);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let mut written = 0;
    for path in files_below(tree.root()).into_iter().filter(|path| !path.starts_with(tree.at("QMS"))) {
        let bytes = std::fs::read(&path).expect("a written file");
        written += 1;
        for number in 0..DOCUMENTS.len() {
            let canary = canary(number);
            assert!(!bytes.windows(canary.len()).any(|w| w == canary.as_bytes()), "{} holds text of a document", path.display());
        }
    }
    assert!(written > 3, "the reports were searched");
    for stream in [&ran.stdout, &ran.stderr] {
        assert!(!stream.contains("quokka"), "text of a document is printed");
    }
}

#[test]
fn a_second_review_does_not_take_the_first_ones_report_for_evidence() {
    let tree = company(DOCUMENTS);
    review(&tree, "QMS", "QMS/crosswalk-report", "2");
    review(&tree, "QMS", "QMS/Quality/november", "2");
    let again = parsed(&review(&tree, "QMS", "out", "2"));
    for entry in again["ledger"].as_array().expect("a ledger") {
        let path = entry["path"].as_str().expect("a path");
        let is_report = path.starts_with("crosswalk-report/") || path.starts_with("Quality/november/");
        assert_eq!(entry["status"] == "passed-over", is_report, "{path}");
    }
}

#[test]
fn where_no_document_was_read_nothing_is_called_a_gap() {
    let unread: [&[(&str, &str)]; 2] = [&[("keep", "")], &[("Threat model.pdf", "no PDF"), ("Logo.png", "a picture")]];
    for documents in unread {
        let tree = company(documents);
        let ran = crosswalk(tree.root(), &["review", "QMS", "--out", "out"], &[]);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        let result = parsed(&std::fs::read_to_string(tree.at("out/review.json")).expect("a report"));
        assert!(result["ledger"].as_array().expect("a ledger").iter().all(|entry| entry["status"] != "read"));
        let findings = result["findings"].as_array().expect("findings");
        assert!(!findings.is_empty());
        for finding in findings {
            assert!(finding["status"] == "not-assessable" && finding["gaps"] == serde_json::json!([]), "{finding}");
            for constraint in finding["constraints"].as_array().expect("constraints") {
                assert_eq!(constraint["verdict"], "not-assessable", "{constraint}");
            }
        }
        let summary = std::fs::read_to_string(tree.at("out/summary.html")).expect("a summary");
        assert!(summary.contains("No document was read, so nothing was assessed."));
        assert!(!summary.contains("argest gaps") && !summary.contains("class=\"grade"), "a gap is named");
    }
}

#[test]
fn reports_that_go_into_the_source_do_not_change_the_next_review() {
    let tree = company(DOCUMENTS);
    let first = review(&tree, "QMS", "QMS/crosswalk-report", "2");
    let second = review(&tree, "QMS", "QMS/crosswalk-report", "2");
    assert_eq!(first, second);
    let elsewhere = company(DOCUMENTS);
    assert_eq!(first, review(&elsewhere, "QMS", "out", "2"), "where the reports go changes nothing");
    let beside = review(&elsewhere, "QMS", "QMS", "2");
    assert_eq!(beside, review(&elsewhere, "QMS", "QMS", "2"), "also beside the documents themselves");
}
