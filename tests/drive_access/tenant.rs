//! What a test of customers' Drives needs around it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use crosswalk::account::{Connection, ConnectionId, ConnectionMode, ConnectionState, CustomerId, SharedFolder};
use crosswalk::app::clock::SystemClock;
use crosswalk::drive::{DriveConnector, DriveOpener, GrantRotation, ServiceAccountKey, WireLog};
use crosswalk::evidence::Inventory;
use crosswalk::ports::{
    ConsentFailure, DocumentSource, DriveAccess, DriveGrant, ProgressSink, ReviewEvent, ReviewScope, ScopedPlace, SourceError, SourceOpener,
};
use crosswalk::settings::Settings;
use crosswalk::simulator::{Browser, Company, ConsentChoice, RunningSimulator, Simulator, SimulatorOptions};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

pub const REDIRECT: &str = "http://127.0.0.1:49152/connect/callback";
pub const OWNER: &str = "ines.brandl@tannhauer-medical.example";
pub const COLLEAGUE: &str = "noor.haddad@tannhauer-medical.example";
pub const STRANGER: &str = "tomasz.wilk@harwick-sensors.example";
/// A folder of the owner and one of the stranger.
pub const OWNERS_FOLDER: &str = "01 Quality Management";
pub const STRANGERS_FOLDER: &str = "Quality";

struct Silent;

impl ProgressSink for Silent {
    fn event(&self, _: ReviewEvent) {}
}

/// The service's side of Google, with everything switched on.
pub struct Service {
    pub google: RunningSimulator,
    pub connector: DriveConnector,
    pub opener: DriveOpener,
    /// Refresh tokens that Google replaced, by connection.
    pub rotated: Arc<Mutex<Vec<(String, String, u64)>>>,
    pub wire: Arc<Mutex<Vec<String>>>,
}

impl Service {
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    pub async fn start_with(extra: &[(&str, &str)]) -> Self {
        let options = SimulatorOptions { longest_page: 4, ..SimulatorOptions::default() };
        let google = Simulator::start(&Company::sample().unwrap(), options).await.unwrap();
        let settings = settings(&google, extra);
        let robot = || Some(ServiceAccountKey::parse(&google.service_account_json()).unwrap());
        let rotated: Arc<Mutex<Vec<(String, String, u64)>>> = Arc::default();
        let wire: Arc<Mutex<Vec<String>>> = Arc::default();
        let sink: GrantRotation = {
            let rotated = rotated.clone();
            Arc::new(move |id, number, token| rotated.lock().unwrap().push((id.to_string(), token.expose_secret().to_owned(), number)))
        };
        let log = {
            let wire = wire.clone();
            WireLog::to(move |record| wire.lock().unwrap().push(record.to_json_line()))
        };
        let connector = DriveConnector::new(&settings, robot(), Arc::new(SystemClock), log.clone(), sink.clone()).unwrap();
        let opener = DriveOpener::new(&settings, robot(), Arc::new(SystemClock), log, sink).unwrap();
        Self { google, connector, opener, rotated, wire }
    }

    /// Goes through the consent as somebody.
    pub async fn consent(&self, mode: ConnectionMode, email: &str, choice: ConsentChoice) -> Result<DriveGrant, ConsentFailure> {
        let redirect = Url::parse(REDIRECT).unwrap();
        let departure = self.connector.begin_consent(mode, &redirect, Some(email))?;
        let back = Browser::new().unwrap().decide_as(departure.url.as_str(), Some(email), choice).await.unwrap();
        let back: BTreeMap<String, String> = back.query_pairs().into_owned().collect();
        assert_eq!(back["state"], departure.state.expose_secret());
        let code = SecretString::from(back["code"].clone());
        self.connector.finish_consent(mode, &redirect, &code, &departure.verifier).await
    }

    pub async fn list(&self, connection: &Connection, grant: Option<&DriveGrant>, scope: &ReviewScope) -> Result<Inventory, SourceError> {
        let outcome = self.opener.open(connection, grant, scope)?.list(&Silent).await;
        self.assert_read_only();
        outcome
    }

    pub fn id(&self, name: &str) -> String {
        self.google.id_of(name).unwrap_or_else(|| panic!("{name} is in nobody's Drive"))
    }

    /// No write went toward a Drive, and nothing but the token and revoke endpoints was posted to.
    pub fn assert_read_only(&self) {
        assert!(self.google.recorder.writes_toward_drive().is_empty());
        for line in self.wire.lock().unwrap().iter() {
            assert!(!line.contains("POST") || line.contains("\"/token\"") || line.contains("\"/revoke\""), "{line}");
            for secret in ["sim-access", "sim-refresh", "sim-code", "example"] {
                assert!(!line.contains(secret), "{line}");
            }
        }
    }
}

pub fn settings(google: &RunningSimulator, extra: &[(&str, &str)]) -> Settings {
    let mut variables: BTreeMap<&str, String> = BTreeMap::from([
        ("GOOGLE__AUTH_URL", google.auth_url.clone()),
        ("GOOGLE__TOKEN_URL", google.token_url.clone()),
        ("GOOGLE__REVOKE_URL", google.revoke_url.clone()),
        ("GOOGLE__DRIVE_URL", google.drive_url.clone()),
        ("GOOGLE__ISSUER", google.issuer.clone()),
        ("GOOGLE__CLIENT_ID", google.web_client_id.clone()),
        ("GOOGLE__CLIENT_SECRET", google.web_client_secret.clone()),
        ("GOOGLE__API_KEY", google.api_key.clone()),
        ("GOOGLE__PROJECT_NUMBER", google.project_number.clone()),
        ("GOOGLE__ALLOW_WHOLE_DRIVE", "true".to_owned()),
        ("DRIVE__REQUESTS_PER_SECOND", "10000".to_owned()),
        ("DRIVE__MAX_ATTEMPTS", "3".to_owned()),
        ("DRIVE__BACKOFF_BASE_MS", "1".to_owned()),
        ("DRIVE__BACKOFF_CAP_MS", "2".to_owned()),
    ]);
    variables.extend(extra.iter().map(|(name, value)| (*name, (*value).to_owned())));
    let variables: Vec<(String, String)> =
        variables.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (format!("CROSSWALK_{name}"), value)).collect();
    Settings::parse(None, &variables).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

pub fn connection(mode: ConnectionMode, folders: &[(&str, &str)]) -> Connection {
    Connection {
        id: ConnectionId::of(7),
        customer: CustomerId::of(1),
        mode,
        state: ConnectionState::Active { since: Timestamp::UNIX_EPOCH },
        account: None,
        folders: folders.iter().map(|(id, name)| SharedFolder { folder_id: (*id).to_owned(), name: (*name).to_owned() }).collect(),
    }
}

pub fn places(chosen: &[(&str, &str)]) -> ReviewScope {
    ReviewScope::Places(chosen.iter().map(|(id, name)| ScopedPlace { id: (*id).to_owned(), name: (*name).to_owned() }).collect())
}

pub fn paths(inventory: &Inventory) -> Vec<String> {
    inventory.files.iter().map(|file| file.path.clone()).collect()
}

/// The ids of everything in an inventory, files and things passed over, as many times as they stand in it.
pub fn ids(inventory: &Inventory) -> Vec<String> {
    let files = inventory.files.iter().filter_map(|file| file.file_id.clone());
    files.chain(inventory.passed_over.iter().filter_map(|entry| entry.file_id.clone())).collect()
}
