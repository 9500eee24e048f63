//! Where in a document a passage stands.

use serde::{Deserialize, Serialize};

/// A place in a document: page for PDF; heading path and paragraph for DOCX and Docs; sheet and cell range for
/// spreadsheets. All numbers count from 1. No `Debug`: headings are customer text.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Locator {
    /// Page of a PDF.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// Headings from the outermost to the section the passage stands in, verbatim.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub heading_path: Vec<String>,
    /// Paragraph within the document body, counting every non-empty paragraph.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paragraph: Option<u32>,
    /// Table within the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<u32>,
    /// Row within the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// Sheet of a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Cell range within the sheet, such as `A5:F5`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<String>,
    /// Slide of a presentation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slide: Option<u32>,
}

impl Locator {
    /// The place in words, for a report: `page 3, section "4.2 Threats", table 2, row 5`.
    #[must_use]
    pub fn in_words(&self) -> String {
        let mut parts = Vec::new();
        if let Some(page) = self.page {
            parts.push(format!("page {page}"));
        }
        if let Some(slide) = self.slide {
            parts.push(format!("slide {slide}"));
        }
        if let Some(sheet) = &self.sheet {
            parts.push(format!("sheet \"{sheet}\""));
        }
        if let Some(range) = &self.range {
            parts.push(format!("cells {range}"));
        }
        if let Some(section) = self.heading_path.last() {
            parts.push(format!("section \"{section}\""));
        }
        if let Some(table) = self.table {
            parts.push(format!("table {table}"));
        }
        if let Some(row) = self.row {
            parts.push(format!("row {row}"));
        }
        if let (Some(paragraph), None) = (self.paragraph, self.table) {
            parts.push(format!("paragraph {paragraph}"));
        }
        parts.join(", ")
    }
}
