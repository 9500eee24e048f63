//! Runs the cases of `tests/cases/extract`: each file holds an input in sections and the blocks it must give.
//!
//! A section begins with `-- name`. The last one, `-- blocks`, holds one line a block: what it is, a colon, its text.
//! To take up what the readers give now, run with `CROSSWALK_ACCEPT_CASES=1` and read the difference before keeping it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crosswalk::evidence::{Block, BlockKind, Visibility};
use crosswalk::extract;
use crosswalk::ports::{ExtractLimits, Extraction};

use crate::inputs;

struct Case {
    sections: Vec<(String, String)>,
}

impl Case {
    fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap();
        let mut sections: Vec<(String, String)> = Vec::new();
        for line in text.lines() {
            if let Some(name) = line.strip_prefix("-- ") {
                sections.push((name.trim().to_owned(), String::new()));
            } else if let Some((_, content)) = sections.last_mut() {
                content.push_str(line);
                content.push('\n');
            }
        }
        Self { sections }
    }

    fn all(&self, name: &str) -> Vec<&str> {
        self.sections.iter().filter(|(section, _)| section == name).map(|(_, content)| content.as_str()).collect()
    }

    fn one(&self, name: &str) -> &str {
        self.all(name).first().copied().unwrap_or_default()
    }
}

fn paths(kind: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/extract").join(kind);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "no cases of kind {kind}");
    paths
}

fn in_words(block: &Block) -> String {
    let mut words = String::new();
    if block.visibility == Visibility::Hidden {
        words.push_str("hidden ");
    }
    if block.is_italic {
        words.push_str("italic ");
    }
    match &block.kind {
        BlockKind::Heading { level } => write!(words, "heading {level}").unwrap(),
        BlockKind::Paragraph => words.push_str("paragraph"),
        BlockKind::ListItem { level } => write!(words, "item {level}").unwrap(),
        BlockKind::TableRow { cells, is_header } => {
            let name = if *is_header { "header" } else { "row" };
            let place = block.locator.table.map(|table| format!(" {table}.{}", block.locator.row.unwrap_or(0)));
            return format!("{words}{name}{}: {}", place.unwrap_or_default(), cells.join(" | "));
        }
        BlockKind::Footnote => words.push_str("footnote"),
        BlockKind::PageMargin => words.push_str("margin"),
        BlockKind::ContentsEntry => words.push_str("contents"),
    }
    format!("{words}: {}", block.text)
}

fn outcome(extraction: Extraction) -> String {
    match extraction {
        Extraction::Document(document) => document
            .blocks
            .iter()
            .map(in_words)
            .chain(document.limitations.iter().map(|sentence| format!("limitation: {sentence}")))
            .collect::<Vec<_>>()
            .join("\n"),
        Extraction::Unreadable(reason) => format!("unreadable: {}", reason.code()),
    }
}

/// One idea for all kinds: input in, blocks out.
#[expect(clippy::disallowed_methods, reason = "the person who takes up new output says so by the environment")]
fn check(kind: &str, name: &str, build: impl Fn(&Case) -> Vec<u8>) {
    let mut failures = String::new();
    for path in paths(kind) {
        let case = Case::read(&path);
        let found = outcome(extract::read(name, "", &build(&case), &ExtractLimits::default()));
        if found.trim() == case.one("blocks").trim() {
            continue;
        }
        if std::env::var_os("CROSSWALK_ACCEPT_CASES").is_some() {
            let text = std::fs::read_to_string(&path).unwrap();
            let input = text.split("-- blocks\n").next().unwrap_or_default();
            std::fs::write(&path, format!("{input}-- blocks\n{found}\n")).unwrap();
        }
        write!(failures, "\n{}\nexpected:\n{}\nfound:\n{found}\n", path.display(), case.one("blocks").trim()).unwrap();
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn word_documents() {
    check("docx", "case.docx", |case| {
        let mut parts = vec![("word/document.xml", inputs::body(case.one("body")))];
        for (section, part, root) in [
            ("styles", "word/styles.xml", "styles"),
            ("footnotes", "word/footnotes.xml", "footnotes"),
            ("header", "word/header1.xml", "hdr"),
            ("header2", "word/header2.xml", "hdr"),
            ("footer", "word/footer1.xml", "ftr"),
        ] {
            if !case.all(section).is_empty() {
                parts.push((part, inputs::part(root, case.one(section))));
            }
        }
        inputs::docx(&parts)
    });
}

#[test]
fn pdf_documents() {
    check("pdf", "case.pdf", |case| inputs::pdf(&case.all("page")));
}

#[test]
fn markdown() {
    check("markdown", "case.md", |case| case.one("text").as_bytes().to_vec());
}

#[test]
fn plain_text() {
    check("text", "case.txt", |case| case.one("text").as_bytes().to_vec());
}

#[test]
fn separated_values() {
    check("csv", "case.csv", |case| case.one("text").as_bytes().to_vec());
}
