//! Reviews of files in memory: read once, judged by the engine of every review, concluded over any choice of them.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crosswalk::app::embedded_catalog;
use crosswalk::assessment::{Assessment, Chosen, DocumentObservations, Engine, Finding};
use crosswalk::catalog::{self, Catalog, SafetyClass};
use crosswalk::evidence::{Document, FileContent, Inventory, LedgerEntry, LedgerStatus, SourceFile, SourceIdentity, SourceKind};
use crosswalk::extract;
use crosswalk::ports::{ExtractLimits, Extraction};

/// A file that was read, or could not be.
pub struct ReadFile {
    pub file: SourceFile,
    /// Its text, or why there is none.
    pub document: Result<Arc<Document>, String>,
}

/// The built-in catalog; for catalog authors the folder that `CROSSWALK_ACCURACY_CATALOG` names instead.
pub fn built_in() -> Catalog {
    let files = match std::env::var_os("CROSSWALK_ACCURACY_CATALOG") {
        Some(folder) => {
            crosswalk::app::open_catalog::open(Some(Path::new(&folder)), false).map(|opened| opened.texts).expect("the folder can be read")
        }
        None => embedded_catalog::files(),
    };
    let (catalog, mistakes) = catalog::load(&files);
    catalog.unwrap_or_else(|| panic!("the catalog has mistakes: {mistakes:#?}"))
}

pub fn with_requirements(mut catalog: Catalog, rows: &str, no_alias: bool) -> (Catalog, Vec<String>) {
    let outcome = catalog::import(&mut catalog, "requirements.jsonl", rows, no_alias);
    assert_eq!(outcome.mistakes, [], "the requirements can be imported");
    (catalog, outcome.standards)
}

pub fn engine(catalog: Catalog, standards: Vec<String>, profile: &str, safety_class: SafetyClass) -> Engine {
    let chosen = Chosen { standards, profile: profile.into(), safety_class };
    Engine::new(Arc::new(catalog), chosen).unwrap_or_else(|bad| panic!("{bad:?}"))
}

/// All files below a folder, read.
pub fn read_folder(root: &Path) -> Vec<ReadFile> {
    let mut paths = Vec::new();
    collect(root, root, &mut paths);
    paths.sort();
    in_parallel(&paths, |path| read(path, &std::fs::read(root.join(path)).expect("the file can be read")))
}

pub fn read(path: &str, bytes: &[u8]) -> ReadFile {
    let file = SourceFile {
        path: path.to_owned(),
        file_id: None,
        resource_key: None,
        mime: String::new(),
        revision: None,
        content: FileContent::Stored { size_bytes: Some(bytes.len() as u64), checksum: None },
        web_link: None,
    };
    let document = match extract::read(file.name(), &file.mime, bytes, &ExtractLimits::default()) {
        Extraction::Document(document) => Ok(Arc::new(document)),
        Extraction::Unreadable(why) => Err(why.in_words()),
    };
    ReadFile { file, document }
}

fn collect(root: &Path, folder: &Path, paths: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the entry can be read").path();
        if path.is_dir() {
            collect(root, &path, paths);
        } else {
            paths.push(path.strip_prefix(root).expect("it lies below").to_string_lossy().into_owned());
        }
    }
}

/// The same files under other names.
pub fn renamed(files: &[ReadFile], names: &BTreeMap<String, String>) -> Vec<ReadFile> {
    files
        .iter()
        .map(|one| ReadFile {
            file: SourceFile { path: names.get(&one.file.path).unwrap_or(&one.file.path).clone(), ..one.file.clone() },
            document: one.document.clone(),
        })
        .collect()
}

/// What was observed in each file, in the order of the files.
pub fn examine(engine: &Engine, files: &[ReadFile]) -> Vec<Option<DocumentObservations>> {
    in_parallel(files, |one| one.document.as_ref().ok().map(|document| engine.examine(&one.file, document)))
}

/// The conclusion over those files of which `chosen` is true; observations that `instead` gives stand for a file's own.
pub fn conclude(
    engine: &Engine,
    files: &[ReadFile],
    observed: &[Option<DocumentObservations>],
    chosen: impl Fn(&str) -> bool,
    instead: &BTreeMap<String, DocumentObservations>,
) -> Assessment {
    let mut order: Vec<usize> = (0..files.len()).filter(|f| chosen(&files[*f].file.path)).collect();
    order.sort_by(|a, b| files[*a].file.path.cmp(&files[*b].file.path));
    let source = SourceIdentity { kind: SourceKind::Folder, root: ".".into() };
    let inventory = Inventory::new(source.clone(), order.iter().map(|f| files[*f].file.clone()).collect(), Vec::new(), true);
    let ledger = order.iter().map(|f| line(&files[*f])).collect();
    let observations: Vec<DocumentObservations> =
        order.iter().filter_map(|f| instead.get(&files[*f].file.path).or(observed[*f].as_ref()).cloned()).collect();
    engine.conclude(source, true, ledger, engine.select(&inventory), &observations)
}

fn line(one: &ReadFile) -> LedgerEntry {
    LedgerEntry {
        path: one.file.path.clone(),
        file_id: None,
        mime: one.file.mime.clone(),
        bytes: 0,
        sha256: None,
        sha256_of: None,
        revision: None,
        kind: None,
        status: if one.document.is_ok() { LedgerStatus::Read } else { LedgerStatus::Unreadable },
        reason: one.document.as_ref().err().cloned(),
    }
}

/// A finding's evidence, best first over all of its constraints.
pub fn ranked_evidence(finding: &Finding) -> Vec<(String, Option<String>, String)> {
    let mut evidence: Vec<_> = finding.constraints.iter().flat_map(|c| &c.evidence).collect();
    evidence.sort_by(|a, b| b.strength.value().total_cmp(&a.strength.value()));
    evidence.iter().map(|e| (e.path.clone(), e.locator.heading_path.last().cloned(), e.quote.clone())).collect()
}

/// Maps in order, on as many threads as the machine has.
pub fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(2, usize::from).min(8);
    let next = std::sync::atomic::AtomicUsize::new(0);
    let mut done: Vec<(usize, R)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let mut mine = Vec::new();
                    loop {
                        let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                        let Some(item) = items.get(at) else { return mine };
                        mine.push((at, work(item)));
                    }
                })
            })
            .collect();
        workers.into_iter().flat_map(|w| w.join().expect("the work ends")).collect()
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}
