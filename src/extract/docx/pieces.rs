//! What a Word body consists of, before it has places: paragraphs and tables with their visible and hidden text. It
//! also guesses headings in documents that use no heading styles.

use crate::extract::numbering::numbering_depth;

/// A paragraph or a table.
pub struct Piece {
    /// What it is.
    pub kind: PieceKind,
    /// The text that a reader sees.
    pub visible: String,
    /// The text that no reader sees.
    pub hidden: String,
    /// Whether all visible text is italic.
    pub is_italic: bool,
    /// Whether all visible text is bold.
    pub is_bold: bool,
    /// Largest font size of the visible text in half points; 0 when unknown.
    pub half_points: u32,
    /// Whether its end is a tracked deletion, so that it runs on into the next piece.
    pub runs_on: bool,
}

impl Piece {
    /// A table of these rows.
    pub fn table(rows: Vec<Row>) -> Self {
        Self {
            kind: PieceKind::Table(rows),
            visible: String::new(),
            hidden: String::new(),
            is_italic: false,
            is_bold: false,
            half_points: 0,
            runs_on: false,
        }
    }
}

/// What a piece is.
pub enum PieceKind {
    /// A heading of that level, from 1.
    Heading(u8),
    /// A paragraph of the style "Title".
    Title,
    /// Running text.
    Paragraph,
    /// A list item of that level, from 0.
    ListItem(u8),
    /// An entry of a table of contents.
    Contents,
    /// A table.
    Table(Vec<Row>),
}

/// A row of a table.
#[derive(Default)]
pub struct Row {
    /// Its cells; a cell that spans columns is followed by empty ones.
    pub cells: Vec<CellText>,
    /// Whether it repeats at the top of each page.
    pub is_header: bool,
    /// Whether its table has a style that sets the first row apart.
    pub is_styled: bool,
    /// Whether it is a tracked deletion.
    pub is_deleted: bool,
}

/// The text of a cell.
#[derive(Default)]
pub struct CellText {
    /// The text that a reader sees.
    pub visible: String,
    /// The text that no reader sees.
    pub hidden: String,
    /// Whether it has visible text that is not italic.
    pub has_upright: bool,
    /// Whether it has visible text that is not bold.
    pub has_plain: bool,
}

impl CellText {
    /// Adds the text of a paragraph.
    pub fn append(&mut self, other: &Self) {
        for (text, into) in [(&other.visible, &mut self.visible), (&other.hidden, &mut self.hidden)] {
            if !text.trim().is_empty() {
                if !into.is_empty() {
                    into.push(' ');
                }
                into.push_str(text);
            }
        }
        self.has_upright |= other.has_upright;
        self.has_plain |= other.has_plain;
    }
}

/// A cell that names a column is no longer than this, in characters.
const LONGEST_COLUMN_NAME: usize = 80;
/// A guessed heading is no longer than this, in characters.
const LONGEST_GUESSED_HEADING: usize = 100;

impl Row {
    /// Whether all its text is italic.
    pub fn is_italic(&self) -> bool {
        self.cells.iter().all(|cell| !cell.has_upright) && self.cells.iter().any(|cell| !cell.visible.trim().is_empty())
    }

    fn is_bold(&self) -> bool {
        self.cells.iter().all(|cell| !cell.has_plain)
    }

    /// Its visible text in one line.
    pub fn text(&self) -> String {
        self.cells.iter().map(|cell| cell.visible.trim()).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// Whether the first row names the columns, where the file does not say so: short words in every cell, set apart from
/// the rows below by weight or by the table's style. The first row of a form ("Document | QP-07") names nothing.
pub fn first_row_names_columns(rows: &[Row]) -> bool {
    let (Some(first), Some(second)) = (rows.first(), rows.get(1)) else { return false };
    let is_name = |cell: &CellText| (1..=LONGEST_COLUMN_NAME).contains(&cell.visible.trim().chars().count());
    if first.cells.len() < 2 || !first.cells.iter().all(is_name) {
        return false;
    }
    let has_bold = rows.iter().flat_map(|row| &row.cells).any(|cell| !cell.has_plain && !cell.visible.trim().is_empty());
    let has_digit = first.cells.iter().any(|cell| cell.visible.contains(|c: char| c.is_ascii_digit()));
    if has_bold && first.is_bold() && !second.is_bold() {
        return true;
    }
    let first_column_is_bold = rows.iter().all(|row| row.cells.first().is_some_and(|cell| !cell.has_plain));
    !first_column_is_bold && !has_digit && (first.cells.len() > 2 || first.is_styled)
}

/// In a document without any heading style, short bold paragraphs are its headings.
pub fn guess_headings(pieces: &mut [Piece]) {
    if pieces.iter().any(|piece| matches!(piece.kind, PieceKind::Heading(_))) {
        return;
    }
    let may_be_heading = |piece: &Piece| {
        let text = piece.visible.trim();
        matches!(piece.kind, PieceKind::Paragraph | PieceKind::ListItem(_))
            && piece.is_bold
            && !text.is_empty()
            && text.chars().count() <= LONGEST_GUESSED_HEADING
            && !text.ends_with(['.', ':', ';', ','])
            && text.chars().any(char::is_alphabetic)
    };
    let mut sizes: Vec<u32> = pieces.iter().filter(|piece| may_be_heading(piece)).map(|piece| piece.half_points).collect();
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    sizes.dedup();
    for piece in pieces.iter_mut() {
        if may_be_heading(piece) {
            let rank = sizes.iter().position(|size| *size == piece.half_points).unwrap_or(0);
            let level = numbering_depth(&piece.visible).unwrap_or_else(|| u8::try_from(rank + 1).unwrap_or(9).min(9));
            piece.kind = PieceKind::Heading(level);
        }
    }
}
