//! Labelled sets: a company's documents, requirements, and which document is evidence for which. Ours lie in
//! `tests/accuracy/sets`, one folder each; those of other authors in the folder of the environment.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::reviewing::{self, ReadFile};

/// Standard and clause as the set writes them.
pub type Key = (String, String);

/// One author's documents with what is known of them.
pub struct LabelledSource {
    pub name: String,
    pub files: Vec<ReadFile>,
    /// Requirements as JSONL rows.
    pub requirements: String,
    /// Files that cover a requirement.
    pub covering: BTreeMap<Key, BTreeSet<String>>,
    /// Sections that cover it, as file and heading (letters and digits only).
    pub sections: BTreeMap<Key, BTreeSet<(String, String)>>,
    /// Requirements that nothing covers, by the kind of label.
    pub uncovered: BTreeMap<String, BTreeSet<Key>>,
    pub opaque_names: BTreeMap<String, String>,
}

/// Our own sets, and the labelled documents of other authors if they are there.
pub fn sources() -> Vec<LabelledSource> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/accuracy/sets");
    let mut folders: Vec<PathBuf> = fs::read_dir(own).map(|list| list.flatten().map(|e| e.path()).collect()).unwrap_or_default();
    folders.sort();
    let mut sources: Vec<LabelledSource> = folders.iter().filter(|f| f.join("labels.jsonl").is_file()).map(|f| one_of_ours(f)).collect();
    if let Some(folder) = std::env::var_os("CROSSWALK_EVAL_DIR") {
        sources.extend(of_other_authors(&PathBuf::from(folder).join("dev")));
    }
    sources
}

fn one_of_ours(folder: &Path) -> LabelledSource {
    let opaque = serde_json::from_str(&text(&folder.join("opaque_names.json"))).expect("names");
    let mut source = LabelledSource {
        name: format!("own: {}", folder.file_name().expect("a name").to_string_lossy()),
        files: reviewing::read_folder(&folder.join("tree")),
        requirements: text(&folder.join("clauses.jsonl")),
        covering: BTreeMap::new(),
        sections: BTreeMap::new(),
        uncovered: BTreeMap::new(),
        opaque_names: opaque,
    };
    take_labels(&mut source, &rows(&folder.join("labels.jsonl")));
    source
}

fn of_other_authors(folder: &Path) -> Vec<LabelledSource> {
    let labels = rows(&folder.join("labels.jsonl"));
    let clauses = rows(&folder.join("clauses.jsonl"));
    let opaque: BTreeMap<String, BTreeMap<String, String>> = serde_json::from_str(&text(&folder.join("opaque_names.json"))).expect("names");
    let names: BTreeSet<String> = labels.iter().map(|l| field(l, "source")).collect();
    let mut sources = Vec::new();
    for name in names {
        let of_source: Vec<Value> = labels.iter().filter(|l| field(l, "source") == name).cloned().collect();
        let standards: BTreeSet<String> = of_source.iter().map(|l| field(l, "standard")).collect();
        let mut requirements = String::new();
        for standard in &standards {
            for clause in clauses.iter().filter(|c| field(c, "standard") == *standard) {
                let row = serde_json::json!({"standard": standard, "clause": field(clause, "clause"),
                    "title": field(clause, "title"), "paraphrase": field(clause, "paraphrase")});
                requirements.push_str(&row.to_string());
                requirements.push('\n');
            }
        }
        let mut source = LabelledSource {
            files: reviewing::read_folder(&folder.join("tree").join(&name)),
            requirements,
            covering: BTreeMap::new(),
            sections: BTreeMap::new(),
            uncovered: BTreeMap::new(),
            opaque_names: opaque.get(&name).cloned().unwrap_or_default(),
            name,
        };
        take_labels(&mut source, &of_source);
        sources.push(source);
    }
    sources
}

fn take_labels(source: &mut LabelledSource, labels: &[Value]) {
    for label in labels {
        let key = (field(label, "standard"), field(label, "clause"));
        if key.1 == "(whole standard)" {
            continue;
        }
        match field(label, "label").as_str() {
            "covers" => {
                let file = field(label, "file");
                let heading = field(label, "section_heading");
                if !heading.is_empty() {
                    source.sections.entry(key.clone()).or_default().insert((file.clone(), bare(&heading)));
                }
                source.covering.entry(key).or_default().insert(file);
            }
            other => {
                source.uncovered.entry(other.to_owned()).or_default().insert(key);
            }
        }
    }
    for keys in source.uncovered.values_mut() {
        keys.retain(|key| !source.covering.contains_key(key));
    }
}

/// Letters and digits of a heading, small, with single spaces between.
pub fn bare(heading: &str) -> String {
    let spaced: String = heading.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub fn rows(path: &Path) -> Vec<Value> {
    text(path).lines().filter(|l| !l.trim().is_empty()).map(|l| serde_json::from_str(l).expect("a row of JSON")).collect()
}

pub fn field(row: &Value, name: &str) -> String {
    row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

pub fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
