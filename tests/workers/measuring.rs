//! What a running service tells of itself on its own listener, that nobody reads it on the public one, and that its names are the list.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crosswalk::ports::measured::{MEASURED, Measured, MeasuredKind, MeasuredUnit};
use crosswalk::ports::{ReviewState, Reviews as _};
use reqwest::Method;

use crate::exposition::{Family, read};
use crate::installation::{Backend, Installation};

/// A process of the service that is measured; ended with its test.
struct MeasuredProcess {
    child: Child,
    /// `http://…` of its pages; empty for a worker alone.
    pages: String,
    /// `http://…` of its measurements.
    metrics: String,
}

impl Drop for MeasuredProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(installation: &Installation, subcommand: &str, metrics_listen: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_crosswalk"));
    command.arg(subcommand).current_dir(installation.data_folder()).env_clear().envs(installation.variables()).stdin(Stdio::null());
    for (key, value) in [("SERVER__LISTEN", "127.0.0.1:0"), ("WORKER__POLL_MS", "50"), ("METRICS__LISTEN", metrics_listen)] {
        command.env(format!("CROSSWALK_{key}"), value);
    }
    command
}

/// Starts it, and waits for the addresses that it names in its log.
fn start(installation: &Installation, subcommand: &str) -> MeasuredProcess {
    let mut child = command(installation, subcommand, "127.0.0.1:0").stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    let (mut pages, mut metrics) = (String::new(), String::new());
    while metrics.is_empty() {
        let mut line = String::new();
        assert!(lines.read_line(&mut line).unwrap() > 0, "it ended");
        let line: serde_json::Value = serde_json::from_str(&line).unwrap();
        match line["message"].as_str() {
            Some("the service listens") => line["url"].as_str().unwrap().trim_end_matches('/').clone_into(&mut pages),
            Some("the measurements can be read") => metrics = format!("http://{}", line["listen"].as_str().unwrap()),
            _ => {}
        }
    }
    std::thread::spawn(move || drop(std::io::Read::read_to_end(&mut lines, &mut Vec::new())));
    MeasuredProcess { child, pages, metrics }
}

async fn ask(method: Method, url: &str) -> reqwest::Response {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
    client.request(method, url).send().await.unwrap()
}

async fn page_of(service: &MeasuredProcess) -> String {
    let answer = ask(Method::GET, &format!("{}/metrics", service.metrics)).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    answer.text().await.unwrap()
}

/// Whether every family is one of the list, with its kind, its words and its labels.
fn check_against_list(families: &BTreeMap<String, Family>) {
    for (name, family) in families {
        let listed = MEASURED.iter().find(|measured| measured.name == name).unwrap_or_else(|| panic!("{name} is not on the list"));
        assert_eq!((family.kind.as_str(), family.help.as_str()), (kind_word(listed), listed.meaning), "{name}");
        for (_, labels) in family.samples.keys() {
            let mut names: Vec<&str> = labels.keys().map(String::as_str).filter(|name| *name != "le").collect();
            let mut expected = listed.labels.to_vec();
            names.sort_unstable();
            expected.sort_unstable();
            assert_eq!(names, expected, "{name}");
        }
    }
}

fn is(found: f64, expected: u32) -> bool {
    (found - f64::from(expected)).abs() < f64::EPSILON
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_service_does_can_be_read_beside_it_and_nowhere_else() {
    const DOCUMENTS: usize = 3;
    let installation = Installation::start(Backend::sqlite(), DOCUMENTS).await;
    let (customer, review) = installation.customer_with_review(1).await;
    let mut service = start(&installation, "serve");
    let at = |path: &str| format!("{}{path}", service.pages);
    for (path, status) in [
        ("/", 200),
        ("/", 200),
        ("/clauses/iec-81001-5-1-2021/4.2", 200),
        ("/reviews/whose-name", 303),
        ("/somebody's name", 404),
        ("/metrics", 404),
    ] {
        assert_eq!(ask(Method::GET, &at(path)).await.status(), status, "{path}");
    }
    assert_eq!(ask(Method::POST, &at("/sign-in")).await.status(), 403);
    ask(Method::from_bytes(b"SOMEBODY").unwrap(), &at("/")).await;
    installation.wait_until("it is done", async || matches!(installation.state(&customer, &review).await, ReviewState::Done { .. })).await;
    // The queue is measured every ten seconds.
    installation
        .wait_until("the queue is seen to be empty", async || {
            let families = read(&page_of(&service).await);
            is(families["crosswalk_reviews_waiting"].sum(&[]), 0) && is(families["crosswalk_reviews_running"].sum(&[]), 0)
        })
        .await;

    let page = page_of(&service).await;
    let families = read(&page);
    check_against_list(&families);
    let requests = &families["crosswalk_http_requests_total"];
    for (route, method, status, expected) in [
        ("/", "GET", "2xx", 2),
        ("/", "other", "4xx", 1),
        ("/clauses/{standard}/{clause}", "GET", "2xx", 1),
        ("/reviews/{review}", "GET", "3xx", 1),
        ("unmatched", "GET", "4xx", 2),
        ("/sign-in", "POST", "4xx", 1),
    ] {
        let found = requests.sum(&[("route", route), ("method", method), ("status", status)]);
        assert!(is(found, expected), "{route} {method} {status}: {found}\n{page}");
    }
    assert!(is(requests.sum(&[]), 8), "{page}");
    assert!(is(families["crosswalk_review_attempts_total"].sum(&[]), 1));
    assert!(is(families["crosswalk_reviews_ended_total"].sum(&[("outcome", "done"), ("reason", "none")]), 1));
    let in_results = &families["crosswalk_files_in_results_total"];
    let ledger = installation.ledger_lines(&customer, &review).await;
    assert!(ledger >= DOCUMENTS && is(in_results.sum(&[]), u32::try_from(ledger).unwrap()), "{page}");
    let examined = &families["crosswalk_files_examined_total"];
    assert!(examined.sum(&[("outcome", "read")]) >= 1.0, "{page}");
    // Listing and fetching.
    assert!(families["crosswalk_drive_requests_total"].sum(&[("status", "2xx")]) > 1.0, "{page}");
    assert!(families["crosswalk_process_resident_memory_bytes"].sum(&[]) > 1e6);
    assert!(families["crosswalk_process_uptime_seconds"].sum(&[]) > 0.0);
    assert!(is(families["crosswalk_build_info"].sum(&[("version", env!("CARGO_PKG_VERSION"))]), 1));
    assert!(is(families["crosswalk_oldest_waiting_review_seconds"].sum(&[]), 0));
    for secret in ["somebody", "SOMEBODY", "whose-name", "81001", review.as_str(), customer.as_str(), ".docx", ".pdf", "127.0.0.1"] {
        assert!(!page.contains(secret), "{secret}: {page}");
    }

    let beside = |path: &str| format!("{}{path}", service.metrics);
    assert_eq!(ask(Method::GET, &beside("/")).await.status(), 404);
    assert_eq!(ask(Method::GET, &beside("/reviews")).await.status(), 404);
    assert_eq!(ask(Method::POST, &beside("/metrics")).await.status(), 405);
    assert!(Command::new("kill").arg(service.child.id().to_string()).status().unwrap().success());
    assert_eq!(service.child.wait().unwrap().code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_alone_is_measured_too() {
    let installation = Installation::start(Backend::sqlite(), 1).await;
    let (customer, review) = installation.customer_with_review(1).await;
    assert!(installation.store.cancel_review(&customer, &review, Installation::now()).await.unwrap());
    let (customer, review) = installation.customer_with_review(2).await;
    let mut service = start(&installation, "work");
    installation.wait_until("it is done", async || matches!(installation.state(&customer, &review).await, ReviewState::Done { .. })).await;
    let done = async || {
        let families = read(&page_of(&service).await);
        check_against_list(&families);
        families.get("crosswalk_reviews_ended_total").is_some_and(|ended| is(ended.sum(&[]), 1) && is(ended.sum(&[("outcome", "done")]), 1))
    };
    installation.wait_until("its end is counted", done).await;
    assert!(service.pages.is_empty());
    assert!(Command::new("kill").arg(service.child.id().to_string()).status().unwrap().success());
    assert_eq!(service.child.wait().unwrap().code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_can_be_measured_the_service_does_not_start_and_says_why() {
    let installation = Installation::start(Backend::sqlite(), 1).await;
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let listen = taken.local_addr().unwrap().to_string();
    for subcommand in ["serve", "work"] {
        let ran = command(&installation, subcommand, &listen).output().unwrap();
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert_eq!(ran.status.code(), Some(2), "{said}");
        assert!(said.contains(&format!("The measurements cannot be served on {listen}")) && said.contains("metrics.listen"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_says_who_can_read_the_measurements() {
    let installation = Installation::start(Backend::sqlite(), 1).await;
    for (listen, expected) in [
        ("127.0.0.1:9464", "ok       metrics: can be read at http://127.0.0.1:9464/metrics, from this machine only"),
        ("0.0.0.0:9464", "note     metrics: metrics.listen is 0.0.0.0:9464: whoever reaches that address"),
    ] {
        let ran = command(&installation, "doctor", listen).output().unwrap();
        let said = String::from_utf8_lossy(&ran.stdout).into_owned();
        assert!(ran.status.success() && said.contains(expected), "{said}");
    }
}

fn kind_word(measured: &Measured) -> &'static str {
    match measured.kind {
        MeasuredKind::Counter => "counter",
        MeasuredKind::Gauge => "gauge",
        MeasuredKind::Histogram(_) => "histogram",
    }
}

#[test]
fn the_list_is_what_the_book_for_operators_says() {
    let rows = MEASURED.iter().map(|measured| {
        let unit = match measured.unit {
            MeasuredUnit::Count => "count",
            MeasuredUnit::Seconds => "seconds",
            MeasuredUnit::Bytes => "bytes",
        };
        let labels: Vec<String> = measured.labels.iter().map(|label| format!("`{label}`")).collect();
        format!("| `{}` | {} | {unit} | {} | {} |", measured.name, kind_word(measured), labels.join(", "), measured.meaning)
    });
    let expected: Vec<String> = rows.collect();
    let book = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/metrics.md")).unwrap();
    let written: Vec<&str> = book.lines().filter(|line| line.starts_with("| `crosswalk_")).collect();
    assert_eq!(written, expected, "deploy/metrics.md should hold:\n{}", expected.join("\n"));
    // A name says its unit, and a counter that it is one.
    for measured in &MEASURED {
        let is_counter = measured.kind == MeasuredKind::Counter;
        assert_eq!(measured.name.ends_with("_total"), is_counter, "{}", measured.name);
        assert_eq!(measured.name.ends_with("_seconds"), measured.unit == MeasuredUnit::Seconds, "{}", measured.name);
        assert_eq!(measured.name.ends_with("_bytes"), measured.unit == MeasuredUnit::Bytes, "{}", measured.name);
    }
}

#[test]
fn what_is_counted_is_on_the_list_and_what_is_on_the_list_is_counted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let list = fs::read_to_string(root.join("ports/measured.rs")).unwrap();
    let constants: Vec<&str> = list
        .lines()
        .filter_map(|line| line.strip_prefix("pub const ")?.split_once(": &str = \"crosswalk_").map(|(name, _)| name))
        .collect();
    assert_eq!(constants.len(), MEASURED.len());
    let mut uses: BTreeMap<&str, usize> = constants.iter().map(|name| (*name, 0)).collect();
    for file in sources(&root) {
        let text = fs::read_to_string(&file).unwrap();
        for call in ["counter!(", "gauge!(", "histogram!("] {
            for (at, _) in text.match_indices(call) {
                let is_description = text[..at].ends_with("describe_");
                let name = text[at + call.len()..].split([',', ')']).next().unwrap().trim();
                match uses.get_mut(name) {
                    Some(count) => *count += 1,
                    None => assert!(is_description && name == "measured.name", "{}: {call}{name}", file.display()),
                }
            }
        }
    }
    assert!(uses.values().all(|count| *count > 0), "{uses:?}");
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}
