//! `crosswalk connect` as a person meets it: the program itself, a simulated token endpoint, and a browser that is
//! this test.

#![expect(clippy::unwrap_used, reason = "a test that meets what it did not expect has failed")]

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;

use base64::Engine as _;
use crosswalk::app::clock::SystemClock;
use crosswalk::app::credentials::{DriveSetupError, open_drive};
use crosswalk::drive::{DriveScope, WireLog};
use crosswalk::settings::Settings;
use crosswalk::store::GrantFile;
use secrecy::ExposeSecret;
use sha2::Digest;
use url::Url;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

const SCOPE: &str = "https://www.googleapis.com/auth/drive.readonly";
const CANARY: &str = "1//canary-refresh-token";

struct Running {
    child: Child,
    stdout: BufReader<std::process::ChildStdout>,
    consent: Url,
    first_line: String,
    _folder: Arc<tempfile::TempDir>,
}

fn program(server: &str, folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_crosswalk"));
    command
        .args(["connect", "--no-browser"])
        .current_dir(folder)
        .env_clear()
        .env("CROSSWALK_DATA_DIR", folder.join("data"))
        .env("CROSSWALK_GOOGLE__AUTH_URL", format!("{server}/auth"))
        .env("CROSSWALK_GOOGLE__TOKEN_URL", format!("{server}/token"))
        .env("CROSSWALK_GOOGLE__DRIVE_URL", server)
        .env("CROSSWALK_GOOGLE__INSTALLED_CLIENT_ID", "client-1")
        .env("CROSSWALK_GOOGLE__INSTALLED_CLIENT_SECRET", "client-secret-1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn start(server: &MockServer, folder: &Arc<tempfile::TempDir>) -> Running {
    let mut child = program(&server.uri(), folder.path()).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut first_line = String::new();
    stdout.read_line(&mut first_line).unwrap();
    let consent = Url::parse(first_line.trim_end()).unwrap();
    Running { child, stdout, consent, first_line, _folder: folder.clone() }
}

impl Running {
    fn asked(&self, key: &str) -> String {
        let pairs = self.consent.query_pairs().into_owned();
        let values: Vec<String> = pairs.filter(|(name, _)| name == key).map(|(_, value)| value).collect();
        assert_eq!(values.len(), 1, "{key} stands once in {}", self.consent);
        values.into_iter().next().unwrap()
    }

    fn callback(&self, query: &[(&str, &str)]) -> Url {
        let mut url = Url::parse(&self.asked("redirect_uri")).unwrap();
        url.query_pairs_mut().extend_pairs(query);
        url
    }

    fn end(mut self) -> (Output, String) {
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        let output = self.child.wait_with_output().unwrap();
        assert_eq!(rest, "", "stdout holds the address and nothing else");
        assert!(self.first_line.ends_with('\n') && self.first_line.starts_with("http"));
        let stderr = String::from_utf8(output.stderr.clone()).unwrap();
        for secret in [CANARY, "client-secret-1", "access-canary", "the-code"] {
            assert!(!stderr.contains(secret), "{stderr}");
        }
        (output, stderr)
    }
}

async fn google(answer: serde_json::Value, status: u16) -> MockServer {
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(status).set_body_json(answer);
    Mock::given(method("POST")).and(path("/token")).respond_with(answer).mount(&server).await;
    server
}

async fn willing() -> MockServer {
    let answer = serde_json::json!({"access_token": "access-canary", "token_type": "Bearer", "expires_in": 3599,
        "refresh_token": CANARY, "scope": format!("openid {SCOPE}")});
    google(answer, 200).await
}

fn settings(folder: &Path, server: &MockServer) -> Settings {
    let environment = [
        ("CROSSWALK_DATA_DIR", folder.join("data").display().to_string()),
        ("CROSSWALK_GOOGLE__TOKEN_URL", format!("{}/token", server.uri())),
        ("CROSSWALK_GOOGLE__DRIVE_URL", server.uri()),
    ];
    Settings::parse(None, &environment.map(|(name, value)| (name.to_owned(), value))).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

fn grant_of(folder: &Path) -> Option<crosswalk::store::StoredGrant> {
    GrantFile::in_folder(&folder.join("data")).load().unwrap()
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

#[tokio::test]
async fn consent_is_asked_checked_and_kept_sealed() {
    let server = willing().await;
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let running = start(&server, &folder);
    assert!(running.consent.as_str().starts_with(&format!("{}/auth?", server.uri())));
    let state = running.asked("state");
    assert!(state.len() >= 43, "256 bits");
    for (key, value) in [
        ("response_type", "code"),
        ("client_id", "client-1"),
        ("scope", SCOPE),
        ("access_type", "offline"),
        ("prompt", "consent"),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(running.asked(key), value);
    }
    let redirect = Url::parse(&running.asked("redirect_uri")).unwrap();
    assert_eq!((redirect.scheme(), redirect.host_str()), ("http", Some("127.0.0.1")));
    let challenge = running.asked("code_challenge");

    let client = client();
    // None of these counts as the answer.
    let elsewhere = redirect.join("/favicon.ico").unwrap();
    assert_eq!(client.get(elsewhere).send().await.unwrap().status(), 404);
    for query in [
        vec![("state", "wrong"), ("code", "evil")],
        vec![("code", "evil")],
        vec![("state", state.as_str())],
        vec![("error", "access_denied")],
    ] {
        assert_eq!(client.get(running.callback(&query)).send().await.unwrap().status(), 400, "{query:?}");
    }
    assert!(client.post(running.callback(&[("state", &state), ("code", "evil")])).send().await.unwrap().status().is_client_error());
    assert!(server.received_requests().await.unwrap().is_empty(), "nothing was exchanged");

    let answer = client.get(running.callback(&[("state", &state), ("code", "the-code"), ("scope", SCOPE)])).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.headers()["content-security-policy"].to_str().unwrap().contains("default-src 'none'"));
    let page = answer.text().await.unwrap();
    assert!(page.contains("You can close this window") && !page.contains("the-code"));
    let (output, stderr) = running.end();
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    assert!(stderr.contains("crosswalk review drive:") && stderr.contains("To disconnect"));

    let requests = server.received_requests().await.unwrap();
    assert_eq!(requests.len(), 1);
    let form: std::collections::BTreeMap<String, String> = url::form_urlencoded::parse(&requests[0].body).into_owned().collect();
    assert_eq!(form["code"], "the-code");
    assert_eq!(form["grant_type"], "authorization_code");
    assert_eq!((form["client_id"].as_str(), form["client_secret"].as_str()), ("client-1", "client-secret-1"));
    assert_eq!(form["redirect_uri"], redirect.as_str());
    let hashed = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(form["code_verifier"].as_bytes()));
    assert_eq!(hashed, challenge);

    let grant = grant_of(folder.path()).unwrap();
    assert_eq!(grant.refresh_token.expose_secret(), CANARY);
    assert_eq!(grant.client_id, "client-1");
    for entry in std::fs::read_dir(folder.path().join("data")).unwrap() {
        let path = entry.unwrap().path();
        assert!(!String::from_utf8_lossy(&std::fs::read(&path).unwrap()).contains("canary"), "{}", path.display());
    }
    // The port is closed.
    assert!(client.get(redirect).send().await.is_err());

    // And it opens a Drive.
    assert!(open_drive(DriveScope::Root, &settings(folder.path(), &server), None, Arc::new(SystemClock), WireLog::default()).is_ok());
}

#[tokio::test]
async fn a_no_is_a_no() {
    let server = willing().await;
    for (error, word) in [("access_denied", "denied"), ("admin_policy_enforced", "administrator"), ("some<b>thing", "somebthing")] {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let running = start(&server, &folder);
        let state = running.asked("state");
        let page = client().get(running.callback(&[("state", &state), ("error", error)])).send().await.unwrap();
        assert_eq!(page.status(), 200);
        assert!(page.text().await.unwrap().contains("Nothing was connected"));
        let (output, stderr) = running.end();
        assert_eq!(output.status.code(), Some(6), "{stderr}");
        assert!(stderr.contains(word), "{stderr}");
        assert!(grant_of(folder.path()).is_none());
    }
    assert!(server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn what_was_granted_is_checked() {
    let answer = |key: &str, value: serde_json::Value| {
        let mut answer = serde_json::json!({"access_token": "access-canary", "token_type": "Bearer", "expires_in": 3599, "refresh_token": CANARY, "scope": SCOPE});
        answer[key] = value;
        answer
    };
    let refusal = |error: &str| serde_json::json!({"error": error, "error_description": "d"});
    for (answer, status, exit, word) in [
        (answer("scope", "openid email".into()), 200, 6, "unticked"),
        (answer("refresh_token", serde_json::Value::Null), 200, 6, "no refresh token"),
        (refusal("invalid_client"), 401, 6, "installed_client_id"),
        (refusal("invalid_grant"), 400, 6, "used before"),
        (refusal("redirect_uri_mismatch"), 400, 3, "redirect_uri_mismatch"),
        (serde_json::json!("trouble"), 503, 3, "could not be understood"),
    ] {
        let server = google(answer, status).await;
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let running = start(&server, &folder);
        let state = running.asked("state");
        client().get(running.callback(&[("state", &state), ("code", "the-code")])).send().await.unwrap();
        let (output, stderr) = running.end();
        assert_eq!(output.status.code(), Some(exit), "{stderr}");
        assert!(stderr.contains(word), "{word}: {stderr}");
        assert!(stderr.starts_with("Crosswalk asks") && !stderr.contains("panicked"), "{stderr}");
        assert!(grant_of(folder.path()).is_none());
        assert_eq!(server.received_requests().await.unwrap().len(), 1, "a code is exchanged once");
    }
}

#[test]
fn settings_that_are_missing_or_wrong_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let run = |change: &dyn Fn(&mut Command)| {
        let mut command = program("http://127.0.0.1:9", folder.path());
        change(&mut command);
        let output = command.output().unwrap();
        assert!(output.stdout.is_empty());
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, stderr) = run(&|command| {
        command.env_remove("CROSSWALK_GOOGLE__INSTALLED_CLIENT_ID");
    });
    assert_eq!(code, Some(2));
    assert!(stderr.contains("google.installed_client_id"), "{stderr}");
    let (code, stderr) = run(&|command| {
        command.env("CROSSWALK_GOOGLE__TOKEN_URL", "http://example.com/token").env("CROSSWALK_GOOGLE__TYPO", "x");
    });
    assert_eq!(code, Some(2));
    assert!(stderr.contains("google.token_url") && stderr.contains("https://") && stderr.contains("TYPO"), "{stderr}");
    let (code, stderr) = run(&|command| {
        command.env("CROSSWALK_CONFIG", "/nowhere/crosswalk.toml");
    });
    assert_eq!(code, Some(2));
    assert!(stderr.contains("/nowhere/crosswalk.toml"), "{stderr}");
}

#[cfg(unix)]
#[tokio::test]
async fn ctrl_c_ends_it_and_stores_nothing() {
    let server = willing().await;
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let running = start(&server, &folder);
    // Until the program says that it waits, it may not listen for the signal yet.
    assert!(client().get(running.callback(&[])).send().await.is_ok());
    let killed = Command::new("kill").args(["-INT", &running.child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let (output, stderr) = running.end();
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert!(stderr.contains("nothing was stored"));
    assert!(grant_of(folder.path()).is_none());
}

#[tokio::test]
async fn without_a_sign_in_the_advice_is_to_connect() {
    let server = willing().await;
    let folder = tempfile::tempdir().unwrap();
    let open = |file: Option<&Path>| {
        open_drive(DriveScope::Root, &settings(folder.path(), &server), file, Arc::new(SystemClock), WireLog::default()).err().unwrap()
    };
    let DriveSetupError::NotAuthorised(error) = open(None) else { panic!("another error") };
    assert!(error.advice.contains("crosswalk connect"));
    let missing = folder.path().join("none.json");
    assert!(matches!(open(Some(&missing)), DriveSetupError::Setup(error) if error.happened.contains("none.json")));
    std::fs::write(&missing, "{}").unwrap();
    assert!(matches!(open(Some(&missing)), DriveSetupError::Setup(error) if error.happened.contains("service account")));
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_lie_in_a_folder_cannot_lead_the_sign_in_elsewhere() {
    let stranger = willing().await;
    let folder = tempfile::tempdir().unwrap();
    let grant = crosswalk::store::StoredGrant {
        refresh_token: "1//canary-token".to_owned().into(),
        client_id: "client-1".into(),
        scope: SCOPE.into(),
        endpoints: "https://oauth2.googleapis.com/token https://www.googleapis.com/drive/v3".into(),
        granted_at: jiff::Timestamp::UNIX_EPOCH,
    };
    GrantFile::in_folder(&folder.path().join("data")).save(&grant).unwrap();
    let address = stranger.uri();
    let lure = format!("[google]\ntoken_url = \"{address}/token\"\ndrive_url = \"{address}\"\n");
    std::fs::write(folder.path().join("crosswalk.toml"), lure).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_crosswalk"))
        .args(["review", "drive:root"])
        .current_dir(folder.path())
        .env_clear()
        .env("CROSSWALK_DATA_DIR", folder.path().join("data"))
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(6), "{stderr}");
    assert!(stderr.contains("crosswalk.toml"), "{stderr}");
    assert!(stranger.received_requests().await.unwrap().is_empty(), "the stranger hears nothing");
}
