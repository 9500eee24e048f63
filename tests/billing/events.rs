//! Every kind of event that the simulated Stripe sends, read by the adapter and judged by the account's own rule.

use crosswalk::account::{PaymentFact, PaymentStanding};
use crosswalk::ports::{EventRefused, Payments};
use crosswalk::simulator::{Debit, Refund};
use serde_json::{Value, json};

use crate::house::{House, checkout, now, price};

impl House {
    /// How the payment stands by all that was told so far.
    fn standing(&self) -> &'static str {
        let told: Vec<PaymentFact> = self.stripe.events().iter().map(|event| self.read(event).unwrap().unwrap().fact).collect();
        PaymentStanding::of(price(), told.iter().map(|fact| (now(), fact))).word()
    }

    async fn begun() -> (Self, String) {
        let house = Self::new().await;
        let session = house.payments.begin(&checkout(1)).await.unwrap().session;
        (house, session)
    }
}

#[tokio::test]
async fn from_the_payment_to_the_lost_dispute() {
    let (house, session) = House::begun().await;
    house.stripe.pay(&session).await.unwrap();
    let paid = house.last();
    assert_eq!(paid.payment, Some(checkout(1).payment));
    assert!(paid.payment_intent.is_some() && paid.id.starts_with("evt_"));
    assert_eq!(house.standing(), "paid");
    assert_eq!(house.stripe.pay(&session).await, None, "nobody pays twice");

    house.stripe.dispute(&session).await.unwrap();
    let disputed = house.last();
    // A dispute names only the payment intent.
    assert_eq!((disputed.payment, disputed.payment_intent), (None, paid.payment_intent.clone()));
    assert_eq!(house.standing(), "disputed");
    house.stripe.close_dispute(&session, true).await.unwrap();
    assert_eq!(house.standing(), "paid");
    house.stripe.dispute(checkout(1).payment.as_str()).await.unwrap();
    house.stripe.close_dispute(&session, false).await.unwrap();
    assert_eq!(house.standing(), "disputed");
}

#[tokio::test]
async fn money_that_is_given_back_in_part_and_in_full() {
    let (house, session) = House::begun().await;
    house.stripe.pay(&session).await.unwrap();
    house.stripe.refund(&session, Refund::Part(5_000)).await.unwrap();
    assert_eq!(house.last().fact, PaymentFact::Refunded { is_full: false });
    assert_eq!(house.last().payment, Some(checkout(1).payment), "a charge carries the metadata of its intent");
    assert_eq!(house.standing(), "paid");
    house.stripe.refund(&session, Refund::Full).await.unwrap();
    assert_eq!(house.standing(), "refunded");
    assert_eq!(house.stripe.refund(&session, Refund::Full).await, None, "nothing is left to give back");
}

#[tokio::test]
async fn a_bank_that_pays_later_or_does_not() {
    let (house, session) = House::begun().await;
    house.stripe.pay_by_debit(&session).await.unwrap();
    assert_eq!(house.standing(), "pending");
    house.stripe.settle(&session, Debit::Honoured).await.unwrap();
    assert_eq!(house.standing(), "paid");

    let (house, session) = House::begun().await;
    house.stripe.pay_by_debit(&session).await.unwrap();
    house.stripe.settle(&session, Debit::Returned).await.unwrap();
    assert_eq!(house.standing(), "failed");

    let (house, session) = House::begun().await;
    house.stripe.expire(&session).await.unwrap();
    assert_eq!(house.standing(), "expired");
    assert_eq!(house.stripe.pay(&session).await, None, "an expired checkout takes no money");
}

#[tokio::test]
async fn another_price_or_currency_unlocks_nothing() {
    for (name, value) in
        [("amount_subtotal", json!(1)), ("amount_total", json!(14_899)), ("currency", json!("usd")), ("amount_subtotal", json!(14_901))]
    {
        let (house, session) = House::begun().await;
        house.stripe.pay(&session).await.unwrap();
        let mut event = house.stripe.events().pop().unwrap();
        event["data"]["object"][name] = value;
        let fact = house.read(&event).unwrap().unwrap().fact;
        assert_eq!(PaymentStanding::of(price(), [(now(), &fact)]), PaymentStanding::Mismatch, "{name}");
    }
}

#[tokio::test]
async fn what_is_not_ours_or_of_the_other_mode() {
    let (house, session) = House::begun().await;
    house.stripe.pay(&session).await.unwrap();
    let event = house.stripe.events().pop().unwrap();
    let changed = |change: fn(&mut Value)| {
        let mut event = event.clone();
        change(&mut event);
        house.read(&event)
    };
    assert_eq!(changed(|event| event["livemode"] = json!(true)), Err(EventRefused::OtherMode));
    assert_eq!(changed(|event| event["type"] = json!("customer.created")), Ok(None));
    let foreign = changed(|event| {
        event["data"]["object"]["client_reference_id"] = json!("order-17");
        event["data"]["object"]["metadata"] = json!({});
    });
    assert_eq!(foreign, Ok(None));
    assert!(matches!(changed(|event| event["data"] = json!([])), Ok(None)));
    assert!(matches!(changed(|event| *event = json!("x")), Err(EventRefused::NotUnderstood { .. })));
    // The mode is that of the key: a live key takes no event of the test mode.
    let live = crate::house::adapter(&house.stripe, &[("STRIPE__SECRET_KEY", "sk_live_simulated")]);
    let signed = house.stripe.signed(&event);
    assert_eq!(live.read_event(&signed.header, &signed.body, now()), Err(EventRefused::OtherMode));
}
