//! Decides by the first bytes what a file is, and compares that with what its name or MIME type claims. It never
//! believes the name against the bytes.

use crate::evidence::Unreadable;
use crate::extract::encoding;
use crate::extract::package::Package;
use crate::ports::ExtractLimits;

/// A format with a reader.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// PDF.
    Pdf,
    /// Word document.
    Docx,
    /// XLSX, XLS, XLSB or ODS.
    Workbook,
    /// A presentation of `PowerPoint`.
    Slides,
    /// Plain text, and everything that reads as such.
    Text,
    /// Markdown.
    Markdown,
    /// Cells separated by this byte.
    Separated(u8),
}

/// What the bytes look like.
enum Found {
    Pdf,
    Zip,
    Ole,
    /// Something else with a well-known beginning, in words.
    Known(&'static str),
    Text,
    Binary,
}

/// What the name claims.
enum Claim {
    Readable(Format, &'static str),
    /// A format without a reader.
    Unread(&'static str),
    Unknown,
}

const OLE_MAGIC: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// Beginnings of formats that need telling apart but have no reader.
const KNOWN: &[(&[u8], &str)] = &[
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"BM", "a bitmap image"),
    (b"{\\rtf", "an RTF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"ID3", "an MP3 recording"),
    (b"OggS", "an Ogg recording"),
    (b"%!PS", "a PostScript document"),
    (b"SQLite format 3\0", "an SQLite database"),
];

/// The reader for a file.
///
/// # Errors
/// `WrongType`, `Unsupported`, `Encrypted` or `Damaged`, told apart.
pub fn decide(name: &str, mime: &str, bytes: &[u8], limits: &ExtractLimits) -> Result<Format, Unreadable> {
    let claim = claim(name, mime);
    match (find(bytes), claim) {
        // A PDF whose header is lost may still be repaired by its reader.
        (Found::Pdf, Claim::Readable(Format::Pdf, _) | Claim::Unknown) | (Found::Binary, Claim::Readable(Format::Pdf, _)) => {
            Ok(Format::Pdf)
        }
        (Found::Pdf, Claim::Readable(_, claimed) | Claim::Unread(claimed)) => Err(wrong(claimed, "a PDF document")),
        (Found::Zip, claim) => decide_package(bytes, &claim, limits),
        (Found::Ole, claim) => decide_ole(bytes, &claim),
        (Found::Known(found), Claim::Readable(_, claimed)) => Err(wrong(claimed, found)),
        (Found::Known(found), Claim::Unknown) => Err(Unreadable::Unsupported { format: found.into() }),
        (Found::Text, Claim::Readable(format @ (Format::Text | Format::Markdown | Format::Separated(_)), _)) => Ok(format),
        (Found::Text, Claim::Readable(_, claimed)) => Err(wrong(claimed, if is_html(bytes) { "an HTML page" } else { "plain text" })),
        (Found::Known(_) | Found::Text | Found::Binary, Claim::Unread(format)) => Err(Unreadable::Unsupported { format: format.into() }),
        (Found::Text, Claim::Unknown) if is_html(bytes) => Err(Unreadable::Unsupported { format: "HTML".into() }),
        (Found::Text, Claim::Unknown) => Ok(Format::Text),
        (Found::Binary, Claim::Readable(_, claimed)) => Err(wrong(claimed, "binary data of no known type")),
        (Found::Binary, Claim::Unknown) => Err(Unreadable::Unsupported { format: "this type of file".into() }),
    }
}

fn find(bytes: &[u8]) -> Found {
    // Readers accept a PDF header anywhere in the first kilobyte (ISO 32000-1, annex H.3, note 13); mail gateways put things in front.
    let head = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
    if head.windows(5).any(|window| window == b"%PDF-") || is_headless_pdf(bytes) {
        return Found::Pdf;
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Found::Zip;
    }
    if bytes.starts_with(OLE_MAGIC) {
        return Found::Ole;
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        return Found::Known("a video or audio file");
    }
    if encoding::is_binary(bytes) {
        return KNOWN.iter().find(|(magic, _)| bytes.starts_with(magic)).map_or(Found::Binary, |(_, words)| Found::Known(words));
    }
    KNOWN.iter().find(|(magic, _)| magic.len() > 2 && bytes.starts_with(magic)).map_or(Found::Text, |(_, words)| Found::Known(words))
}

/// A PDF whose first line is cut off still ends like one and begins with an object.
fn is_headless_pdf(bytes: &[u8]) -> bool {
    let tail = bytes.get(bytes.len().saturating_sub(1024)..).unwrap_or_default();
    let head = bytes.get(..bytes.len().min(64)).unwrap_or_default();
    tail.windows(9).any(|window| window == b"startxref") && head.windows(4).any(|window| window == b" obj")
}

fn is_html(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(512)).unwrap_or_default()).to_lowercase();
    head.contains("<html") || head.contains("<!doctype html")
}

fn decide_package(bytes: &[u8], claim: &Claim, limits: &ExtractLimits) -> Result<Format, Unreadable> {
    let package = match Package::open(bytes, limits) {
        Ok(package) => package,
        // A file that begins as a ZIP but does not open: damaged if it claims to be one of ours.
        Err(reason) => {
            return Err(match claim {
                Claim::Readable(Format::Docx | Format::Workbook | Format::Slides, _) | Claim::Unknown => reason,
                Claim::Readable(_, claimed) => wrong(claimed, "a damaged ZIP archive"),
                Claim::Unread(format) => Unreadable::Unsupported { format: (*format).into() },
            });
        }
    };
    let (format, found) = if package.has("word/document.xml") || !package.names("word/document", ".xml").is_empty() {
        (Some(Format::Docx), "a Word document")
    } else if package.has("xl/workbook.xml") || package.has("xl/workbook.bin") {
        (Some(Format::Workbook), "an Excel workbook")
    } else if package.has("ppt/presentation.xml") {
        (Some(Format::Slides), "a PowerPoint presentation")
    } else if package.has("content.xml") && package.has("mimetype") {
        match claim {
            Claim::Readable(Format::Workbook, _) => (Some(Format::Workbook), "an OpenDocument spreadsheet"),
            Claim::Readable(..) | Claim::Unread(_) | Claim::Unknown => (None, "an OpenDocument file"),
        }
    } else {
        (None, "a ZIP archive")
    };
    match (format, claim) {
        (Some(format), Claim::Readable(claimed, _)) if format == *claimed => Ok(format),
        (Some(format), Claim::Unknown) => Ok(format),
        (None, Claim::Unread(claimed)) => Err(Unreadable::Unsupported { format: (*claimed).into() }),
        (None, Claim::Unknown) => Err(Unreadable::Unsupported { format: found.into() }),
        (_, Claim::Readable(_, claimed) | Claim::Unread(claimed)) => Err(wrong(claimed, found)),
    }
}

/// The old Office container: a Word 97 document, or a modern one that is encrypted ([MS-OFFCRYPTO] 2.3).
fn decide_ole(bytes: &[u8], claim: &Claim) -> Result<Format, Unreadable> {
    let is_encrypted_package = contains_utf16(bytes, "EncryptedPackage");
    match claim {
        Claim::Readable(Format::Workbook, _) if contains_utf16(bytes, "Workbook") || contains_utf16(bytes, "Book") => Ok(Format::Workbook),
        Claim::Readable(Format::Docx | Format::Workbook | Format::Slides, _) => {
            if contains_utf16(bytes, "WordDocument") {
                Err(Unreadable::WrongType { claimed: "DOCX".into(), found: "a Word 97 document (DOC)".into() })
            } else {
                Err(Unreadable::Encrypted)
            }
        }
        Claim::Unknown | Claim::Unread(_) if is_encrypted_package => Err(Unreadable::Encrypted),
        Claim::Readable(_, claimed) => Err(wrong(claimed, "an old Office document")),
        Claim::Unread(format) => Err(Unreadable::Unsupported { format: (*format).into() }),
        Claim::Unknown => Err(Unreadable::Unsupported { format: "old Office documents".into() }),
    }
}

fn contains_utf16(bytes: &[u8], text: &str) -> bool {
    let needle: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.windows(needle.len()).any(|window| window == needle)
}

fn wrong(claimed: &str, found: &str) -> Unreadable {
    Unreadable::WrongType { claimed: claimed.into(), found: found.into() }
}

fn claim(name: &str, mime: &str) -> Claim {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default();
    match claim_of_mime(mime) {
        // A general MIME type says less than the extension.
        Claim::Readable(Format::Text, words) => match claim_of_extension(&extension) {
            Claim::Unknown => Claim::Readable(Format::Text, words),
            claim @ (Claim::Readable(..) | Claim::Unread(_)) => claim,
        },
        Claim::Unknown => claim_of_extension(&extension),
        claim @ (Claim::Readable(..) | Claim::Unread(_)) => claim,
    }
}

fn claim_of_mime(mime: &str) -> Claim {
    const OPEN_XML: &str = "application/vnd.openxmlformats-officedocument.";
    let mime = mime.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if let Some(kind) = mime.strip_prefix(OPEN_XML) {
        return match kind.split('.').next() {
            Some("wordprocessingml") => Claim::Readable(Format::Docx, "DOCX"),
            Some("spreadsheetml") => Claim::Readable(Format::Workbook, "XLSX"),
            Some("presentationml") => Claim::Readable(Format::Slides, "PPTX"),
            _ => Claim::Unknown,
        };
    }
    match mime.as_str() {
        "application/pdf" => Claim::Readable(Format::Pdf, "PDF"),
        "application/vnd.ms-excel" => Claim::Readable(Format::Workbook, "XLS"),
        "application/vnd.oasis.opendocument.spreadsheet" => Claim::Readable(Format::Workbook, "ODS"),
        "text/markdown" => Claim::Readable(Format::Markdown, "Markdown"),
        "text/csv" => Claim::Readable(Format::Separated(b','), "CSV"),
        "text/tab-separated-values" => Claim::Readable(Format::Separated(b'\t'), "TSV"),
        "text/html" => Claim::Unread("HTML"),
        "application/json" | "application/xml" => Claim::Readable(Format::Text, "text"),
        "application/msword" => Claim::Unread("DOC (Word 97)"),
        "application/vnd.ms-powerpoint" => Claim::Unread("PPT (PowerPoint 97)"),
        "application/zip" => Claim::Unread("ZIP archives"),
        other if other.starts_with("image/") => Claim::Unread("images"),
        other if other.starts_with("audio/") => Claim::Unread("recordings"),
        other if other.starts_with("video/") => Claim::Unread("videos"),
        other if other.starts_with("text/") => Claim::Readable(Format::Text, "text"),
        _ => Claim::Unknown,
    }
}

fn claim_of_extension(extension: &str) -> Claim {
    match extension {
        "pdf" => Claim::Readable(Format::Pdf, "PDF"),
        "docx" | "docm" | "dotx" | "dotm" => Claim::Readable(Format::Docx, "DOCX"),
        "xlsx" | "xlsm" | "xltx" | "xlsb" => Claim::Readable(Format::Workbook, "XLSX"),
        "xls" => Claim::Readable(Format::Workbook, "XLS"),
        "ods" => Claim::Readable(Format::Workbook, "ODS"),
        "pptx" | "pptm" | "potx" | "ppsx" => Claim::Readable(Format::Slides, "PPTX"),
        "md" | "markdown" => Claim::Readable(Format::Markdown, "Markdown"),
        "csv" => Claim::Readable(Format::Separated(b','), "CSV"),
        "tsv" | "tab" => Claim::Readable(Format::Separated(b'\t'), "TSV"),
        "txt" | "text" | "log" | "json" | "xml" | "yaml" | "yml" | "toml" | "ini" | "cfg" | "rst" | "adoc" | "feature" => {
            Claim::Readable(Format::Text, "text")
        }
        "htm" | "html" | "xhtml" => Claim::Unread("HTML"),
        "doc" | "dot" => Claim::Unread("DOC (Word 97)"),
        "ppt" | "pps" => Claim::Unread("PPT (PowerPoint 97)"),
        "odt" => Claim::Unread("ODT (OpenDocument text)"),
        "odp" => Claim::Unread("ODP (OpenDocument slides)"),
        "rtf" => Claim::Unread("RTF"),
        "pages" | "numbers" | "key" => Claim::Unread("Apple iWork documents"),
        "vsd" | "vsdx" => Claim::Unread("Visio drawings"),
        "mpp" => Claim::Unread("Project plans"),
        "msg" | "eml" => Claim::Unread("e-mail messages"),
        "zip" | "7z" | "rar" | "gz" | "tar" | "tgz" => Claim::Unread("archives"),
        "png" | "jpg" | "jpeg" | "gif" | "tif" | "tiff" | "bmp" | "webp" | "svg" | "heic" => Claim::Unread("images"),
        "mp3" | "wav" | "m4a" | "ogg" => Claim::Unread("recordings"),
        "mp4" | "mov" | "avi" | "mkv" | "webm" => Claim::Unread("videos"),
        _ => Claim::Unknown,
    }
}
