//! A review compared with an earlier one at the terminal: what is written and said, and baselines that are none.

#[cfg(test)]
#[path = "support/program.rs"]
mod program;
#[cfg(test)]
#[path = "support/tree.rs"]
mod tree;

use std::path::Path;

use program::{Ran, crosswalk};
use serde_json::Value;
use tree::Tree;

const SOP: &str = "# Security risk management\n\nEach threat shall be scored with CVSS and recorded in the threat register before release.\n\n\
                   The security risk manager shall review every residual risk and shall document the acceptance.\n";
const PLAN: &str =
    "# Software maintenance plan\n\nSecurity updates shall be delivered to users within 30 days. The plan names who is responsible.\n";

fn reviewed(tree: &Tree, arguments: &[&str]) -> Ran {
    let ran = crosswalk(tree.root(), arguments, &[]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    ran
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).expect("a file")).expect("JSON")
}

fn words(tree: &Tree, name: &str) -> String {
    std::fs::read_to_string(tree.at("out").join(name)).expect("a page")
}

#[test]
fn what_changed_is_written_and_said() {
    let tree = Tree::with(&[
        ("QMS/SOP-07 Security risk management.md", SOP),
        ("QMS/Maintenance plan.md", PLAN),
        ("QMS/same.md", "# Same\n\nWords.\n"),
    ]);
    reviewed(&tree, &["review", "QMS", "--out", "out"]);
    assert!(!tree.at("out/change.json").exists() && tree.at("out/gap-report.xlsx").exists());
    assert!(!words(&tree, "summary.html").contains("What changed"));

    std::fs::write(tree.at("QMS/SOP-07 Security risk management.md"), "# Canteen\n\nLunch shall be served at noon by the cook.\n")
        .expect("a file");
    std::fs::rename(tree.at("QMS/Maintenance plan.md"), tree.at("QMS/Maintenance plan, moved.md")).expect("a file");
    // The baseline is the very file that the new review takes the place of.
    let ran = reviewed(&tree, &["review", "QMS", "--out", "out", "--baseline", "out/review.json"]);
    assert!(
        ran.stdout.contains("Since the baseline: ") && ran.stdout.contains("Files: 1 changed, 1 renamed or moved; 1 file is the same."),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("change.json"));
    let change = json(&tree.at("out/change.json"));
    assert_eq!(change["schema"], "crosswalk/change/v1");
    assert_eq!((&change["catalog_changed"], &change["engine_changed"]), (&Value::Bool(false), &Value::Bool(false)));
    let clauses = change["clauses"].as_array().expect("clauses");
    assert!(!clauses.is_empty());
    let reasons: Vec<&Value> = clauses.iter().flat_map(|clause| clause["reasons"].as_array().expect("reasons")).collect();
    assert!(
        reasons.iter().any(|reason| reason["is"] == "passage-gone" && reason["path"] == "SOP-07 Security risk management.md"),
        "{change}"
    );
    assert!(clauses.iter().any(|clause| clause["movement"] == "lost"), "{change}");
    assert!(change["files"]["changes"].as_array().expect("files").iter().any(|file| file["is"] == "renamed"), "{change}");
    for clause in clauses {
        assert!(!clause["reasons"].as_array().expect("reasons").is_empty(), "every change of real documents has its reason: {clause}");
    }
    for page in ["summary.html", "gap-report.html"] {
        assert!(words(&tree, page).contains("What changed since the earlier review"), "{page}");
    }
    // A baseline changes nothing of the result itself.
    reviewed(&tree, &["review", "QMS", "--out", "plain"]);
    assert_eq!(words(&tree, "review.json"), std::fs::read_to_string(tree.at("plain/review.json")).expect("a review"));

    let same = reviewed(&tree, &["review", "QMS", "--out", "out", "--baseline", "plain/review.json"]);
    assert!(same.stdout.contains("the same verdict as before"), "{}", same.stdout);
    assert!(words(&tree, "summary.html").contains("Nothing changed"));
}

#[test]
fn a_catalog_that_changed_is_not_put_down_to_the_documents() {
    let tree = Tree::with(&[
        ("QMS/SOP-07 Security risk management.md", SOP),
        (
            "first.csv",
            "standard,clause,title,paraphrase\nOwn,1,Threats,Each threat shall be scored with CVSS and recorded in the threat register\n",
        ),
        ("second.csv", "standard,clause,title,paraphrase\nOwn,1,Threats,Penguins shall be counted weekly by a veterinary surgeon\n"),
    ]);
    reviewed(&tree, &["review", "QMS", "--catalog", "first.csv", "--out", "out"]);
    let ran = reviewed(&tree, &["review", "QMS", "--catalog", "second.csv", "--out", "out", "--baseline", "out/review.json"]);
    assert!(ran.stdout.contains("The catalog is another"), "{}", ran.stdout);
    let change = json(&tree.at("out/change.json"));
    assert_eq!(change["clauses"][0]["movement"], "lost", "{change}");
    assert_eq!(change["clauses"][0]["reasons"], serde_json::json!([{ "is": "catalog-changed" }]));
}

#[test]
fn a_baseline_that_is_none_is_refused_before_anything_is_read() {
    let tree = Tree::with(&[
        ("QMS/plan.md", PLAN),
        ("other.json", "{\"schema\":\"crosswalk/review/v9\"}"),
        ("foreign.json", "{\"reviewer\":\"somebody\"}"),
        ("broken.json", "{\"schema\":\"crosswalk/review/v1\",\"engine\":"),
    ]);
    std::fs::File::create(tree.at("huge.json")).and_then(|file| file.set_len(256 * 1024 * 1024 + 1)).expect("a sparse file");
    for (path, says) in [
        ("missing.json", "there is no such file"),
        ("QMS", "is not a file"),
        ("other.json", "another format"),
        ("foreign.json", "is no review of Crosswalk"),
        ("broken.json", "damaged at line 1"),
        ("huge.json", "the limit is 268435456"),
    ] {
        let ran = crosswalk(tree.root(), &["review", "QMS", "--baseline", path], &[]);
        assert_eq!(ran.code, Some(2), "{path}: {}", ran.stderr);
        assert!(
            ran.stderr.contains(path) && ran.stderr.contains(says) && ran.stderr.contains("review.json of an earlier review"),
            "{}",
            ran.stderr
        );
        assert!(ran.stdout.is_empty() && !tree.at("crosswalk-report").exists());
    }
}
