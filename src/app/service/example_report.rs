//! The example report of the public site: the sample company, reviewed by the same engine as every other. Made once, when somebody first
//! asks for it. Nothing of it touches a disk or a network.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::OnceCell;

use crate::assessment::{Chosen, Engine};
use crate::catalog::{Catalog, SafetyClass};
use crate::evidence::{FileContent, Inventory, SourceFile, SourceIdentity, SourceKind};
use crate::extract::ChildExtractor;
use crate::ports::{ByteLimit, DocumentSource, FetchError, Fetched, ProgressSink, ReviewEvent, SourceError};
use crate::report::{GapReport, PageFacts, gap_report_html, summary::Summary, summary_html};
use crate::simulator::{Company, CompanyError, RenderedFile};
use crate::web::{ExamplePages, ExampleReport};
use crate::workflow::run_review::{Interrupt, ReviewLimits, run_review};

/// Makes the example when it is first asked for, and keeps it.
pub(super) struct SampleCompanyReport {
    catalog: Arc<Catalog>,
    extractor: ChildExtractor,
    made: OnceCell<Option<Arc<ExamplePages>>>,
}

impl SampleCompanyReport {
    pub(super) fn new(catalog: Arc<Catalog>, extractor: ChildExtractor) -> Self {
        Self { catalog, extractor, made: OnceCell::new() }
    }

    async fn make(&self) -> Option<Arc<ExamplePages>> {
        let company = Company::sample().ok()?;
        let name = company.name.clone();
        // Rendering the documents is computation.
        let source = tokio::task::spawn_blocking(move || CompanyDocuments::of(&company)).await.ok()?.ok()?;
        let chosen = Chosen {
            standards: ["iec-81001-5-1-2021", "iec-62304-2006-a1-2015", "iso-14971-2019"].map(str::to_owned).to_vec(),
            profile: "clauses-4-9".to_owned(),
            safety_class: SafetyClass::B,
        };
        let engine = Arc::new(Engine::new(Arc::clone(&self.catalog), chosen).ok()?);
        let limits = ReviewLimits { file_bytes: ByteLimit(self.extractor.limits().file_bytes), parallel_files: 2 };
        let outcome = run_review(&source, &self.extractor, &engine, limits, &Unheard, &Interrupt::default()).await.ok()?;
        let facts = PageFacts {
            reviewed_on: None,
            source: Some(format!("Example: the documents of {name}")),
            incomplete_reasons: outcome.incomplete_because,
            gap_report_href: Some("/example/gap-report".to_owned()),
            summary_href: Some("/example/summary".to_owned()),
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

/// The documents of the sample company, in memory.
struct CompanyDocuments(Vec<RenderedFile>);

impl CompanyDocuments {
    fn of(company: &Company) -> Result<Self, CompanyError> {
        Ok(Self(company.render_files()?))
    }
}

impl DocumentSource for CompanyDocuments {
    fn identity(&self) -> SourceIdentity {
        SourceIdentity { kind: SourceKind::Folder, root: ".".to_owned() }
    }

    async fn list(&self, _progress: &dyn ProgressSink) -> Result<Inventory, SourceError> {
        let files = self.0.iter().map(|file| SourceFile {
            path: file.path.clone(),
            file_id: None,
            resource_key: None,
            mime: media_type(&file.path).to_owned(),
            revision: None,
            content: FileContent::Stored { size_bytes: u64::try_from(file.bytes.len()).ok(), checksum: None },
            web_link: None,
        });
        Ok(Inventory::new(self.identity(), files.collect(), Vec::new(), true))
    }

    async fn fetch(&self, file: &SourceFile, _limit: ByteLimit) -> Result<Fetched, FetchError> {
        let found = self.0.iter().find(|rendered| rendered.path == file.path);
        found
            .map(|rendered| Fetched { bytes: rendered.bytes.clone(), revision: None })
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
