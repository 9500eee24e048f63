//! `crosswalk demo`, run as a person would run it: it reviews the sample company over HTTP, says that all is simulated,
//! and leaves nothing behind but the reports.

#[path = "support/program.rs"]
mod program;

use std::fs;

use program::crosswalk;
use serde_json::Value;

#[test]
fn the_demo_reviews_the_sample_company_and_leaves_only_reports() {
    let folder = tempfile::tempdir().unwrap();
    let ran = crosswalk(folder.path(), &["demo", "--out", "reports"], &[]);
    assert_eq!(ran.code, Some(0), "{}\n{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.starts_with("SIMULATED:"), "{}", ran.stdout);
    assert!(ran.stdout.contains("every one of them a GET"), "{}", ran.stdout);
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["reports"], "the demo has its own data folder and removes it");

    let review: Value = serde_json::from_slice(&fs::read(folder.path().join("reports/review.json")).unwrap()).unwrap();
    assert_eq!(review["complete"], true);
    assert_eq!(review["source"], serde_json::json!({ "kind": "drive", "root": "all" }));
    let ledger = review["ledger"].as_array().unwrap();
    let status = |part: &str| -> Vec<&str> {
        let of_name = ledger.iter().filter(|entry| entry["path"].as_str().unwrap().contains(part));
        of_name.map(|entry| entry["status"].as_str().unwrap()).collect()
    };
    assert_eq!(status("Release notes"), ["read", "read"], "two files of one name in one folder");
    assert_eq!(status("scan_0042"), ["unreadable"]);
    assert_eq!(status("(confidential)"), ["unreadable"]);
    assert_eq!(status("Security Guide"), ["read"], "in a shared drive");
    assert_eq!(status("Gap notes"), ["read"], "shared with the owner");
    assert_eq!(status("<script>"), ["read"]);
    assert_eq!(status("(old)"), [""; 0], "in the bin");
    let page = fs::read_to_string(folder.path().join("reports/gap-report.html")).unwrap();
    assert!(!page.contains("<script>alert"), "a file name is text");
}

#[test]
fn two_demos_give_the_same_review() {
    let folder = tempfile::tempdir().unwrap();
    let review = |name: &str| {
        assert_eq!(crosswalk(folder.path(), &["demo", "--out", name], &[]).code, Some(0));
        fs::read(folder.path().join(name).join("review.json")).unwrap()
    };
    assert!(review("first") == review("second"), "the port, the tokens or the rendering reached the review");
}
