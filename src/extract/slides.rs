//! PPTX: slides in order, the title of each as a heading, its paragraphs and table rows. Notes are not read.

use quick_xml::events::Event;

use crate::evidence::{BlockKind, Document, Locator, Unreadable};
use crate::extract::assembly::{Assembly, Looks};
use crate::extract::package::Package;
use crate::extract::xml;
use crate::ports::ExtractLimits;

/// Reads a presentation.
pub fn read(bytes: &[u8], limits: &ExtractLimits) -> Result<Document, Unreadable> {
    let mut package = Package::open(bytes, limits)?;
    let mut assembly = Assembly::new(limits);
    if let Some(title) = package.title() {
        assembly.set_title(&title);
    }
    let names = package.names("ppt/slides/slide", ".xml");
    assembly.set_page_count(names.len());
    let mut tables = 0;
    for (number, name) in (1_u32..).zip(names) {
        if let Some(text) = package.text(&name)? {
            assembly.leave_sections();
            read_slide(&text, number, &mut tables, limits, &mut assembly)?;
        }
    }
    Ok(assembly.finish())
}

#[derive(Default)]
struct Slide {
    paragraph: String,
    level: u8,
    is_title: bool,
    is_text: bool,
    /// Open table row, if any.
    cells: Option<Vec<String>>,
    row: u32,
}

fn read_slide(text: &str, number: u32, tables: &mut u32, limits: &ExtractLimits, assembly: &mut Assembly) -> Result<(), Unreadable> {
    let mut slide = Slide::default();
    let mut depth = 0_usize;
    let mut reader = xml::reader(text);
    loop {
        match reader.read_event().map_err(|_| xml::damaged())? {
            Event::DocType(_) => return Err(xml::declares_entities()),
            Event::Start(element) => {
                depth += 1;
                if depth > limits.xml_depth {
                    return Err(xml::too_deep(limits.xml_depth));
                }
                match element.local_name().as_ref() {
                    "sp" => slide.is_title = false,
                    "ph" => {
                        slide.is_title = xml::attribute(&element, "type").is_some_and(|kind| matches!(kind.as_str(), "title" | "ctrTitle"));
                    }
                    "p" => (slide.paragraph.clear(), slide.level = 0).1,
                    "pPr" => slide.level = xml::attribute(&element, "lvl").and_then(|value| value.parse().ok()).unwrap_or(0),
                    "t" => slide.is_text = true,
                    "br" => slide.paragraph.push(' '),
                    "tbl" => (*tables, slide.row) = (*tables + 1, 0),
                    "tr" => slide.cells = Some(Vec::new()),
                    "tc" => {
                        if let Some(cells) = &mut slide.cells {
                            cells.push(String::new());
                        }
                    }
                    _ => {}
                }
            }
            Event::Text(piece) if slide.is_text => slide.paragraph.push_str(&piece),
            Event::GeneralRef(reference) if slide.is_text => slide.paragraph.extend(xml::resolve(&reference)),
            Event::End(element) => {
                depth = depth.saturating_sub(1);
                match element.local_name().as_ref() {
                    "t" => slide.is_text = false,
                    "p" => end_paragraph(&mut slide, number, assembly)?,
                    "tr" => {
                        slide.row += 1;
                        let place = Locator { slide: Some(number), table: Some(*tables), row: Some(slide.row), ..Locator::default() };
                        assembly.push_row(&slide.cells.take().unwrap_or_default(), slide.row == 1, place, Looks::default())?;
                    }
                    _ => {}
                }
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn end_paragraph(slide: &mut Slide, number: u32, assembly: &mut Assembly) -> Result<(), Unreadable> {
    if let Some(cell) = slide.cells.as_mut().and_then(|cells| cells.last_mut()) {
        cell.push(' ');
        cell.push_str(&slide.paragraph);
        return Ok(());
    }
    let kind = if slide.is_title {
        BlockKind::Heading { level: 1 }
    } else if slide.level > 0 {
        BlockKind::ListItem { level: slide.level.min(8) }
    } else {
        BlockKind::Paragraph
    };
    assembly.push_paragraph(kind, &slide.paragraph, Locator { slide: Some(number), ..Locator::default() }, Looks::default())
}
