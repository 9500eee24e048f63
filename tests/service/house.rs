//! The whole service on loopback: real router, real SQLite, real adapters, the simulated Google, and a clock that tests set.

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex, OnceLock};

use async_trait::async_trait;
use crosswalk::account::{Currency, Price, SessionLimits};
use crosswalk::app::open_catalog;
use crosswalk::assessment::Assessment;
use crosswalk::billing::StripePayments;
use crosswalk::catalog::Catalog;
use crosswalk::drive::{DriveConnector, ServiceAccountKey, WireLog};
use crosswalk::ports::{Clock, Payments};
use crosswalk::settings::{Selling, Settings};
use crosswalk::signin::GoogleSignIn;
use crosswalk::simulator::{
    Company, RunningSimulator, RunningStripe, SimulatedStripe, SimulatedTime, Simulator, SimulatorOptions, StripeOptions,
};
use crosswalk::store::{Database, KeyRing};
use crosswalk::web::{ExamplePages, ExampleReport, Offer, PickerFacts, Service, SiteFacts, serve};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use url::Url;

use crate::secrets::capture;

/// A clock that goes only when it is told to. The simulated Google goes by it too.
pub struct SetClock(Mutex<Timestamp>);

impl SetClock {
    fn at_noon() -> Self {
        Self(Mutex::new("2026-11-22T12:00:00Z".parse().unwrap()))
    }

    pub fn forward(&self, by: SignedDuration) {
        let mut now = self.0.lock().unwrap();
        *now = now.checked_add(by).unwrap();
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

struct NoExample;

#[async_trait]
impl ExampleReport for NoExample {
    async fn pages(&self) -> Option<Arc<ExamplePages>> {
        None
    }
}

/// What a report costs here.
pub fn price() -> Price {
    Price { minor_units: 14_900, currency: Currency::parse("eur").unwrap() }
}

/// A running service with its simulated Google.
pub struct House {
    pub google: RunningSimulator,
    pub stripe: RunningStripe,
    pub root: Url,
    pub store: Arc<Database>,
    pub clock: Arc<SetClock>,
    pub service: Arc<Service>,
    pub folder: TempDir,
    key: SecretString,
    stop: Option<oneshot::Sender<()>>,
    serving: Option<JoinHandle<std::io::Result<()>>>,
}

/// What differs between tests.
pub struct Plan {
    pub sign_in_per_minute: u64,
    pub requests_per_minute: u64,
    pub trusted_proxies: u64,
    pub drive_answers: bool,
    pub covers_days: u32,
}

impl Default for Plan {
    fn default() -> Self {
        Self { sign_in_per_minute: 10_000, requests_per_minute: 100_000, trusted_proxies: 0, drive_answers: true, covers_days: 0 }
    }
}

pub fn catalog() -> Arc<Catalog> {
    static CATALOG: OnceLock<Arc<Catalog>> = OnceLock::new();
    CATALOG.get_or_init(|| Arc::new(open_catalog::open(None, false).unwrap().catalog.unwrap())).clone()
}

impl House {
    pub async fn open() -> Self {
        Self::planned(Plan::default()).await
    }

    pub async fn planned(plan: Plan) -> Self {
        // Before anything is logged: a span that began unheard stays unheard.
        capture();
        let clock = Arc::new(SetClock::at_noon());
        let options = SimulatorOptions { clock: SimulatedTime(Some(clock.clone())), ..SimulatorOptions::default() };
        let google = Simulator::start(&Company::sample().unwrap(), options).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let key = KeyRing::fresh_key().unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let root: Url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let store = open_store(folder.path(), &key).await;
        let webhook_url = Some(root.join("webhooks/stripe").unwrap().to_string());
        let stripe = SimulatedStripe::start(StripeOptions { clock: clock.clone(), webhook_url }).await.unwrap();
        let service = Arc::new(service((&google, &stripe), &root, &store, &clock, &plan));
        let mut house = Self { google, stripe, root, store, clock, service, folder, key, stop: None, serving: None };
        house.serve(listener);
        house
    }

    fn serve(&mut self, listener: TcpListener) {
        let (stop, stopped) = oneshot::channel();
        let serving = serve(self.service.clone(), listener, async move {
            // A dropped sender stops it too.
            let _ = stopped.await;
        });
        self.serving = Some(tokio::spawn(serving));
        self.stop = Some(stop);
    }

    /// Stops the server and the database, and starts both anew on the same files and the same address.
    pub async fn restart(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
        self.serving.take().unwrap().await.unwrap().unwrap();
        self.store.close().await.unwrap();
        self.store = open_store(self.folder.path(), &self.key).await;
        self.service = Arc::new(service((&self.google, &self.stripe), &self.root, &self.store, &self.clock, &Plan::default()));
        let listener = TcpListener::bind(("127.0.0.1", self.root.port().unwrap())).await.unwrap();
        self.serve(listener);
    }
}

async fn open_store(folder: &Path, key: &SecretString) -> Arc<Database> {
    let url = SecretString::from(format!("sqlite:{}", folder.join("crosswalk.db").display()));
    let database = Database::open(&url, 5, KeyRing::parse(key).unwrap()).await.unwrap();
    database.migrate().await.unwrap();
    Arc::new(database)
}

fn service(
    (google, stripe): (&RunningSimulator, &RunningStripe),
    root: &Url,
    store: &Arc<Database>,
    clock: &Arc<SetClock>,
    plan: &Plan,
) -> Service {
    let drive_url = if plan.drive_answers { google.drive_url.as_str() } else { "http://127.0.0.1:1/drive/v3" };
    let text = format!(
        "[google]\nauth_url = \"{}\"\ntoken_url = \"{}\"\nrevoke_url = \"{}\"\nissuer = \"{}\"\ndrive_url = \"{drive_url}\"\nclient_id = \"{}\"\n\
         client_secret = \"{}\"\npicker_url = \"{}\"\napi_key = \"{}\"\nproject_number = \"{}\"\nallow_whole_drive = true\n\
         [drive]\nmax_attempts = 1\n[server]\nsign_in_per_minute = {}\nrequests_per_minute = {}\ntrusted_proxies = {}\noperator = \"Test\"\n\
         [stripe]\napi_url = \"{}\"\nsecret_key = \"{}\"\nwebhook_secret = \"{}\"\n[billing]\nprice_minor = 14900\ncurrency = \"eur\"\n",
        google.auth_url,
        google.token_url,
        google.revoke_url,
        google.issuer,
        google.web_client_id,
        google.web_client_secret,
        google.picker_url,
        google.api_key,
        google.project_number,
        plan.sign_in_per_minute,
        plan.requests_per_minute,
        plan.trusted_proxies,
        stripe.api_url,
        stripe.secret_key,
        stripe.webhook_secret,
    );
    let given = Settings::parse(Some(&text), &[]).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    let reader = ServiceAccountKey::parse(&google.service_account_json()).unwrap();
    let drive = DriveConnector::new(&given, Some(reader), clock.clone(), WireLog::default(), Arc::new(|_, _, _| ())).unwrap();
    let Selling::Stripe(selling) = &given.billing.selling else { panic!("nothing is sold") };
    let payments: Arc<dyn Payments> = Arc::new(StripePayments::new(selling).unwrap());
    let picker = PickerFacts {
        script_url: given.google.picker_url.clone(),
        api_key: given.google.api_key.as_ref().unwrap().expose_secret().to_owned(),
        project_number: given.google.project_number.clone().unwrap(),
    };
    Service {
        catalog: catalog(),
        facts: SiteFacts {
            public_url: root.clone(),
            server: given.server.clone(),
            started_at: jiff::Timestamp::UNIX_EPOCH,
            is_simulated: true,
            consent_origin: given.google.auth_url.origin().ascii_serialization(),
            picker: Some(picker),
            offer: Offer::Sold { price: price(), note: "" },
            covers_days: plan.covers_days,
            checkout_origin: Some(payments.checkout_origin()),
            has_mail: true,
        },
        store: store.clone(),
        identity: Arc::new(GoogleSignIn::new(&given.google, clock.clone()).unwrap().unwrap()),
        drive: Arc::new(drive),
        payments: Some(payments),
        clock: clock.clone(),
        sessions: SessionLimits { idle_seconds: 7_200, absolute_seconds: 259_200, fresh_seconds: 600 },
        proof_key: SecretString::from("a key of this test"),
        example: Arc::new(NoExample),
    }
}

/// The assessment of a small folder with hostile file names, made by the program itself.
pub fn assessment() -> Assessment {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let documents = folder.path().join("QMS");
        std::fs::create_dir(&documents).unwrap();
        for (name, content) in [
            (
                HOSTILE_FILE,
                "# Security risk management\n\nEach threat shall be scored with CVSS and recorded in the threat register before release.\n",
            ),
            ("SOUP list.csv", "Name;Version;Manufacturer;Known anomalies\nzlib;1.3.1;zlib.net;reviewed 2026-03-01\n"),
            ("broken.pdf", "%PDF-1.7 and nothing more"),
        ] {
            std::fs::write(documents.join(name), content).unwrap();
        }
        let out = folder.path().join("out");
        let ran = Command::new(env!("CARGO_BIN_EXE_crosswalk"))
            .args(["review", "QMS", "--out", "out", "--threads", "2"])
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        std::fs::read_to_string(out.join("review.json")).unwrap()
    });
    serde_json::from_str(text).unwrap()
}

/// A file name that would act if any page showed it as it is.
pub const HOSTILE_FILE: &str = "<img src=x onerror=alert(1)> \"quoted\".md";
