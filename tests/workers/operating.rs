//! What an operator does: starts the service with something missing, checks it, migrates, changes keys, checks the audit log, stops it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crosswalk::ports::{Accounts, AuditAction, AuditEntry, AuditLog, ReviewState};
use sea_orm::ConnectionTrait as _;
use seccompiler::{SeccompAction, SeccompFilter};

use crate::installation::{Backend, Installation, TEST_KEY};

/// Another key of 32 bytes.
pub const NEW_KEY: &str = "Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA=";

pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// The program with these arguments in `folder`, in this environment and no other.
pub fn command(folder: &Path, arguments: &[&str], environment: &[(String, String)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_crosswalk"));
    command.args(arguments).current_dir(folder).env_clear().envs(environment.iter().cloned()).stdin(Stdio::null());
    command
}

pub fn run(folder: &Path, arguments: &[&str], environment: &[(String, String)]) -> Ran {
    let output = command(folder, arguments, environment).output().unwrap();
    Ran {
        code: output.status.code(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn own(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn a_service_without_secrets_does_not_start_and_says_all_that_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let environment = own(&[("CROSSWALK_DATA_DIR", "data"), ("CROSSWALK_SERVER__LISTEN", "0.0.0.0:0")]);
    for arguments in [&["serve"][..], &["doctor"][..]] {
        let ran = run(folder.path(), arguments, &environment);
        assert_eq!(ran.code, Some(2), "{}", ran.err);
        let told = format!("{}{}", ran.out, ran.err);
        for part in ["keys:", "doctor --new-key", "Google client:", "connection modes:", "server.public_url"] {
            assert!(told.contains(part), "{arguments:?} does not tell of {part}: {told}");
        }
    }
    assert!(!folder.path().join("data/crosswalk.db").exists(), "nothing was changed");
}

#[test]
fn what_is_sold_told_and_measured_is_checked_before_anything_starts() {
    let folder = tempfile::tempdir().unwrap();
    let environment = own(&[
        ("CROSSWALK_DATA_DIR", "data"),
        ("CROSSWALK_STRIPE__SECRET_KEY", "rk_test_hushhush"),
        ("CROSSWALK_STRIPE__WEBHOOK_SECRET", "whsec_hushhush"),
        ("CROSSWALK_BILLING__PRICE_MINOR", "14900"),
        ("CROSSWALK_BILLING__CURRENCY", "eur"),
        ("CROSSWALK_SMTP__HOST", "smtp.example.com"),
        ("CROSSWALK_SMTP__FROM", "Crosswalk <reports@example.com>"),
        ("CROSSWALK_METRICS__LISTEN", "0.0.0.0:9090"),
    ]);
    let public = [environment.clone(), own(&[("CROSSWALK_SERVER__PUBLIC_URL", "https://crosswalk.example.com")])].concat();
    let doctor = run(folder.path(), &["doctor"], &public);
    for part in [
        "ok       billing: a detailed report costs EUR 149.00; test keys: nobody is charged\n",
        "note     Stripe keys: Others can reach this service, but the keys are test keys",
        "ok       webhook: to be registered at Stripe: https://crosswalk.example.com/webhooks/stripe\n",
        "ok       mail: letters leave by smtp.example.com, port 465",
        "note     metrics: metrics.listen is 0.0.0.0:9090",
    ] {
        assert!(doctor.out.contains(part), "doctor does not tell {part:?}: {}", doctor.out);
    }
    assert!(!format!("{}{}", doctor.out, doctor.err).contains("hush"), "{}{}", doctor.out, doctor.err);
    // A worker that does not know where its letters should lead is no worker; one that knows lacks other things only.
    let refused = run(folder.path(), &["work"], &environment);
    assert!(refused.code == Some(2) && refused.err.contains("smtp is set, but server.public_url is not"), "{}", refused.err);
    let knowing = run(folder.path(), &["work"], &public);
    assert!(knowing.code == Some(2) && !knowing.err.contains("smtp") && knowing.err.contains("keys:"), "{}", knowing.err);
}

#[test]
fn keys_must_not_lie_where_they_protect_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let told = |environment: &[(String, String)]| run(folder.path(), &["doctor"], environment).out;
    fs::write(folder.path().join("crosswalk.toml"), format!("data_dir = \"data\"\n[seal]\nkeys = \"{TEST_KEY}\"\n")).unwrap();
    assert!(told(&[]).contains("stands in the settings file"), "{}", told(&[]));

    fs::create_dir(folder.path().join("data")).unwrap();
    fs::write(folder.path().join("data/keys"), TEST_KEY).unwrap();
    fs::write(folder.path().join("crosswalk.toml"), "data_dir = \"data\"\n[seal]\nkeys_file = \"data/keys\"\n").unwrap();
    assert!(told(&[]).contains("lies in the data folder"), "{}", told(&[]));

    let outside = folder.path().join("keys");
    fs::write(&outside, TEST_KEY).unwrap();
    fs::write(folder.path().join("crosswalk.toml"), "data_dir = \"data\"\n[seal]\nkeys_file = \"keys\"\n").unwrap();
    let access = |mode| fs::set_permissions(&outside, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    access(0o644);
    assert!(told(&[]).contains("read by every user"), "{}", told(&[]));
    access(0o600);
    assert!(told(&[]).contains("ok       keys:"), "{}", told(&[]));
    for bad in ["short", "AAAA", "", &format!("{TEST_KEY} {TEST_KEY}")] {
        fs::write(&outside, bad).unwrap();
        let told = told(&[]);
        assert!(told.contains("MISSING  keys:") && (bad.len() < 5 || !told.contains(bad)), "{bad}: {told}");
    }
    let fresh = run(folder.path(), &["doctor", "--new-key"], &[]);
    fs::write(&outside, fresh.out).unwrap();
    assert!(told(&[]).contains("ok       keys:"), "a key that doctor made");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_changed_while_everything_stays_readable() {
    let installation = Installation::start(Backend::sqlite(), 2).await;
    let (customer, review) = installation.customer_with_review(1).await;
    let folder = tempfile::tempdir().unwrap();
    let with_keys = |keys: &str| {
        let mut environment = installation.variables();
        environment.retain(|(name, _)| name != "CROSSWALK_SEAL__KEYS");
        environment.push(("CROSSWALK_SEAL__KEYS".to_owned(), keys.to_owned()));
        environment
    };
    let both = with_keys(&format!("{NEW_KEY},{TEST_KEY}"));
    let before = run(folder.path(), &["doctor"], &both);
    assert!(before.out.contains("sealed with an older key") && before.code == Some(0), "{}{}", before.out, before.err);
    let changed = run(folder.path(), &["rekey"], &both);
    assert!(changed.code == Some(0) && changed.out.contains("with the new key first"), "{}{}", changed.out, changed.err);
    let again = run(folder.path(), &["rekey"], &both);
    assert!(again.out.starts_with("0 records"), "{}", again.out);
    let after = run(folder.path(), &["doctor"], &with_keys(NEW_KEY));
    assert!(after.code == Some(0) && !after.out.contains("older key"), "{}{}", after.out, after.err);
    // With the old key alone nothing opens, and that is said and not swallowed.
    let lost = run(folder.path(), &["doctor"], &with_keys(TEST_KEY));
    assert!(lost.code == Some(2) && lost.out.contains("a key that is not there"), "{}{}", lost.out, lost.err);
    drop((customer, review));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_is_checked_and_a_change_is_found() {
    let installation = Installation::start(Backend::sqlite(), 1).await;
    let entry = |subject: &str| AuditEntry { customer: None, action: AuditAction::Connected, subject: Some(subject.to_owned()) };
    for subject in ["one", "two", "three"] {
        installation.store.append(&entry(subject), Installation::now()).await.unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let whole = run(folder.path(), &["audit", "verify"], &installation.variables());
    assert!(whole.code == Some(0) && whole.out.contains("3 lines"), "{}{}", whole.out, whole.err);
    let raw = sea_orm::Database::connect(&installation.backend.url).await.unwrap();
    assert!(raw.execute_unprepared("UPDATE audit_line SET subject = 'other' WHERE subject = 'two'").await.is_err(), "the database refuses");
    for trigger in installation.backend.triggers().await {
        raw.execute_unprepared(&format!("DROP TRIGGER {trigger}")).await.unwrap();
    }
    raw.execute_unprepared("UPDATE audit_line SET subject = 'other' WHERE subject = 'two'").await.unwrap();
    let broken = run(folder.path(), &["audit", "verify"], &installation.variables());
    assert!(broken.code == Some(1) && broken.err.contains("broken at line 2"), "{}{}", broken.out, broken.err);
}

/// A service that runs, ended with its test.
pub struct Serving {
    child: Child,
    pub url: String,
}

impl Serving {
    /// Starts it, and waits for the address that it names on stdout (the demo) or in its log.
    pub fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let is_demo = command.get_args().any(|argument| argument == "demo");
        let mut lines: Box<dyn BufRead + Send> = if is_demo {
            Box::new(BufReader::new(child.stdout.take().unwrap()))
        } else {
            Box::new(BufReader::new(child.stderr.take().unwrap()))
        };
        let mut told = String::new();
        let url = loop {
            let before = told.len();
            assert!(lines.read_line(&mut told).unwrap() > 0, "it ended: {told}");
            let line = &told[before..];
            if let Some(at) = line.find("http://127.0.0.1:") {
                break line[at..].split(|c: char| c == '"' || c.is_whitespace()).next().unwrap().to_owned();
            }
        };
        // What it says later must find somebody who reads, or it would wait for ever.
        std::thread::spawn(move || drop(lines.read_to_end(&mut Vec::new())));
        Self { child, url }
    }

    pub fn terminate(mut self) -> Option<i32> {
        let told = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(told.success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_serves_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let environment = own(&[("TMPDIR", &folder.path().display().to_string())]);
    let serving = Serving::start(command(folder.path(), &["demo", "--serve", "--listen", "127.0.0.1:0"], &environment));
    for (path, status) in
        [("", 200), ("readyz", 200), ("healthz", 200), ("clauses/iec-81001-5-1-2021/4.2", 200), ("nothing", 404), ("account", 303)]
    {
        assert_eq!(status_of(&format!("{}{path}", serving.url)).await, status, "{path}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "its own data folder");
    assert_eq!(serving.terminate(), Some(0));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "everything is gone");
    let refused = run(folder.path(), &["demo", "--serve", "--listen", "0.0.0.0:0"], &environment);
    assert!(refused.code == Some(2) && refused.err.contains("where others could reach it"), "{}", refused.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_goes_away_makes_the_service_unready_and_not_dead() {
    let name = "a_database_that_goes_away_makes_the_service_unready_and_not_dead";
    let Some(backend) = Backend::postgres(name).await else { return };
    let installation = Installation::start(backend, 1).await;
    let folder = tempfile::tempdir().unwrap();
    let mut environment = installation.variables();
    environment.push(("CROSSWALK_SERVER__LISTEN".to_owned(), "127.0.0.1:0".to_owned()));
    let serving = Serving::start(command(folder.path(), &["serve"], &environment));
    assert_eq!(status_of(&format!("{}readyz", serving.url)).await, 200);
    installation.backend.rename("away").await;
    assert_eq!(status_of(&format!("{}readyz", serving.url)).await, 503);
    assert_eq!(status_of(&format!("{}healthz", serving.url)).await, 200);
    assert_eq!(status_of(&format!("{}clauses/iec-81001-5-1-2021/4.2", serving.url)).await, 200, "public pages need no database");
    installation.backend.rename_back("away").await;
    assert_eq!(status_of(&format!("{}readyz", serving.url)).await, 200, "it recovers by itself");
    assert_eq!(serving.terminate(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_told_to_end_hands_back_and_ends_and_asked_twice_ends_at_once() {
    let installation = Installation::start(Backend::sqlite(), 4).await;
    installation.delay_downloads(60_000);
    let (customer, review) = installation.customer_with_review(1).await;
    let folder = tempfile::tempdir().unwrap();
    let start = |grace_ms: &str| {
        let mut environment = installation.variables();
        environment.push(("CROSSWALK_WORKER__SHUTDOWN_GRACE_MS".to_owned(), grace_ms.to_owned()));
        environment.push(("CROSSWALK_WORKER__POLL_MS".to_owned(), "50".to_owned()));
        let mut command = command(folder.path(), &["work"], &environment);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let is_running = async || matches!(installation.state(&customer, &review).await, ReviewState::Running { .. });
    let tell = |child: &Child| assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());

    let mut patient = start("200");
    installation.wait_until("it runs", is_running).await;
    tell(&patient);
    assert_eq!(patient.wait().unwrap().code(), Some(0));
    let state = installation.state(&customer, &review).await;
    assert!(matches!(state, ReviewState::Queued { attempt: 0, .. }), "{state:?}");

    let mut stubborn = start("600000");
    installation.wait_until("it runs again", is_running).await;
    tell(&stubborn);
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert!(stubborn.try_wait().unwrap().is_none(), "it lets its review run on");
    tell(&stubborn);
    assert_eq!(stubborn.wait().unwrap().code(), Some(130));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_services_start_on_one_database_at_the_same_time() {
    let name = "two_services_start_on_one_database_at_the_same_time";
    let Some(backend) = Backend::postgres(name).await else { return };
    let installation = Installation::bare(backend).await;
    let folder = tempfile::tempdir().unwrap();
    let mut environment = installation.variables();
    environment.push(("CROSSWALK_SERVER__LISTEN".to_owned(), "127.0.0.1:0".to_owned()));
    let start = || {
        let command = command(folder.path(), &["serve"], &environment);
        std::thread::spawn(move || Serving::start(command))
    };
    let both: Vec<Serving> = [start(), start(), start()].into_iter().map(|thread| thread.join().unwrap()).collect();
    for serving in both {
        assert_eq!(status_of(&format!("{}readyz", serving.url)).await, 200);
        assert_eq!(serving.terminate(), Some(0));
    }
}

#[test]
fn a_service_that_others_reach_does_not_start_without_its_sandbox() {
    let folder = tempfile::tempdir().unwrap();
    let environment = own(&[
        ("CROSSWALK_DATA_DIR", "data"),
        ("CROSSWALK_SERVER__LISTEN", "127.0.0.1:0"),
        ("CROSSWALK_SERVER__PUBLIC_URL", "https://crosswalk.example.com"),
        ("CROSSWALK_SERVER__TRUSTED_PROXIES", "1"),
        ("CROSSWALK_SEAL__KEYS", TEST_KEY),
        ("CROSSWALK_GOOGLE__CLIENT_ID", "id"),
        ("CROSSWALK_GOOGLE__CLIENT_SECRET", "secret"),
        ("CROSSWALK_GOOGLE__ALLOW_WHOLE_DRIVE", "true"),
    ]);
    // A kernel that knows no Landlock, for this thread and what it starts.
    let rules: BTreeMap<i64, Vec<seccompiler::SeccompRule>> = BTreeMap::from([(libc::SYS_landlock_create_ruleset, Vec::new())]);
    let absent = SeccompAction::Errno(libc::ENOSYS.unsigned_abs());
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, absent, std::env::consts::ARCH.try_into().unwrap()).unwrap();
    let filter: seccompiler::BpfProgram = filter.try_into().unwrap();
    let place = folder.path().to_owned();
    let ran = std::thread::spawn(move || {
        seccompiler::apply_filter(&filter).unwrap();
        run(&place, &["serve"], &environment)
    })
    .join()
    .unwrap();
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(ran.err.contains("sandbox:") && ran.err.to_lowercase().contains("landlock"), "{}", ran.err);
}

/// Status of a GET that follows no redirect.
async fn status_of(url: &str) -> u16 {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
    client.get(url).send().await.unwrap().status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_finds_a_customer_by_address_and_deletes_by_number_only() {
    let installation = Installation::start(Backend::sqlite(), 1).await;
    let (customer, _) = installation.customer_with_review(1).await;
    let (other, _) = installation.customer_with_review(2).await;
    installation.give_address(1, "Quality@example.com").await;
    installation.decide(&customer, "Made elsewhere.").await;
    let folder = tempfile::tempdir().unwrap();
    let environment = installation.variables();
    let forget = |arguments: [&str; 2]| run(folder.path(), &["forget", arguments[0], arguments[1]], &environment);
    let found = forget(["--email", "quality@EXAMPLE.com"]);
    assert!(found.code == Some(0) && found.out.starts_with(customer.as_str()), "{}{}", found.out, found.err);
    assert!(found.out.contains("1 connection\n") && found.out.contains("Nothing was deleted"), "{}", found.out);
    assert!(forget(["--email", "nobody@example.com"]).out.contains("No customer has this address"));
    assert!(installation.store.customer(&customer).await.unwrap().is_some());

    let gone = forget(["--customer", customer.as_str()]);
    assert!(gone.code == Some(0) && gone.out.contains("1 connection, 1 review, "), "{}{}", gone.out, gone.err);
    assert!(gone.out.contains("0 quotes, 1 decision, ") && gone.out.contains("Google confirmed"), "{}", gone.out);
    assert!(installation.store.customer(&customer).await.unwrap().is_none());
    assert!(installation.store.customer(&other).await.unwrap().is_some(), "nobody else is touched");
    assert_eq!(installation.audit_lines("account-deleted").await.len(), 1);
    for number in [customer.as_str(), "quality@example.com"] {
        let again = forget(["--customer", number]);
        assert!(again.code == Some(2) && again.err.contains("nothing was deleted"), "{}{}", again.out, again.err);
    }
    assert_eq!(run(folder.path(), &["forget"], &environment).code, Some(2), "it wants to be told whom");
}
