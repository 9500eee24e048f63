//! Puts the written parts together to a Word file: styles, page, footer, table of contents, and what the library
//! cannot write itself.

use std::io::Cursor;

use docx_rs::{
    Docx, FieldCharType, Footer, Hyperlink, HyperlinkType, InstrPAGEREF, InstrText, InstrToC, NumPages, PageMargin, PageNum, Paragraph, Run,
};

use super::manuscript::{ContentsLine, Manuscript, Part};
use super::styles;

/// A4 in twentieths of a point, ISO 216.
const A4: (u32, u32) = (11_906, 16_838);
/// 20 mm in twentieths of a point.
const MARGIN: i32 = 1134;

/// The bytes of the file.
pub(super) fn packed(title_page: Manuscript, body: Manuscript) -> Vec<u8> {
    let margin = PageMargin { top: MARGIN, left: MARGIN, bottom: MARGIN + 170, right: MARGIN, header: 567, footer: 567, gutter: 0 };
    let mut docx = Docx::new().page_size(A4.0, A4.1).page_margin(margin).default_fonts(styles::sans()).default_size(21).title_pg();
    for style in styles::all() {
        docx = docx.add_style(style);
    }
    docx = docx.footer(footer());
    for part in title_page.parts {
        docx = added(docx, part);
    }
    for paragraph in contents(&body.contents) {
        docx = docx.add_paragraph(paragraph);
    }
    for part in body.parts {
        docx = added(docx, part);
    }

    let mut package = docx.build();
    package.document = with_repeated_heads(package.document);
    package.doc_props.core = without_invented_facts(package.doc_props.core);
    let mut file = Cursor::new(Vec::new());
    match package.pack(&mut file) {
        Ok(()) => file.into_inner(),
        // Writing to memory has no disk to fill and no pipe to break.
        Err(error) => unreachable!("a Word file in memory cannot fail to be written: {error}"),
    }
}

fn added(docx: Docx, part: Part) -> Docx {
    match part {
        Part::Paragraph(paragraph) => docx.add_paragraph(*paragraph),
        Part::Table(table) => docx.add_table(*table),
    }
}

fn footer() -> Footer {
    let text = |text: &str| Run::new().add_text(text);
    Footer::new().add_paragraph(
        Paragraph::new()
            .style("Footer")
            .add_run(text("Crosswalk gap report · evidence, not conformity · page "))
            .add_page_num(PageNum::new())
            .add_run(text(" of "))
            .add_num_pages(NumPages::new()),
    )
}

/// A table-of-contents field that already holds its lines, so that it reads well before Word refreshes it. Page
/// numbers are fields too: only a word processor knows them.
fn contents(lines: &[ContentsLine]) -> Vec<Paragraph> {
    let mut paragraphs = vec![Paragraph::new().style("ContentsHeading").page_break_before(true).add_run(Run::new().add_text("Contents"))];
    for (index, line) in lines.iter().enumerate() {
        let mut paragraph = Paragraph::new().style(&format!("TOC{}", line.level));
        if index == 0 {
            paragraph = paragraph.add_run(
                Run::new()
                    .add_field_char(FieldCharType::Begin, true)
                    .add_instr_text(InstrText::TOC(InstrToC::new().heading_styles_range(1, 2).hyperlink()))
                    .add_field_char(FieldCharType::Separate, false),
            );
        }
        let page = Run::new()
            .add_field_char(FieldCharType::Begin, true)
            .add_instr_text(InstrText::PAGEREF(InstrPAGEREF::new(&line.bookmark).hyperlink()))
            .add_field_char(FieldCharType::Separate, false)
            .add_text(" ")
            .add_field_char(FieldCharType::End, false);
        let link = Hyperlink::new(&line.bookmark, HyperlinkType::Anchor)
            .add_run(Run::new().add_text(&line.text))
            .add_run(Run::new().add_tab())
            .add_run(page);
        paragraph = paragraph.add_hyperlink(link);
        if index + 1 == lines.len() {
            paragraph = paragraph.add_run(Run::new().add_field_char(FieldCharType::End, false));
        }
        paragraphs.push(paragraph);
    }
    paragraphs
}

/// Marks header rows to be repeated on every page, which the library cannot write. Only header rows carry
/// `cantSplit`, and no text can: its `<` is escaped.
fn with_repeated_heads(document: Vec<u8>) -> Vec<u8> {
    match String::from_utf8(document) {
        Ok(xml) => xml.replace("<w:cantSplit />", "<w:cantSplit /><w:tblHeader />").into_bytes(),
        Err(error) => error.into_bytes(),
    }
}

/// The library writes an author "unknown" and dates of 1970; the author is ours and the dates are left out, since
/// nothing here knows the time.
fn without_invented_facts(core: Vec<u8>) -> Vec<u8> {
    match String::from_utf8(core) {
        Ok(xml) => {
            let xml = without_element(&without_element(&xml, "dcterms:created"), "dcterms:modified");
            xml.replace(">unknown<", ">Crosswalk<").into_bytes()
        }
        Err(error) => error.into_bytes(),
    }
}

fn without_element(xml: &str, name: &str) -> String {
    let end_tag = format!("</{name}>");
    let (Some(start), Some(end)) = (xml.find(&format!("<{name}")), xml.find(&end_tag)) else {
        return xml.to_owned();
    };
    let before = xml.get(..start).unwrap_or_default();
    let after = xml.get(end + end_tag.len()..).unwrap_or_default();
    format!("{before}{after}")
}
