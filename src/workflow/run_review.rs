//! One review: list, select, fetch, read, find and judge one document at a time, conclude.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use futures::StreamExt;
use sha2::{Digest, Sha256};

use crate::assessment::{Assessment, DocumentObservations, Engine};
use crate::evidence::{BlockKind, Document, FileContent, Inventory, LedgerEntry, LedgerStatus, SourceFile, TextDigest, Unreadable};
use crate::ports::{
    ByteLimit, DocumentSource, Extraction, Extractor, FetchError, Fetched, KeptExamination, ProgressSink, ReviewEvent, SourceError,
};
use crate::workflow::known_files::KnownFiles;

/// Reason of a file that a stopped review did not get to.
const STOPPED: &str = "Not examined: the review was stopped before.";

/// Most text of one document that is judged, in bytes; a thousand pages hold about 3 million.
const JUDGED_TEXT_BYTES: usize = 8 * 1024 * 1024;
/// Most headings of one document that is judged.
const JUDGED_HEADINGS: usize = 20_000;

/// How a review is to be run. None of it changes the result.
#[derive(Debug, Clone, Copy)]
pub struct ReviewLimits {
    /// Largest file that is fetched, in bytes.
    pub file_bytes: ByteLimit,
    /// Files in work at the same time.
    pub parallel_files: usize,
}

/// Lets the person at the terminal stop a review. Files not yet examined stay so, and the result says it.
#[derive(Clone, Default)]
pub struct Interrupt(Arc<InterruptState>);

#[derive(Default)]
struct InterruptState {
    is_raised: AtomicBool,
    waiting: tokio::sync::Notify,
}

impl Interrupt {
    /// Asks the review to stop.
    pub fn raise(&self) {
        self.0.is_raised.store(true, Ordering::SeqCst);
        self.0.waiting.notify_waiters();
    }

    /// Whether it was asked to stop.
    #[must_use]
    pub fn is_raised(&self) -> bool {
        self.0.is_raised.load(Ordering::SeqCst)
    }

    /// Waits until it is asked to stop.
    pub async fn raised(&self) {
        let notified = self.0.waiting.notified();
        tokio::pin!(notified);
        // Registered before the flag is read, so that a raise in between is not missed.
        notified.as_mut().enable();
        if !self.is_raised() {
            notified.await;
        }
    }
}

/// Why there is no result at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReviewError {
    /// The source could not be listed, or nobody is signed in.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// Stopped by hand before the listing was through.
    #[error("stopped by you while the files were listed; nothing was examined and no report was written")]
    Interrupted,
}

/// What became of a review.
pub struct ReviewOutcome {
    /// The result.
    pub assessment: Assessment,
    /// Why it is incomplete, in sentences; empty when complete.
    pub incomplete_because: Vec<String>,
    /// Whether it was stopped by hand.
    pub was_interrupted: bool,
    /// What ended it on the way for every file that was left, if something did (a sign-in that was revoked).
    pub stopped_by: Option<SourceError>,
    /// What may be known of its files the next time; empty where nothing is to be kept.
    pub examinations: Vec<KeptExamination>,
}

/// What became of one file.
struct Examined {
    entry: LedgerEntry,
    observations: Option<DocumentObservations>,
    /// The key under which it may be known the next time.
    key: Option<String>,
    /// Why the review is incomplete by this file.
    missing_because: Option<String>,
}

impl Examined {
    /// A file that is known from the review before.
    fn known(kept: &KeptExamination) -> Self {
        Self { entry: kept.entry.clone(), observations: Some(kept.observations.clone()), key: None, missing_because: None }
    }
}

/// Reviews a source. A file that is known from the review before is not fetched again, and counts as if it were.
///
/// # Errors
/// The source could not be listed at all, nobody is signed in, or it was stopped before the listing was through.
pub async fn run_review<S, E>(
    source: &S,
    extractor: &E,
    engine: &Arc<Engine>,
    limits: ReviewLimits,
    known: &KnownFiles,
    progress: &dyn ProgressSink,
    interrupt: &Interrupt,
) -> Result<ReviewOutcome, ReviewError>
where
    S: DocumentSource,
    E: Extractor,
{
    let inventory = tokio::select! {
        listed = source.list(progress) => listed?,
        () = interrupt.raised() => return Err(ReviewError::Interrupted),
    };
    if interrupt.is_raised() {
        return Err(ReviewError::Interrupted);
    }
    let inventory = Arc::new(inventory);
    let selection = {
        let (engine, inventory) = (Arc::clone(engine), Arc::clone(&inventory));
        computed(move || engine.select(&inventory)).await
    };
    progress.event(ReviewEvent::Listed { to_examine: inventory.files.len(), passed_over: inventory.passed_over.len() });

    let stopped: std::sync::Mutex<Option<SourceError>> = std::sync::Mutex::new(None);
    let done = AtomicUsize::new(0);
    let total = inventory.files.len();
    // By number and not by reference: only so does the compiler see that the review may run on a task of its own.
    let examining = (0..total).map(|number| {
        let file = &inventory.files[number];
        let (stopped, done) = (&stopped, &done);
        async move {
            let is_stopped = stopped.lock().is_ok_and(|s| s.is_some());
            if interrupt.is_raised() || is_stopped {
                return unexamined(file, STOPPED);
            }
            let key = known.key(file);
            let result = if let Some(kept) = known.get(key.as_deref()) {
                Ok(Examined::known(kept))
            } else {
                tokio::select! {
                    result = examine_file(source, extractor, engine, limits, file) => result,
                    () = interrupt.raised() => return unexamined(file, STOPPED),
                }
            };
            let examined = match result {
                Ok(examined) => Examined { key, ..examined },
                Err(error) => {
                    let reason = error.to_string();
                    if let Ok(mut first) = stopped.lock() {
                        first.get_or_insert(error);
                    }
                    unexamined(file, &format!("Not fetched: {reason}"))
                }
            };
            let was_read = examined.entry.status == LedgerStatus::Read;
            progress.event(ReviewEvent::Examined { done: done.fetch_add(1, Ordering::SeqCst) + 1, total, was_read });
            examined
        }
    });
    let examined: Vec<Examined> = futures::stream::iter(examining).buffered(limits.parallel_files.max(1)).collect().await;
    progress.event(ReviewEvent::Concluding);

    // A sign-in that is lost before anything was read is no review.
    let stopped_by = stopped.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(error) = &stopped_by
        && examined.iter().all(|e| e.observations.is_none())
    {
        return Err(error.clone().into());
    }
    let outcome = {
        let (engine, interrupt) = (Arc::clone(engine), interrupt.clone());
        computed(move || outcome(&engine, &inventory, selection, examined, &interrupt)).await
    };
    Ok(ReviewOutcome { stopped_by, ..outcome })
}

/// Computes on a thread of its own: what takes long there holds up nobody who waits for an answer here.
async fn computed<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(computed) => computed,
        Err(ended) => match ended.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The program is ending, and this task with it.
            Err(_) => std::future::pending().await,
        },
    }
}

/// Puts the ledger together in the order of paths and draws the conclusions.
fn outcome(
    engine: &Engine,
    inventory: &Inventory,
    selection: crate::assessment::Selection,
    examined: Vec<Examined>,
    interrupt: &Interrupt,
) -> ReviewOutcome {
    let mut incomplete_because = Vec::new();
    if !inventory.complete {
        incomplete_because.push("The listing broke off; there may be files that were not seen.".to_owned());
    }
    let missing: Vec<&String> = examined.iter().filter_map(|e| e.missing_because.as_ref()).collect();
    let was_interrupted = interrupt.is_raised() && !missing.is_empty();
    if let Some(first) = missing.first() {
        incomplete_because.push(format!("{} of {} files stayed unexamined; the first reason: {first}", missing.len(), examined.len()));
    }
    let mut ledger: BTreeMap<String, LedgerEntry> = BTreeMap::new();
    let mut observations = Vec::new();
    let mut keys = Vec::new();
    for one in examined {
        if let Some(seen) = one.observations {
            observations.push(seen);
            // What could not be read now may be readable the next time, so only what was read is kept.
            keys.push(one.key.filter(|_| one.entry.status == LedgerStatus::Read).map(|key| (key, one.entry.clone())));
        }
        ledger.insert(one.entry.path.clone(), one.entry);
    }
    for passed in &inventory.passed_over {
        let entry = LedgerEntry {
            path: passed.path.clone(),
            file_id: passed.file_id.clone(),
            mime: passed.mime.clone(),
            bytes: passed.size_bytes,
            sha256: None,
            sha256_of: None,
            revision: None,
            kind: None,
            status: LedgerStatus::PassedOver,
            reason: Some(passed.reason.clone()),
        };
        ledger.insert(entry.path.clone(), entry);
    }
    let is_complete = incomplete_because.is_empty();
    let assessment = engine.conclude(inventory.source.clone(), is_complete, ledger.into_values().collect(), selection, &observations);
    let kept = keys.into_iter().zip(observations);
    let examinations =
        kept.filter_map(|(key, observations)| key.map(|(key, entry)| KeptExamination { key, entry, observations })).collect();
    ReviewOutcome { assessment, incomplete_because, was_interrupted, stopped_by: None, examinations }
}

/// Fetches, reads and judges one file. The bytes and the document are dropped here.
async fn examine_file<S, E>(
    source: &S,
    extractor: &E,
    engine: &Arc<Engine>,
    limits: ReviewLimits,
    file: &SourceFile,
) -> Result<Examined, SourceError>
where
    S: DocumentSource,
    E: Extractor,
{
    let Fetched { bytes, revision } = match source.fetch(file, limits.file_bytes).await {
        Ok(fetched) => fetched,
        Err(FetchError::Stop(error)) => return Err(error),
        Err(FetchError::Refused { reason }) => return Ok(not_read(file, LedgerStatus::PassedOver, &reason)),
        Err(FetchError::TooLarge { limit_bytes }) => {
            let reason = Unreadable::TooLarge { limit: format!("more than {limit_bytes} bytes") }.in_words();
            return Ok(not_read(file, LedgerStatus::Unreadable, &reason));
        }
        Err(FetchError::Unavailable { reason }) => return Ok(unexamined(file, &reason)),
    };
    let size_bytes = bytes.len() as u64;
    let digest = if file.is_exported() { None } else { Some(hexadecimal(&Sha256::digest(&bytes))) };
    let mut entry = LedgerEntry {
        bytes: size_bytes,
        sha256: digest,
        revision: revision.or_else(|| file.revision.clone()),
        ..entry(file, LedgerStatus::Read, None)
    };
    let document = match extractor.read(file, bytes).await {
        Extraction::Document(document) => document,
        Extraction::Unreadable(why) => {
            entry.status = LedgerStatus::Unreadable;
            entry.reason = Some(why.in_words());
            return Ok(Examined { entry, observations: None, key: None, missing_because: None });
        }
    };
    if file.is_exported() {
        entry.sha256 = Some(hexadecimal(&Sha256::digest(text_identity(&document).as_bytes())));
        entry.sha256_of = Some(TextDigest::Text);
        // Two exports of one document may differ in size, so its size is that of its text.
        entry.bytes = text_identity(&document).len() as u64;
        // Google raises the version of its own documents on changes that nobody sees, too.
        entry.revision = None;
    }
    if let Some(why) = too_large_to_judge(&document) {
        entry.status = LedgerStatus::Unreadable;
        entry.reason = Some(why.in_words());
        return Ok(Examined { entry, observations: None, key: None, missing_because: None });
    }
    let limitations = document.limitations.join(" ");
    entry.reason = Some(limitations).filter(|text| !text.is_empty());
    // Judging is computation: on a thread of its own it holds up no other file, and a panic there ends only this one.
    let (engine, of_file) = (Arc::clone(engine), file.clone());
    let Ok(observations) = tokio::task::spawn_blocking(move || engine.examine(&of_file, &document)).await else {
        entry.status = LedgerStatus::Unreadable;
        entry.reason = Some(Unreadable::ReaderStopped { detail: "judging it failed".into() }.in_words());
        return Ok(Examined { entry, observations: None, key: None, missing_because: None });
    };
    entry.kind = Some(observations.kind.word().to_owned());
    Ok(Examined { entry, observations: Some(observations), key: None, missing_because: None })
}

/// The judge's own limits: what is beyond them would hold a review up for hours.
fn too_large_to_judge(document: &Document) -> Option<Unreadable> {
    let text_bytes: usize = document.blocks.iter().map(|b| b.text.len()).sum();
    if text_bytes > JUDGED_TEXT_BYTES {
        return Some(Unreadable::TooLarge { limit: format!("more than {JUDGED_TEXT_BYTES} bytes of text") });
    }
    let headings = document.blocks.iter().filter(|b| matches!(b.kind, BlockKind::Heading { .. })).count();
    (headings > JUDGED_HEADINGS).then(|| Unreadable::TooLarge { limit: format!("more than {JUDGED_HEADINGS} headings") })
}

fn text_identity(document: &Document) -> String {
    document.plain_text()
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // Writing to a string cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn entry(file: &SourceFile, status: LedgerStatus, reason: Option<&str>) -> LedgerEntry {
    let bytes = match &file.content {
        FileContent::Stored { size_bytes, .. } => size_bytes.unwrap_or(0),
        FileContent::Exported(_) => 0,
    };
    LedgerEntry {
        path: file.path.clone(),
        file_id: file.file_id.clone(),
        mime: file.mime.clone(),
        bytes,
        sha256: None,
        sha256_of: None,
        revision: file.revision.clone(),
        kind: None,
        status,
        reason: reason.map(str::to_owned),
    }
}

fn not_read(file: &SourceFile, status: LedgerStatus, reason: &str) -> Examined {
    Examined { entry: entry(file, status, Some(reason)), observations: None, key: None, missing_because: None }
}

/// A file that exists but was not looked at: the review is incomplete by it.
fn unexamined(file: &SourceFile, reason: &str) -> Examined {
    Examined {
        entry: entry(file, LedgerStatus::PassedOver, Some(reason)),
        observations: None,
        key: None,
        missing_because: Some(reason.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_takes_long_is_computed_elsewhere_and_a_panic_comes_back() {
        let here = std::thread::current().id();
        assert_ne!(computed(|| std::thread::current().id()).await, here);
        let broken = tokio::spawn(computed(|| panic!("broken"))).await;
        assert!(broken.is_err_and(|ended| ended.is_panic()));
    }
}
