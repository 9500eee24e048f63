//! Other spellings of a page's address: capitals, names of standards as people write them, a slash too many. Makes no page.

use crate::catalog::{Standard, fold, nearest};
use crate::web::site::Site;
use crate::web::site::links::{anchor, clause_path, standard_path};

/// What another spelling leads to.
pub(super) enum Found {
    /// The canonical path.
    At(String),
    /// No page; what may have been meant.
    Nothing(Near),
}

/// What a wrong address may have meant.
#[derive(Default)]
pub(super) struct Near {
    /// Words for the search box: the last part of the address.
    pub(super) words: String,
    /// Address and words of pages.
    pub(super) pages: Vec<(String, String)>,
}

/// Most suggestions of one kind.
const MOST_SUGGESTIONS: usize = 6;
/// Longest address for which anything near is looked for, in bytes. An address may hold `%XX` for each byte of a name.
const LONGEST_PATH: usize = 100;

/// What the path of a request that no page has may have meant.
pub(super) fn find(site: &Site, path: &str) -> Found {
    let parts: Vec<String> = path.split('/').filter(|part| !part.is_empty()).map(decoded).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let Some((first, rest)) = parts.split_first() else { return Found::At("/".to_owned()) };
    // Looking for what is near costs more the longer the address is, and no page of ours has one that long.
    if path.len() > LONGEST_PATH {
        return Found::Nothing(Near::default());
    }
    let first = first.to_lowercase();
    match (first.as_str(), rest) {
        ("clauses" | "clause" | "standards" | "standard", []) => Found::At("/standards".to_owned()),
        ("clauses" | "clause" | "standards" | "standard", [standard]) => match standard_like(site, standard) {
            Some(standard) => Found::At(standard_path(&standard.id)),
            None => Found::Nothing(near_standards(site, standard)),
        },
        ("clauses" | "clause" | "standards" | "standard", [standard, number]) => clause_like(site, standard, number),
        // The pages of the example name each other as the files that a review writes.
        ("example", ["gap-report.html"]) => Found::At("/example/gap-report".to_owned()),
        ("example", ["summary.html"]) => Found::At("/example/summary".to_owned()),
        _ => {
            let plain = format!("/{}", parts.join("/")).to_lowercase();
            let is_page = plain != path && (site.shelf.paths().iter().any(|(known, _)| *known == plain) || plain == "/search");
            if is_page { Found::At(plain) } else { Found::Nothing(near_words(site, parts.last().copied().unwrap_or_default())) }
        }
    }
}

fn clause_like(site: &Site, standard_name: &str, number: &str) -> Found {
    let Some(standard) = standard_like(site, standard_name) else { return Found::Nothing(near_standards(site, standard_name)) };
    let number = number.trim();
    let exact = standard.clauses.iter().find(|clause| clause.number == number);
    let mut alike = standard.clauses.iter().filter(|clause| clause.number.eq_ignore_ascii_case(number));
    // Two numbers may differ in capitals only; then neither spelling is the other's.
    let only = alike.next().filter(|_| alike.next().is_none());
    if let Some(clause) = exact.or(only) {
        return Found::At(clause_path(&standard.id, &clause.number));
    }
    if let Some(group) = standard.groups.iter().find(|group| group.number.eq_ignore_ascii_case(number)) {
        return Found::At(format!("{}#{}", standard_path(&standard.id), anchor(&group.number)));
    }
    Found::Nothing(near_clauses(standard, number))
}

/// The standard of that id or name, however it is spelled: only letters and digits count.
fn standard_like<'s>(site: &'s Site, name: &str) -> Option<&'s Standard> {
    let wanted = letters_and_digits(name);
    let is_named = |standard: &&Standard| {
        letters_and_digits(&standard.id) == wanted || standard.aliases.iter().any(|alias| letters_and_digits(alias) == wanted)
    };
    site.catalog.standard_named(name).or_else(|| site.catalog.standards.iter().find(is_named))
}

fn letters_and_digits(text: &str) -> String {
    fold(text).chars().filter(char::is_ascii_alphanumeric).collect()
}

/// Clauses of the standard near this number: a slip of the pen, then those below and beside it.
fn near_clauses(standard: &Standard, number: &str) -> Near {
    let page = |number: &str| {
        let clause = standard.clauses.iter().find(|clause| clause.number == number)?;
        Some((clause_path(&standard.id, number), format!("{} {}", clause.number, clause.title)))
    };
    let numbers = || standard.clauses.iter().map(|clause| clause.number.as_str());
    let mut near: Vec<&str> = Vec::new();
    let mut above = number;
    while near.is_empty() && !above.is_empty() {
        near.extend(numbers().filter(|known| known.strip_prefix(above).is_some_and(|rest| rest.starts_with(['.', '-']))));
        above = above.rsplit_once(['.', '-']).map_or("", |(before, _)| before);
        near.extend(numbers().filter(|known| *known == above));
    }
    if near.is_empty() {
        near.extend(nearest(number, numbers()));
    }
    near.truncate(MOST_SUGGESTIONS);
    let mut pages: Vec<(String, String)> = near.into_iter().filter_map(page).collect();
    pages.push((standard_path(&standard.id), format!("All clauses of {}", standard.short_name())));
    Near { words: number.chars().take(60).collect(), pages }
}

fn near_standards(site: &Site, name: &str) -> Near {
    let ids = site.catalog.standards.iter().map(|standard| standard.id.as_str());
    let lower = name.to_lowercase();
    let standard = nearest(&lower, ids).and_then(|id| site.catalog.standard(id));
    let mut pages: Vec<(String, String)> =
        standard.into_iter().map(|standard| (standard_path(&standard.id), standard.short_name().to_owned())).collect();
    pages.push(("/standards".to_owned(), "All standards".to_owned()));
    Near { words: name.chars().take(60).collect(), pages }
}

fn near_words(site: &Site, word: &str) -> Near {
    let words: String = word.chars().map(|c| if matches!(c, '-' | '_' | '+') { ' ' } else { c }).take(60).collect();
    let hits = site.search_index().search(&words);
    let pages = hits.into_iter().take(3).filter_map(|hit| {
        let standard = site.catalog.standards.get(hit.standard)?;
        let clause = standard.clauses.get(hit.clause)?;
        Some((clause_path(&standard.id, &clause.number), format!("{}, {} {}", standard.short_name(), clause.number, clause.title)))
    });
    Near { pages: pages.collect(), words }
}

/// A part of a path with its `%XX` undone; what is no UTF-8 then becomes a replacement character, which matches nothing.
fn decoded(part: &str) -> String {
    let bytes = part.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digits = part.get(at + 1..at + 3).filter(|two| bytes[at] == b'%' && two.bytes().all(|digit| digit.is_ascii_hexdigit()));
        if let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            plain.push(byte);
            at += 3;
        } else {
            plain.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone() {
        for (part, expected) in
            [("IEC%2062304", "IEC 62304"), ("4.2", "4.2"), ("50%", "50%"), ("%zz%41", "%zzA"), ("%C3%A4", "ä"), ("%+1", "%+1")]
        {
            assert_eq!(decoded(part), expected);
        }
    }
}
