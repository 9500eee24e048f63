//! A small Drive in memory, served on loopback, and what a test needs around it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use crosswalk::drive::{AccessTokens, Credentials, DriveScope, DriveSource, WireLog};
use crosswalk::evidence::{FileContent, Inventory, SourceFile};
use crosswalk::ports::{ByteLimit, Clock, DocumentSource, FetchError, Fetched, ProgressSink, ReviewEvent, SourceError};
use crosswalk::settings::Settings;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde_json::{Value, json};
use wiremock::matchers::{any, method, path};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

pub const FOLDER: &str = "application/vnd.google-apps.folder";
pub const SHORTCUT: &str = "application/vnd.google-apps.shortcut";
pub const PDF: &str = "application/pdf";

#[derive(Default)]
pub struct State {
    pub files: Vec<Value>,
    pub drives: Vec<Value>,
    pub contents: BTreeMap<String, Vec<u8>>,
    pub page_size: Option<usize>,
    pub is_search_incomplete: bool,
    /// Answers that come first, for requests whose address contains the text.
    pub faults: VecDeque<(&'static str, ResponseTemplate)>,
    pub tokens_issued: u32,
}

#[derive(Clone)]
pub struct Shared(Arc<Mutex<State>>);

impl Respond for Shared {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let mut state = self.0.lock().unwrap();
        let address = request.url.as_str().to_owned();
        if let Some(at) = state.faults.iter().position(|(part, _)| address.contains(part)) {
            return state.faults.remove(at).unwrap().1;
        }
        let query: BTreeMap<String, String> = request.url.query_pairs().into_owned().collect();
        let steps: Vec<&str> = request.url.path().trim_start_matches("/drive/v3/").split('/').collect();
        match steps.as_slice() {
            ["files"] => state.list(&query),
            ["drives"] => ResponseTemplate::new(200).set_body_json(json!({"drives": state.drives})),
            ["drives", id] => found(state.drives.iter().find(|drive| drive["id"] == **id)),
            ["files", "root"] => ResponseTemplate::new(200).set_body_json(json!({"id": "ROOT", "name": "My Drive", "mimeType": FOLDER})),
            ["files", id, "export"] => content(state.contents.get(*id)),
            ["files", id] if query.get("alt").is_some_and(|alt| alt == "media") => content(state.contents.get(*id)),
            ["files", id] => found(state.files.iter().find(|file| file["id"] == **id)),
            _ => error(404, "notFound"),
        }
    }
}

impl State {
    fn list(&self, query: &BTreeMap<String, String>) -> ResponseTemplate {
        assert!(query.contains_key("fields"), "fields are asked for by name");
        assert_eq!(query["pageSize"], "1000");
        assert_eq!((query["supportsAllDrives"].as_str(), query["includeItemsFromAllDrives"].as_str()), ("true", "true"));
        let q = &query["q"];
        assert!(q.contains("trashed = false"));
        let parent = q.strip_prefix('\'').and_then(|rest| rest.split_once("' in parents")).map(|(id, _)| id);
        let drive = query.get("driveId");
        let matching: Vec<&Value> = self
            .files
            .iter()
            .filter(|file| file["trashed"] != json!(true) && file["hidden"] != json!(true))
            .filter(|file| match (parent, drive) {
                (Some(parent), _) => file["parents"].as_array().is_some_and(|parents| parents.iter().any(|id| id == parent)),
                (None, Some(drive)) => file["driveId"] == **drive,
                (None, None) if q.contains("sharedWithMe") => file["sharedWithMe"] == json!(true),
                (None, None) => file["driveId"].is_null() && file["unopened"] != json!(true),
            })
            .collect();
        let size = self.page_size.unwrap_or(1000);
        let start: usize = query.get("pageToken").map_or(0, |token| token.parse().unwrap());
        let end = (start + size).min(matching.len());
        let mut page = json!({"files": &matching[start.min(end)..end], "incompleteSearch": self.is_search_incomplete});
        if end < matching.len() {
            page["nextPageToken"] = json!(end.to_string());
        }
        ResponseTemplate::new(200).set_body_json(page)
    }
}

fn found(value: Option<&Value>) -> ResponseTemplate {
    value.map_or_else(|| error(404, "notFound"), |value| ResponseTemplate::new(200).set_body_json(value))
}

fn content(bytes: Option<&Vec<u8>>) -> ResponseTemplate {
    bytes.map_or_else(|| error(404, "notFound"), |bytes| ResponseTemplate::new(200).set_body_bytes(bytes.clone()))
}

pub fn error(status: u16, reason: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(
        json!({"error": {"code": status, "message": "m", "errors": [{"domain": "global", "reason": reason, "message": "m"}]}}),
    )
}

/// A clock that stands until it is moved.
#[derive(Clone)]
pub struct FakeClock(Arc<Mutex<Timestamp>>);

impl FakeClock {
    pub fn advance(&self, seconds: i64) {
        let mut now = self.0.lock().unwrap();
        *now += SignedDuration::from_secs(seconds);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

pub struct Silent;

impl ProgressSink for Silent {
    fn event(&self, _: ReviewEvent) {}
}

pub struct FakeDrive {
    pub server: MockServer,
    pub shared: Shared,
    pub clock: FakeClock,
    pub wire: Arc<Mutex<Vec<String>>>,
    pub extra: Vec<(String, String)>,
}

pub fn settings(server_uri: &str, extra: &[(String, String)]) -> Settings {
    let mut environment: Vec<(String, String)> = [
        ("CROSSWALK_GOOGLE__DRIVE_URL", format!("{server_uri}/drive/v3")),
        ("CROSSWALK_GOOGLE__TOKEN_URL", format!("{server_uri}/token")),
        ("CROSSWALK_DRIVE__REQUESTS_PER_SECOND", "10000".to_owned()),
        ("CROSSWALK_DRIVE__MAX_ATTEMPTS", "3".to_owned()),
        ("CROSSWALK_DRIVE__BACKOFF_BASE_MS", "1".to_owned()),
        ("CROSSWALK_DRIVE__BACKOFF_CAP_MS", "2".to_owned()),
        ("CROSSWALK_DRIVE__RETRY_AFTER_CAP_MS", "1500".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec();
    environment.extend_from_slice(extra);
    Settings::parse(None, &environment).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

impl FakeDrive {
    pub async fn start(files: Vec<Value>) -> Self {
        let server = MockServer::start().await;
        let shared = Shared(Arc::new(Mutex::new(State { files, ..State::default() })));
        let issuing = shared.clone();
        let token = move |_: &Request| {
            let mut state = issuing.0.lock().unwrap();
            if let Some(at) = state.faults.iter().position(|(part, _)| *part == "/token") {
                return state.faults.remove(at).unwrap().1;
            }
            state.tokens_issued += 1;
            let token = format!("token-{}", state.tokens_issued);
            ResponseTemplate::new(200).set_body_json(json!({"access_token": token, "token_type": "Bearer", "expires_in": 3600,
                "scope": "https://www.googleapis.com/auth/drive.readonly"}))
        };
        Mock::given(method("POST")).and(path("/token")).respond_with(token).with_priority(1).mount(&server).await;
        Mock::given(any()).respond_with(shared.clone()).mount(&server).await;
        let clock = FakeClock(Arc::new(Mutex::new(Timestamp::from_second(1_784_000_000).unwrap())));
        Self { server, shared, clock, wire: Arc::default(), extra: Vec::new() }
    }

    pub fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.shared.0.lock().unwrap()
    }

    pub fn fault(&self, part: &'static str, answer: ResponseTemplate) {
        self.state().faults.push_back((part, answer));
    }

    pub fn tokens(&self, settings: &Settings) -> AccessTokens {
        let credentials = Credentials::Installed {
            client_id: "client".to_owned(),
            client_secret: Some(SecretString::from("not a secret")),
            refresh_token: SecretString::from("refresh"),
        };
        AccessTokens::new(credentials, &settings.google, &settings.drive, Arc::new(self.clock.clone()), self.wire_log(), None).unwrap()
    }

    pub fn wire_log(&self) -> WireLog {
        let wire = self.wire.clone();
        WireLog::to(move |record| wire.lock().unwrap().push(record.to_json_line()))
    }

    pub fn source(&self, scope: &str) -> DriveSource {
        let settings = settings(&self.server.uri(), &self.extra);
        let tokens = Arc::new(self.tokens(&settings));
        let scope = DriveScope::parse(scope).unwrap().unwrap();
        DriveSource::new(scope, &settings, tokens, Arc::new(self.clock.clone()), self.wire_log()).unwrap()
    }

    pub async fn list(&self, scope: &str) -> Result<Inventory, SourceError> {
        let outcome = self.source(scope).list(&Silent).await;
        self.assert_read_only().await;
        outcome
    }

    pub async fn fetch(&self, file: &SourceFile, limit: u64) -> Result<Fetched, FetchError> {
        let outcome = self.source("drive:root").fetch(file, ByteLimit(limit)).await;
        self.assert_read_only().await;
        outcome
    }

    /// Every request toward the Drive so far is a GET, politely signed, and never confirms abuse.
    pub async fn assert_read_only(&self) {
        for request in self.server.received_requests().await.unwrap() {
            if request.url.path() == "/token" {
                continue;
            }
            assert_eq!(request.method.as_str(), "GET", "{}", request.url);
            assert!(request.body.is_empty());
            assert!(!request.url.as_str().contains("acknowledgeAbuse"));
            assert!(request.headers["user-agent"].to_str().unwrap().ends_with("(gzip)"));
            assert!(request.headers["accept-encoding"].to_str().unwrap().contains("gzip"));
            assert!(request.headers["authorization"].to_str().unwrap().starts_with("Bearer token-"));
        }
    }

    pub async fn count(&self, part: &str) -> usize {
        self.server.received_requests().await.unwrap().iter().filter(|request| request.url.as_str().contains(part)).count()
    }
}

pub fn file(id: &str, name: &str, parent: &str) -> Value {
    json!({"id": id, "name": name, "mimeType": PDF, "size": "4", "parents": [parent]})
}

pub fn folder(id: &str, name: &str, parent: &str) -> Value {
    json!({"id": id, "name": name, "mimeType": FOLDER, "parents": [parent]})
}

pub fn shortcut(id: &str, name: &str, parent: &str, target: &str) -> Value {
    json!({"id": id, "name": name, "mimeType": SHORTCUT, "parents": [parent], "shortcutDetails": {"targetId": target}})
}

pub fn with(mut value: Value, key: &str, what: Value) -> Value {
    value[key] = what;
    value
}

pub fn paths(inventory: &Inventory) -> Vec<&str> {
    inventory.files.iter().map(|file| file.path.as_str()).collect()
}

pub fn passed(inventory: &Inventory) -> Vec<(&str, &str)> {
    inventory.passed_over.iter().map(|entry| (entry.path.as_str(), entry.reason.as_str())).collect()
}

/// A stored file as a listing would give it.
pub fn stored(id: &str, size_bytes: Option<u64>, checksum: Option<crosswalk::evidence::Checksum>) -> SourceFile {
    SourceFile {
        path: "a.pdf".to_owned(),
        file_id: Some(id.to_owned()),
        resource_key: None,
        mime: PDF.to_owned(),
        revision: Some("r1".to_owned()),
        content: FileContent::Stored { size_bytes, checksum },
        web_link: None,
    }
}
