//! Puts the service together: which adapter stands behind which port.

use std::sync::Arc;

use url::Url;

use crate::account::{Currency, Price, SessionLimits, WorkerId};
use crate::app::clock::SystemClock;
use crate::app::failure::{Exit, Failure};
use crate::app::machine::processors;
use crate::app::open_catalog;
use crate::app::service::check::{Role, sandbox_demand};
use crate::app::service::example_report::SampleCompanyReport;
use crate::app::service::keys::folder_proof_key;
use crate::app::service::open::{of_database, open_database, robot_key};
use crate::app::service::run::ServeOptions;
use crate::app::settings::{SetupError, extract_limits};
use crate::billing::StripePayments;
use crate::catalog::Catalog;
use crate::drive::{DriveConnector, DriveOpener, GrantRotation, WireLog};
use crate::extract::ChildExtractor;
use crate::jobs::{Duties, Worker, WorkerTerms};
use crate::mail::SmtpMailer;
use crate::ports::{ByteLimit, Clock, Connections, Mailer, Payments};
use crate::settings::{Selling, Settings, Tax, TaxBehavior};
use crate::signin::GoogleSignIn;
use crate::store::Database;
use crate::web::{Offer, PickerFacts, Service, SiteFacts};
use crate::workflow::perform_review::ReviewTools;
use crate::workflow::run_review::ReviewLimits;

/// The adapters, opened.
pub(super) struct Parts {
    pub settings: Settings,
    pub catalog: Arc<Catalog>,
    pub database: Arc<Database>,
    pub clock: Arc<dyn Clock>,
    extractor: ChildExtractor,
}

impl Parts {
    /// Opens database, keys and catalog, and brings the schema up to date.
    ///
    /// # Errors
    /// What could not be opened, and what to do.
    pub(super) async fn open(settings: Settings, role: Role) -> Result<Self, Failure> {
        let catalog = built_in_catalog()?;
        let extractor = ChildExtractor::of_this_program(extract_limits(&settings))
            .map_err(|error| {
                let happened = format!("The program cannot find itself to start its reader process: {error}.");
                Failure::new(Exit::Internal, happened, "Run it by its full path.")
            })?
            .with_sandbox(sandbox_demand(&settings, role));
        let database = open_database(&settings).await?;
        database.migrate().await.map_err(|failure| of_database(&failure, &settings))?;
        Ok(Self { settings, catalog, database: Arc::new(database), clock: Arc::new(SystemClock), extractor })
    }

    /// The pages.
    ///
    /// # Errors
    /// When secure connections cannot be set up.
    pub(super) fn service(&self, public_url: Url, options: &ServeOptions) -> Result<Arc<Service>, Failure> {
        let google = &self.settings.google;
        let identity = GoogleSignIn::new(google, Arc::clone(&self.clock))
            .map_err(|error| Failure::new(Exit::Internal, format!("Signing in cannot be set up: {error}."), "Check the google section."))?
            .ok_or_else(|| SetupError::new("google.client_id or google.client_secret is not set.", "Set both."))?;
        let connector = DriveConnector::new(
            &self.settings,
            robot_key(&self.settings)?,
            Arc::clone(&self.clock),
            WireLog::default(),
            self.keep_rotated(),
        )?;
        let picker = match (&google.api_key, &google.project_number) {
            (Some(api_key), Some(project_number)) => Some(PickerFacts {
                script_url: google.picker_url.clone(),
                api_key: secrecy::ExposeSecret::expose_secret(api_key).to_owned(),
                project_number: project_number.clone(),
            }),
            (Some(_) | None, Some(_) | None) => None,
        };
        let payments = self.payments()?;
        let billing = &self.settings.billing;
        let offer = match &billing.selling {
            Selling::NotOffered => Offer::NotOffered,
            Selling::Free => Offer::Free,
            Selling::Stripe(stripe) => Offer::Sold {
                price: Price { minor_units: stripe.offer.price_minor, currency: currency(&stripe.offer.currency)? },
                note: match stripe.offer.tax {
                    Tax::Automatic { behavior: TaxBehavior::Exclusive, .. } => " plus tax",
                    Tax::None | Tax::Automatic { behavior: TaxBehavior::Inclusive, .. } => "",
                },
            },
        };
        Ok(Arc::new(Service {
            catalog: Arc::clone(&self.catalog),
            facts: SiteFacts {
                public_url,
                server: self.settings.server.clone(),
                started_at: self.clock.now(),
                is_simulated: options.is_simulated,
                consent_origin: google.auth_url.origin().ascii_serialization(),
                picker,
                offer,
                covers_days: billing.covers_days(),
                checkout_origin: payments.as_ref().map(|payments| payments.checkout_origin()),
                has_mail: self.settings.mail.is_some(),
            },
            store: self.database.clone(),
            identity: Arc::new(identity),
            drive: Arc::new(connector),
            payments,
            clock: Arc::clone(&self.clock),
            sessions: self.session_limits(),
            proof_key: folder_proof_key(&self.settings)?,
            example: Arc::new(SampleCompanyReport::new(options.sample, Arc::clone(&self.catalog), self.extractor.clone())),
        }))
    }

    /// A worker.
    ///
    /// # Errors
    /// When secure connections cannot be set up, or the machine gives no random numbers.
    pub(super) fn worker(&self, public_url: Option<&Url>) -> Result<Arc<Worker<DriveOpener, ChildExtractor>>, Failure> {
        let opener =
            DriveOpener::new(&self.settings, robot_key(&self.settings)?, Arc::clone(&self.clock), WireLog::default(), self.keep_rotated())?;
        let threads = self.settings.engine.threads.unwrap_or_else(processors);
        let file_bytes = ByteLimit(self.extractor.limits().file_bytes);
        let id = new_worker_id()?;
        let tools = ReviewTools {
            store: self.database.clone(),
            opener: Arc::new(opener),
            extractor: Arc::new(self.extractor.clone()),
            catalog: Arc::clone(&self.catalog),
            clock: Arc::clone(&self.clock),
            limits: ReviewLimits { file_bytes, parallel_files: threads.max(1) },
            reader: self.reader_identity(&id),
        };
        let terms = WorkerTerms::of(&self.settings.worker);
        Ok(Worker::new(tools, terms, id, self.session_limits().absolute_seconds, self.duties(public_url)?))
    }

    /// What the worker does beside reviews.
    fn duties(&self, public_url: Option<&Url>) -> Result<Duties, Failure> {
        let mail = match (&self.settings.mail, public_url) {
            (Some(smtp), Some(public_url)) => {
                let mailer = SmtpMailer::new(smtp, Arc::clone(&self.clock))
                    .map_err(|error| Failure::new(Exit::Usage, format!("{error}."), "Check the smtp section."))?;
                let mailer: Arc<dyn Mailer> = Arc::new(mailer);
                Some((mailer, public_url.clone()))
            }
            // Without its address no link could be written; `check` says so.
            (Some(_), None) | (None, _) => None,
        };
        Ok(Duties { mail, payments: self.payments()? })
    }

    /// Stripe, if anything is sold.
    fn payments(&self) -> Result<Option<Arc<dyn Payments>>, Failure> {
        let Selling::Stripe(stripe) = &self.settings.billing.selling else { return Ok(None) };
        let payments = StripePayments::new(stripe).map_err(|failure| {
            Failure::new(Exit::Internal, format!("Taking payments cannot be set up: {failure}."), "Check the stripe section.")
        })?;
        Ok(Some(Arc::new(payments)))
    }

    /// This very program, by its size and the time it was written, and the limits of its reader. Another build may see something else in
    /// the same file. A program that does not find itself is like no other, so that it takes nothing over.
    fn reader_identity(&self, worker: &WorkerId) -> String {
        let program = std::env::current_exe().and_then(std::fs::metadata).and_then(|file| Ok((file.len(), file.modified()?)));
        let build = program.map_or_else(|_| format!("of {worker}"), |(size_bytes, written)| format!("{size_bytes} {written:?}"));
        format!("{build} {:?}", self.extractor.limits())
    }

    /// Stores the refresh token that Google gives in place of the old one. A review does not wait for it.
    fn keep_rotated(&self) -> GrantRotation {
        let database = Arc::clone(&self.database);
        Arc::new(move |connection, grant_number, rotated| {
            let (database, connection, rotated) = (Arc::clone(&database), connection.clone(), rotated.clone());
            tokio::spawn(async move {
                if let Err(failure) = database.rotate_grant(&connection, grant_number, &rotated).await {
                    // The old one may still work; if not, the person is asked to connect again.
                    tracing::warn!(connection = %connection, error = %failure, "the renewed grant could not be stored");
                }
            });
        })
    }

    fn session_limits(&self) -> SessionLimits {
        let server = &self.settings.server;
        let seconds = |number: u64, unit: u64| i64::try_from(number.saturating_mul(unit)).unwrap_or(i64::MAX);
        SessionLimits {
            idle_seconds: seconds(server.session_idle_minutes, 60),
            absolute_seconds: seconds(server.session_absolute_hours, 3_600),
            fresh_seconds: seconds(server.fresh_sign_in_minutes, 60),
        }
    }
}

fn currency(code: &str) -> Result<Currency, Failure> {
    // The settings take nothing else.
    Currency::parse(code)
        .ok_or_else(|| Failure::new(Exit::Usage, "billing.currency is no currency.", "Set a code of three letters, such as eur."))
}

fn built_in_catalog() -> Result<Arc<Catalog>, Failure> {
    let broken =
        || Failure::new(Exit::Internal, "The built-in catalog has mistakes.", "`crosswalk catalog check` tells them; please report this.");
    let opened = open_catalog::open(None, false).map_err(|_| broken())?;
    opened.catalog.map(Arc::new).ok_or_else(broken)
}

fn new_worker_id() -> Result<WorkerId, Failure> {
    let mut bits = [0_u8; 16];
    getrandom::fill(&mut bits)
        .map_err(|error| Failure::new(Exit::Internal, format!("This machine gives no random numbers: {error}."), "Restart the machine."))?;
    Ok(WorkerId::of(u128::from_le_bytes(bits)))
}
