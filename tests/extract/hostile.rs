//! Files and names made to do harm, handed to the confined reader process as a review hands them: each costs one typed
//! reason, nothing of this machine gets into the text, and the caller goes on.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;

use crosswalk::evidence::Unreadable;
use crosswalk::extract::{ChildExtractor, SandboxDemand};
use crosswalk::ports::{ExtractLimits, Extraction};

use crate::inputs;

fn extractor(limits: ExtractLimits) -> ChildExtractor {
    ChildExtractor::new(PathBuf::from(env!("CARGO_BIN_EXE_crosswalk")), limits).with_sandbox(SandboxDemand::BestEffort)
}

/// The text, or the code of the reason.
async fn outcome(name: &str, bytes: Vec<u8>) -> String {
    match extractor(ExtractLimits::default()).read_bytes(name, "", bytes).await {
        Extraction::Document(document) => format!("read: {}", document.plain_text().trim()),
        Extraction::Unreadable(reason) => reason.code().into(),
    }
}

const DECLARATION: &str = r#"<?xml version="1.0" encoding="UTF-8"?>"#;

/// A main document part that opens with this document type declaration.
fn declaring(declaration: &str, text: &str) -> String {
    inputs::body(&inputs::paragraph(text)).replacen(DECLARATION, &format!("{DECLARATION}{declaration}"), 1)
}

/// Ten entities, each ten times the one before.
fn billion_laughs() -> String {
    let lol = |n: usize| format!(r#"<!ENTITY l{n} "{}">"#, format!("&l{};", n - 1).repeat(10));
    format!(r#"<!DOCTYPE d [<!ENTITY l0 "ha">{}]>"#, (1..10).map(lol).collect::<String>())
}

#[tokio::test]
async fn no_entity_is_resolved() {
    let external = r#"<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>"#;
    let parameter = r#"<!DOCTYPE d [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;]>"#;
    let foreign = r#"<!DOCTYPE d SYSTEM "file:///etc/passwd">"#;
    let document = |declaration: &str, text: &str| inputs::docx(&[("word/document.xml", declaring(declaration, text))]);
    for (what, bytes) in [
        ("an external entity", document(external, "&x;")),
        ("a parameter entity", document(parameter, "words")),
        ("a foreign declaration", document(foreign, "words")),
        ("billion laughs", document(&billion_laughs(), "&l9;")),
    ] {
        assert_eq!(outcome("a.docx", bytes).await, "damaged", "{what}");
    }
    // Whichever way a workbook or a presentation with such a declaration ends, what the entity names is not in it.
    let sheet = r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>words &x; &l9;</t></is></c></row></sheetData></worksheet>"#;
    let workbook = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"#;
    let relations = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    for declaration in [external.to_owned(), billion_laughs()] {
        let bytes = inputs::archive(&[
            ("xl/workbook.xml", format!("{DECLARATION}{workbook}")),
            ("xl/_rels/workbook.xml.rels", format!("{DECLARATION}{relations}")),
            ("xl/worksheets/sheet1.xml", format!("{DECLARATION}{declaration}{sheet}")),
        ]);
        let found = outcome("a.xlsx", bytes).await;
        assert!(!found.contains("root:") && !found.contains("haha") && found.len() < 100, "{found}");
        assert!(found != "reader-stopped" && found != "timed-out", "{found}");
    }
}

#[tokio::test]
async fn a_bomb_in_a_container_is_too_large() {
    let spaces = |mebibytes: usize| inputs::body(&inputs::paragraph(&" ".repeat(mebibytes << 20)));
    let bomb = inputs::docx(&[("word/document.xml", spaces(60))]);
    assert_eq!(outcome("a.docx", bomb.clone()).await, "too-large");
    // The same, but the container states that the part is small.
    let mut liar = bomb;
    let stated = u32::try_from(spaces(60).len()).unwrap().to_le_bytes();
    let places: Vec<usize> = liar.windows(4).enumerate().filter(|(_, four)| *four == stated).map(|(place, _)| place).collect();
    assert!(!places.is_empty(), "the stated size is nowhere");
    for place in places {
        liar.splice(place..place + 4, 1_000_u32.to_le_bytes());
    }
    let found = outcome("a.docx", liar).await;
    assert!(matches!(found.as_str(), "damaged" | "too-large"), "{found}");
    let many: Vec<(String, String)> = (0..10_001).map(|n| (format!("word/media/{n}.xml"), String::new())).collect();
    let mut parts: Vec<(&str, String)> = many.iter().map(|(name, content)| (name.as_str(), content.clone())).collect();
    parts.push(("word/document.xml", inputs::body(&inputs::paragraph("words"))));
    assert_eq!(outcome("a.docx", inputs::docx(&parts)).await, "too-large");
}

#[tokio::test]
async fn the_bytes_decide_and_not_the_name() {
    let pdf = inputs::pdf(&["BT /F1 12 Tf 72 700 Td (Some words on a page) Tj ET"]);
    assert_eq!(outcome("a.docx", pdf.clone()).await, "wrong-type");
    assert_eq!(outcome("a.pdf.exe", pdf.clone()).await, "read: Some words on a page");
    assert_eq!(outcome("a.pdf", inputs::docx_of(&["words"])).await, "wrong-type");
    assert_eq!(outcome("a.pdf", b"\x7fELF\x02\x01\x01".to_vec()).await, "wrong-type");
}

#[tokio::test]
async fn a_name_is_only_a_claim() {
    for name in [
        "../../../../etc/passwd.md".to_owned(),
        "/dev/stdin.md".to_owned(),
        "nul\0byte.md".to_owned(),
        "line\nbreak.md".to_owned(),
        "\"}\n{\"name\":\"x.pdf\",\"mime\":\"\"}\n.md".to_owned(),
        "\u{202e}gpj.md".to_owned(),
        format!("{}.md", "n".repeat(4096)),
        format!("{}.md", "\u{1f9ea}".repeat(4096)),
    ] {
        let shown: String = name.chars().take(40).collect();
        assert_eq!(outcome(&name, b"# Scope\n".to_vec()).await, "read: Scope", "{shown:?}");
    }
    // Beyond what any drive allows a name to be, there is no reader, but still an answer.
    assert_eq!(outcome(&"n".repeat(2 << 20), b"# Scope\n".to_vec()).await, "reader-stopped");
}

/// A page that shows very many words one by one.
fn laborious_pdf() -> Vec<u8> {
    let mut words = String::from("BT /F1 12 Tf 72 700 Td ");
    words.push_str(&"(word) Tj 5 0 Td ".repeat(400_000));
    words.push_str("ET");
    inputs::pdf(&[&words, &words, &words])
}

#[tokio::test]
async fn what_takes_too_long_or_too_much_is_told_as_that() {
    let all = ExtractLimits::default();
    let slow = extractor(ExtractLimits { cpu_seconds: 1, ..all }).read_bytes("a.pdf", "", laborious_pdf()).await;
    assert!(slow == Extraction::Unreadable(Unreadable::TimedOut { limit_seconds: 1 }), "not told as time");
    // The stack of the reader fits, the unpacked part does not.
    let mut numbers = String::new();
    for n in 0..5_000_000_u32 {
        write!(numbers, "{:08x} ", n.wrapping_mul(2_654_435_761)).unwrap();
    }
    let large = inputs::docx(&[("word/document.xml", inputs::body(&inputs::paragraph(&numbers)))]);
    let little = extractor(ExtractLimits { memory_bytes: 272 << 20, ..all });
    let Extraction::Unreadable(Unreadable::TooLarge { limit }) = little.read_bytes("a.docx", "", large).await else {
        panic!("not told as memory")
    };
    assert!(limit.contains("memory"), "{limit}");
    // Memory that a parser takes without asking ends the process.
    let greedy = little.read_bytes("a.pdf", "", laborious_pdf()).await;
    let Extraction::Unreadable(Unreadable::ReaderStopped { detail }) = greedy else { panic!("not told as memory") };
    assert!(detail.contains("memory"), "{detail}");
}

#[test]
fn a_huge_file_is_refused_by_its_size_alone() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::File::create(folder.path().join("a.docx")).unwrap().set_len(10 << 30).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_crosswalk")).args(["extract", "a.docx"]).current_dir(folder.path()).output().unwrap();
    let words = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(5), "{words}");
    assert!(words.contains("Too large: 10737418240 bytes"), "{words}");
}
