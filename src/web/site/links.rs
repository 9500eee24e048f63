//! Addresses of the site's pages, and which clauses map to which. It makes no page.

use std::collections::BTreeMap;

use crate::catalog::{Catalog, Clause, ClauseRef, Mapping, Standard};

/// The page of a clause.
pub(super) fn clause_path(standard: &str, number: &str) -> String {
    format!("/clauses/{}/{}", segment(standard), segment(number))
}

/// The page of a standard.
pub(super) fn standard_path(standard: &str) -> String {
    format!("/standards/{}", segment(standard))
}

/// The matrix between two standards.
pub(super) fn crosswalk_path(from: &str, to: &str) -> String {
    format!("/crosswalk?from={}&to={}", segment(from), segment(to))
}

/// The place of a heading on the page of its standard.
pub(super) fn anchor(number: &str) -> String {
    let plain: String = number.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' }).collect();
    format!("part-{plain}")
}

/// A text as one segment of a path or one value of a query (RFC 3986, 2.3: only unreserved characters stay).
pub(super) fn segment(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// What a mapping leads to.
#[derive(Clone, Copy)]
pub(super) enum Target<'c> {
    /// A clause with a page of its own.
    Clause(&'c Standard, &'c Clause),
    /// A heading on the page of its standard, with its title.
    Heading(&'c Standard, &'c str, &'c str),
}

impl<'c> Target<'c> {
    /// What a mapping names as `standard-id/clause`. An id may hold a slash itself, so every way to cut is tried.
    pub(super) fn of(catalog: &'c Catalog, to: &str) -> Option<Self> {
        to.match_indices('/').find_map(|(at, _)| {
            let standard = catalog.standard(&to[..at])?;
            let number = &to[at + 1..];
            if let Some(clause) = standard.clauses.iter().find(|clause| clause.number == number) {
                return Some(Self::Clause(standard, clause));
            }
            standard.groups.iter().find(|group| group.number == number).map(|group| Self::Heading(standard, &group.number, &group.title))
        })
    }

    pub(super) fn standard(&self) -> &'c Standard {
        match self {
            Self::Clause(standard, _) | Self::Heading(standard, _, _) => standard,
        }
    }

    pub(super) fn number(&self) -> &'c str {
        match self {
            Self::Clause(_, clause) => &clause.number,
            Self::Heading(_, number, _) => number,
        }
    }

    pub(super) fn title(&self) -> &'c str {
        match self {
            Self::Clause(_, clause) => &clause.title,
            Self::Heading(_, _, title) => title,
        }
    }

    pub(super) fn path(&self) -> String {
        match self {
            Self::Clause(standard, clause) => clause_path(&standard.id, &clause.number),
            Self::Heading(standard, number, _) => format!("{}#{}", standard_path(&standard.id), anchor(number)),
        }
    }
}

/// The mappings of a catalog seen from their targets.
pub(super) struct Links {
    by_target: BTreeMap<ClauseRef, Vec<ClauseRef>>,
}

impl Links {
    pub(super) fn of(catalog: &Catalog) -> Self {
        let mut by_target: BTreeMap<ClauseRef, Vec<ClauseRef>> = BTreeMap::new();
        for standard in &catalog.standards {
            for clause in &standard.clauses {
                for target in clause.mappings.iter().filter_map(|mapping| Target::of(catalog, &mapping.to)) {
                    let to = ClauseRef { standard: target.standard().id.clone(), clause: target.number().to_owned() };
                    let from = ClauseRef { standard: standard.id.clone(), clause: clause.number.clone() };
                    by_target.entry(to).or_default().push(from);
                }
            }
        }
        Self { by_target }
    }

    /// The clauses that map to this one, each with its mapping, in the order of the catalog.
    pub(super) fn mapping_here<'c>(
        &self,
        catalog: &'c Catalog,
        standard: &str,
        number: &str,
    ) -> Vec<(&'c Standard, &'c Clause, &'c Mapping)> {
        let here = ClauseRef { standard: standard.to_owned(), clause: number.to_owned() };
        let sources = self.by_target.get(&here).into_iter().flatten();
        let mut found = Vec::new();
        for from in sources {
            let Some(source) = catalog.standard(&from.standard) else { continue };
            let Some(clause) = source.clauses.iter().find(|clause| clause.number == from.clause) else { continue };
            let wanted = format!("{standard}/{number}");
            found.extend(clause.mappings.iter().filter(|mapping| mapping.to == wanted).map(|mapping| (source, clause, mapping)));
        }
        found.dedup_by(|one, other| std::ptr::eq(one.2, other.2));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_hold_only_what_a_path_may() {
        for (text, expected) in [("4.2", "4.2"), ("SM-1", "SM-1"), ("our own/1 ä", "our%20own%2F1%20%C3%A4"), ("<b>", "%3Cb%3E")] {
            assert_eq!(segment(text), expected);
        }
    }
}
