//! Ctrl-C: a review that is stopped ends at once, keeps what it has, and says what it did not get to.
#![expect(clippy::unwrap_used, reason = "a test that meets what it did not expect has failed")]

use std::path::PathBuf;
use std::sync::Arc;

use crosswalk::app::embedded_catalog;
use crosswalk::assessment::{Chosen, Engine, Verdict};
use crosswalk::catalog::{self, Catalog, SafetyClass};
use crosswalk::evidence::LedgerStatus;
use crosswalk::extract::{ChildExtractor, SandboxDemand};
use crosswalk::folder::FolderSource;
use crosswalk::ports::{ByteLimit, ExtractLimits, ProgressSink, ReviewEvent};
use crosswalk::workflow::known_files::KnownFiles;
use crosswalk::workflow::run_review::{Interrupt, ReviewError, ReviewLimits, run_review};

/// Presses Ctrl-C at a certain event.
struct PressAt {
    interrupt: Interrupt,
    is_time: fn(ReviewEvent) -> bool,
}

impl ProgressSink for PressAt {
    fn event(&self, event: ReviewEvent) {
        if (self.is_time)(event) {
            self.interrupt.raise();
        }
    }
}

fn catalog() -> Catalog {
    catalog::load(&embedded_catalog::files()).0.unwrap()
}

fn folder_of(files: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for n in 0..files {
        std::fs::write(folder.path().join(format!("SOP-{n:02}.txt")), "The team reviews each change before it is released.\n").unwrap();
    }
    folder
}

async fn review(folder: &tempfile::TempDir, is_time: fn(ReviewEvent) -> bool) -> Result<crosswalk::assessment::Assessment, ReviewError> {
    let catalog = catalog();
    let chosen = Chosen { standards: vec!["iec-81001-5-1-2021".into()], profile: "all".into(), safety_class: SafetyClass::C };
    let engine = Arc::new(Engine::new(Arc::new(catalog), chosen).unwrap_or_else(|bad| panic!("{bad:?}")));
    let extractor = ChildExtractor::new(PathBuf::from(env!("CARGO_BIN_EXE_crosswalk")), ExtractLimits::default())
        .with_sandbox(SandboxDemand::BestEffort);
    let interrupt = Interrupt::default();
    let press = PressAt { interrupt: interrupt.clone(), is_time };
    let limits = ReviewLimits { file_bytes: ByteLimit(1_000_000), parallel_files: 1 };
    let outcome =
        run_review(&FolderSource::new(folder.path()), &extractor, &engine, limits, &KnownFiles::none(), &press, &interrupt).await?;
    assert!(outcome.was_interrupted);
    assert!(outcome.incomplete_because[0].contains("stayed unexamined"), "{:?}", outcome.incomplete_because);
    Ok(outcome.assessment)
}

#[tokio::test(flavor = "multi_thread")]
async fn stopped_while_listing_there_is_no_result() {
    let stopped = review(&folder_of(20), |event| matches!(event, ReviewEvent::Listing { .. })).await;
    assert_eq!(stopped.err(), Some(ReviewError::Interrupted));
}

#[tokio::test(flavor = "multi_thread")]
async fn stopped_under_way_it_keeps_what_it_has_and_names_the_rest() {
    let assessment = review(&folder_of(6), |event| matches!(event, ReviewEvent::Examined { done: 2, .. })).await.unwrap();
    assert!(!assessment.complete);
    assert_eq!(assessment.ledger.len(), 6, "every listed file has its line");
    let read = assessment.ledger.iter().filter(|l| l.status == LedgerStatus::Read).count();
    assert_eq!(read, 2);
    let rest: Vec<_> = assessment.ledger.iter().filter(|l| l.status == LedgerStatus::PassedOver).collect();
    assert!(rest.iter().all(|l| l.reason.as_deref().is_some_and(|r| r.contains("stopped"))));
    assert_eq!(assessment.findings.len(), 59, "all clauses of both routes are answered");
    assert!(assessment.findings.iter().all(|f| f.status != Verdict::NotFound), "what was not examined is no gap");
}
