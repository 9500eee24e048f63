//! `crosswalk review`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use crate::app::baseline::read_baseline;
use crate::app::clock::SystemClock;
use crate::app::credentials::open_drive;
use crate::app::failure::{Exit, Failure};
use crate::app::machine::processors;
use crate::app::review::{ReviewRequest, review};
use crate::app::settings::{extract_limits, load_settings, sandbox_demand};
use crate::app::wire_log::open_wire_log;
use crate::app::write_reports::Format;
use crate::assessment::Chosen;
use crate::catalog::SafetyClass;
use crate::cli::progress::Progress;
use crate::cli::result::print_result;
use crate::drive::DriveScope;
use crate::extract::SandboxDemand;
use crate::folder::FolderSource;
use crate::ports::DocumentSource;
use crate::workflow::run_review::Interrupt;

/// Standard that is reviewed when none is named.
const DEFAULT_STANDARD: &str = "iec-81001-5-1-2021";
/// Profile that is reviewed when none is named.
const DEFAULT_PROFILE: &str = "clauses-4-9";

/// Arguments of `crosswalk review`.
#[derive(Args)]
pub struct ReviewArgs {
    /// What to review: a folder, or drive:root, drive:all, drive:<folder or shared-drive id>
    source: String,
    /// Standard to review against; may be repeated [default: iec-81001-5-1-2021]
    #[arg(long = "standard", value_name = "ID")]
    standards: Vec<String>,
    /// Which clauses of a standard that has profiles: clauses-4-9, annex-f, or all of them [default: clauses-4-9]
    #[arg(long, value_name = "ID")]
    profile: Option<String>,
    /// Software safety class of IEC 62304
    #[arg(long, value_name = "A|B|C", default_value = "C", value_parser = parse_safety_class)]
    safety_class: SafetyClass,
    /// Your own requirements: CSV or JSONL with standard, clause, title, paraphrase, or a folder in our format
    #[arg(long, value_name = "PATH")]
    catalog: Option<PathBuf>,
    /// Judge imported rows by their own words, even where the catalog has a full entry
    #[arg(long)]
    no_alias: bool,
    /// Folder for the reports
    #[arg(long, value_name = "DIR", default_value = "./crosswalk-report")]
    out: PathBuf,
    /// Formats to write: json, html, docx, xlsx
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "json,html,docx,xlsx", value_parser = parse_format)]
    format: Vec<Format>,
    /// The review.json of an earlier review: the reports then say what changed since, and change.json is written
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Files in work at the same time; changes speed, never results
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
    /// Key file of a Google service account, for drive:… [default: the file that `GOOGLE_APPLICATION_CREDENTIALS` names, else the sign-in of `crosswalk connect`]
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
    /// Write method, path and byte counts of every request to this file, one JSON object a line
    #[arg(long, value_name = "FILE")]
    wire_log: Option<PathBuf>,
}

fn parse_safety_class(word: &str) -> Result<SafetyClass, String> {
    match word {
        "A" | "a" => Ok(SafetyClass::A),
        "B" | "b" => Ok(SafetyClass::B),
        "C" | "c" => Ok(SafetyClass::C),
        _ => Err("the classes are A, B and C".to_owned()),
    }
}

fn parse_format(word: &str) -> Result<Format, String> {
    Format::parse(word).ok_or_else(|| "the formats are json, html, docx and xlsx".to_owned())
}

/// Runs the command.
///
/// # Errors
/// What happened and what to do, with the exit code.
pub fn run(args: &ReviewArgs) -> Result<Exit, Failure> {
    let (catalog, added) = super::catalog::open(args.catalog.as_deref(), args.no_alias)?;
    let catalog = Arc::new(catalog);
    let mut standards = match (args.standards.is_empty(), added.is_empty()) {
        (false, _) => args.standards.clone(),
        (true, false) => added,
        (true, true) => vec![DEFAULT_STANDARD.to_owned()],
    };
    let mut seen = std::collections::BTreeSet::new();
    for asked in &mut standards {
        // The names that people use are accepted too; reports hold the id.
        if let Some(id) = catalog.standard_named(asked).map(|standard| standard.id.clone()) {
            *asked = id;
        }
    }
    standards.retain(|id| seen.insert(id.clone()));
    // Read before the review begins: it may be the very file that the new one takes the place of.
    let baseline = args.baseline.as_deref().map(read_baseline).transpose()?;
    let settings = load_settings()?;
    let threads = args.threads.map(usize::from).or(settings.engine.threads);
    let request = ReviewRequest {
        source_as_given: args.source.clone(),
        chosen: Chosen {
            standards,
            profile: args.profile.clone().unwrap_or_else(|| DEFAULT_PROFILE.to_owned()),
            safety_class: args.safety_class,
        },
        out: args.out.clone(),
        formats: args.format.clone(),
        limits: extract_limits(&settings),
        // Whoever uses the terminal reads documents of their own choice on a machine of their own.
        sandbox: sandbox_demand(&settings, SandboxDemand::BestEffort),
        has_links: true,
        baseline,
        threads: threads.unwrap_or_else(processors),
    };
    let scope = DriveScope::parse(&args.source)
        .transpose()
        .map_err(|detail| Failure::new(Exit::Usage, format!("{} is no Drive to review.", args.source), format!("{detail}.")))?;
    let runtime = runtime()?;
    let result = runtime.block_on(async {
        let wire_log = open_wire_log(args.wire_log.as_deref())?;
        match scope {
            Some(scope) => {
                let source = open_drive(scope, &settings, args.credentials.as_deref(), Arc::new(SystemClock), wire_log)?;
                conduct(&source, &catalog, &request).await
            }
            None => conduct(&FolderSource::new(Path::new(&args.source)).without_output(&args.out), &catalog, &request).await,
        }
    });
    // What still waits for a dead disk or a slow file after Ctrl-C must not hold up the end.
    runtime.shutdown_background();
    result
}

/// The asynchronous runtime of a command.
///
/// # Errors
/// The operating system gives no threads.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| {
        Failure::new(Exit::Internal, format!("The program could not start its threads: {error}."), "Close other programs and try again.")
    })
}

/// Reviews a source with progress and Ctrl-C, and prints the result.
pub(crate) async fn conduct<S: DocumentSource>(
    source: &S,
    catalog: &Arc<crate::catalog::Catalog>,
    request: &ReviewRequest,
) -> Result<Exit, Failure> {
    let interrupt = Interrupt::default();
    let at_terminal = interrupt.clone();
    let listener = tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            at_terminal.raise();
        }
    });
    let progress = Progress::new();
    let reviewed = review(source, catalog, request, &progress, &interrupt, &SystemClock).await;
    listener.abort();
    progress.finish();
    let reviewed = reviewed?;
    print_result(&reviewed, catalog);
    Ok(reviewed.exit())
}
