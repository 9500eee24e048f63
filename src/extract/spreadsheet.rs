//! Workbooks (XLSX, XLS, XLSB, ODS) to rows with sheet and cell range. It computes no formulas; it reads the values
//! that the program which wrote the file computed.

use std::io::Cursor;

use calamine::{Data, ExcelDateTime, Reader, SheetType, SheetVisible, open_workbook_auto_from_rs};

use crate::evidence::{Document, Locator, Unreadable};
use crate::extract::assembly::{Assembly, Looks};
use crate::extract::package::Package;
use crate::ports::ExtractLimits;

/// A cell that names a column is no longer than this, in characters.
const LONGEST_COLUMN_NAME: usize = 80;

/// Reads a workbook.
pub fn read(bytes: &[u8], limits: &ExtractLimits) -> Result<Document, Unreadable> {
    let mut assembly = Assembly::new(limits);
    if bytes.starts_with(b"PK") {
        let mut package = Package::open(bytes, limits)?;
        package.check_stated_sizes()?;
        if let Some(title) = package.title() {
            assembly.set_title(&title);
        }
    }
    let mut workbook = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|error| {
        if error.to_string().to_lowercase().contains("password") {
            Unreadable::Encrypted
        } else {
            Unreadable::Damaged { detail: "its workbook cannot be opened".into() }
        }
    })?;
    let sheets = workbook.sheets_metadata().to_vec();
    assembly.set_page_count(sheets.len());
    for sheet in sheets {
        if !matches!(sheet.typ, SheetType::WorkSheet) {
            continue;
        }
        let looks = match sheet.visible {
            SheetVisible::Visible => Looks::default(),
            SheetVisible::Hidden | SheetVisible::VeryHidden => Looks::HIDDEN,
        };
        let Ok(cells) = workbook.worksheet_range(&sheet.name) else {
            assembly.limit("One sheet could not be read.".into());
            continue;
        };
        let (first_row, first_column) = cells.start().unwrap_or_default();
        let mut has_header = false;
        for (number, row) in (first_row + 1..).zip(cells.rows()) {
            let mut texts: Vec<String> = row.iter().map(in_words).collect();
            while texts.last().is_some_and(|text| text.trim().is_empty()) {
                texts.pop();
            }
            if texts.is_empty() {
                continue;
            }
            let is_header = !has_header && looks_like_header(&texts);
            has_header |= is_header;
            let first = usize::try_from(first_column).unwrap_or(0);
            let place = Locator {
                sheet: Some(sheet.name.clone()),
                row: Some(number),
                range: Some(range(number, first, first + texts.len() - 1)),
                ..Locator::default()
            };
            assembly.push_row(&texts, is_header, place, looks)?;
        }
    }
    Ok(assembly.finish())
}

/// Whether a row can name the columns below it: at least two cells filled, and nearly all of them short words.
pub fn looks_like_header(cells: &[String]) -> bool {
    let filled: Vec<&String> = cells.iter().filter(|cell| !cell.trim().is_empty()).collect();
    let is_name = |cell: &&&String| cell.chars().count() <= LONGEST_COLUMN_NAME && cell.chars().any(char::is_alphabetic);
    filled.len() >= 2 && filled.iter().filter(is_name).count() * 4 >= filled.len() * 3
}

/// A range within one row, columns counted from 0: `A5:F5`.
pub fn range(row: u32, first_column: usize, last_column: usize) -> String {
    let (first, last) = (column_name(first_column), column_name(last_column));
    if first == last { format!("{first}{row}") } else { format!("{first}{row}:{last}{row}") }
}

/// `A` to `Z`, `AA` and so on.
fn column_name(mut column: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'A' + u8::try_from(column % 26).unwrap_or(0)));
        if column < 26 {
            return letters.iter().rev().collect();
        }
        column = column / 26 - 1;
    }
}

fn in_words(cell: &Data) -> String {
    match cell {
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Bool(value) => if *value { "TRUE" } else { "FALSE" }.into(),
        Data::DateTime(moment) => moment_in_words(moment),
        Data::Error(_) | Data::Empty => String::new(),
    }
}

fn moment_in_words(moment: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let has_time = (hour, minute, second) != (0, 0, 0);
    if moment.is_duration() || moment.as_f64() < 1.0 {
        return format!("{hour:02}:{minute:02}:{second:02}");
    }
    if has_time { format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}") } else { format!("{year:04}-{month:02}-{day:02}") }
}
