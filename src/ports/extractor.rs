//! Reading a file's bytes as a document, under limits.

use std::future::Future;

use crate::evidence::{Document, SourceFile, Unreadable};

/// Limits for reading one file. Every reader of untrusted bytes takes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExtractLimits {
    /// Largest file, in bytes.
    pub file_bytes: u64,
    /// Most text that is kept, in bytes.
    pub text_bytes: usize,
    /// Most blocks that are kept.
    pub blocks: usize,
    /// Most pages of a PDF.
    pub pages: usize,
    /// Most entries of a ZIP container.
    pub zip_entries: usize,
    /// Largest part of a ZIP container when unpacked, in bytes.
    pub zip_part_bytes: u64,
    /// All parts of a ZIP container together when unpacked, in bytes.
    pub zip_total_bytes: u64,
    /// Deepest nesting of XML elements.
    pub xml_depth: usize,
    /// Memory of the reader process, in bytes.
    pub memory_bytes: u64,
    /// CPU time of the reader process, in seconds.
    pub cpu_seconds: u64,
    /// Time by the clock, in seconds.
    pub wall_seconds: u64,
}

impl Default for ExtractLimits {
    fn default() -> Self {
        const MIB: u64 = 1024 * 1024;
        Self {
            file_bytes: 100 * MIB,
            text_bytes: 20 * 1024 * 1024,
            blocks: 200_000,
            pages: 5_000,
            zip_entries: 10_000,
            zip_part_bytes: 200 * MIB,
            zip_total_bytes: 400 * MIB,
            xml_depth: 256,
            memory_bytes: 1024 * MIB,
            cpu_seconds: 60,
            wall_seconds: 90,
        }
    }
}

/// What reading gave. A value either way: a bad file is not an error.
#[derive(Clone, PartialEq, Eq)]
pub enum Extraction {
    /// Its text.
    Document(Document),
    /// Why there is none.
    Unreadable(Unreadable),
}

/// Reads bytes as a document.
pub trait Extractor: Send + Sync {
    /// Reads the bytes of one file. Never fails and never panics, whatever the bytes are. The file's name and MIME
    /// type say what it claims to be; a Google-native file is read as its export format.
    fn read(&self, file: &SourceFile, bytes: Vec<u8>) -> impl Future<Output = Extraction> + Send;
}
