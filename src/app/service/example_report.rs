//! The example report of the public site: the documents of a sample company, reviewed by the same engine as every other. Made once, when
//! somebody first asks for it. Nothing of it touches a disk or a network, and which company it is others say.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::OnceCell;

use crate::assessment::{Chosen, Engine};
use crate::catalog::{Catalog, SafetyClass};
use crate::evidence::{FileContent, Inventory, SourceFile, SourceIdentity, SourceKind};
use crate::extract::ChildExtractor;
use crate::ports::{ByteLimit, DocumentSource, FetchError, Fetched, ProgressSink, ReviewEvent, SourceError};
use crate::report::{GapReport, PageFacts, gap_report_html, summary::Summary, summary_html};
use crate::web::{ExamplePages, ExampleReport};
use crate::workflow::known_files::KnownFiles;
use crate::workflow::run_review::{Interrupt, ReviewLimits, run_review};

/// The documents of a sample company, in memory.
pub struct SampleDocuments {
    /// Name of the company.
    pub company: String,
    /// Path and bytes of each document.
    pub files: Vec<(String, Vec<u8>)>,
}

/// Renders the documents of the sample company; none when that fails. May take a moment.
pub type RenderSample = fn() -> Option<SampleDocuments>;

/// Makes the example when it is first asked for, and keeps it.
pub(super) struct SampleCompanyReport {
    render: RenderSample,
    catalog: Arc<Catalog>,
    extractor: ChildExtractor,
    made: OnceCell<Option<Arc<ExamplePages>>>,
}

impl SampleCompanyReport {
    pub(super) fn new(render: RenderSample, catalog: Arc<Catalog>, extractor: ChildExtractor) -> Self {
        Self { render, catalog, extractor, made: OnceCell::new() }
    }

    async fn make(&self) -> Option<Arc<ExamplePages>> {
        // Rendering the documents is computation.
        let source = tokio::task::spawn_blocking(self.render).await.ok()??;
        let chosen = Chosen {
            standards: ["iec-81001-5-1-2021", "iec-62304-2006-a1-2015", "iso-14971-2019"].map(str::to_owned).to_vec(),
            profile: "clauses-4-9".to_owned(),
            safety_class: SafetyClass::B,
        };
        let engine = Arc::new(Engine::new(Arc::clone(&self.catalog), chosen).ok()?);
        let limits = ReviewLimits { file_bytes: ByteLimit(self.extractor.limits().file_bytes), parallel_files: 2 };
        let outcome =
            run_review(&source, &self.extractor, &engine, limits, &KnownFiles::none(), &Unheard, &Interrupt::default()).await.ok()?;
        let facts = PageFacts {
            reviewed_on: None,
            source: Some(format!("Example: the documents of {}", source.company)),
            incomplete_reasons: outcome.incomplete_because,
            gap_report_href: Some("gap-report.html".to_owned()),
            summary_href: Some("summary.html".to_owned()),
        };
        Some(Arc::new(ExamplePages {
            summary: summary_html(&Summary::of(&outcome.assessment, &self.catalog), &facts),
            gap_report: gap_report_html(&GapReport::of(&outcome.assessment, &self.catalog), &facts),
        }))
    }
}

#[async_trait]
impl ExampleReport for SampleCompanyReport {
    async fn pages(&self) -> Option<Arc<ExamplePages>> {
        self.made.get_or_init(|| self.make()).await.clone()
    }
}

impl DocumentSource for SampleDocuments {
    fn identity(&self) -> SourceIdentity {
        SourceIdentity { kind: SourceKind::Folder, root: ".".to_owned() }
    }

    async fn list(&self, _progress: &dyn ProgressSink) -> Result<Inventory, SourceError> {
        let files = self.files.iter().map(|(path, bytes)| SourceFile {
            path: path.clone(),
            file_id: None,
            resource_key: None,
            mime: media_type(path).to_owned(),
            revision: None,
            content: FileContent::Stored { size_bytes: u64::try_from(bytes.len()).ok(), checksum: None },
            web_link: None,
        });
        Ok(Inventory::new(self.identity(), files.collect(), Vec::new(), true))
    }

    async fn fetch(&self, file: &SourceFile, _limit: ByteLimit) -> Result<Fetched, FetchError> {
        let found = self.files.iter().find(|(path, _)| *path == file.path);
        found
            .map(|(_, bytes)| Fetched { bytes: bytes.clone(), revision: None })
            .ok_or_else(|| FetchError::Unavailable { reason: "It is not there.".to_owned() })
    }
}

/// The formats in which the sample company writes.
fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("docx") => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Some("xlsx") => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Some("pdf") => "application/pdf",
        Some(_) | None => "application/octet-stream",
    }
}

struct Unheard;

impl ProgressSink for Unheard {
    fn event(&self, _event: ReviewEvent) {}
}
