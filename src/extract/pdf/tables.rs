//! Splits the lines of a document into paragraphs and table rows: ruled tables by their grids, other tables as lines
//! whose words stand below each other.

use std::collections::BTreeMap;

use crate::extract::pdf::grid::{self, Cell, Grid};
use crate::extract::pdf::layout::{self, Kind, Measure, Paragraph};
use crate::extract::pdf::lines::Line;
use crate::extract::pdf::rows;

/// Cells of one column begin within this many points of each other.
const SAME_COLUMN_POINTS: f32 = 8.0;

/// Paragraphs and rows in the order of the lines. `grids` are the ruled tables by page.
pub fn paragraphs(lines: &[Line], grids: &BTreeMap<u32, Vec<Grid>>, measure: &Measure) -> Vec<Paragraph> {
    let mut members: BTreeMap<(u32, usize), Vec<&Line>> = BTreeMap::new();
    let home: Vec<Option<(u32, usize)>> = lines.iter().map(|line| home(line, grids)).collect();
    for (line, home) in lines.iter().zip(&home) {
        if let Some(home) = home {
            members.entry(*home).or_default().push(line);
        }
    }
    let mut tables = 0;
    let mut out = Vec::new();
    let mut open: Vec<&Line> = Vec::new();
    for (line, home) in lines.iter().zip(home) {
        let Some(home) = home else {
            open.push(line);
            continue;
        };
        // The whole table stands where its first line stands.
        let Some(inside) = members.remove(&home) else { continue };
        flush(&mut open, &mut out, &mut tables, measure);
        let rows =
            grids.get(&home.0).and_then(|grids| grids.get(home.1)).map(|grid| grid.cells(inside.iter().copied())).unwrap_or_default();
        if rows.len() < 2 && rows.first().is_none_or(|row| row.len() < 2) {
            // One cell is a box around text.
            open.extend(inside);
            flush(&mut open, &mut out, &mut tables, measure);
            continue;
        }
        tables += 1;
        let has_header = grid::has_header(&rows);
        out.extend((1..).zip(&rows).map(|(number, row)| of_row(row, tables, number, has_header && number == 1, home.0)));
    }
    flush(&mut open, &mut out, &mut tables, measure);
    out
}

/// The grid that holds all segments of a line.
fn home(line: &Line, grids: &BTreeMap<u32, Vec<Grid>>) -> Option<(u32, usize)> {
    if line.is_margin || line.is_unseen || line.angle != 0 {
        return None;
    }
    let holds = |grid: &Grid| line.segments.iter().all(|segment| grid.cell_at(segment, line.base, line.size).is_some());
    grids.get(&line.page)?.iter().position(holds).map(|index| (line.page, index))
}

fn of_row(row: &[Cell], table: u32, number: u32, is_header: bool, page: u32) -> Paragraph {
    Paragraph {
        kind: Kind::Row { table, row: number, is_header },
        text: String::new(),
        page,
        size: 0.0,
        is_bold: false,
        is_italic: row.iter().all(|cell| cell.italic == cell.letters),
        is_unseen: false,
        marked_level: 0,
        lines: 1,
        cells: row.iter().map(|cell| cell.text.clone()).collect(),
        lefts: Vec::new(),
    }
}

fn flush(open: &mut Vec<&Line>, out: &mut Vec<Paragraph>, tables: &mut u32, measure: &Measure) {
    let folded = rows::fold(open);
    open.clear();
    let mut paragraphs = layout::paragraphs(&folded, measure);
    let mut first = 0;
    while first < paragraphs.len() {
        let run = aligned_run(paragraphs.get(first..).unwrap_or_default());
        if run >= 2 {
            *tables += 1;
            let is_bold = |index: usize| paragraphs.get(index).is_some_and(|row| row.is_bold);
            let has_header = is_bold(first) && !is_bold(first + 1);
            let rows = paragraphs.get_mut(first..first + run).into_iter().flatten();
            for (number, paragraph) in (1..).zip(rows) {
                paragraph.kind = Kind::Row { table: *tables, row: number, is_header: number == 1 && has_header };
            }
        }
        first += run.max(1);
    }
    out.append(&mut paragraphs);
}

/// How many paragraphs from the first on are lines of cells that stand below each other.
fn aligned_run(paragraphs: &[Paragraph]) -> usize {
    let Some(first) = paragraphs.first() else { return 0 };
    if first.cells.len() < 2 || first.kind != Kind::Text {
        return 0;
    }
    let is_aligned = |paragraph: &&Paragraph| {
        let near = |left: &f32| first.lefts.iter().any(|other| (other - left).abs() <= SAME_COLUMN_POINTS);
        paragraph.kind == Kind::Text
            && paragraph.cells.len() >= 2
            && paragraph.page == first.page
            && paragraph.is_unseen == first.is_unseen
            && paragraph.lefts.iter().filter(|left| near(left)).count() >= 2
    };
    paragraphs.iter().take_while(is_aligned).count()
}
