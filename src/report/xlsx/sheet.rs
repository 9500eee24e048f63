//! A sheet as it is written: a frozen head with filters, rows of texts, links within Excel's limits. Nothing here writes a formula or a
//! number.

use rust_xlsxwriter::{IgnoreError, Url, Worksheet, XlsxError};

use super::formats::Formats;
use super::text::{harmless, height_points};
use crate::report::{FileShown, VerdictShown};

/// The most links of a sheet that Excel opens (Excel specifications and limits).
const MOST_LINKS: usize = 65_530;
/// The longest address that Excel opens, in characters.
const LONGEST_LINK: usize = 2_079;
/// The most rows of a sheet.
const MOST_ROWS: u32 = 1_048_576;

/// Paper of wide sheets, by Excel's number.
const A3: u8 = 8;

/// A cell.
pub(super) enum Cell<'a> {
    Text(&'a str),
    Made(String),
    Verdict(VerdictShown),
    File(&'a FileShown),
}

impl Cell<'_> {
    fn words(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Made(text) => text,
            Self::Verdict(verdict) => verdict.words(),
            Self::File(file) => &file.path,
        }
    }
}

/// A column: its head and its width in characters.
pub(super) type Column = (&'static str, u16);

/// A sheet with a head.
pub(super) struct Sheet<'a> {
    worksheet: &'a mut Worksheet,
    formats: &'a Formats,
    columns: &'a [Column],
    next_row: u32,
    links_left: usize,
    left_out: usize,
}

impl<'a> Sheet<'a> {
    /// Begins a sheet.
    pub(super) fn begin(worksheet: &'a mut Worksheet, formats: &'a Formats, name: &str, columns: &'a [Column]) -> Result<Self, XlsxError> {
        worksheet.set_name(name)?;
        for (index, (title, width)) in (0..).zip(columns) {
            worksheet.set_column_width(index, *width)?;
            worksheet.write_string_with_format(0, index, *title, &formats.head)?;
        }
        worksheet.set_row_height(0, height_points(columns.iter().map(|(title, width)| (*title, *width))))?;
        worksheet.set_freeze_panes(1, 0)?;
        worksheet.set_repeat_rows(0, 0)?;
        worksheet.set_landscape().set_paper_size(A3).set_print_fit_to_pages(1, 0);
        worksheet.set_footer("&LCrosswalk gap report · evidence, not conformity&R&P / &N");
        Ok(Self { worksheet, formats, columns, next_row: 1, links_left: MOST_LINKS, left_out: 0 })
    }

    /// Adds a row, one cell per column.
    pub(super) fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), XlsxError> {
        // The last row is kept for saying that there are more.
        if self.next_row >= MOST_ROWS - 1 {
            self.left_out += 1;
            return Ok(());
        }
        for (column, cell) in (0..).zip(cells) {
            self.cell(column, cell)?;
        }
        let widths = self.columns.iter().map(|(_, width)| *width);
        self.worksheet.set_row_height(self.next_row, height_points(cells.iter().map(Cell::words).zip(widths)))?;
        self.next_row += 1;
        Ok(())
    }

    /// Ends the sheet: filters over all rows.
    pub(super) fn end(self) -> Result<(), XlsxError> {
        let last_column = u16::try_from(self.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
        let last_row = self.next_row.saturating_sub(1);
        self.worksheet.autofilter(0, 0, last_row, last_column)?;
        // Scores and numbers of clauses are texts on purpose.
        self.worksheet.ignore_error_range(0, 0, last_row, last_column, IgnoreError::NumberStoredAsText)?;
        if self.left_out > 0 {
            let more = format!("{} more rows do not fit on a sheet; all of them are in review.json.", self.left_out);
            self.worksheet.write_string_with_format(self.next_row, 0, more, &self.formats.notice)?;
        }
        Ok(())
    }

    fn cell(&mut self, column: u16, cell: &Cell<'_>) -> Result<(), XlsxError> {
        let (row, formats) = (self.next_row, self.formats);
        match cell {
            Cell::Text(_) | Cell::Made(_) => self.worksheet.write_string_with_format(row, column, harmless(cell.words()), &formats.text)?,
            Cell::Verdict(verdict) => self.worksheet.write_string_with_format(row, column, verdict.words(), &formats.verdict(*verdict))?,
            Cell::File(file) => {
                let path = harmless(&file.path);
                match file.href.as_deref().filter(|href| self.links_left > 0 && is_link(href)) {
                    Some(href) => {
                        self.links_left -= 1;
                        self.worksheet.write_url_with_format(row, column, Url::new(href).set_text(path), &formats.link)?
                    }
                    None => self.worksheet.write_string_with_format(row, column, path, &formats.text)?,
                }
            }
        };
        Ok(())
    }
}

/// Whether Excel can open it. The library encodes a `%` a second time, which would lead elsewhere; no id of a Drive file needs one.
fn is_link(href: &str) -> bool {
    href.starts_with("https://") && !href.contains('%') && href.encode_utf16().count() <= LONGEST_LINK
}
