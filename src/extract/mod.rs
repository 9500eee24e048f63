//! Bytes to documents, under limits, in a child process. It owns the readers (PDF, DOCX, spreadsheets, slides, plain
//! text), the decision which of them a file needs, and the process they run in. It never writes a file, never logs
//! text or names, and never lets a bad file be more than a value.

mod assembly;
mod child;
mod docx;
mod encoding;
mod format;
mod numbering;
mod package;
mod pdf;
mod plain;
mod reader_process;
mod sandbox;
mod slides;
mod spreadsheet;
mod wire;
mod xml;

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::evidence::{BlockKind, Document, Unreadable};
use crate::extract::format::Format;
use crate::ports::{ExtractLimits, Extraction};

pub use child::{ChildExtractor, probe_sandbox};
pub use reader_process::run as run_reader_process;
pub use sandbox::{Attempt, ForbiddenAct, Guard, SandboxDemand, SandboxReport, SandboxShortfall, Standing, forbid_core_dumps};

/// Reads the bytes of one file. `name` and `mime` say what it claims to be, the bytes decide what it is.
///
/// A pure function: same arguments, same result. It runs inside the reader process; nothing but a stack overflow, an
/// abort or a limit of the operating system keeps it from returning.
#[must_use]
pub fn read(name: &str, mime: &str, bytes: &[u8], limits: &ExtractLimits) -> Extraction {
    // A reader's panic is a defect of the reader, not of the run: the file is reported as damaged.
    let outcome = catch_unwind(AssertUnwindSafe(|| read_as_found(name, mime, bytes, limits)));
    match outcome {
        Ok(Ok(document)) => Extraction::Document(document),
        Ok(Err(reason)) => Extraction::Unreadable(reason),
        Err(_) => Extraction::Unreadable(Unreadable::Damaged { detail: "the reader gave up on its structure".into() }),
    }
}

fn read_as_found(name: &str, mime: &str, bytes: &[u8], limits: &ExtractLimits) -> Result<Document, Unreadable> {
    if bytes.is_empty() {
        return Err(Unreadable::Empty);
    }
    let size_bytes = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if size_bytes > limits.file_bytes {
        return Err(Unreadable::TooLarge { limit: format!("{size_bytes} bytes, the limit is {}", limits.file_bytes) });
    }
    let document = match format::decide(name, mime, bytes, limits)? {
        Format::Pdf => pdf::read(bytes, limits),
        Format::Docx => docx::read(bytes, limits),
        Format::Workbook => spreadsheet::read(bytes, limits),
        Format::Slides => slides::read(bytes, limits),
        Format::Text => plain::read_text(&encoding::decode(bytes)?, limits),
        Format::Markdown => plain::read_markdown(&encoding::decode(bytes)?, limits),
        Format::Separated(delimiter) => plain::read_separated(&encoding::decode(bytes)?, delimiter, limits),
    }?;
    // Running heads alone are no content.
    if document.blocks.iter().all(|block| block.kind == BlockKind::PageMargin) {
        return Err(Unreadable::NoText);
    }
    Ok(document)
}
