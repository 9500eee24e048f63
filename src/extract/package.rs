//! A ZIP container (DOCX, PPTX, and as a check before a workbook is opened) read under caps on entries, part size,
//! total size and compression ratio. It never writes an entry anywhere, so entry names cannot escape.

use std::cell::Cell;
use std::io::{Cursor, ErrorKind, Read};

use encoding_rs::Encoding;
use quick_xml::events::Event;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::evidence::Unreadable;
use crate::extract::xml;
use crate::ports::ExtractLimits;

/// A part that unpacks to more than this many bytes per packed byte is a bomb, if it is large too.
const LARGEST_RATIO: u64 = 300;
/// Parts below this size are never bombs.
const RATIO_APPLIES_ABOVE_BYTES: u64 = 16 * 1024 * 1024;

/// An open container.
pub struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    part_bytes: u64,
    total_bytes_left: Cell<u64>,
}

impl<'a> Package<'a> {
    /// Opens a container and checks the number of its entries.
    pub fn open(bytes: &'a [u8], limits: &ExtractLimits) -> Result<Self, Unreadable> {
        if stated_entries(bytes).is_some_and(|entries| entries > limits.zip_entries) {
            return Err(too_many_entries(limits));
        }
        let archive =
            ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::Damaged { detail: "its ZIP container cannot be opened".into() })?;
        if archive.len() > limits.zip_entries {
            return Err(too_many_entries(limits));
        }
        Ok(Self { archive, part_bytes: limits.zip_part_bytes, total_bytes_left: Cell::new(limits.zip_total_bytes) })
    }

    /// Whether there is such a part.
    pub fn has(&self, name: &str) -> bool {
        self.archive.index_for_name(name).is_some()
    }

    /// Names of the parts that begin and end so, in natural order of the numbers in them.
    pub fn names(&self, prefix: &str, suffix: &str) -> Vec<String> {
        let mut names: Vec<String> = self
            .archive
            .file_names()
            .flatten()
            .filter(|name| name.starts_with(prefix) && name.ends_with(suffix))
            .map(std::borrow::Cow::into_owned)
            .collect();
        names.sort_by_key(|name| {
            let digits: String = name.chars().filter(char::is_ascii_digit).collect();
            (digits.parse::<u64>().unwrap_or(0), name.clone())
        });
        names.dedup();
        names
    }

    /// Refuses the container if its parts together state more than the limits, as readers that unpack by themselves
    /// need it. What they state may be a lie; the memory limit of the process stands behind it.
    pub fn check_stated_sizes(&mut self) -> Result<(), Unreadable> {
        let mut total = 0_u64;
        for index in 0..self.archive.len() {
            let Ok(part) = self.archive.by_index_raw(index) else { continue };
            let (packed, unpacked) = (part.compressed_size(), part.size());
            drop(part);
            self.check_part(packed, unpacked)?;
            total = total.saturating_add(unpacked);
        }
        if total > self.total_bytes_left.get() { Err(self.too_large()) } else { Ok(()) }
    }

    /// The text of an XML part, or nothing when there is no such part.
    pub fn text(&mut self, name: &str) -> Result<Option<String>, Unreadable> {
        let name = name.trim_start_matches('/');
        let mut part = match self.archive.by_name(name) {
            Ok(part) => part,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)) => return Err(Unreadable::Encrypted),
            Err(_) => return Err(damaged_part()),
        };
        let (packed, unpacked) = (part.compressed_size(), part.size());
        if unpacked > self.part_bytes || unpacked > RATIO_APPLIES_ABOVE_BYTES && unpacked / packed.max(1) > LARGEST_RATIO {
            return Err(Unreadable::TooLarge { limit: too_large_part(unpacked, packed, self.part_bytes) });
        }
        let allowed = self.part_bytes.min(self.total_bytes_left.get());
        let mut bytes = Vec::new();
        // One byte more than allowed tells a part that is larger than it states.
        part.by_ref().take(allowed + 1).read_to_end(&mut bytes).map_err(|error| match error.kind() {
            ErrorKind::OutOfMemory => Unreadable::TooLarge { limit: "unpacked, it needs more memory than a reader may have".into() },
            _ => damaged_part(),
        })?;
        drop(part);
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if length > allowed {
            return Err(self.too_large());
        }
        self.total_bytes_left.set(self.total_bytes_left.get() - length);
        Ok(Some(decode(bytes)))
    }

    fn check_part(&self, packed: u64, unpacked: u64) -> Result<(), Unreadable> {
        if unpacked > self.part_bytes || unpacked > RATIO_APPLIES_ABOVE_BYTES && unpacked / packed.max(1) > LARGEST_RATIO {
            return Err(Unreadable::TooLarge { limit: too_large_part(unpacked, packed, self.part_bytes) });
        }
        Ok(())
    }

    fn too_large(&self) -> Unreadable {
        Unreadable::TooLarge { limit: format!("its container unpacks to more than the limit of {} bytes a part", self.part_bytes) }
    }

    /// Target of the first relationship of that type (the last part of its URI), as a part name.
    pub fn related(&mut self, relationships: &str, kind: &str) -> Result<Option<String>, Unreadable> {
        let Some(text) = self.text(relationships)? else { return Ok(None) };
        let base = relationships.split_once("_rels/").map_or("", |(base, _)| base).to_owned();
        let mut reader = xml::reader(&text);
        loop {
            match reader.read_event().map_err(|_| xml::damaged())? {
                Event::Start(element) if element.local_name().as_ref() == "Relationship" => {
                    let is_wanted = xml::attribute(&element, "Type").is_some_and(|t| t.rsplit('/').next() == Some(kind));
                    if is_wanted && let Some(target) = xml::attribute(&element, "Target") {
                        return Ok(Some(match target.strip_prefix('/') {
                            Some(absolute) => absolute.to_owned(),
                            None => format!("{base}{target}"),
                        }));
                    }
                }
                Event::DocType(_) => return Err(xml::declares_entities()),
                Event::Eof => return Ok(None),
                _ => {}
            }
        }
    }

    /// The title in the container's own metadata.
    pub fn title(&mut self) -> Option<String> {
        let text = self.text("docProps/core.xml").ok().flatten()?;
        let mut reader = xml::reader(&text);
        let mut title = None::<String>;
        loop {
            match reader.read_event().ok()? {
                Event::Start(element) if element.local_name().as_ref() == "title" => title = Some(String::new()),
                Event::Text(piece) => {
                    if let Some(title) = &mut title {
                        title.push_str(&piece);
                    }
                }
                Event::GeneralRef(reference) => {
                    if let Some(title) = &mut title {
                        title.extend(xml::resolve(&reference));
                    }
                }
                Event::End(element) if element.local_name().as_ref() == "title" => return title,
                Event::Eof => return None,
                _ => {}
            }
        }
    }
}

/// Number of entries that the end-of-directory record states, read before anything is allocated for them.
fn stated_entries(bytes: &[u8]) -> Option<usize> {
    let tail_start = bytes.len().saturating_sub(66_000);
    let tail = bytes.get(tail_start..)?;
    let at = tail.windows(4).rposition(|window| window == b"PK\x05\x06")?;
    let count = tail.get(at + 10..at + 12)?;
    Some(usize::from(u16::from_le_bytes([*count.first()?, *count.get(1)?])))
}

fn too_many_entries(limits: &ExtractLimits) -> Unreadable {
    Unreadable::TooLarge { limit: format!("its container has more than {} entries", limits.zip_entries) }
}

fn too_large_part(unpacked: u64, packed: u64, limit: u64) -> String {
    format!("a part of its container unpacks from {packed} to {unpacked} bytes, the limit is {limit} and {LARGEST_RATIO} to 1")
}

fn damaged_part() -> Unreadable {
    Unreadable::Damaged { detail: "a part of its ZIP container cannot be unpacked".into() }
}

/// XML text by its byte order mark, else as UTF-8 with wrong bytes replaced.
fn decode(bytes: Vec<u8>) -> String {
    if let Some((encoding, mark_length)) = Encoding::for_bom(&bytes) {
        return encoding.decode_without_bom_handling(bytes.get(mark_length..).unwrap_or_default()).0.into_owned();
    }
    match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    }
}
