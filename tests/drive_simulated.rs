//! Connect, list and fetch against the simulated Google of `crosswalk demo`: the same client code as for the real one.
#![expect(clippy::unwrap_used, reason = "a test that meets what it did not expect has failed")]

use std::sync::Arc;

use crosswalk::app::clock::SystemClock;
use crosswalk::app::connect::connect;
use crosswalk::app::credentials::open_drive;
use crosswalk::drive::{DriveScope, WireLog};
use crosswalk::ports::{ByteLimit, DocumentSource, FetchError, ProgressSink, ReviewEvent, SourceError};
use crosswalk::settings::Settings;
use crosswalk::simulator::{Browser, Company, ConsentChoice, Fault, FaultAnswer, RunningSimulator, Simulator, SimulatorOptions};

struct Silent;

impl ProgressSink for Silent {
    fn event(&self, _: ReviewEvent) {}
}

async fn google() -> RunningSimulator {
    Simulator::start(&Company::sample().unwrap(), SimulatorOptions { longest_page: 4, ..SimulatorOptions::default() }).await.unwrap()
}

fn settings(google: &RunningSimulator, folder: &tempfile::TempDir) -> Settings {
    let environment = [
        ("CROSSWALK_DATA_DIR", folder.path().display().to_string()),
        ("CROSSWALK_GOOGLE__AUTH_URL", google.auth_url.clone()),
        ("CROSSWALK_GOOGLE__TOKEN_URL", google.token_url.clone()),
        ("CROSSWALK_GOOGLE__DRIVE_URL", google.drive_url.clone()),
        ("CROSSWALK_GOOGLE__INSTALLED_CLIENT_ID", google.client_id.clone()),
        ("CROSSWALK_GOOGLE__INSTALLED_CLIENT_SECRET", google.client_secret.clone()),
        ("CROSSWALK_DRIVE__REQUESTS_PER_SECOND", "10000".to_owned()),
        ("CROSSWALK_DRIVE__BACKOFF_BASE_MS", "1".to_owned()),
        ("CROSSWALK_DRIVE__BACKOFF_CAP_MS", "2".to_owned()),
    ];
    Settings::parse(None, &environment.map(|(name, value)| (name.to_owned(), value))).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

async fn consent(settings: &Settings, choice: ConsentChoice) -> Result<(), String> {
    let outcome = connect(settings, Arc::new(SystemClock), |url| {
        let url = url.to_string();
        tokio::spawn(async move { Browser::new().unwrap().consent(&url, choice).await.map(|_| ()).map_err(|error| error.to_string()) });
    });
    outcome.await.map(|_| ()).map_err(|error| error.to_string())
}

#[tokio::test]
async fn a_connected_drive_is_listed_and_fetched_by_reading_alone() {
    let google = google().await;
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(&google, &folder);
    consent(&settings, ConsentChoice::Allow).await.unwrap();
    for scope in ["drive:root", "drive:all"] {
        let scope = DriveScope::parse(scope).unwrap().unwrap();
        let source = open_drive(scope, &settings, None, Arc::new(SystemClock), WireLog::default()).unwrap();
        let inventory = source.list(&Silent).await.unwrap();
        assert!(inventory.complete);
        assert!(inventory.files.len() >= 10, "{}", inventory.files.len());
        for file in &inventory.files {
            match source.fetch(file, ByteLimit(50_000_000)).await {
                Ok(fetched) => assert!(
                    !fetched.bytes.is_empty()
                        || file.content == crosswalk::evidence::FileContent::Stored { size_bytes: Some(0), checksum: None }
                ),
                Err(error) => panic!("{}: {error}", file.path),
            }
        }
    }
    assert!(google.recorder.requests().iter().all(|request| request.user_agent.contains("gzip") || !request.path.contains("/files")));
    assert!(google.recorder.writes_toward_drive().is_empty());

    // A token that expires under way is renewed; a grant that is revoked ends the review.
    let source = open_drive(DriveScope::Root, &settings, None, Arc::new(SystemClock), WireLog::default()).unwrap();
    google.add_fault(Fault::first(
        2,
        "/drive/v3/files",
        FaultAnswer::Error { status: 503, reason: "backendError".to_owned(), retry_after: None },
    ));
    let inventory = source.list(&Silent).await.unwrap();
    google.expire_access_tokens();
    assert!(source.fetch(&inventory.files[0], ByteLimit(50_000_000)).await.is_ok());
    google.revoke_all_grants();
    let failed = source.fetch(&inventory.files[0], ByteLimit(50_000_000)).await.err().unwrap();
    assert!(matches!(failed, FetchError::Stop(SourceError::NotAuthorised { .. })), "{failed}");
}

#[tokio::test]
async fn a_refused_or_unticked_consent_stores_nothing() {
    let google = google().await;
    for (choice, word) in [(ConsentChoice::Deny, "access_denied"), (ConsentChoice::AllowWithoutDrive, "not granted")] {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(&google, &folder);
        let error = consent(&settings, choice).await.err().unwrap();
        assert!(error.contains(word), "{error}");
        assert!(open_drive(DriveScope::Root, &settings, None, Arc::new(SystemClock), WireLog::default()).is_err());
    }
}
