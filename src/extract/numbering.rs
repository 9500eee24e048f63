//! Section numbers at the beginning of headings, as authors write them. It judges nothing but the number.

/// Depth of a leading section number: 1 for `4 Scope`, 2 for `4.2 Threats`.
pub fn numbering_depth(text: &str) -> Option<u8> {
    let first = text.split_whitespace().next()?.trim_end_matches(['.', ')']);
    let is_number = first.split('.').all(|part| !part.is_empty() && part.len() <= 3 && part.chars().all(|c| c.is_ascii_digit()));
    if !is_number || text.split_whitespace().nth(1).is_none() {
        return None;
    }
    u8::try_from(first.split('.').count()).ok().filter(|depth| *depth <= 9)
}
