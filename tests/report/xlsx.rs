//! The gap report as a workbook, read back: every row is there, nothing in it is a formula, and Excel's limits hold.

use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};
use crosswalk::assessment::{Assessment, Verdict, compare};
use crosswalk::catalog::{Catalog, Stage};
use crosswalk::evidence::{LedgerStatus, Locator, SourceKind};
use crosswalk::report::{GapReport, gap_report_xlsx, shown};

use crate::decisions::decisions;
use crate::sample;

fn large(kind: SourceKind) -> (Assessment, Catalog, GapReport) {
    let (mut assessment, catalog) = sample::large(kind);
    let mut earlier = assessment.clone();
    earlier.ledger.truncate(20);
    for finding in earlier.findings.iter_mut().take(9) {
        finding.status = Verdict::Supported;
    }
    // What a stranger may write so that a spreadsheet acts on it.
    for (finding, quote) in
        assessment.findings.iter_mut().zip(["=cmd|' /C calc'!A0 and more words", "@SUM(1+1)*cmd|' /C calc'!A0", "-2+3+cmd|calc words"])
    {
        if let Some(evidence) = finding.constraints.iter_mut().find_map(|c| c.evidence.first_mut()) {
            evidence.quote = quote.into();
        }
    }
    assessment.ledger[0].path = "=HYPERLINK(\"https://evil.example\",\"click\").docx".into();
    for (number, entry) in assessment.ledger.iter_mut().enumerate().skip(1) {
        entry.file_id = Some(format!("1aB_{number}-x"));
    }
    let change = compare(&earlier, &assessment);
    let report = GapReport::of(&assessment, &catalog).with_decisions(&decisions(), &catalog).with_change(&change, &catalog);
    (assessment, catalog, report)
}

type Rows = Vec<Vec<String>>;

fn open(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes)).unwrap()
}

/// The rows of a sheet; every cell is a text or empty.
fn rows(workbook: &mut Xlsx<Cursor<Vec<u8>>>, name: &str) -> Rows {
    let range = workbook.worksheet_range(name).unwrap();
    range
        .rows()
        .map(|row| {
            row.iter()
                .map(|cell| match cell {
                    Data::String(text) => text.clone(),
                    Data::Empty => String::new(),
                    other => panic!("{name} holds {other:?}"),
                })
                .collect()
        })
        .collect()
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

const SHEETS: [&str; 7] = ["Overview", "Findings", "Gaps", "Evidence", "Files", "Changes", "Decisions"];

#[test]
fn every_row_is_there() {
    let (assessment, _, report) = large(SourceKind::Drive);
    let mut workbook = open(gap_report_xlsx(&report, &sample::facts()));
    assert_eq!(workbook.sheet_names(), SHEETS);
    let findings = rows(&mut workbook, "Findings");
    assert_eq!(findings.len() - 1, assessment.findings.iter().map(|f| f.constraints.len().max(1)).sum::<usize>());
    assert_eq!(findings[0][..3], ["Standard", "Clause", "Title"]);
    let constraints = assessment.findings.iter().flat_map(|f| f.constraints.iter().map(move |c| (f, c)));
    for (row, (finding, constraint)) in findings[1..].iter().zip(constraints) {
        assert_eq!(
            row[1..7],
            [&finding.clause, &finding.title, finding.status.in_words(), &constraint.id, &constraint.shall, constraint.verdict.in_words()]
        );
        assert_eq!(row[7], constraint.components.because);
        if let Some(evidence) = constraint.counting_evidence().next() {
            assert!(row[8].contains(&shown(&evidence.quote)) && row[8].contains(&shown(&evidence.locator.in_words())), "{}", row[8]);
            assert!(row[9].ends_with(&shown(&evidence.path)), "{}", row[9]);
        }
    }
    let gaps = rows(&mut workbook, "Gaps");
    assert_eq!(gaps.len() - 1, assessment.findings.iter().map(|f| f.gaps.len()).sum::<usize>());
    let assigned: Vec<&Vec<String>> = gaps.iter().filter(|row| row[1] == "4.1.4").collect();
    assert!(!assigned.is_empty() && assigned.iter().all(|row| row[8] == "'+B. Owner" && row[9] == "24 December 2026"));
    assert!(assigned[0][10].starts_with("Finding disputed – =Reason 1"));
    let evidence = rows(&mut workbook, "Evidence");
    let quotes: Vec<String> = evidence[1..].iter().map(|row| row[5].trim_start_matches('\'').to_owned()).collect();
    for quoted in assessment.findings.iter().flat_map(|f| &f.constraints).filter(|c| c.verdict >= Verdict::Weak).flat_map(|c| &c.evidence) {
        assert!(quotes.contains(&shown(&quoted.quote)), "{}", quoted.quote);
    }
    let files = rows(&mut workbook, "Files");
    assert_eq!(files.len() - 1, assessment.ledger.len());
    for (row, entry) in files[1..].iter().zip(&assessment.ledger) {
        assert_eq!(row[0].trim_start_matches('\''), shown(&entry.path));
    }
    let changes = rows(&mut workbook, "Changes");
    assert!(changes.iter().any(|row| row[0] == "Clause") && changes.iter().any(|row| row[0] == "File" && row[1] == "New"));
    assert_eq!(rows(&mut workbook, "Decisions").len() - 1, 6);
    let overview: String = rows(&mut workbook, "Overview").concat().join("\n");
    for words in [
        "Gap report",
        "QMS of <Example> & Söhne[U+202E] (Google Drive)",
        "22 November 2026",
        "We report evidence, not conformity",
        "Unreadable: Scanned",
    ] {
        assert!(overview.contains(words), "{words}");
    }
}

#[test]
fn nothing_is_a_formula_nor_looks_like_one() {
    let bytes = gap_report_xlsx(&large(SourceKind::Drive).2, &sample::facts());
    let mut workbook = open(bytes.clone());
    let mut marked = 0;
    for name in SHEETS {
        assert!(workbook.worksheet_formula(name).unwrap().is_empty(), "{name}");
        for cell in rows(&mut workbook, name).concat() {
            for line in cell.lines() {
                let first = line.trim_start().chars().next().unwrap_or(' ');
                assert!(!"=+-@\t\r".contains(first), "{name}: {line}");
                marked += usize::from(first == '\'');
            }
        }
    }
    assert!(marked > 8, "{marked} texts were made harmless");
    // The words of the quote are all there, after the apostrophe.
    let evidence = rows(&mut workbook, "Evidence");
    assert!(evidence.iter().any(|row| row[5] == "'=cmd|' /C calc'!A0 and more words"));
    for number in 1..=7 {
        assert!(!part(&bytes, &format!("xl/worksheets/sheet{number}.xml")).contains("<f>"));
    }
}

#[test]
fn files_in_drive_are_links_and_those_of_a_folder_are_not() {
    let drive = gap_report_xlsx(&large(SourceKind::Drive).2, &sample::facts());
    let relationships = part(&drive, "xl/worksheets/_rels/sheet5.xml.rels");
    let expected = large(SourceKind::Drive).0.ledger.len() - 1;
    assert_eq!(relationships.matches("Target=\"https://drive.google.com/open?id=1aB_").count(), expected);
    assert_eq!(part(&drive, "xl/worksheets/sheet5.xml").matches("<hyperlink ").count(), expected);
    assert!(!relationships.contains("%25"), "a link that is encoded twice leads elsewhere");
    assert!(!relationships.contains("evil.example"));
    let folder = gap_report_xlsx(&large(SourceKind::Folder).2, &sample::facts());
    for number in 1..=7 {
        assert!(!part(&folder, &format!("xl/worksheets/sheet{number}.xml")).contains("<hyperlink "));
    }
}

#[test]
fn heads_are_frozen_and_filtered() {
    let bytes = gap_report_xlsx(&large(SourceKind::Drive).2, &sample::facts());
    for number in 2..=7 {
        let sheet = part(&bytes, &format!("xl/worksheets/sheet{number}.xml"));
        assert!(sheet.contains("state=\"frozen\"") && sheet.contains("<autoFilter ref=\"A1:"), "{number}");
    }
}

/// The name of a line may be longer than what it says: neither is cut off.
#[test]
fn no_name_of_the_overview_is_cut_off() {
    let (mut assessment, catalog) = sample::large(SourceKind::Drive);
    assessment.ledger.push(sample::unread("a", LedgerStatus::PassedOver, "A shortcut to something that is examined in its own place."));
    let bytes = gap_report_xlsx(&GapReport::of(&assessment, &catalog), &sample::facts());
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
    let overview = rows(&mut open(bytes), "Overview");
    let long: Vec<usize> =
        (0..overview.len()).filter(|row| overview[*row][0].starts_with("Passed over") && overview[*row][0].len() > 34).collect();
    assert!(!long.is_empty());
    for row in long {
        let (_, rest) = sheet.split_once(&format!("<row r=\"{}\"", row + 1)).unwrap();
        let (_, height) = rest.split_once("ht=\"").unwrap();
        let height: f64 = height.split('"').next().unwrap().parse().unwrap();
        assert!(height >= 28.0, "{}: {height} points", overview[row][0]);
    }
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let first = gap_report_xlsx(&large(SourceKind::Drive).2, &sample::facts());
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| assert!(gap_report_xlsx(&large(SourceKind::Drive).2, &sample::facts()) == first, "the bytes differ"));
        }
    });
    assert!(part(&first, "docProps/core.xml").contains("1980-01-01"), "no clock was read");
}

#[test]
fn limits_of_excel_hold() {
    let clause = sample::clause("4.1", "Title", Stage::Draft, 1);
    let mut finding = sample::finding("s", &clause, Verdict::Supported, &[Verdict::Supported], &[]);
    finding.constraints[0].shall = "y".repeat(40_000);
    finding.constraints[0].evidence =
        vec![sample::evidence(&"p/".repeat(20_000), "A quote of more than twenty characters.", Locator::default())];
    let mut ledger = vec![sample::read("many")];
    ledger.extend((0..66_000).map(|number| sample::read(&format!("{number:05}.pdf"))));
    // As real ids look.
    for entry in &mut ledger {
        entry.file_id = Some("1aB".into());
    }
    ledger[5].file_id = Some("i".repeat(2_100));
    let catalog = sample::catalog(vec![sample::standard("s", "S", vec![clause])]);
    let report = GapReport::of(&sample::assessment(SourceKind::Drive, vec![finding], ledger), &catalog);
    let bytes = gap_report_xlsx(&report, &sample::facts());
    let relationships = part(&bytes, "xl/worksheets/_rels/sheet5.xml.rels");
    assert_eq!(part(&bytes, "xl/worksheets/sheet5.xml").matches("<hyperlink ").count(), 65_530);
    assert!(!relationships.contains("iiii"), "an address that Excel refuses is no link");
    let mut workbook = open(bytes);
    let files = rows(&mut workbook, "Files");
    assert_eq!(files.len(), 66_002, "files beyond the limit of links are named all the same");
    assert_eq!(files[66_001][0], "65999.pdf");
    let long = &rows(&mut workbook, "Findings")[1];
    assert!(long[5].ends_with("the whole text is in review.json]") && long[5].encode_utf16().count() == 32_767);
    assert!(long[9].encode_utf16().count() <= 32_767);
}

#[test]
fn an_incomplete_review_says_so_and_an_empty_one_has_a_workbook() {
    let (mut assessment, catalog) = sample::large(SourceKind::Folder);
    assessment.complete = false;
    let mut facts = sample::facts();
    facts.incomplete_reasons = vec!["=The listing broke off.".into()];
    let mut workbook = open(gap_report_xlsx(&GapReport::of(&assessment, &catalog), &facts));
    let overview = rows(&mut workbook, "Overview").concat().join("\n");
    assert!(
        overview.contains("This review is incomplete. It proves nothing to be absent.") && overview.contains("'=The listing broke off.")
    );
    let gaps = rows(&mut workbook, "Gaps").concat().join("\n");
    assert!(gaps.contains("Not confirmed while the review is incomplete") && !gaps.contains("Likely a major nonconformity"));
    assert!(!rows(&mut workbook, "Findings").concat().contains(&"No evidence found".to_owned()));
    assert!(!workbook.sheet_names().contains(&"Changes".to_owned()));
    let empty = GapReport::of(&sample::assessment(SourceKind::Folder, vec![], vec![]), &sample::catalog(vec![]));
    assert_eq!(rows(&mut open(gap_report_xlsx(&empty, &facts)), "Findings").len(), 1);
}

/// Written to a folder as a spreadsheet program will open it; `CROSSWALK_REPORT_SAMPLES` names one to look at it.
#[test]
fn workbooks_survive_the_way_to_disk() {
    let folder = sample::Folder::new();
    let path = folder.path().join("gap-report.xlsx");
    let bytes = gap_report_xlsx(&large(SourceKind::Drive).2, &sample::facts());
    std::fs::write(&path, &bytes).unwrap();
    assert!(std::fs::read(&path).unwrap() == bytes);
}
