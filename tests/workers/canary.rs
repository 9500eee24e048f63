//! A review through the service leaves nothing of a document anywhere: unique words stand in every document, and after the review they are
//! searched for in the database with its log, the data folder, the folder for temporary files, what the worker wrote to its log, and the
//! letters it sent. A payment, a decision, a schedule and what was kept for the next review are there by then.

use std::fs;
use std::path::Path;

use aho_corasick::AhoCorasick;

use crate::installation::{Backend, Installation};
use crate::mailing::{Working, opened};
use crate::postbox::{Postbox, Stage};
use crosswalk::account::{CustomerId, Recurrence, ReviewId};
use crosswalk::ports::{PlannedReview, ReviewScope, ReviewState, Reviews, Schedules as _, ScopedPlace};
use crosswalk::simulator::Company;
use crosswalk::workflow::schedule_reviews::{ScheduleWish, set_schedule};
use crosswalk::workflow::take_payment::take_event;
use jiff::Timestamp;

/// The address of the customer.
const ADDRESS: &str = "unplanned.name@tannhauer-medical.example";
/// What the customer writes into a decision.
const DECIDED: &str = "Gnatwren keeps the Quillwort binder";
/// A place that the customer chose for a schedule.
const PLACE: &str = "Marshwiggle archive";

#[tokio::test(flavor = "multi_thread")]
async fn no_text_of_a_document_is_left_by_the_service_sqlite() {
    nothing_is_left(Backend::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_text_of_a_document_is_left_by_the_service_postgres() {
    if let Some(backend) = Backend::postgres("no_text_of_a_document_is_left_by_the_service_postgres").await {
        nothing_is_left(backend).await;
    }
}

async fn nothing_is_left(backend: Backend) {
    let mut company = Company::sample().unwrap();
    let mut canaries: Vec<String> = company.plant_canaries().into_iter().map(|(_, word)| word).collect();
    assert!(canaries.len() > 20);
    // File names, the address of the customer and what the customer writes are customer text too.
    canaries.extend(["Threat model", "SOUP", "unplanned.name@tannhauer", DECIDED, PLACE].map(str::to_owned));
    let installation = Installation::of_company(backend, &company).await;
    let (customer, review) = installation.customer_with_review(1).await;
    installation.give_address(1, ADDRESS).await;
    let postbox = Postbox::open().await;
    let working = Working::begin(&installation, &postbox);
    installation.wait_until("the review has ended", async || !installation.state(&customer, &review).await.is_active()).await;
    canaries.extend(quotes(&installation, &customer, &review).await);

    // What came of it: it is paid, decided about, and reviewed again by a schedule, which finds a document gone.
    let event = opened(&installation, &customer, &review).await;
    take_event(&installation.store, &event, Installation::now()).await.unwrap();
    installation.decide(&customer, DECIDED).await;
    let evidence = installation.google.id_of("SOP-014 Security Risk Management.docx").unwrap();
    assert!(installation.google.trash(&evidence, true));
    schedule(&installation, &customer).await;
    installation.wait_until("both letters are there", async || postbox.letters().len() == 2).await;
    let newest = installation.store.reviews(&customer).await.unwrap().remove(0).id;
    assert_ne!(newest, review);
    canaries.extend(quotes(&installation, &customer, &newest).await);
    // One more letter waits when the search begins.
    postbox.refuse(ADDRESS, Stage::Letter, "451 4.3.0 come back later", 1);
    installation.google.revoke_all_grants();
    assert!(installation.google.trash(&evidence, false));
    due(&installation, &customer, ReviewScope::Everything).await;
    installation.wait_until("a third letter was tried", async || working.log().contains("a letter was not sent")).await;
    let place = ScopedPlace { id: "place-1".to_owned(), name: PLACE.to_owned() };
    later(&installation, &customer, ReviewScope::Places(vec![place])).await;
    let log = working.log();
    let places = working.end();

    let wanted = AhoCorasick::new(&canaries).unwrap();
    assert!(wanted.is_match(&format!("<{ADDRESS}>")), "the search finds nothing at all");
    let subjects: Vec<String> = postbox.letters().iter().map(|letter| letter.header("Subject").to_owned()).collect();
    assert_eq!(subjects.len(), 3, "{subjects:?}");
    for letter in postbox.letters() {
        let words = letter.words();
        assert!(words.contains("crosswalk.example.com/"), "a letter without a link was searched: {words}");
        assert_none("a letter", words.as_bytes(), &wanted);
    }
    for table in ["schedule", "decision", "examination", "payment", "payment_event", "assessment"] {
        assert!(installation.rows(table).await > 0, "nothing lies in {table}");
    }
    assert_eq!(installation.rows("mail").await, 3);
    let mut searched = 0;
    searched += search(places.path(), &wanted);
    searched += search(installation.data_folder(), &wanted);
    searched += search(installation.backend.folder(), &wanted);
    let dump = installation.backend.dump().await;
    assert!(!dump.is_empty(), "nothing of the database was searched");
    assert_none("the database", &dump, &wanted);
    assert!(searched >= 1, "nothing was searched");
    for words in ["a review begins", "the time of a scheduled review has come", "a letter was sent", "a letter was not sent"] {
        assert!(log.contains(words), "the log was searched, and does not say {words:?}");
    }
}

/// The beginning of every quote of a review that is done.
async fn quotes(installation: &Installation, customer: &CustomerId, review: &ReviewId) -> Vec<String> {
    let state = installation.state(customer, review).await;
    assert!(matches!(state, ReviewState::Done { .. }), "{state:?}");
    let assessment = installation.store.assessment(customer, review).await.unwrap().unwrap();
    let constraints = assessment.findings.iter().flat_map(|finding| &finding.constraints);
    let quotes: Vec<String> =
        constraints.flat_map(|constraint| &constraint.evidence).map(|evidence| evidence.quote.chars().take(40).collect()).collect();
    assert!(!quotes.is_empty(), "there are quotes to be found");
    quotes
}

/// Has the connection reviewed every week, and for the first time now.
async fn schedule(installation: &Installation, customer: &CustomerId) {
    let wish = ScheduleWish {
        connection: installation.connection(customer).await,
        recurrence: Recurrence::Week,
        zone: "Europe/Berlin".to_owned(),
        order: Installation::order(),
    };
    set_schedule(&installation.store, customer, wish, Installation::now()).await.unwrap().unwrap();
    due(installation, customer, ReviewScope::Everything).await;
}

/// Brings the next time of the schedule to now.
async fn due(installation: &Installation, customer: &CustomerId, scope: ReviewScope) {
    planned(installation, customer, scope, Timestamp::from_second(Installation::now().as_second() - 1).unwrap()).await;
}

/// Puts it off for ever.
async fn later(installation: &Installation, customer: &CustomerId, scope: ReviewScope) {
    planned(installation, customer, scope, Timestamp::from_second(Installation::now().as_second() + 1_000_000).unwrap()).await;
}

async fn planned(installation: &Installation, customer: &CustomerId, scope: ReviewScope, next_at: Timestamp) {
    let connection = installation.connection(customer).await;
    let PlannedReview { mut schedule, mut order } = installation.store.schedule(customer, &connection).await.unwrap().unwrap();
    (schedule.next_at, order.scope) = (next_at, scope);
    assert!(installation.store.set_schedule(&schedule, &order).await.unwrap());
}

/// Searches every file below a folder; how many there were.
fn search(folder: &Path, wanted: &AhoCorasick) -> usize {
    let mut searched = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            searched += search(&path, wanted);
        } else {
            searched += 1;
            assert_none(&path.display().to_string(), &fs::read(&path).unwrap(), wanted);
        }
    }
    searched
}

fn assert_none(place: &str, bytes: &[u8], wanted: &AhoCorasick) {
    if let Some(found) = wanted.find(bytes) {
        panic!("{place} holds {:?}", String::from_utf8_lossy(&bytes[found.range()]));
    }
}
