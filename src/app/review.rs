//! Wires one review: engine, source, extractor, reports.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use crate::app::failure::{Exit, Failure};
use crate::app::write_reports::{Format, ReportSources, ready_to_write, write_reports};
use crate::assessment::{Assessment, BadChoice, Change, Chosen, ENGINE, Engine, compare};
use crate::catalog::Catalog;
use crate::extract::{ChildExtractor, SandboxDemand};
use crate::ports::{Clock, DocumentSource, ExtractLimits, ProgressSink};
use crate::report::{LedgerCounts, PageFacts, RunFacts};
use crate::workflow::known_files::KnownFiles;
use crate::workflow::run_review::{Interrupt, ReviewLimits, run_review};

/// What to review, and where the reports go.
pub struct ReviewRequest {
    /// The source as the user wrote it; stands in `run.json` and on the reports.
    pub source_as_given: String,
    /// Standards, profile and safety class.
    pub chosen: Chosen,
    /// Folder for the reports.
    pub out: PathBuf,
    /// Formats beside `review.json` and `run.json`, which are always written.
    pub formats: Vec<Format>,
    /// Limits for reading files.
    pub limits: ExtractLimits,
    /// How much confinement the reader process needs.
    pub sandbox: SandboxDemand,
    /// Whether the pages link quotes to the files in Drive; not when Google is simulated.
    pub has_links: bool,
    /// An earlier review to compare with.
    pub baseline: Option<Assessment>,
    /// Files in work at the same time; changes speed, never results.
    pub threads: usize,
}

/// A finished review.
pub struct Reviewed {
    /// The result.
    pub assessment: Assessment,
    /// What changed since the earlier review, if one was given.
    pub change: Option<Change>,
    /// Why it is incomplete; empty when complete.
    pub incomplete_because: Vec<String>,
    /// Whether it was stopped by hand.
    pub was_interrupted: bool,
    /// Reports, in the order of their names.
    pub written: Vec<PathBuf>,
}

impl Reviewed {
    /// The exit code that goes with it.
    #[must_use]
    pub fn exit(&self) -> Exit {
        if self.was_interrupted {
            Exit::Interrupted
        } else if self.assessment.complete {
            Exit::Done
        } else {
            Exit::Incomplete
        }
    }
}

/// Reviews a source and writes the reports.
///
/// # Errors
/// The source could not be listed, the choice is not known, or the reports could not be written.
pub async fn review<S: DocumentSource>(
    source: &S,
    catalog: &Arc<Catalog>,
    request: &ReviewRequest,
    progress: &dyn ProgressSink,
    interrupt: &Interrupt,
    clock: &dyn Clock,
) -> Result<Reviewed, Failure> {
    let started = clock.now();
    let engine = Arc::new(Engine::new(Arc::clone(catalog), request.chosen.clone()).map_err(|bad| bad_choice(&bad))?);
    ready_to_write(&request.out)?;
    let extractor = ChildExtractor::of_this_program(request.limits).map_err(|error| {
        Failure::new(
            Exit::Internal,
            format!("The program cannot find itself to start its reader process: {error}."),
            "Run it by its full path.",
        )
    })?;
    let extractor = extractor.with_sandbox(request.sandbox);
    let limits = ReviewLimits { file_bytes: crate::ports::ByteLimit(request.limits.file_bytes), parallel_files: request.threads.max(1) };
    let outcome = run_review(source, &extractor, &engine, limits, &KnownFiles::none(), progress, interrupt).await?;
    let finished = clock.now();
    let facts = RunFacts {
        started_at: started.to_string(),
        finished_at: finished.to_string(),
        durations_ms: BTreeMap::from([("review".to_owned(), milliseconds_between(started, finished))]),
        counts: LedgerCounts::of(&outcome.assessment.ledger),
        engine_threads: request.threads,
        versions: BTreeMap::from([("engine".to_owned(), ENGINE.to_owned()), ("catalog".to_owned(), catalog.identity.edition.clone())]),
        source: request.source_as_given.clone(),
        outputs: Vec::new(),
        incomplete_reasons: outcome.incomplete_because.clone(),
        interrupted: outcome.was_interrupted,
    };
    let page = PageFacts {
        reviewed_on: Some(started.strftime("%-d %B %Y").to_string()),
        source: Some(request.source_as_given.clone()),
        incomplete_reasons: outcome.incomplete_because.clone(),
        gap_report_href: Some("gap-report.html".to_owned()),
        summary_href: Some("summary.html".to_owned()),
    };
    let for_pages = if request.has_links { outcome.assessment.clone() } else { without_file_ids(&outcome.assessment) };
    let change = request.baseline.as_ref().map(|earlier| compare(earlier, &outcome.assessment));
    let sources = ReportSources { assessment: &outcome.assessment, for_pages: &for_pages, change: change.as_ref(), catalog, page: &page };
    let written = write_reports(&request.out, &request.formats, &sources, facts)?;
    Ok(Reviewed {
        assessment: outcome.assessment,
        change,
        incomplete_because: outcome.incomplete_because,
        was_interrupted: outcome.was_interrupted,
        written,
    })
}

/// The assessment without the ids by which pages link to Drive.
fn without_file_ids(assessment: &Assessment) -> Assessment {
    let mut plain = assessment.clone();
    for entry in &mut plain.ledger {
        entry.file_id = None;
    }
    for evidence in
        plain.findings.iter_mut().flat_map(|f| &mut f.constraints).flat_map(|c| c.evidence.iter_mut().chain(&mut c.contradicted_by))
    {
        evidence.file_id = None;
    }
    plain
}

fn milliseconds_between(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.as_millisecond().saturating_sub(from.as_millisecond())).unwrap_or(0)
}

/// Says which standard or profile is not known, and which may be meant.
#[must_use]
pub fn bad_choice(bad: &BadChoice) -> Failure {
    match bad {
        BadChoice::UnknownStandard { asked, nearest } => {
            let advice = nearest.as_ref().map_or_else(String::new, |near| format!("Did you mean {near}? "));
            Failure::new(
                Exit::Usage,
                format!("The catalog has no standard \"{asked}\"; nothing was reviewed."),
                format!("{advice}`crosswalk catalog list` shows all."),
            )
        }
        BadChoice::UnknownProfile { asked, known } => {
            let known =
                if known.is_empty() { "the chosen standards have none".to_owned() } else { format!("there are {}", known.join(", ")) };
            Failure::new(
                Exit::Usage,
                format!("There is no profile \"{asked}\"; nothing was reviewed."),
                format!("Choose another or leave --profile out: {known}."),
            )
        }
    }
}
