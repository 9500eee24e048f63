//! Puts the rows of tables without rules together: a cell of several lines is one cell, and a cell that begins where
//! its left neighbour began stands in the same row. It leaves all other lines as they are.

use crate::extract::pdf::layout;
use crate::extract::pdf::lines::Line;

/// Lines of one column begin within this many points of each other.
const SAME_LEFT_POINTS: f32 = 3.0;
/// Lines of one cell follow each other within this many font sizes.
const LARGEST_STEP: f32 = 1.6;
/// Most lines of a cell that another cell may stand beside; more are a column of text.
const MOST_CELL_LINES: usize = 6;

/// A line of the result, with the base line that each of its segments has reached.
struct Row {
    line: Line,
    reached: Vec<f32>,
}

impl Row {
    fn of(line: &Line) -> Self {
        Self { line: line.clone(), reached: vec![line.base; line.segments.len()] }
    }
}

/// The lines with those of one row made one.
pub fn fold(lines: &[&Line]) -> Vec<Line> {
    let mut rows: Vec<Row> = Vec::new();
    for line in lines {
        if !continues_cell(&mut rows, line) && !begins_cell(&mut rows, line) {
            rows.push(Row::of(line));
        }
    }
    rows.into_iter().map(|row| row.line).collect()
}

fn is_alike(a: &Line, b: &Line) -> bool {
    a.page == b.page
        && a.angle == b.angle
        && a.is_unseen == b.is_unseen
        && a.is_margin == b.is_margin
        && (a.size - b.size).abs() <= 0.1 * a.size
}

/// Adds the line to the cell of the last row that it runs on from.
fn continues_cell(rows: &mut [Row], line: &Line) -> bool {
    let Some(row) = rows.last_mut() else { return false };
    let [segment] = line.segments.as_slice() else { return false };
    if !is_alike(&row.line, line) || !layout::is_tabular(&row.line) {
        return false;
    }
    // The first column begins the next row, or the text behind the table.
    for (cell, reached) in row.line.segments.iter_mut().zip(&mut row.reached).skip(1) {
        let step = line.base - *reached;
        if (cell.left - segment.left).abs() <= SAME_LEFT_POINTS && step > 0.3 * line.size && step <= LARGEST_STEP * line.size {
            layout::append(&mut cell.text, &segment.text, false);
            cell.right = cell.right.max(segment.right);
            cell.letters += segment.letters;
            cell.bold += segment.bold;
            cell.italic += segment.italic;
            *reached = line.base;
            return true;
        }
    }
    false
}

/// Adds the line as a cell beside the lines that began on the same base line and end left of it.
fn begins_cell(rows: &mut Vec<Row>, line: &Line) -> bool {
    let Some(last) = rows.last() else { return false };
    let left = last.line.left();
    let is_column = |row: &&Row| {
        is_alike(&row.line, line)
            && (row.line.left() - left).abs() <= SAME_LEFT_POINTS
            && row.line.right() + 3.0 < line.left()
            && row.line.base >= line.base - 1.0
    };
    let count = rows.iter().rev().take(MOST_CELL_LINES).take_while(is_column).count();
    let start = rows.len() - count;
    let Some(first) = rows.get(start).filter(|first| (first.line.base - line.base).abs() <= 1.0) else { return false };
    // Lines apart are not those of one cell.
    let bases: Vec<f32> = rows.iter().skip(start).map(|row| row.line.base).collect();
    let is_apart = bases.iter().zip(bases.iter().skip(1)).any(|(above, below)| below - above > LARGEST_STEP * line.size);
    if is_apart || (count > 1 && layout::is_tabular(&first.line)) {
        return false;
    }
    let rest: Vec<Row> = rows.drain(start + 1..).collect();
    let Some(row) = rows.last_mut() else { return false };
    for below in rest {
        if let (Some(cell), Some(reached)) = (row.line.segments.first_mut(), row.reached.first_mut()) {
            layout::append(&mut cell.text, &below.line.text(), false);
            cell.right = cell.right.max(below.line.right());
            cell.letters += below.line.letters();
            cell.bold += below.line.segments.iter().map(|segment| segment.bold).sum::<usize>();
            cell.italic += below.line.segments.iter().map(|segment| segment.italic).sum::<usize>();
            *reached = below.line.base;
        }
    }
    row.line.segments.extend(line.segments.iter().cloned());
    row.reached.extend(std::iter::repeat_n(line.base, line.segments.len()));
    true
}
