//! Paragraphs and tables of a Word part while they are being read: their properties as these come, and the text by
//! whether a reader sees it.

use quick_xml::events::BytesStart;

use crate::extract::docx::pieces::{CellText, Piece, PieceKind, Row};
use crate::extract::docx::styles::{self, ParagraphLook, RunLook, Styles};
use crate::extract::xml;

/// Text of this size or smaller, in half points, is not seen (2 pt).
const LARGEST_UNSEEN_HALF_POINTS: u32 = 4;

/// An open paragraph.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent properties of a paragraph, not states")]
pub struct OpenParagraph {
    pub look: ParagraphLook,
    pub outline: Option<u8>,
    pub list: Option<u8>,
    pub is_unlisted: bool,
    pub run: RunLook,
    pub visible: String,
    pub hidden: String,
    pub has_upright: bool,
    pub has_plain: bool,
    pub half_points: u32,
    pub is_contents: bool,
    pub is_mark_deleted: bool,
}

/// An open table.
#[derive(Default)]
pub struct OpenTable {
    pub rows: Vec<Row>,
    pub row: Row,
    pub cell: CellText,
    pub span: usize,
    pub is_cell_shaded: bool,
    pub is_styled: bool,
    pub has_first_row: bool,
}

impl OpenParagraph {
    /// Its text as that of a cell.
    pub fn into_cell(self) -> CellText {
        CellText { visible: self.visible, hidden: self.hidden, has_upright: self.has_upright, has_plain: self.has_plain }
    }

    /// The finished paragraph.
    pub fn into_piece(self) -> Piece {
        let outline = self.outline.or(self.look.outline);
        let list = if self.is_unlisted { None } else { self.list.or(self.look.list) };
        let kind = if self.is_contents || self.look.is_contents {
            PieceKind::Contents
        } else if let Some(level) = outline.filter(|level| *level <= 9) {
            PieceKind::Heading(level)
        } else if self.look.is_title {
            PieceKind::Title
        } else if let Some(level) = list {
            PieceKind::ListItem(level.min(8))
        } else {
            PieceKind::Paragraph
        };
        let has_text = !self.visible.trim().is_empty();
        Piece {
            kind,
            is_italic: has_text && !self.has_upright,
            is_bold: has_text && !self.has_plain,
            half_points: self.half_points,
            visible: self.visible,
            hidden: self.hidden,
            runs_on: self.is_mark_deleted,
        }
    }

    /// Takes up one element of `w:pPr`.
    pub fn take(&mut self, name: &str, element: &BytesStart<'_>, styles: &Styles) {
        match name {
            "pStyle" => self.look = styles.paragraph(xml::attribute(element, "val").as_deref()),
            "outlineLvl" => self.outline = styles::outline_level(element),
            "numId" => match xml::attribute(element, "val").as_deref() {
                // Number 0 takes a paragraph out of the list of its style.
                Some("0") => self.is_unlisted = true,
                _ => self.list = self.list.or(Some(0)),
            },
            "ilvl" => self.list = xml::attribute(element, "val").and_then(|value| value.parse().ok()),
            "shd" => self.look.is_shaded |= styles::is_shading(element),
            _ => {}
        }
    }

    /// Takes up one element of `w:rPr`.
    pub fn take_run(&mut self, name: &str, element: &BytesStart<'_>, styles: &Styles) {
        if name == "rStyle" {
            let style = xml::attribute(element, "val").map(|id| styles.run(&id)).unwrap_or_default();
            self.run = self.run.or(style);
        } else {
            self.run.take(element);
        }
    }

    /// Adds text of the open run. On a painted ground white text is seen.
    pub fn add(&mut self, text: &str, is_contents: bool, is_on_paint: bool) {
        let look = self.run.or(self.look.run);
        let is_white = look.is_white == Some(true) && look.is_shaded != Some(true) && !self.look.is_shaded && !is_on_paint;
        let is_tiny = look.half_points.is_some_and(|size| size <= LARGEST_UNSEEN_HALF_POINTS);
        if look.is_hidden == Some(true) || look.is_struck == Some(true) || is_white || is_tiny {
            self.hidden.push_str(text);
            return;
        }
        self.is_contents |= is_contents;
        if !text.trim().is_empty() {
            self.has_upright |= look.is_italic != Some(true);
            self.has_plain |= look.is_bold != Some(true);
            self.half_points = self.half_points.max(look.half_points.unwrap_or(0));
        }
        self.visible.push_str(text);
    }
}

impl OpenTable {
    /// Takes up one element of `w:tblPr`.
    pub fn take(&mut self, name: &str, element: &BytesStart<'_>) {
        match name {
            "tblStyle" => {
                // Nearly every table style but these paints its header row.
                let is_plain =
                    xml::attribute(element, "val").is_none_or(|id| matches!(id.as_str(), "TableGrid" | "TableNormal" | "Tabellenraster"));
                self.is_styled = !is_plain;
            }
            "tblLook" => {
                // The older form is a bit mask in hexadecimal (ISO/IEC 29500-1, 17.4.56); 0x20 is the first row.
                let mask = xml::attribute(element, "val").and_then(|value| u32::from_str_radix(&value, 16).ok()).unwrap_or(0);
                self.has_first_row = xml::attribute(element, "firstRow").map_or(mask & 0x20 != 0, |value| value == "1" || value == "true");
            }
            _ => {}
        }
    }

    /// Takes up one element of `w:trPr`.
    pub fn take_row(&mut self, name: &str, element: &BytesStart<'_>) {
        if name == "tblHeader" && xml::is_on(element) {
            self.row.is_header = true;
        }
    }

    /// Takes up one element of `w:tcPr`.
    pub fn take_cell(&mut self, name: &str, element: &BytesStart<'_>) {
        match name {
            // Word allows 63 columns.
            "gridSpan" => {
                self.span = xml::attribute(element, "val").and_then(|value| value.parse::<usize>().ok()).unwrap_or(1).clamp(1, 63);
            }
            "shd" => self.is_cell_shaded = styles::is_shading(element),
            _ => {}
        }
    }
}
