//! Finds ruled tables: where horizontal and vertical rules of a page meet, they make a grid, and the words between them
//! are its cells. It knows nothing of tables without vertical rules; `layout` takes those as aligned lines.

use crate::extract::pdf::lines::{Line, Segment};
use crate::extract::pdf::page::Area;

/// Rules that miss each other by no more than this many points meet.
const REACH_POINTS: f32 = 3.0;
/// A page with more rules than this is a drawing.
const MOST_RULES: usize = 3_000;

/// A ruled table on a page.
pub struct Grid {
    horizontal: Vec<Area>,
    vertical: Vec<Area>,
    tops: Vec<f32>,
    lefts: Vec<f32>,
    area: Area,
}

/// The words of one cell.
#[derive(Clone, Default)]
pub struct Cell {
    /// Its text.
    pub text: String,
    /// Letters in it.
    pub letters: usize,
    /// Of these, bold ones.
    pub bold: usize,
    /// Of these, italic ones.
    pub italic: usize,
    last_base: f32,
}

/// The grids of a page with these rules.
pub fn of_page(rules: &[Area]) -> Vec<Grid> {
    if rules.len() > MOST_RULES {
        return Vec::new();
    }
    let is_flat = |rule: &Area| rule.width() >= rule.height();
    let mut group: Vec<usize> = (0..rules.len()).collect();
    for (first, rule) in rules.iter().enumerate() {
        for (second, other) in rules.iter().enumerate().skip(first + 1) {
            if is_flat(rule) != is_flat(other) && touch(rule, other) {
                let (a, b) = (root(&mut group, first), root(&mut group, second));
                if let Some(parent) = group.get_mut(a.max(b)) {
                    *parent = a.min(b);
                }
            }
        }
    }
    let mut roots: Vec<usize> = (0..rules.len()).map(|index| root(&mut group, index)).collect();
    let members = roots.clone();
    roots.sort_unstable();
    roots.dedup();
    let rules_of = |wanted: usize| rules.iter().zip(&members).filter(move |(_, root)| **root == wanted).map(|(rule, _)| *rule);
    roots
        .into_iter()
        .filter_map(|root| Grid::of(rules_of(root).filter(is_flat).collect(), rules_of(root).filter(|rule| !is_flat(rule)).collect()))
        .collect()
}

impl Grid {
    fn of(horizontal: Vec<Area>, vertical: Vec<Area>) -> Option<Self> {
        let all = || horizontal.iter().chain(&vertical);
        let area = Area {
            left: all().map(|rule| rule.left).min_by(f32::total_cmp)?,
            top: all().map(|rule| rule.top).min_by(f32::total_cmp)?,
            right: all().map(|rule| rule.right).max_by(f32::total_cmp)?,
            bottom: all().map(|rule| rule.bottom).max_by(f32::total_cmp)?,
        };
        // A table may be open at its sides.
        let tops = cluster(horizontal.iter().map(|rule| rule.top).chain([area.top, area.bottom]));
        let lefts = cluster(vertical.iter().map(|rule| rule.left).chain([area.left, area.right]));
        // A frame around text is no table.
        (tops.len() >= 2 && lefts.len() >= 3 && !vertical.is_empty()).then_some(Self { horizontal, vertical, tops, lefts, area })
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.tops.len() - 1
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.lefts.len() - 1
    }

    /// Row and column of the cell that holds a segment on this base line. A cell that spans several rows or columns is
    /// known by its first.
    pub fn cell_at(&self, segment: &Segment, base: f32, size: f32) -> Option<(usize, usize)> {
        let x = segment.left + (segment.right - segment.left).min(size) / 2.0;
        let y = base - size * 0.3;
        if !self.area.holds(x, y) {
            return None;
        }
        let above = self.horizontal.iter().filter(|rule| rule.top <= y && rule.left <= x && rule.right >= x).map(|rule| rule.top);
        let before = self.vertical.iter().filter(|rule| rule.left <= x && rule.top <= y && rule.bottom >= y).map(|rule| rule.left);
        let top = above.max_by(f32::total_cmp).unwrap_or(self.area.top);
        let left = before.max_by(f32::total_cmp).unwrap_or(self.area.left);
        Some((index_of(&self.tops, top).min(self.rows() - 1), index_of(&self.lefts, left).min(self.columns() - 1)))
    }

    /// The cells of the lines that lie in the grid, row by row; empty rows and columns are left out.
    pub fn cells<'l>(&self, lines: impl Iterator<Item = &'l Line>) -> Vec<Vec<Cell>> {
        let mut rows = vec![vec![Cell::default(); self.columns()]; self.rows()];
        for line in lines {
            for segment in &line.segments {
                let Some((row, column)) = self.cell_at(segment, line.base, line.size) else { continue };
                if let Some(cell) = rows.get_mut(row).and_then(|row| row.get_mut(column)) {
                    cell.add(segment, line.base);
                }
            }
        }
        rows.retain(|row| row.iter().any(|cell| cell.letters > 0));
        let is_filled: Vec<bool> =
            (0..self.columns()).map(|column| rows.iter().any(|row| row.get(column).is_some_and(|cell| cell.letters > 0))).collect();
        for row in &mut rows {
            let mut filled = is_filled.iter();
            row.retain(|_| *filled.next().unwrap_or(&true));
        }
        rows
    }
}

impl Cell {
    fn add(&mut self, segment: &Segment, base: f32) {
        if (base - self.last_base).abs() < 1.0 && !self.text.is_empty() {
            self.text.push(' ');
            self.text.push_str(&segment.text);
        } else {
            crate::extract::pdf::layout::append(&mut self.text, &segment.text, false);
        }
        self.letters += segment.letters;
        self.bold += segment.bold;
        self.italic += segment.italic;
        self.last_base = base;
    }
}

/// Whether the first row names the columns: by its weight, or, where nothing is bold, by its short words.
pub fn has_header(rows: &[Vec<Cell>]) -> bool {
    let is_bold = |row: &Vec<Cell>| row.iter().all(|cell| cell.bold == cell.letters);
    let (Some(first), Some(second)) = (rows.first(), rows.get(1)) else { return false };
    let names = first.len() > 1 && first.iter().all(|cell| cell.letters > 0 && cell.text.chars().count() <= 80);
    let is_any_bold = rows.iter().flatten().any(|cell| cell.bold > 0);
    names && if is_any_bold { is_bold(first) && !is_bold(second) } else { first.len() > 2 }
}

fn touch(a: &Area, b: &Area) -> bool {
    a.left - REACH_POINTS <= b.right
        && b.left - REACH_POINTS <= a.right
        && a.top - REACH_POINTS <= b.bottom
        && b.top - REACH_POINTS <= a.bottom
}

fn root(group: &mut [usize], index: usize) -> usize {
    let mut at = index;
    while let Some(parent) = group.get(at).copied()
        && parent != at
    {
        // Shortening the path as we go keeps it short.
        let grandparent = group.get(parent).copied().unwrap_or(parent);
        if let Some(entry) = group.get_mut(at) {
            *entry = grandparent;
        }
        at = grandparent;
    }
    at
}

/// Values that differ by no more than the reach, as one.
fn cluster(values: impl Iterator<Item = f32>) -> Vec<f32> {
    let mut values: Vec<f32> = values.collect();
    values.sort_by(f32::total_cmp);
    values.dedup_by(|next, kept| *next - *kept <= REACH_POINTS);
    values
}

fn index_of(sorted: &[f32], value: f32) -> usize {
    sorted.iter().rposition(|edge| *edge <= value + REACH_POINTS / 2.0).unwrap_or(0)
}
