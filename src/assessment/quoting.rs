//! Chooses the words to quote for a passage: one contiguous run of the document's text, 20 to 300 characters.

use crate::assessment::reading::Reading;
use crate::evidence::{Block, BlockKind, Document, Locator, MAX_QUOTE_CHARS, MIN_QUOTE_CHARS, Quote, normalise_white_space};

/// The quote of a passage and where it stands, or nothing if no run of the right length exists there.
#[must_use]
pub fn quote(document: &Document, reading: &Reading, first: usize, last: usize) -> Option<(Quote, Locator)> {
    let (from, to) = (reading.units.get(first)?, reading.units.get(last)?);
    let block = document.blocks.get(from.block)?;
    let mut candidates: Vec<(String, &Block)> = Vec::new();
    // The order of a PDF table's cells is a guess of the reader; one cell is sure.
    if let (BlockKind::TableRow { cells, .. }, Some(_)) = (&block.kind, block.locator.page) {
        candidates.extend(cells.iter().max_by_key(|cell| cell.chars().count()).map(|cell| (cell.clone(), block)));
    }
    if from.block == to.block {
        candidates.push((run(block, from.range.start, to.range.end), block));
    }
    candidates.push((run(block, from.range.start, from.range.end), block));
    if let Some(next) = document.blocks.get(to.block).filter(|_| from.block != to.block) {
        candidates.push((run(next, to.range.start, to.range.end), next));
    }
    // Too short for a quote: take in what goes before in the block, or what follows.
    candidates.push((run(block, from.range.start.saturating_sub(MAX_QUOTE_CHARS / 2), from.range.end), block));
    candidates.push((run(block, from.range.start, from.range.end + MAX_QUOTE_CHARS / 2), block));
    for (text, block) in candidates {
        let text = shorten(without_marker(&normalise_white_space(&text)));
        if let Ok(quote) = Quote::of(&text, &[block]) {
            return Some((quote, block.locator.clone()));
        }
    }
    None
}

/// The run of a block between two bytes, moved outwards to whole words.
fn run(block: &Block, start: usize, end: usize) -> String {
    let text = &block.text;
    let begins_word = |at: usize| text.is_char_boundary(at) && text[..at].ends_with(char::is_whitespace);
    let ends_word = |at: usize| text.is_char_boundary(at) && text[at..].starts_with(char::is_whitespace);
    let mut start = start.min(text.len());
    while start > 0 && !begins_word(start) {
        start -= 1;
    }
    let mut end = end.min(text.len());
    while end < text.len() && !ends_word(end) {
        end += 1;
    }
    text.get(start..end).unwrap_or_default().to_owned()
}

/// The text without the number or bullet of a list item, which is not always part of the words.
fn without_marker(text: &str) -> &str {
    let after_number = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = if after_number.len() < text.len() {
        after_number.strip_prefix(['.', ')'])
    } else {
        text.strip_prefix(['•', '◦', '▪', '-', '–', '*'])
    };
    rest.and_then(|r| r.strip_prefix(' ')).unwrap_or(text)
}

/// Cuts at the last word that fits.
fn shorten(text: &str) -> String {
    let text = text.trim();
    if text.chars().count() <= MAX_QUOTE_CHARS {
        return text.to_owned();
    }
    let end = text.char_indices().nth(MAX_QUOTE_CHARS).map_or(text.len(), |(i, _)| i);
    let cut = &text[..end];
    match cut.rfind(' ') {
        Some(space) if cut[..space].chars().count() >= MIN_QUOTE_CHARS => cut[..space].to_owned(),
        _ => cut.to_owned(),
    }
}
