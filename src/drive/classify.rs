//! Decides what a listed thing is: a file that can be examined, or something that is passed over, and why. Pure.

use crate::drive::wire::WireFile;
use crate::evidence::{Checksum, ExportFormat, FileContent, PassedOver, SourceFile};

const GOOGLE_TYPE: &str = "application/vnd.google-apps.";

/// A listed thing, sorted.
pub(super) enum Classified {
    File(SourceFile),
    PassedOver(PassedOver),
}

/// Sorts one file. Folders and shortcuts are structure and never get here.
pub(super) fn classify(file: &WireFile, path: String) -> Classified {
    let content = match (obstacle(file), content(file)) {
        (Some(reason), _) | (None, Err(reason)) => return Classified::PassedOver(passed_over(file, path, reason)),
        (None, Ok(content)) => content,
    };
    let revision = match content {
        FileContent::Stored { .. } => file.head_revision_id.clone(),
        // Google's own documents have no revision id in a listing; their version moves with every change.
        FileContent::Exported(_) => file.version.clone(),
    };
    Classified::File(SourceFile {
        path,
        file_id: Some(file.id.clone()),
        resource_key: file.resource_key.clone(),
        mime: file.mime_type.clone(),
        revision,
        content,
        web_link: file.web_view_link.clone(),
    })
}

/// The thing as passed over.
pub(super) fn passed_over(file: &WireFile, path: String, reason: &str) -> PassedOver {
    PassedOver {
        path,
        file_id: Some(file.id.clone()),
        mime: file.mime_type.clone(),
        size_bytes: size_bytes(file).unwrap_or(0),
        reason: reason.to_owned(),
    }
}

fn obstacle(file: &WireFile) -> Option<&'static str> {
    let encryption = file.client_encryption_details.as_ref().and_then(|details| details.encryption_state.as_deref());
    if file.trashed {
        Some("It is in the bin; what is thrown away is no evidence.")
    } else if encryption == Some("encrypted") {
        Some("It is encrypted by its owner's organisation (client-side encryption), so that Google cannot hand out its text.")
    } else if file.capabilities.as_ref().and_then(|capabilities| capabilities.can_download) == Some(false) {
        Some("Its owner forbids downloading it.")
    } else {
        None
    }
}

fn content(file: &WireFile) -> Result<FileContent, &'static str> {
    let Some(google_type) = file.mime_type.strip_prefix(GOOGLE_TYPE) else {
        let checksum = match (&file.sha256_checksum, &file.md5_checksum) {
            (Some(sha256), _) => Some(Checksum::Sha256(sha256.to_ascii_lowercase())),
            (None, Some(md5)) => Some(Checksum::Md5(md5.to_ascii_lowercase())),
            (None, None) => None,
        };
        return Ok(FileContent::Stored { size_bytes: size_bytes(file), checksum });
    };
    match google_type {
        "document" => Ok(FileContent::Exported(ExportFormat::Docx)),
        "spreadsheet" => Ok(FileContent::Exported(ExportFormat::Xlsx)),
        "presentation" => Ok(FileContent::Exported(ExportFormat::Pptx)),
        "drawing" => Ok(FileContent::Exported(ExportFormat::Pdf)),
        "form" => Err("A Google Form; Google exports no document from it."),
        "site" => Err("A Google Site; Google exports no document from it."),
        "map" => Err("A Google map; Google exports no document from it."),
        "script" => Err("An Apps Script; it is a program and no document."),
        "vid" | "video" | "audio" | "photo" => Err("Sound, pictures or film; there is no text to examine."),
        _ => Err("A Google or third-party type that has no document to export."),
    }
}

fn size_bytes(file: &WireFile) -> Option<u64> {
    file.size.as_deref().and_then(|size| size.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: serde_json::Value) -> Classified {
        classify(&serde_json::from_value(json).unwrap(), "a".into())
    }

    #[test]
    fn google_types() {
        for (kind, expected) in [
            ("document", Some(ExportFormat::Docx)),
            ("spreadsheet", Some(ExportFormat::Xlsx)),
            ("presentation", Some(ExportFormat::Pptx)),
            ("drawing", Some(ExportFormat::Pdf)),
            ("form", None),
            ("site", None),
            ("map", None),
            ("script", None),
            ("vid", None),
            ("jam", None),
            ("fusiontable", None),
            ("drive-sdk.123", None),
        ] {
            let found = match of(serde_json::json!({"id": "1", "mimeType": format!("{GOOGLE_TYPE}{kind}")})) {
                Classified::File(file) => match file.content {
                    FileContent::Exported(format) => Some(format),
                    FileContent::Stored { .. } => panic!("{kind} has no bytes of its own"),
                },
                Classified::PassedOver(_) => None,
            };
            assert_eq!(found, expected, "{kind}");
        }
    }

    #[test]
    fn obstacles() {
        for obstacle in [
            serde_json::json!({"id": "1", "mimeType": "application/pdf", "trashed": true}),
            serde_json::json!({"id": "1", "mimeType": "application/pdf", "capabilities": {"canDownload": false}}),
            serde_json::json!({"id": "1", "mimeType": "application/pdf", "clientEncryptionDetails": {"encryptionState": "encrypted"}}),
        ] {
            assert!(matches!(of(obstacle), Classified::PassedOver(_)));
        }
        let free = serde_json::json!({"id": "1", "mimeType": "application/pdf", "size": "12", "md5Checksum": "AB", "capabilities": {"canDownload": true},
            "clientEncryptionDetails": {"encryptionState": "unencrypted"}});
        let Classified::File(file) = of(free) else { panic!("passed over") };
        assert!(file.content == FileContent::Stored { size_bytes: Some(12), checksum: Some(Checksum::Md5("ab".into())) });
    }
}
