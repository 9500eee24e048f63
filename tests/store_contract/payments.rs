//! Payments: what is told of one in any order, twice, or by fifty at one time, has one effect; and nobody pays twice for one review.

use std::sync::Arc;

use crosswalk::account::{
    Currency, CustomerId, LockedBecause, Notice, PaidAmount, Payment, PaymentEvent, PaymentFact, PaymentId, PaymentStanding, Price,
    ReviewId,
};
use crosswalk::ports::{
    AuditLog as _, AuditVerdict, EventOutcome, Opened, Outbox as _, PaymentBook as _, Queue as _, ReviewResult, Reviews as _,
};
use crosswalk::store::Database;
use crosswalk::workflow::what_changed::mail_id;
use jiff::SignedDuration;

use crate::place::{Place, number, on_both};
use crate::sample::{TERMS, assessment, at, connected, customer, ordered, worker};

on_both!(
    a_review_is_paid_once,
    whatever_the_order_it_ends_the_same,
    fifty_copies_of_an_event_unlock_once_and_write_once,
    what_names_only_the_intent_is_found_before_and_after,
    another_amount_or_currency_opens_nothing,
    two_who_press_at_one_time_open_one_payment,
    a_payment_outlives_its_review_but_not_its_customer,
    only_what_is_unsettled_is_asked_after,
    who_leaves_meanwhile_is_gone_and_nobody_fails_by_it,
    a_dispute_at_the_moment_of_paying_is_not_lost,
    the_longest_id_that_stripe_promises_is_taken,
    events_of_nobody_are_forgotten_and_no_others,
    what_is_being_paid_does_not_go_and_what_went_is_not_called_open,
);

fn price() -> Price {
    Price { minor_units: 14_900, currency: Currency::parse("eur").unwrap() }
}

fn paid() -> PaymentFact {
    PaymentFact::Paid { amount: PaidAmount { subtotal: 14_900, total: 17_731, currency: price().currency } }
}

fn event(id: &str, payment: u128, fact: PaymentFact) -> PaymentEvent {
    PaymentEvent {
        id: id.to_owned(),
        at: at(50),
        payment: Some(PaymentId::of(payment)),
        payment_intent: Some(format!("pi_{payment}")),
        fact,
    }
}

/// An event of a dispute, which names the intent only.
fn dispute(id: &str, payment: u128, fact: PaymentFact) -> PaymentEvent {
    PaymentEvent { payment: None, ..event(id, payment, fact) }
}

async fn done(store: &Database, person: u32) -> (CustomerId, ReviewId) {
    let (owner, connection) = connected(store, person).await;
    let review = ordered(store, &owner, &connection, u128::from(person), 10).await;
    let leased = store.claim(&worker(1), TERMS, at(11)).await.unwrap().unwrap();
    assert!(store.finish(&leased.lease, &ReviewResult::of(&assessment(2)), at(12)).await.unwrap());
    (owner, review)
}

async fn open(store: &Database, owner: &CustomerId, review: &ReviewId, id: u128) -> Opened {
    store.open_payment(owner, review, price(), &PaymentId::of(id), at(20)).await.unwrap()
}

async fn take(store: &Database, event: &PaymentEvent) -> EventOutcome {
    store.record_event(event, &mail_id(&event.id), at(60)).await.unwrap()
}

async fn standing(store: &Database, owner: &CustomerId) -> PaymentStanding {
    store.payments(owner).await.unwrap()[0].standing
}

async fn letters(store: &Database) -> Vec<Notice> {
    let mut letters = Vec::new();
    while let Some(leased) = store.claim_notice(&worker(7), SignedDuration::from_mins(5), at(100)).await.unwrap() {
        letters.push(leased.notice.notice);
    }
    letters
}

async fn a_review_is_paid_once(place: &Place) {
    let store = place.open().await;
    let (owner, review) = done(&store, 1).await;
    let stranger = customer(&store, 2).await.id;
    assert_eq!(open(&store, &stranger, &review, 9).await, Opened::NoReview, "another's review does not exist");
    let Opened::Open(first) = open(&store, &owner, &review, 1).await else { panic!() };
    assert_eq!((first.standing, first.price, &first.review), (PaymentStanding::Open, price(), &review));
    let dearer = Price { minor_units: 99_900, ..price() };
    let again = store.open_payment(&owner, &review, dearer, &PaymentId::of(2), at(21)).await.unwrap();
    assert_eq!(again, Opened::Open(first.clone()), "the one that is open goes on, at its price");
    store.note_session(&first.id, "cs_1").await.unwrap();
    assert_eq!(store.payments(&owner).await.unwrap()[0].session.as_deref(), Some("cs_1"));
    assert!(matches!(take(&store, &event("evt_1", 1, paid())).await, EventOutcome::Applied { before: PaymentStanding::Open, .. }));
    assert!(matches!(open(&store, &owner, &review, 3).await, Opened::Settled(Payment { standing: PaymentStanding::Paid { .. }, .. })));
    take(&store, &event("evt_2", 1, PaymentFact::Refunded { is_full: true })).await;
    let Opened::Open(second) = open(&store, &owner, &review, 4).await else { panic!("what was given back may be paid anew") };
    assert_eq!(second.id, PaymentId::of(4));
    // One that ran out gives way to a new one, too.
    take(&store, &event("evt_3", 4, PaymentFact::Expired)).await;
    assert!(matches!(open(&store, &owner, &review, 5).await, Opened::Open(Payment { id, .. }) if id == PaymentId::of(5)));
    let waiting = ordered(&store, &owner, &store.review(&owner, &review).await.unwrap().unwrap().connection, 77, 30).await;
    assert_eq!(open(&store, &owner, &waiting, 6).await, Opened::NoReview, "it has no result yet");
}

async fn whatever_the_order_it_ends_the_same(place: &Place) {
    let store = place.open().await;
    let full = PaymentFact::Refunded { is_full: true };
    let lost = PaymentFact::DisputeClosed { dispute: "dp".into(), is_won: false };
    let opened = PaymentFact::DisputeOpened { dispute: "dp".into() };
    let won = PaymentFact::DisputeClosed { dispute: "dp".into(), is_won: true };
    for (person, (facts, expected)) in (1..).zip([
        (vec![PaymentFact::Pending, paid()], "paid"),
        (vec![paid(), full.clone()], "refunded"),
        (vec![paid(), opened.clone()], "disputed"),
        (vec![paid(), opened.clone(), won.clone()], "paid"),
        (vec![paid(), opened, lost], "disputed"),
        (vec![PaymentFact::Pending, PaymentFact::Failed], "failed"),
    ]) {
        for (turn, is_backward) in [(0, false), (100, true)] {
            let (owner, review) = done(&store, person + turn).await;
            let id = u128::from(person + turn);
            open(&store, &owner, &review, id).await;
            let mut events: Vec<PaymentEvent> =
                facts.iter().enumerate().map(|(n, fact)| event(&format!("evt_{id}_{n}"), id, fact.clone())).collect();
            if is_backward {
                events.reverse();
            }
            for one in events.iter().chain(&events) {
                take(&store, one).await;
            }
            assert_eq!(standing(&store, &owner).await.word(), expected, "{facts:?} {is_backward}");
        }
    }
    assert!(matches!(store.verify().await.unwrap(), AuditVerdict::Whole { .. }));
}

async fn fifty_copies_of_an_event_unlock_once_and_write_once(place: &Place) {
    let store = Arc::new(place.open().await);
    let (owner, review) = done(&store, 1).await;
    open(&store, &owner, &review, 1).await;
    let copies = (0..50).map(|_| {
        let store = Arc::clone(&store);
        tokio::spawn(async move { take(&store, &event("evt_1", 1, paid())).await })
    });
    let outcomes = futures::future::join_all(copies).await;
    let applied = outcomes.iter().filter(|outcome| matches!(outcome, Ok(EventOutcome::Applied { .. }))).count();
    let repeated = outcomes.iter().filter(|outcome| matches!(outcome, Ok(EventOutcome::Repeated))).count();
    assert_eq!((applied, repeated), (1, 49));
    assert_eq!(letters(&store).await, [Notice::ReportUnlocked { review: review.clone() }]);
    // Other events of the same payment at the same time: each is taken, one letter for each change.
    let facts = [PaymentFact::Refunded { is_full: true }, PaymentFact::Pending, paid(), PaymentFact::Refunded { is_full: false }];
    let others = facts.into_iter().enumerate().map(|(n, fact)| {
        let store = Arc::clone(&store);
        tokio::spawn(async move { take(&store, &event(&format!("evt_other_{n}"), 1, fact)).await })
    });
    for outcome in futures::future::join_all(others).await {
        assert!(matches!(outcome.unwrap(), EventOutcome::Applied { .. }));
    }
    assert_eq!(standing(&store, &owner).await, PaymentStanding::Refunded);
    assert_eq!(letters(&store).await, [Notice::ReportLocked { review, because: LockedBecause::Refunded }]);
    assert_eq!(number(&place.raw().await, "SELECT COUNT(*) FROM payment_event").await, 5);
}

async fn what_names_only_the_intent_is_found_before_and_after(place: &Place) {
    let store = place.open().await;
    let (owner, review) = done(&store, 1).await;
    open(&store, &owner, &review, 1).await;
    let opened = PaymentFact::DisputeOpened { dispute: "dp".into() };
    // Nobody knows yet whose intent that is.
    assert_eq!(take(&store, &dispute("evt_1", 1, opened.clone())).await, EventOutcome::Unknown);
    assert_eq!(take(&store, &dispute("evt_1", 1, opened)).await, EventOutcome::Repeated);
    assert_eq!(standing(&store, &owner).await, PaymentStanding::Open);
    take(&store, &event("evt_2", 1, paid())).await;
    assert_eq!(standing(&store, &owner).await, PaymentStanding::Disputed, "what came too early counts now");
    assert!(letters(&store).await.is_empty(), "it was never open");
    let won = PaymentFact::DisputeClosed { dispute: "dp".into(), is_won: true };
    assert!(matches!(take(&store, &dispute("evt_3", 1, won)).await, EventOutcome::Applied { .. }));
    assert!(matches!(standing(&store, &owner).await, PaymentStanding::Paid { .. }));
    assert_eq!(letters(&store).await, [Notice::ReportUnlocked { review }]);
}

async fn another_amount_or_currency_opens_nothing(place: &Place) {
    let store = place.open().await;
    let amounts = [(1, "eur"), (14_899, "eur"), (14_900, "usd"), (0, "eur")];
    for (person, (subtotal, currency)) in (1..).zip(amounts) {
        let (owner, review) = done(&store, person).await;
        let id = u128::from(person);
        open(&store, &owner, &review, id).await;
        let amount = PaidAmount { subtotal, total: subtotal, currency: Currency::parse(currency).unwrap() };
        take(&store, &event(&format!("evt_{id}"), id, PaymentFact::Paid { amount })).await;
        assert_eq!(standing(&store, &owner).await, PaymentStanding::Mismatch, "{subtotal} {currency}");
    }
    assert!(letters(&store).await.is_empty());
}

async fn two_who_press_at_one_time_open_one_payment(place: &Place) {
    let store = Arc::new(place.open().await);
    let (owner, review) = done(&store, 1).await;
    let presses = (1..=10).map(|id| {
        let (store, owner, review) = (Arc::clone(&store), owner.clone(), review.clone());
        tokio::spawn(async move { open(&store, &owner, &review, id).await })
    });
    let opened = futures::future::join_all(presses).await;
    let ids: std::collections::BTreeSet<PaymentId> = opened
        .into_iter()
        .map(|opened| match opened.unwrap() {
            Opened::Open(payment) => payment.id,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!((ids.len(), store.payments(&owner).await.unwrap().len()), (1, 1));
}

async fn a_payment_outlives_its_review_but_not_its_customer(place: &Place) {
    use crosswalk::ports::Accounts as _;
    let store = place.open().await;
    let (owner, review) = done(&store, 1).await;
    open(&store, &owner, &review, 1).await;
    take(&store, &event("evt_1", 1, paid())).await;
    assert!(store.delete_review(&owner, &review).await.unwrap());
    assert_eq!(store.payments(&owner).await.unwrap().len(), 1);
    take(&store, &event("evt_2", 1, PaymentFact::Refunded { is_full: true })).await;
    assert_eq!(standing(&store, &owner).await, PaymentStanding::Refunded);
    store.delete_customer(&owner, &crate::sample::receipt_id(1), None, at(90)).await.unwrap().unwrap();
    let raw = place.raw().await;
    for table in ["payment", "payment_event", "mail"] {
        assert_eq!(number(&raw, &format!("SELECT COUNT(*) FROM {table}")).await, 0, "{table}");
    }
    // Stripe does not know that nobody is here any more.
    assert_eq!(take(&store, &event("evt_3", 1, PaymentFact::Pending)).await, EventOutcome::Unknown);
}

async fn only_what_is_unsettled_is_asked_after(place: &Place) {
    let store = place.open().await;
    for person in 1..=4 {
        let (owner, review) = done(&store, person).await;
        open(&store, &owner, &review, u128::from(person)).await;
        if person != 4 {
            store.note_session(&PaymentId::of(u128::from(person)), &format!("cs_{person}")).await.unwrap();
        }
    }
    take(&store, &event("evt_1", 1, paid())).await;
    take(&store, &event("evt_2", 2, PaymentFact::Pending)).await;
    let ids = async |from, to| -> Vec<PaymentId> {
        store.unsettled_payments(at(from), at(to), 10).await.unwrap().into_iter().map(|payment| payment.id).collect()
    };
    let mut found = ids(0, 21).await;
    found.sort();
    assert_eq!(found, [PaymentId::of(2), PaymentId::of(3)], "the first is paid, the fourth has no session");
    assert!(ids(0, 20).await.is_empty() && ids(21, 99).await.is_empty());
}

/// Everything that writes letters or payments of a customer, while the customer is deleted: on PostgreSQL two that lock the same rows in
/// another order would be ended by the server.
async fn who_leaves_meanwhile_is_gone_and_nobody_fails_by_it(place: &Place) {
    use crosswalk::ports::Accounts as _;
    let store = Arc::new(place.open().await);
    for person in 1..=40 {
        let (owner, review) = done(&store, person).await;
        open(&store, &owner, &review, u128::from(person)).await;
        let unpaid = done_again(&store, &owner, &review, 1_000 + u128::from(person)).await;
        let connection = store.review(&owner, &review).await.unwrap().unwrap().connection;
        ordered(&store, &owner, &connection, 2_000 + u128::from(person), 30).await;
        let leased = store.claim(&worker(1), TERMS, at(31)).await.unwrap().unwrap();
        let letter = crate::sample::notice(&owner, &format!("review {person}"));
        let told = event(&format!("evt_{person}"), u128::from(person), paid());
        let (mail, new_id) = (mail_id(&told.id), PaymentId::of(5_000 + u128::from(person)));
        let (paying, opening, ending, leaving) = tokio::join!(
            store.record_event(&told, &mail, at(60)),
            store.open_payment(&owner, &unpaid, price(), &new_id, at(60)),
            async {
                let (result, files) = (assessment(1), [crate::sample::gave("plan.docx")]);
                let result = ReviewResult { examinations: &files, notice: Some(&letter), ..ReviewResult::of(&result) };
                store.finish(&leased.lease, &result, at(60)).await
            },
            async {
                let id = crate::sample::receipt_id(u128::from(person));
                store.delete_customer(&owner, &id, None, at(60)).await
            },
        );
        let failed = (paying.err(), opening.err(), ending.err(), leaving.map(|receipt| assert!(receipt.is_some())).err());
        assert_eq!(failed, (None, None, None, None), "person {person}");
    }
    let raw = place.raw().await;
    for table in ["payment", "mail", "review", "examination"] {
        assert_eq!(number(&raw, &format!("SELECT COUNT(*) FROM {table}")).await, 0, "{table}");
    }
}

/// Another review of the same connection that is done.
async fn done_again(store: &Database, owner: &CustomerId, first: &ReviewId, number: u128) -> ReviewId {
    let connection = store.review(owner, first).await.unwrap().unwrap().connection;
    let review = ordered(store, owner, &connection, number, 20).await;
    let leased = store.claim(&worker(1), TERMS, at(21)).await.unwrap().unwrap();
    assert!(store.finish(&leased.lease, &ReviewResult::of(&assessment(2)), at(22)).await.unwrap());
    review
}

async fn a_dispute_at_the_moment_of_paying_is_not_lost(place: &Place) {
    let store = Arc::new(place.open().await);
    for person in 1..=30 {
        let (owner, review) = done(&store, person).await;
        let id = u128::from(person);
        open(&store, &owner, &review, id).await;
        let opened = PaymentFact::DisputeOpened { dispute: format!("dp_{id}") };
        // Whichever is first, neither knows of the other yet.
        let (first, second) = (event(&format!("evt_a_{id}"), id, paid()), dispute(&format!("evt_b_{id}"), id, opened));
        let both = [first, second].map(|event| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { take(&store, &event).await })
        });
        for outcome in futures::future::join_all(both).await {
            outcome.unwrap();
        }
        assert_eq!(standing(&store, &owner).await, PaymentStanding::Disputed, "person {person}");
    }
}

async fn the_longest_id_that_stripe_promises_is_taken(place: &Place) {
    let store = place.open().await;
    let (owner, review) = done(&store, 1).await;
    open(&store, &owner, &review, 1).await;
    let long = format!("evt_{}", "x".repeat(251));
    assert!(matches!(take(&store, &event(&long, 1, paid())).await, EventOutcome::Applied { .. }));
    assert_eq!(letters(&store).await.len(), 1);
}

async fn events_of_nobody_are_forgotten_and_no_others(place: &Place) {
    use crosswalk::ports::Accounts as _;
    let store = place.open().await;
    let (owner, review) = done(&store, 1).await;
    open(&store, &owner, &review, 1).await;
    take(&store, &event("evt_1", 1, paid())).await;
    take(&store, &dispute("evt_2", 9, PaymentFact::DisputeOpened { dispute: "dp".into() })).await;
    let raw = place.raw().await;
    for (day, left) in [(89, 2), (91, 1)] {
        store.purge_expired(crate::sample::days(day), 60, 10).await.unwrap();
        assert_eq!(number(&raw, "SELECT COUNT(*) FROM payment_event").await, left, "day {day}");
    }
    assert!(matches!(standing(&store, &owner).await, PaymentStanding::Paid { .. }));
}

async fn what_is_being_paid_does_not_go_and_what_went_is_not_called_open(place: &Place) {
    use crate::sample::days;
    use crosswalk::account::Retention;
    use crosswalk::ports::Accounts as _;
    let store = place.open().await;
    let mut reviews = Vec::new();
    for person in 1..=3 {
        let (owner, review) = done(&store, person).await;
        store.set_retention(&owner, Retention::Days30).await.unwrap();
        reviews.push((owner, review));
    }
    // On the last day the first two begin to pay, the second by a bank debit.
    for (id, (owner, review)) in (1..).zip(&reviews[..2]) {
        store.open_payment(owner, review, price(), &PaymentId::of(id), days(30)).await.unwrap();
    }
    take(&store, &event("evt_1", 2, PaymentFact::Pending)).await;
    let left = async |day: i64| -> Vec<bool> {
        store.purge_expired(days(day), 60, 10).await.unwrap();
        let mut left = Vec::new();
        for (owner, review) in &reviews {
            left.push(store.review(owner, review).await.unwrap().is_some());
        }
        left
    };
    assert_eq!(left(31).await, [true, true, false]);
    assert_eq!(left(33).await, [false, true, false], "nobody can pay on that page any more");
    assert_eq!(left(61).await, [false, false, false]);
    // It came after all, for what is gone: that is no letter about an open report.
    take(&store, &event("evt_2", 2, paid())).await;
    assert!(matches!(standing(&store, &reviews[1].0).await, PaymentStanding::Paid { .. }));
    assert!(letters(&store).await.is_empty());
}
