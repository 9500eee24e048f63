//! An installation of the service for tests: a database of its own, a simulated Google with a small company, and customers who have
//! connected its Drive.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crosswalk::account::{
    ConnectionId, ConnectionMode, CustomerId, DecidedPlace, Decision, DecisionId, DecisionKind, DecisionText, Identity, ReviewId,
};
use crosswalk::app::clock::SystemClock;
use crosswalk::assessment::Chosen;
use crosswalk::catalog::SafetyClass;
use crosswalk::drive::{DriveConnector, WireLog};
use crosswalk::ports::DriveAccess as _;
use crosswalk::ports::{Accounts, Clock, Connections, Decisions as _, DriveGrant, Ordered, ReviewOrder, ReviewScope, ReviewState, Reviews};
use crosswalk::settings::Settings;
use crosswalk::simulator::{Browser, Company, ConsentChoice, Fault, FaultAnswer, RunningSimulator, Simulator, SimulatorOptions};
use crosswalk::store::{Database, KeyRing};
use sea_orm::{ConnectionTrait as _, DatabaseBackend, Statement};
use secrecy::SecretString;
use tempfile::TempDir;
use url::Url;

/// 32 bytes of a key that opens nothing but the databases of these tests.
pub const TEST_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// Where an installation keeps things.
pub struct Backend {
    pub url: String,
    folder: TempDir,
}

impl Backend {
    /// A SQLite file in a folder that goes with the test.
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { url: format!("sqlite:{}", folder.path().join("data/crosswalk.db").display()), folder }
    }

    /// A database of its own on the PostgreSQL server that `CROSSWALK_TEST_POSTGRES` names; none, with a line that says so, without one.
    #[expect(
        clippy::disallowed_methods,
        clippy::print_stdout,
        reason = "the server is named from outside, and a test that is skipped says so"
    )]
    pub async fn postgres(test: &str) -> Option<Self> {
        let Ok(server) = std::env::var("CROSSWALK_TEST_POSTGRES") else {
            println!("SKIPPED {test}: no PostgreSQL (CROSSWALK_TEST_POSTGRES is not set)");
            return None;
        };
        let name = format!("crosswalk_{:016x}", getrandom::u64().unwrap());
        let connection = sea_orm::Database::connect(&server).await.unwrap();
        connection.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
        connection.close().await.unwrap();
        let mut url = url::Url::parse(&server).unwrap();
        url.set_path(&name);
        Some(Self { url: url.into(), folder: tempfile::tempdir().unwrap() })
    }

    /// The folder of the SQLite file; an empty one for PostgreSQL.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Gives the PostgreSQL database another name, so that nobody finds it, and ends every connection.
    pub async fn rename(&self, suffix: &str) {
        let name = self.url.rsplit('/').next().unwrap();
        self.beside(&format!("ALTER DATABASE {name} RENAME TO {name}_{suffix}"), name).await;
    }

    /// Gives it its name back.
    pub async fn rename_back(&self, suffix: &str) {
        let name = self.url.rsplit('/').next().unwrap();
        self.beside(&format!("ALTER DATABASE {name}_{suffix} RENAME TO {name}"), &format!("{name}_{suffix}")).await;
    }

    /// A statement about this database, from another one of its server, with everybody else cut off.
    async fn beside(&self, statement: &str, name: &str) {
        let mut url = Url::parse(&self.url).unwrap();
        url.set_path("postgres");
        let connection = sea_orm::Database::connect(url.as_str()).await.unwrap();
        for _ in 0..50 {
            let cut = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
            connection.execute_unprepared(&cut).await.unwrap();
            if connection.execute_unprepared(statement).await.is_ok() {
                connection.close().await.unwrap();
                return;
            }
        }
        panic!("somebody always comes back");
    }

    /// The names of the triggers of a SQLite database.
    pub async fn triggers(&self) -> Vec<String> {
        let connection = sea_orm::Database::connect(&self.url).await.unwrap();
        let statement = Statement::from_string(DatabaseBackend::Sqlite, "SELECT name FROM sqlite_master WHERE type = 'trigger'");
        let names = connection.query_all_raw(statement).await.unwrap().iter().map(|row| row.try_get("", "name").unwrap()).collect();
        connection.close().await.unwrap();
        names
    }

    /// Ends every connection to the database, as a restart does.
    pub async fn cut_connections(&self) {
        let connection = sea_orm::Database::connect(&self.url).await.unwrap();
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
        connection.execute_unprepared(cut).await.unwrap();
        connection.close().await.unwrap();
    }

    /// Everything that the database holds, as bytes: its files, or every row of every table as text.
    pub async fn dump(&self) -> Vec<u8> {
        let mut dump = Vec::new();
        if self.url.starts_with("sqlite:") {
            for entry in std::fs::read_dir(self.folder.path().join("data")).unwrap() {
                dump.extend(std::fs::read(entry.unwrap().path()).unwrap());
            }
            return dump;
        }
        let connection = sea_orm::Database::connect(&self.url).await.unwrap();
        let rows = async |statement: String| {
            let statement = Statement::from_string(DatabaseBackend::Postgres, statement);
            connection.query_all_raw(statement).await.unwrap()
        };
        for table in rows("SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public'".to_owned()).await {
            let name: String = table.try_get("", "name").unwrap();
            for row in rows(format!("SELECT t::text AS line, t.* FROM \"{name}\" t")).await {
                let line: String = row.try_get("", "line").unwrap();
                dump.extend(line.as_bytes());
                // Bytes are shown in hexadecimal there; what would stand in clear must be found all the same.
                for part in line.split("\\x").skip(1) {
                    let digits: Vec<u8> = part.bytes().take_while(u8::is_ascii_hexdigit).collect();
                    dump.extend(digits.chunks_exact(2).filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()));
                }
            }
        }
        connection.close().await.unwrap();
        dump
    }
}

/// Random numbers that are the same each time.
pub struct Lots(u64);

impl Lots {
    pub fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `limit` (xorshift).
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// A running installation.
pub struct Installation {
    pub backend: Backend,
    pub google: RunningSimulator,
    pub store: Database,
    data: TempDir,
}

impl Installation {
    /// With a company of so many documents.
    pub async fn start(backend: Backend, documents: usize) -> Self {
        let mut company = Company::sample().unwrap();
        company.files.truncate(documents);
        Self::of_company(backend, &company).await
    }

    /// Whose database has no schema yet.
    pub async fn bare(backend: Backend) -> Self {
        Self::with_schema(backend, &Company::sample().unwrap(), false).await
    }

    /// With that company.
    pub async fn of_company(backend: Backend, company: &Company) -> Self {
        Self::with_schema(backend, company, true).await
    }

    async fn with_schema(backend: Backend, company: &Company, is_migrated: bool) -> Self {
        let google = Simulator::start(company, SimulatorOptions::default()).await.unwrap();
        let keys = KeyRing::parse(&SecretString::from(TEST_KEY)).unwrap();
        let store = Database::open(&SecretString::from(backend.url.clone()), 4, keys).await.unwrap();
        if is_migrated {
            store.migrate().await.unwrap();
        }
        Self { backend, google, store, data: tempfile::tempdir().unwrap() }
    }

    /// The environment of a process of this installation.
    pub fn variables(&self) -> Vec<(String, String)> {
        let google = &self.google;
        let data_dir = self.data.path().display().to_string();
        [
            ("DATA_DIR", data_dir.as_str()),
            ("DATABASE__URL", &self.backend.url),
            ("SEAL__KEYS", TEST_KEY),
            ("GOOGLE__ISSUER", &google.issuer),
            ("GOOGLE__AUTH_URL", &google.auth_url),
            ("GOOGLE__TOKEN_URL", &google.token_url),
            ("GOOGLE__REVOKE_URL", &google.revoke_url),
            ("GOOGLE__DRIVE_URL", &google.drive_url),
            ("GOOGLE__PICKER_URL", &google.picker_url),
            ("GOOGLE__CLIENT_ID", &google.web_client_id),
            ("GOOGLE__CLIENT_SECRET", &google.web_client_secret),
            ("GOOGLE__API_KEY", &google.api_key),
            ("GOOGLE__PROJECT_NUMBER", &google.project_number),
            ("GOOGLE__ALLOW_WHOLE_DRIVE", "true"),
        ]
        .into_iter()
        .map(|(key, value)| (format!("CROSSWALK_{key}"), value.to_owned()))
        .collect()
    }

    /// The data folder of its processes.
    pub fn data_folder(&self) -> &Path {
        self.data.path()
    }

    /// Now.
    pub fn now() -> jiff::Timestamp {
        SystemClock.now()
    }

    /// A small review of everything.
    pub fn order() -> ReviewOrder {
        ReviewOrder {
            scope: ReviewScope::Everything,
            chosen: Chosen {
                standards: vec!["iec-81001-5-1-2021".to_owned()],
                profile: "clauses-4-9".to_owned(),
                safety_class: SafetyClass::C,
            },
        }
    }

    /// Settings of a process of this installation, with tiny waits.
    pub fn settings(&self) -> Settings {
        let mut variables = self.variables();
        let more = [
            ("DRIVE__MAX_ATTEMPTS", "2"),
            ("DRIVE__BACKOFF_BASE_MS", "1"),
            ("DRIVE__BACKOFF_CAP_MS", "2"),
            ("WORKER__BACKOFF_BASE_MS", "1"),
            ("WORKER__LEASE_MS", "20000"),
            ("WORKER__SHUTDOWN_GRACE_MS", "0"),
        ];
        variables.extend(more.map(|(key, value)| (format!("CROSSWALK_{key}"), value.to_owned())));
        Settings::parse(None, &variables).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
    }

    /// A grant for the whole Drive, got as the service gets it: the company's owner agrees on the simulated page.
    pub async fn grant(&self) -> DriveGrant {
        let connector =
            DriveConnector::new(&self.settings(), None, Arc::new(SystemClock), WireLog::default(), Arc::new(|_, _, _| ())).unwrap();
        let redirect = Url::parse("http://127.0.0.1:1/connect/callback").unwrap();
        let departure = connector.begin_consent(ConnectionMode::WholeDrive, &redirect, None).unwrap();
        let back = Browser::new().unwrap().decide(departure.url.as_str(), ConsentChoice::Allow).await.unwrap();
        let code = back.query_pairs().find(|(name, _)| name == "code").map(|(_, code)| SecretString::from(code.into_owned())).unwrap();
        let granted = connector.finish_consent(ConnectionMode::WholeDrive, &redirect, &code, &departure.verifier).await;
        granted.unwrap_or_else(|failure| panic!("{failure}"))
    }

    /// A customer who has granted the whole Drive, and whose review waits.
    pub async fn customer_with_review(&self, number: u64) -> (CustomerId, ReviewId) {
        let identity = Identity { issuer: self.google.issuer.clone(), subject: format!("subject-{number}"), verified_email: None };
        let customer = self.store.customer_signed_in(&identity, &CustomerId::of(number.into()), Self::now()).await.unwrap().id;
        let grant = self.grant().await;
        let connection =
            self.store.connect(&customer, ConnectionMode::WholeDrive, &grant, &ConnectionId::of(number.into()), Self::now()).await.unwrap();
        let review = ReviewId::of(number.into());
        let ordered = self.store.order_review(&customer, &connection.id, &Self::order(), &review, Self::now()).await.unwrap();
        assert_eq!(ordered, Ordered::Queued(review.clone()));
        (customer, review)
    }

    /// Gives the customer of that number an address that Google has verified.
    pub async fn give_address(&self, number: u64, address: &str) {
        let identity =
            Identity { issuer: self.google.issuer.clone(), subject: format!("subject-{number}"), verified_email: Some(address.to_owned()) };
        let same = self.store.customer_signed_in(&identity, &CustomerId::of(u128::MAX), Self::now()).await.unwrap();
        assert!(same.id == CustomerId::of(number.into()), "found by issuer and subject");
    }

    /// Keeps a decision of a customer for this reason, with the same words as name and as owner.
    pub async fn decide(&self, customer: &CustomerId, words: &str) {
        let text = DecisionText {
            kind: DecisionKind::Assigned { owner: words.to_owned(), due_on: None },
            name: words.to_owned(),
            reason: words.to_owned(),
        };
        let place = DecidedPlace { standard: "iec-81001-5-1-2021".to_owned(), clause: "4.2".to_owned(), constraint: None };
        let connection = self.connection(customer).await;
        let decision = Decision { id: DecisionId::of(1), customer: customer.clone(), connection, place, text, at: Self::now() };
        assert!(self.store.decide(&decision).await.unwrap());
    }

    /// How many rows a table has.
    pub async fn rows(&self, table: &str) -> usize {
        self.column(&format!("SELECT '' AS value FROM {table}")).await.len()
    }

    /// What a statement gives as `value`, row for row.
    pub async fn column(&self, statement: &str) -> Vec<String> {
        let connection = sea_orm::Database::connect(&self.backend.url).await.unwrap();
        let statement = Statement::from_string(connection.get_database_backend(), statement);
        let rows = connection.query_all_raw(statement).await.unwrap();
        let values = rows.iter().map(|row| row.try_get("", "value").unwrap()).collect();
        connection.close().await.unwrap();
        values
    }

    /// The connection of a customer who has one.
    pub async fn connection(&self, customer: &CustomerId) -> ConnectionId {
        self.store.connections(customer).await.unwrap().remove(0).id
    }

    /// The state of a review.
    pub async fn state(&self, customer: &CustomerId, review: &ReviewId) -> ReviewState {
        self.store.review(customer, review).await.unwrap().unwrap().state
    }

    /// How many lines the ledger of a result has.
    pub async fn ledger_lines(&self, customer: &CustomerId, review: &ReviewId) -> usize {
        self.store.assessment(customer, review).await.unwrap().unwrap().ledger.len()
    }

    /// The subjects of all lines of the audit log with that action.
    pub async fn audit_lines(&self, action: &str) -> Vec<String> {
        self.column(&format!("SELECT subject AS value FROM audit_line WHERE action = '{action}'")).await
    }

    /// Lets every download take so long.
    pub fn delay_downloads(&self, milliseconds: u64) {
        self.google.add_fault(Fault {
            query_contains: "alt=media".to_owned(),
            ..Fault::first(u32::MAX, "/drive/v3/files/", FaultAnswer::Delay { milliseconds })
        });
    }

    /// Waits, two minutes at most.
    pub async fn wait_until(&self, what: &str, mut is_so: impl AsyncFnMut() -> bool) {
        for _ in 0..1_200 {
            if is_so().await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("waited in vain: {what}");
    }
}
