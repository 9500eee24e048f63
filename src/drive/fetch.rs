//! Fetches the bytes of one file into memory, under a limit, and compares them with what the listing stated.

use md5::Md5;
use sha2::{Digest, Sha256};

use crate::drive::client::{CallError, ReadingClient};
use crate::drive::reason::Meaning;
use crate::evidence::{Checksum, FileContent, SourceFile};
use crate::ports::{ByteLimit, FetchError, Fetched, SourceError};

/// Reads a file again when its bytes do not match, this many times in all.
const READINGS: u32 = 2;

pub(super) async fn fetch(client: &ReadingClient, file: &SourceFile, limit: ByteLimit) -> Result<Fetched, FetchError> {
    let Some(id) = file.file_id.as_deref() else {
        return Err(FetchError::Refused { reason: "It has no Drive id.".to_owned() });
    };
    let key = file.resource_key.as_deref().map(|key| (id, key));
    match &file.content {
        FileContent::Exported(format) => {
            let url = client.address(&["files", id, "export"], &[("mimeType", format.mime())]);
            let bytes = client.get(&url, key, limit.0).await.map_err(|error| explained(error, limit))?;
            Ok(Fetched { bytes, revision: file.revision.clone() })
        }
        FileContent::Stored { size_bytes, checksum } => {
            if size_bytes.is_some_and(|size| size > limit.0) {
                return Err(FetchError::TooLarge { limit_bytes: limit.0 });
            }
            // `acknowledgeAbuse` is never sent: we do not want what Google flags as malware.
            let url = client.address(&["files", id], &[("alt", "media"), ("supportsAllDrives", "true")]);
            for _ in 0..READINGS {
                let bytes = client.get(&url, key, limit.0).await.map_err(|error| explained(error, limit))?;
                if is_as_stated(&bytes, *size_bytes, checksum.as_ref()) {
                    return Ok(Fetched { bytes, revision: file.revision.clone() });
                }
            }
            Err(FetchError::Unavailable {
                reason: "What Google Drive sent is not the file that it listed (size or checksum differ); it may have been changed during the review.".to_owned(),
            })
        }
    }
}

fn is_as_stated(bytes: &[u8], size_bytes: Option<u64>, checksum: Option<&Checksum>) -> bool {
    let has_size = size_bytes.is_none_or(|size| size == bytes.len() as u64);
    has_size
        && match checksum {
            None => true,
            Some(Checksum::Sha256(stated)) => hexadecimal(&Sha256::digest(bytes)).eq_ignore_ascii_case(stated),
            Some(Checksum::Md5(stated)) => hexadecimal(&Md5::digest(bytes)).eq_ignore_ascii_case(stated),
        }
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn explained(error: CallError, limit: ByteLimit) -> FetchError {
    let refused = |reason: &str| FetchError::Refused { reason: reason.to_owned() };
    let unavailable = |reason: &str| FetchError::Unavailable { reason: reason.to_owned() };
    match error {
        CallError::TooLarge => FetchError::TooLarge { limit_bytes: limit.0 },
        // Without network in the middle of a review the files read so far still count.
        CallError::Stop(error @ (SourceError::NotAuthorised { .. } | SourceError::Misconfigured { .. })) => FetchError::Stop(error),
        CallError::Stop(error) => FetchError::Unavailable { reason: error.to_string() },
        CallError::NoAnswer(detail) => FetchError::Unavailable { reason: format!("It could not be fetched from Google Drive: {detail}.") },
        CallError::Garbled => unavailable("Google Drive's answer could not be understood."),
        CallError::Refused(meaning, status) => match meaning {
            Meaning::FlaggedAsAbuse => refused("Google flags it as malware or abuse; it is not downloaded."),
            Meaning::TooLargeToExport => {
                refused("It is too large for Google to export (10 MB); save a Word or PDF copy beside it to have it examined.")
            }
            Meaning::NotDownloadable => refused("Google does not allow this file to be downloaded or exported."),
            Meaning::NoPermission => refused("The account that signed in may not download it."),
            Meaning::NotPicked => refused("It was not picked for this app; pick it to have it examined."),
            Meaning::NotFound => refused("It was not found or is no longer shared; it was listed a moment ago."),
            Meaning::DownloadQuota => unavailable("It was downloaded too often today, Google says; review again tomorrow."),
            Meaning::QuotaUsedUp => unavailable("The Google Drive quota of the day is used up; review again tomorrow."),
            Meaning::SlowDown => unavailable("Google Drive asked to slow down until all tries were used up."),
            Meaning::Passing => FetchError::Unavailable {
                reason: format!("Google Drive had trouble of its own (status {status}) until all tries were used up."),
            },
            Meaning::ScopeMissing | Meaning::TokenRejected | Meaning::BlockedByAdministrator | Meaning::ApiSwitchedOff => {
                FetchError::Stop(CallError::Refused(meaning, status).of_listing("The Drive"))
            }
            Meaning::BadRequest | Meaning::Precondition | Meaning::Unknown => {
                FetchError::Refused { reason: format!("Google Drive refused to hand it out (status {status}).") }
            }
        },
    }
}
