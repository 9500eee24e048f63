//! Reviews as a worker performs them, in every way they can go: to the end, over an empty Drive, with a grant that is dead or dies on the
//! way, with a Drive that fails, cancelled, interrupted by a shutdown, or deleted while they run.

use std::sync::Arc;
use std::time::Duration;

use crate::installation::{Backend, Installation, TEST_KEY};
use crosswalk::account::{ConnectionId, ConnectionMode, ConnectionState, CustomerId, ReceiptId, ReviewId, WorkerId};
use crosswalk::app::clock::SystemClock;
use crosswalk::app::open_catalog;
use crosswalk::app::settings::extract_limits;
use crosswalk::assessment::Verdict;
use crosswalk::drive::{DriveOpener, WireLog};
use crosswalk::extract::ChildExtractor;
use crosswalk::jobs::{Duties, Shutdown, Step, Worker, WorkerTerms};
use crosswalk::ports::{ByteLimit, Clock, Connections, ReviewFailure, ReviewState, Reviews};
use crosswalk::report::review_json;
use crosswalk::simulator::{Company, Fault, FaultAnswer};
use crosswalk::store::{Database, KeyRing};
use crosswalk::workflow::perform_review::ReviewTools;
use crosswalk::workflow::run_review::ReviewLimits;
use secrecy::{ExposeSecret as _, SecretString};

pub type TestWorker = Arc<Worker<DriveOpener, ChildExtractor>>;

pub async fn worker(installation: &Installation, number: u128) -> TestWorker {
    worker_of(installation, number, "the program under test").await
}

/// A worker whose reader is that build.
pub async fn worker_of(installation: &Installation, number: u128, reader: &str) -> TestWorker {
    worker_with(installation, number, reader, Arc::new(SystemClock), Duties::default()).await
}

/// A worker that goes by that clock and has these duties beside reviews.
pub async fn worker_with(installation: &Installation, number: u128, reader: &str, clock: Arc<dyn Clock>, duties: Duties) -> TestWorker {
    let settings = installation.settings();
    let opener = DriveOpener::new(&settings, None, Arc::new(SystemClock), WireLog::default(), Arc::new(|_, _, _| ())).unwrap();
    let keys = KeyRing::parse(&SecretString::from(TEST_KEY)).unwrap();
    let store = Database::open(&SecretString::from(installation.backend.url.clone()), 4, keys).await.unwrap();
    let extractor = ChildExtractor::new(env!("CARGO_BIN_EXE_crosswalk").into(), extract_limits(&settings));
    let catalog = open_catalog::open(None, false).ok().and_then(|opened| opened.catalog).unwrap();
    let tools = ReviewTools {
        store: Arc::new(store),
        opener: Arc::new(opener),
        extractor: Arc::new(extractor),
        catalog: Arc::new(catalog),
        clock,
        limits: ReviewLimits { file_bytes: ByteLimit(50_000_000), parallel_files: 1 },
        reader: reader.to_owned(),
    };
    Worker::new(tools, WorkerTerms::of(&settings.worker), WorkerId::of(number), 1_000, duties)
}

/// Works until there is nothing to do; how many steps it took.
pub async fn work_off(worker: &TestWorker) -> u32 {
    for steps in 0..10 {
        if worker.step(&Shutdown::default()).await.unwrap() == Step::Idle {
            return steps;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("there is always something to do");
}

async fn is_active(installation: &Installation, customer: &CustomerId) -> bool {
    let connection = installation.store.connections(customer).await.unwrap().remove(0);
    matches!(connection.state, ConnectionState::Active { .. })
}

fn downloads(times: u32, skip: u32, answer: FaultAnswer) -> Fault {
    Fault { query_contains: "alt=media".to_owned(), skip, ..Fault::first(times, "/drive/v3/files/", answer) }
}

fn unavailable() -> FaultAnswer {
    FaultAnswer::Error { status: 503, reason: "backendError".to_owned(), retry_after: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_reviews_of_the_same_drive_are_the_same_bytes() {
    let installation = Installation::start(Backend::sqlite(), 6).await;
    let (first, one) = installation.customer_with_review(1).await;
    let (second, other) = installation.customer_with_review(2).await;
    let worker = worker(&installation, 1).await;
    assert_eq!(work_off(&worker).await, 2);
    for (customer, review) in [(&first, &one), (&second, &other)] {
        let state = installation.state(customer, review).await;
        assert!(matches!(state, ReviewState::Done { complete: true, .. }), "{state:?}");
    }
    let json = async |customer, review| review_json(&installation.store.assessment(customer, review).await.unwrap().unwrap());
    let (left, right) = (json(&first, &one).await, json(&second, &other).await);
    assert!(left.len() > 10_000 && left == right, "the customer, the worker or the hour reached the review");
    assert!(installation.store.assessment(&second, &one).await.unwrap().is_none(), "another's review does not exist");
    assert_eq!(installation.google.recorder.writes_toward_drive().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_drive_is_reviewed_and_nothing_is_held_against_it() {
    let mut company = Company::sample().unwrap();
    company.files.clear();
    let installation = Installation::of_company(Backend::sqlite(), &company).await;
    let (customer, review) = installation.customer_with_review(1).await;
    work_off(&worker(&installation, 1).await).await;
    let state = installation.state(&customer, &review).await;
    assert!(matches!(state, ReviewState::Done { complete: true, .. }), "{state:?}");
    let assessment = installation.store.assessment(&customer, &review).await.unwrap().unwrap();
    assert!(assessment.ledger.is_empty() && !assessment.findings.is_empty());
    for finding in &assessment.findings {
        assert_eq!(finding.status, Verdict::NotAssessable, "{}", finding.clause);
        assert!(finding.gaps.is_empty(), "{}", finding.clause);
    }
    let constraints: Vec<_> = assessment.findings.iter().flat_map(|finding| &finding.constraints).collect();
    assert!(!constraints.is_empty() && constraints.iter().all(|c| c.components.because.starts_with("No document was read")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_grant_asks_to_connect_again() {
    let installation = Installation::start(Backend::sqlite(), 3).await;
    let (customer, review) = installation.customer_with_review(1).await;
    installation.google.revoke_all_grants();
    assert_eq!(work_off(&worker(&installation, 1).await).await, 1, "it is not tried again");
    let state = installation.state(&customer, &review).await;
    assert!(matches!(state, ReviewState::Failed { failure: ReviewFailure::NotAuthorised, .. }), "{state:?}");
    assert!(!is_active(&installation, &customer).await);
    let connection = installation.store.connections(&customer).await.unwrap().remove(0);
    assert!(installation.store.grant(&customer, &connection.id).await.unwrap().is_none(), "the dead grant is deleted");
}

/// A review of which two files are through when the grant is revoked at Google; gives the steps that its worker takes.
async fn revoked_in_mid_review() -> (Installation, CustomerId, ReviewId, tokio::task::JoinHandle<u32>) {
    let installation = Installation::start(Backend::sqlite(), 8).await;
    let (customer, review) = installation.customer_with_review(1).await;
    installation.google.add_fault(downloads(u32::MAX, 2, FaultAnswer::Delay { milliseconds: 1_500 }));
    let worker = worker(&installation, 1).await;
    let working = tokio::spawn(async move { work_off(&worker).await });
    installation
        .wait_until("two files are through", async || {
            matches!(installation.state(&customer, &review).await, ReviewState::Running { progress, .. } if progress.examined >= 2)
        })
        .await;
    installation.google.revoke_all_grants();
    (installation, customer, review, working)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_revoked_in_mid_review_keeps_what_was_read() {
    let (installation, customer, review, working) = revoked_in_mid_review().await;
    assert_eq!(working.await.unwrap(), 1);
    let state = installation.state(&customer, &review).await;
    assert!(matches!(state, ReviewState::Done { complete: false, .. }), "{state:?}");
    assert!(!is_active(&installation, &customer).await);
    let assessment = installation.store.assessment(&customer, &review).await.unwrap().unwrap();
    assert!(assessment.ledger.iter().any(|entry| entry.reason.as_deref().is_some_and(|reason| reason.starts_with("Not "))));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_connects_again_in_mid_review_keeps_the_new_grant() {
    let (installation, customer, review, working) = revoked_in_mid_review().await;
    let (new, spare) = (installation.grant().await, ConnectionId::of(99));
    let connected = installation.store.connect(&customer, ConnectionMode::WholeDrive, &new, &spare, Installation::now()).await.unwrap();
    assert_eq!(working.await.unwrap(), 1, "the review met the refusal of the old grant");
    let state = installation.state(&customer, &review).await;
    assert!(matches!(state, ReviewState::Done { complete: false, .. }), "{state:?}");
    assert!(is_active(&installation, &customer).await);
    let kept = installation.store.grant(&customer, &connected.id).await.unwrap().unwrap();
    assert_eq!(kept.refresh_token.expose_secret(), new.refresh_token.expose_secret());
    assert!(installation.audit_lines("grant-lost").await.is_empty(), "nothing was lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drive_that_dies_in_mid_review_is_tried_again_and_then_said_to_be_incomplete() {
    let installation = Installation::start(Backend::sqlite(), 6).await;
    let (customer, review) = installation.customer_with_review(1).await;
    installation.google.add_fault(downloads(u32::MAX, 2, unavailable()));
    assert_eq!(work_off(&worker(&installation, 1).await).await, 1);
    let state = installation.state(&customer, &review).await;
    assert!(matches!(state, ReviewState::Done { complete: false, .. }), "{state:?}");
    assert!(is_active(&installation, &customer).await, "the connection is not to blame");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drive_that_recovers_gives_a_whole_review() {
    let installation = Installation::start(Backend::sqlite(), 6).await;
    let (customer, review) = installation.customer_with_review(1).await;
    installation.google.add_fault(downloads(2, 2, unavailable()));
    assert_eq!(work_off(&worker(&installation, 1).await).await, 1);
    let state = installation.state(&customer, &review).await;
    assert!(matches!(state, ReviewState::Done { complete: true, .. }), "{state:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_that_is_there_outlives_an_attempt_that_has_none() {
    let installation = Installation::start(Backend::sqlite(), 6).await;
    let (first, whole) = installation.customer_with_review(1).await;
    let worker = worker(&installation, 1).await;
    work_off(&worker).await;
    assert!(matches!(installation.state(&first, &whole).await, ReviewState::Done { complete: true, .. }));
    let is_listing = |query: &str| query.contains("pageSize");
    let listings = installation.google.recorder.requests().iter().filter(|request| is_listing(&request.query)).count();

    // The second review is listed once; some of its files cannot be had; and when it is tried again nothing can be listed.
    let (second, partial) = installation.customer_with_review(2).await;
    let skip = u32::try_from(listings).unwrap();
    let no_list = Fault { query_contains: "pageSize".to_owned(), skip, ..Fault::first(u32::MAX, "/drive/v3/", unavailable()) };
    installation.google.add_fault(no_list);
    installation.google.add_fault(downloads(u32::MAX, 2, unavailable()));
    assert_eq!(work_off(&worker).await, 1);
    let state = installation.state(&second, &partial).await;
    assert!(matches!(state, ReviewState::Done { complete: false, .. }), "{state:?}");
    let assessment = installation.store.assessment(&second, &partial).await.unwrap().unwrap();
    assert!(assessment.ledger.iter().any(|entry| entry.sha256.is_some()), "what was read is there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drive_that_cannot_be_listed_is_given_up_after_some_attempts() {
    let installation = Installation::start(Backend::sqlite(), 3).await;
    let (customer, review) = installation.customer_with_review(1).await;
    installation.google.add_fault(Fault::first(u32::MAX, "/drive/v3/", unavailable()));
    let attempts = work_off(&worker(&installation, 1).await).await;
    let state = installation.state(&customer, &review).await;
    assert!(matches!(state, ReviewState::Failed { failure: ReviewFailure::DriveUnreachable, .. }), "{state:?}");
    assert_eq!(attempts, 3);
    assert!(is_active(&installation, &customer).await);
}

/// Begins a review whose downloads take for ever, and waits until it runs.
async fn running(installation: &Installation, shutdown: &Shutdown) -> (CustomerId, ReviewId, tokio::task::JoinHandle<Step>) {
    let (customer, review) = installation.customer_with_review(1).await;
    installation.google.add_fault(downloads(1, 0, FaultAnswer::Delay { milliseconds: 60_000 }));
    let (worker, shutdown) = (worker(installation, 1).await, shutdown.clone());
    let working = tokio::spawn(async move { worker.step(&shutdown).await.unwrap() });
    installation
        .wait_until("it runs", async || {
            matches!(installation.state(&customer, &review).await, ReviewState::Running { progress, .. } if progress.to_examine > 0)
        })
        .await;
    (customer, review, working)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_review_stops_soon() {
    let installation = Installation::start(Backend::sqlite(), 4).await;
    let (customer, review, working) = running(&installation, &Shutdown::default()).await;
    assert!(installation.store.cancel_review(&customer, &review, Installation::now()).await.unwrap());
    working.await.unwrap();
    let state = installation.state(&customer, &review).await;
    assert!(matches!(state, ReviewState::Cancelled { .. }), "{state:?}");
    assert!(installation.store.assessment(&customer, &review).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_told_to_stop_hands_its_review_back() {
    let installation = Installation::start(Backend::sqlite(), 4).await;
    let shutdown = Shutdown::default();
    let (customer, review, working) = running(&installation, &shutdown).await;
    shutdown.begin();
    working.await.unwrap();
    let state = installation.state(&customer, &review).await;
    assert!(matches!(state, ReviewState::Queued { attempt: 0, .. }), "the attempt does not count: {state:?}");
    assert_eq!(work_off(&worker(&installation, 2).await).await, 1);
    let state = installation.state(&customer, &review).await;
    assert!(matches!(state, ReviewState::Done { complete: true, .. }), "{state:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_that_is_deleted_while_it_runs_stores_nothing() {
    let installation = Installation::start(Backend::sqlite(), 4).await;
    let (customer, review, working) = running(&installation, &Shutdown::default()).await;
    let connection = installation.store.connections(&customer).await.unwrap().remove(0);
    let receipt =
        installation.store.disconnect(&customer, &connection.id, &ReceiptId::of(1), Some(true), Installation::now()).await.unwrap();
    assert_eq!(receipt.unwrap().counts.reviews, 1);
    working.await.unwrap();
    assert!(installation.store.review(&customer, &review).await.unwrap().is_none());
    assert!(installation.store.assessment(&customer, &review).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_restarts_loses_no_review_postgres() {
    let name = "a_database_that_restarts_loses_no_review_postgres";
    let Some(backend) = Backend::postgres(name).await else { return };
    let installation = Installation::start(backend, 8).await;
    let (customer, review) = installation.customer_with_review(1).await;
    installation.google.add_fault(downloads(u32::MAX, 0, FaultAnswer::Delay { milliseconds: 300 }));
    let worker = worker(&installation, 1).await;
    let working = tokio::spawn(async move { work_off(&worker).await });
    for _ in 0..5 {
        tokio::time::sleep(Duration::from_millis(300)).await;
        installation.backend.cut_connections().await;
    }
    working.await.unwrap();
    let state = installation.state(&customer, &review).await;
    assert!(matches!(state, ReviewState::Done { complete: true, .. }), "{state:?}");
}
