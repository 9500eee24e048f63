//! The outside of the reader process: starts it, feeds it, waits for it, and turns every way it can end into a value.
//! It never reads a file itself, writes nothing to disk, and never hands a second file to a process.

use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

use crate::evidence::{FileContent, SourceFile, Unreadable};
use crate::extract::wire::{Answer, Claim, Limits, Opening, Task};
use crate::extract::{SandboxDemand, SandboxReport};
use crate::ports::{ExtractLimits, Extraction, Extractor};

// Numbers that Linux and the BSDs share.
const SIGABRT: i32 = 6;
const SIGKILL: i32 = 9;
const SIGSEGV: i32 = 11;
const SIGXCPU: i32 = 24;
const SIGSYS: i32 = 31;

/// Largest report of a probe.
const LARGEST_REPORT_BYTES: u64 = 64 * 1024;

/// Reads each file in a process of its own, which confines itself before it looks at a byte: memory, CPU time, files,
/// network, system calls. The process ends with its one file, so that no customer's file meets another's.
///
/// Invariant: whatever the bytes are, the answer is a value and the calling process goes on.
#[derive(Clone)]
pub struct ChildExtractor {
    program: PathBuf,
    arguments: Vec<String>,
    limits: ExtractLimits,
    demand: SandboxDemand,
}

impl ChildExtractor {
    /// An extractor that runs `program` with the argument `extract-child`; the program must call
    /// [`crate::extract::run_reader_process`] for it. Unless told otherwise by [`Self::with_sandbox`], it reads nothing
    /// on a machine that cannot confine it fully.
    #[must_use]
    pub fn new(program: PathBuf, limits: ExtractLimits) -> Self {
        Self { program, arguments: vec!["extract-child".into()], limits, demand: SandboxDemand::Required }
    }

    /// The same with another demand on its confinement.
    #[must_use]
    pub fn with_sandbox(self, demand: SandboxDemand) -> Self {
        Self { demand, ..self }
    }

    /// An extractor that runs this very program.
    ///
    /// # Errors
    /// When the operating system does not say where the program is.
    pub fn of_this_program(limits: ExtractLimits) -> std::io::Result<Self> {
        Ok(Self::new(std::env::current_exe()?, limits))
    }

    /// The limits in force.
    #[must_use]
    pub fn limits(&self) -> &ExtractLimits {
        &self.limits
    }

    /// Reads bytes that claim to be of that name and MIME type.
    pub async fn read_bytes(&self, name: &str, mime: &str, bytes: Vec<u8>) -> Extraction {
        let size_bytes = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if bytes.is_empty() {
            return Extraction::Unreadable(Unreadable::Empty);
        }
        if size_bytes > self.limits.file_bytes {
            let limit = format!("{size_bytes} bytes, the limit is {}", self.limits.file_bytes);
            return Extraction::Unreadable(Unreadable::TooLarge { limit });
        }
        let claim = Claim { name: name.into(), mime: mime.into() };
        let Some(header) = self.lines(Task::Read, Some(&claim)) else { return stopped("the request could not be written") };
        let largest_answer = self.largest_answer_bytes();
        match self.ask([header, bytes], largest_answer).await {
            Ok(answer) => serde_json::from_slice::<Answer>(&answer).map_or_else(|_| stopped("its answer was not understood"), Into::into),
            Err(reason) => Extraction::Unreadable(reason),
        }
    }

    /// Starts a reader process that confines itself as for a file and then tries what is forbidden, whatever the demand.
    /// A process that gives no report counts as not confined at all.
    pub async fn probe_sandbox(&self) -> SandboxReport {
        let Some(header) = self.lines(Task::Probe, None) else { return SandboxReport::of_failure("the request could not be written") };
        match self.ask([header, Vec::new()], LARGEST_REPORT_BYTES).await {
            Ok(answer) => serde_json::from_slice(&answer)
                .unwrap_or_else(|_| SandboxReport::of_failure("the report of the reader process was not understood")),
            Err(reason) => SandboxReport::of_failure(&reason.in_words()),
        }
    }

    fn lines(&self, task: Task, claim: Option<&Claim>) -> Option<Vec<u8>> {
        let opening = Opening { limits: Limits(self.limits), demand: self.demand, task };
        let mut lines = serde_json::to_vec(&opening).ok()?;
        lines.push(b'\n');
        if let Some(claim) = claim {
            lines.extend(serde_json::to_vec(claim).ok()?);
            lines.push(b'\n');
        }
        Some(lines)
    }

    async fn ask(&self, input: [Vec<u8>; 2], largest_answer: u64) -> Result<Vec<u8>, Unreadable> {
        let child = self.start().map_err(|_| broke("the reader process could not be started"))?;
        let wall_seconds = self.limits.wall_seconds;
        let conversation = self.converse(child, input, largest_answer);
        // Dropping the conversation kills the process.
        let timely = tokio::time::timeout(Duration::from_secs(wall_seconds), conversation).await;
        timely.unwrap_or(Err(Unreadable::TimedOut { limit_seconds: wall_seconds }))
    }

    fn start(&self) -> std::io::Result<Child> {
        Command::new(&self.program)
            .args(&self.arguments)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
    }

    async fn converse(&self, mut child: Child, [header, bytes]: [Vec<u8>; 2], largest_answer: u64) -> Result<Vec<u8>, Unreadable> {
        let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(broke("the reader process has no pipes"));
        };
        let feed = async move {
            // A reader that ends early closes the pipe; how it ended says why.
            if input.write_all(&header).await.is_ok() && input.write_all(&bytes).await.is_ok() {
                let _ = input.shutdown().await;
            }
        };
        let listen = async move {
            let mut answer = Vec::new();
            let outcome = output.take(largest_answer + 1).read_to_end(&mut answer).await;
            outcome.map(|_| answer)
        };
        let ((), answer) = tokio::join!(feed, listen);
        let answer = answer.map_err(|_| broke("its answer could not be read"))?;
        if u64::try_from(answer.len()).unwrap_or(u64::MAX) > largest_answer {
            return Err(Unreadable::TooLarge { limit: format!("more than {largest_answer} bytes of text and places") });
        }
        match child.wait().await {
            Ok(status) if status.success() => Ok(answer),
            Ok(status) => Err(self.ended(status)),
            Err(_) => Err(broke("its end was not reported")),
        }
    }

    /// Text escaped as JSON and the places of the blocks.
    fn largest_answer_bytes(&self) -> u64 {
        let text = u64::try_from(self.limits.text_bytes).unwrap_or(u64::MAX);
        let blocks = u64::try_from(self.limits.blocks).unwrap_or(u64::MAX);
        text.saturating_mul(3).saturating_add(blocks.saturating_mul(512)).saturating_add(64 * 1024)
    }

    fn ended(&self, status: ExitStatus) -> Unreadable {
        match signal(status) {
            Some(SIGXCPU) => Unreadable::TimedOut { limit_seconds: self.limits.cpu_seconds },
            Some(SIGABRT | SIGSEGV) => broke("it needed more memory than allowed or was nested too deep"),
            Some(SIGKILL) => broke("it was killed, as it needed more memory or time than allowed"),
            Some(SIGSYS) => broke("it asked the operating system for something that is forbidden"),
            Some(other) => broke(&format!("signal {other}")),
            None => broke(&format!("exit code {}", status.code().unwrap_or(-1))),
        }
    }
}

/// What the confinement of the reader process comes to when `program` runs it: see [`ChildExtractor::probe_sandbox`].
pub async fn probe_sandbox(program: &Path) -> SandboxReport {
    ChildExtractor::new(program.to_owned(), ExtractLimits::default()).probe_sandbox().await
}

impl Extractor for ChildExtractor {
    async fn read(&self, file: &SourceFile, bytes: Vec<u8>) -> Extraction {
        match &file.content {
            // An exported file has the name of the Google document, which says nothing about the export.
            FileContent::Exported(format) => self.read_bytes("", format.mime(), bytes).await,
            FileContent::Stored { .. } => self.read_bytes(file.name(), &file.mime, bytes).await,
        }
    }
}

#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal(_status: ExitStatus) -> Option<i32> {
    None
}

fn broke(detail: &str) -> Unreadable {
    Unreadable::ReaderStopped { detail: detail.into() }
}

fn stopped(detail: &str) -> Extraction {
    Extraction::Unreadable(broke(detail))
}
