//! Reads the bytes of one listed file into memory, under a limit.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use crate::ports::{ByteLimit, FetchError};

/// Reads the file at `place`, at most `limit` bytes. A file that changes meanwhile gives the bytes that were read; the
/// ledger's checksum is of those.
pub fn read(chosen: &Path, place: &Path, limit: ByteLimit) -> Result<Vec<u8>, FetchError> {
    // The folder may have changed since the listing: a file may have become a link that leads out of it, or a pipe
    // on which reading would wait for ever.
    let root = chosen.canonicalize().map_err(|e| refusal(&e))?;
    let real = place.canonicalize().map_err(|e| refusal(&e))?;
    if !real.starts_with(&root) {
        return Err(FetchError::Refused { reason: "It has become a link that leads out of the chosen folder.".into() });
    }
    let metadata = real.metadata().map_err(|e| refusal(&e))?;
    if !metadata.is_file() {
        return Err(FetchError::Refused { reason: "It is no longer an ordinary file.".into() });
    }
    if metadata.len() > limit.0 {
        return Err(FetchError::TooLarge { limit_bytes: limit.0 });
    }
    let file = File::open(&real).map_err(|e| refusal(&e))?;
    // The stated size only spares growing; the limit is on what really comes.
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default());
    file.take(limit.0.saturating_add(1)).read_to_end(&mut bytes).map_err(|e| refusal(&e))?;
    if bytes.len() as u64 > limit.0 {
        return Err(FetchError::TooLarge { limit_bytes: limit.0 });
    }
    Ok(bytes)
}

fn refusal(error: &io::Error) -> FetchError {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => {
            FetchError::Refused { reason: "It was moved or deleted after the folder was listed.".into() }
        }
        ErrorKind::PermissionDenied => FetchError::Refused { reason: "It may not be read: permission denied.".into() },
        kind => FetchError::Unavailable { reason: format!("It could not be read now: {kind}.") },
    }
}
