//! Workers that are killed with -9 while they work: every review ends exactly once, none stays running, and a review that takes its worker
//! down each time is given up with a reason. On both databases. `CROSSWALK_KILLS` sets how many kills (5 unless set); the full loop is
//! `tests/kill-loop`.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::installation::{Backend, Installation, Lots};
use crosswalk::account::ReviewId;
use crosswalk::ports::{AuditLog, AuditVerdict, Connections, Ordered, ReviewFailure, ReviewState, Reviews};

const REVIEWS: u64 = 20;
const WORKERS: usize = 2;

#[tokio::test(flavor = "multi_thread")]
async fn killed_workers_lose_nothing_and_do_nothing_twice_sqlite() {
    killed_workers(Backend::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_workers_lose_nothing_and_do_nothing_twice_postgres() {
    if let Some(backend) = Backend::postgres("killed_workers_lose_nothing_and_do_nothing_twice_postgres").await {
        killed_workers(backend).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_kills_its_worker_each_time_is_given_up_with_a_reason_sqlite() {
    poison(Backend::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_kills_its_worker_each_time_is_given_up_with_a_reason_postgres() {
    if let Some(backend) = Backend::postgres("what_kills_its_worker_each_time_is_given_up_with_a_reason_postgres").await {
        poison(backend).await;
    }
}

/// A worker process that ends with its test.
struct WorkerProcess(Child);

impl WorkerProcess {
    fn start(installation: &Installation, max_attempts: u32) -> Self {
        let child = Command::new(env!("CARGO_BIN_EXE_crosswalk"))
            .arg("work")
            .env_clear()
            .envs(installation.variables())
            .env("CROSSWALK_WORKER__LEASE_MS", "1500")
            .env("CROSSWALK_WORKER__POLL_MS", "50")
            .env("CROSSWALK_WORKER__MAX_ATTEMPTS", max_attempts.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self(child)
    }

    /// SIGKILL: no handler runs, nothing is handed back.
    fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for WorkerProcess {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[expect(clippy::disallowed_methods, reason = "how long the loop runs is chosen from outside")]
fn kills() -> u32 {
    std::env::var("CROSSWALK_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(5)
}

#[expect(clippy::print_stdout, reason = "how much was killed is told")]
async fn killed_workers(backend: Backend) {
    let installation = Installation::start(backend, 4).await;
    // Documents come slowly, so that reviews are under way when their workers die.
    installation.delay_downloads(150);
    let mut ordered = Vec::new();
    for number in 1..=REVIEWS {
        ordered.push(installation.customer_with_review(number).await);
    }
    let mut lots = Lots::seeded(7);
    let mut workers: Vec<WorkerProcess> = (0..WORKERS).map(|_| WorkerProcess::start(&installation, 20)).collect();
    let mut hits = 0;
    for _ in 0..kills() {
        tokio::time::sleep(Duration::from_millis(100 + lots.below(900))).await;
        let mut is_any_running = false;
        for (customer, review) in &ordered {
            is_any_running |= matches!(installation.state(customer, review).await, ReviewState::Running { .. });
        }
        hits += u32::from(is_any_running);
        let victim = usize::try_from(lots.below(WORKERS as u64)).unwrap();
        workers[victim].kill();
        workers[victim] = WorkerProcess::start(&installation, 20);
    }
    println!("{} kills, {hits} of them while reviews were running", kills());
    installation
        .wait_until("every review has ended", async || {
            for (customer, review) in &ordered {
                if installation.state(customer, review).await.is_active() {
                    return false;
                }
            }
            true
        })
        .await;
    for (customer, review) in &ordered {
        let state = installation.state(customer, review).await;
        assert!(matches!(state, ReviewState::Done { complete: true, .. }), "{state:?}");
        assert!(installation.store.assessment(customer, review).await.unwrap().is_some(), "a result that is done can be read");
    }
    let done = installation.audit_lines("review-done").await;
    assert!(done.len() <= ordered.len(), "{} endings of {} reviews", done.len(), ordered.len());
    let mut unique = done.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), done.len(), "a review has ended twice");
    assert!(matches!(installation.store.verify().await.unwrap(), AuditVerdict::Whole { .. }), "the audit log is whole");
    assert_eq!(installation.google.recorder.writes_toward_drive().len(), 0);
}

async fn poison(backend: Backend) {
    let installation = Installation::start(backend, 4).await;
    // The document takes long to come, so that its worker is surely on it when it is killed.
    installation.delay_downloads(60_000);
    let (customer, review) = installation.customer_with_review(1).await;
    for attempt in 1..=3 {
        let mut worker = WorkerProcess::start(&installation, 3);
        installation
            .wait_until("the review runs", async || {
                matches!(installation.state(&customer, &review).await, ReviewState::Running { attempt: now, .. } if now == attempt)
            })
            .await;
        worker.kill();
    }
    let _last = WorkerProcess::start(&installation, 3);
    installation.wait_until("it is given up", async || !installation.state(&customer, &review).await.is_active()).await;
    let state = installation.state(&customer, &review).await;
    assert!(matches!(state, ReviewState::Failed { failure: ReviewFailure::WorkerDied, .. }), "{state:?}");
    // Its connection is free for another review.
    let connection = installation.store.connections(&customer).await.unwrap().remove(0);
    let order = Installation::order();
    let again = installation.store.order_review(&customer, &connection.id, &order, &ReviewId::of(99), Installation::now()).await.unwrap();
    assert_eq!(again, Ordered::Queued(ReviewId::of(99)));
}
