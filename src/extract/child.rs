//! The outside of the reader process: starts it, feeds it, waits for it, and turns every way it can end into a value.
//! It never reads a file itself and writes nothing to disk.

use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

use crate::evidence::{FileContent, SourceFile, Unreadable};
use crate::extract::wire::{Answer, Limits, Request};
use crate::ports::{ExtractLimits, Extraction, Extractor};

// Numbers that Linux and the BSDs share.
const SIGABRT: i32 = 6;
const SIGKILL: i32 = 9;
const SIGSEGV: i32 = 11;
const SIGXCPU: i32 = 24;

/// Reads each file in a process of its own, which limits its memory and CPU time before it looks at a byte.
///
/// Invariant: whatever the bytes are, the answer is a value and the calling process goes on.
#[derive(Clone)]
pub struct ChildExtractor {
    program: PathBuf,
    arguments: Vec<String>,
    limits: ExtractLimits,
}

impl ChildExtractor {
    /// An extractor that runs `program` with the argument `extract-child`; the program must call
    /// [`crate::extract::run_reader_process`] for it.
    #[must_use]
    pub fn new(program: PathBuf, limits: ExtractLimits) -> Self {
        Self { program, arguments: vec!["extract-child".into()], limits }
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
        let request = Request { name: name.into(), mime: mime.into(), limits: Limits(self.limits) };
        let Ok(mut header) = serde_json::to_vec(&request) else { return stopped("the request could not be written") };
        header.push(b'\n');
        let Ok(child) = self.start() else { return stopped("the reader process could not be started") };
        let wall_seconds = self.limits.wall_seconds;
        match tokio::time::timeout(Duration::from_secs(wall_seconds), self.converse(child, header, bytes)).await {
            Ok(extraction) => extraction,
            // Dropping the conversation kills the process.
            Err(_) => Extraction::Unreadable(Unreadable::TimedOut { limit_seconds: wall_seconds }),
        }
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

    async fn converse(&self, mut child: Child, header: Vec<u8>, bytes: Vec<u8>) -> Extraction {
        let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return stopped("the reader process has no pipes");
        };
        let feed = async move {
            // A reader that ends early closes the pipe; how it ended says why.
            if input.write_all(&header).await.is_ok() && input.write_all(&bytes).await.is_ok() {
                let _ = input.shutdown().await;
            }
        };
        let largest_answer = self.largest_answer_bytes();
        let listen = async move {
            let mut answer = Vec::new();
            let outcome = output.take(largest_answer + 1).read_to_end(&mut answer).await;
            outcome.map(|_| answer)
        };
        let ((), answer) = tokio::join!(feed, listen);
        let Ok(answer) = answer else { return stopped("its answer could not be read") };
        if u64::try_from(answer.len()).unwrap_or(u64::MAX) > largest_answer {
            return Extraction::Unreadable(Unreadable::TooLarge { limit: format!("more than {largest_answer} bytes of text and places") });
        }
        match child.wait().await {
            Ok(status) if status.success() => match serde_json::from_slice::<Answer>(&answer) {
                Ok(answer) => answer.into(),
                Err(_) => stopped("its answer was not understood"),
            },
            Ok(status) => self.ended(status),
            Err(_) => stopped("its end was not reported"),
        }
    }

    /// Text escaped as JSON and the places of the blocks.
    fn largest_answer_bytes(&self) -> u64 {
        let text = u64::try_from(self.limits.text_bytes).unwrap_or(u64::MAX);
        let blocks = u64::try_from(self.limits.blocks).unwrap_or(u64::MAX);
        text.saturating_mul(3).saturating_add(blocks.saturating_mul(512)).saturating_add(64 * 1024)
    }

    fn ended(&self, status: ExitStatus) -> Extraction {
        match signal(status) {
            Some(SIGXCPU) => Extraction::Unreadable(Unreadable::TimedOut { limit_seconds: self.limits.cpu_seconds }),
            Some(SIGABRT | SIGSEGV) => stopped("it needed more memory than allowed or was nested too deep"),
            Some(SIGKILL) => stopped("it was killed, as it needed more memory or time than allowed"),
            Some(other) => stopped(&format!("signal {other}")),
            None => stopped(&format!("exit code {}", status.code().unwrap_or(-1))),
        }
    }
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

fn stopped(detail: &str) -> Extraction {
    Extraction::Unreadable(Unreadable::ReaderStopped { detail: detail.into() })
}
