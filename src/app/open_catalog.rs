//! Opens the catalog of a run: the built-in one, and what `--catalog PATH` adds to it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::app::embedded_catalog;
use crate::catalog::{Catalog, CatalogText, Mistake, Origin, Patterns, import, load_with_own};

/// The largest file of requirements that is read, in bytes.
const LARGEST_FILE_BYTES: u64 = 64 * 1024 * 1024;

/// A catalog as opened.
pub struct OpenedCatalog {
    /// The catalog; none if there are mistakes.
    pub catalog: Option<Catalog>,
    /// Ids of the standards that `--catalog` added, in order. With these and no `--standard`, only they are judged.
    pub added: Vec<String>,
    /// Sentences that the user should read but that stop nothing.
    pub notices: Vec<String>,
    /// All mistakes.
    pub mistakes: Vec<Mistake>,
    /// The texts that mistakes point into.
    pub texts: Vec<CatalogText>,
}

/// Opens the built-in catalog, and with a path
/// - a folder that holds a `catalog.toml` in its place (for the catalog's authors),
/// - any other folder added to it, in our own format,
/// - a CSV or JSONL file imported into it.
///
/// # Errors
/// The path that could not be read, and why.
pub fn open(path: Option<&Path>, no_alias: bool) -> Result<OpenedCatalog, (PathBuf, io::Error)> {
    let built_in = embedded_catalog::files();
    let Some(path) = path else { return Ok(loaded(&built_in, Patterns::Taken, &[], Vec::new())) };
    let about = fs::metadata(path).map_err(|error| (path.to_owned(), error))?;
    if about.is_dir() {
        let mut files = Vec::new();
        read_folder(path, "", &mut files)?;
        files.sort_by(|a, b| a.path.cmp(&b.path));
        if files.is_empty() {
            return Err((path.to_owned(), io::Error::other("the folder holds no .toml files")));
        }
        let is_whole = files.iter().any(|file| file.path == "catalog.toml");
        return Ok(if is_whole {
            loaded(&files, Patterns::Compiled, &[], Vec::new())
        } else {
            loaded(&built_in, Patterns::Taken, &files, Vec::new())
        });
    }
    if about.len() > LARGEST_FILE_BYTES {
        return Err((path.to_owned(), io::Error::other("larger than 64 MiB")));
    }
    let bytes = fs::read(path).map_err(|error| (path.to_owned(), error))?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut notices = Vec::new();
    let text = String::from_utf8(bytes).unwrap_or_else(|error| {
        notices.push(format!("{name} is not UTF-8 and was read as Windows-1252."));
        encoding_rs::WINDOWS_1252.decode(error.as_bytes()).0.into_owned()
    });
    let mut opened = loaded(&built_in, Patterns::Taken, &[], notices);
    if let Some(catalog) = &mut opened.catalog {
        let outcome = import(catalog, &name, &text, no_alias);
        opened.notices.extend(outcome.notices);
        opened.added = outcome.standards;
        if !outcome.mistakes.is_empty() {
            opened.catalog = None;
        }
        opened.mistakes.extend(outcome.mistakes);
    }
    opened.texts.push(CatalogText { path: name, text });
    Ok(opened)
}

fn loaded(files: &[CatalogText], patterns: Patterns, own: &[CatalogText], notices: Vec<String>) -> OpenedCatalog {
    let (catalog, mistakes) = load_with_own(files, patterns, own);
    let added = catalog
        .iter()
        .flat_map(|catalog| &catalog.standards)
        .filter(|standard| standard.origin == Origin::Imported)
        .map(|standard| standard.id.clone())
        .collect();
    // The user's files come first, because a mistake is looked up by path and is theirs, not ours.
    let texts = own.iter().chain(files).cloned().collect();
    OpenedCatalog { catalog, added, notices, mistakes, texts }
}

/// Reads the .toml files of a folder and its subfolders, two levels deep as the format has it; hidden ones and
/// links are left out.
fn read_folder(folder: &Path, prefix: &str, files: &mut Vec<CatalogText>) -> Result<(), (PathBuf, io::Error)> {
    let failed = |error| (folder.to_owned(), error);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type().map_err(failed)?;
        if name.starts_with('.') {
            continue;
        }
        if kind.is_dir() && prefix.is_empty() {
            read_folder(&entry.path(), &format!("{name}/"), files)?;
        } else if kind.is_file() && Path::new(&name).extension().is_some_and(|extension| extension == "toml") {
            let text = fs::read_to_string(entry.path()).map_err(|error| (entry.path(), error))?;
            files.push(CatalogText { path: format!("{prefix}{name}"), text });
        }
    }
    Ok(())
}
