//! Lists of which a column is hardly filled: a row that has something there is an exception, not evidence that the list does what
//! it is for. "Functional requirements" filled in for three of fourteen parts shows that eleven have none.

use std::collections::BTreeMap;

use crate::assessment::examined::Examined;
use crate::assessment::reading::{Form, Reading};
use crate::assessment::requirement::Cue;
use crate::catalog::{LazyPattern, fold};
use crate::evidence::Document;

/// Rows that a list has at least for its gaps to tell something.
const FEWEST_ROWS: usize = 5;

/// By the unit of each header row, the columns in which fewer than half of the rows below it hold anything. What says "none" or
/// "-" is filled: somebody looked.
pub fn sparse_columns(document: &Document, reading: &Reading) -> BTreeMap<usize, Vec<usize>> {
    let mut rows: BTreeMap<usize, Vec<&[String]>> = BTreeMap::new();
    for unit in &reading.units {
        if let Form::Row { header: Some(header) } = unit.form {
            rows.entry(header).or_default().push(document.cells(unit.block));
        }
    }
    let mut found = BTreeMap::new();
    for (header, rows) in rows.into_iter().filter(|(_, rows)| rows.len() >= FEWEST_ROWS) {
        let width = rows.iter().map(|cells| cells.len()).max().unwrap_or(0);
        let filled = |column: usize| rows.iter().filter(|cells| cells.get(column).is_some_and(|cell| is_filled(cell))).count();
        let sparse: Vec<usize> = (0..width).filter(|column| filled(*column) * 2 < rows.len()).collect();
        if !sparse.is_empty() {
            found.insert(header, sparse);
        }
    }
    found
}

/// Whether a row meets a cue only by what it holds in columns that most other rows leave empty.
pub fn rests_on_a_sparse_column(cue: &Cue, examined: &Examined<'_>, row: usize) -> bool {
    let reading = examined.reading;
    let unit = &reading.units[row];
    let Form::Row { header: Some(header) } = unit.form else { return false };
    let Some(sparse) = reading.sparse_columns.get(&header) else { return false };
    let own = examined.document.cells(unit.block);
    let heads = reading.units.get(header).map_or(&[][..], |unit| examined.document.cells(unit.block));
    if !sparse.iter().any(|column| own.get(*column).is_some_and(|cell| is_filled(cell))) {
        return false;
    }
    let without = |cells: &[String]| {
        let kept = cells.iter().enumerate().filter(|(column, _)| !sparse.contains(column)).map(|(_, cell)| cell.as_str());
        fold(&kept.collect::<Vec<_>>().join(" "))
    };
    let (own, heads) = (without(own), without(heads));
    let in_terms = examined.concepts.in_terms(&own);
    let named = examined.concepts.concepts_given(&own, in_terms.as_deref()).union(&examined.concepts.concepts(&heads));
    let section = &reading.sections[unit.section];
    let about = named.union(&section.path_concepts).union(&reading.title_concepts);
    let says = |pattern: &LazyPattern| pattern.is_match(&own) || in_terms.as_ref().is_some_and(|text| pattern.is_match(text));
    !cue.is_met(&named, &about, says)
}

fn is_filled(cell: &str) -> bool {
    let cell = cell.trim();
    !cell.is_empty() && !matches!(cell, "?" | "…" | "...") && !cell.eq_ignore_ascii_case("tbd")
}
