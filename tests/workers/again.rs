//! Reviewing again: only what changed is fetched, the result is that of a review from scratch, and the customer is told what is different.

use std::sync::Arc;

use crate::installation::{Backend, Installation};
use crate::performing::{TestWorker, work_off, worker};
use crosswalk::account::{CustomerId, Notice, Recurrence, ReviewId, WorkerId};
use crosswalk::ports::{LeasedNotice, Ordered, Outbox as _, PlannedReview, ReviewOrigin, Reviews as _, Schedules as _, StoreFailure};
use crosswalk::report::review_json;
use crosswalk::simulator::{Company, CompanyFile, RecordedRequest};
use crosswalk::workflow::schedule_reviews::{ScheduleWish, set_schedule};
use jiff::{SignedDuration, Timestamp};

/// Requests toward the Drive since `before`: how many, how many of them for contents, and how many bytes came.
fn since(installation: &Installation, before: usize) -> (usize, usize, usize) {
    let requests: Vec<RecordedRequest> = installation.google.recorder.requests().into_iter().skip(before).collect();
    let drive: Vec<&RecordedRequest> = requests.iter().filter(|request| request.path.starts_with("/drive/")).collect();
    let contents = drive.iter().filter(|request| request.query.contains("alt=media") || request.path.ends_with("/export")).count();
    (drive.len(), contents, drive.iter().map(|request| request.size_bytes).sum())
}

fn count(installation: &Installation) -> usize {
    installation.google.recorder.requests().len()
}

async fn json(installation: &Installation, customer: &CustomerId, review: &ReviewId) -> String {
    review_json(&installation.store.assessment(customer, review).await.unwrap().unwrap())
}

async fn again(installation: &Installation, customer: &CustomerId, number: u128) -> ReviewId {
    let connection = installation.connection(customer).await;
    let (order, id, now) = (Installation::order(), ReviewId::of(number), Installation::now());
    let ordered = installation.store.order_review(customer, &connection, &order, &id, now);
    assert_eq!(ordered.await.unwrap(), Ordered::Queued(ReviewId::of(number)));
    ReviewId::of(number)
}

/// A document of the sample company that is evidence, and is stored as bytes.
fn evidence(installation: &Installation) -> String {
    installation.google.id_of("SOP-014 Security Risk Management.docx").unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_drive_is_listed_and_nothing_is_fetched() {
    let installation = Installation::start(Backend::sqlite(), 100).await;
    let (customer, first) = installation.customer_with_review(1).await;
    let worker = worker(&installation, 1).await;
    let start = count(&installation);
    work_off(&worker).await;
    let (_, first_contents, first_bytes) = since(&installation, start);
    assert!(first_contents > 15, "{first_contents}");
    let before = count(&installation);
    let second = again(&installation, &customer, 500).await;
    work_off(&worker).await;
    let (requests, contents, bytes) = since(&installation, before);
    assert!(contents <= first_contents / 4, "{contents} of {first_contents}: only what could not be read is tried again");
    assert!(bytes < first_bytes / 2, "{bytes} of {first_bytes} bytes, {requests} requests");
    assert_eq!(json(&installation, &customer, &first).await, json(&installation, &customer, &second).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_file_is_read_again_and_the_result_is_that_of_a_fresh_review() {
    let installation = Installation::start(Backend::sqlite(), 100).await;
    let (customer, first) = installation.customer_with_review(1).await;
    let worker = worker(&installation, 1).await;
    work_off(&worker).await;
    let changed = evidence(&installation);
    assert!(installation.google.edit(&changed, b"%PDF-1.4 nothing is left".to_vec()));
    let second = again(&installation, &customer, 500).await;
    work_off(&worker).await;
    // Somebody who was never here reviews the same Drive.
    let (stranger, fresh) = installation.customer_with_review(2).await;
    work_off(&worker).await;
    let (old, new) = (json(&installation, &customer, &first).await, json(&installation, &customer, &second).await);
    assert_ne!(old, new, "the change is not seen");
    assert_eq!(new, json(&installation, &stranger, &fresh).await, "a review from what is kept differs from one from scratch");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_build_of_the_reader_takes_nothing_over() {
    let installation = Installation::start(Backend::sqlite(), 6).await;
    let (customer, _) = installation.customer_with_review(1).await;
    let start = count(&installation);
    work_off(&worker(&installation, 1).await).await;
    let (_, first_contents, _) = since(&installation, start);
    let other = crate::performing::worker_of(&installation, 2, "another build").await;
    let before = count(&installation);
    again(&installation, &customer, 500).await;
    work_off(&other).await;
    assert_eq!(since(&installation, before).1, first_contents);
}

async fn letters(installation: &Installation) -> Vec<Notice> {
    let mut letters = Vec::new();
    let claim = async || -> Result<Option<LeasedNotice>, StoreFailure> {
        installation.store.claim_notice(&WorkerId::of(99), SignedDuration::from_mins(5), Installation::now()).await
    };
    while let Some(leased) = claim().await.unwrap() {
        letters.push(leased.notice.notice);
    }
    letters
}

/// Brings the next time of the schedule to now, and lets the worker see it.
async fn time_comes(installation: &Installation, customer: &CustomerId, worker: &TestWorker) -> ReviewId {
    let connection = installation.connection(customer).await;
    let PlannedReview { mut schedule, order } = installation.store.schedule(customer, &connection).await.unwrap().unwrap();
    schedule.next_at = Timestamp::from_second(Installation::now().as_second() - 1).unwrap();
    assert!(installation.store.set_schedule(&schedule, &order).await.unwrap());
    worker.keep_house().await;
    worker.keep_house().await;
    work_off(worker).await;
    let newest = installation.store.reviews(customer).await.unwrap().remove(0);
    assert!(newest.origin == ReviewOrigin::Scheduled);
    newest.id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_writes_only_if_something_changed_or_nobody_may_read_any_more() {
    let installation = Installation::start(Backend::sqlite(), 100).await;
    let (customer, _) = installation.customer_with_review(1).await;
    let worker = worker(&installation, 1).await;
    work_off(&worker).await;
    let connection = installation.connection(&customer).await;
    let wish = ScheduleWish {
        connection: connection.clone(),
        recurrence: Recurrence::Week,
        zone: "Europe/Berlin".to_owned(),
        order: Installation::order(),
    };
    set_schedule(&installation.store, &customer, wish, Installation::now()).await.unwrap().unwrap();
    time_comes(&installation, &customer, &worker).await;
    assert!(letters(&installation).await.is_empty(), "nothing changed, so nothing is written");

    assert!(installation.google.trash(&evidence(&installation), true));
    let changed = time_comes(&installation, &customer, &worker).await;
    let told = letters(&installation).await;
    let [Notice::ReviewChanged { review, counts, is_complete: true, .. }] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((review, counts.files_vanished, counts.files_new), (&changed, 1, 0));

    installation.google.revoke_all_grants();
    time_comes(&installation, &customer, &worker).await;
    let told = letters(&installation).await;
    assert_eq!(told, [Notice::Reconnect { connection: connection.clone() }]);
    // Until the person connects again nothing is ordered, and nothing is written a second time.
    let before = installation.store.reviews(&customer).await.unwrap().len();
    let PlannedReview { mut schedule, order } = installation.store.schedule(&customer, &connection).await.unwrap().unwrap();
    schedule.next_at = Timestamp::UNIX_EPOCH;
    installation.store.set_schedule(&schedule, &order).await.unwrap();
    Arc::clone(&worker).keep_house().await;
    assert_eq!(installation.store.reviews(&customer).await.unwrap().len(), before);
    assert!(letters(&installation).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_hundred_files_the_one_that_changed_is_fetched() {
    // What can be read of the sample company, again and again under other names.
    let mut company = Company::sample().unwrap();
    let stored = company.files.iter().filter(|file| file.name == "SOP-014 Security Risk Management.docx");
    let stored: Vec<CompanyFile> = stored.cloned().collect();
    assert!(!stored.is_empty());
    company.files = (0..100)
        .map(|number: usize| {
            let mut file = stored[number % stored.len()].clone();
            file.name = format!("{number:03} {}", file.name);
            file
        })
        .collect();
    let installation = Installation::of_company(Backend::sqlite(), &company).await;
    let (customer, first) = installation.customer_with_review(1).await;
    let worker = worker(&installation, 1).await;
    let start = count(&installation);
    work_off(&worker).await;
    let fresh = since(&installation, start);
    assert_eq!(fresh.1, 100);
    let changed = installation.google.id_of(&company.files[42].name).unwrap();
    assert!(installation.google.edit(&changed, b"%PDF-1.4 nothing is left".to_vec()));
    let before = count(&installation);
    let second = again(&installation, &customer, 500).await;
    work_off(&worker).await;
    let repeated = since(&installation, before);
    println!(
        "first review: {} requests, {} contents, {} bytes; again: {} requests, {} contents, {} bytes",
        fresh.0, fresh.1, fresh.2, repeated.0, repeated.1, repeated.2
    );
    assert_eq!(repeated.1, 1, "more than the changed file was fetched");
    assert!(repeated.0 * 10 < fresh.0 && repeated.2 * 5 < fresh.2, "{repeated:?} of {fresh:?}");
    assert_ne!(json(&installation, &customer, &first).await, json(&installation, &customer, &second).await);
}
