//! Which part of a Drive is reviewed: as written on the command line, or as chosen by a customer.

use std::collections::{BTreeMap, BTreeSet};

use crate::drive::forest::clean;

/// What to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DriveScope {
    /// The person's own Drive ("My Drive").
    Root,
    /// Own Drive, files shared with the person, and every shared drive.
    All,
    /// One folder or shared drive, by id.
    Folder(String),
    /// Two or more folders or shared drives.
    Several(SeveralPlaces),
}

/// Two or more folders or shared drives, each listed under a name of its own. No `Debug` of the names: customer text.
#[derive(Clone, PartialEq, Eq)]
pub struct SeveralPlaces {
    root: String,
    places: Vec<PlaceInScope>,
}

/// One of several places.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct PlaceInScope {
    pub id: String,
    /// The first step of every path in it, which no other place has.
    pub prefix: String,
}

impl std::fmt::Debug for SeveralPlaces {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SeveralPlaces({})", self.root)
    }
}

impl SeveralPlaces {
    /// In the order of their ids.
    pub(super) fn places(&self) -> &[PlaceInScope] {
        &self.places
    }
}

impl DriveScope {
    /// Reads `drive:root`, `drive:all` or `drive:<id>`; none when the text is not a Drive at all.
    ///
    /// # Errors
    /// One sentence when it begins with `drive:` but what follows cannot be an id.
    #[must_use]
    pub fn parse(text: &str) -> Option<Result<Self, String>> {
        let id = text.strip_prefix("drive:")?;
        Some(match id {
            "root" => Ok(Self::Root),
            "all" => Ok(Self::All),
            _ if is_id(id) => Ok(Self::Folder(id.to_owned())),
            _ => Err(
                "After `drive:` comes `root`, `all`, or the id of a folder or shared drive (the last part of its address in the browser)"
                    .to_owned(),
            ),
        })
    }

    /// The scope of these folders and shared drives, given as id and name, in any order and also twice. None when there are none, or
    /// when an id is none.
    #[must_use]
    pub fn of_places<'a>(places: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<Self> {
        // By id, so that the order of the boxes on a page changes nothing of a result.
        let names: BTreeMap<&str, &str> = places.into_iter().collect();
        if names.keys().any(|id| !is_id(id) || is_alias(id)) {
            return None;
        }
        let mut ids = names.keys();
        match (ids.next(), ids.next()) {
            (None, _) => None,
            (Some(only), None) => Some(Self::Folder((*only).to_owned())),
            (Some(_), Some(_)) => Some(Self::Several(several(&names))),
        }
    }

    /// The root as reports name it: `root`, `all`, the id, or the sorted ids of several places with `+` between them.
    #[must_use]
    pub fn root(&self) -> &str {
        match self {
            Self::Root => "root",
            Self::All => "all",
            Self::Folder(id) => id,
            Self::Several(several) => &several.root,
        }
    }
}

fn several(names: &BTreeMap<&str, &str>) -> SeveralPlaces {
    let root = names.keys().copied().collect::<Vec<_>>().join("+");
    let mut taken = BTreeSet::new();
    let places = names.iter().map(|(id, name)| PlaceInScope { id: (*id).to_owned(), prefix: unused(&clean(name), &mut taken) }).collect();
    SeveralPlaces { root, places }
}

/// The name, or the name with a number behind it, if an earlier place has it already.
fn unused(name: &str, taken: &mut BTreeSet<String>) -> String {
    let mut prefix = name.to_owned();
    let mut number = 1_u32;
    while !taken.insert(prefix.clone()) {
        number += 1;
        prefix = format!("{name} ({number})");
    }
    prefix
}

/// Words that Drive takes for an id but that mean whatever account asks.
pub(super) fn is_alias(id: &str) -> bool {
    matches!(id, "root" | "all" | "appDataFolder")
}

/// Ids of Drive are letters, digits, `-` and `_`. Anything else must never get into a path of a URL.
pub(super) fn is_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= 256 && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes() {
        assert_eq!(DriveScope::parse("drive:root"), Some(Ok(DriveScope::Root)));
        assert_eq!(DriveScope::parse("drive:all"), Some(Ok(DriveScope::All)));
        assert_eq!(DriveScope::parse("drive:0AbC-_9"), Some(Ok(DriveScope::Folder("0AbC-_9".into()))));
        assert_eq!(DriveScope::parse("./QMS"), None);
        for bad in ["drive:", "drive:a/b", "drive:../x", "drive:a b", "drive:é"] {
            assert!(DriveScope::parse(bad).is_some_and(|r| r.is_err()), "{bad}");
        }
    }

    #[test]
    fn several_places_are_the_same_scope_in_every_order() {
        let one = DriveScope::of_places([("b", "QM"), ("a", "QM"), ("c", "x/y"), ("a", "QM")]).unwrap();
        let other = DriveScope::of_places([("c", "x/y"), ("a", "QM"), ("b", "QM")]).unwrap();
        assert!(one == other);
        assert_eq!(one.root(), "a+b+c");
        let DriveScope::Several(several) = &one else { panic!("three places") };
        let prefixes: Vec<_> = several.places().iter().map(|place| place.prefix.as_str()).collect();
        assert_eq!(prefixes, ["QM", "QM (2)", "x\u{2215}y"]);
        assert!(!format!("{one:?}").contains("QM"), "names are customer text");
        assert_eq!(DriveScope::of_places([("a", "QM"), ("a", "QM")]), Some(DriveScope::Folder("a".into())));
        assert_eq!(DriveScope::of_places([]), None);
        for bad in ["", "a/b", "root", "all", "a'b"] {
            assert_eq!(DriveScope::of_places([(bad, "x"), ("a", "y")]), None, "{bad}");
        }
    }
}
