//! Streams of events: how many there may be, and that they end with their session.

use std::time::Duration;

use jiff::SignedDuration;
use reqwest::{Client, Response};

use crate::house::House;
use crate::person::{OWNER, Person, parameter};

const SESSION: &str = "__Host-crosswalk";

/// Opens the stream of a review; what it says first.
async fn open(person: &Person<'_>, review: &str) -> (Response, String) {
    let browser = Client::builder().no_proxy().build().unwrap();
    let cookie = format!("{SESSION}={}", person.cookie(SESSION).unwrap());
    let mut stream = browser.get(person.address(&format!("{review}/events"))).header("cookie", cookie).send().await.unwrap();
    assert_eq!(stream.status(), 200);
    let first = stream.chunk().await.unwrap().unwrap();
    (stream, String::from_utf8(first.to_vec()).unwrap())
}

/// What else a stream says until it ends, which must be soon.
async fn rest(stream: Response) -> String {
    tokio::time::timeout(Duration::from_secs(5), stream.text()).await.expect("the stream goes on").unwrap()
}

#[tokio::test]
async fn one_stream_too_many_tells_how_it_stands_and_asks_to_come_back_later() {
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    let review = person.order(&parameter(&person.connect("whole-drive").await, "connection")).await;
    let mut held = Vec::new();
    for _ in 0..8 {
        let (stream, first) = open(&person, &review).await;
        assert!(first.contains("retry: 2000"), "{first}");
        held.push(stream);
    }
    let (stream, first) = open(&person, &review).await;
    assert!(first.contains("Waiting for a free worker") && first.contains("retry: 15000"), "{first}");
    assert!(!rest(stream).await.contains("event:"));
    // Another session of the same customer has seats of its own.
    let other = Person::signed_in(&house, OWNER).await;
    assert!(open(&other, &review).await.1.contains("retry: 2000"));
    // A page that is closed makes room, once the server has noticed.
    drop(held);
    let mut has_room = false;
    for _ in 0..50 {
        has_room = open(&person, &review).await.1.contains("retry: 2000");
        if has_room {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(has_room, "a closed stream keeps its seat");
}

#[tokio::test]
async fn a_stream_ends_with_its_session() {
    let house = House::open().await;
    let (one, two) = (Person::signed_in(&house, OWNER).await, Person::signed_in(&house, OWNER).await);
    let review = one.order(&parameter(&one.connect("whole-drive").await, "connection")).await;
    let (mut stream, _) = open(&one, &review).await;
    two.submit("/account", "/sign-out-everywhere", &[]).await.leads_to("/");
    assert!(tokio::time::timeout(Duration::from_millis(1_500), stream.chunk()).await.is_err(), "it looked sooner than it has to");
    house.clock.forward(SignedDuration::from_secs(31));
    assert!(!rest(stream).await.contains("event: ended"), "the review itself goes on");
}

#[tokio::test]
async fn an_outage_is_logged_once_for_each_stream() {
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    let review = person.order(&parameter(&person.connect("whole-drive").await, "connection")).await;
    let (mut stream, _) = open(&person, &review).await;
    house.store.close().await.unwrap();
    house.clock.forward(SignedDuration::from_secs(31));
    assert!(tokio::time::timeout(Duration::from_millis(2_600), stream.chunk()).await.is_err(), "an outage ended the stream");
    let number = review.trim_start_matches("/reviews/");
    let log = crate::secrets::capture().text();
    let warnings = log.lines().filter(|line| line.contains(number) && line.contains("the progress of a review could not be read"));
    assert_eq!(warnings.count(), 1);
}
