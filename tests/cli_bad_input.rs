//! Bad input at the terminal: each case says what happened and what to do, ends with the exit code that scripts depend
//! on, and never panics.

#[cfg(test)]
#[path = "support/program.rs"]
mod program;
#[cfg(test)]
#[path = "support/tree.rs"]
mod tree;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use program::{Ran, crosswalk};
use tree::Tree;

const PLAN: &str = "# Software maintenance plan\n\nThe plan shall describe how security updates are delivered to users.\n";

/// One case: arguments, environment, expected exit code, and what the words must hold.
struct Case {
    arguments: &'static [&'static str],
    environment: &'static [(&'static str, &'static str)],
    code: i32,
    says: &'static [&'static str],
}

fn case(arguments: &'static [&'static str], code: i32, says: &'static [&'static str]) -> Case {
    Case { arguments, environment: &[], code, says }
}

/// Checks a run; gives what is wrong with it.
fn complaints(case: &Case, ran: &Ran) -> Vec<String> {
    let mut wrong = Vec::new();
    if ran.code != Some(case.code) {
        wrong.push(format!("exit code {:?} instead of {}", ran.code, case.code));
    }
    for words in case.says {
        if !ran.stderr.to_lowercase().contains(&words.to_lowercase()) {
            wrong.push(format!("does not say {words:?}"));
        }
    }
    for never in ["panicked", "RUST_BACKTRACE", "stack backtrace", "Os {", "Error("] {
        if ran.stderr.contains(never) {
            wrong.push(format!("says {never:?}"));
        }
    }
    if !ran.stdout.is_empty() && case.code != 0 {
        wrong.push("a failure writes to stdout".into());
    }
    wrong
}

fn check(tree: &Tree, cases: &[Case]) {
    let mut told = Vec::new();
    for case in cases {
        let ran = crosswalk(tree.root(), case.arguments, case.environment);
        let wrong = complaints(case, &ran);
        if !wrong.is_empty() {
            told.push(format!("crosswalk {}: {}\n--- stderr\n{}", case.arguments.join(" "), wrong.join("; "), ran.stderr));
        }
    }
    assert!(told.is_empty(), "{} of {} cases:\n{}", told.len(), cases.len(), told.join("\n"));
}

#[test]
fn a_folder_that_cannot_be_reviewed() {
    let tree = Tree::with(&[("file.md", PLAN)]);
    check(
        &tree,
        &[
            case(&["review", "missing"], 3, &["missing", "was not found", "check the spelling"]),
            case(&["review", "file.md"], 3, &["file.md", "not a folder", "crosswalk extract"]),
            case(&["review", ""], 3, &["not found"]),
        ],
    );
    assert!(!tree.at("crosswalk-report").exists(), "no report of a review that did not take place");
}

#[test]
fn bad_usage() {
    let tree = Tree::with(&[("QMS/plan.md", PLAN)]);
    check(
        &tree,
        &[
            case(&[], 2, &["usage"]),
            case(&["review"], 2, &["source"]),
            case(&["revew", "QMS"], 2, &["review"]),
            case(&["review", "QMS", "--standard", "iec-81001-5-1-2012"], 2, &["iec-81001-5-1-2012", "did you mean iec-81001-5-1-2021"]),
            case(&["review", "QMS", "--standard", "nothing-like-it"], 2, &["nothing-like-it", "crosswalk catalog list"]),
            case(&["review", "QMS", "--profile", "clauses-1-3"], 2, &["clauses-1-3", "clauses-4-9"]),
            case(&["review", "QMS", "--safety-class", "D"], 2, &["A, B and C"]),
            case(&["review", "QMS", "--format", "odt"], 2, &["json, html, docx and xlsx"]),
            case(&["review", "drive:"], 2, &["drive:", "`root`"]),
            case(&["catalog", "show", "iec-81001-5-1-2021/99.9"], 2, &["99.9"]),
        ],
    );
    assert!(!tree.at("crosswalk-report").exists());
}

#[test]
fn catalogs_with_mistakes() {
    let tree = Tree::with(&[
        ("QMS/plan.md", PLAN),
        ("twice.csv", "standard,clause,title,paraphrase\nX,1,A,Something shall be done\nX,1,B,Something else shall be done\n"),
        ("columns.csv", "a,b\n1,2\n"),
        ("broken.jsonl", "{\"standard\":\"X\",\n"),
        ("empty.csv", ""),
        ("binary.csv", "\0\u{1}\u{2}"),
    ]);
    check(
        &tree,
        &[
            case(&["review", "QMS", "--catalog", "missing.csv"], 2, &["missing.csv"]),
            case(&["review", "QMS", "--catalog", "twice.csv"], 2, &["twice.csv", "2", "3"]),
            case(&["review", "QMS", "--catalog", "columns.csv"], 2, &["columns.csv", "clause"]),
            case(&["review", "QMS", "--catalog", "broken.jsonl"], 2, &["broken.jsonl"]),
            case(&["review", "QMS", "--catalog", "empty.csv"], 2, &["empty.csv"]),
            case(&["review", "QMS", "--catalog", "binary.csv"], 2, &["binary.csv"]),
        ],
    );
}

#[test]
fn settings_with_mistakes() {
    let tree = Tree::with(&[("QMS/plan.md", PLAN)]);
    let with = |environment, says| Case { arguments: &["review", "QMS"], environment, code: 2, says };
    check(
        &tree,
        &[
            with(&[("CROSSWALK_GOOGLE__TOKEN_ULR", "http://127.0.0.1:1")], &["TOKEN_ULR", "did you mean google.token_url"]),
            with(&[("CROSSWALK_ENGINE__THREADS", "many")], &["ENGINE__THREADS", "1 to 256"]),
            with(&[("CROSSWALK_GOOGLE__DRIVE_URL", "http://drive.example")], &["google.drive_url", "https"]),
            with(&[("CROSSWALK_CONFIG", "missing.toml")], &["missing.toml"]),
        ],
    );
    let broken = Tree::with(&[("QMS/plan.md", PLAN), ("crosswalk.toml", "[google\nclient_secret = \"topsecret\"\n")]);
    let ran = crosswalk(broken.root(), &["review", "QMS"], &[]);
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(ran.stderr.contains("crosswalk.toml") && !ran.stderr.contains("topsecret"), "{}", ran.stderr);
}

#[test]
fn without_a_sign_in() {
    let tree = Tree::with(&[("garbage.json", "{}"), ("text.json", "no JSON")]);
    check(
        &tree,
        &[
            case(&["review", "drive:root"], 6, &["signed in", "crosswalk connect"]),
            case(&["review", "drive:root", "--credentials", "missing.json"], 2, &["missing.json"]),
            case(&["review", "drive:root", "--credentials", "garbage.json"], 2, &["garbage.json", "service account"]),
            case(&["review", "drive:root", "--credentials", "text.json"], 2, &["text.json", "service account"]),
            case(&["connect", "--no-browser"], 2, &["installed_client_id"]),
        ],
    );
}

#[test]
fn files_that_cannot_be_extracted() {
    let tree = Tree::with(&[("cut.pdf", "%PDF-1.7\n1 0 obj\n"), ("empty.docx", ""), ("folder/a.md", PLAN), ("picture.png", "\u{89}PNG")]);
    check(
        &tree,
        &[
            case(&["extract", "missing.pdf"], 2, &["missing.pdf"]),
            case(&["extract", "folder"], 2, &["folder", "not a file"]),
            case(&["extract", "cut.pdf"], 5, &["cut.pdf"]),
            case(&["extract", "empty.docx"], 5, &["empty"]),
            case(&["extract", "picture.png"], 5, &["picture.png"]),
        ],
    );
}

#[test]
fn an_empty_folder_is_reviewed_and_says_so() {
    let tree = Tree::with(&[]);
    std::fs::create_dir(tree.at("QMS")).expect("a folder");
    let ran = crosswalk(tree.root(), &["review", "QMS"], &[]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.contains("holds no files"), "{}", ran.stdout);
    assert!(tree.at("crosswalk-report/review.json").exists());
}

#[test]
fn bad_files_cost_a_line_each_and_not_the_review() {
    let tree = Tree::with(&[
        ("QMS/plan.md", PLAN),
        ("QMS/cut.pdf", "%PDF-1.7\n1 0 obj\n"),
        ("QMS/empty.docx", ""),
        ("QMS/not really.docx", "plain words"),
        ("QMS/picture.png", "\u{89}PNG"),
        ("QMS/.hidden", "x"),
    ]);
    let ran = crosswalk(tree.root(), &["review", "QMS"], &[]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let review = std::fs::read_to_string(tree.at("crosswalk-report/review.json")).expect("a report");
    let review: serde_json::Value = serde_json::from_str(&review).expect("JSON");
    let ledger = review["ledger"].as_array().expect("a ledger");
    let line = |path: &str| ledger.iter().find(|entry| entry["path"] == path).unwrap_or_else(|| panic!("{path} is not in the ledger"));
    assert_eq!(ledger.len(), 6);
    assert_eq!(line("plan.md")["status"], "read");
    assert_eq!(line(".hidden")["status"], "passed-over");
    for path in ["cut.pdf", "empty.docx", "not really.docx", "picture.png"] {
        assert_eq!(line(path)["status"], "unreadable", "{path}");
        assert!(line(path)["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{path}");
    }
    assert_eq!(review["complete"], true);
}

#[test]
fn names_of_files_are_shown_harmlessly() {
    let long = format!("QMS/{}.md", "n".repeat(252));
    let names = [
        "QMS/a\nb.md",
        "QMS/\u{202e}dm.exe.md",
        "QMS/it's \"quoted\".md",
        "QMS/<img src=x onerror=alert(1)>.md",
        "QMS/\u{1b}[31mred.md",
        &long,
    ];
    let tree = Tree::with(&names.map(|name| (name, PLAN)));
    let ran = crosswalk(tree.root(), &["review", "QMS"], &[]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    for stream in [&ran.stdout, &ran.stderr] {
        assert!(!stream.contains(['\u{1b}', '\u{202e}']), "control characters reach the terminal: {stream:?}");
    }
    for report in ["summary.html", "gap-report.html"] {
        let html = std::fs::read_to_string(tree.at("crosswalk-report").join(report)).expect("a report");
        assert!(!html.contains("<img src=x"), "{report} holds a name as markup");
    }
    let review = std::fs::read_to_string(tree.at("crosswalk-report/review.json")).expect("a report");
    let review: serde_json::Value = serde_json::from_str(&review).expect("JSON");
    for name in names {
        let path = name.trim_start_matches("QMS/");
        assert!(review["ledger"].as_array().is_some_and(|l| l.iter().any(|e| e["path"] == path)), "{path:?} is not in the ledger verbatim");
    }
}

/// Runs a script of the shell in the tree; `$CROSSWALK` is the program.
fn shell(tree: &Tree, script: &str) -> Ran {
    let output = Command::new("sh")
        .args(["-c", script])
        .current_dir(tree.root())
        .env_clear()
        .env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin")
        .env("CROSSWALK", env!("CARGO_BIN_EXE_crosswalk"))
        .env("CROSSWALK_DATA_DIR", tree.at("data"))
        .output()
        .expect("a shell");
    Ran {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Every file of a folder with its bytes, hidden ones too.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    entries.map(|entry| (entry.file_name().to_string_lossy().into_owned(), std::fs::read(entry.path()).expect("a file"))).collect()
}

fn full_disk(report: &'static str) -> [String; 4] {
    let unwritten = format!("The report ./crosswalk-report/{report} could not be written");
    let rest = ["Your documents were only read, and reports of earlier reviews are unchanged.", "Make room", "run the review again"];
    [unwritten, rest[0].to_owned(), rest[1].to_owned(), rest[2].to_owned()]
}

/// A tree whose only document was reviewed and then changed, and the reports of that review.
fn reviewed_and_changed(arguments: &[&str]) -> (Tree, BTreeMap<String, Vec<u8>>) {
    let tree =
        Tree::with(&[("QMS/plan.md", PLAN), ("own.csv", "standard,clause,title,paraphrase\nX,1,Updates,Updates shall be planned\n")]);
    let first = crosswalk(tree.root(), arguments, &[]);
    assert_eq!(first.code, Some(0), "{}", first.stderr);
    let reports = files(&tree.at("crosswalk-report"));
    std::fs::write(tree.at("QMS/plan.md"), "# Another plan\n\nNothing is said of updates.\n").expect("a file");
    (tree, reports)
}

#[test]
fn a_report_that_cannot_be_written_to_its_end_leaves_the_earlier_ones_whole() {
    // No file may grow beyond so many blocks of 512 bytes. With a catalog of one clause the workbook is larger than review.json, so that
    // one of the reports could have been written.
    for (arguments, blocks, report) in [
        (&["review", "QMS", "--format", "json,html,docx,xlsx"][..], 64, "review.json"),
        (&["review", "QMS", "--catalog", "own.csv", "--standard", "X", "--format", "json,xlsx"], 16, "gap-report.xlsx"),
        (&["review", "QMS", "--catalog", "own.csv", "--standard", "X", "--format", "json,docx"], 16, "gap-report.docx"),
    ] {
        let (tree, before) = reviewed_and_changed(arguments);
        assert!(before[report].len() > blocks * 512 && (report == "review.json" || before["review.json"].len() < blocks * 512));
        let ran = shell(&tree, &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$CROSSWALK\" {}", arguments.join(" ")));
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{report}: {}", ran.stderr);
        for words in full_disk(report) {
            assert!(ran.stderr.contains(&words), "{report}: does not say {words:?}: {}", ran.stderr);
        }
        assert!(files(&tree.at("crosswalk-report")) == before, "{report}: something of the earlier reports is changed, or of the new left");
        // There is room again.
        let again = crosswalk(tree.root(), arguments, &[]);
        let after = files(&tree.at("crosswalk-report"));
        assert_eq!(again.code, Some(0), "{}", again.stderr);
        assert!(after.keys().eq(before.keys()) && after[report] != before[report], "{report} is that of the earlier review");
    }
}

#[test]
fn a_disk_that_really_is_full_leaves_the_earlier_reports_whole() {
    const NAME: &str = "a_disk_that_really_is_full_leaves_the_earlier_reports_whole";
    let everything = "review QMS --format json,html,docx,xlsx";
    let (tree, before) = reviewed_and_changed(&everything.split(' ').collect::<Vec<_>>());
    // A disk of its own, seen by nobody else and gone with the shell, that holds these reports and half as much.
    let kibibytes = before.values().map(|bytes| bytes.len().div_ceil(4_096) * 4).sum::<usize>() * 3 / 2;
    let mount = format!("mkdir disk && mount -t tmpfs -o size={kibibytes}k none disk");
    let alone = |script: &str| shell(&tree, &format!("unshare --map-root-user --mount sh -c '{mount} || exit 99\n{script}'"));
    if alone("exit 7").code != Some(7) {
        println!("SKIPPED {NAME}: no disk can be mounted here (unshare, mount)");
        return;
    }
    std::fs::remove_dir(tree.at("disk")).expect("an empty folder");
    let ran = alone(&format!(
        "cp -r crosswalk-report disk/crosswalk-report && mkdir after && \"$CROSSWALK\" {everything} --out disk/crosswalk-report\n\
         code=$?\ncp -r disk/crosswalk-report/. after\nexit $code"
    ));
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{}", ran.stderr);
    for words in ["No space left on device", "reports of earlier reviews are unchanged", "Make room"] {
        assert!(ran.stderr.contains(words), "does not say {words:?}: {}", ran.stderr);
    }
    assert!(files(&tree.at("after")) == before, "something of the earlier reports is changed, or of the new left");
}

#[test]
fn a_report_whose_place_is_taken_says_which_are_new() {
    let tree = Tree::with(&[("QMS/plan.md", PLAN), ("crosswalk-report/gap-report.xlsx/a.txt", "x")]);
    let ran = crosswalk(tree.root(), &["review", "QMS", "--format", "json,docx,xlsx"], &[]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{}", ran.stderr);
    for words in
        ["gap-report.xlsx could not be put in its place", "These reports are new: review.json, gap-report.docx;", "Remove what stands"]
    {
        assert!(ran.stderr.contains(words), "does not say {words:?}: {}", ran.stderr);
    }
    let mut names: Vec<_> =
        std::fs::read_dir(tree.at("crosswalk-report")).expect("a folder").map(|entry| entry.expect("an entry").file_name()).collect();
    names.sort();
    assert_eq!(names, ["gap-report.docx", "gap-report.xlsx", "review.json"], "no part is left");
}
