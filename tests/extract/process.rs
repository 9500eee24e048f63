//! The reader process: whatever happens to it, the caller gets a value.

use std::path::PathBuf;

use crosswalk::evidence::{ExportFormat, FileContent, SourceFile, Unreadable};
use crosswalk::extract::{self, ChildExtractor, SandboxDemand};
use crosswalk::ports::{ExtractLimits, Extraction, Extractor};

use crate::inputs;

fn extractor(limits: ExtractLimits) -> ChildExtractor {
    ChildExtractor::new(PathBuf::from(env!("CARGO_BIN_EXE_crosswalk")), limits).with_sandbox(SandboxDemand::BestEffort)
}

fn reason(extraction: Extraction) -> Unreadable {
    match extraction {
        Extraction::Unreadable(reason) => reason,
        Extraction::Document(_) => panic!("it was read"),
    }
}

#[tokio::test]
async fn it_reads_what_the_reader_reads() {
    let bytes = inputs::docx_of(&["Some words in a document."]);
    let Extraction::Document(document) = extractor(ExtractLimits::default()).read_bytes("a.docx", "", bytes).await else {
        panic!("not read")
    };
    assert_eq!(document.plain_text(), "Some words in a document.\n");
}

#[tokio::test]
async fn a_google_document_is_read_as_its_export() {
    let file = SourceFile {
        path: "Notes v1.pdf".into(),
        file_id: None,
        resource_key: None,
        mime: "application/vnd.google-apps.document".into(),
        revision: None,
        content: FileContent::Exported(ExportFormat::Docx),
        web_link: None,
    };
    let extraction = extractor(ExtractLimits::default()).read(&file, inputs::docx_of(&["Some words."])).await;
    assert!(matches!(extraction, Extraction::Document(_)));
}

#[tokio::test]
async fn every_ending_is_a_value() {
    let docx = inputs::docx_of(&["Some words in a document."]);
    let all = ExtractLimits::default();
    let no_time = reason(extractor(ExtractLimits { wall_seconds: 0, ..all }).read_bytes("a.docx", "", docx.clone()).await);
    assert_eq!(no_time, Unreadable::TimedOut { limit_seconds: 0 });
    // The stack alone of the reader does not fit.
    let no_memory = reason(extractor(ExtractLimits { memory_bytes: 64 << 20, ..all }).read_bytes("a.docx", "", docx.clone()).await);
    assert_eq!(no_memory.code(), "reader-stopped");
    for (program, what) in [("/bin/cat", "an echo"), ("/bin/false", "an error"), ("/nowhere/reader", "no program")] {
        let extraction = ChildExtractor::new(PathBuf::from(program), all).read_bytes("a.docx", "", docx.clone()).await;
        assert_eq!(reason(extraction).code(), "reader-stopped", "{what}");
    }
    assert_eq!(reason(extractor(all).read_bytes("a.docx", "", Vec::new()).await), Unreadable::Empty);
}

#[tokio::test]
async fn a_bomb_costs_one_answer() {
    let loops = "/F1 12 Tf ".to_owned() + &"[".repeat(1_000_000);
    let page = format!("BT {loops} (words) Tj ET");
    let mut words = String::from("BT /F1 12 Tf 72 700 Td ");
    words.push_str(&"(word) Tj 5 0 Td ".repeat(700_000));
    words.push_str("ET");
    let limits = ExtractLimits::default();
    for bytes in [inputs::pdf(&[&page]), inputs::pdf(&[&words])] {
        // Either outcome is a value; that it comes is what is tested.
        let _ = extractor(limits).read_bytes("a.pdf", "", bytes).await;
    }
}

/// Real documents, with their fonts and images: what the confinement takes away is nothing that a reader needs.
#[expect(clippy::disallowed_methods, reason = "tests find outside data by the environment")]
#[tokio::test]
async fn confined_it_reads_the_same() {
    let Some(folder) =
        std::env::var_os("CROSSWALK_EVAL_DIR").map(|folder| PathBuf::from(folder).join("dev/tree")).filter(|folder| folder.is_dir())
    else {
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), "SKIPPED: CROSSWALK_EVAL_DIR is not set, no real documents");
        return;
    };
    let (mut folders, mut files) = (vec![folder], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    assert!(files.len() > 50, "the real documents are not where they should be");
    let limits = ExtractLimits::default();
    // A third of them, since both ways of reading are slow without optimisation.
    for path in files.iter().step_by(3) {
        let (name, bytes) = (path.file_name().unwrap().to_str().unwrap(), std::fs::read(path).unwrap());
        let confined = extractor(limits).read_bytes(name, "", bytes.clone()).await;
        assert!(confined == extract::read(name, "", &bytes, &limits), "{}", path.display());
    }
}
