//! Beginning a checkout and looking a session up: what is sent, what is refused, what is tried again.

use std::time::{Duration, Instant};

use crosswalk::account::{PaymentEvent, PaymentFact, PaymentStanding};
use crosswalk::billing::Patience;
use crosswalk::ports::{Checkout, PaymentFailure, Payments, SessionNow};
use crosswalk::simulator::{Debit, Refund, StripeFault};
use serde_json::json;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::house::{House, adapter, checkout, now, price};

fn is_misconfigured(failure: &PaymentFailure, part: &str) -> bool {
    matches!(failure, PaymentFailure::Misconfigured { detail } if detail.contains(part))
}

fn is_unreachable(failure: &PaymentFailure, part: &str) -> bool {
    matches!(failure, PaymentFailure::Unreachable { detail } if detail.contains(part))
}

fn status(status: u16) -> StripeFault {
    StripeFault::Status { status, retry_after_seconds: None }
}

#[tokio::test]
async fn a_checkout_is_begun_and_only_ids_leave() {
    let house = House::new().await;
    let page = house.payments.begin(&checkout(1)).await.unwrap();
    assert!(page.session.starts_with("cs_test_") && page.url.as_str().starts_with(&house.stripe.api_url), "{page:?}");
    assert_eq!(page.url.origin().ascii_serialization(), house.payments.checkout_origin());
    let requests = house.stripe.requests();
    let [request] = &requests[..] else { panic!("{requests:#?}") };
    assert_eq!(request.version.as_deref(), Some("2026-10-28.endive"));
    assert_eq!(request.idempotency_key.as_deref(), Some("checkout-00000000000000000000000000000001"));
    // The whole of it: whatever is added to the form must be thought about here.
    let told: Vec<(&str, &str)> = request.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let (payment, review, customer) =
        ("00000000000000000000000000000001", "0000000000000000000000000000beef", "0000000000000000000000000000cafe");
    assert_eq!(
        told,
        [
            ("mode", "payment"),
            ("line_items[0][quantity]", "1"),
            ("line_items[0][price_data][currency]", "eur"),
            ("line_items[0][price_data][unit_amount]", "14900"),
            ("line_items[0][price_data][product_data][name]", "Crosswalk detailed gap report"),
            ("adaptive_pricing[enabled]", "false"),
            ("success_url", "https://crosswalk.example/paid?session={CHECKOUT_SESSION_ID}"),
            ("cancel_url", "https://crosswalk.example/reviews/1"),
            ("client_reference_id", payment),
            ("customer_email", "mara@tannhauer-medical.example"),
            ("metadata[payment]", payment),
            ("metadata[review]", review),
            ("metadata[customer]", customer),
            ("payment_intent_data[metadata][payment]", payment),
            ("payment_intent_data[metadata][review]", review),
            ("payment_intent_data[metadata][customer]", customer),
        ]
    );
}

#[tokio::test]
async fn beginning_twice_gives_the_same_page_and_other_terms_are_refused() {
    let house = House::new().await;
    let page = house.payments.begin(&checkout(1)).await.unwrap();
    assert_eq!(house.payments.begin(&checkout(1)).await.unwrap(), page);
    assert_ne!(house.payments.begin(&checkout(2)).await.unwrap(), page);
    let failure = house.payments.begin(&Checkout { email: None, ..checkout(1) }).await.unwrap_err();
    assert!(is_misconfigured(&failure, "begin a new one"), "{failure}");
}

#[tokio::test]
async fn two_at_once_get_one_session() {
    let house = House::new().await;
    let (one, other) = (checkout(1), checkout(1));
    let (one, other) = tokio::join!(house.payments.begin(&one), house.payments.begin(&other));
    assert_eq!(one.unwrap(), other.unwrap());
}

#[tokio::test]
async fn tax_is_asked_for_when_it_is_set() {
    let extra = [
        ("BILLING__AUTOMATIC_TAX", "true"),
        ("BILLING__TAX_BEHAVIOR", "exclusive"),
        ("BILLING__TAX_CODE", "txcd_10103001"),
        ("BILLING__COLLECT_TAX_ID", "true"),
        ("BILLING__INVOICE", "true"),
    ];
    let house = House::with(&extra).await;
    let page = house.payments.begin(&checkout(1)).await.unwrap();
    house.stripe.pay(&page.session).await.unwrap();
    let PaymentFact::Paid { amount } = house.last().fact else { panic!("not paid") };
    assert_eq!((amount.subtotal, amount.total), (14_900, 17_731));
    let fact = house.last().fact;
    assert!(matches!(PaymentStanding::of(price(), [(now(), &fact)]), PaymentStanding::Paid { .. }), "tax on top is no other price");
    let requests = house.stripe.requests();
    for (name, expected) in [
        ("automatic_tax[enabled]", "true"),
        ("billing_address_collection", "required"),
        ("tax_id_collection[enabled]", "true"),
        ("invoice_creation[enabled]", "true"),
        ("line_items[0][price_data][product_data][tax_code]", "txcd_10103001"),
    ] {
        assert_eq!(requests[0].field(name), Some(expected), "{name}");
    }
}

#[tokio::test]
async fn a_refused_key_is_not_tried_again_and_never_shown() {
    let house = House::new().await;
    let payments = adapter(&house.stripe, &[("STRIPE__SECRET_KEY", "sk_test_hushhushhush")]);
    let failure = payments.begin(&checkout(1)).await.unwrap_err();
    assert!(is_misconfigured(&failure, "stripe.secret_key"), "{failure}");
    assert!(!format!("{failure} {failure:?}").contains("hush"), "{failure}");
    assert_eq!(house.stripe.requests().len(), 1);
}

#[tokio::test]
async fn what_passes_is_tried_again_under_the_same_key() {
    for fault in [status(500), status(503), status(409), StripeFault::Status { status: 429, retry_after_seconds: Some(1) }] {
        let house = House::new().await;
        house.stripe.fail_next(fault.clone());
        house.payments.begin(&checkout(1)).await.unwrap();
        let requests = house.stripe.requests();
        assert_eq!(requests.len(), 2, "{fault:?}");
        assert_eq!(requests[0].idempotency_key, requests[1].idempotency_key);
        assert_eq!(requests[0].fields, requests[1].fields);
    }
}

#[tokio::test]
async fn what_does_not_pass_ends_with_what_to_look_at() {
    let house = House::new().await;
    for _ in 0..3 {
        house.stripe.fail_next(status(500));
    }
    let failure = house.payments.begin(&checkout(1)).await.unwrap_err();
    assert!(is_unreachable(&failure, "status 500"), "{failure}");
    assert_eq!(house.stripe.requests().len(), 3);
    for (fault, part) in [(status(403), "may not"), (status(400), "invalid_request_error")] {
        house.stripe.fail_next(fault);
        let failure = house.payments.begin(&checkout(2)).await.unwrap_err();
        assert!(is_misconfigured(&failure, part), "{failure}");
    }
    assert_eq!(house.stripe.requests().len(), 5, "a refusal was tried again");
    // A wait that nobody would sit through is not begun.
    house.stripe.fail_next(StripeFault::Status { status: 429, retry_after_seconds: Some(3_600) });
    let failure = house.payments.begin(&checkout(3)).await.unwrap_err();
    assert!(is_unreachable(&failure, "status 429"), "{failure}");
    assert_eq!(house.stripe.requests().len(), 6);
}

#[tokio::test]
async fn a_late_answer_costs_a_try_and_no_second_session() {
    let house = House::new().await;
    house.stripe.fail_next(StripeFault::Slow { milliseconds: 4_000 });
    let page = house.payments.begin(&checkout(1)).await.unwrap();
    assert_eq!(house.payments.begin(&checkout(1)).await.unwrap(), page, "the late answer was of another session");
}

#[tokio::test]
async fn nobody_waits_for_ever() {
    let house = House::new().await;
    for _ in 0..5 {
        house.stripe.fail_next(StripeFault::Slow { milliseconds: 20_000 });
    }
    let impatient = Patience {
        attempt: Duration::from_millis(400),
        whole: Duration::from_millis(700),
        attempts: 10,
        first_wait: Duration::from_millis(10),
    };
    let payments = adapter(&house.stripe, &[]).with_patience(impatient);
    let begun = Instant::now();
    let failure = payments.begin(&checkout(1)).await.unwrap_err();
    assert!(is_unreachable(&failure, "no answer in time"), "{failure}");
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    assert!(Patience::default().whole < Duration::from_secs(10));
}

#[tokio::test]
async fn nobody_there_is_said() {
    let house = House::new().await;
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let payments = adapter(&house.stripe, &[("STRIPE__API_URL", &format!("http://127.0.0.1:{port}"))]);
    let failure = payments.begin(&checkout(1)).await.unwrap_err();
    assert!(is_unreachable(&failure, "no connection"), "{failure}");
}

#[tokio::test]
async fn the_key_follows_no_redirect() {
    let house = House::new().await;
    let (asked, elsewhere) = (MockServer::start().await, MockServer::start().await);
    let away = ResponseTemplate::new(307).insert_header("location", elsewhere.uri());
    Mock::given(any()).respond_with(away).mount(&asked).await;
    let payments = adapter(&house.stripe, &[("STRIPE__API_URL", &asked.uri())]);
    let failure = payments.begin(&checkout(1)).await.unwrap_err();
    assert!(is_unreachable(&failure, "status 307"), "{failure}");
    assert_eq!(asked.received_requests().await.unwrap().len(), 1);
    assert!(elsewhere.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn an_answer_that_is_not_what_was_asked_for_leads_nobody_anywhere() {
    let field = |name, value| StripeFault::Field { name, value };
    let html = |status| StripeFault::Body { status, body: "<html>hush</html>".to_owned() };
    for (fault, part) in [
        (field("livemode", json!(true)), "another mode"),
        (field("livemode", json!("no")), "no session"),
        (field("url", json!("http://checkout.example/pay")), "safe address"),
        (field("url", json!("javascript:alert(1)")), "safe address"),
        (field("url", json!(null)), "safe address"),
        (field("id", json!("../../etc")), "without id"),
        (field("amount_subtotal", json!(1)), "another price"),
        (field("currency", json!("usd")), "another price"),
        (field("client_reference_id", json!("00000000000000000000000000000002")), "another payment"),
        (html(200), "no JSON"),
        (html(302), "status 302"),
        (StripeFault::Body { status: 200, body: "[".repeat(600 * 1024) }, "far too long"),
    ] {
        let house = House::new().await;
        // What is broken may pass, so it must be broken each time.
        for _ in 0..3 {
            house.stripe.fail_next(fault.clone());
        }
        let failure = house.payments.begin(&checkout(1)).await.unwrap_err();
        assert!(failure.to_string().contains(part) && !failure.to_string().contains("hush"), "{part}: {failure}");
    }
}

fn told(now: SessionNow) -> PaymentEvent {
    match now {
        SessionNow::Told(event) => event,
        SessionNow::Open(_) | SessionNow::Unclear => panic!("{now:?}"),
    }
}

#[tokio::test]
async fn a_session_is_looked_up_when_its_events_never_came() {
    let house = House::new().await;
    let session = |number| {
        let house = &house;
        async move { house.payments.begin(&checkout(number)).await.unwrap().session }
    };
    let look = |session: String| {
        let house = &house;
        async move { told(house.payments.look_up(&session, now()).await.unwrap()) }
    };
    let begun = house.payments.begin(&checkout(1)).await.unwrap();
    assert_eq!(house.payments.look_up(&begun.session, now()).await.unwrap(), SessionNow::Open(begun.clone()), "its page is open");
    let paid = begun.session;
    house.stripe.pay(&paid).await.unwrap();
    let event = look(paid.clone()).await;
    assert_eq!(event.id, format!("look-up-{paid}-paid"));
    assert_eq!((event.payment, event.at), (Some(checkout(1).payment), now()));
    assert!(event.payment_intent.as_deref().is_some_and(|intent| intent.starts_with("pi_")));
    assert_eq!(event.fact, house.last().fact, "looked up, it says the same as the event that was sent");
    house.stripe.refund(&paid, Refund::Part(100)).await.unwrap();
    assert!(matches!(look(paid.clone()).await.fact, PaymentFact::Paid { .. }));
    house.stripe.refund(&paid, Refund::Full).await.unwrap();
    assert_eq!(look(paid).await.fact, PaymentFact::Refunded { is_full: true });

    let debited = session(2).await;
    house.stripe.pay_by_debit(&debited).await.unwrap();
    assert_eq!(look(debited.clone()).await.fact, PaymentFact::Pending);
    house.stripe.settle(&debited, Debit::Returned).await.unwrap();
    assert_eq!(look(debited).await.fact, PaymentFact::Failed);

    let expired = session(3).await;
    house.stripe.expire(&expired).await.unwrap();
    assert_eq!(look(expired).await.fact, PaymentFact::Expired);
}

#[tokio::test]
async fn a_session_that_is_not_there_or_not_the_one_is_no_news() {
    let house = House::new().await;
    let failure = house.payments.look_up("cs_test_unknown", now()).await.unwrap_err();
    assert!(matches!(&failure, PaymentFailure::NotThere { detail } if detail.contains("same account")), "{failure}");
    let asked = house.stripe.requests().len();
    for odd in ["", "..", "a/b", "cs_test_1?expand[]=x", "ä"] {
        assert!(is_misconfigured(&house.payments.look_up(odd, now()).await.unwrap_err(), "no id"), "{odd}");
    }
    assert_eq!(house.stripe.requests().len(), asked, "what is no id was asked for");
    let page = house.payments.begin(&checkout(1)).await.unwrap();
    for (name, value, part) in [("id", json!("cs_test_other"), "another session"), ("livemode", json!(true), "another mode")] {
        house.stripe.fail_next(StripeFault::Field { name, value });
        let failure = house.payments.look_up(&page.session, now()).await.unwrap_err();
        assert!(failure.to_string().contains(part), "{failure}");
    }
    // What is not understood leads nobody anywhere, and says nothing of the payment.
    for (name, value) in
        [("url", json!("javascript:alert(1)")), ("url", json!(null)), ("status", json!("a new word")), ("status", json!(null))]
    {
        house.stripe.fail_next(StripeFault::Field { name, value });
        assert_eq!(house.payments.look_up(&page.session, now()).await.unwrap(), SessionNow::Unclear, "{name}");
    }
}
