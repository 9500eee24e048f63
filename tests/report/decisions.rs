//! Decisions of the customer beside our verdicts, in every format, and the filters of the report.

use crosswalk::account::{ConnectionId, CustomerId, DecidedPlace, Decision, DecisionId, DecisionKind, DecisionText};
use crosswalk::assessment::{Assessment, Verdict, compare};
use crosswalk::catalog::{Catalog, Grade};
use crosswalk::evidence::SourceKind;
use crosswalk::report::{
    DECISIONS_ELSEWHERE, GapReport, ReportFilter, gap_report_docx, gap_report_html, gap_report_json, grade_named, review_json,
};
use jiff::Timestamp;
use jiff::civil::date;

use crate::docx::{paragraphs, parts};
use crate::sample;

pub fn decision(number: u128, standard: &str, clause: &str, constraint: Option<&str>, kind: DecisionKind) -> Decision {
    Decision {
        id: DecisionId::of(number),
        customer: CustomerId::of(0x00c0_ffee),
        connection: ConnectionId::of(0xbeef),
        place: DecidedPlace { standard: standard.into(), clause: clause.into(), constraint: constraint.map(str::to_owned) },
        text: DecisionText { kind, name: format!("A. <Weber> {number}"), reason: format!("=Reason {number}\u{202e} & more") },
        at: Timestamp::from_second(1_795_000_000 + i64::try_from(number).unwrap() * 86_400).unwrap(),
    }
}

const STANDARD: &str = "iec-81001-5-1-2021";

pub fn decisions() -> Vec<Decision> {
    let assigned = DecisionKind::Assigned { owner: "+B. Owner".into(), due_on: Some(date(2026, 12, 24)) };
    vec![
        decision(3, STANDARD, "4.1.4", None, assigned),
        decision(1, STANDARD, "4.1.4", None, DecisionKind::Disputed),
        decision(2, STANDARD, "4.1.1", Some("c02"), DecisionKind::EvidenceNamed { evidence: "@Binder 7 in the cellar".into() }),
        decision(4, STANDARD, "99.9", None, DecisionKind::NotApplicable),
        decision(5, STANDARD, "4.1.1", Some("c77"), DecisionKind::AcceptedGap),
        decision(6, "nobody's standard", "1", None, DecisionKind::AcceptedGap),
    ]
}

fn report() -> (GapReport, Assessment, Catalog) {
    let (assessment, catalog) = sample::large(SourceKind::Drive);
    (GapReport::of(&assessment, &catalog).with_decisions(&decisions(), &catalog), assessment, catalog)
}

#[test]
fn each_stands_at_its_place_and_changes_no_verdict() {
    let (report, assessment, catalog) = report();
    let plain = GapReport::of(&assessment, &catalog);
    for (with, without) in report.clauses().zip(plain.clauses()) {
        assert_eq!((with.verdict, with.tally, &with.score), (without.verdict, without.tally, &without.score));
    }
    let clause = |number: &str| report.clauses().find(|c| c.clause_id == number).unwrap();
    let kinds: Vec<&str> = clause("4.1.4").decisions.iter().map(|d| d.kind).collect();
    assert_eq!(kinds, ["Finding disputed", "Assigned"], "oldest first, whatever the order given");
    assert_eq!(clause("4.1.4").decisions[1].detail, "Owner: +B. Owner, due 24 December 2026");
    let named = &clause("4.1.1").constraints.iter().find(|c| c.constraint_id == "c02").unwrap().decisions;
    assert_eq!(named[0].detail, "Evidence: @Binder 7 in the cellar");
    let elsewhere: Vec<&str> = report.elsewhere.iter().map(|e| e.place.as_str()).collect();
    assert_eq!(elsewhere, ["iec-81001-5-1-2021 99.9", "iec-81001-5-1-2021 4.1.1, constraint c77", "nobody's standard 1"]);
}

#[test]
fn every_word_of_them_is_in_every_format() {
    let (report, assessment, _) = report();
    let page = gap_report_html(&report, &sample::facts());
    let page = page.replace("&#60;", "<").replace("&#62;", ">").replace("&#38;", "&").replace("&#39;", "'");
    let paragraphs = paragraphs(&parts(&gap_report_docx(&report, &sample::facts()))["word/document.xml"]);
    let document: String = paragraphs.iter().flat_map(|(_, text)| [text.as_str(), "\n"]).collect();
    for text in [&page, &document] {
        for number in 1..=6 {
            assert!(text.contains(&format!("=Reason {number}[U+202E] & more")), "{number}");
            assert!(text.contains(&format!("decided by A. <Weber> {number} on ")), "{number}");
        }
        for words in ["Owner: +B. Owner, due 24 December 2026", "Evidence: @Binder 7 in the cellar", "Finding disputed", "Gap accepted"] {
            assert!(text.contains(words), "{words}");
        }
        assert!(text.contains(DECISIONS_ELSEWHERE) && !text.contains("c0ffee"));
    }
    assert!(!page.contains('\u{202e}'));
    let json = gap_report_json(&assessment, &decisions(), None);
    assert!(!json.contains("c0ffee") && !json.contains("beef"), "whose it is stays with the service");
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value["schema"], "crosswalk/gap-report/v1");
    assert_eq!(value["review"], serde_json::from_str::<serde_json::Value>(&review_json(&assessment)).unwrap());
    assert!(value.get("change").is_none());
    assert_eq!(value["decisions"].as_array().unwrap().len(), 6);
    assert_eq!(value["decisions"][2]["kind"]["due_on"], "2026-12-24");
    assert_eq!(value["decisions"][1]["place"]["constraint"], "c02");
    let with = gap_report_json(&assessment, &[], Some(&compare(&assessment, &assessment)));
    assert_eq!(serde_json::from_str::<serde_json::Value>(&with).unwrap()["change"]["schema"], "crosswalk/change/v1");
}

#[test]
fn without_decisions_nothing_speaks_of_them() {
    let (assessment, catalog) = sample::large(SourceKind::Drive);
    let page = gap_report_html(&GapReport::of(&assessment, &catalog), &sample::facts());
    assert!(!page.contains("Your decision") && !page.contains(DECISIONS_ELSEWHERE));
}

#[test]
fn filters_show_what_they_count() {
    let (report, assessment, catalog) = report();
    let mut earlier = assessment.clone();
    let chosen: Vec<&str> = report.clauses().take(5).map(|c| c.clause_id.as_str()).collect();
    for finding in earlier.findings.iter_mut().filter(|f| chosen.contains(&f.clause.as_str())) {
        finding.status = Verdict::NotAssessable;
    }
    let report = report.with_change(&compare(&earlier, &assessment), &catalog);
    let all = report.choices(&ReportFilter::default());
    assert!(ReportFilter::default().is_empty());
    assert_eq!((all.all, all.shown), (67, 67));
    let shown = |filter: &ReportFilter| report.filtered(filter).clauses().count();
    for standard in &all.standards {
        assert_eq!(shown(&ReportFilter { standard: Some(standard.value.clone()), ..ReportFilter::default() }), standard.count);
    }
    for verdict in &all.verdicts {
        assert_eq!(shown(&ReportFilter { verdict: Some(verdict.value), ..ReportFilter::default() }), verdict.count);
    }
    for grade in &all.grades {
        assert_eq!(shown(&ReportFilter { grade: Some(grade.value), ..ReportFilter::default() }), grade.count);
    }
    assert_eq!(all.verdicts.iter().map(|v| v.count).sum::<usize>(), 67);
    assert_eq!(shown(&ReportFilter { only_changed: true, ..ReportFilter::default() }), all.changed);
    assert!((1..=5).contains(&all.changed), "{}", all.changed);
    assert_eq!(shown(&ReportFilter { open_only: true, ..ReportFilter::default() }), all.open);
    // Disputed, so settled; merely assigned would still be open.
    let open = report.filtered(&ReportFilter { open_only: true, ..ReportFilter::default() });
    let evidence_found = report.clauses().filter(|c| c.verdict.verdict == Verdict::Supported).count();
    assert_eq!(open.clauses().count() + evidence_found + 1, 67);
    assert!(open.clauses().all(|c| c.clause_id != "4.1.4"));
    // Choices stack, and each count is that of what one would see.
    let two = ReportFilter { standard: Some(STANDARD.into()), verdict: Some(Verdict::Weak), ..ReportFilter::default() };
    let filtered = report.filtered(&two);
    assert_eq!(filtered.standards.len(), 1);
    assert!(filtered.clauses().count() == report.choices(&two).shown && filtered.clauses().all(|c| c.verdict.verdict == Verdict::Weak));
    assert_eq!(filtered.front.clauses.total(), 67, "the counts stay those of the whole review");
    let nothing = ReportFilter { standard: Some("no such".into()), ..ReportFilter::default() };
    assert!(report.filtered(&nothing).standards.is_empty());
    for (word, grade) in [("major", Some(Grade::Major)), ("opportunity", Some(Grade::Opportunity)), ("x", None)] {
        assert_eq!(grade_named(word), grade);
    }
    assert_eq!((Verdict::parse("not-found"), Verdict::parse("x")), (Some(Verdict::NotFound), None));
}
