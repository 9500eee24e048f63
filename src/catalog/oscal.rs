//! The catalog in OSCAL 1.2.1 (NIST): each standard as a catalog, and its mappings as a mapping collection. The same
//! catalog gives the same bytes: ids are UUIDs of version 5 over our own names, the time is the edition's.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::catalog::{Catalog, Clause, Constraint, Mapping, Modal, Stage, Standard};

/// The version of OSCAL that is written.
const OSCAL_VERSION: &str = "1.2.1";
/// Namespace of our own properties.
const NAMESPACE: &str = "urn:crosswalk:catalog";

/// One OSCAL document.
pub struct OscalDocument {
    /// File name, to which the documents refer among themselves.
    pub file_name: String,
    /// Its content.
    pub content: Value,
}

/// All documents: per standard a catalog, and a mapping collection where it has mappings.
#[must_use]
pub fn oscal_documents(catalog: &Catalog) -> Vec<OscalDocument> {
    let mut documents = Vec::new();
    for standard in &catalog.standards {
        documents.push(OscalDocument { file_name: catalog_file(&standard.id), content: standard_document(catalog, standard) });
        if let Some(content) = mapping_document(catalog, standard) {
            documents.push(OscalDocument { file_name: format!("mapping-{}.json", token(&standard.id)), content });
        }
    }
    documents
}

fn catalog_file(standard: &str) -> String {
    format!("catalog-{}.json", token(standard))
}

fn standard_document(catalog: &Catalog, standard: &Standard) -> Value {
    let mut groups: Vec<Value> = Vec::new();
    let mut loose: Vec<Value> = Vec::new();
    for (index, clause) in standard.clauses.iter().enumerate() {
        // The nearest heading above whose number the clause continues.
        let group = standard.groups.iter().rfind(|g| g.before <= index && is_below(&clause.number, &g.number));
        let control = control(standard, clause);
        let Some(group) = group else {
            loose.push(control);
            continue;
        };
        let id = token(&format!("{}_group-{}", standard.id, group.number));
        if groups.last().is_none_or(|last| last["id"] != id.as_str()) {
            groups.push(json!({ "id": id, "title": one_line(&group.title), "controls": [] }));
        }
        if let Some(Value::Array(controls)) = groups.last_mut().and_then(|g| g.get_mut("controls")) {
            controls.push(control);
        }
    }
    let mut content = json!({
        "uuid": uuid(&["catalog", &standard.id, &catalog.identity.sha256]),
        "metadata": metadata(catalog, &format!("{}: our own paraphrase of its requirements", standard.title), standard),
    });
    for (key, list) in [("groups", groups), ("controls", loose)] {
        if !list.is_empty() {
            content[key] = Value::Array(list);
        }
    }
    json!({ "catalog": content })
}

fn is_below(number: &str, group: &str) -> bool {
    number.strip_prefix(group).is_some_and(|rest| rest.starts_with(|c: char| !c.is_alphanumeric()))
}

fn metadata(catalog: &Catalog, title: &str, standard: &Standard) -> Value {
    json!({
        "title": one_line(title),
        "last-modified": edition_time(&catalog.identity.edition),
        "version": catalog.identity.edition,
        "oscal-version": OSCAL_VERSION,
        "props": [property("catalog-sha256", &catalog.identity.sha256)],
        "remarks": remarks(&[&standard.copyright, &standard.source]),
    })
}

/// `2026.11.0` as the first instant of its month.
fn edition_time(edition: &str) -> String {
    let mut parts = edition.split('.').map(|part| part.parse::<u32>().unwrap_or(1));
    let (year, month) = (parts.next().unwrap_or(1970), parts.next().unwrap_or(1).clamp(1, 12));
    format!("{year:04}-{month:02}-01T00:00:00Z")
}

fn control(standard: &Standard, clause: &Clause) -> Value {
    let id = control_id(&standard.id, &clause.number);
    let status = &clause.status;
    let checked = if status.checked_against_standard { "yes" } else { "no" };
    let mut props = vec![
        json!({ "name": "label", "value": clause.number }),
        property("stage", status.stage.word()),
        property("rev", &clause.rev.to_string()),
        property("compared-with-the-standard", checked),
    ];
    props.extend(clause.safety_classes.iter().map(|class| property("safety-class", class.letter())));
    let is_full = !matches!(status.stage, Stage::Structure | Stage::Imported);
    let shown = |text: &str| if text.is_empty() { one_line(&clause.title) } else { text.to_owned() };
    let mut statement = json!({ "id": format!("{id}_smt"), "name": "statement", "prose": shown(&clause.texts.requirement) });
    if is_full {
        let items: Vec<Value> = clause.constraints.iter().map(|constraint| item(&id, constraint)).collect();
        if !items.is_empty() {
            statement["parts"] = Value::Array(items);
        }
    }
    let mut parts = vec![statement];
    if !clause.texts.why.is_empty() {
        parts.push(json!({ "id": format!("{id}_gdn"), "name": "guidance", "prose": clause.texts.why }));
    }
    if is_full {
        for constraint in clause.constraints.iter().filter(|c| c.retired.is_none() && !c.question.is_empty()) {
            parts.push(json!({
                "id": format!("{id}_obj.{}", token_part(&constraint.id)),
                "name": "assessment-objective",
                "prose": constraint.question,
            }));
        }
    }
    json!({ "id": id, "class": "requirement", "title": one_line(&clause.title), "props": props, "parts": parts })
}

fn item(control: &str, constraint: &Constraint) -> Value {
    let modal = match &constraint.modal {
        Modal::Shall => "shall".to_owned(),
        Modal::Should => "should".to_owned(),
        Modal::Expected => "expected".to_owned(),
        Modal::SeeClause(number) => format!("see-clause {number}"),
    };
    let mut props = vec![property("weight", &constraint.weight.to_string()), property("modal", &modal)];
    // In the words of the catalog's files.
    props.push(json!({ "name": "basis", "ns": NAMESPACE, "value": constraint.basis }));
    props.push(json!({ "name": "confidence", "ns": NAMESPACE, "value": constraint.confidence }));
    if let Some(since) = &constraint.retired {
        props.push(property("retired", since));
    }
    json!({
        "id": format!("{control}_smt.{}", token_part(&constraint.id)),
        "name": "item",
        "props": props,
        "prose": constraint.shall,
    })
}

fn mapping_document(catalog: &Catalog, standard: &Standard) -> Option<Value> {
    let mut by_target: BTreeMap<&str, Vec<(&Clause, &Mapping, &str)>> = BTreeMap::new();
    for clause in &standard.clauses {
        for mapping in &clause.mappings {
            // Ids of standards hold no slash; clause numbers may.
            let Some((target, number)) = mapping.to.split_once('/') else { continue };
            if catalog.clause(target, number).is_some() {
                by_target.entry(target).or_default().push((clause, mapping, number));
            }
        }
    }
    if by_target.is_empty() {
        return None;
    }
    let mappings: Vec<Value> = by_target
        .iter()
        .map(|(target, maps)| {
            let maps: Vec<Value> = maps.iter().map(|(clause, mapping, number)| map(standard, clause, mapping, target, number)).collect();
            json!({
                "uuid": uuid(&["mapping", &standard.id, target]),
                "source-resource": { "type": "catalog", "href": catalog_file(&standard.id) },
                "target-resource": { "type": "catalog", "href": catalog_file(target) },
                "maps": maps,
            })
        })
        .collect();
    Some(json!({ "mapping-collection": {
        "uuid": uuid(&["mapping-collection", &standard.id, &catalog.identity.sha256]),
        "metadata": metadata(catalog, &format!("{}: where other standards ask for something alike", standard.title), standard),
        "provenance": {
            "method": "hybrid",
            "matching-rationale": "semantic",
            "status": "draft",
            "mapping-description": "Relations between our own paraphrases, from the public sources named in each map's remarks. None has \
                been confirmed with the bought standards side by side.",
        },
        "mappings": mappings,
    }}))
}

fn map(standard: &Standard, clause: &Clause, mapping: &Mapping, target: &str, number: &str) -> Value {
    json!({
        "uuid": uuid(&["map", &standard.id, &clause.number, target, number, &mapping.relation]),
        "relationship": mapping.relation,
        "matching-rationale": mapping.rationale,
        "sources": [{ "type": "control", "id-ref": control_id(&standard.id, &clause.number) }],
        "targets": [{ "type": "control", "id-ref": control_id(target, number) }],
        "confidence-score": { "category": mapping.confidence },
        "remarks": remarks(&[&mapping.source]),
    })
}

fn property(name: &str, value: &str) -> Value {
    let value = one_line(value);
    json!({ "name": name, "ns": NAMESPACE, "value": if value.is_empty() { "none".to_owned() } else { value } })
}

fn remarks(parts: &[&str]) -> String {
    let said: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    if said.is_empty() { "No source is named.".to_owned() } else { said.join("\n") }
}

/// The id of a control: the standard and the number, as a token of OSCAL.
fn control_id(standard: &str, number: &str) -> String {
    token(&format!("{standard}_{number}"))
}

/// A token: begins with a letter or underscore, then letters, digits, `.`, `-` and `_`.
fn token(text: &str) -> String {
    let part = token_part(text);
    if part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') { part } else { format!("_{part}") }
}

fn token_part(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '-' }).collect()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn uuid(parts: &[&str]) -> String {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("{NAMESPACE}:{}", parts.join("\u{1f}")).as_bytes()).to_string()
}
