//! The words of a files.list request: the `q` grammar with its one quoting function, and the field masks.

/// Fields of a file that Crosswalk reads, and no others.
pub(super) const FILE_FIELDS: &str = "id,name,mimeType,size,md5Checksum,sha256Checksum,headRevisionId,version,modifiedTime,trashed,parents,driveId,\
shortcutDetails(targetId,targetMimeType,targetResourceKey),resourceKey,capabilities(canDownload),clientEncryptionDetails(encryptionState),webViewLink";

/// Fields of a page of files.
pub(super) fn page_fields() -> String {
    format!("nextPageToken,incompleteSearch,files({FILE_FIELDS})")
}

/// Everything that is not in the bin.
pub(super) const NOT_TRASHED: &str = "trashed = false";

/// The direct children of a folder that are not in the bin.
pub(super) fn children_of(folder_id: &str) -> String {
    format!("{} in parents and {NOT_TRASHED}", quoted(folder_id))
}

/// A text in the `q` grammar: single quotes around it, `\` before each `\` and `'`.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('\'');
    for c in text.chars() {
        if matches!(c, '\'' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('\'');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoting() {
        for (text, expected) in [
            ("plain", "'plain'"),
            ("it's", r"'it\'s'"),
            (r"back\slash", r"'back\\slash'"),
            (r"\'", r"'\\\''"),
            ("say \"so\"", "'say \"so\"'"),
            ("two\nlines", "'two\nlines'"),
            ("Prüfplan 検査", "'Prüfplan 検査'"),
            ("x' or trashed = true or name = '", r"'x\' or trashed = true or name = \''"),
        ] {
            assert_eq!(quoted(text), expected);
        }
        assert_eq!(children_of("F1"), "'F1' in parents and trashed = false");
    }
}
