//! The checkout page as a buyer's browser meets it, and the events that leave the simulated Stripe while somebody pays.

use std::time::{Duration, Instant};

use crosswalk::ports::{Checkout, Payments, SessionNow};
use crosswalk::simulator::Refund;
use reqwest::{Client, Response};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::house::{House, checkout, now};

fn browser() -> Client {
    Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap()
}

async fn choose(page: &str, choice: &str) -> Response {
    browser().post(page).form(&[("choice", choice)]).send().await.unwrap()
}

fn header(response: &Response, name: &str) -> String {
    response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

/// A webhook that answers so many times with a failure first.
async fn webhook(failures: u64) -> MockServer {
    let server = MockServer::start().await;
    if failures > 0 {
        let failing = Mock::given(method("POST")).and(path("/stripe")).respond_with(ResponseTemplate::new(503));
        failing.up_to_n_times(failures).mount(&server).await;
    }
    Mock::given(method("POST")).and(path("/stripe")).respond_with(ResponseTemplate::new(200)).mount(&server).await;
    server
}

#[tokio::test]
async fn the_page_says_what_it_is_and_lets_nothing_else_in() {
    let house = House::new().await;
    let page = house.payments.begin(&checkout(1)).await.unwrap();
    let response = browser().get(page.url).send().await.unwrap();
    let policy = header(&response, "content-security-policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(policy.contains("form-action 'self' https://crosswalk.example") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(header(&response, "cache-control"), "no-store");
    let text = response.text().await.unwrap();
    for part in [
        "SIMULATED checkout: no money moves, no card is asked for",
        "EUR 149.00",
        "Crosswalk detailed gap report",
        "value=\"card\"",
        "value=\"debit\"",
        "value=\"cancel\"",
        "<html lang=\"en\">",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    // It asks for nothing: no field to fill in, no script.
    assert!(!text.contains("<input") && !text.contains("<script") && !text.contains(" style="), "{text}");
}

#[tokio::test]
async fn texts_of_the_request_are_shown_as_text() {
    let house = House::with(&[("BILLING__PRODUCT_NAME", "<b>\"Report\"</b>")]).await;
    let page = house.payments.begin(&Checkout { email: Some("\"<i>\"@example.com".to_owned()), ..checkout(1) }).await.unwrap();
    let text = browser().get(page.url).send().await.unwrap().text().await.unwrap();
    assert!(text.contains("&lt;b&gt;") && !text.contains("<b>") && !text.contains("<i>"), "{text}");
}

#[tokio::test]
async fn paying_tells_the_webhook_before_the_browser_comes_back() {
    let (house, webhook) = (House::new().await, webhook(0).await);
    house.stripe.deliver_to(Some(&format!("{}/stripe", webhook.uri())));
    let page = house.payments.begin(&checkout(1)).await.unwrap();
    let back = choose(page.url.as_str(), "card").await;
    assert_eq!(back.status().as_u16(), 303);
    assert_eq!(header(&back, "location"), format!("https://crosswalk.example/paid?session={}", page.session));
    let brought = webhook.received_requests().await.unwrap();
    assert_eq!(brought.len(), 1);
    let signature = brought[0].headers.get("stripe-signature").unwrap().to_str().unwrap();
    let event = house.payments.read_event(signature, &brought[0].body, now()).unwrap().unwrap();
    assert_eq!(event.payment, Some(checkout(1).payment));
    // Pressing the button again pays nothing again.
    let again = choose(page.url.as_str(), "card").await;
    assert_eq!(again.status().as_u16(), 200);
    assert!(again.text().await.unwrap().contains("paid already"));
    assert_eq!(house.stripe.events().len(), 1);
    // The same event comes again whenever Stripe likes.
    assert_eq!(house.stripe.redeliver(&event.id).await, Some(200));
    assert_eq!(webhook.received_requests().await.unwrap().len(), 2);
}

#[tokio::test]
async fn an_event_that_is_not_taken_comes_again() {
    let (house, webhook) = (House::new().await, webhook(2).await);
    house.stripe.deliver_to(Some(&format!("{}/stripe", webhook.uri())));
    let page = house.payments.begin(&checkout(1)).await.unwrap();
    house.stripe.pay(&page.session).await.unwrap();
    let begun = Instant::now();
    while house.stripe.deliveries().last().is_none_or(|delivered| delivered.status != Some(200)) {
        assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", house.stripe.deliveries());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let told: Vec<Option<u16>> = house.stripe.deliveries().iter().map(|delivered| delivered.status).collect();
    assert_eq!(told, [Some(503), Some(503), Some(200)]);
}

#[tokio::test]
async fn cancelling_goes_back_and_the_checkout_stays_open() {
    let house = House::new().await;
    let page = house.payments.begin(&checkout(1)).await.unwrap();
    let back = choose(page.url.as_str(), "cancel").await;
    assert_eq!((back.status().as_u16(), header(&back, "location").as_str()), (303, "https://crosswalk.example/reviews/1"));
    assert_eq!(house.payments.look_up(&page.session, now()).await.unwrap(), SessionNow::Open(page.clone()));
    assert!(house.stripe.events().is_empty());
    assert_eq!(choose(page.url.as_str(), "steal").await.status().as_u16(), 400);
    let unknown = format!("{}/pay/cs_test_unknown", house.stripe.api_url);
    assert_eq!(browser().get(unknown).send().await.unwrap().status().as_u16(), 404);
}

#[tokio::test]
async fn the_operator_gives_money_back_in_the_dashboard() {
    let house = House::new().await;
    let page = house.payments.begin(&checkout(1)).await.unwrap();
    house.stripe.pay(&page.session).await.unwrap();
    let dashboard = house.stripe.api_url.clone();
    let shown = browser().get(&dashboard).send().await.unwrap().text().await.unwrap();
    assert!(shown.contains(&page.session) && shown.contains("Refund all"), "{shown}");
    let act = format!("{dashboard}/dashboard/{}", page.session);
    let answer = browser().post(act).form(&[("act", "refund")]).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 303);
    assert_eq!(house.last().fact, crosswalk::account::PaymentFact::Refunded { is_full: true });
    assert_eq!(house.stripe.refund(&page.session, Refund::Full).await, None);
    let shown = browser().get(&dashboard).send().await.unwrap().text().await.unwrap();
    assert!(shown.contains("EUR 149.00 given back"), "{shown}");
}
