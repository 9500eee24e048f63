//! Every way a file can be unreadable is told apart, by its bytes and not by its name.

use crosswalk::evidence::Unreadable;
use crosswalk::extract;
use crosswalk::ports::{ExtractLimits, Extraction};

use crate::inputs;

/// `read`, or the code of the reason.
fn outcome(name: &str, mime: &str, bytes: &[u8], limits: &ExtractLimits) -> String {
    match extract::read(name, mime, bytes, limits) {
        Extraction::Document(_) => "read".into(),
        Extraction::Unreadable(reason) => reason.code().into(),
    }
}

fn ole(stream_name: &str) -> Vec<u8> {
    let mut bytes = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    bytes.resize(1024, 0);
    bytes.extend(stream_name.encode_utf16().flat_map(u16::to_le_bytes));
    bytes.resize(4096, 0);
    bytes
}

#[test]
fn types_are_told_apart() {
    let docx = inputs::docx_of(&["Some words in a document."]);
    let pdf = inputs::pdf(&["BT /F1 12 Tf 72 700 Td (Some words on a page) Tj ET"]);
    let image_only = inputs::pdf(&["q 400 0 0 600 72 72 cm /I Do Q"]);
    let blank = inputs::pdf(&["", ""]);
    let archive = inputs::archive(&[("hello.txt", "hi".into())]);
    let half = docx.get(..docx.len() / 2).unwrap().to_vec();
    let word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    let cases: Vec<(&str, &str, Vec<u8>, &str)> = vec![
        ("a.docx", "", docx.clone(), "read"),
        ("a", word, docx.clone(), "read"),
        ("a.bin", "application/octet-stream", docx.clone(), "read"),
        ("a.pdf", "", pdf.clone(), "read"),
        ("a.pdf", "", [b"mail gateway\n".as_slice(), &pdf].concat(), "read"),
        ("a.txt", "text/plain", b"Some words.".to_vec(), "read"),
        ("a.json", "application/json", br#"{"words": true}"#.to_vec(), "read"),
        ("a.docx", "", Vec::new(), "empty"),
        ("a.docx", "", half, "damaged"),
        ("a.pdf", "", b"%PDF-1.4\n".to_vec(), "damaged"),
        ("a.docx", "", pdf.clone(), "wrong-type"),
        ("a.pdf", "", docx.clone(), "wrong-type"),
        ("a.xlsx", "", docx.clone(), "wrong-type"),
        ("a.pdf", "", b"<!DOCTYPE html><html><body>Sign in</body></html>".to_vec(), "wrong-type"),
        ("a.docx", "", b"just words\n".to_vec(), "wrong-type"),
        ("a.docx", "", archive.clone(), "wrong-type"),
        ("a.txt", "", vec![0, 1, 2, 3, 4, 5, 6, 7], "wrong-type"),
        ("a.docx", "", ole("EncryptedPackage"), "encrypted"),
        ("a.docx", "", ole("WordDocument"), "wrong-type"),
        ("a.doc", "", ole("WordDocument"), "unsupported"),
        ("a.doc", "", ole("EncryptedPackage"), "encrypted"),
        ("a.zip", "", archive, "unsupported"),
        ("a.png", "image/png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), "unsupported"),
        ("a.html", "", b"<html>words</html>".to_vec(), "unsupported"),
        ("a.rtf", "", b"{\\rtf1 words}".to_vec(), "unsupported"),
        ("a.pdf", "", image_only, "scanned"),
        ("a.pdf", "", blank, "no-text"),
        ("a.docx", "", inputs::docx_of(&["", "  "]), "no-text"),
        ("a.txt", "", b" \n\n ".to_vec(), "no-text"),
    ];
    let failures: Vec<String> = cases
        .into_iter()
        .map(|(name, mime, bytes, expected)| (name, expected, outcome(name, mime, &bytes, &ExtractLimits::default())))
        .filter(|(_, expected, found)| expected != found)
        .map(|(name, expected, found)| format!("{name}: expected {expected}, found {found}"))
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_limit_is_kept() {
    let docx = inputs::docx_of(&["one two three", "four five six"]);
    let nested = inputs::docx(&[("word/document.xml", inputs::body(&format!("{}{}", "<w:sdt>".repeat(300), "</w:sdt>".repeat(300))))]);
    let pages = inputs::pdf(&["BT /F1 12 Tf 72 700 Td (Some words on a page) Tj ET"; 3]);
    let bomb = inputs::docx(&[("word/document.xml", inputs::body(&inputs::paragraph(&" ".repeat(40 << 20))))]);
    let large_declaration = r#"<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>"#;
    let entity = inputs::docx(&[(
        "word/document.xml",
        inputs::body(&inputs::paragraph("&x;")).replacen(r#"<?xml version="1.0" encoding="UTF-8"?>"#, large_declaration, 1),
    )]);
    let all = ExtractLimits::default();
    let cases = [
        ("file", "a.docx", &docx, ExtractLimits { file_bytes: 100, ..all }, "too-large"),
        ("text", "a.docx", &docx, ExtractLimits { text_bytes: 20, ..all }, "too-large"),
        ("blocks", "a.docx", &docx, ExtractLimits { blocks: 1, ..all }, "too-large"),
        ("entries", "a.docx", &docx, ExtractLimits { zip_entries: 0, ..all }, "too-large"),
        ("part", "a.docx", &docx, ExtractLimits { zip_part_bytes: 100, ..all }, "too-large"),
        ("total", "a.docx", &docx, ExtractLimits { zip_total_bytes: 100, ..all }, "too-large"),
        ("depth", "a.docx", &nested, all, "too-large"),
        ("ratio", "a.docx", &bomb, all, "too-large"),
        ("pages", "a.pdf", &pages, ExtractLimits { pages: 2, ..all }, "too-large"),
        ("text of a pdf", "a.pdf", &pages, ExtractLimits { text_bytes: 30, ..all }, "too-large"),
        ("entities", "a.docx", &entity, all, "damaged"),
    ];
    for (what, name, bytes, limits, expected) in cases {
        assert_eq!(outcome(name, "", bytes, &limits), expected, "limit on {what}");
    }
}

#[test]
fn text_is_decoded_by_its_marks() {
    let cases: [(&[u8], &str); 4] = [
        ("Größe".as_bytes(), "Größe"),
        (b"\xef\xbb\xbfGr\xc3\xb6\xc3\x9fe", "Größe"),
        (b"\xff\xfeG\0r\0\xf6\0\xdf\0e\0", "Größe"),
        (b"Gr\xf6\xdfe", "Größe"),
    ];
    for (bytes, expected) in cases {
        let Extraction::Document(document) = extract::read("a.txt", "", bytes, &ExtractLimits::default()) else { panic!("not read") };
        assert_eq!(document.plain_text().trim(), expected);
    }
}

#[test]
fn a_reason_names_both_types() {
    let Extraction::Unreadable(Unreadable::WrongType { claimed, found }) = extract::read("a.pdf", "", b"words", &ExtractLimits::default())
    else {
        panic!("not told")
    };
    assert_eq!((claimed.as_str(), found.as_str()), ("PDF", "plain text"));
}

#[test]
fn workbooks_keep_sheet_and_range() {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("SOUP").unwrap();
    for (row, cells) in
        [["Software of unknown provenance", "", ""], ["Name", "Version", "Licence"], ["libpng", "1.6.43", "libpng-2.0"]].iter().enumerate()
    {
        for (column, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            sheet.write_string(u32::try_from(row + 1).unwrap(), u16::try_from(column + 1).unwrap(), *cell).unwrap();
        }
    }
    workbook.add_worksheet().set_name("Old").unwrap().set_hidden(true).write_string(0, 0, "Draft words").unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    let Extraction::Document(document) = extract::read("a.xlsx", "", &bytes, &ExtractLimits::default()) else { panic!("not read") };
    let found: Vec<String> =
        document.blocks.iter().map(|block| format!("{} {:?} {}", block.locator.in_words(), block.visibility, block.text)).collect();
    assert_eq!(
        found,
        [
            "sheet \"SOUP\", cells B2, row 2 Visible Software of unknown provenance",
            "sheet \"SOUP\", cells B3:D3, row 3 Visible Name Version Licence",
            "sheet \"SOUP\", cells B4:D4, row 4 Visible libpng 1.6.43 libpng-2.0",
            "sheet \"Old\", cells A1, row 1 Hidden Draft words",
        ]
    );
}
