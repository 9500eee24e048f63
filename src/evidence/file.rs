//! Files of a source as listed: metadata only, no content.

use serde::{Deserialize, Serialize};

/// What kind of place the files come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// A folder on this machine.
    Folder,
    /// A Google Drive (own files, a folder, or a shared drive).
    Drive,
}

/// Which source was listed, in words that hold on any machine: `.` for a folder, the id for a Drive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceIdentity {
    /// Kind of source.
    pub kind: SourceKind,
    /// `.` for a folder; `root`, `all` or an id for a Drive. Never an absolute path.
    pub root: String,
}

/// A checksum that the source itself states for a file's bytes, lower-case hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checksum {
    /// SHA-256 of the bytes.
    Sha256(String),
    /// MD5 of the bytes; used only to compare with what Drive states, never for security.
    Md5(String),
}

/// A format into which Google converts one of its own documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// Word document (from a Google Doc).
    Docx,
    /// Excel workbook (from a Google Sheet).
    Xlsx,
    /// Presentation (from Google Slides).
    Pptx,
    /// PDF (from a Google Drawing).
    Pdf,
}

impl ExportFormat {
    /// The MIME type to ask the export call for.
    #[must_use]
    pub fn mime(self) -> &'static str {
        match self {
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Pptx => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            Self::Pdf => "application/pdf",
        }
    }
}

/// How the bytes of a file are to be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileContent {
    /// Stored bytes, as they are.
    Stored {
        /// Size that the source states, in bytes.
        size_bytes: Option<u64>,
        /// Checksum that the source states; the fetched bytes are compared with it.
        checksum: Option<Checksum>,
    },
    /// A Google-native document that only exists as an export. Two exports of one document may differ byte for
    /// byte, so it is identified by its extracted text.
    Exported(ExportFormat),
}

/// One listed file. No `Debug`: the name is customer text.
#[derive(Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Path relative to the source's root, `/`-separated; unique within an inventory.
    pub path: String,
    /// The source's own id of the file (Drive); none for a folder.
    pub file_id: Option<String>,
    /// Key that opens a link-shared Drive item; sent along when it is fetched.
    pub resource_key: Option<String>,
    /// MIME type as the source states it, or as guessed from the file's extension.
    pub mime: String,
    /// The source's id of the revision listed, if it has one.
    pub revision: Option<String>,
    /// How to get at the bytes.
    pub content: FileContent,
    /// A link that opens the file for its owner in a browser.
    pub web_link: Option<String>,
}

impl SourceFile {
    /// The last part of the path.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Whether the identity of the file is that of its text (Google-native) and not of its bytes.
    #[must_use]
    pub fn is_exported(&self) -> bool {
        matches!(self.content, FileContent::Exported(_))
    }
}

/// A listed thing that is not examined, with the reason. No `Debug`: the name is customer text.
#[derive(Clone, PartialEq, Eq)]
pub struct PassedOver {
    /// Path relative to the root.
    pub path: String,
    /// The source's own id, if any.
    pub file_id: Option<String>,
    /// MIME type.
    pub mime: String,
    /// Size that the source states, in bytes; 0 when unknown.
    pub size_bytes: u64,
    /// One sentence for the person who reads the report.
    pub reason: String,
}

/// Everything that a listing found.
///
/// Invariant: `files` and `passed_over` are each sorted by path, and no path occurs twice.
#[derive(Clone)]
pub struct Inventory {
    /// Which source this is.
    pub source: SourceIdentity,
    /// Files that can be examined.
    pub files: Vec<SourceFile>,
    /// Things seen that will not be examined.
    pub passed_over: Vec<PassedOver>,
    /// False when the listing broke off: then absence proves nothing.
    pub complete: bool,
}

impl Inventory {
    /// Sorts both lists by path and makes paths unique: Drive allows two files of one name in one folder, so a
    /// repeated name gets ` (2)`, ` (3)` … before its extension, in the order of the files' ids.
    #[must_use]
    pub fn new(source: SourceIdentity, mut files: Vec<SourceFile>, mut passed_over: Vec<PassedOver>, complete: bool) -> Self {
        files.sort_by(|a, b| (&a.path, &a.file_id).cmp(&(&b.path, &b.file_id)));
        passed_over.sort_by(|a, b| (&a.path, &a.file_id).cmp(&(&b.path, &b.file_id)));
        let mut taken = std::collections::BTreeSet::new();
        for path in files.iter_mut().map(|f| &mut f.path).chain(passed_over.iter_mut().map(|p| &mut p.path)) {
            if !taken.insert(path.clone()) {
                let unique = (2..=u32::MAX).map(|n| numbered(path, n)).find(|candidate| !taken.contains(candidate));
                if let Some(unique) = unique {
                    taken.insert(unique.clone());
                    *path = unique;
                }
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        passed_over.sort_by(|a, b| a.path.cmp(&b.path));
        Self { source, files, passed_over, complete }
    }
}

/// The path with a number before the extension of its name, for telling two files of one name apart.
#[must_use]
pub fn numbered(path: &str, n: u32) -> String {
    let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (&path[..=folder.len()], name));
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => format!("{folder}{stem} ({n}).{extension}"),
        _ => format!("{folder}{name} ({n})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_before_the_extension() {
        for (path, expected) in
            [("a/b/notes.md", "a/b/notes (2).md"), ("notes", "notes (2)"), ("a.b/c", "a.b/c (2)"), (".hidden", ".hidden (2)")]
        {
            assert_eq!(numbered(path, 2), expected);
        }
    }
}
