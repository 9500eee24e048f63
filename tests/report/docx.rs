use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use crosswalk::assessment::compare;
use crosswalk::evidence::SourceKind;
use crosswalk::report::{DECISIONS_ELSEWHERE, GapReport, gap_report_docx, shown};
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::decisions::decisions;
use crate::sample;

fn document(kind: SourceKind, complete: bool) -> Vec<u8> {
    let (mut assessment, catalog) = sample::large(kind);
    assessment.complete = complete;
    let change = compare(&sample::earlier(&assessment), &assessment);
    let mut facts = sample::facts();
    facts.incomplete_reasons = if complete { vec![] } else { vec!["The listing broke off.".into()] };
    gap_report_docx(&GapReport::of(&assessment, &catalog).with_decisions(&decisions(), &catalog).with_change(&change, &catalog), &facts)
}

pub fn parts(docx: &[u8]) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(docx)).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut file = archive.by_index(index).unwrap();
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            (file.name().unwrap().into_owned(), text)
        })
        .collect()
}

/// The paragraphs of the document, each with its style.
pub fn paragraphs(xml: &str) -> Vec<(String, String)> {
    let mut reader = Reader::from_str(xml);
    let mut all = Vec::new();
    let (mut style, mut text) = (String::new(), String::new());
    let mut in_text = false;
    loop {
        match reader.read_event().unwrap() {
            Event::Start(e) if e.name().as_ref() == "w:p" => (style, text) = (String::new(), String::new()),
            Event::Empty(e) if e.name().as_ref() == "w:pStyle" => {
                style = e.try_get_attribute("w:val").unwrap().unwrap().value.to_string();
            }
            Event::Start(e) if e.name().as_ref() == "w:t" => in_text = true,
            Event::End(e) if e.name().as_ref() == "w:t" => in_text = false,
            Event::End(e) if e.name().as_ref() == "w:p" => all.push((std::mem::take(&mut style), std::mem::take(&mut text))),
            Event::Text(t) if in_text => text.push_str(&t),
            Event::GeneralRef(r) if in_text => text.push_str(match &*r {
                "amp" => "&",
                "lt" => "<",
                "gt" => ">",
                "quot" => "\"",
                "apos" => "'",
                other => panic!("unknown reference {other}"),
            }),
            Event::Eof => return all,
            _ => {}
        }
    }
}

#[test]
fn every_part_is_well_formed_and_every_relationship_has_an_end() {
    for kind in [SourceKind::Drive, SourceKind::Folder] {
        let parts = parts(&document(kind, true));
        for (name, xml) in &parts {
            let mut reader = Reader::from_str(xml);
            reader.config_mut().check_end_names = true;
            while !matches!(reader.read_event().unwrap_or_else(|e| panic!("{name}: {e}")), Event::Eof) {}
            assert!(
                !xml.chars()
                    .any(|c| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{202e}' | '\u{fffe}' | '\u{ffff}')),
                "{name}"
            );
        }
        let relationships = &parts["word/_rels/document.xml.rels"];
        let body = &parts["word/document.xml"];
        for (at, _) in body.match_indices("r:id=\"") {
            let id = body[at + 6..].split('"').next().unwrap();
            assert!(relationships.contains(&format!("Id=\"{id}\"")), "{id}");
        }
        for (at, _) in relationships.match_indices("Target=\"http") {
            assert!(relationships[at + 8..].starts_with("https://drive.google.com/open?id=id%2F"));
        }
        assert_eq!(relationships.contains("https://drive"), kind == SourceKind::Drive);
    }
}

#[test]
fn it_says_what_the_assessment_says() {
    let (assessment, _) = sample::large(SourceKind::Drive);
    let paragraphs = paragraphs(&parts(&document(SourceKind::Drive, true))["word/document.xml"]);
    let all: String = paragraphs.iter().flat_map(|(_, text)| [text.as_str(), "\n"]).collect();
    let of_style = |style: &str| paragraphs.iter().filter(|(s, _)| s == style).map(|(_, text)| text.as_str()).collect::<Vec<_>>();
    let quotes = of_style("Quote");
    let headings = of_style("Heading2");
    for finding in &assessment.findings {
        assert!(headings.contains(&format!("{}  {}", finding.clause, finding.title).as_str()));
        for constraint in &finding.constraints {
            assert!(all.contains(&constraint.shall) && all.contains(&constraint.components.because));
            for evidence in &constraint.evidence {
                assert!(quotes.contains(&format!("“{}”", evidence.quote).as_str()), "{}", evidence.quote);
                assert!(all.contains(&evidence.locator.in_words()));
            }
        }
        for gap in &finding.gaps {
            assert!(all.contains(&gap.title) && all.contains(&gap.remedy));
        }
    }
    for entry in &assessment.ledger {
        assert!(all.contains(&shown(&entry.path)));
    }
    assert_eq!(
        of_style("Heading1"),
        [
            "What was reviewed",
            "Result by standard",
            "What changed since the earlier review",
            "iec-81001-5-1-2021",
            "iec-62304-2006-a1-2015",
            "Customer demands <2026>",
            DECISIONS_ELSEWHERE,
            "Limits of the examination",
            "Appendix A: Traceability matrix",
            "Appendix B: Ledger of files"
        ]
    );
    assert!(!all.to_lowercase().contains("complian"));
}

#[test]
fn it_is_built_as_a_word_document_should_be() {
    let parts = parts(&document(SourceKind::Folder, true));
    let body = &parts["word/document.xml"];
    assert!(body.contains("TOC \\o &quot;1-2&quot;") || body.contains("TOC \\o \"1-2\""), "no table of contents");
    assert_eq!(body.matches("<w:tblHeader />").count(), body.matches("<w:cantSplit />").count());
    assert!(body.matches("<w:tblHeader />").count() > 67);
    assert!(body.contains("w:w=\"11906\"") && body.contains("w:h=\"16838\""), "not A4");
    assert!(parts.iter().any(|(name, xml)| name.starts_with("word/footer") && xml.contains("PAGE")));
    let styles = &parts["word/styles.xml"];
    let mut ids: Vec<&str> = styles.match_indices("w:styleId=\"").map(|(at, _)| styles[at + 11..].split('"').next().unwrap()).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "a style is defined twice");
    for (at, _) in body.match_indices("<w:pStyle w:val=\"") {
        let id = body[at + 17..].split('"').next().unwrap();
        assert!(ids.contains(&id), "no style {id}");
    }
    assert!(styles.contains("<w:lang w:val=\"en-GB\" />") && styles.contains("w:default=\"1\""));
    assert!(!body.contains("<w:pPr><w:rPr />"), "properties are not in the order of the schema");
    for style in ["Heading1", "Heading2", "Heading3", "Quote", "Title", "TOC1"] {
        assert!(parts["word/styles.xml"].contains(&format!("w:styleId=\"{style}\"")), "{style}");
    }
    assert!(!parts["docProps/core.xml"].contains("1970") && !parts["docProps/core.xml"].contains("unknown"));
}

#[test]
fn the_same_assessment_gives_the_same_bytes_whatever_was_written_before() {
    let first = document(SourceKind::Drive, true);
    let _ = document(SourceKind::Drive, false);
    let check = || {
        let again = document(SourceKind::Drive, true);
        if again == first {
            return;
        }
        for (name, xml) in parts(&again) {
            let before = &parts(&first)[&name];
            let at = xml.bytes().zip(before.bytes()).position(|(a, b)| a != b).unwrap_or(xml.len().min(before.len()));
            let from = at.saturating_sub(40);
            assert!(xml == *before, "{name} differs: {} / {}", shown(&xml[from..at + 40]), shown(&before[from..at + 40]));
        }
        panic!("only the archive differs");
    };
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(check);
        }
    });
    check();
}

#[test]
fn an_incomplete_review_says_so() {
    let texts = paragraphs(&parts(&document(SourceKind::Folder, false))["word/document.xml"]);
    let has = |wanted: &str| texts.iter().any(|(_, text)| text.contains(wanted));
    assert!(has("This review is incomplete. It proves nothing to be absent."));
    assert!(has("The listing broke off."));
    assert!(!has("Likely a major nonconformity"));
    assert_eq!(texts.iter().filter(|(_, text)| text == "○ No evidence found").count(), 1, "only where the words are explained");
}

#[test]
fn an_empty_review_has_a_document() {
    let report = GapReport::of(&sample::assessment(SourceKind::Folder, vec![], vec![]), &sample::catalog(vec![]));
    let texts = paragraphs(&parts(&gap_report_docx(&report, &sample::facts()))["word/document.xml"]);
    assert!(texts.iter().any(|(_, text)| text == "No file was listed."));
}

/// Written to a folder as a word processor will open them; `CROSSWALK_REPORT_SAMPLES` names one to look at them.
#[test]
fn documents_survive_the_way_to_disk() {
    let folder = sample::Folder::new();
    for (name, kind, complete) in [("gap-report.docx", SourceKind::Drive, true), ("gap-report-incomplete.docx", SourceKind::Folder, false)]
    {
        let path = folder.path().join(name);
        std::fs::write(&path, document(kind, complete)).unwrap();
        assert_eq!(parts(&std::fs::read(&path).unwrap()).len(), 16);
    }
}
