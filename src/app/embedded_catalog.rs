//! The catalog that is built into the binary.

use rust_embed::RustEmbed;

use crate::catalog::CatalogText;

#[derive(RustEmbed)]
#[folder = "clause-catalog/"]
struct ClauseCatalog;

/// All files of the built-in catalog, in the order of their paths.
#[must_use]
pub fn files() -> Vec<CatalogText> {
    let mut files: Vec<CatalogText> = ClauseCatalog::iter()
        .filter(|path| path.ends_with(".toml"))
        .filter_map(|path| {
            let bytes = ClauseCatalog::get(&path)?.data;
            Some(CatalogText { path: path.into_owned(), text: String::from_utf8_lossy(&bytes).into_owned() })
        })
        .collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}
