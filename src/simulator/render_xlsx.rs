//! Renders a document's source as an Excel workbook: one sheet per level-1 heading, bold frozen header rows.
//! It never reads a clock: the same source gives the same bytes.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet};

use super::render_docx::header_line;
use super::source_text::{Part, SourceText};

/// The workbook's bytes.
pub(super) fn render(source: &SourceText) -> Result<Vec<u8>, String> {
    write(source).map_err(|error| error.to_string())
}

fn write(source: &SourceText) -> Result<Vec<u8>, rust_xlsxwriter::XlsxError> {
    let mut workbook = Workbook::new();
    let created = ExcelDateTime::parse_from_str(source.fact("modified").trim_end_matches('Z'))?;
    workbook.set_properties(
        &DocProperties::new().set_title(source.fact("title")).set_company(source.fact("company")).set_creation_datetime(&created),
    );
    let mut sheets: Vec<(&str, Vec<&Part>)> = Vec::new();
    for part in &source.parts {
        match part {
            Part::Heading { level: 1, text } => sheets.push((text, Vec::new())),
            Part::Heading { .. } | Part::Paragraph(_) | Part::Bullets(_) | Part::Numbered(_) | Part::Table(_) => {
                if sheets.is_empty() {
                    sheets.push(("Sheet1", Vec::new()));
                }
                if let Some((_, parts)) = sheets.last_mut() {
                    parts.push(part);
                }
            }
        }
    }
    for (name, parts) in sheets {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name)?;
        sheet.set_landscape().set_print_fit_to_pages(1, 0);
        sheet.set_header(format!("&L{}", header_line(source).replace('&', "&&")));
        fill(sheet, &parts)?;
    }
    workbook.save_to_buffer()
}

fn fill(sheet: &mut Worksheet, parts: &[&Part]) -> Result<(), rust_xlsxwriter::XlsxError> {
    let header = Format::new().set_bold().set_background_color(0x00DD_E6EC).set_border(FormatBorder::Thin).set_text_wrap();
    let cell = Format::new().set_border(FormatBorder::Thin).set_text_wrap().set_align(FormatAlign::Top);
    let bold = Format::new().set_bold();
    let mut row = 0;
    for part in parts {
        match part {
            Part::Heading { text, .. } => {
                sheet.write_string_with_format(row, 0, text, &bold)?;
                row += 1;
            }
            Part::Paragraph(text) => {
                sheet.write_string(row, 0, text)?;
                row += 1;
            }
            Part::Bullets(items) | Part::Numbered(items) => {
                for item in items {
                    sheet.write_string(row, 0, item)?;
                    row += 1;
                }
            }
            Part::Table(rows) => {
                if row == 0 {
                    sheet.set_freeze_panes(1, 0)?;
                }
                for (number, cells) in rows.iter().enumerate() {
                    for (column, text) in (0..).zip(cells) {
                        write_cell(sheet, row, column, text, if number == 0 { &header } else { &cell })?;
                    }
                    row += 1;
                }
                for (column, width) in (0..).zip(sheet_widths(rows)) {
                    sheet.set_column_width(column, width)?;
                }
            }
        }
    }
    Ok(())
}

/// Whole numbers become numbers, as a person typing them would get; everything else stays text.
fn write_cell(sheet: &mut Worksheet, row: u32, column: u16, text: &str, format: &Format) -> Result<(), rust_xlsxwriter::XlsxError> {
    match text.parse::<i32>() {
        Ok(number) => sheet.write_number_with_format(row, column, number, format)?,
        Err(_) => sheet.write_string_with_format(row, column, text, format)?,
    };
    Ok(())
}

fn sheet_widths(rows: &[Vec<String>]) -> Vec<u32> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let longest = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|text| text.chars().count()).max().unwrap_or(8);
    (0..columns).map(|column| u32::try_from(longest(column).clamp(9, 30) + 2).unwrap_or(32)).collect()
}
