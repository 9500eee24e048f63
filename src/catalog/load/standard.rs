//! Reading `standards/<id>.toml`: a standard's structure, and the clauses that only the structure knows.

use crate::catalog::load::table::{Source, Table, Text};
use crate::catalog::load::words::{BASES, CONFIDENCES, MAPPING_CONFIDENCES, RATIONALES, RELATIONS, SAFETY_CLASSES};
use crate::catalog::mistake::did_you_mean;
use crate::catalog::{
    Basis, Clause, ClauseGroup, ClauseTests, ClauseTexts, Confidence, Constraint, ConstraintTests, Mapping, Modal, Origin, Profile, Stage,
    Standard, Status, fold,
};

/// Reads one standard; `known` are those read before it. `targets` takes the mapping targets for a check when all standards are known.
pub(super) fn read(source: &Source<'_>, id_by_path: &str, origin: Origin, known: &[Standard], targets: &mut Vec<Text>) -> Standard {
    let parsed = source.parse();
    let mut file = Table::root(source, &parsed);
    file.whole_number("schema", 1..=1);
    let id = file.text("id");
    if !id.value.is_empty() && id.value != id_by_path {
        source.mistake(id.span, format!("the id is not that of the file, `{id_by_path}`"), "Make the id and the file's name the same.");
    }
    let mut standard = Standard {
        id: id_by_path.to_owned(),
        title: file.prose("title"),
        edition: file.prose("edition"),
        origin,
        aliases: read_aliases(source, &mut file, known),
        copyright: file.prose("copyright"),
        source: file.prose("source"),
        profiles: Vec::new(),
        groups: Vec::new(),
        clauses: Vec::new(),
    };
    let profiles = file.tables("profile");
    for table in file.tables("clause") {
        read_clause(source, table, &mut standard, targets);
    }
    for table in profiles {
        read_profile(source, table, &mut standard);
    }
    if standard.clauses.is_empty() {
        source.mistake(0..0, "the standard has no clause with requirements", "Add `[[clause]]` tables with `kind = \"requirement\"`.");
    }
    file.finish();
    standard
}

/// An alias leads to one standard only.
fn read_aliases(source: &Source<'_>, file: &mut Table<'_>, known: &[Standard]) -> Vec<String> {
    let mut aliases = Vec::new();
    for alias in file.texts("aliases") {
        let name = fold(&alias.value);
        let other = known.iter().find(|standard| standard.aliases.iter().any(|alias| fold(alias) == name));
        if let Some(other) = other {
            source.mistake(alias.span, format!("`{}` is also an alias of `{}`", alias.value, other.id), "Keep it in one of the two.");
        } else {
            aliases.push(alias.value);
        }
    }
    aliases
}

#[derive(Clone, Copy)]
enum NodeKind {
    Group,
    Requirement,
}

const NODE_KINDS: &[(&str, NodeKind)] = &[("group", NodeKind::Group), ("requirement", NodeKind::Requirement)];

fn read_clause(source: &Source<'_>, mut table: Table<'_>, standard: &mut Standard, targets: &mut Vec<Text>) {
    let number = table.text("number");
    let kind = table.one_of("kind", NODE_KINDS).unwrap_or(NodeKind::Requirement);
    let title = table.prose("title");
    if standard.names(&number.value) {
        source.mistake(number.span.clone(), format!("the clause `{}` stands here twice", number.value), "Keep one of the two.");
    }
    match kind {
        NodeKind::Group => standard.groups.push(ClauseGroup { number: number.value, title, before: standard.clauses.len() }),
        NodeKind::Requirement => {
            let paraphrase = table.optional_prose("paraphrase");
            let basis = table.one_of("basis", BASES).unwrap_or(Basis::Memory);
            let confidence = table.one_of("confidence", CONFIDENCES).unwrap_or(Confidence::Low);
            let text_basis = table.optional_prose("text_basis");
            let text_basis = if text_basis.is_empty() { standard.source.clone() } else { text_basis };
            let safety_classes = table.many_of("safety_classes", SAFETY_CLASSES);
            let mappings = table.tables("maps_to").into_iter().filter_map(|row| read_mapping(row, targets)).collect();
            let derived = DerivedClause { number: number.value, title, paraphrase, text_basis, basis, confidence, stage: Stage::Structure };
            standard.clauses.push(Clause { safety_classes, mappings, ..derived.into_clause() });
        }
    }
    table.finish();
}

/// A clause of which only title and paraphrase are known.
pub(in crate::catalog) struct DerivedClause {
    pub(in crate::catalog) number: String,
    pub(in crate::catalog) title: String,
    /// May be empty; then the title speaks.
    pub(in crate::catalog) paraphrase: String,
    pub(in crate::catalog) text_basis: String,
    pub(in crate::catalog) basis: Basis,
    pub(in crate::catalog) confidence: Confidence,
    pub(in crate::catalog) stage: Stage,
}

impl DerivedClause {
    /// The clause with its one derived constraint; the judge derives the cues from the text.
    pub(in crate::catalog) fn into_clause(self) -> Clause {
        let shall = if self.paraphrase.is_empty() { self.title.clone() } else { self.paraphrase.clone() };
        let constraint = Constraint {
            id: "c01".into(),
            shall,
            question: format!("Does this document show it: {}?", self.title.trim_end_matches('.')),
            weight: 2,
            modal: Modal::Shall,
            basis: self.basis,
            confidence: self.confidence,
            evidence_kinds: Vec::new(),
            hit: Vec::new(),
            table: None,
            require_any: Vec::new(),
            veto: Vec::new(),
            tests: ConstraintTests::default(),
            retired: None,
            is_part: false,
        };
        Clause {
            number: self.number,
            title: self.title,
            rev: 1,
            sha256: String::new(),
            kind: None,
            safety_classes: Vec::new(),
            status: Status {
                stage: self.stage,
                text_basis: self.text_basis,
                checked_against_standard: false,
                reviewers: Vec::new(),
                second_read: String::new(),
            },
            texts: ClauseTexts { requirement: self.paraphrase, ..ClauseTexts::default() },
            claims: Vec::new(),
            constraints: vec![constraint],
            gaps: Vec::new(),
            signals: Vec::new(),
            mappings: Vec::new(),
            reading: Vec::new(),
            open_questions: Vec::new(),
            tests: ClauseTests::default(),
            judged_by: None,
        }
    }
}

/// Reads one mapping; its target is put down for a check when all standards are known.
pub(super) fn read_mapping(mut table: Table<'_>, targets: &mut Vec<Text>) -> Option<Mapping> {
    let to = table.text("to");
    let relation = table.one_of("relation", RELATIONS);
    let rationale = table.one_of("rationale", RATIONALES);
    let confidence = table.one_of("confidence", MAPPING_CONFIDENCES);
    let source = table.prose("source");
    table.finish();
    targets.push(to.clone());
    Some(Mapping {
        to: to.value,
        relation: relation?.to_owned(),
        rationale: rationale?.to_owned(),
        source,
        confidence: confidence?.to_owned(),
    })
}

fn read_profile(source: &Source<'_>, mut table: Table<'_>, standard: &mut Standard) {
    let id = table.text("id");
    let title = table.prose("title");
    let clauses = table.texts("clauses");
    if standard.profile(&id.value).is_some() {
        source.mistake(id.span, format!("the profile `{}` stands here twice", id.value), "Keep one of the two.");
    }
    for number in &clauses {
        if !standard.names(&number.value) {
            let known = standard.groups.iter().map(|group| group.number.as_str()).chain(standard.clauses.iter().map(|c| c.number.as_str()));
            source.mistake(
                number.span.clone(),
                format!("the profile names the clause `{}`, which the standard does not have", number.value),
                did_you_mean(&number.value, known),
            );
        }
    }
    if clauses.is_empty() {
        source.mistake(table.span(), "the profile chooses no clauses", "Name them in `clauses`.");
    }
    table.finish();
    standard.profiles.push(Profile { id: id.value, title, clauses: clauses.into_iter().map(|text| text.value).collect() });
}
