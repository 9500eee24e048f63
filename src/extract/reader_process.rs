//! The inside of the reader process: confines itself, reads one file from stdin, answers on stdout, and ends. It opens no
//! file, no socket, and prints nothing but the answer.
//!
//! Invariant: a reader process reads one file of one customer and ends, so that whatever a file does to it reaches no
//! other. Nothing that a stranger wrote, not even the name of the file, is parsed before the confinement is in force.

use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::evidence::Unreadable;
use crate::extract::sandbox::{SandboxDemand, filter_calls, limit_resources, missing_features, open_nothing_more, probe, raise_walls};
use crate::extract::wire::{Answer, Claim, Opening, Task};
use crate::ports::{ExtractLimits, Extraction};

/// Stack of the reading thread. Parsers of nested formats recurse; what does not fit here ends the process, not the run.
const STACK_BYTES: usize = 128 * 1024 * 1024;
/// Longest line that is accepted.
const LONGEST_LINE_BYTES: u64 = 1024 * 1024;

/// Runs the process: one request, one answer. False if there was no proper request or nobody to answer.
#[must_use]
pub fn run() -> bool {
    // What a parser says in a panic may contain the customer's text.
    std::panic::set_hook(Box::new(|_| {}));
    serve().is_ok()
}

fn serve() -> io::Result<()> {
    let mut input = BufReader::new(io::stdin().lock());
    let opening: Opening = next_line(&mut input)?;
    match opening.task {
        Task::Read => answer(&read(input, &opening)?),
        Task::Probe => answer(&probe(&opening.limits.0)?),
    }
}

fn read(mut input: impl BufRead, opening: &Opening) -> io::Result<Answer> {
    let limits = opening.limits.0;
    // The order matters: Landlock needs a descriptor, the thread a call that the filter refuses.
    limit_resources(&limits)?;
    let walls = raise_walls();
    open_nothing_more()?;
    let reader = Reader::start(limits)?;
    let missing = missing_features(&walls.files, &filter_calls());
    match opening.demand {
        SandboxDemand::Required if !missing.is_empty() => {
            return Ok(Answer::Unreadable(Unreadable::NotConfined { missing: missing.join("; ") }));
        }
        SandboxDemand::Required | SandboxDemand::BestEffort => {}
    }
    let claim = next_line(&mut input)?;
    let mut bytes = Vec::new();
    input.take(limits.file_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(reader.read(claim, bytes).into())
}

/// The thread that reads, with room for deep recursion. It is started before the filter on system calls is in force and
/// waits for the file.
struct Reader {
    hand_over: Sender<(Claim, Vec<u8>)>,
    thread: JoinHandle<Option<Extraction>>,
}

impl Reader {
    /// Returns when the thread runs and needs nothing more of the system.
    fn start(limits: ExtractLimits) -> io::Result<Self> {
        let (hand_over, take) = channel::<(Claim, Vec<u8>)>();
        let (tell, hear) = channel();
        let thread = thread::Builder::new().stack_size(STACK_BYTES).spawn(move || {
            tell.send(()).ok()?;
            let (claim, bytes) = take.recv().ok()?;
            Some(super::read(&claim.name, &claim.mime, &bytes, &limits))
        })?;
        hear.recv().map_err(io::Error::other)?;
        Ok(Self { hand_over, thread })
    }

    fn read(self, claim: Claim, bytes: Vec<u8>) -> Extraction {
        // A thread that is gone says so when it is joined.
        let _ = self.hand_over.send((claim, bytes));
        let gave_up = || Extraction::Unreadable(Unreadable::Damaged { detail: "the reader gave up on its structure".into() });
        self.thread.join().ok().flatten().unwrap_or_else(gave_up)
    }
}

fn next_line<T: DeserializeOwned>(input: &mut impl BufRead) -> io::Result<T> {
    let mut line = Vec::new();
    input.by_ref().take(LONGEST_LINE_BYTES).read_until(b'\n', &mut line)?;
    Ok(serde_json::from_slice(&line)?)
}

fn answer(answer: &impl Serialize) -> io::Result<()> {
    let mut output = BufWriter::new(io::stdout().lock());
    serde_json::to_writer(&mut output, answer)?;
    output.flush()
}
