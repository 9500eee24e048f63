//! Bytes of the simulated Drive: downloads with ranges, and exports of Google's own formats.

use super::answer::Answer;
use super::drive_tree::{Content, DriveItem};

/// Google refuses exports above this size.
const EXPORT_LIMIT_BYTES: usize = 10 * 1024 * 1024;

/// `files.get` with `alt=media`.
pub(super) fn download(item: &DriveItem, range: Option<&str>) -> Answer {
    let Content::Stored(bytes) = &item.content else {
        return Answer::drive_error(
            403,
            "fileNotDownloadable",
            "Only files with binary content can be downloaded. Use Export with Docs Editors files.",
        );
    };
    let Some(range) = range.and_then(|text| text.strip_prefix("bytes=")) else {
        return Answer::bytes(200, &item.mime, bytes.to_vec());
    };
    let Some((first, last)) = parse_range(range, bytes.len()) else {
        let mut answer = Answer::drive_error(416, "requestedRangeNotSatisfiable", "Request range not satisfiable");
        answer.headers.push(("content-range", format!("bytes */{}", bytes.len())));
        return answer;
    };
    let mut answer = Answer::bytes(206, &item.mime, bytes[first..=last].to_vec());
    answer.headers.push(("content-range", format!("bytes {first}-{last}/{}", bytes.len())));
    answer
}

/// `files.export`.
pub(super) fn export(item: &DriveItem, mime: &str) -> Answer {
    match &item.content {
        Content::Native { export_mime, export } if *export_mime == mime => {
            if export.len() > EXPORT_LIMIT_BYTES {
                return Answer::drive_error(403, "exportSizeLimitExceeded", "This file is too large to be exported.");
            }
            Answer::bytes(200, mime, export.to_vec())
        }
        Content::Native { .. } => Answer::drive_error(400, "badRequest", "The requested conversion is not supported."),
        Content::Stored(_) | Content::Folder | Content::Shortcut { .. } => {
            Answer::drive_error(403, "fileNotExportable", "Export only supports Docs Editors files.")
        }
    }
}

/// First and last byte of `a-b`, `a-` or `-n`, if that lies in the file.
fn parse_range(text: &str, length: usize) -> Option<(usize, usize)> {
    let (first, last) = text.split_once('-')?;
    let end = length.checked_sub(1)?;
    let (first, last) = match (first.parse::<usize>(), last.parse::<usize>()) {
        (Ok(first), Ok(last)) => (first, last.min(end)),
        (Ok(first), Err(_)) => (first, end),
        (Err(_), Ok(count)) => (length.saturating_sub(count), end),
        (Err(_), Err(_)) => return None,
    };
    (first <= last && first < length).then_some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_cut_to_the_file_or_refused() {
        let cases = [
            ("0-3", Some((0, 3))),
            ("5-", Some((5, 9))),
            ("-2", Some((8, 9))),
            ("8-99", Some((8, 9))),
            ("10-", None),
            ("x", None),
            ("3-2", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_range(text, 10), expected, "{text}");
        }
        assert_eq!(parse_range("0-", 0), None);
    }
}
