//! The inside of the reader process: limits itself, reads one request from stdin, answers on stdout. It opens no file,
//! no socket, and prints nothing but the answer.

use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::thread;

use rlimit::Resource;

use crate::evidence::Unreadable;
use crate::extract::wire::{Answer, Request};
use crate::ports::{ExtractLimits, Extraction};

/// Stack of the reading thread. Parsers of nested formats recurse; what does not fit here ends the process, not the run.
const STACK_BYTES: usize = 128 * 1024 * 1024;
/// Longest header line that is accepted.
const LONGEST_HEADER_BYTES: u64 = 1024 * 1024;
/// Stdin, stdout, stderr and some slack; the reader opens nothing.
const OPEN_FILES: u64 = 16;

/// Runs the process: one request, one answer. False if there was no proper request or nobody to answer.
#[must_use]
pub fn run() -> bool {
    // What a parser says in a panic may contain the customer's text.
    std::panic::set_hook(Box::new(|_| {}));
    serve().is_ok()
}

fn serve() -> io::Result<()> {
    let mut input = BufReader::new(io::stdin().lock());
    let mut header = Vec::new();
    input.by_ref().take(LONGEST_HEADER_BYTES).read_until(b'\n', &mut header)?;
    let request: Request = serde_json::from_slice(&header)?;
    let limits = request.limits.0;
    // Before a single byte of the file is looked at.
    restrict(&limits)?;
    let mut bytes = Vec::new();
    input.take(limits.file_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    let reading =
        thread::Builder::new().stack_size(STACK_BYTES).spawn(move || super::read(&request.name, &request.mime, &bytes, &limits))?;
    let extraction = reading
        .join()
        .unwrap_or_else(|_| Extraction::Unreadable(Unreadable::Damaged { detail: "the reader gave up on its structure".into() }));
    let mut output = BufWriter::new(io::stdout().lock());
    serde_json::to_writer(&mut output, &Answer::from(extraction))?;
    output.flush()
}

fn restrict(limits: &ExtractLimits) -> io::Result<()> {
    lower(Resource::CORE, 0)?;
    lower(Resource::NOFILE, OPEN_FILES)?;
    lower(Resource::CPU, limits.cpu_seconds)?;
    lower(Resource::AS, limits.memory_bytes)
}

/// Sets a limit, or keeps a lower one that is in force.
fn lower(resource: Resource, value: u64) -> io::Result<()> {
    let (soft, hard) = resource.get()?;
    resource.set(value.min(soft), value.min(hard))
}
