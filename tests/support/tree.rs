//! A small tree of real files in a temporary folder, gone when dropped.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// A temporary folder with files.
pub struct Tree(TempDir);

impl Tree {
    /// A tree with these files; folders are made as needed.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let tree = Self(tempfile::tempdir().expect("a temporary folder"));
        for (path, content) in files {
            let place = tree.at(path);
            std::fs::create_dir_all(place.parent().expect("below the folder")).expect("a folder");
            std::fs::write(place, content).expect("a file");
        }
        tree
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        self.0.path()
    }

    /// A place in the folder.
    pub fn at(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }
}
