//! Lines to paragraphs, list items and rows, in the order of the lines. Which paragraphs are headings is decided in
//! `headings`, where tables are in `grid`.

use std::collections::BTreeMap;

use crate::extract::pdf::lines::{Line, points, tenths};

/// What a paragraph is, before headings are known.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Running text.
    Text,
    /// A list item of that level.
    Item(u8),
    /// An entry of a table of contents.
    Contents,
    /// Running head or foot.
    Margin,
    /// A heading of that level.
    Heading(u8),
    /// A row of a table.
    Row {
        /// Table within the document, from 1.
        table: u32,
        /// Row within the table, from 1.
        row: u32,
        /// Whether it names the columns.
        is_header: bool,
    },
}

/// A paragraph.
pub struct Paragraph {
    /// What it is.
    pub kind: Kind,
    /// Its text.
    pub text: String,
    /// Its page, from 1.
    pub page: u32,
    /// Font size in points.
    pub size: f32,
    /// Whether all of it is bold.
    pub is_bold: bool,
    /// Whether all of it is italic.
    pub is_italic: bool,
    /// Whether a reader does not see it.
    pub is_unseen: bool,
    /// Heading level that the file's marks state; 0 for none.
    pub marked_level: u8,
    /// Number of lines.
    pub lines: usize,
    /// Cells, if it is a row of words parted by wide gaps.
    pub cells: Vec<String>,
    /// Left edges of the cells.
    pub lefts: Vec<f32>,
}

/// What the lines of a document have in common.
pub struct Measure {
    /// Font size of most letters, in points.
    pub body_size: f32,
    /// Whether most letters are bold.
    pub is_body_bold: bool,
    /// Distance of base lines within a paragraph, in font sizes.
    pitch: f32,
    /// Whether words are parted at the ends of lines.
    hyphenates: bool,
    /// Right edge of the column that begins at a left edge, by page.
    rights: BTreeMap<(u32, u32), f32>,
}

impl Measure {
    /// Measures the lines of a document.
    pub fn of(lines: &[Line]) -> Self {
        let mut letters: BTreeMap<u32, usize> = BTreeMap::new();
        let mut bold = 0;
        let mut all = 0;
        let mut pitches: BTreeMap<u32, usize> = BTreeMap::new();
        let mut rights: BTreeMap<(u32, u32), f32> = BTreeMap::new();
        let body: Vec<&Line> = lines.iter().filter(|line| !line.is_margin && !line.is_unseen).collect();
        for line in &body {
            // Sizes are counted in half points: programs scale fonts a little.
            *letters.entry(tenths(line.size) / 5 * 5).or_default() += line.letters();
            bold += if line.is_bold() { line.letters() } else { 0 };
            all += line.letters();
            let right = rights.entry((line.page, left_key(line.left()))).or_insert(0.0);
            *right = right.max(line.right());
        }
        let mut parted = 0_usize;
        for (line, next) in body.iter().zip(body.iter().skip(1)) {
            parted += usize::from(is_parted(&line.text(), &next.text()));
            let step = (next.base - line.base) / line.size.max(1.0);
            let is_same = line.page == next.page && (line.left() - next.left()).abs() < 2.0 && (line.size - next.size).abs() < 0.3;
            if is_same && step > 0.9 && step < 2.3 {
                *pitches.entry(tenths(step * 2.0)).or_default() += 1;
            }
        }
        let body_size = most(&letters).map_or(10.0, points);
        let pitch = most(&pitches).map_or(1.25, |step| points(step) / 2.0 + 0.05);
        // A text that is set with hyphenation parts a word in every twentieth line or so; compound words that happen to
        // stand at the end of a line are rarer.
        let hyphenates = parted >= 3 && parted * 50 > body.len();
        Self { body_size, is_body_bold: bold * 2 > all, pitch, hyphenates, rights }
    }

    fn is_short(&self, line: &Line) -> bool {
        let right = self.rights.get(&(line.page, left_key(line.left()))).copied().unwrap_or(0.0);
        line.right() < right - 0.15 * (right - line.left()).max(1.0)
    }
}

fn most(counts: &BTreeMap<u32, usize>) -> Option<u32> {
    counts.iter().max_by_key(|(_, count)| **count).map(|(value, _)| *value)
}

fn left_key(left: f32) -> u32 {
    tenths(left.clamp(0.0, 5000.0)) / 60
}

/// Paragraphs of lines, in order.
pub fn paragraphs(lines: &[Line], measure: &Measure) -> Vec<Paragraph> {
    let mut paragraphs = Vec::new();
    let mut open: Vec<&Line> = Vec::new();
    for line in lines {
        if !open.is_empty() && !continues(&open, line, measure) {
            paragraphs.push(close(&open, measure));
            open.clear();
        }
        open.push(line);
    }
    if !open.is_empty() {
        paragraphs.push(close(&open, measure));
    }
    paragraphs
}

fn continues(open: &[&Line], line: &Line, measure: &Measure) -> bool {
    let Some(last) = open.last() else { return false };
    let step = line.base - last.base;
    let is_alike = last.page == line.page
        && last.angle == line.angle
        && last.is_unseen == line.is_unseen
        && last.is_margin == line.is_margin
        && last.marked_level == line.marked_level
        && (last.size - line.size).abs() <= 0.12 * last.size.max(line.size)
        && last.is_bold() == line.is_bold();
    if !is_alike || line.is_margin || is_tabular(last) || is_tabular(line) {
        return false;
    }
    let is_next = step > 0.3 * line.size && step <= measure.pitch * line.size * 1.15 + 0.5;
    let overlaps = line.left() < last.right() && last.left() < line.right() && (line.left() - last.left()).abs() < 12.0 * line.size;
    if !is_next || !overlaps || begins_item(line) || is_contents(&last.text()) || is_contents(&line.text()) {
        return false;
    }
    let is_indented = open.len() > 1 && line.left() > last.left() + 0.8 * line.size;
    let ended = last.text().ends_with(['.', '!', '?', ':', ';']) && measure.is_short(last);
    !is_indented && !ended
}

fn close(lines: &[&Line], measure: &Measure) -> Paragraph {
    let first = lines.first().copied().cloned().unwrap_or_default();
    let mut text = String::new();
    for line in lines {
        append(&mut text, &line.text(), measure.hyphenates);
    }
    let cells = if is_tabular(&first) { first.segments.iter().map(|segment| segment.text.clone()).collect() } else { Vec::new() };
    let kind = if first.is_margin {
        Kind::Margin
    } else if is_contents(&text) {
        Kind::Contents
    } else if begins_item(&first) && cells.is_empty() {
        Kind::Item(item_level(first.left(), measure))
    } else {
        Kind::Text
    };
    if matches!(kind, Kind::Item(_)) {
        text = String::from(without_bullet(&text));
    }
    Paragraph {
        kind,
        text,
        page: first.page,
        size: first.size,
        is_bold: lines.iter().all(|line| line.is_bold()),
        is_italic: lines.iter().all(|line| line.is_italic()),
        is_unseen: first.is_unseen,
        marked_level: first.marked_level,
        lines: lines.len(),
        lefts: if cells.is_empty() { Vec::new() } else { first.segments.iter().map(|segment| segment.left).collect() },
        cells,
    }
}

/// Joins a line to the text before it. A word that was parted at the line's end becomes whole again: its hyphen goes
/// if the text is set with hyphenation, and stays (`risk-based`, `SOP-001`) otherwise.
pub fn append(text: &mut String, line: &str, hyphenates: bool) {
    let mut ending = text.chars().rev();
    let ends_in_hyphen = ending.next() == Some('-') && ending.next().is_some_and(char::is_alphanumeric);
    let first_word = line.split_whitespace().next().unwrap_or_default();
    // "Hard- und Software", "pre- and post-market".
    let is_suspended = matches!(first_word, "and" | "or" | "to" | "und" | "oder" | "bzw." | "bis" | "sowie");
    if ends_in_hyphen && !is_suspended && line.starts_with(char::is_alphanumeric) {
        if hyphenates && line.starts_with(char::is_lowercase) {
            text.pop();
        }
    } else if !text.is_empty() {
        text.push(' ');
    }
    text.push_str(line);
}

fn is_parted(line: &str, next: &str) -> bool {
    let mut ending = line.chars().rev();
    ending.next() == Some('-') && ending.next().is_some_and(char::is_lowercase) && next.starts_with(char::is_lowercase)
}

/// Whether a line has cells: wide gaps that are not those behind a list mark or a section number.
pub fn is_tabular(line: &Line) -> bool {
    let mut segments = line.segments.iter();
    let is_marked = segments.next().is_some_and(|first| is_mark(first.text.trim()) || is_section_number(first.text.trim()));
    let count = line.segments.len();
    (if is_marked { count > 2 } else { count > 1 }) && !is_contents(&line.text())
}

/// Marks that stand for themselves and carry no words.
fn is_bullet(c: char) -> bool {
    matches!(c, '•' | '‣' | '◦' | '▪' | '▫' | '■' | '□' | '●' | '○' | '·' | '➢' | '➤' | '►' | '✓' | '\u{2043}')
        || ('\u{e000}'..='\u{f8ff}').contains(&c)
}

fn is_mark(token: &str) -> bool {
    let mut characters = token.chars();
    let (first, second) = (characters.next(), characters.next());
    match (first, second) {
        (Some(c), None) => is_bullet(c) || matches!(c, '-' | '–' | '—' | '*' | 'o' | '☐' | '☑' | '☒'),
        (Some(_), Some(_)) => {
            let body = token.trim_start_matches('(');
            let Some(body) = body.strip_suffix(['.', ')']) else { return false };
            let is_number = body.len() <= 3 && !body.is_empty() && body.chars().all(|c| c.is_ascii_digit());
            let is_letter = body.len() == 1 && body.chars().all(|c| c.is_ascii_alphabetic());
            let is_roman = !body.is_empty() && body.len() <= 5 && body.chars().all(|c| matches!(c, 'i' | 'v' | 'x'));
            is_number || is_letter || is_roman
        }
        (None, _) => false,
    }
}

/// `4.2`, `4.2.1`.
fn is_section_number(token: &str) -> bool {
    let token = token.trim_end_matches('.');
    !token.is_empty()
        && token.len() <= 12
        && token.split('.').all(|part| !part.is_empty() && part.len() <= 3 && part.chars().all(|c| c.is_ascii_digit()))
}

fn begins_item(line: &Line) -> bool {
    let text = line.text();
    let mut tokens = text.split_whitespace();
    let Some(first) = tokens.next() else { return false };
    let is_alone = line.segments.first().is_some_and(|segment| segment.text.trim() == first);
    match first.chars().next() {
        // A lone letter o is a bullet only when a gap follows; a dash may be a dash.
        Some('o') if first == "o" => is_alone && line.segments.len() > 1,
        Some(c) if is_bullet(c) => true,
        _ => is_mark(first) && (tokens.next().is_some() || first.chars().count() == 1),
    }
}

fn without_bullet(text: &str) -> &str {
    let trimmed = text.trim_start();
    let rest = trimmed.trim_start_matches(is_bullet);
    if rest.len() < trimmed.len() {
        return rest.trim_start();
    }
    for mark in ["- ", "– ", "— ", "* ", "o "] {
        if let Some(rest) = trimmed.strip_prefix(mark) {
            return rest.trim_start();
        }
    }
    trimmed
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the value is clamped to the levels there are")]
fn item_level(left: f32, measure: &Measure) -> u8 {
    let leftmost = measure.rights.keys().map(|(_, left)| *left).min().unwrap_or(0);
    let indent = left - points(leftmost * 60);
    // Lists are indented by about a quarter of an inch a level, the first one included.
    ((indent / 18.0).round() - 1.0).clamp(0.0, 8.0) as u8
}

/// Whether a text is an entry of a table of contents: leaders, then a page number.
fn is_contents(text: &str) -> bool {
    let number = text.trim_end().trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, 'i' | 'v' | 'x'));
    if number.len() == text.trim_end().len() {
        return false;
    }
    let before = number.trim_end();
    let leader: String = before.chars().rev().take_while(|c| matches!(c, '.' | '…' | '_' | ' ' | '·')).filter(|c| *c != ' ').collect();
    leader.chars().count() >= 4 || leader.contains("……")
}
