//! Schedules: a time orders one review, however many workers see it; decisions and letters, which are kept beside them.

use std::sync::Arc;

use crosswalk::account::{Connection, CustomerId, DecisionKind, Recurrence, ReviewId, Schedule};
use crosswalk::ports::{
    Connections as _, Decisions as _, Examinations as _, KeptExamination, LeasedNotice, MailEnd, Outbox as _, PlannedReview, Queue as _,
    ReviewOrigin, ReviewResult, Reviews as _, Schedules as _, StoreFailure, Ticked,
};
use crosswalk::store::Database;
use jiff::SignedDuration;

use crate::place::{Place, number, on_both, run};
use crate::sample::{
    CANARY, TERMS, assessment, at, connected, decision, gave, notice, order, ordered, receipt_id, review_id, schedule, worker,
};

on_both!(
    a_time_orders_once_for_however_many_workers,
    a_schedule_is_its_customers_and_goes_with_the_connection,
    a_time_is_left_out_while_a_review_runs_or_nobody_may_read,
    a_schedule_that_cannot_be_read_holds_no_other_up,
    decisions_are_kept_for_the_connection_and_taken_back,
    a_letter_is_sent_by_one_and_told_once,
    what_files_gave_goes_with_the_review_and_gives_way_to_the_next,
);

async fn due(store: &Database, second: i64) -> Option<PlannedReview> {
    store.due_schedule(at(second)).await.unwrap()
}

async fn a_time_orders_once_for_however_many_workers(place: &Place) {
    let store = Arc::new(place.open().await);
    let (owner, connection) = connected(&store, 1).await;
    assert!(store.set_schedule(&schedule(&owner, &connection, 100), &order()).await.unwrap());
    assert!(due(&store, 99).await.is_none());
    let workers = (1..=10).map(|number| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let planned = due(&store, 100).await?;
            Some(store.run_schedule(&planned, at(200), &review_id(number), at(100)).await.unwrap())
        })
    });
    let ticked: Vec<Ticked> = futures::future::join_all(workers).await.into_iter().filter_map(Result::unwrap).collect();
    let orders = ticked.iter().filter(|ticked| matches!(ticked, Ticked::Ordered(_))).count();
    assert_eq!(orders, 1, "{ticked:?}");
    assert!(ticked.iter().all(|ticked| matches!(ticked, Ticked::Ordered(_) | Ticked::Late)), "{ticked:?}");
    let reviews = store.reviews(&owner).await.unwrap();
    assert_eq!(reviews.len(), 1);
    assert!(reviews[0].origin == ReviewOrigin::Scheduled && reviews[0].order == order() && reviews[0].connection == connection);
    assert!(due(&store, 199).await.is_none());
    assert_eq!(due(&store, 200).await.unwrap().schedule.next_at, at(200));
}

async fn a_schedule_is_its_customers_and_goes_with_the_connection(place: &Place) {
    let store = place.open().await;
    let (owner, connection) = connected(&store, 1).await;
    let (stranger, _) = connected(&store, 2).await;
    assert!(!store.set_schedule(&schedule(&stranger, &connection, 1), &order()).await.unwrap(), "another's connection does not exist");
    assert!(store.set_schedule(&schedule(&owner, &connection, 100), &order()).await.unwrap());
    let weekly = Schedule { recurrence: Recurrence::Week, zone: "UTC".into(), ..schedule(&owner, &connection, 50) };
    assert!(store.set_schedule(&weekly, &order()).await.unwrap());
    let kept = store.schedule(&owner, &connection).await.unwrap().unwrap();
    assert!(kept.schedule == weekly && kept.order == order(), "the new one stands in the place of the old");
    assert!(store.schedule(&stranger, &connection).await.unwrap().is_none());
    assert!(!store.remove_schedule(&stranger, &connection).await.unwrap());
    let planned = due(&store, 60).await.unwrap();
    store.disconnect(&owner, &connection, &receipt_id(1), None, at(70)).await.unwrap().unwrap();
    assert!(due(&store, 1_000).await.is_none());
    assert_eq!(store.run_schedule(&planned, at(200), &review_id(1), at(80)).await.unwrap(), Ticked::Late);
    assert_eq!(number(&place.raw().await, "SELECT COUNT(*) FROM review").await, 0);
}

async fn a_time_is_left_out_while_a_review_runs_or_nobody_may_read(place: &Place) {
    let store = place.open().await;
    let (owner, connection) = connected(&store, 1).await;
    store.set_schedule(&schedule(&owner, &connection, 100), &order()).await.unwrap();
    ordered(&store, &owner, &connection, 1, 10).await;
    let planned = due(&store, 100).await.unwrap();
    assert_eq!(store.run_schedule(&planned, at(200), &review_id(2), at(100)).await.unwrap(), Ticked::Busy);
    let leased = store.claim(&worker(1), TERMS, at(101)).await.unwrap().unwrap();
    store.finish(&leased.lease, &ReviewResult::of(&assessment(1)), at(102)).await.unwrap();
    assert!(store.needs_reconnect(&connection, 1, at(110)).await.unwrap());
    let planned = due(&store, 200).await.unwrap();
    assert_eq!(store.run_schedule(&planned, at(300), &review_id(3), at(200)).await.unwrap(), Ticked::NeedsReconnect);
    assert!(due(&store, 299).await.is_none(), "it waits for its next time");
    let Connection { id, .. } = crate::sample::connect(&store, &owner, 1).await;
    assert_eq!(id, connection);
    let planned = due(&store, 300).await.unwrap();
    assert_eq!(store.run_schedule(&planned, at(400), &review_id(4), at(300)).await.unwrap(), Ticked::Ordered(review_id(4)));
}

async fn a_schedule_that_cannot_be_read_holds_no_other_up(place: &Place) {
    let store = place.open().await;
    let (first, harmed) = connected(&store, 1).await;
    let (second, whole) = connected(&store, 2).await;
    assert!(store.set_schedule(&schedule(&first, &harmed, 100), &order()).await.unwrap());
    assert!(store.set_schedule(&schedule(&second, &whole, 200), &order()).await.unwrap());
    let raw = place.raw().await;
    assert_eq!(run(&raw, &format!("UPDATE schedule SET recurrence = 'junk' WHERE connection_id = '{harmed}'")).await, 1);
    assert_eq!(due(&store, 300).await.unwrap().schedule.connection, whole);
    assert!(matches!(store.due_schedule(at(150)).await, Err(StoreFailure::Damaged { .. })), "it is told all the same");
}

async fn decisions_are_kept_for_the_connection_and_taken_back(place: &Place) {
    let store = place.open().await;
    let (owner, connection) = connected(&store, 1).await;
    let (stranger, _) = connected(&store, 2).await;
    let gap = decision(&owner, &connection, 1, "5.1.1", DecisionKind::AcceptedGap);
    let cared = DecisionKind::Assigned { owner: format!("{CANARY} B. Roth"), due_on: Some("2027-03-31".parse().unwrap()) };
    let assigned = decision(&owner, &connection, 2, "5.1.1", cared);
    let other = decision(&owner, &connection, 3, "4.3", DecisionKind::NotApplicable);
    for one in [&gap, &assigned, &other] {
        assert!(store.decide(one).await.unwrap());
    }
    let anew = decision(&owner, &connection, 4, "5.1.1", DecisionKind::AcceptedGap);
    assert!(store.decide(&anew).await.unwrap());
    let kept = store.decisions(&owner, &connection).await.unwrap();
    assert!(kept == [other.clone(), assigned, anew], "by place, then by time; the first gave way to the same decision anew");
    assert!(store.decisions(&stranger, &connection).await.unwrap().is_empty());
    assert!(!store.decide(&decision(&stranger, &connection, 5, "4.3", DecisionKind::Disputed)).await.unwrap());
    assert!(!store.withdraw(&stranger, &other.id).await.unwrap());
    assert!(store.withdraw(&owner, &other.id).await.unwrap() && !store.withdraw(&owner, &other.id).await.unwrap());
    let receipt = store.disconnect(&owner, &connection, &receipt_id(1), None, at(70)).await.unwrap().unwrap();
    assert_eq!(receipt.counts.decisions, 2);
    assert_eq!(number(&place.raw().await, "SELECT COUNT(*) FROM decision").await, 0);
}

async fn claimed(store: &Database, number: u128, second: i64) -> Option<LeasedNotice> {
    store.claim_notice(&worker(number), SignedDuration::from_secs(30), at(second)).await.unwrap()
}

async fn a_letter_is_sent_by_one_and_told_once(place: &Place) {
    let store = place.open().await;
    let (owner, _) = connected(&store, 1).await;
    assert!(store.queue_notice(&notice(&owner, "a"), at(10)).await.unwrap());
    assert!(!store.queue_notice(&notice(&owner, "a"), at(11)).await.unwrap(), "the same occasion");
    assert!(claimed(&store, 1, 9).await.is_none());
    let first = claimed(&store, 1, 10).await.unwrap();
    assert_eq!((&first.notice, first.attempt, first.queued_at), (&notice(&owner, "a"), 1, at(10)));
    assert!(claimed(&store, 2, 39).await.is_none(), "somebody is sending it");
    let second = claimed(&store, 2, 40).await.unwrap();
    assert_eq!((second.attempt, second.notice.id == first.notice.id), (2, true), "its sender died");
    assert!(!store.end_notice(&first, MailEnd::Sent, at(41)).await.unwrap(), "who was late changes nothing");
    assert!(!store.retry_notice(&first, at(1)).await.unwrap());
    assert!(store.retry_notice(&second, at(100)).await.unwrap());
    assert!(claimed(&store, 1, 99).await.is_none());
    let third = claimed(&store, 1, 100).await.unwrap();
    assert!(store.end_notice(&third, MailEnd::Sent, at(101)).await.unwrap());
    assert!(!store.end_notice(&third, MailEnd::GivenUp, at(102)).await.unwrap());
    assert!(claimed(&store, 1, 1_000).await.is_none());
    assert!(!store.queue_notice(&notice(&owner, "a"), at(200)).await.unwrap(), "also when it was sent");
    assert_eq!((store.forget_notices(at(10)).await.unwrap(), store.forget_notices(at(11)).await.unwrap()), (0, 1));
}

async fn what_files_gave_goes_with_the_review_and_gives_way_to_the_next(place: &Place) {
    let store = place.open().await;
    let (owner, connection) = connected(&store, 1).await;
    let (stranger, _) = connected(&store, 2).await;
    let files: Vec<KeptExamination> = (0..100).map(|number| gave(&format!("{number:03}.pdf"))).collect();
    let letter = notice(&owner, "b");
    let finish = async |number: u128, second: i64, examinations: &[KeptExamination], replaces: Option<&ReviewId>| {
        let review = ordered(&store, &owner, &connection, number, second).await;
        let leased = store.claim(&worker(1), TERMS, at(second)).await.unwrap().unwrap();
        let result = assessment(1);
        let result = ReviewResult { examinations, replaces, notice: Some(&letter), ..ReviewResult::of(&result) };
        assert!(store.finish(&leased.lease, &result, at(second + 1)).await.unwrap());
        assert!(store.finish(&leased.lease, &result, at(second + 2)).await.unwrap(), "asked for again, it is done already");
        review
    };
    let keys = async |customer: &CustomerId, review: &ReviewId| -> Vec<String> {
        store.examinations(customer, review).await.unwrap().into_iter().map(|one| one.key).collect()
    };
    let first = finish(1, 10, &files, None).await;
    let expected: Vec<&str> = files.iter().map(|file| file.key.as_str()).collect();
    assert_eq!(keys(&owner, &first).await, expected);
    assert!(keys(&stranger, &first).await.is_empty());
    let second = finish(2, 20, &files[..3], Some(&first)).await;
    assert!(keys(&owner, &first).await.is_empty());
    assert_eq!(keys(&owner, &second).await, expected[..3]);
    assert!(claimed(&store, 1, 99).await.is_some() && claimed(&store, 1, 99).await.is_none(), "one letter for one occasion");
    assert!(store.delete_review(&owner, &second).await.unwrap());
    assert_eq!(number(&place.raw().await, "SELECT COUNT(*) FROM examination").await, 0);
}
