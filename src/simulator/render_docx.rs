//! Renders a document's source as a Word file with real heading styles, lists, tables and a page header.
//! It never reads a clock: the same source gives the same bytes.

use docx_rs::{
    AbstractNumbering, Docx, Footer, Header, IndentLevel, Level, LevelJc, LevelText, LineSpacing, NumberFormat, Numbering, NumberingId,
    PageNum, Paragraph, Run, RunFonts, Shading, ShdType, SpecialIndentType, Start, Style, StyleType, Table, TableCell, TableCellMargins,
    TableRow, WidthType,
};

use super::source_text::{Part, SourceText};

const BULLETS: usize = 2;
const FIRST_NUMBERED: usize = 10;
/// Width of the text column in twentieths of a point (A4 with the default margins).
const TEXT_WIDTH: usize = 8500;
/// Width of an average character of a table, in the same unit.
const CHARACTER_WIDTH: usize = 95;

/// The Word file's bytes.
pub(super) fn render(source: &SourceText) -> Result<Vec<u8>, String> {
    let mut ids = ParagraphIds(0);
    let mut docx = Docx::new()
        .default_fonts(RunFonts::new().ascii("Calibri").hi_ansi("Calibri"))
        .default_size(21)
        .created_at(source.fact("modified"))
        .updated_at(source.fact("modified"))
        .header(Header::new().add_paragraph(ids.paragraph().add_run(Run::new().add_text(header_line(source)).size(16).color("666666"))))
        .footer(Footer::new().add_paragraph(ids.paragraph().add_page_num(PageNum::new())))
        .add_style(heading_style("Title", "Title", 40, None));
    for (level, size) in [(1, 30), (2, 25), (3, 22), (4, 21)] {
        docx = docx.add_style(heading_style(&format!("Heading{level}"), &format!("heading {level}"), size, Some(level - 1)));
    }
    docx = docx.add_abstract_numbering(AbstractNumbering::new(BULLETS).add_level(list_level("bullet", "•")));
    docx = docx.add_numbering(Numbering::new(BULLETS, BULLETS));
    if !source.fact("title").is_empty() {
        docx = docx.add_paragraph(ids.paragraph().style("Title").add_run(Run::new().add_text(source.fact("title"))));
    }
    let mut numbered_lists = FIRST_NUMBERED;
    for part in &source.parts {
        docx = match part {
            Part::Heading { level, text } => {
                docx.add_paragraph(ids.paragraph().style(&format!("Heading{level}")).keep_next(true).add_run(Run::new().add_text(text)))
            }
            Part::Paragraph(text) => docx.add_paragraph(ids.body().add_run(Run::new().add_text(text))),
            Part::Bullets(items) => add_list(docx, items, BULLETS, &mut ids),
            Part::Numbered(items) => {
                // Each list has its own numbering, else Word would count on from the list before.
                numbered_lists += 1;
                docx = docx
                    .add_abstract_numbering(AbstractNumbering::new(numbered_lists).add_level(list_level("decimal", "%1.")))
                    .add_numbering(Numbering::new(numbered_lists, numbered_lists));
                add_list(docx, items, numbered_lists, &mut ids)
            }
            Part::Table(rows) => docx.add_table(table(rows, &mut ids)).add_paragraph(ids.paragraph()),
        };
    }
    let mut bytes = std::io::Cursor::new(Vec::new());
    docx.build().pack(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes.into_inner())
}

/// Document id, version and status, as controlled documents carry them on every page.
pub(super) fn header_line(source: &SourceText) -> String {
    let mut facts = vec![source.fact("company").to_owned(), source.fact("id").to_owned()];
    for (key, word) in [("version", "Version"), ("status", "Status"), ("effective", "Effective")] {
        if !source.fact(key).is_empty() {
            facts.push(format!("{word} {}", source.fact(key)));
        }
    }
    facts.retain(|fact| !fact.is_empty());
    facts.join("  |  ")
}

/// Counts paragraph ids per document; the library's own counter would run on from document to document.
struct ParagraphIds(u32);

impl ParagraphIds {
    fn paragraph(&mut self) -> Paragraph {
        self.0 += 1;
        Paragraph::new().id(format!("{:08x}", self.0))
    }

    fn body(&mut self) -> Paragraph {
        self.paragraph().line_spacing(LineSpacing::new().after(120))
    }
}

fn heading_style(id: &str, name: &str, size: usize, outline: Option<usize>) -> Style {
    let style = Style::new(id, StyleType::Paragraph)
        .name(name)
        .size(size)
        .bold()
        .color("1F3A4D")
        .line_spacing(LineSpacing::new().before(240).after(100));
    match outline {
        Some(level) => style.outline_lvl(level),
        None => style,
    }
}

fn list_level(format: &str, text: &str) -> Level {
    Level::new(0, Start::new(1), NumberFormat::new(format), LevelText::new(text), LevelJc::new("left")).indent(
        Some(520),
        Some(SpecialIndentType::Hanging(320)),
        None,
        None,
    )
}

fn add_list(docx: Docx, items: &[String], numbering: usize, ids: &mut ParagraphIds) -> Docx {
    items.iter().fold(docx, |docx, item| {
        let paragraph = ids.paragraph().numbering(NumberingId::new(numbering), IndentLevel::new(0));
        docx.add_paragraph(paragraph.line_spacing(LineSpacing::new().after(60)).add_run(Run::new().add_text(item)))
    })
}

fn table(rows: &[Vec<String>], ids: &mut ParagraphIds) -> Table {
    let widths = column_widths(rows, TEXT_WIDTH, CHARACTER_WIDTH);
    let rendered = rows
        .iter()
        .enumerate()
        .map(|(row_number, row)| {
            let cells = row.iter().zip(&widths).map(|(text, width)| {
                let run = Run::new().add_text(text).size(18);
                let cell = TableCell::new().width(*width, WidthType::Dxa);
                if row_number == 0 {
                    let shading = Shading::new().shd_type(ShdType::Clear).color("auto").fill("DDE6EC");
                    cell.shading(shading).add_paragraph(ids.paragraph().add_run(run.bold()))
                } else {
                    cell.add_paragraph(ids.paragraph().add_run(run))
                }
            });
            TableRow::new(cells.collect()).cant_split()
        })
        .collect();
    Table::new(rendered).set_grid(widths).margins(TableCellMargins::new().margin(40, 80, 40, 80))
}

/// Shares a width among columns by the length of their text. No column is narrower than its longest word, unless the
/// words alone are wider than the page.
pub(super) fn column_widths(rows: &[Vec<String>], total: usize, character_width: usize) -> Vec<usize> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(1).max(1);
    let longest =
        |column: usize, split: fn(&str) -> usize| rows.iter().filter_map(|row| row.get(column)).map(|text| split(text)).max().unwrap_or(0);
    let words: Vec<usize> = (0..columns).map(|column| (longest(column, longest_word) + 2) * character_width).collect();
    let lines: Vec<usize> = (0..columns).map(|column| longest(column, |text| text.chars().count()).clamp(1, 60)).collect();
    let (needed, weight) = (words.iter().sum::<usize>(), lines.iter().sum::<usize>());
    match total.checked_sub(needed) {
        Some(spare) => words.iter().zip(&lines).map(|(word, line)| word + spare * line / weight).collect(),
        None => words.iter().map(|word| word * total / needed).collect(),
    }
}

fn longest_word(text: &str) -> usize {
    text.split_whitespace().map(|word| word.chars().count()).max().unwrap_or(0)
}
