//! The catalog given to others and compared: OSCAL against NIST's schemas (where `CROSSWALK_FACTS_DIR` names them) and
//! against our own check of references, CSV read back, differences between catalogs, and the help for authors.

#[path = "support/program.rs"]
mod program;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crosswalk::app::embedded_catalog;
use crosswalk::catalog::{
    Catalog, Weight, catch_all_concepts, constraint_ids, difference, disagreeing_mappings, load, oscal_documents, repeated_sentences,
};
use serde_json::Value;

fn embedded() -> Catalog {
    load(&embedded_catalog::files()).0.expect("a catalog without mistakes is given")
}

/// The built-in catalog with one file changed.
fn changed(path: &str, change: impl Fn(&str) -> String) -> Catalog {
    let mut files = embedded_catalog::files();
    let file = files.iter_mut().find(|file| file.path == path).expect("the file is there");
    let text = change(&file.text);
    assert_ne!(text, file.text, "{path} was changed");
    file.text = text;
    let (catalog, mistakes) = load(&files);
    catalog.unwrap_or_else(|| panic!("{mistakes:?}"))
}

#[expect(clippy::disallowed_methods, reason = "the schemas of others are named by the environment")]
fn schemas() -> Option<PathBuf> {
    std::env::var_os("CROSSWALK_FACTS_DIR").map(|folder| PathBuf::from(folder).join("data/oscal"))
}

fn strings<'v>(value: &'v Value, key: &str, found: &mut Vec<&'v str>) {
    match value {
        Value::Object(map) => {
            for (name, inner) in map {
                if name == key
                    && let Some(text) = inner.as_str()
                {
                    found.push(text);
                }
                strings(inner, key, found);
            }
        }
        Value::Array(list) => list.iter().for_each(|inner| strings(inner, key, found)),
        _ => {}
    }
}

#[test]
fn oscal_is_what_the_schemas_ask() {
    let Some(folder) = schemas() else {
        println!("SKIPPED: CROSSWALK_FACTS_DIR names no folder with data/oscal, so only our own checks of OSCAL run");
        return;
    };
    let schema = |name: &str| {
        let text = fs::read_to_string(folder.join(name)).expect("the schema can be read");
        let schema: Value = serde_json::from_str(&text).expect("JSON");
        jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema")
    };
    let (catalogs, mappings) = (schema("oscal_catalog_schema.json"), schema("oscal_mapping_schema.json"));
    for document in oscal_documents(&embedded()) {
        let validator = if document.content.get("catalog").is_some() { &catalogs } else { &mappings };
        let wrong: Vec<String> =
            validator.iter_errors(&document.content).take(3).map(|e| format!("{e} at {}", e.instance_path())).collect();
        assert_eq!(wrong, Vec::<String>::new(), "{}", document.file_name);
        // The validator can say no: a time without a zone is none.
        let mut broken = document.content.clone();
        let root = if broken.get("catalog").is_some() { "catalog" } else { "mapping-collection" };
        broken[root]["metadata"]["last-modified"] = "2026-11-27".into();
        assert!(!validator.is_valid(&broken), "{}", document.file_name);
    }
}

/// What no schema checks: ids are unique, and every reference leads somewhere.
#[test]
fn oscal_refers_to_what_is_there() {
    let catalog = embedded();
    let documents = oscal_documents(&catalog);
    let files: BTreeSet<&str> = documents.iter().map(|d| d.file_name.as_str()).collect();
    assert_eq!(files.len(), documents.len());
    let mut uuids = Vec::new();
    let mut ids = Vec::new();
    for document in &documents {
        strings(&document.content, "uuid", &mut uuids);
        strings(&document.content, "id", &mut ids);
    }
    assert_eq!(uuids.iter().collect::<BTreeSet<_>>().len(), uuids.len(), "a uuid stands twice");
    let known: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(known.len(), ids.len(), "an id stands twice");
    let controls = ids.iter().filter(|id| !id.contains("_smt") && !id.contains("_gdn") && !id.contains("_obj") && !id.contains("_group-"));
    assert_eq!(controls.count(), catalog.standards.iter().map(|s| s.clauses.len()).sum::<usize>(), "every clause is a control");
    for document in documents.iter().filter(|d| d.content.get("mapping-collection").is_some()) {
        let (mut references, mut hrefs) = (Vec::new(), Vec::new());
        strings(&document.content, "id-ref", &mut references);
        strings(&document.content, "href", &mut hrefs);
        assert!(references.iter().all(|id| known.contains(id)) && hrefs.iter().all(|file| files.contains(file)), "{}", document.file_name);
        assert!(!references.is_empty());
    }
    let again = oscal_documents(&embedded());
    assert!(documents.iter().zip(&again).all(|(a, b)| a.content == b.content), "the same catalog gives the same bytes");
}

#[test]
fn a_change_is_told_by_what_it_means() {
    let old = embedded();
    assert_eq!(difference(&old, &old).changes, []);
    let path = "iec-81001-5-1-2021/5.7.4.toml";
    let of = |new: &Catalog| {
        let found = difference(&old, new);
        let weights: Vec<Weight> = found.changes.iter().map(|c| c.weight).collect();
        (weights, found)
    };
    let (weights, found) = of(&changed(path, |text| text.replacen("weight = 3", "weight = 2", 1)));
    assert_eq!(weights, [Weight::Asks]);
    assert_eq!(found.unraised, ["iec-81001-5-1-2021/5.7.4"], "an author who forgets `rev` is told");
    let (weights, found) = of(&changed(path, |text| text.replacen("title = \"", "title = \"Really: ", 1)));
    assert_eq!((weights, found.unraised.len()), (vec![Weight::Tells], 0));
    let (weights, _) = of(&changed(path, |text| text.replacen("evidence_kinds = [", "evidence_kinds = [\"training\", ", 1)));
    assert_eq!(weights, [Weight::Judges]);
}

#[test]
fn ids_of_constraints_are_never_reused() {
    let committed: Vec<&str> = include_str!("catalog_ids.txt").lines().filter(|line| !line.is_empty()).collect();
    let now = constraint_ids(&embedded());
    let gone: Vec<&&str> = committed.iter().filter(|id| !now.iter().any(|n| n == **id)).collect();
    assert!(gone.is_empty(), "these ids are gone; retire a constraint instead of deleting it: {gone:?}");
    let new: Vec<&String> = now.iter().filter(|id| !committed.contains(&id.as_str())).collect();
    assert!(new.is_empty(), "add these new ids to tests/catalog_ids.txt: {new:?}");
}

#[test]
fn entries_share_no_sentence_and_mappings_agree() {
    let catalog = embedded();
    assert_eq!(repeated_sentences(&catalog), []);
    assert_eq!(disagreeing_mappings(&catalog), []);
    assert_eq!(catch_all_concepts(&catalog), []);
    let twice = changed("iec-62304-2006-a1-2015/8.1.2.toml", |text| {
        let other = embedded_catalog::files().into_iter().find(|f| f.path == "iec-81001-5-1-2021/5.7.4.toml").expect("it is there").text;
        let from = other.find("why = \"\"\"\n").expect("a reason") + 10;
        let until = from + other[from..].find("\"\"\"").expect("its end");
        text.replacen("why = \"\"\"\n", &format!("why = \"\"\"\n{}\n", &other[from..until]), 1)
    });
    assert!(!repeated_sentences(&twice).is_empty(), "a shared sentence is seen");
}

#[test]
fn commands_for_authors_and_others() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = |arguments: &[&str]| program::crosswalk(folder.path(), arguments, &[]);

    let skeleton = run(&["catalog", "new", "iec-62366-1-2015-a1-2020", "5.1"]);
    assert_eq!(skeleton.code, Some(0), "{}", skeleton.stderr);
    let parsed: toml::Table = skeleton.stdout.parse().expect("the skeleton is TOML");
    assert_eq!(parsed["id"].as_str(), Some("iec-62366-1-2015-a1-2020/5.1"));
    let full = run(&["catalog", "new", "iec-81001-5-1-2021", "4.2"]);
    assert!(full.code == Some(2) && full.stderr.contains("has a full entry already"), "{}", full.stderr);

    fs::write(
        folder.path().join("Penetration test report.md"),
        "# Penetration test report\n\nFrom 3 to 7 June 2024 Quay Security tested release 4.1 (build 4.1.0.77): web interface, API and service \
         port, grey box. None of the testers has worked on the product.\n",
    )
    .expect("a file");
    let tried = run(&["catalog", "try", "iec-81001-5-1-2021/5.7.4", "Penetration test report.md"]);
    assert_eq!(tried.code, Some(0), "{}", tried.stderr);
    for part in ["c01 ", "Kind of document: record (file name)", "cue 1 (", "the document never names"] {
        assert!(tried.stdout.contains(part), "{part} is not in {}", tried.stdout);
    }

    let exported = run(&["catalog", "export", "--format", "oscal", "--out", "oscal"]);
    assert_eq!(exported.code, Some(0), "{}", exported.stderr);
    let written = fs::read_to_string(folder.path().join("oscal/catalog-iso-14971-2019.json")).expect("it was written");
    assert!(serde_json::from_str::<Value>(&written).is_ok_and(|v| v["catalog"]["metadata"]["oscal-version"] == "1.2.1"));
    let no_folder = run(&["catalog", "export", "--format", "oscal"]);
    assert!(no_folder.code == Some(2) && no_folder.stderr.contains("--out FOLDER"), "{}", no_folder.stderr);

    csv_is_read_again(folder.path());

    let same = run(&["catalog", "diff", "built-in", "built-in"]);
    assert!(same.code == Some(0) && same.stdout.contains("Nothing changed in meaning."), "{}", same.stdout);
}

fn csv_is_read_again(folder: &Path) {
    let exported = program::crosswalk(folder, &["catalog", "export", "--format", "csv", "--out", "all.csv"], &[]);
    assert_eq!(exported.code, Some(0), "{}", exported.stderr);
    let listed = program::crosswalk(folder, &["catalog", "list", "--format", "json", "--catalog", "all.csv"], &[]);
    assert_eq!(listed.code, Some(0), "{}", listed.stderr);
    let rows: Vec<Value> = serde_json::from_str(&listed.stdout).expect("JSON");
    assert_eq!(rows.len(), 449, "every clause comes back");
}
