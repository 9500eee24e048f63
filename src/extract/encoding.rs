//! Bytes of text files to text: UTF-8, UTF-16 by its byte order mark, else Windows-1252. It refuses what is not text.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use crate::evidence::Unreadable;

/// Decodes a text file.
///
/// # Errors
/// `WrongType` when the bytes are binary.
pub fn decode(bytes: &[u8]) -> Result<String, Unreadable> {
    if let Some((encoding, mark_length)) = Encoding::for_bom(bytes) {
        return Ok(encoding.decode_without_bom_handling(bytes.get(mark_length..).unwrap_or_default()).0.into_owned());
    }
    if is_binary(bytes) {
        return Err(Unreadable::WrongType { claimed: "text".into(), found: "binary data".into() });
    }
    let (text, had_errors) = UTF_8.decode_without_bom_handling(bytes);
    if !had_errors {
        return Ok(text.into_owned());
    }
    Ok(WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned())
}

/// Whether the first bytes hold more control characters than any text has.
pub fn is_binary(bytes: &[u8]) -> bool {
    if Encoding::for_bom(bytes).is_some() {
        return false;
    }
    let sample = bytes.get(..bytes.len().min(8192)).unwrap_or_default();
    let controls = sample.iter().filter(|b| matches!(b, 0..=8 | 14..=26 | 28..=31 | 127)).count();
    sample.contains(&0) || controls * 50 > sample.len()
}
