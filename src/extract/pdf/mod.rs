//! PDF to a document: pages in order, glyphs to lines, lines to paragraphs, headings and table rows. It renders
//! nothing, runs no script and follows no link.

use crate::evidence::{Document, Unreadable};
use crate::ports::ExtractLimits;

/// Reads a PDF.
pub fn read(bytes: &[u8], limits: &ExtractLimits) -> Result<Document, Unreadable> {
    let _ = (bytes, limits);
    Err(Unreadable::Unsupported { format: "PDF".into() })
}
