//! `crosswalk catalog new`.

use std::fmt::Write as _;

use crate::catalog::{Catalog, Stage};
use crate::cli::catalog::show::unknown;
use crate::cli::{Exit, Failure};

/// The skeleton of a full entry for a clause that has none yet, as a TOML file. It loads only after its blanks have been
/// filled: what is not written must not pass for an entry.
pub(super) fn run(catalog: &Catalog, standard: &str, number: &str) -> Result<String, Failure> {
    let Some(clause) = catalog.clause(standard, number) else { return Err(unknown(catalog, &format!("{standard}/{number}"))) };
    if clause.status.stage != Stage::Structure {
        return Err(Failure::new(
            Exit::Usage,
            format!("`{standard}/{number}` has a full entry already"),
            format!("Edit {standard}/{number}.toml in the catalog's folder; `crosswalk catalog show {standard}/{number}` prints it."),
        ));
    }
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let mut out = String::new();
    let _ = writeln!(out, "# {standard}/{number}.toml: see clause-catalog/README.md. Write the passages first, then the cues.");
    let _ = writeln!(out, "schema = 1\nid = {}\nrev = 1\ntitle = {}", quoted(&format!("{standard}/{number}")), quoted(&clause.title));
    let _ = writeln!(out, "kind = \"\" # process, plan, specification, record, list or disclosure\n");
    let _ = writeln!(out, "[status]\nstage = \"draft\"\ntext_basis = {}", quoted(&clause.status.text_basis));
    let _ = writeln!(out, "checked_against_standard = false\nreviewers = []\n");
    for mapping in &clause.mappings {
        let _ = writeln!(
            out,
            "[[map]]\nto = {}\nrelation = {}\nrationale = {}\nsource = {}\nconfidence = {}\n",
            quoted(&mapping.to),
            quoted(&mapping.relation),
            quoted(&mapping.rationale),
            quoted(&mapping.source),
            quoted(&mapping.confidence)
        );
    }
    let _ =
        writeln!(out, "[text]\n# Our own words, never the standard's. The structure says: {}", clause.texts.requirement.replace('\n', " "));
    out.push_str(BLANKS);
    Ok(out)
}

/// What the author fills in, in the order in which it is best written.
const BLANKS: &str = r#"requirement = ""
why = ""
defense = "" # with {product} and {doc:ROLE}

[[constraint]]
id = "c01"
shall = "" # one SHALL
question = ""
weight = 3 # 2 and 3 decide the clause
basis = "" # public-source, inference or memory
confidence = ""
evidence_kinds = []
# At least one English and one German passage, by another hand than the cues if you can.
pass = [ { text = "", heading = "", kind = "procedure" },
         { text = "", heading = "", kind = "record", lang = "de" } ]
fail = [ { text = "", why = "topic only" },
         { text = "", why = "another subject" } ]
# all: concepts that stand together; about: concepts that the passage or what stands above it names.
hit = [ { all = [], about = [], any = [] } ]

[[gap]]
id = "g1"
grade = "" # major, minor or opportunity
title = ""
auditor_sees = ""
remedy = ""
evidence_against = ["c01"]

[[gap]]
id = "g2"
grade = ""
title = ""
auditor_sees = ""
remedy = ""
evidence_against = ["c01"]

[[signal]]
id = "s1"
strength = "strong"
role = ""
name = [] # patterns on folded names: small letters, separators as spaces
not_name = ['\b(template|vorlage|training|schulung)\b']

[test.name]
match = []  # at least four
reject = [] # at least four

[notes]
open = []
"#;
