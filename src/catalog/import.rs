//! The user's own requirements from CSV or JSONL: `standard, clause, title, paraphrase`, one row per requirement.
//! All mistakes at once, with their lines.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::load::{DerivedClause, digest};
use crate::catalog::mistake::{Mistake, did_you_mean};
use crate::catalog::rows::{self, Row};
use crate::catalog::{Basis, Catalog, Clause, ClauseRef, Confidence, Origin, Stage, Standard, fold};

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportOutcome {
    /// Ids of the imported standards, in the order of their first row: the strings of the user.
    pub standards: Vec<String>,
    /// Sentences that the user should read but that stop nothing.
    pub notices: Vec<String>,
    /// What is wrong. If there is anything, the catalog was left as it was.
    pub mistakes: Vec<Mistake>,
}

/// Adds the rows of a CSV file (with a header row) or of a JSONL file to the catalog. A row whose standard is an
/// alias of one of ours, and whose clause is a full entry, is judged by that entry unless `no_alias`.
///
/// An imported standard with the very id of one of ours takes its place: a review would not know which of the two is
/// meant. Its rows are judged by our full entries all the same, unless `no_alias`.
pub fn import(catalog: &mut Catalog, file_name: &str, text: &str, no_alias: bool) -> ImportOutcome {
    let rows::Rows { rows, ignored, mut mistakes } = rows::read(file_name, text);
    let mut outcome = ImportOutcome::default();
    if !ignored.is_empty() {
        let names: Vec<String> = ignored.iter().map(|name| format!("`{name}`")).collect();
        outcome.notices.push(format!("{file_name}: ignored {}; only standard, clause, title and paraphrase are used.", names.join(", ")));
    }
    note_repeated(file_name, text, &rows, &mut mistakes);
    mistakes.sort_by_key(|mistake| mistake.span.start);
    outcome.mistakes = mistakes;
    if !outcome.mistakes.is_empty() {
        return outcome;
    }

    let mut imported: Vec<Standard> = Vec::new();
    for row in rows {
        let place = imported.iter().position(|standard| standard.id == row.standard).unwrap_or_else(|| {
            imported.push(imported_standard(&row.standard, file_name));
            imported.len() - 1
        });
        let clause = imported_clause(catalog, row, no_alias);
        imported[place].clauses.push(clause);
    }
    outcome.standards = imported.iter().map(|standard| standard.id.clone()).collect();
    add(catalog, imported, &mut outcome.notices);
    let way = if no_alias { "import without aliases" } else { "import" };
    catalog.identity.sha256 = digest([("catalog", catalog.identity.sha256.as_str()), (way, text)].into_iter());
    outcome
}

fn note_repeated(file_name: &str, text: &str, rows: &[Row], mistakes: &mut Vec<Mistake>) {
    let mut first: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for row in rows {
        if let Some(line) = first.get(&(row.standard.as_str(), row.clause.as_str())) {
            mistakes.push(Mistake::at(
                file_name,
                text,
                row.span.clone(),
                format!("clause `{}` of `{}` stands on line {line} and again on line {}", row.clause, row.standard, row.line),
                "Keep one of the two rows, or give them different clause numbers.",
            ));
        } else {
            first.insert((&row.standard, &row.clause), row.line);
        }
    }
}

fn imported_standard(id: &str, file_name: &str) -> Standard {
    Standard {
        id: id.to_owned(),
        title: id.to_owned(),
        edition: String::new(),
        origin: Origin::Imported,
        aliases: Vec::new(),
        copyright: String::new(),
        source: file_name.to_owned(),
        profiles: Vec::new(),
        groups: Vec::new(),
        clauses: Vec::new(),
    }
}

fn imported_clause(catalog: &Catalog, row: Row, no_alias: bool) -> Clause {
    let entry = if no_alias { None } else { full_entry(catalog, &row.standard, &row.clause) };
    if let Some((standard, entry)) = entry
        && standard.id == row.standard
    {
        // The standard is about to be replaced, so that a reference to it would lead back to this row.
        return Clause { title: row.title, ..entry.clone() };
    }
    let judged_by = entry.map(|(standard, entry)| ClauseRef { standard: standard.id.clone(), clause: entry.number.clone() });
    let derived = DerivedClause {
        number: row.clause,
        title: row.title,
        paraphrase: row.paraphrase,
        text_basis: "the user's own requirement".into(),
        basis: Basis::PublicSource,
        confidence: Confidence::High,
        stage: Stage::Imported,
    };
    Clause { judged_by, ..derived.into_clause() }
}

/// The full entry of ours that a row names by an alias, or by the id itself.
fn full_entry<'c>(catalog: &'c Catalog, standard: &str, clause: &str) -> Option<(&'c Standard, &'c Clause)> {
    let name = fold(standard);
    let ours = catalog
        .standards
        .iter()
        .filter(|known| known.origin == Origin::Ours)
        .find(|known| known.id == standard || known.aliases.iter().any(|alias| fold(alias) == name))?;
    let entry = ours.clauses.iter().find(|known| known.number == clause)?;
    (entry.status.stage != Stage::Structure).then_some((ours, entry))
}

fn add(catalog: &mut Catalog, imported: Vec<Standard>, notices: &mut Vec<String>) {
    let ids: BTreeSet<String> = imported.iter().map(|standard| standard.id.clone()).collect();
    let replaced: Vec<Standard> = catalog.standards.extract_if(.., |standard| ids.contains(&standard.id)).collect();
    for standard in &replaced {
        notices.push(format!(
            "The rows of `{}` take the place of the built-in standard of that id: only the imported clauses are judged.",
            standard.id
        ));
    }
    catalog.standards.extend(imported);
    // A row that named a replaced standard by another alias carries the entry itself from now on.
    for clause in catalog.standards.iter_mut().flat_map(|standard| &mut standard.clauses) {
        let Some(to) = &clause.judged_by else { continue };
        let entry = replaced.iter().find(|standard| standard.id == to.standard);
        if let Some(entry) = entry.and_then(|standard| standard.clauses.iter().find(|entry| entry.number == to.clause)) {
            *clause = Clause { title: std::mem::take(&mut clause.title), ..entry.clone() };
        }
    }
}

/// Those of the ids that no standard has, each with a help sentence that names the nearest.
#[must_use]
pub fn unknown_standards<'i>(catalog: &Catalog, ids: impl IntoIterator<Item = &'i str>) -> Vec<(String, String)> {
    ids.into_iter()
        .filter(|id| catalog.standard(id).is_none())
        .map(|id| (id.to_owned(), did_you_mean(id, catalog.standards.iter().map(|standard| standard.id.as_str()))))
        .collect()
}
