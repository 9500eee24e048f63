//! Renders a document's source as a PDF of several pages in Helvetica. It never reads a clock or a font file.

use lopdf::content::{Content, Operation};
use lopdf::{Document, EncryptionState, EncryptionVersion, Object, Permissions, Stream, dictionary};
use sha2::{Digest, Sha256};

use super::render_docx::{column_widths, header_line};
use super::source_text::{Part, SourceText};

pub(super) const PAGE_WIDTH: f32 = 595.0;
pub(super) const PAGE_HEIGHT: f32 = 842.0;
const LEFT: f32 = 64.0;
const TEXT_WIDTH: f32 = PAGE_WIDTH - 2.0 * LEFT;
const TOP: f32 = PAGE_HEIGHT - 90.0;
const BOTTOM: f32 = 72.0;

/// Widths of the printable ASCII characters in Helvetica, in thousandths of the size (Adobe's font metrics).
const WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278,
    278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722,
    667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556,
    556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// The PDF's bytes.
pub(super) fn render(source: &SourceText) -> Result<Vec<u8>, String> {
    save(&mut build(source)?)
}

/// The PDF's bytes, encrypted so that it opens only with the password.
pub(super) fn render_encrypted(source: &SourceText, password: &str) -> Result<Vec<u8>, String> {
    let mut document = build(source)?;
    let version = EncryptionVersion::V2 {
        document: &document,
        owner_password: "filed-by-the-auditor",
        user_password: password,
        key_length: 128,
        permissions: Permissions::PRINTABLE,
    };
    let state = EncryptionState::try_from(version).map_err(|error| error.to_string())?;
    document.encrypt(&state).map_err(|error| error.to_string())?;
    still_padding(&mut document);
    save(&mut document)
}

/// The last sixteen bytes of the user entry are padding that readers ignore (ISO 32000-1, algorithm 5). The library
/// fills them at random; zeros make two renderings equal.
fn still_padding(document: &mut Document) {
    let Ok(reference) = document.trailer.get(b"Encrypt").and_then(Object::as_reference) else { return };
    let Ok(dictionary) = document.get_object_mut(reference).and_then(Object::as_dict_mut) else { return };
    if let Ok(Object::String(entry, _)) = dictionary.get_mut(b"U") {
        entry.iter_mut().skip(16).for_each(|byte| *byte = 0);
    }
}

/// Puts pages (their content and resources) into a document, with the trailer's id made from the content.
pub(super) fn assemble(pages: Vec<(Vec<u8>, Object)>, mut document: Document, title: &str) -> Document {
    let mut hash = Sha256::new();
    let tree = document.new_object_id();
    let mut kids: Vec<Object> = Vec::new();
    for (content, resources) in pages {
        hash.update(&content);
        let content = document.add_object(Stream::new(dictionary! {}, content));
        let page = document.add_object(dictionary! {
            "Type" => "Page", "Parent" => tree, "Contents" => content, "Resources" => resources,
            "MediaBox" => vec![0.into(), 0.into(), PAGE_WIDTH.into(), PAGE_HEIGHT.into()],
        });
        kids.push(page.into());
    }
    let count = i64::try_from(kids.len()).unwrap_or(0);
    document.objects.insert(tree, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count }.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    let information = document
        .add_object(dictionary! { "Title" => Object::string_literal(encode(title)), "Producer" => Object::string_literal("Office") });
    document.trailer.set("Root", catalog);
    document.trailer.set("Info", information);
    let id = Object::string_literal(hash.finalize()[..16].to_vec());
    document.trailer.set("ID", vec![id.clone(), id]);
    document.compress();
    document
}

pub(super) fn save(document: &mut Document) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes)
}

fn build(source: &SourceText) -> Result<Document, String> {
    let mut document = Document::with_version("1.5");
    let mut font = |name: &str| {
        document.add_object(dictionary! {
            "Type" => "Font", "Subtype" => "Type1", "BaseFont" => name, "Encoding" => "WinAnsiEncoding",
        })
    };
    let (regular, bold) = (font("Helvetica"), font("Helvetica-Bold"));
    let resources = document.add_object(dictionary! { "Font" => dictionary! { "R" => regular, "B" => bold } });
    let mut layout = Layout { pages: vec![Vec::new()], y: TOP };
    if !source.fact("title").is_empty() {
        layout.text(source.fact("title"), &Look { size: 20.0, bold: true, indent: 0.0, before: 0.0, after: 10.0 });
    }
    for part in &source.parts {
        layout.part(part);
    }
    let header = header_line(source);
    let total = layout.pages.len();
    let mut pages = Vec::with_capacity(total);
    for (number, mut operations) in (1..).zip(layout.pages) {
        operations.extend(line("R", 8.0, LEFT, PAGE_HEIGHT - 48.0, &header));
        operations.extend(line("R", 8.0, PAGE_WIDTH - 120.0, 40.0, &format!("Page {number} of {total}")));
        let content = Content { operations }.encode().map_err(|error| error.to_string())?;
        pages.push((content, resources.into()));
    }
    Ok(assemble(pages, document, source.fact("title")))
}

struct Look {
    size: f32,
    bold: bool,
    indent: f32,
    before: f32,
    after: f32,
}

const BODY: Look = Look { size: 10.0, bold: false, indent: 0.0, before: 0.0, after: 6.0 };
const ITEM: Look = Look { size: 10.0, bold: false, indent: 16.0, before: 0.0, after: 3.0 };

struct Layout {
    pages: Vec<Vec<Operation>>,
    y: f32,
}

impl Layout {
    fn part(&mut self, part: &Part) {
        match part {
            Part::Heading { level, text } => {
                let size = match level {
                    1 => 15.0,
                    2 => 12.5,
                    _ => 11.0,
                };
                // A heading never stands alone at the foot of a page.
                self.room(size * 4.0);
                self.text(text, &Look { size, bold: true, indent: 0.0, before: 8.0, after: 4.0 });
            }
            Part::Paragraph(text) => self.text(text, &BODY),
            Part::Bullets(items) => items.iter().for_each(|item| self.item("•", item)),
            Part::Numbered(items) => (1..).zip(items).for_each(|(number, item)| self.item(&format!("{number}."), item)),
            Part::Table(rows) => self.table(rows),
        }
    }

    fn room(&mut self, height: f32) {
        if self.y - height < BOTTOM {
            self.pages.push(Vec::new());
            self.y = TOP;
        }
    }

    fn draw(&mut self, operations: Vec<Operation>) {
        if let Some(page) = self.pages.last_mut() {
            page.extend(operations);
        }
    }

    fn text(&mut self, text: &str, look: &Look) {
        self.y -= look.before;
        let font = if look.bold { "B" } else { "R" };
        for part in wrap(text, look.size, look.bold, TEXT_WIDTH - look.indent) {
            self.room(look.size);
            self.draw(line(font, look.size, LEFT + look.indent, self.y, &part));
            self.y -= look.size * 1.35;
        }
        self.y -= look.after;
    }

    fn item(&mut self, mark: &str, text: &str) {
        self.room(ITEM.size);
        self.draw(line("R", ITEM.size, LEFT + 2.0, self.y, mark));
        self.text(text, &ITEM);
    }

    fn table(&mut self, rows: &[Vec<String>]) {
        const SIZE: f32 = 8.5;
        const STEP: f32 = SIZE * 1.25;
        const PAD: f32 = 3.0;
        // Column widths are shared out in whole points; the page is far below the range where that loses anything.
        let widths: Vec<f32> =
            column_widths(rows, 466, 5).into_iter().map(|width| f32::from(u16::try_from(width).unwrap_or(100))).collect();
        for (number, row) in rows.iter().enumerate() {
            let bold = number == 0;
            let cells: Vec<Vec<String>> = row.iter().zip(&widths).map(|(text, width)| wrap(text, SIZE, bold, width - 2.0 * PAD)).collect();
            let lines = cells.iter().map(Vec::len).max().unwrap_or(1);
            let height = STEP * f32::from(u16::try_from(lines).unwrap_or(1)) + 2.0 * PAD;
            self.room(height);
            let top = self.y + SIZE;
            let mut x = LEFT;
            for (cell, width) in cells.iter().zip(&widths) {
                let rectangle = [x, top - height, *width, height].map(Object::from).to_vec();
                let border = vec![Operation::new("w", vec![0.5.into()]), Operation::new("re", rectangle), Operation::new("S", vec![])];
                self.draw(border);
                let mut y = top - PAD - SIZE;
                for part in cell {
                    self.draw(line(if bold { "B" } else { "R" }, SIZE, x + PAD, y, part));
                    y -= STEP;
                }
                x += width;
            }
            self.y -= height;
        }
        self.y -= 10.0;
    }
}

fn line(font: &str, size: f32, x: f32, y: f32, text: &str) -> Vec<Operation> {
    vec![
        Operation::new("BT", vec![]),
        Operation::new("Tf", vec![font.into(), size.into()]),
        Operation::new("Td", vec![x.into(), y.into()]),
        Operation::new("Tj", vec![Object::string_literal(encode(text))]),
        Operation::new("ET", vec![]),
    ]
}

/// Bytes of a text in `WinAnsiEncoding`; what it does not hold becomes a question mark.
fn encode(text: &str) -> Vec<u8> {
    let byte = |c: char| match c {
        '€' => 0x80,
        '…' => 0x85,
        '‘' => 0x91,
        '’' => 0x92,
        '“' => 0x93,
        '”' => 0x94,
        '•' => 0x95,
        '–' => 0x96,
        '—' => 0x97,
        '„' => 0x84,
        other => u8::try_from(u32::from(other)).unwrap_or(b'?'),
    };
    text.chars().map(byte).collect()
}

fn width(text: &str, size: f32, bold: bool) -> f32 {
    let thousandths: u32 = text
        .chars()
        .map(|c| match u32::from(c) {
            code @ 32..=126 => u32::from(WIDTHS[usize::try_from(code - 32).unwrap_or(0)]),
            _ => 556,
        })
        .sum();
    // The bold cut is a little wider; six per cent covers running text.
    let factor = if bold { 1.06 } else { 1.0 };
    f32::from(u16::try_from(thousandths).unwrap_or(u16::MAX)) * size * factor / 1000.0
}

fn wrap(text: &str, size: f32, bold: bool, available: f32) -> Vec<String> {
    let mut lines = Vec::new();
    let mut current = String::new();
    for word in text.split_whitespace() {
        let candidate = if current.is_empty() { word.to_owned() } else { format!("{current} {word}") };
        if current.is_empty() || width(&candidate, size, bold) <= available {
            current = candidate;
        } else {
            lines.push(std::mem::replace(&mut current, word.to_owned()));
        }
    }
    lines.push(current);
    lines
}
