//! Chooses the words to quote for a passage: one contiguous run of the document's text, 20 to 300 characters.

use crate::assessment::reading::Reading;
use crate::evidence::{Block, BlockKind, Document, Locator, MAX_QUOTE_CHARS, MIN_QUOTE_CHARS, Quote, normalise_white_space};

/// The quote of a passage and where it stands, or nothing if no run of the right length exists there.
#[must_use]
pub fn quote(document: &Document, reading: &Reading, first: usize, last: usize) -> Option<(Quote, Locator)> {
    let (from, to) = (reading.units.get(first)?, reading.units.get(last)?);
    let block = document.blocks.get(from.block)?;
    let mut candidates: Vec<(String, Vec<&Block>)> = Vec::new();
    // The order of a PDF table's cells is a guess of the reader; one cell is sure.
    if let (BlockKind::TableRow { cells, .. }, Some(_)) = (&block.kind, block.locator.page) {
        candidates.extend(cells.iter().max_by_key(|cell| cell.chars().count()).map(|cell| (cell.clone(), vec![block])));
    }
    if from.block == to.block {
        candidates.push((run(block, from.range.start, to.range.end), vec![block]));
    }
    candidates.push((run(block, from.range.start, from.range.end), vec![block]));
    if let Some(next) = document.blocks.get(to.block).filter(|_| from.block != to.block) {
        candidates.push((run(next, to.range.start, to.range.end), vec![next]));
    }
    // Too short for a quote: take in what follows, then what goes before, at last the next block.
    candidates.push((run(block, from.range.start, block.text.len()), vec![block]));
    candidates.push((block.text.clone(), vec![block]));
    if let Some(next) =
        document.blocks.get(from.block + 1).filter(|n| n.visibility == block.visibility && n.locator.page == block.locator.page)
    {
        candidates.push((format!("{} {}", block.text, next.text), vec![block, next]));
    }
    for (text, blocks) in candidates {
        let text = shorten(without_marker(&normalise_white_space(&text)));
        if let Ok(quote) = Quote::of(&text, &blocks) {
            return Some((quote, block.locator.clone()));
        }
    }
    None
}

fn run(block: &Block, start: usize, end: usize) -> String {
    block.text.get(start..end).unwrap_or(&block.text).to_owned()
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
