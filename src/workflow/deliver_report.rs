//! Handing out the detailed report of a review: to whoever has a right to it, in one of its formats, with what the customer decided and
//! what changed. Without an [`Entitlement`] there is no way to a report here.

use jiff::Timestamp;
use thiserror::Error;

use crate::account::{Decision, Entitled, Entitlement, EntitlementTerms, Payment};
use crate::assessment::{Assessment, Change};
use crate::catalog::Catalog;
use crate::ports::{AuditAction, ReviewRecord, ReviewState, Store, StoreFailure};
use crate::report::{GapReport, PageFacts, gap_report_docx, gap_report_html, gap_report_json, gap_report_xlsx};
use crate::workflow::sign_in::note;
use crate::workflow::what_changed::change_since;

/// A format to download.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportFormat {
    /// One page without script or requests.
    Html,
    /// Word.
    Docx,
    /// Excel.
    Xlsx,
    /// For programs.
    Json,
}

impl ReportFormat {
    /// Every format, in the order of the page.
    pub const ALL: [Self; 4] = [Self::Docx, Self::Xlsx, Self::Html, Self::Json];

    /// The word in addresses, and the extension of the file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Json => "json",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Html => "Web page (HTML)",
            Self::Docx => "Word (DOCX)",
            Self::Xlsx => "Excel (XLSX)",
            Self::Json => "Data (JSON)",
        }
    }

    /// The media type.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Html => "text/html; charset=utf-8",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Json => "application/json",
        }
    }

    /// The format that a word names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.word() == word)
    }
}

/// Why there is no report.
#[derive(Debug, Error)]
pub enum DeliveryTrouble {
    /// Nobody has a right to it (any more).
    #[error("there is no right to this report")]
    NotEntitled,
    /// The review is not there, or has no result.
    #[error("there is no such result")]
    NoResult,
    /// What is kept.
    #[error(transparent)]
    Store(#[from] StoreFailure),
}

/// A report that is handed out, as its parts. No `Debug`: customer text.
pub struct Delivered {
    /// On what right.
    pub entitlement: Entitlement,
    /// The result that it words.
    pub assessment: Assessment,
    /// What the customer decided.
    pub decisions: Vec<Decision>,
    /// What changed since the review before, if there is one.
    pub change: Option<Change>,
    /// When the review was done.
    pub reviewed_at: Timestamp,
}

/// The right to the report of a review.
///
/// # Errors
/// See [`StoreFailure`].
pub async fn entitlement(store: &dyn Store, review: &ReviewRecord, terms: EntitlementTerms) -> Result<Option<Entitlement>, StoreFailure> {
    let payments = if terms.is_free { Vec::new() } else { store.payments(&review.customer).await? };
    Ok(right(review, &payments, terms))
}

/// The right to the report of a review, by all payments of its customer.
#[must_use]
pub fn right(review: &ReviewRecord, payments: &[Payment], terms: EntitlementTerms) -> Option<Entitlement> {
    Entitlement::of(Entitled { review: &review.id, connection: &review.connection, ordered_at: review.ordered_at }, payments, terms)
}

/// Fetches a report for whoever has a right to it.
///
/// # Errors
/// See [`DeliveryTrouble`].
pub async fn deliver(store: &dyn Store, review: &ReviewRecord, terms: EntitlementTerms) -> Result<Delivered, DeliveryTrouble> {
    let ReviewState::Done { at, .. } = review.state else { return Err(DeliveryTrouble::NoResult) };
    let entitlement = entitlement(store, review, terms).await?.ok_or(DeliveryTrouble::NotEntitled)?;
    let assessment = store.assessment(&review.customer, &review.id).await?.ok_or(DeliveryTrouble::NoResult)?;
    let decisions = store.decisions(&review.customer, &review.connection).await?;
    let change = change_since(store, review, &assessment).await?.map(|since| since.change);
    Ok(Delivered { entitlement, assessment, decisions, change, reviewed_at: at })
}

impl Delivered {
    /// The report as data, for the page.
    #[must_use]
    pub fn report(&self, catalog: &Catalog) -> GapReport {
        let report = GapReport::of(&self.assessment, catalog).with_decisions(&self.decisions, catalog);
        match &self.change {
            Some(change) => report.with_change(change, catalog),
            None => report,
        }
    }

    /// The report as a file. This is computation: not for a thread that others wait on.
    #[must_use]
    pub fn file(&self, catalog: &Catalog, format: ReportFormat) -> Vec<u8> {
        let facts = PageFacts {
            reviewed_on: Some(self.reviewed_at.strftime("%-d %B %Y").to_string()),
            source: None,
            incomplete_reasons: Vec::new(),
            gap_report_href: None,
            summary_href: None,
        };
        match format {
            ReportFormat::Html => gap_report_html(&self.report(catalog), &facts).into_bytes(),
            ReportFormat::Docx => gap_report_docx(&self.report(catalog), &facts),
            ReportFormat::Xlsx => gap_report_xlsx(&self.report(catalog), &facts),
            ReportFormat::Json => gap_report_json(&self.assessment, &self.decisions, self.change.as_ref()).into_bytes(),
        }
    }
}

/// Writes down that a report was handed out.
pub async fn note_delivery(store: &dyn Store, review: &ReviewRecord, format: Option<ReportFormat>, now: Timestamp) {
    let subject = format.map_or_else(|| review.id.to_string(), |format| format!("{} {}", review.id, format.word()));
    note(store, &review.customer, AuditAction::Downloaded, Some(&subject), now).await;
}
