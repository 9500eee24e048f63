//! Puts the written parts together to a Word file: styles, page, footer, table of contents, and what the library
//! cannot write itself.

use std::io::Cursor;

use docx_rs::{Docx, FieldCharType, Footer, Hyperlink, HyperlinkType, InstrText, InstrToC, NumPages, PageMargin, PageNum, Paragraph, Run};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime};

use super::manuscript::{ContentsLine, Manuscript, Part};
use super::order::in_schema_order;
use super::styles;

/// A4 in twentieths of a point, ISO 216.
const A4: (u32, u32) = (11_906, 16_838);
/// 20 mm in twentieths of a point.
const MARGIN: i32 = 1134;

/// The bytes of the file.
pub(super) fn packed(title_page: Manuscript, body: Manuscript) -> Vec<u8> {
    let margin = PageMargin { top: MARGIN, left: MARGIN, bottom: MARGIN + 170, right: MARGIN, header: 567, footer: 567, gutter: 0 };
    let mut docx = Docx::new().page_size(A4.0, A4.1).page_margin(margin).default_fonts(styles::sans()).default_size(21).title_pg();
    docx.styles.styles = styles::all();
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
    package.document = edited(package.document, |xml| in_schema_order(&without_paragraph_ids(&with_repeated_heads(&xml))));
    package.footers =
        package.footers.into_iter().map(|footer| edited(footer, |xml| in_schema_order(&without_paragraph_ids(&xml)))).collect();
    package.styles = edited(package.styles, |xml| in_schema_order(&with_language(&xml)));
    package.settings = edited(package.settings, |xml| in_schema_order(&xml));
    package.document_rels = edited(package.document_rels, |xml| with_sorted_relationships(&xml));
    package.doc_props.core = edited(package.doc_props.core, |xml| without_invented_facts(&xml));
    let mut stored = Cursor::new(Vec::new());
    // Writing to memory has no disk to fill and no pipe to break.
    if let Err(error) = package.pack(&mut stored) {
        unreachable!("a Word file in memory cannot fail to be written: {error}");
    }
    match compressed(stored) {
        Ok(file) => file,
        Err(error) => unreachable!("a Word file in memory cannot fail to be compressed: {error}"),
    }
}

/// The same parts deflated, without entries for folders. The library stores them, which makes the file ten times as
/// large.
fn compressed(stored: Cursor<Vec<u8>>) -> zip::result::ZipResult<Vec<u8>> {
    let mut from = zip::ZipArchive::new(stored)?;
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    // One fixed date for all parts (the first that the format knows), for the same bytes on every day.
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).last_modified_time(DateTime::default());
    for index in 0..from.len() {
        let mut part = from.by_index(index)?;
        if part.is_file() {
            let name = part.name()?.into_owned();
            to.start_file(name, options)?;
            std::io::copy(&mut part, &mut to)?;
        }
    }
    Ok(to.finish()?.into_inner())
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

/// A table-of-contents field that already holds its lines as links, so that it reads well before it is refreshed. It
/// is marked as stale: only a word processor knows the page numbers, and it adds them when it refreshes the field.
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
        let link = Hyperlink::new(&line.bookmark, HyperlinkType::Anchor).add_run(Run::new().add_text(&line.text));
        paragraph = paragraph.add_hyperlink(link);
        if index + 1 == lines.len() {
            paragraph = paragraph.add_run(Run::new().add_field_char(FieldCharType::End, false));
        }
        paragraphs.push(paragraph);
    }
    paragraphs
}

/// The part changed as text. The library writes UTF-8; anything else stays as it is.
fn edited(part: Vec<u8>, change: impl FnOnce(String) -> String) -> Vec<u8> {
    match String::from_utf8(part) {
        Ok(xml) => change(xml).into_bytes(),
        Err(error) => error.into_bytes(),
    }
}

/// Marks header rows to be repeated on every page, which the library cannot write. Only header rows carry
/// `cantSplit`, and no text can: its `<` is escaped.
fn with_repeated_heads(document: &str) -> String {
    document.replace("<w:cantSplit />", "<w:cantSplit /><w:tblHeader />")
}

/// Drops the ids of paragraphs: the library counts them by thread, which would make the bytes depend on what was
/// written before, and nothing refers to them. No text can hold the attribute: its `"` is escaped.
fn without_paragraph_ids(xml: &str) -> String {
    let mut pieces = xml.split(" w14:paraId=\"");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        out.push_str(piece.split_once('"').map_or(piece, |(_, rest)| rest));
    }
    out
}

/// Sorts the relationships: the library keeps them in a map without an order.
fn with_sorted_relationships(xml: &str) -> String {
    const TAG: &str = "<Relationship ";
    const END: &str = "</Relationships>";
    let Some((relationships, tail)) = xml.rsplit_once(END) else {
        return xml.to_owned();
    };
    let mut pieces = relationships.split(TAG);
    let head = pieces.next().unwrap_or_default();
    let mut all: Vec<&str> = pieces.collect();
    all.sort_unstable();
    let sorted: String = all.iter().flat_map(|piece| [TAG, piece]).collect();
    format!("{head}{sorted}{END}{tail}")
}

/// Says which language the text is in and which style is the default one, which screen readers and spelling need.
fn with_language(styles: &str) -> String {
    const NORMAL: &str = "<w:style w:type=\"paragraph\" w:styleId=\"Normal\">";
    // The library always writes an empty style "Normal" before those that it was given: the first one goes.
    let ours = without_element(styles, "w:style");
    let styles = if ours.contains(NORMAL) { ours.as_str() } else { styles };
    styles.replacen("</w:rPr></w:rPrDefault>", "<w:lang w:val=\"en-GB\" /></w:rPr></w:rPrDefault>", 1).replacen(
        NORMAL,
        "<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\">",
        1,
    )
}

/// The library writes an author "unknown" and dates of 1970; the author is ours and the dates are left out, since
/// nothing here knows the time.
fn without_invented_facts(core: &str) -> String {
    without_element(&without_element(core, "dcterms:created"), "dcterms:modified")
        .replace(">unknown<", ">Crosswalk<")
        .replace("<dc:creator>", "<dc:title>Gap report</dc:title><dc:creator>")
}

fn without_element(xml: &str, name: &str) -> String {
    let end_tag = format!("</{name}>");
    let (Some(start), Some(end)) = (xml.find(&format!("<{name} ")), xml.find(&end_tag)) else {
        return xml.to_owned();
    };
    let before = xml.get(..start).unwrap_or_default();
    let after = xml.get(end + end_tag.len()..).unwrap_or_default();
    format!("{before}{after}")
}
