//! The user's own requirements from CSV or JSONL: `standard, clause, title, paraphrase`, one row per requirement.
//! All mistakes at once, with their lines.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::load::{DerivedClause, digest};
use crate::catalog::mistake::{Mistake, did_you_mean};
use crate::catalog::obligations;
use crate::catalog::rows::{self, Row};
use crate::catalog::{Basis, Catalog, Clause, ClauseRef, Confidence, Constraint, Origin, Stage, Standard, fold};

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
    let rows::Rows { taken: rows, ignored, mut mistakes } = rows::read(file_name, text);
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
    let mut clause = derived.into_clause();
    clause.kind = obligations::kind_asked_for(&clause.title);
    clause.judged_by = judged_by;
    divide(&mut clause);
    clause
}

/// Adds the single obligations of a requirement to the whole of it, so that a report can say which of them is missing.
fn divide(clause: &mut Clause) {
    let Some(whole) = clause.constraints.first() else { return };
    let parts: Vec<Constraint> = (2..)
        .zip(obligations::obligations(&whole.shall))
        .map(|(number, shall)| Constraint {
            id: format!("c{number:02}"),
            question: format!("Does this document show this part: {shall}?"),
            shall,
            weight: 1,
            is_part: true,
            ..whole.clone()
        })
        .collect();
    clause.constraints.extend(parts);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::load::tests::good;

    const CSV: &str = "\u{feff}Standard,Clause,Title,Paraphrase,Source\r\n\
        House rules,1,Doors,\"Close the doors, all of them.\",me\r\n\
        A 1:2021,4.1,Our threats,,me\r\n\
        House rules,2,Windows,Close the windows.,me\r\n";

    #[test]
    fn rows_become_standards_in_the_order_of_their_first_row() {
        let mut catalog = good();
        let before = catalog.identity.clone();
        let outcome = import(&mut catalog, "house.csv", CSV, false);
        assert_eq!(outcome.mistakes, []);
        assert_eq!(outcome.standards, ["House rules", "A 1:2021"]);
        assert_eq!(outcome.notices, ["house.csv: ignored `source`; only standard, clause, title and paraphrase are used."]);
        assert_ne!(catalog.identity, before);
        let doors = catalog.clause("House rules", "1").expect("it is there");
        assert_eq!((doors.status.stage, doors.constraints[0].shall.as_str()), (Stage::Imported, "Close the doors, all of them."));
        let threats = catalog.clause("A 1:2021", "4.1").expect("it is there");
        assert_eq!(threats.title, "Our threats");
        assert_eq!(catalog.judging_clause(threats).rev, 3, "the full entry of std-a judges it");
    }

    #[test]
    fn no_alias_and_structure_clauses_are_judged_by_their_own_text() {
        let mut plain = good();
        import(&mut plain, "house.csv", CSV, true);
        assert_eq!(plain.clause("A 1:2021", "4.1").expect("it is there").judged_by, None);
        let mut structure = good();
        import(&mut structure, "house.csv", "standard,clause,title,paraphrase\nA 1:2021,4.2,Controls,\n", false);
        assert_eq!(structure.clause("A 1:2021", "4.2").expect("it is there").judged_by, None);
        assert_ne!(plain.identity, structure.identity);
    }

    #[test]
    fn a_standard_with_the_id_of_ours_takes_its_place() {
        let mut catalog = good();
        let rows = "standard;clause;title;paraphrase\nstd-a;4.1;Mine;\nstd-a;9;New;\na 1:2021;4.1;Too;\n";
        let outcome = import(&mut catalog, "mine.csv", rows, false);
        assert_eq!((outcome.mistakes.len(), outcome.notices.len()), (0, 1));
        assert_eq!(catalog.standards.iter().filter(|standard| standard.id == "std-a").count(), 1);
        let mine = catalog.clause("std-a", "4.1").expect("it is there");
        assert_eq!((mine.title.as_str(), mine.rev, mine.constraints.len()), ("Mine", 3, 2));
        let too = catalog.clause("a 1:2021", "4.1").expect("it is there");
        assert_eq!((too.title.as_str(), catalog.judging_clause(too).rev), ("Too", 3));
    }

    #[test]
    fn lines_of_json() {
        let mut catalog = good();
        let lines = "\u{feff}{\"standard\":\"H\",\"clause\":1,\"title\":\"T\",\"paraphrase\":\"P\"}\r\n\r\n\
            {\"standard\":\"H\",\"clause\":\"2\",\"title\":\"T\",\"paraphrase\":\"\",\"x\":[1]}\n";
        let outcome = import(&mut catalog, "h.jsonl", lines, false);
        assert_eq!((outcome.standards, outcome.notices.len(), outcome.mistakes), (vec!["H".to_owned()], 1, Vec::new()));
        assert_eq!(catalog.standard("H").map(|standard| standard.clauses.len()), Some(2));
    }

    /// A file's name, its text, and its mistakes as `line:column part-of-the-message`.
    const CASES: &[(&str, &str, &[&str])] = &[
        ("a.csv", "", &["1:1 the file is empty"]),
        ("a.csv", "\u{feff}\n \n", &["1:1 the file is empty"]),
        ("a.csv", "standard,clause,title,paraphrase\n", &["1:1 a header but no rows"]),
        ("a.csv", "standard,section,title\nA,1,T\n", &["1:1 lacks the column `clause`", "1:1 lacks the column `paraphrase`"]),
        (
            "a.csv",
            "standard,clause,title,paraphrase\nA,1,T,P\nA,,T,P\nA,2,T\n\nA,1,T,Q\n",
            &["3:1 `clause` is empty", "4:1 the row has 3 fields", "6:1 clause `1` of `A` stands on line 2 and again on line 6"],
        ),
        ("a.csv", "standard,clause,title,paraphrase\nA,1,T,\"two\nlines\"\nA,1,T,P\n", &["4:1 stands on line 2 and again on line 4"]),
        ("a.json", "[{\"standard\":\"A\"}]", &["1:1 JSON but not JSONL"]),
        (
            "a.jsonl",
            "{\"standard\":\"A\",\"clause\":\"1\",\"titel\":\"T\",\"paraphrase\":\"P\"}\nnonsense\n{\"standard\":\"A\"\n[1]\n",
            &["1:1 the line lacks `title`", "2:2 not JSON", "3:15 not JSON", "4:1 no JSON object"],
        ),
        ("a.jsonl", "{\"standard\":\"A\",\"clause\":[1],\"title\":\"T\",\"paraphrase\":\"P\"}", &["1:1 `clause` is no text"]),
    ];

    #[test]
    fn every_mistake_is_told_and_nothing_is_taken() {
        for (name, text, expected) in CASES {
            let mut catalog = good();
            let outcome = import(&mut catalog, name, text, false);
            let told: Vec<String> = outcome.mistakes.iter().map(|m| format!("{}:{} {}", m.line, m.column, m.message)).collect();
            assert_eq!(told.len(), expected.len(), "{text}: {told:#?}");
            for (told, expected) in told.iter().zip(*expected) {
                let (place, message) = expected.split_once(' ').unwrap_or((expected, ""));
                assert!(told.starts_with(&format!("{place} ")) && told.contains(message), "{text}: wanted {expected}, told {told}");
            }
            assert_eq!(catalog.identity, good().identity);
            assert_eq!(catalog.standards.len(), good().standards.len());
        }
    }

    #[test]
    fn unknown_ids_get_the_nearest() {
        assert_eq!(unknown_standards(&good(), ["std-a", "std-x"]).len(), 1);
    }
}
