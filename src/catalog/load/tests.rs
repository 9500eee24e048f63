//! A small whole catalog, and what is said when one thing in it is wrong.

use crate::catalog::{Catalog, CatalogText, DocumentKind, Modal, Origin, Patterns, SafetyClass, Stage, load, load_with_own};

const HEAD: &str = r#"schema = 1
edition = "2026.11.0"
licence = "Ours."
standards = ["std-b", "std-a"]
"#;

const LEXICON: &str = r"schema = 1
rev = 1
[negative]
placeholder = ['\btbd\b']
draft = ['\bdraft\b']
[concept]
threat = ['\bthreats?\b']
control = ['\bmitigat']
";

const STANDARD_A: &str = r#"schema = 1
id = "std-a"
title = "Standard A"
edition = "2021"
aliases = ["A 1:2021"]
copyright = "Theirs."
source = "A table of contents"
[[profile]]
id = "main"
title = "The main part"
clauses = ["4"]
[[clause]]
number = "4"
kind = "group"
title = "General"
[[clause]]
number = "4.1"
kind = "requirement"
title = "Threats"
paraphrase = "Know the threats."
basis = "inference"
confidence = "medium"
safety_classes = ["B", "C"]
maps_to = [{ to = "std-b/1", relation = "intersects-with", rationale = "functional", confidence = "low", source = "our judgement" }]
[[clause]]
number = "4.2"
kind = "requirement"
title = "Controls"
basis = "memory"
confidence = "low"
"#;

const STANDARD_B: &str = r#"schema = 1
id = "std-b"
title = "Standard B"
edition = "1"
copyright = "Public."
source = "The law"
[[clause]]
number = "1"
kind = "requirement"
title = "Do it"
basis = "public-source"
confidence = "high"
"#;

const ENTRY: &str = r#"schema = 1
id = "std-a/4.1"
rev = 3
title = "Threats"
kind = "record"
[status]
stage = "draft"
text_basis = "the title"
[text]
requirement = """
Know the
threats."""
why = "They know you."
[[claim]]
text = "It is so."
source = "https://example.org"
checked_on = "2026-11-22"
[[constraint]]
id = "c01"
shall = "Threats SHALL be listed."
question = "Are they?"
weight = 3
basis = "inference"
confidence = "medium"
evidence_kinds = ["record", "list"]
hit = [{ all = ["threat", "control"], within = "paragraph" }, { all = ["threat"], any = ['\brow \d'] }]
table = { columns = ["threat"], role = "threat-list", filled = 0.8 }
veto = ['\blatest\b']
pass = ["Threat T1 is mitigated.", { text = "Threat T1, row 1", heading = "Threats", kind = "list", lang = "en" }]
fail = [{ text = "None.", why = "no threat", known_miss = true }]
[[constraint]]
id = "c02"
shall = "Advice."
question = "Well?"
weight = 1
modal = "see 4.2"
basis = "memory"
confidence = "low"
hit = [{ all = ["control"] }]
pass = ["It is mitigated."]
fail = [{ text = "No.", why = "nothing" }]
[[gap]]
id = "g1"
grade = "major"
title = "No list"
auditor_sees = "Nothing."
remedy = "Write it."
evidence_against = ["c01"]
[[signal]]
id = "s1"
strength = "strong"
role = "threat-list"
name = ['\bthreat']
not_name = ['\btemplate\b']
[test.name]
match = ["Threats.docx"]
reject = ["Threats template.docx"]
"#;

fn files() -> Vec<CatalogText> {
    [
        ("catalog.toml", HEAD),
        ("lexicon.toml", LEXICON),
        ("standards/std-a.toml", STANDARD_A),
        ("standards/std-b.toml", STANDARD_B),
        ("std-a/4.1.toml", ENTRY),
    ]
    .map(|(path, text)| CatalogText { path: path.into(), text: text.into() })
    .into()
}

pub(in crate::catalog) fn good() -> Catalog {
    let (catalog, mistakes) = load(&files());
    assert_eq!(mistakes, []);
    catalog.expect("without mistakes there is a catalog")
}

#[test]
fn a_whole_catalog() {
    let catalog = good();
    assert_eq!(catalog.standards.iter().map(|standard| standard.id.as_str()).collect::<Vec<_>>(), ["std-b", "std-a"]);
    let full = catalog.clause("std-a", "4.1").expect("it is there");
    assert_eq!((full.status.stage, full.rev), (Stage::Draft, 3));
    assert_eq!(full.texts.requirement, "Know the threats.");
    assert_eq!(full.safety_classes, [SafetyClass::B, SafetyClass::C], "the structure's classes stay");
    assert_eq!(full.mappings.len(), 1, "the structure's mappings stay");
    let constraint = &full.constraints[0];
    assert_eq!(constraint.evidence_kinds, [DocumentKind::Record, DocumentKind::List]);
    assert_eq!(constraint.hit.len(), 2);
    assert!(constraint.table.as_ref().is_some_and(|table| (table.filled - 0.8).abs() < 1e-9));
    assert_eq!(constraint.tests.pass[1].heading.as_deref(), Some("Threats"));
    assert_eq!(full.constraints[1].modal, Modal::SeeClause("4.2".into()));
    let structure = catalog.clause("std-a", "4.2").expect("it is there");
    assert_eq!((structure.status.stage, structure.constraints.len()), (Stage::Structure, 1));
    assert_eq!(structure.constraints[0].shall, "Controls");
}

#[test]
fn the_identity_is_of_the_texts_alone() {
    let mut turned = files();
    turned.reverse();
    assert_eq!(load(&turned).0.expect("no mistakes").identity, good().identity);
    turned[0].text.push_str("# one more comment\n");
    assert_ne!(load(&turned).0.expect("no mistakes").identity, good().identity);
}

/// File, what is replaced by what, and the mistake: place, a part of the message, a part of the help.
const CASES: &[(&str, &str, &str, &str, &str, &str)] = &[
    ("std-a/4.1.toml", "rev = 3", "rev = 3\nreview = 2", "4:1", "unknown key `review` in the file", ""),
    ("std-a/4.1.toml", "question = \"Are they?\"", "qestion = \"\"", "18:1", "[[constraint]] lacks `question`", "Add"),
    ("std-a/4.1.toml", "weight = 3", "weight = 4", "22:10", "`weight` is not a whole number", "from 1 to 3"),
    ("std-a/4.1.toml", "weight = 3", "weight = \"3\"", "22:10", "`weight` is not a whole number", "from 1 to 3"),
    ("std-a/4.1.toml", "title = \"Threats\"", "title = 4", "4:9", "`title` is of type integer", ""),
    ("std-a/4.1.toml", "\"threat\", \"control\"", "\"threat\", \"controll\"", "26:27", "no concept `controll`", "`control`"),
    ("std-a/4.1.toml", "[\"record\", \"list\"]", "[\"record\", \"lst\"]", "25:29", "`lst` is no kind of document", "`list`"),
    ("std-a/4.1.toml", "[\"record\", \"list\"]", "[\"mapping-table\"]", "25:19", "is never evidence", "Take it out"),
    ("std-a/4.1.toml", r"'\brow \d'", r"'(row'", "26:90", "unclosed group", "regular expressions"),
    ("std-a/4.1.toml", r"'\brow \d'", r"'.*row'", "26:90", "begins or ends with `.*`", ""),
    ("std-a/4.1.toml", "all = [\"control\"]", "all = []", "39:8", "the cue asks for nothing", ""),
    ("std-a/4.1.toml", "columns = [\"threat\"], ", "", "27:9", "asks for no columns", ""),
    ("std-a/4.1.toml", "modal = \"see 4.2\"", "modal = \"could\"", "36:9", "`could` is no known `modal`", "should"),
    ("std-a/4.1.toml", "id = \"c02\"", "id = \"c01\"", "32:6", "`c01` stands in this file twice", "never reused"),
    ("std-a/4.1.toml", "id = \"g1\"", "id = \"1\"", "43:6", "`1` is no id", "`g` and a number"),
    ("std-a/4.1.toml", "evidence_against = [\"c01\"]", "evidence_against = [\"c03\"]", "48:21", "`c03`", "`c01`"),
    (
        "std-a/4.1.toml",
        "role = \"threat-list\", filled",
        "role = \"threats-list\", filled",
        "27:40",
        "no signal of this entry has the role",
        "`threat-list`",
    ),
    ("std-a/4.1.toml", "filled = 0.8", "filled = 80", "27:64", "`filled` is not a share", "0 to 1"),
    ("std-a/4.1.toml", "within = \"paragraph\"", "within = \"page\"", "26:48", "`page` is no known `within`", "sentence"),
    ("std-a/4.1.toml", "source = \"https://example.org\"\n", "", "14:1", "[[claim]] lacks `source`", "Add"),
    ("std-a/4.1.toml", "checked_on = \"2026-11-22\"", "checked_on = \"yesterday\"", "17:14", "is no date", "2026-11-22"),
    ("std-a/4.1.toml", "pass = [\"It is mitigated.\"]\n", "", "31:1", "lacks a passage that must pass", "Add `pass`"),
    ("std-a/4.1.toml", "stage = \"draft\"", "stage = \"approved\"", "6:1", "names no reviewer", "draft"),
    ("std-a/4.1.toml", "id = \"std-a/4.1\"", "id = \"std-a/4.2\"", "2:6", "the id is not that of the file", ""),
    ("std-a/4.1.toml", "rev = 3", "rev = ", "3:7", "this is not TOML", ""),
    ("standards/std-a.toml", "to = \"std-b/1\"", "to = \"std-b/2\"", "24:19", "std-b has no such clause", "`1`"),
    ("standards/std-a.toml", "to = \"std-b/1\"", "to = \"std-c/1\"", "24:19", "`std-c`, which is no standard", "`std-"),
    ("standards/std-a.toml", "number = \"4.2\"", "number = \"4.1\"", "26:10", "stands here twice", "Keep one"),
    ("standards/std-a.toml", "clauses = [\"4\"]", "clauses = [\"5\"]", "11:12", "the profile names the clause `5`", "`4`"),
    ("standards/std-a.toml", "safety_classes = [\"B\"", "safety_classes = [\"b\"", "23:19", "`b` is no known `safety_classes`", "`A`"),
    ("standards/std-b.toml", "edition = \"1\"", "edition = \"1\"\naliases = [\"a  1:2021\"]", "5:12", "also an alias of `std-a`", ""),
    ("catalog.toml", "2026.11.0", "1.0", "2:11", "no calendar version", "2026.11.0"),
    ("catalog.toml", "\"std-a\"]", "\"std-a\", \"std-c\"]", "4:32", "`std-c` is listed but has no file", "standards/std-c.toml"),
    ("catalog.toml", ", \"std-a\"]", "]", "1:1", "catalog.toml does not list the standard `std-a`", ""),
    ("lexicon.toml", r"['\bmitigat']", "[]", "8:1", "`control` has no terms", "at least one"),
    ("lexicon.toml", "[negative]", "[negatives]", "3:2", "unknown key `negatives`", "`negative`"),
    ("lexicon.toml", r"'\bmitigat'", r"'\bMitigat'", "8:12", "capital `M`", ""),
];

#[test]
fn each_mistake_is_told_with_its_place() {
    let mut wrong = Vec::new();
    for (path, old, new, place, message, help) in CASES {
        let mut files = files();
        let file = files.iter_mut().find(|file| file.path == *path).expect("the case names a file");
        assert!(file.text.contains(old), "{path} lacks {old}");
        file.text = file.text.replacen(old, new, 1);
        let (catalog, mistakes) = load(&files);
        assert!(catalog.is_none(), "{old} -> {new}");
        let told: Vec<String> = mistakes.iter().map(|m| format!("{m} | {}", m.help)).collect();
        let found =
            mistakes.iter().any(|m| format!("{}:{}", m.line, m.column) == *place && m.message.contains(message) && m.help.contains(help));
        if !found {
            wrong.push(format!("{old} -> {new}: wanted {place} {message} | {help}, told {told:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn all_mistakes_of_all_files_are_told_at_once() {
    let mut files = files();
    for (path, old, new, ..) in [CASES[0], CASES[2], CASES[5], CASES[24], CASES[33]] {
        let file = files.iter_mut().find(|file| file.path == path).expect("the case names a file");
        file.text = file.text.replacen(old, new, 1);
    }
    files.retain(|file| file.path != "standards/std-b.toml");
    files.push(CatalogText { path: "notes/deep/x.toml".into(), text: String::new() });
    let (_, mistakes) = load(&files);
    assert_eq!(mistakes.len(), 7, "{mistakes:#?}");
    let places: Vec<_> = mistakes.iter().map(|mistake| (&mistake.file, mistake.line)).collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn files_of_ones_own_are_added() {
    let own = [
        ("standards/own.toml", STANDARD_B.replace("std-b", "own")),
        ("own/1.toml", ENTRY.replace("std-a/4.1", "own/1").replace("\"control\"", "\"canteen\"")),
        ("lexicon.toml", "schema = 1\nrev = 1\n[concept]\ncanteen = ['\\bsoup\\b']\n".to_owned()),
    ]
    .map(|(path, text)| CatalogText { path: path.into(), text });
    let (catalog, mistakes) = load_with_own(&files(), Patterns::Compiled, &own);
    assert_eq!(mistakes, []);
    let catalog = catalog.expect("no mistakes");
    assert_eq!(catalog.standards.last().map(|standard| (standard.id.as_str(), standard.origin)), Some(("own", Origin::Imported)));
    assert_eq!(catalog.lexicon.names, ["threat", "control", "canteen"]);
    let twice = [CatalogText { path: "standards/std-a.toml".into(), text: STANDARD_A.into() }];
    assert!(load_with_own(&files(), Patterns::Taken, &twice).1.iter().any(|m| m.message.contains("a standard `std-a` already")));
}

#[test]
fn nothing_at_all() {
    let (catalog, mistakes) = load(&[]);
    assert!(catalog.is_none());
    assert_eq!(mistakes.iter().map(|m| m.file.as_str()).collect::<Vec<_>>(), ["catalog.toml", "lexicon.toml"]);
}
