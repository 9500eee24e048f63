use std::collections::BTreeMap;

use crosswalk::assessment::Assessment;
use crosswalk::evidence::SourceKind;
use crosswalk::report::{LedgerCounts, RunFacts, review_json, run_json};

use crate::sample;

#[test]
fn review_json_has_the_keys_of_the_contract_and_comes_back_whole() {
    let (assessment, _) = sample::large(SourceKind::Drive);
    let text = review_json(&assessment);
    assert!(text.ends_with("}\n"));
    assert_eq!(text, review_json(&sample::large(SourceKind::Drive).0));
    let again: Assessment = serde_json::from_str(&text).unwrap();
    assert!(again == assessment);
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    for (pointer, keys) in [
        ("", vec!["schema", "engine", "catalog", "source", "chosen", "complete", "ledger", "findings"]),
        ("/catalog", vec!["edition", "sha256"]),
        ("/source", vec!["kind", "root"]),
        ("/chosen", vec!["standards", "profile", "safety_class"]),
        ("/findings/0", vec!["standard", "clause", "title", "stage", "status", "score", "constraints", "candidates", "gaps"]),
        ("/findings/0/constraints/0", vec!["id", "shall", "verdict", "score", "components", "evidence"]),
        ("/findings/0/constraints/0/evidence/0", vec!["path", "file_id", "locator", "quote", "strength"]),
        ("/findings/0/candidates/0", vec!["path", "signal", "strength"]),
    ] {
        let mut found: Vec<&str> = value.pointer(pointer).unwrap().as_object().unwrap().keys().map(String::as_str).collect();
        let mut expected = keys;
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "keys at {pointer}");
    }
    assert_eq!(value["schema"], "crosswalk/review/v1");
    assert_eq!(value["findings"][0]["status"], "supported");
}

#[test]
fn run_json_holds_what_may_differ() {
    let (assessment, _) = sample::large(SourceKind::Folder);
    let facts = RunFacts {
        started_at: "2026-11-22T02:00:00Z".into(),
        finished_at: "2026-11-22T02:00:09Z".into(),
        durations_ms: BTreeMap::from([("list".into(), 12)]),
        counts: LedgerCounts::of(&assessment.ledger),
        engine_threads: 4,
        versions: BTreeMap::from([("crosswalk".into(), "0.1.0".into())]),
        source: "/home/a/QMS".into(),
        outputs: vec!["out/review.json".into()],
        incomplete_reasons: vec![],
        interrupted: false,
    };
    let value: serde_json::Value = serde_json::from_str(&run_json(&facts)).unwrap();
    assert_eq!(value["counts"]["listed"], 33);
    assert_eq!(value["counts"]["read"], 23);
    assert_eq!(value["counts"]["unreadable"], 4);
    assert_eq!(value["counts"]["passed_over"], 6);
    assert_eq!(value["durations_ms"]["list"], 12);
}
