//! Puts a document together block by block: normalises white space, keeps the heading path and the paragraph count,
//! and stops at the limits. It never decides what a piece of text is.

use crate::evidence::{Block, BlockKind, Document, Locator, Unreadable, Visibility};
use crate::ports::ExtractLimits;

/// Longest heading, title or name of a sheet, in characters.
const LONGEST_HEADING: usize = 300;
/// What a table cell counts beside its text, in bytes.
const CELL_BYTES: usize = 24;

/// A document under construction. All readers end in one.
pub struct Assembly {
    document: Document,
    headings: Vec<(u8, String)>,
    paragraph: u32,
    text_bytes: usize,
    limit_text_bytes: usize,
    limit_blocks: usize,
}

/// How a piece of text looks.
#[derive(Clone, Copy, Default)]
pub struct Looks {
    /// Whether a reader sees it.
    pub visibility: Visibility,
    /// Whether all of it is italic.
    pub is_italic: bool,
}

impl Looks {
    /// Text that no reader sees.
    pub const HIDDEN: Self = Self { visibility: Visibility::Hidden, is_italic: false };
}

impl Assembly {
    /// An empty document.
    pub fn new(limits: &ExtractLimits) -> Self {
        Self {
            document: Document::default(),
            headings: Vec::new(),
            paragraph: 0,
            text_bytes: 0,
            limit_text_bytes: limits.text_bytes,
            limit_blocks: limits.blocks,
        }
    }

    /// Starts the next body paragraph: everything pushed until the next call stands in it.
    pub fn next_paragraph(&mut self) {
        self.paragraph += 1;
    }

    /// Adds a piece. `place` carries what only the reader knows (page, table, sheet …); heading path and paragraph
    /// are filled in here. Empty text adds nothing.
    pub fn push(&mut self, kind: BlockKind, text: &str, place: Locator, looks: Looks) -> Result<(), Unreadable> {
        let text = clean(text);
        if text.is_empty() {
            return Ok(());
        }
        // Every passage below a heading carries it along; what is longer than any heading is a paragraph.
        let kind = match kind {
            BlockKind::Heading { .. } if text.chars().count() > LONGEST_HEADING => BlockKind::Paragraph,
            kind => kind,
        };
        let mut place = place;
        if let Some(sheet) = &mut place.sheet {
            *sheet = sheet.chars().take(LONGEST_HEADING).collect();
        }
        self.text_bytes = self.text_bytes.saturating_add(text.len());
        if self.text_bytes > self.limit_text_bytes {
            return Err(Unreadable::TooLarge { limit: format!("more than {} bytes of text", self.limit_text_bytes) });
        }
        if self.document.blocks.len() >= self.limit_blocks {
            return Err(Unreadable::TooLarge { limit: format!("more than {} paragraphs and table rows", self.limit_blocks) });
        }
        let mut locator = place;
        let (is_body, is_counted) = match &kind {
            BlockKind::Heading { .. } | BlockKind::Paragraph | BlockKind::ListItem { .. } | BlockKind::ContentsEntry => (true, true),
            BlockKind::TableRow { .. } => (true, false),
            BlockKind::Footnote | BlockKind::PageMargin => (false, false),
        };
        if let BlockKind::Heading { level } = &kind
            && looks.visibility == Visibility::Visible
        {
            while self.headings.last().is_some_and(|(open, _)| open >= level) {
                self.headings.pop();
            }
            self.headings.push((*level, text.clone()));
        }
        if is_body {
            locator.heading_path = self.headings.iter().map(|(_, heading)| heading.clone()).collect();
        }
        if is_counted && locator.table.is_none() && locator.sheet.is_none() {
            locator.paragraph = Some(self.paragraph.max(1));
        }
        self.document.blocks.push(Block { kind, text, locator, visibility: looks.visibility, is_italic: looks.is_italic });
        Ok(())
    }

    /// Adds a paragraph-like piece as the next body paragraph.
    pub fn push_paragraph(&mut self, kind: BlockKind, text: &str, place: Locator, looks: Looks) -> Result<(), Unreadable> {
        if text.chars().any(|c| !c.is_whitespace()) {
            self.next_paragraph();
        }
        self.push(kind, text, place, looks)
    }

    /// Adds a table row; its text is its non-empty cells joined by single spaces.
    pub fn push_row(&mut self, cells: &[String], is_header: bool, place: Locator, looks: Looks) -> Result<(), Unreadable> {
        // An empty cell costs memory too.
        self.text_bytes = self.text_bytes.saturating_add(cells.len() * CELL_BYTES);
        let cells: Vec<String> = cells.iter().map(|cell| clean(cell)).collect();
        let text = cells.iter().filter(|cell| !cell.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ");
        self.push(BlockKind::TableRow { cells, is_header }, &text, place, looks)
    }

    /// Leaves all sections: what follows (another sheet, a slide) stands under none of the headings so far.
    pub fn leave_sections(&mut self) {
        self.headings.clear();
    }

    /// Sets the title, unless it is blank or there is one.
    pub fn set_title(&mut self, title: &str) {
        let title: String = clean(title).chars().take(LONGEST_HEADING).collect();
        if self.document.title.is_none() && !title.is_empty() {
            self.document.title = Some(title);
        }
    }

    /// Sets the number of pages, sheets or slides.
    pub fn set_page_count(&mut self, count: usize) {
        self.document.page_count = u32::try_from(count).ok();
    }

    /// Adds a sentence on what could not be seen.
    pub fn limit(&mut self, sentence: String) {
        if !self.document.limitations.contains(&sentence) {
            self.document.limitations.push(sentence);
        }
    }

    /// The document.
    pub fn finish(self) -> Document {
        self.document
    }
}

/// White space as single spaces; control characters, soft hyphens and byte order marks dropped.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut is_blank_due = false;
    for c in text.chars() {
        if c.is_whitespace() {
            is_blank_due = true;
        } else if !(c.is_control() || matches!(c, '\u{ad}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')) {
            if is_blank_due && !out.is_empty() {
                out.push(' ');
            }
            is_blank_due = false;
            out.push(c);
        }
    }
    out
}
