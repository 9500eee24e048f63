//! The body of the Word document as it is written: headings with bookmarks, paragraphs and tables in order.

use std::collections::BTreeMap;

use docx_rs::{
    BorderType, Hyperlink, HyperlinkData, HyperlinkType, LineSpacing, Paragraph, Run, Shading, Table, TableBorder, TableBorderPosition,
    TableBorders, TableCell, TableCellMargins, TableLayoutType, TableRow, VAlignType, WidthType,
};

use super::styles::{HEAD_FILL, LINE, LINK, SOFT, TEXT_WIDTH};
use crate::report::{FileShown, VerdictShown};

/// A part of the body.
pub(super) enum Part {
    Paragraph(Box<Paragraph>),
    Table(Box<Table>),
}

/// A heading as the table of contents names it.
pub(super) struct ContentsLine {
    pub(super) level: usize,
    pub(super) text: String,
    pub(super) bookmark: String,
}

/// A piece of a paragraph. Texts come from the report, so every acting character is already visible in them.
pub(super) enum Piece<'a> {
    Plain(&'a str),
    Bold(&'a str),
    Soft(&'a str),
    Blank(&'a str),
    File(&'a FileShown),
    Verdict(VerdictShown),
}

/// A cell of a table.
#[derive(Default)]
pub(super) struct Cell {
    paragraphs: Vec<Paragraph>,
    fill: Option<&'static str>,
}

/// The body in the order of writing.
#[derive(Default)]
pub(super) struct Manuscript {
    pub(super) parts: Vec<Part>,
    pub(super) contents: Vec<ContentsLine>,
    /// Number of the relationship of each address linked to.
    links: BTreeMap<String, usize>,
}

impl Manuscript {
    /// A heading of level 1 to 3; levels 1 and 2 enter the table of contents, level 1 begins a page.
    pub(super) fn heading(&mut self, level: usize, text: &str) {
        let paragraph = if level == 1 { Paragraph::new().page_break_before(true) } else { Paragraph::new() };
        self.styled_heading(level, text, paragraph);
    }

    /// A heading of level 1 that stays on the page it comes to.
    pub(super) fn heading_on_same_page(&mut self, text: &str) {
        let spaced = LineSpacing::new().before(560).after(200);
        self.styled_heading(1, text, Paragraph::new().line_spacing(spaced));
    }

    fn styled_heading(&mut self, level: usize, text: &str, paragraph: Paragraph) {
        let mut paragraph = paragraph.style(&format!("Heading{level}"));
        if level <= 2 {
            let number = self.contents.len() + 1;
            let bookmark = format!("_Toc{number:08}");
            paragraph = paragraph.add_bookmark_start(number, bookmark.clone()).add_run(Run::new().add_text(text)).add_bookmark_end(number);
            self.contents.push(ContentsLine { level, text: text.to_owned(), bookmark });
        } else {
            paragraph = paragraph.add_run(Run::new().add_text(text));
        }
        self.parts.push(Part::Paragraph(Box::new(paragraph)));
    }

    pub(super) fn paragraph(&mut self, style: &str, pieces: &[Piece<'_>]) {
        let paragraph = self.made(style, pieces);
        self.parts.push(Part::Paragraph(Box::new(paragraph)));
    }

    pub(super) fn text(&mut self, style: &str, text: &str) {
        self.paragraph(style, &[Piece::Plain(text)]);
    }

    /// A paragraph of its own, for a cell.
    pub(super) fn made(&mut self, style: &str, pieces: &[Piece<'_>]) -> Paragraph {
        let mut paragraph = Paragraph::new().style(style);
        for piece in pieces {
            paragraph = match piece {
                Piece::Plain(text) => paragraph.add_run(Run::new().add_text(*text)),
                Piece::Bold(text) => paragraph.add_run(Run::new().add_text(*text).bold()),
                Piece::Soft(text) => paragraph.add_run(Run::new().add_text(*text).color(SOFT)),
                Piece::Blank(text) => paragraph.add_run(Run::new().add_text(*text).color("7A3E00").shading(Shading::new().fill("FFF3C4"))),
                Piece::Verdict(verdict) => {
                    let colour = verdict.colours().1;
                    paragraph.add_run(Run::new().add_text(format!("{} {}", verdict.mark(), verdict.words())).bold().color(colour))
                }
                Piece::File(file) => match &file.href {
                    Some(href) => paragraph.add_hyperlink(self.link(href, &file.path)),
                    None => paragraph.add_run(Run::new().add_text(&file.path)),
                },
            };
        }
        paragraph
    }

    pub(super) fn cell(&mut self, style: &str, pieces: &[Piece<'_>]) -> Cell {
        Cell { paragraphs: vec![self.made(style, pieces)], fill: None }
    }

    pub(super) fn verdict_cell(&mut self, verdict: VerdictShown) -> Cell {
        Cell { paragraphs: vec![self.made("Cell", &[Piece::Verdict(verdict)])], fill: Some(verdict.colours().0) }
    }

    /// A table whose head is repeated on every page. `widths` are shares of the text width in percent.
    pub(super) fn table(&mut self, widths: &[usize], head: &[&str], rows: Vec<Vec<Cell>>) {
        let widths: Vec<usize> = widths.iter().map(|percent| TEXT_WIDTH * percent / 100).collect();
        let mut all = Vec::with_capacity(rows.len() + 1);
        if !head.is_empty() {
            let cells = head.iter().zip(&widths).map(|(text, width)| {
                let paragraph = Paragraph::new().style("CellHead").add_run(Run::new().add_text(*text)).keep_next(true);
                TableCell::new().add_paragraph(paragraph).width(*width, WidthType::Dxa).shading(Shading::new().fill(HEAD_FILL))
            });
            // Only header rows forbid a break within: the packing marks those to be repeated.
            all.push(TableRow::new(cells.collect()).cant_split());
        }
        for row in rows {
            let cells = row.into_iter().zip(&widths).map(|(cell, width)| {
                let mut made = TableCell::new().width(*width, WidthType::Dxa).vertical_align(VAlignType::Top);
                if let Some(fill) = cell.fill {
                    made = made.shading(Shading::new().fill(fill));
                }
                cell.paragraphs.into_iter().fold(made, TableCell::add_paragraph)
            });
            all.push(TableRow::new(cells.collect()));
        }
        let table = Table::new(all)
            .set_grid(widths)
            .width(TEXT_WIDTH, WidthType::Dxa)
            .layout(TableLayoutType::Fixed)
            .set_borders(rules())
            .margins(TableCellMargins::new().margin(40, 100, 40, 100));
        self.parts.push(Part::Table(Box::new(table)));
        // Two tables without a paragraph between them would become one.
        self.parts.push(Part::Paragraph(Box::new(Paragraph::new().style("Note"))));
    }

    /// A link whose relationship is numbered by this document: the library numbers by process, which would make the
    /// bytes depend on what was written before.
    fn link(&mut self, href: &str, text: &str) -> Hyperlink {
        let next = self.links.len() + 1;
        let number = *self.links.entry(href.to_owned()).or_insert(next);
        let run = Run::new().add_text(text).color(LINK).underline("single");
        let mut link = Hyperlink::new(href, HyperlinkType::External).add_run(run);
        if let HyperlinkData::External { rid, .. } = &mut link.link {
            *rid = format!("rIdHyperlink{number}");
        }
        link
    }
}

impl Cell {
    pub(super) fn and(mut self, paragraph: Paragraph) -> Self {
        self.paragraphs.push(paragraph);
        self
    }
}

/// Rules between rows and around the table, none between columns.
fn rules() -> TableBorders {
    let rule = |position| TableBorder::new(position).border_type(BorderType::Single).size(4).color(LINE);
    TableBorders::with_empty()
        .set(rule(TableBorderPosition::Top))
        .set(rule(TableBorderPosition::Bottom))
        .set(rule(TableBorderPosition::InsideH))
}
