//! A document as text with places.

use serde::{Deserialize, Serialize};

use crate::evidence::Locator;

/// Whether a reader of the document sees the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Visibility {
    /// Ordinary text.
    #[default]
    Visible,
    /// Text that no reader sees (`w:vanish`, invisible or white PDF text, a hidden sheet). Never evidence.
    Hidden,
}

/// What a block is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BlockKind {
    /// A heading; level 1 is the outermost. A document title is level 1 too, unless headings of level 1 follow.
    Heading {
        /// 1 to 9.
        level: u8,
    },
    /// A paragraph of running text.
    Paragraph,
    /// An item of a numbered or bulleted list.
    ListItem {
        /// Depth of nesting, 0 for the outermost.
        level: u8,
    },
    /// One row of a table or of a sheet. The block's text is its cells joined by single spaces.
    TableRow {
        /// The cells from left to right, white space normalised; empty cells are empty strings.
        cells: Vec<String>,
        /// Whether this row names the columns of the rows below it (of the same table or sheet).
        is_header: bool,
    },
    /// A footnote or endnote.
    Footnote,
    /// Repeated at the top or bottom of pages; once per distinct text.
    PageMargin,
    /// An entry of a table of contents.
    ContentsEntry,
}

/// One piece of a document. No `Debug`: it is customer text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its text, white space normalised to single spaces, never empty.
    pub text: String,
    /// Where it stands. For a heading, `heading_path` ends with the heading itself.
    pub locator: Locator,
    /// Whether a reader sees it.
    #[serde(default)]
    pub visibility: Visibility,
    /// Whether all of its text is italic (templates put their guidance so).
    #[serde(default)]
    pub is_italic: bool,
}

/// A read document.
///
/// Invariant: blocks stand in reading order. No `Debug`: it is customer text.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Title from the document's own metadata or title style, if any.
    pub title: Option<String>,
    /// The text.
    pub blocks: Vec<Block>,
    /// Number of pages (PDF), sheets or slides, where the format has them.
    pub page_count: Option<u32>,
    /// Things a reader of the report should know, in sentences ("3 of 9 pages hold only an image").
    #[serde(default)]
    pub limitations: Vec<String>,
}

impl Document {
    /// The cells of the table row that a block is; none if it is no row.
    #[must_use]
    pub fn cells(&self, block: usize) -> &[String] {
        match self.blocks.get(block).map(|block| &block.kind) {
            Some(BlockKind::TableRow { cells, .. }) => cells,
            _ => &[],
        }
    }

    /// The whole text, one block per line, pages separated by a form feed: what `crosswalk extract` prints.
    #[must_use]
    pub fn plain_text(&self) -> String {
        let mut out = String::new();
        let mut page = None;
        for block in &self.blocks {
            if let (Some(before), Some(now)) = (page, block.locator.page)
                && now != before
            {
                out.push('\u{c}');
            }
            page = block.locator.page.or(page);
            out.push_str(&block.text);
            out.push('\n');
        }
        out
    }
}
