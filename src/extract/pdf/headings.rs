//! Decides which paragraphs of a PDF are headings, by what the file marks, by size and weight beside the body text, and
//! by section numbers; and on which level they stand.

use std::collections::BTreeMap;

use crate::extract::numbering::numbering_depth;
use crate::extract::pdf::layout::{Kind, Measure, Paragraph};
use crate::extract::pdf::lines::tenths;

/// Longest heading, in characters.
const LONGEST_HEADING: usize = 160;
/// Longest heading that is told by its weight alone, in characters.
const LONGEST_BOLD_HEADING: usize = 110;
/// A heading by size is larger than the body text by this factor.
const LARGER: f32 = 1.13;

/// Size in half points and weight: what headings of one level share.
type Style = (u32, bool);

/// Turns paragraphs into headings.
pub fn mark(paragraphs: &mut [Paragraph], measure: &Measure) {
    let headings: Vec<usize> =
        (0..paragraphs.len()).filter(|index| paragraphs.get(*index).is_some_and(|p| is_heading(p, measure))).collect();
    let mut styles: Vec<Style> = Vec::new();
    let mut depths: BTreeMap<Style, BTreeMap<u8, usize>> = BTreeMap::new();
    for paragraph in headings.iter().filter_map(|index| paragraphs.get(*index)) {
        let style = style(paragraph);
        if !styles.contains(&style) {
            styles.push(style);
        }
        if let Some(depth) = numbering_depth(&paragraph.text) {
            *depths.entry(style).or_default().entry(depth).or_default() += 1;
        }
    }
    styles.sort_unstable_by(|a, b| b.cmp(a));
    for index in headings {
        let Some(paragraph) = paragraphs.get_mut(index) else { continue };
        let style = style(paragraph);
        let usual = depths.get(&style).and_then(|counts| counts.iter().max_by_key(|(_, count)| **count).map(|(depth, _)| *depth));
        let rank = styles.iter().position(|other| *other == style).unwrap_or(0);
        let by_rank = u8::try_from(rank + 1).unwrap_or(9).min(9);
        let level =
            if paragraph.marked_level > 0 { paragraph.marked_level } else { numbering_depth(&paragraph.text).or(usual).unwrap_or(by_rank) };
        paragraph.kind = Kind::Heading(level);
    }
}

fn style(paragraph: &Paragraph) -> Style {
    (tenths(paragraph.size) / 5, paragraph.is_bold)
}

fn is_heading(paragraph: &Paragraph, measure: &Measure) -> bool {
    let text = paragraph.text.trim();
    let length = text.chars().count();
    let is_numbered = numbering_depth(text).is_some();
    let may_be = match paragraph.kind {
        Kind::Text => true,
        // "1. Scope" looks like a list item.
        Kind::Item(_) => is_numbered,
        Kind::Contents | Kind::Margin | Kind::Heading(_) | Kind::Row { .. } => false,
    };
    if !may_be || paragraph.is_unseen || !paragraph.cells.is_empty() || length > LONGEST_HEADING || paragraph.lines > 3 || length < 2 {
        return false;
    }
    if paragraph.marked_level > 0 {
        return true;
    }
    if text.chars().filter(|c| c.is_alphabetic()).count() < 2 {
        return false;
    }
    if paragraph.size >= measure.body_size * LARGER {
        return !text.ends_with([';', ',']) && (length <= 80 || !text.ends_with('.'));
    }
    let is_plain_sentence = text.ends_with(['.', ';', ',', '!']) || (text.ends_with(':') && !is_numbered);
    if paragraph.is_bold && !measure.is_body_bold {
        return paragraph.size >= measure.body_size * 0.94 && length <= LONGEST_BOLD_HEADING && !is_plain_sentence;
    }
    // "2. SCOPE" without any other sign.
    let letters = || text.chars().filter(|c| c.is_alphabetic());
    is_numbered && length <= 80 && letters().count() >= 4 && letters().all(char::is_uppercase)
}
