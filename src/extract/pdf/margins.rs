//! Finds running heads and feet: lines that stand at the edge of page after page, whatever number they carry. It only
//! marks them.

use std::collections::{BTreeMap, BTreeSet};

use crate::extract::pdf::lines::Line;

/// Running heads and feet stand in this part of the page's height, from either edge.
const ZONE: f32 = 0.16;
/// Two lines within this many points have the same place.
const SAME_PLACE_POINTS: f32 = 4.0;

/// Marks running heads and feet. `heights` are the heights of the pages, in points.
pub fn mark(lines: &mut [Line], heights: &[f32]) {
    let height = |page: u32| heights.get(usize::try_from(page).unwrap_or(1).saturating_sub(1)).copied().unwrap_or(842.0);
    let in_zone = |line: &Line| {
        let part = line.base / height(line.page).max(1.0);
        line.angle == 0 && (part <= ZONE || part >= 1.0 - ZONE)
    };
    let mut pages_of: BTreeMap<(String, u32), BTreeSet<u32>> = BTreeMap::new();
    for line in lines.iter().filter(|line| in_zone(line)) {
        for place in places(line.base) {
            pages_of.entry((key(&line.text()), place)).or_default().insert(line.page);
        }
    }
    let pages = heights.len();
    let repeats = |line: &Line| {
        places(line.base).iter().any(|place| {
            let count = pages_of.get(&(key(&line.text()), *place)).map_or(0, BTreeSet::len);
            count >= 2 && (count * 5 >= pages * 2 || count >= 4)
        })
    };
    let mut by_page: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (index, line) in lines.iter().enumerate().filter(|(_, line)| in_zone(line)) {
        by_page.entry(line.page).or_default().push(index);
    }
    let mut marked = Vec::new();
    for (page, mut indices) in by_page {
        let base = |index: &usize| lines.get(*index).map_or(0.0, |line| line.base);
        indices.sort_by(|a, b| base(a).total_cmp(&base(b)));
        let middle = height(page) / 2.0;
        // From the edge inwards, until a line does not repeat: what stands behind it is content.
        let heads = indices.iter().filter(|index| base(index) < middle);
        let feet = indices.iter().rev().filter(|index| base(index) > middle);
        let repeats = |index: &&usize| lines.get(**index).is_some_and(|line| line.is_margin || repeats(line));
        marked.extend(heads.take_while(repeats).copied());
        marked.extend(feet.take_while(repeats).copied());
    }
    // On a page that holds nothing else it is content, unless it also frames pages that do.
    let marked: BTreeSet<usize> = marked.into_iter().collect();
    let is_body = |index: &usize, line: &Line| !marked.contains(index) && !line.is_margin;
    let filled: BTreeSet<u32> = lines.iter().enumerate().filter(|(index, line)| is_body(index, line)).map(|(_, line)| line.page).collect();
    let of_filled: BTreeSet<String> = marked
        .iter()
        .filter_map(|index| lines.get(*index))
        .filter(|line| filled.contains(&line.page))
        .map(|line| key(&line.text()))
        .collect();
    for index in marked {
        if let Some(line) = lines.get_mut(index) {
            line.is_margin |= of_filled.contains(&key(&line.text()));
        }
    }
}

/// The text with every number alike, so that page numbers do not make a difference.
pub fn key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        let c = if c.is_ascii_digit() { '#' } else { c };
        if c != '#' || !key.ends_with('#') {
            key.push(c);
        }
    }
    key
}

/// The place of a base line on a coarse scale, and the neighbour it may round to.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a page is a few thousand points high; the value is clamped")]
fn places(base: f32) -> [u32; 2] {
    let place = (base.clamp(0.0, 1e6) / SAME_PLACE_POINTS) as u32;
    let neighbour = ((base.clamp(0.0, 1e6) + SAME_PLACE_POINTS / 2.0) / SAME_PLACE_POINTS) as u32;
    [place * 2, neighbour * 2 + 1]
}
