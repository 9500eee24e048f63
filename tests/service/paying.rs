//! Paying for a report, over real HTTP against the simulated Stripe: only what Stripe tells opens it, whatever else happens.

use crosswalk::account::{CustomerId, Identity, Notice, WorkerId};
use crosswalk::ports::{Accounts as _, Clock as _, LeasedNotice, Outbox as _, PaymentBook as _};
use crosswalk::simulator::{Debit, Refund, StripeFault};
use crosswalk::workflow::take_payment::look_after_payments;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::downloading::audit_lines;
use crate::house::{House, Plan};
use crate::journey::work;
use crate::person::{Answer, OTHER, OWNER, Person, parameter};

/// Somebody with a review that is done: the address of its page, and of its connection.
pub async fn reviewed(house: &House, person: &Person<'_>) -> (String, String) {
    let connection = parameter(&person.connect("whole-drive").await, "connection");
    let review = person.order(&connection).await;
    work(house).await;
    (review, connection)
}

/// Presses the button; the session at Stripe.
pub async fn press(house: &House, person: &Person<'_>, review: &str) -> String {
    let away = person.submit(review, &format!("{review}/checkout"), &[]).await.leads_to(&house.stripe.api_url);
    away.rsplit_once("/pay/").unwrap().1.to_owned()
}

const FORMATS: [&str; 4] = ["html", "docx", "xlsx", "json"];

async fn is_open(person: &Person<'_>, review: &str) -> bool {
    let page = person.get(&format!("{review}/report")).await;
    for format in FORMATS {
        let file = person.get(&format!("{review}/report/{format}")).await;
        assert_eq!(file.status, page.status, "{format} differs from the page");
        // Whoever has no right sees no quote.
        assert_eq!(file.body.contains("CVSS") && format == "json", page.status == 200 && format == "json");
    }
    assert!(matches!(page.status, 200 | 402), "{}", page.body);
    page.status == 200
}

async fn letters(house: &House) -> Vec<Notice> {
    let mut letters = Vec::new();
    while let Some(LeasedNotice { notice, .. }) =
        house.store.claim_notice(&WorkerId::of(9), SignedDuration::from_mins(5), house.clock.now()).await.unwrap()
    {
        letters.push(notice.notice);
    }
    // Those of one moment are in no order.
    letters.sort_by_key(Notice::word);
    letters
}

/// An event as Stripe would send it, from one that it sent.
fn like(house: &House, kind: &str, change: impl FnOnce(&mut Value)) -> Value {
    let mut event = house.stripe.events().into_iter().rev().find(|event| event["type"] == kind).unwrap();
    event["id"] = json!(format!("evt_changed_{}", getrandom::u64().unwrap()));
    change(&mut event["data"]["object"]);
    event
}

async fn deliver(house: &House, header: &str, body: &[u8]) -> u16 {
    let request = reqwest::Client::builder().no_proxy().build().unwrap().post(house.root.join("webhooks/stripe").unwrap());
    request.header("stripe-signature", header).body(body.to_vec()).send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn who_pays_gets_the_report_and_nobody_else() {
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    let (review, _) = reviewed(&house, &person).await;
    person.get(&review).await.says(200, "EUR 149.00");
    assert!(!is_open(&person, &review).await);
    let payment = press(&house, &person, &review).await;
    // Coming back proves nothing, with whatever in the address.
    person.get(&format!("{review}/paid?session_id=cs_test_1&paid=1")).await.says(200, "Waiting for the confirmation");
    assert!(!is_open(&person, &review).await);

    house.stripe.pay(&payment).await.unwrap();
    assert!(is_open(&person, &review).await);
    person.get(&format!("{review}/paid")).await.says(200, "Your report is open");
    let page = person.get(&format!("{review}/report")).await.says(200, "scored with CVSS");
    assert!(page.body.contains("&#60;img src=x onerror=alert(1)&#62;") && !page.body.contains("<img"), "a file name came through");
    let json: Value = serde_json::from_str(&person.get(&format!("{review}/report/json")).await.body).unwrap();
    assert_eq!((&json["schema"], &json["review"]["schema"]), (&json!("crosswalk/gap-report/v1"), &json!("crosswalk/review/v1")));
    let summary = person.get(&review).await.says(200, "Read the gap report");
    assert!(summary.body.contains("are deleted on 22 November 2027"), "it does not say how long it is there");
    // Pressing the button of an old page pays nothing again.
    let token = summary.form_token();
    person.post(&format!("{review}/checkout"), &[("csrf", &token)]).await.leads_to(&format!("{review}/report"));
    assert_eq!(letters(&house).await.len(), 1);

    let other = Person::signed_in(&house, OTHER).await;
    other.get(&format!("{review}/report")).await.says(404, "Not found");

    // What left toward Stripe: the price, the address and random ids.
    for request in house.stripe.requests() {
        let text = format!("{request:?}");
        for word in ["QMS", "threat", ".csv", "drive", "Quality", "iec-"] {
            assert!(!text.contains(word), "{word} in {text}");
        }
    }
    let begun = house.stripe.requests().into_iter().find(|request| request.method == "POST").unwrap();
    assert_eq!(begun.field("line_items[0][price_data][unit_amount]"), Some("14900"));
    assert_eq!(begun.field("client_reference_id").map(str::len), Some(32));
}

#[tokio::test]
async fn what_is_given_back_or_disputed_is_locked_and_opens_again_when_it_is_won() {
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    let (review, _) = reviewed(&house, &person).await;
    let payment = press(&house, &person, &review).await;
    house.stripe.pay(&payment).await.unwrap();
    house.stripe.refund(&payment, Refund::Part(500)).await.unwrap();
    assert!(is_open(&person, &review).await, "a part given back changes nothing");
    house.stripe.dispute(&payment).await.unwrap();
    assert!(!is_open(&person, &review).await);
    person.get(&review).await.says(200, "disputes it, so the report is locked");
    // Nobody pays a second time while that goes on.
    let token = person.get("/account").await.form_token();
    person.post(&format!("{review}/checkout"), &[("csrf", &token)]).await.leads_to(&format!("{review}/paid"));
    house.stripe.close_dispute(&payment, true).await.unwrap();
    assert!(is_open(&person, &review).await);
    house.stripe.refund(&payment, Refund::Full).await.unwrap();
    assert!(!is_open(&person, &review).await);
    person.get(&review).await.says(200, "Your payment was given back");
    let words: Vec<&str> = letters(&house).await.iter().map(Notice::word).collect();
    assert_eq!(words, ["report-locked", "report-locked", "report-unlocked", "report-unlocked"]);
    // And may be bought anew.
    let again = press(&house, &person, &review).await;
    assert_ne!(again, payment);
    house.stripe.pay(&again).await.unwrap();
    assert!(is_open(&person, &review).await);
}

#[tokio::test]
async fn a_bank_debit_opens_the_report_when_the_money_is_there() {
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    let (review, _) = reviewed(&house, &person).await;
    let payment = press(&house, &person, &review).await;
    house.stripe.pay_by_debit(&payment).await.unwrap();
    assert!(!is_open(&person, &review).await);
    person.get(&format!("{review}/paid")).await.says(200, "Your payment is on its way");
    house.stripe.settle(&payment, Debit::Returned).await.unwrap();
    person.get(&review).await.says(200, "did not come through");
    let again = press(&house, &person, &review).await;
    house.stripe.pay_by_debit(&again).await.unwrap();
    house.stripe.settle(&again, Debit::Honoured).await.unwrap();
    assert!(is_open(&person, &review).await);
    let words: Vec<&str> = letters(&house).await.iter().map(Notice::word).collect();
    assert_eq!(words, ["payment-failed", "report-unlocked"]);
}

#[tokio::test]
async fn events_that_are_not_what_they_should_be_open_nothing() {
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    let (review, _) = reviewed(&house, &person).await;
    house.stripe.deliver_to(None);
    let payment = press(&house, &person, &review).await;
    house.stripe.pay(&payment).await.unwrap();
    let event = house.stripe.events().into_iter().rev().find(|event| event["type"] == "checkout.session.completed").unwrap();
    let now = house.clock.now().as_second();
    let good = house.stripe.signed_at(&event, now);
    let (header, body) = (good.header.clone(), good.body.clone());
    let mut flipped = body.clone();
    let last = flipped.len() - 2;
    flipped[last] ^= 1;
    let v0_only = header.replace("v1=", "v0=");
    for (what, header, body) in [
        ("no signature", "", body.as_slice()),
        ("junk", "t=1,v1=zz", &body),
        ("a flipped bit", &header, &flipped),
        ("v0 only", &v0_only, &body),
        ("too large", &header, &vec![b' '; 300 * 1024]),
    ] {
        assert_eq!(deliver(&house, header, body).await, 400, "{what}");
    }
    for (what, second) in [("old", now - 301), ("from the future", now + 301)] {
        let signed = house.stripe.signed_at(&event, second);
        assert_eq!(deliver(&house, &signed.header, &signed.body).await, 400, "{what}");
    }
    for (what, change) in [
        ("another amount", json!({"amount_subtotal": 1, "amount_total": 1})),
        ("another currency", json!({"currency": "usd"})),
        ("nothing", json!({"amount_subtotal": 0, "amount_total": 0, "payment_status": "no_payment_required"})),
        ("somebody else's", json!({"client_reference_id": "f".repeat(32), "metadata": {}, "payment_intent": "pi_other"})),
    ] {
        let changed = like(&house, "checkout.session.completed", |object| {
            for (key, value) in change.as_object().unwrap() {
                object[key] = value.clone();
            }
        });
        let signed = house.stripe.signed_at(&changed, now);
        assert_eq!(deliver(&house, &signed.header, &signed.body).await, 200, "{what}: it need not come again");
        assert!(!is_open(&person, &review).await, "{what} opened the report");
    }
    let live = like(&house, "checkout.session.completed", |_| {});
    let live = Value::Object(live.as_object().unwrap().clone().into_iter().chain([("livemode".to_owned(), json!(true))]).collect());
    let signed = house.stripe.signed_at(&live, now);
    assert_eq!(deliver(&house, &signed.header, &signed.body).await, 400, "of the other mode");
    // The right one, fifty times at once.
    let copies = (0..50).map(|_| deliver(&house, &header, &body));
    assert!(futures::future::join_all(copies).await.iter().all(|status| *status == 200));
    assert!(is_open(&person, &review).await);
    assert_eq!(letters(&house).await.len(), 1, "one letter for fifty copies");
}

#[tokio::test]
async fn a_payment_whose_event_is_lost_is_found_by_asking_and_counts_once() {
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    let (review, _) = reviewed(&house, &person).await;
    let payment = press(&house, &person, &review).await;
    house.stripe.deliver_to(None);
    let event = house.stripe.pay(&payment).await.unwrap();
    let ask = async || look_after_payments(&*house.store, &**house.service.payments.as_ref().unwrap(), house.clock.now()).await.unwrap();
    let asked = || house.stripe.requests().iter().filter(|request| request.method == "GET").count();
    // An event may be on its way: for ten minutes nobody asks.
    house.clock.forward(SignedDuration::from_mins(9));
    let before = asked();
    assert_eq!((ask().await, asked()), (0, before));
    assert!(!is_open(&person, &review).await);
    house.clock.forward(SignedDuration::from_mins(2));
    assert_eq!(ask().await, 1);
    assert!(asked() > before && is_open(&person, &review).await);
    let words: Vec<&str> = letters(&house).await.iter().map(Notice::word).collect();
    assert_eq!(words, ["report-unlocked"]);
    let lines = audit_lines(&house).await;

    // The event turns up after all, and again; and whoever asks once more asks about nothing.
    house.stripe.deliver_to(Some(house.root.join("webhooks/stripe").unwrap().as_str()));
    for _ in 0..2 {
        assert_eq!(house.stripe.redeliver(&event).await, Some(200));
    }
    let settled = asked();
    assert_eq!((ask().await, asked()), (0, settled));
    assert!(is_open(&person, &review).await && letters(&house).await.is_empty());
    let downloads = u64::try_from(FORMATS.len()).unwrap() + 1;
    assert_eq!(audit_lines(&house).await, lines + downloads, "something but the downloads was written down");
    // What happens to the payment later is told as ever.
    house.stripe.refund(&payment, Refund::Full).await.unwrap();
    assert!(!is_open(&person, &review).await);
}

#[tokio::test]
async fn stripe_out_of_order_charges_nobody_and_says_so() {
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    let (review, _) = reviewed(&house, &person).await;
    for _ in 0..8 {
        house.stripe.fail_next(StripeFault::Status { status: 500, retry_after_seconds: None });
    }
    let failed = person.submit(&review, &format!("{review}/checkout"), &[]).await.says(502, "Nothing was charged");
    assert!(!failed.body.contains("could not be reached or understood"), "what Stripe said reached the page");
    while house.stripe.requests().len() < 8 {
        let _ = person.submit(&review, &format!("{review}/checkout"), &[]).await;
    }
    // The same payment goes on.
    let payment = press(&house, &person, &review).await;
    let begun = house.stripe.requests().into_iter().filter(|request| request.method == "POST");
    let references: std::collections::BTreeSet<String> =
        begun.map(|request| request.field("client_reference_id").unwrap().to_owned()).collect();
    assert_eq!(references.len(), 1, "a try that failed is the same payment");
    house.stripe.pay(&payment).await.unwrap();
    assert!(is_open(&person, &review).await);
}

#[tokio::test]
async fn a_payment_covers_as_many_days_as_the_operator_says() {
    let house = House::planned(Plan { covers_days: 30, ..Plan::default() }).await;
    let person = Person::signed_in(&house, OWNER).await;
    let (review, connection) = reviewed(&house, &person).await;
    let payment = press(&house, &person, &review).await;
    house.stripe.pay(&payment).await.unwrap();
    house.clock.forward(SignedDuration::from_hours(24));
    person.sign_in("/reviews").await;
    let next = person.submit(&review, &format!("{review}/again"), &[]).await.leads_to("/reviews/");
    work(&house).await;
    assert!(is_open(&person, &next).await);
    person.get(&next).await.says(200, "Included in an earlier payment");
    // Thirty days later a new one is paid anew; its counts and what changed are free.
    house.clock.forward(SignedDuration::from_hours(24 * 30));
    person.sign_in("/reviews").await;
    let later = person.order(&connection).await;
    work(&house).await;
    assert!(!is_open(&person, &later).await);
    let free = person.get(&later).await.says(200, "What changed since last time");
    assert!(free.body.contains("Nothing changed") && free.body.contains("Pay and open the report"), "{}", free.body);
    // What was paid stays open.
    assert!(is_open(&person, &review).await && is_open(&person, &next).await);
    // Before it goes it is offered, and said to go.
    let leave: Answer = person.get(&format!("/connections/{connection}/disconnect")).await.says(200, "Your detailed reports go too");
    assert!(leave.body.contains(&format!("{review}/report/docx")) && !leave.body.contains(&format!("{later}/report/docx")));
}

#[tokio::test]
async fn a_checkout_that_is_open_is_led_to_whatever_changed_since_it_was_begun() {
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    let (review, _) = reviewed(&house, &person).await;
    let first = press(&house, &person, &review).await;
    let customer = house.store.customers_with_email(OWNER).await.unwrap().remove(0);
    let moved = Identity { verified_email: Some("new-address@tannhauer-medical.example".to_owned()), ..customer.identity };
    let same = house.store.customer_signed_in(&moved, &CustomerId::of(77), house.clock.now()).await.unwrap();
    assert_eq!((same.id, same.identity.verified_email), (customer.id, moved.verified_email));
    assert_eq!(press(&house, &person, &review).await, first, "a second page beside the one that is open");
    let begun = house.stripe.requests().iter().filter(|request| request.method == "POST").count();
    assert_eq!(begun, 1);
    house.stripe.pay(&first).await.unwrap();
    assert!(is_open(&person, &review).await);
}

/// Writes the session of a payment that this key of Stripe does not know, as after a change from test to live mode.
async fn begun_under_another_key(house: &House, session: &str) {
    let customer = house.store.customers_with_email(OWNER).await.unwrap().remove(0).id;
    let payment = house.store.payments(&customer).await.unwrap().into_iter().find(|one| one.session.as_deref() == Some(session));
    house.store.note_session(&payment.unwrap().id, "cs_test_ofAnotherKey").await.unwrap();
}

#[tokio::test]
async fn a_checkout_that_stripe_does_not_know_any_more_gives_way_once_nobody_can_pay_on_it() {
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    let (review, _) = reviewed(&house, &person).await;
    let first = press(&house, &person, &review).await;
    begun_under_another_key(&house, &first).await;
    // It may be open still, in another browser: a second one now could be paid beside it.
    person.submit(&review, &format!("{review}/checkout"), &[]).await.says(502, "Nothing was charged");
    house.clock.forward(SignedDuration::from_hours(49));
    person.sign_in("/reviews").await;
    let second = press(&house, &person, &review).await;
    assert_ne!(first, second);
    house.stripe.pay(&second).await.unwrap();
    assert!(is_open(&person, &review).await);
}

#[tokio::test]
async fn one_payment_that_cannot_be_asked_after_keeps_no_other_from_it() {
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    let (lost, connection) = reviewed(&house, &person).await;
    let first = press(&house, &person, &lost).await;
    begun_under_another_key(&house, &first).await;
    house.clock.forward(SignedDuration::from_mins(1));
    let paid = person.order(&connection).await;
    work(&house).await;
    house.stripe.deliver_to(None);
    let second = press(&house, &person, &paid).await;
    house.stripe.pay(&second).await.unwrap();
    house.clock.forward(SignedDuration::from_mins(11));
    let payments = house.service.payments.clone().unwrap();
    assert_eq!(look_after_payments(&*house.store, &*payments, house.clock.now()).await.unwrap(), 1);
    assert!(is_open(&person, &paid).await);
    // The key is wrong, or Stripe is down: that is told, and nobody waits for fifty answers.
    for _ in 0..20 {
        house.stripe.fail_next(StripeFault::Status { status: 401, retry_after_seconds: None });
    }
    let before = house.stripe.requests().len();
    assert!(look_after_payments(&*house.store, &*payments, house.clock.now()).await.is_ok(), "one that fails alone is not all of Stripe");
    assert_eq!(house.stripe.requests().len(), before + 1);
}
