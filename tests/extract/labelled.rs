//! The labelled documents, where they are at hand: headings and sentences as their authors have them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crosswalk::evidence::{BlockKind, Visibility, normalise_white_space};
use crosswalk::extract;
use crosswalk::ports::{ExtractLimits, Extraction};
use serde_json::Value;

fn lines(path: &Path) -> Vec<Value> {
    std::fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[expect(clippy::disallowed_methods, reason = "tests find outside data by the environment")]
#[test]
fn headings_and_sentences_agree_with_the_labels() {
    let Some(folder) =
        std::env::var_os("CROSSWALK_EVAL_DIR").map(|folder| PathBuf::from(folder).join("dev")).filter(|folder| folder.is_dir())
    else {
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), "SKIPPED: CROSSWALK_EVAL_DIR is not set, no labelled documents");
        return;
    };
    let mut headings: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for section in lines(&folder.join("sections.jsonl")) {
        let key = (text(&section, "source").to_owned(), text(&section, "file").to_owned());
        headings.entry(key).or_default().push(normalise_white_space(text(&section, "heading")).into_owned());
    }
    let (mut wanted, mut found, mut sentences, mut verbatim) = (0, 0, 0, 0);
    for labelled in lines(&folder.join("texts.jsonl")) {
        let key = (text(&labelled, "source").to_owned(), text(&labelled, "file").to_owned());
        let bytes = std::fs::read(folder.join("tree").join(&key.0).join(&key.1)).unwrap();
        let Extraction::Document(document) = extract::read(&key.1, "", &bytes, &ExtractLimits::default()) else { continue };
        let expected = normalise_white_space(text(&labelled, "text")).into_owned();
        for heading in headings.get(&key).into_iter().flatten().filter(|heading| !heading.is_empty()) {
            wanted += 1;
            found +=
                usize::from(document.blocks.iter().any(|block| matches!(block.kind, BlockKind::Heading { .. }) && block.text == *heading));
        }
        for block in document.blocks.iter().filter(|block| block.visibility == Visibility::Visible) {
            if matches!(block.kind, BlockKind::Paragraph | BlockKind::ListItem { .. }) && (20..=300).contains(&block.text.chars().count()) {
                sentences += 1;
                verbatim += usize::from(expected.contains(&block.text));
            }
        }
    }
    assert!(wanted > 500 && sentences > 500, "the labelled documents are not where they should be");
    assert!(found * 100 >= wanted * 97, "{found} of {wanted} labelled headings were found");
    assert!(verbatim * 100 >= sentences * 92, "{verbatim} of {sentences} paragraphs stand verbatim in the expected text");
}
