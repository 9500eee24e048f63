//! What changed between two reviews, and how it is worded: every way in which a verdict can go, with its reason.

use crosswalk::assessment::Verdict::{self, NotAssessable, NotFound, Supported, Weak};
use crosswalk::assessment::{Assessment, Candidate, Change, ChoiceChange, Evidence, FileFate, Finding, Movement, Reason, Score, compare};
use crosswalk::catalog::{Catalog, EvidenceStrength, SafetyClass, Stage};
use crosswalk::evidence::{LedgerEntry, LedgerStatus, Locator, SourceKind};
use crosswalk::report::{ChangeShown, GapReport, change_json, gap_report_html, summary::Summary, summary_html};

use crate::sample;

const CANARY: &str = "The zanzibar quokka scores each threat by CVSS.";
const OTHER: &str = "Every residual risk is reviewed and signed by two people.";

fn file(path: &str, content: &str) -> LedgerEntry {
    let revision = content.chars().next().filter(char::is_ascii_digit).map(|_| content.to_owned());
    LedgerEntry {
        file_id: None,
        sha256: Some(format!("{content:0>64}")),
        sha256_of: None,
        revision,
        kind: Some("procedure".into()),
        ..sample::read(path)
    }
}

fn with_id(path: &str, content: &str, id: &str) -> LedgerEntry {
    LedgerEntry { file_id: Some(id.into()), ..file(path, content) }
}

fn hidden(path: &str) -> LedgerEntry {
    sample::unread(path, LedgerStatus::Unreadable, "Encrypted: it needs a password. Provide a copy without one.")
}

/// A clause of one constraint with this verdict and these quotes.
fn judged(number: &str, verdict: Verdict, quotes: &[(&str, &str)]) -> Finding {
    let clause = sample::clause(number, "Security risk management", Stage::Draft, 1);
    let mut finding = sample::finding("s", &clause, verdict, &[verdict], &[]);
    finding.constraints[0].components.vetoes.clear();
    finding.constraints[0].evidence = quotes.iter().map(|(path, quote)| sample::evidence(path, quote, Locator::default())).collect();
    finding
}

fn held_back(mut finding: Finding, by: &str) -> Finding {
    finding.constraints[0].components.vetoes = vec![by.into()];
    finding
}

fn review(findings: Vec<Finding>, ledger: Vec<LedgerEntry>) -> Assessment {
    let mut assessment = sample::assessment(SourceKind::Folder, findings, ledger);
    assessment.chosen.standards = vec!["s".into()];
    assessment
}

fn catalog() -> Catalog {
    sample::catalog(vec![sample::standard("s", "S", vec![])])
}

/// The movement of the first clause and its reasons as sentences.
fn told(change: &Change) -> (Movement, Vec<String>) {
    let shown = ChangeShown::of(change, &catalog());
    let clause = change.clauses.first().unwrap();
    (clause.movement, shown.of_clause(&clause.standard, &clause.clause).unwrap().reasons.clone())
}

fn check(before: &Assessment, after: &Assessment, movement: Movement, says: &[&str]) {
    let (went, reasons) = told(&compare(before, after));
    assert_eq!(went, movement, "{reasons:?}");
    assert_eq!(reasons.len(), says.len(), "{reasons:?}");
    for (reason, words) in reasons.iter().zip(says) {
        assert!(reason.contains(words), "{reason:?} does not say {words:?}");
    }
}

#[test]
fn nothing_changed_is_nothing() {
    let (same, catalog) = sample::large(SourceKind::Drive);
    let change = compare(&same, &same);
    assert!(!change.is_anything() && change.clauses.is_empty() && change.unchanged_clauses == same.findings.len());
    assert_eq!(change.files.unchanged, 27, "what neither review opened is not counted");
    let shown = ChangeShown::of(&change, &catalog);
    assert_eq!(shown.headline, "67 clauses have the same verdict as before.");
    assert!(shown.caveats.is_empty() && shown.groups.is_empty() && shown.files.is_empty());
}

#[test]
fn every_way_a_verdict_falls_has_its_reason() {
    let before = review(vec![judged("4.2", Supported, &[("SOP.docx", CANARY)])], vec![file("SOP.docx", "13"), file("Z.docx", "1")]);
    let now = |finding: Finding, ledger: Vec<LedgerEntry>| review(vec![finding], ledger);
    let lost = Movement::Lost;
    let none = || judged("4.2", NotFound, &[]);
    check(
        &before,
        &now(none(), vec![file("SOP.docx", "14"), file("Z.docx", "1")]),
        lost,
        &["no longer found in “SOP.docx” (revision 13 → 14)"],
    );
    check(&before, &now(none(), vec![file("Z.docx", "1")]), lost, &["“SOP.docx”, which was quoted before, is not there any more"]);
    check(&before, &now(none(), vec![hidden("SOP.docx")]), lost, &["“SOP.docx” was read before and was not read now: Encrypted"]);
    // The same words, but the document is a draft now.
    let draft = held_back(judged("4.2", Weak, &[("SOP.docx", CANARY)]), "draft document");
    check(&before, &now(draft, vec![file("SOP.docx", "14")]), lost, &["“SOP.docx” says is held back now by: draft document"]);
    // Other words of the draft: both are told.
    let both = held_back(judged("4.2", Weak, &[("SOP.docx", OTHER)]), "draft document");
    check(&before, &now(both, vec![file("SOP.docx", "14")]), lost, &["no longer found", "held back now by: draft document"]);
    // What holds back another passage is no reason.
    let mention = held_back(judged("4.2", Weak, &[("SOP.docx", OTHER)]), "mention only");
    check(&before, &now(mention, vec![file("SOP.docx", "14")]), lost, &["no longer found"]);
    // A file without a revision is told by its checksum.
    let plain = review(vec![judged("4.2", Supported, &[("a.md", CANARY)])], vec![file("a.md", "x")]);
    check(&plain, &now(none(), vec![file("a.md", "y")]), lost, &["checksum 00000000 → 00000000"]);
    // The name speaks for another kind of document now.
    check(
        &plain,
        &now(held_back(judged("4.2", Weak, &[("b.md", CANARY)]), "kind of document: template"), vec![file("b.md", "x")]),
        lost,
        &["“a.md” is now “b.md”; its content is the same", "kind of document: template"],
    );
}

#[test]
fn every_way_a_verdict_rises_has_its_reason() {
    let before = review(
        vec![held_back(judged("4.2", Weak, &[("SOP.docx", CANARY)]), "draft document")],
        vec![file("SOP.docx", "13"), hidden("Plan.docx")],
    );
    let now = |path: &str, quote: &str, ledger: Vec<LedgerEntry>| review(vec![judged("4.2", Supported, &[(path, quote)])], ledger);
    let gained = Movement::Gained;
    let old = || file("SOP.docx", "13");
    check(&before, &now("SOP.docx", CANARY, vec![file("SOP.docx", "14")]), gained, &["no longer held back by: draft document"]);
    check(
        &before,
        &now("SOP.docx", OTHER, vec![file("SOP.docx", "14")]),
        gained,
        &["not quoted before is found in “SOP.docx” (revision 13 → 14)", "no longer held back by: draft document"],
    );
    check(&before, &now("New.docx", OTHER, vec![old(), file("New.docx", "1")]), gained, &["“New.docx” is new and gives evidence"]);
    check(&before, &now("Plan.docx", OTHER, vec![old(), file("Plan.docx", "1")]), gained, &["“Plan.docx” could be read now"]);
}

#[test]
fn a_change_of_the_catalog_is_not_put_down_to_the_documents() {
    let before = review(vec![judged("4.2", Supported, &[("a.md", CANARY)])], vec![file("a.md", "x")]);
    let mut after = review(vec![judged("4.2", Weak, &[("a.md", CANARY)])], vec![file("a.md", "x")]);
    after.catalog.sha256 = "6e".repeat(32);
    after.catalog.edition = "2026.12.0".into();
    check(&before, &after, Movement::Lost, &["The catalog is another, not the documents"]);
    let change = compare(&before, &after);
    assert!(change.catalog_changed && !change.engine_changed);
    let shown = ChangeShown::of(&change, &catalog());
    assert!(shown.caveats.iter().any(|line| line.contains("2026.11.0 → 2026.12.0")), "{:?}", shown.caveats);
    // Where the document changed too, the document is told.
    after.ledger = vec![file("a.md", "y")];
    after.findings = vec![judged("4.2", NotFound, &[])];
    check(&before, &after, Movement::Lost, &["no longer found in “a.md”"]);
    // The engine alone.
    let mut engine = before.clone();
    engine.engine = "crosswalk 0.2.0".into();
    engine.findings = vec![judged("4.2", Weak, &[("a.md", CANARY)])];
    check(&before, &engine, Movement::Lost, &["The engine is another"]);
}

#[test]
fn what_can_no_longer_be_assessed_is_not_called_lost() {
    let strong = |mut finding: Finding| {
        finding.candidates =
            vec![Candidate { path: "Threat model.docx".into(), signal: "threat-model".into(), strength: EvidenceStrength::Strong }];
        finding
    };
    let read = review(vec![strong(judged("4.2", Supported, &[("Threat model.docx", CANARY)]))], vec![file("Threat model.docx", "1")]);
    let locked = review(vec![strong(judged("4.2", NotAssessable, &[]))], vec![hidden("Threat model.docx"), file("Z.docx", "1")]);
    check(&read, &locked, Movement::NoLongerAssessable, &["was read before and was not read now: Encrypted"]);
    check(&locked, &read, Movement::AssessableNow, &["could be read now and could not be before"]);
    // Nothing was found before; only the name told, and the file is closed now.
    let nothing = review(vec![strong(judged("4.2", NotFound, &[]))], vec![file("Threat model.docx", "1")]);
    check(&nothing, &locked, Movement::NoLongerAssessable, &["was read before and was not read now: Encrypted"]);
    check(&locked, &nothing, Movement::AssessableNow, &["could be read now"]);
    // No document was read at all.
    let unread = review(vec![judged("4.2", NotAssessable, &[])], vec![hidden("Threat model.docx")]);
    check(&read, &unread, Movement::NoLongerAssessable, &["No document was read this time"]);
    assert_eq!(compare(&read, &locked).lost() + compare(&read, &unread).lost(), 0);
}

#[test]
fn an_incomplete_review_loses_nothing_and_an_incomplete_baseline_proves_nothing_new() {
    let before = review(vec![judged("4.2", Supported, &[("a.md", CANARY)])], vec![file("a.md", "x"), file("b.md", "x2")]);
    for (verdict, movement) in [(Weak, Movement::Unconfirmed), (NotFound, Movement::NoLongerAssessable)] {
        let quotes: &[(&str, &str)] = if verdict == Weak { &[("b.md", OTHER)] } else { &[] };
        let mut after = review(vec![judged("4.2", verdict, quotes)], vec![file("b.md", "x2")]);
        after.complete = false;
        check(&before, &after, movement, &["is not in this review; it may still be there", "This review is incomplete"]);
        let change = compare(&before, &after);
        assert!(change.lost() == 0 && change.files.vanished() == 0);
        assert!(matches!(change.files.changes[0].fate, FileFate::NotSeen));
        let shown = ChangeShown::of(&change, &catalog());
        assert!(shown.caveats.iter().any(|line| line.contains("nothing is called lost")));
        // The other way round.
        let (went, reasons) = told(&compare(&after, &before));
        assert!(matches!(went, Movement::Gained | Movement::AssessableNow));
        assert!(reasons[0].contains("which was incomplete, did not see it") && reasons[1].contains("may have been there before"));
        assert!(matches!(compare(&after, &before).files.changes[0].fate, FileFate::FirstSeen));
    }
}

#[test]
fn files_are_paired_by_id_path_and_content() {
    let before = review(
        vec![],
        vec![
            with_id("moved.docx", "1", "A"),
            with_id("edited.docx", "2", "B"),
            with_id("both.docx", "3", "C"),
            file("renamed.md", "x"),
            file("gone.md", "y"),
            file("same.md", "z"),
            with_id("replaced.docx", "8", "D"),
            sample::unread("photo.jpg", LedgerStatus::PassedOver, "Picture: no text to read."),
        ],
    );
    let after = review(
        vec![],
        vec![
            with_id("archive/moved.docx", "1", "A"),
            with_id("edited.docx", "22", "B"),
            with_id("archive/both.docx", "33", "C"),
            // Another file took the place of the one that moved away.
            with_id("moved.docx", "9", "E"),
            file("renamed too.md", "x"),
            file("same.md", "z"),
            file("new.md", "w"),
            with_id("replaced.docx", "88", "F"),
            sample::unread("photo 2.jpg", LedgerStatus::PassedOver, "Picture: no text to read."),
        ],
    );
    let change = compare(&before, &after);
    let files: Vec<(&str, Option<&str>, &str)> = change
        .files
        .changes
        .iter()
        .map(|f| {
            let word = match f.fate {
                FileFate::New => "new",
                FileFate::Vanished => "vanished",
                FileFate::Changed { .. } => "changed",
                FileFate::Renamed => "renamed",
                FileFate::FirstSeen | FileFate::NotSeen | FileFate::NotRead { .. } | FileFate::ReadNow => "other",
            };
            (f.path.as_str(), f.earlier_path.as_deref(), word)
        })
        .collect();
    assert_eq!(
        files,
        [
            ("archive/both.docx", Some("both.docx"), "changed"),
            ("archive/moved.docx", Some("moved.docx"), "renamed"),
            ("edited.docx", None, "changed"),
            ("gone.md", None, "vanished"),
            ("moved.docx", None, "new"),
            ("new.md", None, "new"),
            ("renamed too.md", Some("renamed.md"), "renamed"),
            ("replaced.docx", None, "changed"),
        ]
    );
    let f = &change.files;
    assert_eq!((f.added(), f.vanished(), f.changed(), f.renamed(), f.not_read(), f.unchanged), (2, 1, 3, 2, 0, 1));
    assert_eq!(
        ChangeShown::of(&change, &catalog()).files_headline,
        "Files: 2 new, 1 gone, 3 changed, 2 renamed or moved; 1 file is the same."
    );
}

#[test]
fn the_same_verdict_on_other_grounds_is_told_apart() {
    let before = review(vec![judged("4.2", Supported, &[("a.md", CANARY), ("b.md", OTHER)])], vec![file("a.md", "x"), file("b.md", "y")]);
    let after = review(vec![judged("4.2", Supported, &[("a.md", CANARY)])], vec![file("a.md", "x")]);
    check(&before, &after, Movement::Steady, &["“b.md”, which was quoted before, is not there any more"]);
    // A passage that gave way to another of the same file is not called gone.
    let edited = review(vec![judged("4.2", Supported, &[("a.md", OTHER)])], vec![file("a.md", "x2")]);
    let first = review(vec![judged("4.2", Supported, &[("a.md", CANARY)])], vec![file("a.md", "x")]);
    check(&first, &edited, Movement::Steady, &["another passage of it is quoted now"]);
    // A renamed file is told once, with the files, and not at each clause that it speaks for.
    let moved = review(vec![judged("4.2", Supported, &[("b.md", CANARY)])], vec![file("b.md", "x")]);
    let change = compare(&first, &moved);
    assert!(change.clauses.is_empty() && change.files.renamed() == 1);
    // A file that changed elsewhere is no change of the clause.
    let elsewhere = review(vec![judged("4.2", Supported, &[("a.md", CANARY)])], vec![file("a.md", "x2")]);
    let change = compare(&first, &elsewhere);
    assert!(change.clauses.is_empty() && change.unchanged_clauses == 1 && change.is_anything());
}

#[test]
fn another_choice_is_told_and_not_called_a_change_of_the_documents() {
    let before = review(vec![judged("4.1", Supported, &[("a.md", CANARY)]), judged("4.2", NotFound, &[])], vec![file("a.md", "x")]);
    let mut after = review(vec![judged("4.2", NotFound, &[]), judged("4.3", Weak, &[("a.md", CANARY)])], vec![file("a.md", "x")]);
    after.chosen.safety_class = SafetyClass::A;
    after.chosen.profile = "annex-f".into();
    let change = compare(&before, &after);
    assert_eq!(change.choice.len(), 2);
    assert!(matches!(change.choice[1], ChoiceChange::SafetyClass { from: SafetyClass::C, to: SafetyClass::A }));
    let went: Vec<(&str, Movement)> = change.clauses.iter().map(|c| (c.clause.as_str(), c.movement)).collect();
    assert_eq!(went, [("4.3", Movement::OnlyNow), ("4.1", Movement::OnlyBefore)]);
    assert!(change.clauses.iter().all(|c| c.reasons == [Reason::ChoiceChanged]));
    assert_eq!(change.unchanged_clauses, 1);
    let shown = ChangeShown::of(&change, &catalog());
    assert_eq!(shown.headline, "1 clause is judged for the first time, 1 is no longer judged. 1 clause has the same verdict.");
    // Without another choice it is the catalog.
    after.chosen = before.chosen.clone();
    after.catalog.sha256 = "77".repeat(32);
    assert!(compare(&before, &after).clauses.iter().all(|c| c.reasons == [Reason::CatalogChanged]));
}

/// Two large reviews that differ in many ways.
fn large() -> (Assessment, Assessment, Catalog) {
    let (before, catalog) = sample::large(SourceKind::Drive);
    let mut after = before.clone();
    after.ledger.retain(|entry| !entry.path.contains("SOP-03"));
    for entry in &mut after.ledger {
        if entry.path.contains("SOP-05") {
            entry.sha256 = Some("cd".repeat(32));
            entry.revision = Some("15".into());
        }
    }
    for finding in &mut after.findings {
        for constraint in &mut finding.constraints {
            let is_gone = |e: &Evidence| e.path.contains("SOP-03") || e.path.contains("SOP-05");
            if constraint.evidence.iter().any(is_gone) {
                constraint.evidence.retain(|e| !is_gone(e));
                constraint.verdict = NotFound;
                constraint.score = Score::default();
                finding.status = NotFound;
            }
        }
    }
    (before, after, catalog)
}

#[test]
fn a_change_holds_no_quote_comes_back_whole_and_is_the_same_every_time() {
    let (before, after, catalog) = large();
    let change = compare(&before, &after);
    assert!(change.lost() > 3, "{}", change.lost());
    let text = change_json(&change);
    assert_eq!(text, change_json(&compare(&before, &after)));
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["schema"], "crosswalk/change/v1");
    assert_eq!(value["files"]["changes"][0]["is"], "vanished");
    let again: Change = serde_json::from_str(&text).unwrap();
    assert!(again == change);
    let page = summary_html(&Summary::of(&after, &catalog).with_change(&change, &catalog), &sample::facts());
    let quotes = before.findings.iter().chain(&after.findings).flat_map(|f| &f.constraints).flat_map(|c| &c.evidence);
    let mut checked = 0;
    for evidence in quotes {
        assert!(!text.contains(&evidence.quote) && !page.contains(&evidence.quote), "{}", evidence.quote);
        checked += 1;
    }
    assert!(checked > 100);
}

#[test]
fn the_pages_show_it_only_if_there_is_one() {
    let (before, after, catalog) = large();
    let change = compare(&before, &after);
    let heading = "What changed since the earlier review";
    let summary = summary_html(&Summary::of(&after, &catalog), &sample::facts());
    let report = gap_report_html(&GapReport::of(&after, &catalog), &sample::facts());
    assert!(!summary.contains(heading) && !report.contains(heading) && !report.contains("Since the earlier review"));
    let summary = summary_html(&Summary::of(&after, &catalog).with_change(&change, &catalog), &sample::facts());
    let with = GapReport::of(&after, &catalog).with_change(&change, &catalog);
    let report = gap_report_html(&with, &sample::facts());
    for page in [&summary, &report] {
        for words in [heading, "Evidence lost or weaker", "is not there any more", "revision 14 → 15", "Files: 1 gone, 1 changed"] {
            assert!(page.contains(words), "{words}");
        }
    }
    let at_clauses = report.matches("Since the earlier review:").count();
    assert_eq!(at_clauses, change.clauses.len());
    assert_eq!(with.clauses().filter(|clause| clause.change.is_some()).count(), at_clauses);
}

#[test]
fn nobodys_review_breaks_the_comparison() {
    // A forged baseline: clauses twice, quotes from files that no ledger lists, constraints that nobody knows.
    let forged = review(vec![judged("4.2", Supported, &[("nowhere", CANARY)]), judged("4.2", Weak, &[]), judged("<u>", Weak, &[])], vec![]);
    let after = review(vec![judged("4.2", NotFound, &[])], vec![file("a.md", "x")]);
    let change = compare(&forged, &after);
    assert_eq!((change.lost(), change.count(Movement::OnlyBefore)), (1, 1));
    assert!(!summary_html(&Summary::of(&after, &catalog()).with_change(&change, &catalog()), &sample::facts()).contains("<u>"));
}
