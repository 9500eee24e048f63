//! Signatures as the adapter's caller meets them: good ones, old ones, changed ones, several at once.

use crosswalk::ports::{EventRefused, Payments};
use crosswalk::simulator::SignedEvent;
use jiff::Timestamp;
use proptest::prelude::*;

use crate::house::{House, NOW, adapter, checkout, now};

async fn paid() -> (House, SignedEvent) {
    let house = House::new().await;
    let session = house.payments.begin(&checkout(1)).await.unwrap().session;
    house.stripe.pay(&session).await.unwrap();
    let signed = house.stripe.signed(house.stripe.events().last().unwrap());
    (house, signed)
}

#[tokio::test]
async fn old_and_early_ones_are_stale_within_five_minutes_they_are_good() {
    let (house, _) = paid().await;
    let event = house.stripe.events().pop().unwrap();
    for (offset, is_good) in [(0, true), (-300, true), (300, true), (-301, false), (301, false), (3_600, false), (-86_400, false)] {
        let signed = house.stripe.signed_at(&event, NOW + offset);
        let told = house.payments.read_event(&signed.header, &signed.body, now());
        assert_eq!(told.is_ok(), is_good, "{offset}");
        assert!(is_good || told == Err(EventRefused::Stale), "{offset}");
    }
}

#[tokio::test]
async fn every_byte_of_the_body_counts_before_it_is_parsed() {
    let (house, signed) = paid().await;
    for at in 0..signed.body.len() {
        let mut body = signed.body.clone();
        body[at] ^= 0x20;
        assert_eq!(house.payments.read_event(&signed.header, &body, now()), Err(EventRefused::Forged), "{at}");
    }
    assert_eq!(house.payments.read_event(&signed.header, b"", now()), Err(EventRefused::Forged));
    assert_eq!(house.payments.read_event("", &signed.body, now()), Err(EventRefused::Forged));
    // Even the same value, written another way, is not what was signed.
    let mut spaced = signed.body.clone();
    spaced.push(b' ');
    assert_eq!(house.payments.read_event(&signed.header, &spaced, now()), Err(EventRefused::Forged));
}

#[tokio::test]
async fn two_signatures_while_the_secret_is_being_changed() {
    let (house, signed) = paid().await;
    let other = format!("v1={}", "5".repeat(64));
    let (time, good) = signed.header.split_once(',').unwrap();
    for header in [format!("{time},{other},{good}"), format!("{time},{good},{other}")] {
        assert!(house.payments.read_event(&header, &signed.body, now()).is_ok(), "{header}");
    }
    let v0 = signed.header.replace("v1=", "v0=");
    assert_eq!(house.payments.read_event(&v0, &signed.body, now()), Err(EventRefused::Forged));
    // And two secrets here while Stripe signs with one of them.
    let both = format!("whsec_old {}", house.stripe.webhook_secret);
    let changing = adapter(&house.stripe, &[("STRIPE__WEBHOOK_SECRET", &both)]);
    assert!(changing.read_event(&signed.header, &signed.body, now()).is_ok());
    let changed = adapter(&house.stripe, &[("STRIPE__WEBHOOK_SECRET", "whsec_new")]);
    assert_eq!(changed.read_event(&signed.header, &signed.body, now()), Err(EventRefused::Forged));
}

#[test]
fn no_header_and_no_body_make_it_panic() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (house, signed) = runtime.block_on(paid());
    let one_of = prop_oneof![".{0,120}", "(t=[0-9]{0,20}|v[0-9]=[0-9a-f]{0,70}|,|=| ){0,12}"];
    proptest!(|(header in one_of, body in proptest::collection::vec(any::<u8>(), 0..200), second in -1_000_000_000_000_i64..100_000_000_000)| {
        let when = Timestamp::from_second(second).unwrap_or_default();
        prop_assert!(house.payments.read_event(&header, &body, when).is_err());
        prop_assert!(house.payments.read_event(&header, &signed.body, when).is_err());
    });
}
