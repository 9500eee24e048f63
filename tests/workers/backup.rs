//! A backup is restored: made while workers and pages write, opened elsewhere, told from one that cannot be opened, and a review runs on it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crosswalk::account::{CustomerId, ReviewId};
use crosswalk::ports::{AuditAction, AuditEntry, AuditLog, AuditVerdict, Connections, ReviewState, Reviews};
use crosswalk::report::review_json;
use crosswalk::store::{Database, KeyRing};
use sea_orm::ConnectionTrait as _;
use secrecy::SecretString;
use url::Url;

use crate::installation::{Backend, Installation, TEST_KEY};
use crate::operating::{NEW_KEY, Serving, command, run};

/// The environment of a process of that installation, on another database.
fn on(installation: &Installation, url: &str) -> Vec<(String, String)> {
    let mut environment = installation.variables();
    environment.retain(|(name, _)| name != "CROSSWALK_DATABASE__URL");
    for (name, value) in [("DATABASE__URL", url), ("WORKER__POLL_MS", "50"), ("WORKER__LEASE_MS", "2000")] {
        environment.push((format!("CROSSWALK_{name}"), value.to_owned()));
    }
    environment
}

fn worker(folder: &Path, environment: &[(String, String)]) -> Child {
    command(folder, &["work"], environment).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

fn end(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

async fn opened(url: &str, key: &str) -> Database {
    Database::open(&SecretString::from(url), 4, KeyRing::parse(&SecretString::from(key)).unwrap()).await.unwrap()
}

async fn is_done(store: &Database, customer: &CustomerId, review: &ReviewId) -> bool {
    let state = store.review(customer, review).await.unwrap().unwrap().state;
    match state {
        ReviewState::Done { .. } => true,
        ReviewState::Queued { .. } | ReviewState::Running { .. } => false,
        ReviewState::Failed { .. } | ReviewState::Cancelled { .. } => panic!("{state:?}"),
    }
}

async fn report(store: &Database, customer: &CustomerId, review: &ReviewId) -> Vec<u8> {
    review_json(&store.assessment(customer, review).await.unwrap().unwrap()).into()
}

/// One review is done, and another under way with a worker that goes on: what both have to be in the backup.
struct Scene {
    installation: Installation,
    folder: tempfile::TempDir,
    done: (CustomerId, ReviewId),
    under_way: (CustomerId, ReviewId),
    worker: Child,
}

impl Scene {
    async fn begin(backend: Backend) -> Self {
        let installation = Installation::start(backend, 6).await;
        let folder = tempfile::tempdir().unwrap();
        let environment = on(&installation, &installation.backend.url);
        let worker = worker(folder.path(), &environment);
        let done = installation.customer_with_review(1).await;
        installation.wait_until("the first review is done", async || is_done(&installation.store, &done.0, &done.1).await).await;
        installation.delay_downloads(400);
        let under_way = installation.customer_with_review(2).await;
        installation
            .wait_until("the second one has begun to read", async || {
                matches!(installation.state(&under_way.0, &under_way.1).await, ReviewState::Running { progress, .. } if progress.examined >= 1)
            })
            .await;
        Self { installation, folder, done, under_way, worker }
    }

    /// Everything is there on the restored database, and reviews run on it: the one that was under way is taken up, and a new one is done.
    async fn holds_on(self, url: &str, lines_at_least: u64) {
        let Self { installation, folder, done, under_way, worker: first } = self;
        let first_report = report(&installation.store, &done.0, &done.1).await;
        end(first);

        let restored = opened(url, TEST_KEY).await;
        assert_eq!(report(&restored, &done.0, &done.1).await, first_report);
        let connections = restored.connections(&done.0).await.unwrap();
        assert_eq!(connections.len(), 1);
        assert!(restored.grant(&done.0, &connections[0].id).await.unwrap().is_some(), "the permission opens too");
        let AuditVerdict::Whole { lines, .. } = restored.verify().await.unwrap() else { panic!("the chain is broken") };
        assert!(lines >= lines_at_least, "{lines}");

        let again = ReviewId::of(77);
        let now = Installation::now();
        restored.order_review(&done.0, &connections[0].id, &Installation::order(), &again, now).await.unwrap();
        let second = worker(folder.path(), &on(&installation, url));
        installation.wait_until("the new review is done", async || is_done(&restored, &done.0, &again).await).await;
        installation.wait_until("the other is taken up", async || is_done(&restored, &under_way.0, &under_way.1).await).await;
        end(second);
        assert_eq!(report(&restored, &done.0, &again).await, first_report, "the same documents give the same report");
        assert_eq!(installation.google.recorder.writes_toward_drive().len(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_made_while_others_write_is_restored_sqlite() {
    let scene = Scene::begin(Backend::sqlite()).await;
    let installation = &scene.installation;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("copies.db");
    // Somebody writes the whole time, beside the worker.
    let writer = {
        let store = opened(&installation.backend.url, TEST_KEY).await;
        tokio::spawn(async move {
            let entry = AuditEntry { customer: None, action: AuditAction::Connected, subject: Some("a".repeat(32)) };
            loop {
                store.append(&entry, Installation::now()).await.unwrap();
            }
        })
    };
    installation.wait_until("somebody writes", async || installation.audit_lines("connected").await.len() > 20).await;
    let written_before = installation.audit_lines("connected").await.len();
    let mut environment = installation.variables();
    environment.retain(|(name, _)| name != "CROSSWALK_SEAL__KEYS");
    let to = file.display().to_string();
    let made = run(scene.folder.path(), &["backup", "--to", &to], &environment);
    assert!(made.code == Some(0) && made.out.contains("read through and whole"), "{}{}", made.out, made.err);
    assert!(!writer.is_finished(), "who writes was not disturbed");
    writer.abort();

    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing lies beside it");
    let bytes = fs::read(&file).unwrap();
    let again = run(scene.folder.path(), &["backup", "--to", &to], &environment);
    assert!(again.code == Some(2) && again.err.contains("is there already"), "{}{}", again.out, again.err);
    assert!(fs::read(&file).unwrap() == bytes, "it was not touched");

    // Restored as the runbook says: the file takes its place in an empty data folder.
    let place = tempfile::tempdir().unwrap();
    fs::copy(&file, place.path().join("crosswalk.db")).unwrap();
    let url = format!("sqlite:{}", place.path().join("crosswalk.db").display());
    without_its_key_it_says_so(&scene.installation, &url).await;
    scene.holds_on(&url, written_before as u64).await;
}

/// Another key, and none.
async fn without_its_key_it_says_so(installation: &Installation, url: &str) {
    let folder = tempfile::tempdir().unwrap();
    let mut environment = on(installation, url);
    environment.retain(|(name, _)| name != "CROSSWALK_SEAL__KEYS");
    let keyless = run(folder.path(), &["serve"], &environment);
    assert!(keyless.code == Some(2) && keyless.err.contains("There is no key to seal with"), "{}", keyless.err);
    environment.push(("CROSSWALK_SEAL__KEYS".to_owned(), NEW_KEY.to_owned()));
    let other = run(folder.path(), &["doctor"], &environment);
    assert!(other.code == Some(2) && other.out.contains("sealed with a key that is not there"), "{}{}", other.out, other.err);
    let store = opened(url, NEW_KEY).await;
    let failure = store.connections(&CustomerId::of(1)).await.err().unwrap().to_string();
    assert!(failure.contains("another key"), "{failure}");
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_backed_up_is_said_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let environment =
        |url: &str| vec![("CROSSWALK_DATABASE__URL".to_owned(), url.to_owned()), ("CROSSWALK_DATA_DIR".to_owned(), "data".to_owned())];
    let none = run(folder.path(), &["backup", "--to", "copy.db"], &environment("sqlite:none.db"));
    assert!(none.code == Some(2) && none.err.contains("There is no database at none.db"), "{}", none.err);
    fs::write(folder.path().join("text.db"), "this is no database, but long enough to look like a file of one".repeat(100)).unwrap();
    let damaged = run(folder.path(), &["backup", "--to", "copy.db"], &environment("sqlite:text.db"));
    assert!(
        damaged.code == Some(1) && damaged.err.contains("file is not a database") && damaged.err.contains("older backup"),
        "{}",
        damaged.err
    );
    let installation = Installation::start(Backend::sqlite(), 1).await;
    let nowhere = run(folder.path(), &["backup", "--to", "no/such/folder/copy.db"], &environment(&installation.backend.url));
    assert!(nowhere.code == Some(1) && nowhere.err.contains("cannot be written"), "{}", nowhere.err);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "only the file of this test is there");
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_is_backed_up_by_the_commands_that_are_told() {
    let name = "postgres_is_backed_up_by_the_commands_that_are_told";
    let Some(backend) = Backend::postgres(name).await else { return };
    if let Some(missing) = ["pg_dump", "pg_restore"].into_iter().find(|program| Command::new(program).arg("--version").output().is_err()) {
        skipped(&format!("SKIPPED {name}: {missing} is not there"));
        return;
    }
    let scene = Scene::begin(backend).await;
    let file = scene.folder.path().join("copy.dump");
    let refused = run(scene.folder.path(), &["backup", "--to", &file.display().to_string()], &scene.installation.variables());
    assert!(refused.code == Some(2) && !file.exists(), "{}{}", refused.out, refused.err);
    let told = |program: &str| {
        let line = refused.err.lines().find(|line| line.contains(program) && line.contains('=')).unwrap();
        line.trim().to_owned()
    };
    shell(&told("pg_dump"));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);

    let mut url = Url::parse(&scene.installation.backend.url).unwrap();
    let former = url.path().trim_start_matches('/').to_owned();
    let empty = format!("{former}_restored");
    let server = sea_orm::Database::connect(&scene.installation.backend.url).await.unwrap();
    server.execute_unprepared(&format!("CREATE DATABASE {empty}")).await.unwrap();
    server.close().await.unwrap();
    url.set_path(&empty);
    shell(&told("pg_restore").replace(&format!("/{former}"), &format!("/{empty}")));
    without_its_key_it_says_so(&scene.installation, url.as_str()).await;
    scene.holds_on(url.as_str(), 1).await;
}

#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
fn skipped(line: &str) {
    println!("{line}");
}

fn shell(line: &str) {
    let ran = Command::new("sh").args(["-c", line]).output().unwrap();
    assert!(ran.status.success(), "{line}: {}", String::from_utf8_lossy(&ran.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_is_asked_for_its_health_without_another_program() {
    let installation = Installation::start(Backend::sqlite(), 1).await;
    let folder = tempfile::tempdir().unwrap();
    let mut environment = installation.variables();
    environment.push(("CROSSWALK_SERVER__LISTEN".to_owned(), "127.0.0.1:0".to_owned()));
    let serving = Serving::start(command(folder.path(), &["serve"], &environment));
    let listen = serving.url.trim_start_matches("http://").trim_end_matches('/').to_owned();
    let asked = run(folder.path(), &["healthcheck", "--listen", &listen], &[]);
    assert!(asked.code == Some(0) && asked.out == "The service is ready.\n", "{}{}", asked.out, asked.err);
    let by_settings = run(folder.path(), &["healthcheck"], &[("CROSSWALK_SERVER__LISTEN".to_owned(), listen.clone())]);
    assert_eq!(by_settings.code, Some(0), "{}", by_settings.err);
    assert_eq!(serving.terminate(), Some(0));
    let gone = run(folder.path(), &["healthcheck", "--listen", &listen], &[]);
    assert!(gone.code == Some(1) && gone.err.contains("does not answer"), "{}", gone.err);
}
