//! What the pages need: the catalog, facts about this installation, and the ports.

use std::sync::Arc;

use async_trait::async_trait;
use secrecy::SecretString;
use url::Url;

use crate::account::{EntitlementTerms, Price, SessionLimits};
use crate::catalog::Catalog;
use crate::ports::{Clock, DriveAccess, IdentityProvider, Payments, Store};
use crate::settings::ServerSettings;

/// The report about the sample company, made by the same engine as every other. Made when it is first asked for.
#[async_trait]
pub trait ExampleReport: Send + Sync {
    /// The summary page and the gap report page, complete HTML; none when it could not be made.
    async fn pages(&self) -> Option<Arc<ExamplePages>>;
}

/// The two pages of the example.
pub struct ExamplePages {
    /// `summary.html`.
    pub summary: String,
    /// `gap-report.html`.
    pub gap_report: String,
}

/// Facts about this installation that pages show or need.
pub struct SiteFacts {
    /// The address under which people reach it; links and redirects are built from it.
    pub public_url: Url,
    /// Settings of the server.
    pub server: ServerSettings,
    /// When this process began to serve: whoever started it vouched for what its pages say.
    pub started_at: jiff::Timestamp,
    /// Whether Google is simulated (`demo --serve`).
    pub is_simulated: bool,
    /// Origin of Google's consent page, which a form may lead to (`form-action`).
    pub consent_origin: String,
    /// The script of the Picker, its API key and the project number; none when picking is not offered.
    pub picker: Option<PickerFacts>,
    /// What becomes of detailed reports.
    pub offer: Offer,
    /// By which rules rights to them are given.
    pub covers_days: u32,
    /// Origin of the pages on which one pays, which a form may lead to; none when nothing is sold.
    pub checkout_origin: Option<String>,
    /// Whether mail is sent.
    pub has_mail: bool,
}

/// What the Picker's page needs. All of it is public by nature: the browser sees it.
pub struct PickerFacts {
    /// `google.picker_url`.
    pub script_url: Url,
    /// `google.api_key`, restricted to this site in Google's console.
    pub api_key: String,
    /// `google.project_number`.
    pub project_number: String,
}

/// Whether and for how much detailed reports are to be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offer {
    /// Not at all.
    NotOffered,
    /// For nothing.
    Free,
    /// For a price, once per review.
    Sold {
        /// The price.
        price: Price,
        /// What follows the price on pages, such as ` plus tax`; may be empty.
        note: &'static str,
    },
}

/// Everything that a page can ask.
pub struct Service {
    /// What the standards ask.
    pub catalog: Arc<Catalog>,
    /// Facts about this installation.
    pub facts: SiteFacts,
    /// What is kept.
    pub store: Arc<dyn Store>,
    /// Who vouches for identities.
    pub identity: Arc<dyn IdentityProvider>,
    /// Access to Drives.
    pub drive: Arc<dyn DriveAccess>,
    /// Takes payments; none when nothing is sold.
    pub payments: Option<Arc<dyn Payments>>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// How long sessions live.
    pub sessions: SessionLimits,
    /// A secret of this installation, the same in every process of it: names by which customers prove their folders are made with it.
    pub proof_key: SecretString,
    /// The example report.
    pub example: Arc<dyn ExampleReport>,
}

impl Service {
    /// By which rules rights to detailed reports are given.
    pub(super) fn entitlement_terms(&self) -> EntitlementTerms {
        EntitlementTerms { is_free: self.facts.offer == Offer::Free, covers_days: self.facts.covers_days }
    }
}
