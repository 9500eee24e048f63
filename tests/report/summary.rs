use crosswalk::assessment::Verdict::{NotAssessable, NotFound, Supported, Weak};
use crosswalk::catalog::Stage;
use crosswalk::evidence::{LedgerStatus, SourceKind};
use crosswalk::report::summary::Summary;
use crosswalk::report::{Tally, summary_html};

use crate::sample;

#[test]
fn the_counts_are_those_of_the_findings() {
    let (assessment, catalog) = sample::large(SourceKind::Folder);
    let summary = Summary::of(&assessment, &catalog);
    assert_eq!(summary.standards.len(), 3);
    for standard in &summary.standards {
        let of = |verdict| assessment.findings.iter().filter(|f| f.standard == standard.share.id && f.status == verdict).count();
        let expected = Tally { supported: of(Supported), weak: of(Weak), not_found: of(NotFound), not_assessable: of(NotAssessable) };
        if standard.share.id.starts_with("iec") {
            assert_eq!(standard.share.clauses, expected);
        }
        assert_eq!(standard.clauses.len(), standard.share.clauses.total());
    }
    assert_eq!(summary.front.clauses.total(), 67);
    assert_eq!(summary.front.counts.listed, 33);
    let reasons: Vec<(String, usize)> = summary.limits.unreadable.iter().map(|g| (g.title.clone(), g.files.len())).collect();
    assert_eq!(reasons.first(), Some(&("Scanned".to_owned(), 2)));
    assert_eq!(reasons.iter().map(|r| r.1).sum::<usize>(), 4);
    assert_eq!(summary.limits.passed_over.iter().map(|g| g.files.len()).collect::<Vec<_>>(), [5, 1]);
}

#[test]
fn the_largest_gaps_are_graver_first_and_one_per_clause() {
    let light = sample::clause("4.1", "Light", Stage::Draft, 1);
    let heavy = sample::clause("4.2", "Heavy", Stage::Draft, 3);
    let none = sample::clause("4.3", "None", Stage::Draft, 3);
    let fourth = sample::clause("4.4", "Fourth", Stage::Draft, 3);
    let findings = vec![
        sample::finding("s", &light, Weak, &[Weak], &[]),
        sample::finding("s", &heavy, Weak, &[Weak; 3], &[]),
        sample::finding("s", &none, NotFound, &[NotFound; 3], &[]),
        sample::finding("s", &fourth, Weak, &[Weak; 3], &[]),
    ];
    let catalog = sample::catalog(vec![sample::standard("s", "S", vec![light, heavy, none, fourth])]);
    let summary = Summary::of(&sample::assessment(SourceKind::Folder, findings, vec![sample::read("a")]), &catalog);
    let clauses: Vec<&str> = summary.largest_gaps.iter().map(|g| g.clause.as_str()).collect();
    assert_eq!(clauses, ["s 4.3 – None", "s 4.2 – Heavy", "s 4.4 – Fourth"]);
    assert_eq!(summary.gap_count, 8);
    assert_eq!(summary.gaps_title(), "Largest gaps");
    let html = summary_html(&summary, &sample::facts());
    assert!(html.contains("<bdi>s 4.3 – None</bdi>: no evidence found</strong>"), "{html}");
    assert!(html.contains("A common gap here: One table for safety and security"), "a pitfall is never said as a fact");
}

#[test]
fn an_incomplete_review_proves_no_absence() {
    let (mut assessment, catalog) = sample::large(SourceKind::Folder);
    assessment.complete = false;
    let summary = Summary::of(&assessment, &catalog);
    assert_eq!(summary.front.clauses.not_found, 0);
    assert!(summary.largest_gaps.iter().all(|g| g.grade.is_none()));
    let mut facts = sample::facts();
    facts.incomplete_reasons = vec!["The listing broke off: <quota> exceeded.".into()];
    let html = summary_html(&summary, &facts);
    assert!(html.contains("This review is incomplete"));
    assert!(html.contains("The listing broke off: &#60;quota&#62; exceeded."));
    assert!(!html.contains("class=\"badge not-found\""));
}

#[test]
fn an_empty_inventory_has_a_summary() {
    let only = sample::clause("4.1", "Only", Stage::Draft, 1);
    let findings = vec![sample::finding("s", &only, NotFound, &[NotFound], &[])];
    let catalog = sample::catalog(vec![sample::standard("s", "S", vec![only])]);
    for findings in [findings, vec![]] {
        let summary = Summary::of(&sample::assessment(SourceKind::Folder, findings, vec![]), &catalog);
        let html = summary_html(&summary, &sample::facts());
        assert!(html.contains("No file was listed"));
        assert!(html.contains("No document was read, so nothing was assessed."));
        assert!(summary.largest_gaps.is_empty() && summary.gap_count == 0 && !html.contains("argest gaps"));
    }
}

#[test]
fn clauses_without_evidence_are_no_graded_gaps() {
    let bare = sample::clause("4.1", "Bare", Stage::Structure, 1);
    let findings = vec![sample::finding("s", &bare, NotFound, &[NotFound], &[])];
    let catalog = sample::catalog(vec![sample::standard("s", "S", vec![bare])]);
    let summary = Summary::of(&sample::assessment(SourceKind::Folder, findings, vec![sample::read("a")]), &catalog);
    assert_eq!(summary.gaps_title(), "Clauses without evidence, the first three");
    assert!(summary_html(&summary, &sample::facts()).contains("No document shows it</span>"));
}

#[test]
fn every_reason_is_counted() {
    let entries = vec![
        sample::unread("a", LedgerStatus::Unreadable, "Encrypted: it needs a password. Provide a copy without one."),
        sample::unread("b", LedgerStatus::PassedOver, "Picture: no text to read."),
    ];
    let summary = Summary::of(&sample::assessment(SourceKind::Folder, vec![], entries), &sample::catalog(vec![]));
    assert_eq!(summary.limits.unreadable[0].title, "Encrypted");
    assert_eq!(summary.limits.passed_over[0].title, "Picture");
}
