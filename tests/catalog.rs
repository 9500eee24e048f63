//! The built-in catalog and the catalog's tools, seen from outside.

#[path = "support/program.rs"]
mod program;

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use crosswalk::app::embedded_catalog;
use crosswalk::app::open_catalog;
use crosswalk::catalog::{Catalog, ConceptMatcher, Lexicon, Origin, fold, load, test_names};

fn embedded() -> Catalog {
    let (catalog, mistakes) = load(&embedded_catalog::files());
    let told: Vec<String> = mistakes.iter().map(|mistake| format!("{mistake} {}", mistake.help)).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
    catalog.expect("a catalog without mistakes is given")
}

#[test]
fn the_built_in_catalog_is_whole() {
    let catalog = embedded();
    assert_eq!(catalog.standards.len(), 14);
    let nodes: usize = catalog.standards.iter().map(|standard| standard.clauses.len() + standard.groups.len()).sum();
    assert_eq!(nodes, 482);
    let security = catalog.standard("iec-81001-5-1-2021").expect("it is there");
    assert_eq!(security.clauses.len(), 59);
    assert_eq!(security.profiles.first().map(|profile| profile.id.as_str()), Some("clauses-4-9"));
    for (profile, clauses) in [("clauses-4-9", 56), ("annex-f", 3)] {
        let profile = security.profile(profile).expect("it is there");
        assert_eq!(security.clauses.iter().filter(|clause| profile.includes(&clause.number)).count(), clauses);
    }
    assert_eq!(test_names(&catalog).failed, []);
    for clause in catalog.standards.iter().flat_map(|standard| &standard.clauses) {
        let shouted = clause.title.split_whitespace().filter(|word| word.len() > 5 && word.chars().all(char::is_uppercase)).count();
        assert_eq!(shouted, 0, "{}", clause.title);
    }
}

#[test]
fn renumbered_editions_are_no_aliases() {
    let catalog = embedded();
    let aliases = |id: &str| catalog.standard(id).map(|standard| standard.aliases.clone()).unwrap_or_default();
    assert!(aliases("iec-62304-2006-a1-2015").iter().any(|alias| alias == "IEC 62304:2006"));
    assert!(aliases("iso-14971-2019").iter().all(|alias| !alias.contains("2007")));
}

/// What a line says about itself, and lines that look alike but say nothing.
#[test]
fn negatives_of_the_lexicon() {
    let Catalog { lexicon, .. } = embedded();
    let lexicon: Lexicon = lexicon;
    let matcher = ConceptMatcher::compile(&lexicon);
    for (line, expected) in [
        ("Threat modelling has not yet been performed for this release.", "denied"),
        ("The register was not gone through for this release.", "denied"),
        ("Nobody has looked at the joint cases so far.", "denied"),
        ("Ein Penetrationstest wurde bisher nicht durchgeführt.", "denied"),
        ("Für dieses Produkt liegt noch kein Plan vor.", "denied"),
        ("Out of scope: the hospital network.", ""),
        ("This SOP does not cover hardware design.", ""),
        ("The testers were not involved in the design.", ""),
        ("A penetration test is planned for Q3.", "intent"),
        ("Ein Verfahren wird künftig eingeführt.", "intent"),
        ("The threat model will be reviewed at each release.", ""),
        ("Severity: <insert severity>", "placeholder"),
        ("Approved by: __________", "placeholder"),
        ("Documents: SRS-XXX and HAZ-SW-XXX.", ""),
        ("Report weaknesses to <security@example.com>.", ""),
        ("Values <5 mmHg and >3 mmHg are discarded.", ""),
        ("Describe the scope of the plan here.", "guidance"),
        ("This section should describe the method.", "guidance"),
        ("Bitte tragen Sie hier den Produktnamen ein.", "guidance"),
        ("In diesem Abschnitt ist der Geltungsbereich zu beschreiben.", "guidance"),
        ("Describe the weakness in the ticket and set its severity.", "guidance"),
        ("List all SOUP items in form F-07.", ""),
        ("Status: Draft", "draft"),
        ("DRAFT for comments, not approved", "draft"),
        ("Dokumentenstatus: Entwurf", "draft"),
        ("The draft advisory is reviewed by the security lead.", ""),
        ("Draw up a draft and send it to quality.", ""),
        ("Obsolete, replaced by version 3", "obsolete"),
        ("Status: zurückgezogen", "obsolete"),
        ("Version 3 replaces version 2.", ""),
        ("5.8 Obsolete document control", ""),
    ] {
        let hits = matcher.negatives(&fold(line));
        let met: Vec<&str> = [
            (hits.placeholder, "placeholder"),
            (hits.denied, "denied"),
            (hits.intent, "intent"),
            (hits.guidance, "guidance"),
            (hits.draft, "draft"),
            (hits.obsolete, "obsolete"),
        ]
        .iter()
        .filter(|(is_met, _)| *is_met)
        .map(|(_, name)| *name)
        .collect();
        let is_right = if expected.is_empty() { met.is_empty() } else { met.contains(&expected) };
        assert!(is_right, "{line}: wanted [{expected}], met {met:?}");
    }
}

#[test]
fn commands_print_what_scripts_depend_on() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = |arguments: &[&str]| program::crosswalk(folder.path(), arguments, &[]);

    let listed = run(&["catalog", "list", "--format", "json"]);
    assert_eq!(listed.code, Some(0), "{}", listed.stderr);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&listed.stdout).expect("JSON");
    assert_eq!(rows.len(), 449);
    let row = rows.iter().find(|row| row["standard"] == "iec-81001-5-1-2021" && row["clause"] == "4.2").expect("it is listed");
    assert_eq!((&row["title"], &row["constraints"], &row["stage"]), (&"Security risk management".into(), &10.into(), &"draft".into()));

    let shown = run(&["catalog", "show", "iec-81001-5-1-2021/4.2"]);
    assert_eq!(shown.code, Some(0));
    for part in ["Security risk management", "c10", "likely major", "threat-model", "Claims", "not compared with a bought copy"] {
        assert!(shown.stdout.contains(part), "{part} is not in {}", shown.stdout);
    }
    // Whoever keeps a finding can say by which text of the entry it was judged.
    let json = run(&["catalog", "show", "iec-81001-5-1-2021/4.2", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON");
    let file = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/clause-catalog/iec-81001-5-1-2021/4.2.toml")).expect("the entry");
    let digest: Vec<u8> = <sha2::Sha256 as sha2::Digest>::digest(&file).to_vec();
    let shown = json["sha256"].as_str().expect("a text");
    let told: Vec<u8> =
        (0..shown.len()).step_by(2).map(|at| u8::from_str_radix(&shown[at..at + 2], 16).expect("hexadecimal digits")).collect();
    assert_eq!(told, digest);
    let unknown = run(&["catalog", "show", "iec-81001-5-1-2021/4.22"]);
    assert_eq!((unknown.code, unknown.stdout.as_str()), (Some(2), ""));
    assert!(unknown.stderr.contains("Did you mean `iec-81001-5-1-2021/4.2`?"), "{}", unknown.stderr);

    let checked = run(&["catalog", "check"]);
    assert_eq!(checked.code, Some(0), "{}", checked.stderr);
    assert!(
        checked.stdout.starts_with("14 standards, 449 clauses, 177 full entries, ") && checked.stdout.contains(" passages: no mistakes"),
        "{}",
        checked.stdout
    );
}

#[test]
fn an_author_sees_every_mistake_at_once() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for file in embedded_catalog::files() {
        let path: PathBuf = folder.path().join("mine").join(&file.path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
        let text = match file.path.as_str() {
            "iec-81001-5-1-2021/4.2.toml" => file.text.replacen("weight = 3", "wieght = 3", 1),
            "iso-14971-2019/4.4.toml" => file.text.replacen("all = [\"", "all = [\"responsible\", \"", 1),
            _ => file.text,
        };
        fs::write(path, text).expect("a file");
    }
    let ran = program::crosswalk(folder.path(), &["catalog", "check", "--catalog", "mine"], &[]);
    assert_eq!(ran.code, Some(2));
    for part in [
        "4.2.toml:",
        "unknown key `wieght`",
        "Did you mean `weight`?",
        "4.4.toml:",
        "no concept `responsible`",
        "Did you mean `responsib`?",
        "3 mistakes",
    ] {
        assert!(ran.stderr.contains(part), "{part} is not in {}", ran.stderr);
    }
}

#[test]
fn a_failing_test_of_an_entry_is_shown_at_its_place() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for file in embedded_catalog::files() {
        let path: PathBuf = folder.path().join("mine").join(&file.path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
        let text = match file.path.as_str() {
            "iec-81001-5-1-2021/4.2.toml" => file.text.replacen("\"STRIDE worksheet.docx\"", "\"Lunch menu.docx\"", 1).replacen(
                "Jede Bedrohung wird nach Ausnutzbarkeit und Auswirkung bewertet.",
                "Der Himmel ist blau.",
                1,
            ),
            _ => file.text,
        };
        fs::write(path, text).expect("a file");
    }
    let ran = program::crosswalk(folder.path(), &["catalog", "check", "--catalog", "mine"], &[]);
    assert_eq!(ran.code, Some(2));
    for part in ["no signal matches this name", "Lunch menu.docx", "c03 must pass, but does not", "Der Himmel ist blau.", "2 mistakes"] {
        assert!(ran.stderr.contains(part), "{part} is not in {}", ran.stderr);
    }
}

#[test]
fn bad_requirements_end_with_one_sentence_each_and_code_2() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("twice.csv"), "standard,clause,title,paraphrase\nA,1,T,P\nA,1,T,P\n").expect("a file");
    fs::create_dir(folder.path().join("empty")).expect("a folder");
    for (path, message) in
        [("twice.csv", "stands on line 2 and again on line 3"), ("missing.csv", "cannot be read"), ("empty", "holds no .toml files")]
    {
        let ran = program::crosswalk(folder.path(), &["catalog", "list", "--catalog", path], &[]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{path}");
        assert!(ran.stderr.contains(message), "{path}: {}", ran.stderr);
    }
}

#[expect(clippy::disallowed_methods, reason = "tests find outside data by the environment")]
#[test]
fn requirements_of_others_are_imported_with_aliases() {
    let Some(folder) = std::env::var_os("CROSSWALK_EVAL_DIR") else {
        let _ = writeln!(
            std::io::stderr().lock(),
            "SKIPPED requirements_of_others_are_imported_with_aliases: CROSSWALK_EVAL_DIR is not set, so dev/clauses.jsonl is not at hand"
        );
        return;
    };
    let path = PathBuf::from(folder).join("dev/clauses.jsonl");
    let opened = open_catalog::open(Some(&path), false).unwrap_or_else(|(path, error)| panic!("{}: {error}", path.display()));
    assert_eq!(opened.mistakes, []);
    assert_eq!((opened.added.len(), opened.notices.len()), (8, 1));
    let catalog = opened.catalog.expect("no mistakes");
    let imported = catalog.standards.iter().filter(|standard| standard.origin == Origin::Imported);
    let clauses: Vec<_> = imported.flat_map(|standard| &standard.clauses).collect();
    assert_eq!(clauses.len(), 290);
    let soup = catalog.clause("IEC 62304:2006", "8.1.2").expect("it is there");
    assert_eq!(catalog.judging_clause(soup).constraints.len(), 4);
    assert!(clauses.iter().filter(|clause| clause.judged_by.is_some()).count() >= 50);
}

/// No text of the catalog shares eight words in a row with the pages that the product grew from. Their text is not here,
/// only FNV-1a hashes of their windows of eight words (folded, letters and digits only).
#[test]
fn no_sentence_is_from_the_seed_texts() {
    let known: std::collections::BTreeSet<&str> = include_str!("seed_windows.txt").lines().collect();
    assert!(known.len() > 1000, "{}", known.len());
    let hash =
        |text: &str| text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let windows = |text: &str| -> Vec<String> {
        let folded = fold(text);
        let words: Vec<&str> = folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
        words.windows(8).map(|window| window.join(" ")).collect()
    };
    let mut shared = Vec::new();
    for file in embedded_catalog::files() {
        shared.extend(windows(&file.text).into_iter().filter(|w| known.contains(format!("{:016x}", hash(w)).as_str())));
    }
    assert_eq!(shared, Vec::<String>::new());
}
