//! Table rules: a list is judged by its columns and by how many of its rows are filled, not by prose.

use crate::assessment::Verdict;
use crate::assessment::examined::Examined;
use crate::assessment::find::Finder;
use crate::assessment::graded::{Graded, grade};
use crate::assessment::reading::Form;
use crate::assessment::requirement::{Requirement, TableDemand};
use crate::assessment::veto::Veto;
use crate::catalog::{ConceptId, ConceptSet, fold};

/// Rows that are graded per table; one is quoted.
const ROWS: usize = 3;

/// Grades the rows of every table whose header holds the demanded columns.
#[must_use]
pub fn judge_table(demand: &TableDemand, requirement: &Requirement, examined: &Examined<'_>, finder: &Finder<'_>) -> Vec<Graded> {
    let reading = examined.reading;
    let is_role = demand.role.as_ref().is_none_or(|role| examined.roles.iter().any(|r| r == role));
    let mut graded = Vec::new();
    for (header, unit) in reading.units.iter().enumerate() {
        if unit.form != Form::HeaderRow {
            continue;
        }
        // A list may also be recognised by its heading: the table stands in a section that names what it lists. What its
        // columns are called does not make it that list.
        let section = &reading.sections[unit.section];
        let names_subject = !requirement.require_any.is_empty()
            || requirement
                .cues
                .iter()
                .flat_map(|c| &c.all)
                .filter(|c| !demand.columns.contains(c))
                .any(|c| section.path_concepts.contains(*c) || reading.title_concepts.contains(*c));
        if !is_role && !names_subject {
            continue;
        }
        let Some(columns) = columns(examined, unit.block, &demand.columns) else { continue };
        let rows: Vec<usize> =
            (header + 1..reading.units.len()).take_while(|u| reading.units[*u].form == Form::Row { header: Some(header) }).collect();
        let filled: Vec<usize> = rows.iter().copied().filter(|row| is_filled(examined, reading.units[*row].block, &columns)).collect();
        if rows.is_empty() || filled.is_empty() {
            continue;
        }
        #[expect(clippy::cast_precision_loss, reason = "row counts are far below 2^52")]
        let share = filled.len() as f64 / rows.len() as f64;
        for row in filled.iter().take(ROWS) {
            let mut one = grade(requirement, reading, finder, *row, *row, Verdict::Supported);
            one.has_subject = true;
            // Cells are no sentences; the table rule takes their place.
            one.vetoes.retain(|v| !matches!(v, Veto::Mention | Veto::Fragment));
            if share < demand.filled {
                one.vetoes.push(Veto::SparseColumn);
            }
            one.passage.finder = (one.passage.finder + 0.5 * share).min(1.0);
            graded.push(one);
        }
    }
    graded
}

/// The column of each demanded concept, if the header row has one for each.
fn columns(examined: &Examined<'_>, header_block: usize, demanded: &[ConceptId]) -> Option<Vec<usize>> {
    let concepts: Vec<ConceptSet> = examined.document.cells(header_block).iter().map(|cell| examined.cell_concepts(&fold(cell))).collect();
    let mut taken = Vec::new();
    for concept in demanded {
        let column = (0..concepts.len()).find(|c| !taken.contains(c) && concepts[*c].contains(*concept))?;
        taken.push(column);
    }
    Some(taken)
}

/// Whether a row has something in each of those columns that is no placeholder.
fn is_filled(examined: &Examined<'_>, row_block: usize, columns: &[usize]) -> bool {
    let cells = examined.document.cells(row_block);
    columns.iter().all(|column| {
        cells.get(*column).is_some_and(|cell| {
            let cell = fold(cell);
            !matches!(cell.as_str(), "" | "-" | "--" | "?" | "n/a" | "na" | "tbd" | "x" | "unknown" | "unbekannt" | "open" | "...")
                && !examined.is_placeholder(&cell)
        })
    })
}
