//! Where each listed thing stands: builds paths from the `parents` of files and folders. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::drive::wire::WireFile;

/// Deeper than Drive allows (100 levels): a longer way up is a circle.
const MOST_LEVELS: usize = 200;
/// Where files of others stand in a listing of everything.
pub(super) const SHARED_WITH_ME: &str = "Shared with me";

/// Everything listed, and the roots that paths begin at.
#[derive(Default)]
pub(super) struct Forest {
    /// By id: an item that comes twice, on two pages or after a restart, is still one item.
    items: BTreeMap<String, WireFile>,
    /// Folders at which a path begins, with the path of the folder itself (empty for the root of a review).
    roots: BTreeMap<String, String>,
    /// Targets of shortcuts that stand where the shortcut stands: the folder's path.
    placed: BTreeMap<String, String>,
    /// Whether things that hang on no root belong to the review too.
    keeps_strays: bool,
}

impl Forest {
    pub(super) fn new(keeps_strays: bool) -> Self {
        Self { keeps_strays, ..Self::default() }
    }

    pub(super) fn add_root(&mut self, id: &str, path: &str) {
        self.roots.entry(id.to_owned()).or_insert_with(|| path.to_owned());
    }

    pub(super) fn add(&mut self, mut file: WireFile) {
        // The same item may come once with and once without its folder.
        if file.parents.is_empty()
            && let Some(known) = self.items.get(&file.id)
        {
            file.parents.clone_from(&known.parents);
        }
        self.items.insert(file.id.clone(), file);
    }

    /// Puts a file, found through a shortcut, into the folder of that path.
    pub(super) fn place(&mut self, file: WireFile, folder_path: &str) {
        self.placed.insert(file.id.clone(), folder_path.to_owned());
        self.add(file);
    }

    pub(super) fn get(&self, id: &str) -> Option<&WireFile> {
        self.items.get(id)
    }

    pub(super) fn is_root(&self, id: &str) -> bool {
        self.roots.contains_key(id)
    }

    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    pub(super) fn items(&self) -> impl Iterator<Item = &WireFile> {
        self.items.values()
    }

    /// The path of an item; none when it is outside of what is reviewed.
    pub(super) fn path(&self, id: &str) -> Option<String> {
        if let Some(path) = self.roots.get(id) {
            return Some(path.clone());
        }
        let item = self.items.get(id)?;
        let folder = self.folder_path(item)?;
        Some(join(&folder, &clean(&item.name)))
    }

    /// The path of the folder that an item stands in.
    pub(super) fn folder_path(&self, item: &WireFile) -> Option<String> {
        let mut names = Vec::new();
        let mut seen = BTreeSet::new();
        let mut current = item;
        loop {
            if let Some(folder) = self.placed.get(&current.id) {
                return Some(down(folder, &names));
            }
            let parent = current.parents.first();
            if let Some(root) = parent.and_then(|id| self.roots.get(id)) {
                return Some(down(root, &names));
            }
            match parent.and_then(|id| self.items.get(id)) {
                Some(folder) if seen.insert(folder.id.clone()) && seen.len() < MOST_LEVELS => {
                    names.push(clean(&folder.name));
                    current = folder;
                }
                // The way up ends: at a folder that we may not see, or in a circle.
                _ => return self.stray_root(current).map(|root| down(&root, &names)),
            }
        }
    }

    fn stray_root(&self, top: &WireFile) -> Option<String> {
        if let Some(root) = top.drive_id.as_ref().and_then(|drive| self.roots.get(drive)) {
            return Some(root.clone());
        }
        self.keeps_strays.then(|| SHARED_WITH_ME.to_owned())
    }
}

fn down(root: &str, names_upward: &[String]) -> String {
    names_upward.iter().rev().fold(root.to_owned(), |path, name| join(&path, name))
}

pub(super) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// Longest name that is shown whole, in characters.
const LONGEST_NAME: usize = 255;

/// A name as one step of a path. Drive allows `/` in names; U+2215 looks the same and divides nothing.
pub(super) fn clean(name: &str) -> String {
    if name.is_empty() {
        return "(without a name)".to_owned();
    }
    let shown = name.replace('/', "\u{2215}");
    match shown.char_indices().nth(LONGEST_NAME) {
        Some((end, _)) => format!("{}…", &shown[..end]),
        None => shown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(id: &str, name: &str, parent: Option<&str>) -> WireFile {
        serde_json::from_value(serde_json::json!({"id": id, "name": name, "parents": parent.into_iter().collect::<Vec<_>>()})).unwrap()
    }

    #[test]
    fn paths() {
        let mut forest = Forest::new(true);
        forest.add_root("R", "");
        for file in [
            item("f", "Folder", Some("R")),
            item("s", "S/ub", Some("f")),
            item("a", "a/b.pdf", Some("s")),
            item("t", "top.txt", Some("R")),
            item("h", "shared.txt", None),
            item("i", "inside.txt", Some("not-visible")),
            item("x", "x", Some("y")),
            item("y", "y", Some("x")),
        ] {
            forest.add(file);
        }
        assert_eq!(forest.path("a").unwrap(), "Folder/S\u{2215}ub/a\u{2215}b.pdf");
        assert_eq!(forest.path("t").unwrap(), "top.txt");
        assert_eq!(forest.path("h").unwrap(), "Shared with me/shared.txt");
        assert_eq!(forest.path("i").unwrap(), "Shared with me/inside.txt");
        assert!(forest.path("x").unwrap().starts_with("Shared with me/"), "a circle ends");
        forest.keeps_strays = false;
        assert!(forest.path("h").is_none());
        assert!(forest.path("x").is_none());
        assert_eq!(forest.path("R").unwrap(), "");
    }
}
