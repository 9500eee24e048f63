//! Reading the `[[constraint]]` tables of an entry.

use std::collections::BTreeSet;

use crate::catalog::load::entry::check_id;
use crate::catalog::load::lexicon::patterns;
use crate::catalog::load::table::{Source, Table, Text, Value};
use crate::catalog::load::words::{BASES, CONFIDENCES, LANGUAGES, WINDOWS, document_kinds};
use crate::catalog::mistake::did_you_mean;
use crate::catalog::{
    Basis, ConceptId, Confidence, Constraint, ConstraintTests, CueRule, DocumentKind, FailingPassage, Lexicon, Modal, PassingPassage,
    TableRule,
};

/// Share of rows that must be filled when a table rule does not say.
const FILLED_BY_DEFAULT: f64 = 0.5;

/// Reads all constraints of an entry whose signals have these roles.
pub(super) fn read_all(source: &Source<'_>, file: &mut Table<'_>, lexicon: &Lexicon, roles: &[&str]) -> Vec<Constraint> {
    let mut taken = BTreeSet::new();
    let tables = file.tables("constraint");
    if tables.is_empty() {
        source.mistake(0..0, "the entry has no constraint", "Add at least one `[[constraint]]`.");
    }
    tables.into_iter().map(|table| read_one(source, table, lexicon, roles, &mut taken)).collect()
}

fn read_one(source: &Source<'_>, mut table: Table<'_>, lexicon: &Lexicon, roles: &[&str], taken: &mut BTreeSet<String>) -> Constraint {
    let id = table.text("id");
    check_id(source, &id, 'c', taken);
    let weight = table.whole_number("weight", 1..=3);
    let constraint = Constraint {
        id: id.value,
        shall: table.prose("shall"),
        question: table.prose("question"),
        weight: u8::try_from(weight).unwrap_or(1),
        modal: read_modal(source, &mut table),
        basis: table.one_of("basis", BASES).unwrap_or(Basis::Memory),
        confidence: table.one_of("confidence", CONFIDENCES).unwrap_or(Confidence::Low),
        evidence_kinds: read_evidence_kinds(source, &mut table),
        hit: table.tables("hit").into_iter().map(|hit| read_cue(source, hit, lexicon)).collect(),
        table: table.table("table").map(|rule| read_table_rule(source, rule, lexicon, roles)),
        require_any: concepts(source, table.texts("require_any"), lexicon),
        veto: patterns(source, table.texts("veto")),
        tests: ConstraintTests {
            pass: table.values("pass").iter().filter_map(read_pass).collect(),
            fail: table.tables("fail").into_iter().map(read_fail).collect(),
        },
        retired: table.optional_text("retired").map(|text| text.value),
        is_part: false,
    };
    if constraint.retired.is_none() {
        if constraint.hit.is_empty() && constraint.table.is_none() {
            table.mistake(table.span(), "the constraint has neither `hit` nor `table`, so nothing could meet it", "Add a cue.");
        }
        if constraint.tests.pass.is_empty() || constraint.tests.fail.is_empty() {
            table.mistake(
                table.span(),
                "the constraint lacks a passage that must pass or one that must fail",
                "Add `pass` and `fail`; cues without tests cannot be changed safely.",
            );
        }
    }
    table.finish();
    constraint
}

fn read_modal(source: &Source<'_>, table: &mut Table<'_>) -> Modal {
    let Some(text) = table.optional_text("modal") else { return Modal::Shall };
    match text.value.as_str() {
        "shall" => Modal::Shall,
        "should" => Modal::Should,
        "expected" => Modal::Expected,
        other => match other.strip_prefix("see ") {
            Some(clause) if !clause.trim().is_empty() => Modal::SeeClause(clause.trim().to_owned()),
            Some(_) | None => {
                source.mistake(
                    text.span,
                    format!("`{other}` is no known `modal`"),
                    "Known are: should, expected, see <clause>; without it the constraint is a SHALL.",
                );
                Modal::Shall
            }
        },
    }
}

fn read_evidence_kinds(source: &Source<'_>, table: &mut Table<'_>) -> Vec<DocumentKind> {
    let texts = table.texts("evidence_kinds");
    texts.iter().filter_map(|text| document_kind(source, text)).collect()
}

fn document_kind(source: &Source<'_>, text: &Text) -> Option<DocumentKind> {
    let Some(kind) = DocumentKind::parse(&text.value) else {
        let known = document_kinds();
        source.mistake(
            text.span.clone(),
            format!("`{}` is no kind of document", text.value),
            did_you_mean(&text.value, known.iter().map(|(word, _)| *word)),
        );
        return None;
    };
    if matches!(kind, DocumentKind::Template | DocumentKind::MappingTable | DocumentKind::Questionnaire) {
        source.mistake(text.span.clone(), format!("a {} is never evidence", kind.word()), "Take it out of the list.");
        return None;
    }
    Some(kind)
}

fn concepts(source: &Source<'_>, names: Vec<Text>, lexicon: &Lexicon) -> Vec<ConceptId> {
    names
        .into_iter()
        .filter_map(|name| {
            let concept = lexicon.concept(&name.value);
            if concept.is_none() {
                let near = did_you_mean(&name.value, lexicon.names.iter().map(String::as_str));
                let help = if near.is_empty() { "Concepts stand in lexicon.toml.".into() } else { near };
                source.mistake(name.span, format!("the lexicon has no concept `{}`", name.value), help);
            }
            concept
        })
        .collect()
}

fn read_cue(source: &Source<'_>, mut table: Table<'_>, lexicon: &Lexicon) -> CueRule {
    let (all, any) = (table.texts("all"), table.texts("any"));
    if all.is_empty() && any.is_empty() {
        table.mistake(table.span(), "the cue asks for nothing", "Name concepts in `all`, or patterns in `any`.");
    }
    let about = table.texts("about");
    let within = table.optional_one_of("within", WINDOWS).unwrap_or_default();
    table.finish();
    CueRule { all: concepts(source, all, lexicon), any: patterns(source, any), about: concepts(source, about, lexicon), within }
}

fn read_table_rule(source: &Source<'_>, mut table: Table<'_>, lexicon: &Lexicon, known_roles: &[&str]) -> TableRule {
    let role = table.optional_text("role");
    if let Some(role) = &role
        && !known_roles.contains(&role.value.as_str())
    {
        source.mistake(
            role.span.clone(),
            format!("no signal of this entry has the role `{}`", role.value),
            did_you_mean(&role.value, known_roles.iter().copied()),
        );
    }
    let columns = table.texts("columns");
    if columns.is_empty() {
        table.mistake(table.span(), "the table rule asks for no columns", "Name concepts in `columns`.");
    }
    let filled = table.optional_share("filled").unwrap_or(FILLED_BY_DEFAULT);
    table.finish();
    TableRule { columns: concepts(source, columns, lexicon), role: role.map(|text| text.value), filled }
}

/// A passage that must pass: a plain text, or a table with its surroundings.
fn read_pass(value: &Value<'_>) -> Option<PassingPassage> {
    if value.is_text() {
        return value.text().map(|text| PassingPassage { text: text.value, kind: None, heading: None, lang: None });
    }
    let mut table = value.table("a passage of `pass`".into())?;
    let passage = read_passage(&mut table);
    table.finish();
    Some(passage)
}

fn read_fail(mut table: Table<'_>) -> FailingPassage {
    let failing = FailingPassage {
        passage: read_passage(&mut table),
        why: table.prose("why"),
        known_miss: table.boolean("known_miss").unwrap_or(false),
    };
    table.finish();
    failing
}

fn read_passage(table: &mut Table<'_>) -> PassingPassage {
    PassingPassage {
        text: table.text("text").value,
        kind: table.optional_one_of("kind", &document_kinds()),
        heading: table.optional_text("heading").map(|text| text.value),
        lang: table.optional_one_of("lang", LANGUAGES).map(str::to_owned),
    }
}
