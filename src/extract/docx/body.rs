//! The event loop over a part of a Word document (body, notes, header, footer): paragraphs and tables with their
//! visible and hidden text. It skips tracked deletions, moved-from text, field instructions, comments and the
//! alternatives that repeat a text box. It needs no stack of calls, so nesting cannot overflow it.

use quick_xml::events::{BytesStart, Event};

use crate::evidence::Unreadable;
use crate::extract::docx::open::{OpenParagraph, OpenTable};
use crate::extract::docx::pieces::{CellText, Piece, Row};
use crate::extract::docx::styles::{RunLook, Styles};
use crate::extract::xml;
use crate::ports::ExtractLimits;

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
    paragraphs: Vec<OpenParagraph>,
    tables: Vec<OpenTable>,
    fields: Vec<String>,
    is_contents: bool,
    /// Number of open text boxes.
    boxes: usize,
    pieces: Vec<Piece>,
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
                    Tag::RowProperties => self.with_table(|table| table.take_row(name, element)),
                    Tag::CellProperties => self.with_table(|table| table.take_cell(name, element)),
                    Tag::TableProperties => self.with_table(|table| table.take(name, element)),
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
                let mut paragraph = OpenParagraph { look: self.styles.paragraph(None), ..OpenParagraph::default() };
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
            "tbl" => self.tables.push(OpenTable::default()),
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

    fn with_table(&mut self, change: impl FnOnce(&mut OpenTable)) {
        if let Some(table) = self.tables.last_mut() {
            change(table);
        }
    }

    fn paragraph_property(&mut self, name: &str, element: &BytesStart<'_>) {
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.take(name, element, self.styles);
        }
    }

    fn run_property(&mut self, name: &str, element: &BytesStart<'_>) {
        // The properties of the paragraph mark concern no text.
        let is_of_mark = self.stack.iter().rev().nth(1) == Some(&Tag::ParagraphProperties);
        if !is_of_mark && let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.take_run(name, element, self.styles);
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
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.add(text, is_contents, is_on_paint);
        }
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
