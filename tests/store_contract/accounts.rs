//! Customers, sessions, and visits to Google's page.

use crosswalk::account::{ConnectionMode, CustomerId, Identity, Retention, SessionEnd, SessionLimits};
use crosswalk::ports::{Accounts as _, FlowPurpose, PendingFlow, PendingFlows as _, Sessions as _, StoreFailure};
use secrecy::{ExposeSecret as _, SecretString};

use crate::place::{Place, on_both};
use crate::sample::{at, customer, identity, token};

on_both!(
    a_customer_is_found_by_issuer_and_subject,
    two_first_sign_ins_give_one_customer,
    retention_is_kept,
    sessions_are_kept_touched_and_closed,
    a_session_of_nobody_is_refused,
    a_state_works_once_and_in_its_browser_only,
    a_state_brought_many_times_at_once_works_once,
);

async fn a_customer_is_found_by_issuer_and_subject(place: &Place) {
    let store = place.open().await;
    let first = customer(&store, 1).await;
    assert!(first.identity == identity(1) && first.created_at == at(0) && first.retention == Retention::default());
    let renamed = Identity { verified_email: Some("canary-new@example.com".into()), ..identity(1) };
    let again = store.customer_signed_in(&renamed, &CustomerId::of(99), at(50)).await.unwrap();
    assert!(again.id == first.id && again.created_at == at(0) && again.identity == renamed, "the address is brought up to date");
    assert!(store.customer(&first.id).await.unwrap().unwrap() == again);
    let same_address = Identity { subject: "somebody else".into(), ..renamed.clone() };
    assert_eq!(store.customer_signed_in(&same_address, &CustomerId::of(2), at(60)).await.unwrap().id, CustomerId::of(2));
    // Issuer and subject that read the same when they are put one after the other.
    let shifted = Identity { issuer: format!("{}c", renamed.issuer), subject: renamed.subject[1..].into(), verified_email: None };
    let third = store.customer_signed_in(&shifted, &CustomerId::of(3), at(60)).await.unwrap();
    assert!(third.id == CustomerId::of(3) && third.identity == shifted);
    assert!(store.customer(&CustomerId::of(98)).await.unwrap().is_none());
}

async fn two_first_sign_ins_give_one_customer(place: &Place) {
    let (one, other) = (place.open().await, place.open().await);
    for number in 1..=10 {
        let (first, second) = (identity(number), identity(number));
        let (first, second) = tokio::join!(
            tokio::spawn({
                let store = one.clone();
                async move { store.customer_signed_in(&first, &CustomerId::of(u128::from(number) * 2), at(0)).await.unwrap() }
            }),
            tokio::spawn({
                let store = other.clone();
                async move { store.customer_signed_in(&second, &CustomerId::of(u128::from(number) * 2 + 1), at(0)).await.unwrap() }
            }),
        );
        assert_eq!(first.unwrap().id, second.unwrap().id);
    }
}

async fn retention_is_kept(place: &Place) {
    let store = place.open().await;
    let (one, other) = (customer(&store, 1).await, customer(&store, 2).await);
    for retention in Retention::ALL {
        store.set_retention(&one.id, retention).await.unwrap();
        assert_eq!(store.customer(&one.id).await.unwrap().unwrap().retention, retention);
    }
    assert_eq!(store.customer(&other.id).await.unwrap().unwrap().retention, Retention::default());
}

async fn sessions_are_kept_touched_and_closed(place: &Place) {
    let store = place.open().await;
    let (one, other) = (customer(&store, 1).await.id, customer(&store, 2).await.id);
    for (number, whose) in [(1, &one), (2, &one), (3, &one), (4, &other)] {
        store.open_session(&token(number), whose, at(0)).await.unwrap();
    }
    store.touch_session(&token(1), at(100)).await.unwrap();
    store.touch_session(&token(1), at(90)).await.unwrap();
    let session = store.session(&token(1)).await.unwrap().unwrap();
    assert!(session.customer == one && session.signed_in_at == at(0) && session.last_seen_at == at(100), "the later one counts");
    let limits = SessionLimits { idle_seconds: 50, absolute_seconds: 1_000, fresh_seconds: 10 };
    let stale = store.session(&token(2)).await.unwrap().unwrap();
    assert_eq!((session.end(at(101), limits), stale.end(at(101), limits)), (None, Some(SessionEnd::Idle)));
    store.close_session(&token(3)).await.unwrap();
    store.close_session(&token(3)).await.unwrap();
    assert!(store.session(&token(3)).await.unwrap().is_none() && store.session(&token(9)).await.unwrap().is_none());
    store.touch_session(&token(3), at(200)).await.unwrap();
    assert!(store.session(&token(3)).await.unwrap().is_none(), "a late touch brings nothing back");
    assert_eq!(store.close_sessions(&one).await.unwrap(), 2);
    assert!(store.session(&token(1)).await.unwrap().is_none());
    assert!(store.session(&token(4)).await.unwrap().is_some_and(|session| session.customer == other));
}

async fn a_session_of_nobody_is_refused(place: &Place) {
    let store = place.open().await;
    let refused = store.open_session(&token(1), &CustomerId::of(7), at(0)).await;
    assert!(matches!(refused, Err(StoreFailure::Refused { .. })), "{refused:?}");
}

fn flow(purpose: FlowPurpose, browser: u8) -> PendingFlow {
    PendingFlow {
        purpose,
        browser: token(browser),
        verifier: SecretString::from("canary-verifier"),
        nonce: SecretString::from("canary-nonce"),
        return_to: "/reviews".into(),
        expires_at: at(600),
    }
}

async fn a_state_works_once_and_in_its_browser_only(place: &Place) {
    let store = place.open().await;
    let customer = customer(&store, 1).await.id;
    let connect = FlowPurpose::Connect { customer, mode: ConnectionMode::PickedFiles };
    store.begin_flow(&token(1), &flow(FlowPurpose::SignIn, 50)).await.unwrap();
    store.begin_flow(&token(2), &flow(connect.clone(), 50)).await.unwrap();
    store.begin_flow(&token(3), &flow(FlowPurpose::SignIn, 50)).await.unwrap();
    assert!(store.begin_flow(&token(1), &flow(FlowPurpose::SignIn, 51)).await.is_err(), "a state is never used again");
    assert!(store.take_flow(&token(1), &token(51), at(1)).await.unwrap().is_none(), "another browser");
    let taken = store.take_flow(&token(1), &token(50), at(1)).await.unwrap().unwrap();
    assert_eq!(taken.purpose, FlowPurpose::SignIn);
    assert_eq!(taken.verifier.expose_secret(), "canary-verifier");
    assert_eq!(taken.nonce.expose_secret(), "canary-nonce");
    assert!(taken.return_to == "/reviews" && taken.expires_at == at(600) && taken.browser == token(50));
    assert!(store.take_flow(&token(1), &token(50), at(1)).await.unwrap().is_none(), "used");
    assert_eq!(store.take_flow(&token(2), &token(50), at(599)).await.unwrap().unwrap().purpose, connect);
    assert!(store.take_flow(&token(3), &token(50), at(600)).await.unwrap().is_none(), "expired");
    assert!(store.take_flow(&token(9), &token(50), at(1)).await.unwrap().is_none(), "unknown");
}

async fn a_state_brought_many_times_at_once_works_once(place: &Place) {
    let handles = [place.open().await, place.open().await];
    for state in 1..=5 {
        handles[0].begin_flow(&token(state), &flow(FlowPurpose::SignIn, 50)).await.unwrap();
        let takers: Vec<_> = (0..6)
            .map(|number: usize| {
                let store = handles[number % 2].clone();
                tokio::spawn(async move { store.take_flow(&token(state), &token(50), at(1)).await.unwrap().is_some() })
            })
            .collect();
        let mut taken = 0;
        for taker in takers {
            taken += usize::from(taker.await.unwrap());
        }
        assert_eq!(taken, 1);
    }
}
