//! The event loop over a part of a Word document (body, notes, header, footer): paragraphs and tables with their
//! visible and hidden text. It skips tracked deletions, moved-from text, field instructions, comments and the
//! alternatives that repeat a text box. It needs no stack of calls, so nesting cannot overflow it.

use quick_xml::events::{BytesStart, Event};

use crate::evidence::Unreadable;
use crate::extract::docx::pieces::{CellText, Piece, PieceKind, Row};
use crate::extract::docx::styles::{self, ParagraphLook, RunLook, Styles};
use crate::extract::xml;
use crate::ports::ExtractLimits;

/// Text of this size or smaller, in half points, is not seen (2 pt).
const LARGEST_UNSEEN_HALF_POINTS: u32 = 4;

/// Elements whose children are told apart by them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tag {
    ParagraphProperties,
    RunProperties,
    RowProperties,
    CellProperties,
    TableProperties,
    Text,
    Instruction,
    Alternatives { is_taken: bool },
    ContentsBlock { was_contents: bool },
    TextBox,
    Other,
}

/// Parses a part.
pub fn parse(text: &str, styles: &Styles, limits: &ExtractLimits) -> Result<Vec<Piece>, Unreadable> {
    let mut body = Body {
        styles,
        stack: Vec::new(),
        skipped: 0,
        paragraphs: Vec::new(),
        tables: Vec::new(),
        fields: Vec::new(),
        is_contents: false,
        boxes: 0,
        pieces: Vec::new(),
    };
    let mut reader = xml::reader(text);
    let mut depth = 0_usize;
    loop {
        match reader.read_event().map_err(|_| xml::damaged())? {
            Event::DocType(_) => return Err(xml::declares_entities()),
            Event::Start(element) => {
                depth += 1;
                if depth > limits.xml_depth {
                    return Err(xml::too_deep(limits.xml_depth));
                }
                if body.skipped > 0 {
                    body.skipped += 1;
                } else {
                    body.start(&element);
                }
            }
            Event::End(element) => {
                depth = depth.saturating_sub(1);
                if body.skipped > 0 {
                    body.skipped -= 1;
                } else {
                    body.end(element.local_name().as_ref());
                }
            }
            Event::Text(piece) if body.skipped == 0 => body.text(&piece),
            Event::CData(piece) if body.skipped == 0 => body.text(&piece),
            Event::GeneralRef(reference) if body.skipped == 0 => {
                if let Some(c) = xml::resolve(&reference) {
                    body.text(c.encode_utf8(&mut [0; 4]));
                }
            }
            Event::Eof if depth > 0 => return Err(Unreadable::Damaged { detail: "its text part ends too early".into() }),
            Event::Eof => return Ok(body.pieces),
            _ => {}
        }
    }
}

struct Body<'a> {
    styles: &'a Styles,
    stack: Vec<Tag>,
    /// Depth inside an element that is passed over.
    skipped: usize,
    /// Open paragraphs; more than one inside a text box.
    paragraphs: Vec<Paragraph>,
    tables: Vec<Table>,
    fields: Vec<String>,
    is_contents: bool,
    /// Number of open text boxes.
    boxes: usize,
    pieces: Vec<Piece>,
}

#[derive(Default)]
struct Paragraph {
    look: ParagraphLook,
    outline: Option<u8>,
    list: Option<u8>,
    is_unlisted: bool,
    run: RunLook,
    visible: String,
    hidden: String,
    has_upright: bool,
    has_plain: bool,
    half_points: u32,
    is_contents: bool,
    is_mark_deleted: bool,
}

#[derive(Default)]
struct Table {
    rows: Vec<Row>,
    row: Row,
    cell: CellText,
    span: usize,
    is_cell_shaded: bool,
    is_styled: bool,
    has_first_row: bool,
}

impl Body<'_> {
    fn start(&mut self, element: &BytesStart<'_>) {
        let local = element.local_name();
        let name = local.as_ref();
        let parent = self.stack.last().copied().unwrap_or(Tag::Other);
        let tag = match name {
            "pPr" => Tag::ParagraphProperties,
            "rPr" => Tag::RunProperties,
            "trPr" => Tag::RowProperties,
            "tcPr" => Tag::CellProperties,
            "tblPr" => Tag::TableProperties,
            "t" => Tag::Text,
            "instrText" => Tag::Instruction,
            "AlternateContent" => Tag::Alternatives { is_taken: false },
            "Choice" | "Fallback" => match self.stack.last_mut() {
                Some(Tag::Alternatives { is_taken }) if *is_taken => return self.skip(),
                Some(Tag::Alternatives { is_taken }) => {
                    *is_taken = true;
                    Tag::Other
                }
                _ => Tag::Other,
            },
            "sdt" => Tag::ContentsBlock { was_contents: self.is_contents },
            "txbxContent" => {
                self.boxes += 1;
                Tag::TextBox
            }
            "del" if parent == Tag::RowProperties => {
                if let Some(table) = self.tables.last_mut() {
                    table.row.is_deleted = true;
                }
                Tag::Other
            }
            "del" | "moveFrom" if parent == Tag::RunProperties => {
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.is_mark_deleted = true;
                }
                Tag::Other
            }
            "del" | "moveFrom" | "delText" | "delInstrText" | "rPrChange" | "pPrChange" | "tblPrChange" | "trPrChange" | "tcPrChange"
            | "sectPrChange" | "tblPrExChange" | "numberingChange" | "tblGridChange" | "rt" => return self.skip(),
            "footnote" | "endnote" if xml::attribute(element, "type").is_some_and(|kind| kind != "normal") => return self.skip(),
            _ => {
                match parent {
                    Tag::ParagraphProperties => self.paragraph_property(name, element),
                    Tag::RunProperties => self.run_property(name, element),
                    Tag::RowProperties => self.row_property(name, element),
                    Tag::CellProperties => self.cell_property(name, element),
                    Tag::TableProperties => self.table_property(name, element),
                    Tag::Text | Tag::Instruction | Tag::Alternatives { .. } | Tag::ContentsBlock { .. } | Tag::TextBox | Tag::Other => {
                        self.content(name, element);
                    }
                }
                // Numbering properties hold their values one level deeper.
                if name == "numPr" && parent == Tag::ParagraphProperties { Tag::ParagraphProperties } else { Tag::Other }
            }
        };
        self.stack.push(tag);
    }

    fn skip(&mut self) {
        self.skipped = 1;
    }

    fn content(&mut self, name: &str, element: &BytesStart<'_>) {
        match name {
            "p" => {
                let mut paragraph = Paragraph { look: self.styles.paragraph(None), ..Paragraph::default() };
                // A paragraph whose end is a tracked deletion runs on into the next one.
                if let Some(Piece { visible, hidden, .. }) = self.take_run_on() {
                    paragraph.visible = visible;
                    paragraph.hidden = hidden;
                }
                self.paragraphs.push(paragraph);
            }
            "r" => {
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.run = RunLook::default();
                }
            }
            "tbl" => self.tables.push(Table::default()),
            "tr" => self.with_table(|table| table.row = Row { is_styled: table.is_styled && table.has_first_row, ..Row::default() }),
            "tc" => self.with_table(|table| {
                table.cell = CellText::default();
                table.span = 1;
                table.is_cell_shaded = false;
            }),
            "tab" | "br" | "cr" | "ptab" => self.text_in_run(" "),
            "noBreakHyphen" => self.text_in_run("-"),
            "docPartGallery" => self.is_contents |= xml::attribute(element, "val").is_some_and(|value| value == "Table of Contents"),
            "fldChar" => match xml::attribute(element, "fldCharType").as_deref() {
                Some("begin") => self.fields.push(String::new()),
                Some("end") => {
                    self.fields.pop();
                }
                _ => {}
            },
            _ => {}
        }
    }

    fn with_table(&mut self, change: impl FnOnce(&mut Table)) {
        if let Some(table) = self.tables.last_mut() {
            change(table);
        }
    }

    fn paragraph_property(&mut self, name: &str, element: &BytesStart<'_>) {
        let styles = self.styles;
        let Some(paragraph) = self.paragraphs.last_mut() else { return };
        match name {
            "pStyle" => paragraph.look = styles.paragraph(xml::attribute(element, "val").as_deref()),
            "outlineLvl" => paragraph.outline = styles::outline_level(element),
            "numId" => match xml::attribute(element, "val").as_deref() {
                // Number 0 takes a paragraph out of the list of its style.
                Some("0") => paragraph.is_unlisted = true,
                _ => paragraph.list = paragraph.list.or(Some(0)),
            },
            "ilvl" => paragraph.list = xml::attribute(element, "val").and_then(|value| value.parse().ok()),
            "shd" => paragraph.look.is_shaded |= styles::is_shading(element),
            _ => {}
        }
    }

    fn run_property(&mut self, name: &str, element: &BytesStart<'_>) {
        let styles = self.styles;
        // The properties of the paragraph mark concern no text.
        let is_of_mark = self.stack.iter().rev().nth(1) == Some(&Tag::ParagraphProperties);
        let Some(paragraph) = self.paragraphs.last_mut() else { return };
        if is_of_mark {
            return;
        }
        if name == "rStyle" {
            let style = xml::attribute(element, "val").map(|id| styles.run(&id)).unwrap_or_default();
            paragraph.run = paragraph.run.or(style);
        } else {
            paragraph.run.take(element);
        }
    }

    fn row_property(&mut self, name: &str, element: &BytesStart<'_>) {
        if name == "tblHeader" && xml::is_on(element) {
            self.with_table(|table| table.row.is_header = true);
        }
    }

    fn cell_property(&mut self, name: &str, element: &BytesStart<'_>) {
        match name {
            "gridSpan" => {
                let span = xml::attribute(element, "val").and_then(|value| value.parse::<usize>().ok()).unwrap_or(1);
                // Word allows 63 columns.
                self.with_table(|table| table.span = span.clamp(1, 63));
            }
            "shd" => {
                let is_shaded = styles::is_shading(element);
                self.with_table(|table| table.is_cell_shaded = is_shaded);
            }
            _ => {}
        }
    }

    fn table_property(&mut self, name: &str, element: &BytesStart<'_>) {
        if name == "tblStyle" {
            // Nearly every table style but these paints its header row.
            let is_plain =
                xml::attribute(element, "val").is_none_or(|id| matches!(id.as_str(), "TableGrid" | "TableNormal" | "Tabellenraster"));
            self.with_table(|table| table.is_styled = !is_plain);
        }
        if name == "tblLook" {
            // The older form is a bit mask in hexadecimal (ISO/IEC 29500-1, 17.4.56); 0x20 is the first row.
            let mask = xml::attribute(element, "val").and_then(|value| u32::from_str_radix(&value, 16).ok()).unwrap_or(0);
            let has_first_row = xml::attribute(element, "firstRow").map_or(mask & 0x20 != 0, |value| value == "1" || value == "true");
            self.with_table(|table| table.has_first_row = has_first_row);
        }
    }

    fn text(&mut self, text: &str) {
        match self.stack.last() {
            Some(Tag::Text) => self.text_in_run(text),
            Some(Tag::Instruction) => {
                if let Some(field) = self.fields.last_mut()
                    && field.len() < 16
                {
                    field.push_str(text);
                }
            }
            _ => {}
        }
    }

    fn text_in_run(&mut self, text: &str) {
        let is_contents = self.is_contents || self.fields.iter().any(|field| field.trim_start().starts_with("TOC"));
        let is_on_paint = self.boxes > 0 || self.tables.last().is_some_and(|table| table.is_cell_shaded || table.is_styled);
        let Some(paragraph) = self.paragraphs.last_mut() else { return };
        let look = paragraph.run.or(paragraph.look.run);
        let is_white = look.is_white == Some(true) && look.is_shaded != Some(true) && !paragraph.look.is_shaded && !is_on_paint;
        let is_tiny = look.half_points.is_some_and(|size| size <= LARGEST_UNSEEN_HALF_POINTS);
        if look.is_hidden == Some(true) || look.is_struck == Some(true) || is_white || is_tiny {
            paragraph.hidden.push_str(text);
            return;
        }
        paragraph.is_contents |= is_contents;
        if !text.trim().is_empty() {
            paragraph.has_upright |= look.is_italic != Some(true);
            paragraph.has_plain |= look.is_bold != Some(true);
            paragraph.half_points = paragraph.half_points.max(look.half_points.unwrap_or(0));
        }
        paragraph.visible.push_str(text);
    }

    fn end(&mut self, name: &str) {
        match self.stack.pop() {
            Some(Tag::ContentsBlock { was_contents }) => self.is_contents = was_contents,
            Some(Tag::TextBox) => {
                self.boxes = self.boxes.saturating_sub(1);
            }
            _ => {}
        }
        match name {
            "p" => self.end_paragraph(),
            "tc" => self.with_table(|table| {
                let cell = std::mem::take(&mut table.cell);
                table.row.cells.push(cell);
                for _ in 1..table.span {
                    table.row.cells.push(CellText::default());
                }
            }),
            "tr" => self.with_table(|table| {
                let row = std::mem::take(&mut table.row);
                if !row.is_deleted {
                    table.rows.push(row);
                }
            }),
            "tbl" => self.end_table(),
            _ => {}
        }
    }

    fn end_paragraph(&mut self) {
        let Some(paragraph) = self.paragraphs.pop() else { return };
        // A text box inside a table belongs to the cell that anchors it, too.
        if let Some(table) = self.tables.last_mut() {
            table.cell.append(&paragraph.into_cell());
            return;
        }
        self.pieces.push(paragraph.into_piece());
    }

    /// The piece before, if its paragraph mark is a tracked deletion.
    fn take_run_on(&mut self) -> Option<Piece> {
        let is_body = self.tables.is_empty() && self.paragraphs.is_empty();
        if is_body && self.pieces.last().is_some_and(|piece| piece.runs_on) { self.pieces.pop() } else { None }
    }

    fn end_table(&mut self) {
        let Some(table) = self.tables.pop() else { return };
        if let Some(outer) = self.tables.last_mut() {
            for row in &table.rows {
                for cell in &row.cells {
                    outer.cell.append(cell);
                }
            }
        } else {
            self.pieces.push(Piece::table(table.rows));
        }
    }
}

impl Paragraph {
    fn into_cell(self) -> CellText {
        CellText { visible: self.visible, hidden: self.hidden, has_upright: self.has_upright, has_plain: self.has_plain }
    }

    fn into_piece(self) -> Piece {
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
}
