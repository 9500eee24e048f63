use std::fs;

use crosswalk::assessment::compare;
use crosswalk::evidence::SourceKind;
use crosswalk::report::summary::Summary;
use crosswalk::report::{GapReport, gap_report_html, shown, summary_html};

use crate::decisions::decisions;
use crate::sample;

/// What a reader of the page sees of a text: as a browser would unescape it.
fn unescaped(html: &str) -> String {
    html.replace("&#60;", "<").replace("&#62;", ">").replace("&#34;", "\"").replace("&#39;", "'").replace("&#38;", "&")
}

fn pages(kind: SourceKind, complete: bool) -> Vec<(&'static str, String)> {
    let (mut assessment, catalog) = sample::large(kind);
    assessment.complete = complete;
    let mut facts = sample::facts();
    if !complete {
        facts.incomplete_reasons = vec!["The listing broke off after 33 files: the source did not answer.".into()];
    }
    let change = compare(&sample::earlier(&assessment), &assessment);
    let summary = Summary::of(&assessment, &catalog);
    let report = GapReport::of(&assessment, &catalog);
    let full = report.clone().with_decisions(&decisions(), &catalog).with_change(&change, &catalog);
    vec![
        ("summary.html", summary_html(&summary, &facts)),
        ("gap-report.html", gap_report_html(&report, &facts)),
        ("summary-with-change.html", summary_html(&summary.clone().with_change(&change, &catalog), &facts)),
        ("gap-report-with-all.html", gap_report_html(&full, &facts)),
    ]
}

#[test]
fn every_quote_clause_constraint_and_file_is_in_the_gap_report() {
    let (assessment, _) = sample::large(SourceKind::Drive);
    let page = unescaped(&pages(SourceKind::Drive, true)[1].1);
    for finding in &assessment.findings {
        assert!(page.contains(&finding.title) && page.contains(&format!(">{}<", finding.clause)), "{}", finding.clause);
        for constraint in &finding.constraints {
            assert!(page.contains(&constraint.shall) && page.contains(&constraint.components.because));
            for evidence in &constraint.evidence {
                assert!(page.contains(&evidence.quote), "{}", evidence.quote);
                assert!(page.contains(&evidence.locator.in_words()));
            }
        }
        for gap in &finding.gaps {
            assert!(page.contains(&gap.title) && page.contains(&gap.remedy));
        }
    }
    for entry in &assessment.ledger {
        assert!(page.contains(&shown(&entry.path)), "{}", shown(&entry.path));
        assert!(page.contains(entry.reason.as_deref().unwrap_or_default()));
    }
    assert_eq!(page.matches("<article").count(), 67);
}

#[test]
fn nothing_in_a_page_acts_or_asks_the_network() {
    for kind in [SourceKind::Folder, SourceKind::Drive] {
        for (name, page) in pages(kind, true) {
            let lower = page.to_lowercase();
            for banned in [
                "<script",
                "javascript:\"",
                "href=\"javascript",
                " onload",
                " onclick",
                "<img",
                "<link",
                "<iframe",
                "url(",
                "@import",
                " src=",
                // A style attribute would be refused where the page is served under a policy by hash.
                "style=\"",
            ] {
                assert!(!lower.contains(banned), "{name} holds {banned}");
            }
            assert!(page.contains("default-src 'none'; style-src 'unsafe-inline'"));
            for (at, _) in page.match_indices("href=\"") {
                let target = page[at + 6..].split('"').next().unwrap();
                let is_ours = target.starts_with('#') || ["summary.html", "gap-report.html"].contains(&target);
                let is_drive = kind == SourceKind::Drive && target.starts_with("https://drive.google.com/open?id=id%2F");
                assert!(is_ours || is_drive, "{name} links to {target}");
            }
            for c in ['\0', '\u{202e}', '\u{200b}', '\u{feff}', '\r'] {
                assert!(!page.contains(c), "{name} holds {c:?}");
            }
        }
    }
}

#[test]
fn drive_files_are_linked_and_folder_files_are_not() {
    assert!(pages(SourceKind::Drive, true)[1].1.contains("https://drive.google.com/open?id=id%2F"));
    assert!(!pages(SourceKind::Folder, true)[1].1.contains("https://drive"));
}

#[test]
fn pages_are_well_built() {
    for (name, page) in pages(SourceKind::Drive, true) {
        assert!(page.trim_start().starts_with("<!doctype html>"), "{name}");
        assert!(page.contains("<html lang=\"en\">") && page.contains("class=\"skip\""));
        assert_eq!(page.matches("<h1").count(), 1, "{name}");
        let mut level = 0;
        for (at, _) in page.match_indices("<h") {
            let Some(next) = page[at + 2..].chars().next().and_then(|c| c.to_digit(10)) else { continue };
            assert!(next <= level + 1, "{name}: heading {next} after {level}: {}", &page[at..at + 60]);
            level = next;
        }
        assert_eq!(page.matches("<table").count(), page.matches("<caption").count(), "{name}");
        for tag in ["section", "article", "div", "table", "tr", "ul", "ol", "dl", "figure", "details", "bdi", "span", "p"] {
            let opened = page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count();
            assert_eq!(opened, page.matches(&format!("</{tag}>")).count(), "{name}: <{tag}>");
        }
        let mut ids: Vec<&str> = page.match_indices(" id=\"").map(|(at, _)| page[at + 5..].split('"').next().unwrap()).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "{name}: an id is used twice");
        let lower = page.to_lowercase();
        assert!(!lower.contains("compliant") && !lower.contains("compliance"), "{name} speaks of compliance");
    }
}

#[test]
fn the_same_assessment_gives_the_same_pages() {
    assert_eq!(pages(SourceKind::Drive, true), pages(SourceKind::Drive, true));
}

#[test]
fn an_incomplete_review_says_so_and_shows_no_absence() {
    for (name, page) in pages(SourceKind::Folder, false) {
        assert!(page.contains("This review is incomplete. It proves nothing to be absent."), "{name}");
        assert!(page.contains("The listing broke off after 33 files"), "{name}");
        assert!(!page.contains("Likely a major nonconformity"), "{name}");
        assert!(!page.contains("k-not-found\""), "{name}");
    }
}

#[test]
fn the_defense_names_found_documents_and_leaves_blanks() {
    let page = &pages(SourceKind::Folder, true)[1].1;
    assert!(page.contains("[threat model: to be named]"));
    assert!(page.contains("[product: to be filled in]"));
    assert!(page.contains("<span class=\"doc\"><bdi>"));
}

#[test]
fn an_empty_review_has_a_report() {
    let assessment = sample::assessment(SourceKind::Folder, vec![], vec![]);
    let catalog = sample::catalog(vec![]);
    let page = gap_report_html(&GapReport::of(&assessment, &catalog), &sample::facts());
    for sentence in ["No file was listed.", "No document gave evidence.", "No clause was chosen"] {
        assert!(page.contains(sentence), "{sentence}");
    }
}

/// Written to a folder as a browser will open them; `CROSSWALK_REPORT_SAMPLES` names one to look at them.
#[test]
fn pages_survive_the_way_to_disk() {
    let folder = sample::Folder::new();
    for (suffix, complete) in [("", true), ("-incomplete", false)] {
        for (name, page) in pages(SourceKind::Drive, complete) {
            let path = folder.path().join(name.replace(".html", &format!("{suffix}.html")));
            fs::write(&path, &page).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), page);
        }
    }
}

#[test]
fn every_part_of_a_bar_has_its_length() {
    for (name, page) in pages(SourceKind::Drive, true) {
        let (style, body) = page.split_once("</style>").unwrap();
        let mut parts = 0;
        for (at, _) in body.match_indices("<i class=\"s-") {
            let classes = body[at + 10..].split('"').next().unwrap();
            // Those of the legend are samples, and equally long.
            let Some((_, length)) = classes.split_once(" w") else { continue };
            assert!(style.contains(&format!(".bar .w{length}{{flex:{length}}}")), "{name}: {classes}");
            parts += 1;
        }
        assert!(parts > 60, "{name}: {parts} parts");
    }
}
