//! Styles and colours of the Word document.

use docx_rs::{
    AlignmentType, LineSpacing, ParagraphProperty, RunFonts, Shading, SpecialIndentType, Style, StyleType, Tab, TabLeaderType, TabValueType,
};

/// Width between the margins of an A4 page, in twentieths of a point.
pub(super) const TEXT_WIDTH: usize = 9638;

pub(super) const SOFT: &str = "4D5965";
pub(super) const LINE: &str = "BFC6CC";
pub(super) const HEAD_FILL: &str = "EDF0F2";
pub(super) const LINK: &str = "1A5480";
pub(super) const BRAND: &str = "1D4561";

fn serif() -> RunFonts {
    RunFonts::new().ascii("Cambria").hi_ansi("Cambria").cs("Times New Roman")
}

/// The fonts of running text.
pub(super) fn sans() -> RunFonts {
    RunFonts::new().ascii("Calibri").hi_ansi("Calibri").cs("Arial")
}

fn spaced(before: u32, after: u32) -> LineSpacing {
    LineSpacing::new().before(before).after(after)
}

fn style(id: &str, name: &str) -> Style {
    Style::new(id, StyleType::Paragraph).name(name).q_format(true)
}

fn heading(level: usize, size: usize, before: u32, after: u32) -> Style {
    let properties = ParagraphProperty::new().keep_next(true).keep_lines(true);
    let mut style = style(&format!("Heading{level}"), &format!("heading {level}")).based_on("Normal").next("Normal");
    style.paragraph_property = properties;
    style.fonts(serif()).bold().size(size).color(BRAND).outline_lvl(level - 1).line_spacing(spaced(before, after))
}

fn contents_line(level: usize) -> Style {
    let indent = i32::try_from((level - 1) * 280).unwrap_or(0);
    let mut style = style(&format!("TOC{level}"), &format!("toc {level}")).based_on("Normal");
    style.paragraph_property =
        ParagraphProperty::new().add_tab(Tab::new().val(TabValueType::Right).leader(TabLeaderType::Dot).pos(TEXT_WIDTH));
    let style = style.line_spacing(spaced(if level == 1 { 140 } else { 0 }, 20)).indent(Some(indent), None, None, None);
    if level == 1 { style.bold() } else { style }
}

/// All styles of the document.
pub(super) fn all() -> Vec<Style> {
    let mut quote = style("Quote", "Quote").based_on("Normal");
    quote.paragraph_property = ParagraphProperty::new().shading(Shading::new().fill("F4F5F3")).keep_next(true).keep_lines(true);
    let mut defense = style("Defense", "Audit defence").based_on("Normal");
    defense.paragraph_property = ParagraphProperty::new().shading(Shading::new().fill("F4F5F3"));
    let mut decision = style("Decision", "Decision").based_on("Normal");
    decision.paragraph_property = ParagraphProperty::new().shading(Shading::new().fill("EEF3F7")).keep_lines(true);
    vec![
        style("Normal", "Normal").fonts(sans()).size(21).color("1B2530").line_spacing(spaced(0, 110).line(268)),
        style("Title", "Title").based_on("Normal").fonts(serif()).bold().size(72).color("1B2530").line_spacing(spaced(3400, 160)),
        style("Subtitle", "Subtitle").based_on("Normal").size(28).color(SOFT).line_spacing(spaced(0, 120)),
        style("Brand", "Brand").based_on("Normal").bold().size(24).color(BRAND),
        style("ContentsHeading", "Contents heading")
            .based_on("Normal")
            .fonts(serif())
            .bold()
            .size(36)
            .color(BRAND)
            .line_spacing(spaced(0, 200)),
        heading(1, 36, 0, 200),
        heading(2, 28, 440, 120),
        heading(3, 22, 260, 100),
        contents_line(1),
        contents_line(2),
        style("Requirement", "Requirement").based_on("Normal").fonts(serif()).size(22).line_spacing(spaced(0, 140)),
        style("Note", "Note").based_on("Normal").size(18).color(SOFT),
        style("Notice", "Notice").based_on("Normal").bold().size(24).color("5B3B00").line_spacing(spaced(200, 60)),
        quote.fonts(serif()).size(20).line_spacing(spaced(80, 20)).indent(Some(170), None, Some(170), None),
        style("QuoteSource", "Quote source").based_on("Normal").size(17).color(SOFT).line_spacing(spaced(0, 100)).indent(
            Some(170),
            None,
            None,
            None,
        ),
        defense.line_spacing(spaced(60, 120)).indent(Some(170), None, Some(170), None),
        decision.size(19).line_spacing(spaced(20, 20)).indent(Some(170), None, Some(170), None),
        style("DecisionBy", "Decision, by whom").based_on("Decision").size(17).color(SOFT).line_spacing(spaced(0, 140)),
        style("ListLine", "List line").based_on("Normal").line_spacing(spaced(0, 50)).indent(
            Some(280),
            Some(SpecialIndentType::Hanging(220)),
            None,
            None,
        ),
        style("Cell", "Table text").based_on("Normal").size(19).line_spacing(spaced(30, 30)),
        style("SmallCell", "Small table text").based_on("Normal").size(16).line_spacing(spaced(20, 20)),
        style("CellHead", "Table head").based_on("Normal").bold().size(17).color(SOFT).line_spacing(spaced(40, 40)),
        style("Footer", "footer").based_on("Normal").size(16).color(SOFT).align(AlignmentType::Right),
    ]
}
