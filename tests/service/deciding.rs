//! Deciding about findings, and reviewing again: by hand and by a schedule.

use crosswalk::account::ReviewId;
use crosswalk::ports::{Clock as _, Schedules as _, Ticked};
use crosswalk::workflow::schedule_reviews::order_due_review;
use jiff::SignedDuration;
use serde_json::Value;

use crate::house::House;
use crate::journey::work;
use crate::person::{OTHER, OWNER, Person, parameter};

async fn paid(house: &House, person: &Person<'_>) -> (String, String) {
    let connection = parameter(&person.connect("whole-drive").await, "connection");
    let review = person.order(&connection).await;
    work(house).await;
    let away = person.submit(&review, &format!("{review}/checkout"), &[]).await.leads_to(&house.stripe.api_url);
    house.stripe.pay(away.rsplit('/').next().unwrap()).await.unwrap();
    (review, connection)
}

const PLACE: [(&str, &str); 2] = [("standard", "iec-81001-5-1-2021"), ("clause", "4.2")];

#[tokio::test]
async fn a_decision_stands_beside_the_verdict_in_every_format_and_in_the_next_review() {
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    let (review, _) = paid(&house, &person).await;
    let form = format!("{review}/decide?standard=iec-81001-5-1-2021&clause=4.2&anchor=c1-9&back=verdict%3Dnot-found%26evil%3Dhttps://x");
    person.get(&form).await.says(200, "Beside, not instead");
    let decide = async |fields: &[(&str, &str)]| {
        let mut all = PLACE.to_vec();
        all.extend_from_slice(fields);
        person.submit(&form, &format!("{review}/decisions"), &all).await
    };
    for (fields, words) in [
        (vec![("kind", "accepted-gap"), ("name", " "), ("reason", "x")], "Write the name of who decides"),
        (vec![("kind", "accepted-gap"), ("name", "A. Weber"), ("reason", "")], "id=\"reason-error\">Not kept: Write why"),
        (vec![("kind", "evidence-named"), ("name", "A. Weber"), ("reason", "x"), ("evidence", "")], "Say where the evidence is"),
        (vec![("kind", "assigned"), ("name", "A. Weber"), ("owner", " ")], "id=\"owner-error\">Not kept: Say who takes care"),
        (vec![("kind", "assigned"), ("name", "A. Weber"), ("owner", "B. Roth"), ("due_on", "soon")], "The due date is no date"),
        (vec![("kind", "compliant"), ("name", "A. Weber"), ("reason", "x")], "Choose what you decide"),
        (vec![("kind", "disputed"), ("name", "A. Weber"), ("reason", &"x".repeat(2_001))], "too long"),
    ] {
        let answer = decide(&fields).await.says(422, words);
        assert!(answer.body.contains("A. Weber") || fields[1].1 == " ", "what was typed is lost");
    }
    let hostile = "Not our <script>alert(1)</script> =cmd|' /C calc'!A0";
    let back = decide(&[
        ("kind", "not-applicable"),
        ("name", "A. Weber"),
        ("reason", hostile),
        ("anchor", "c1-9"),
        ("back", "verdict=not-found&evil=1"),
    ])
    .await;
    assert_eq!(back.leads_to(&review), format!("{review}/report?verdict=not-found#c1-9"));
    decide(&[("kind", "assigned"), ("name", "A. Weber"), ("owner", "B. Roth"), ("due_on", "2027-03-31")]).await.leads_to(&review);
    let verdicts = async |review: &str| -> Value {
        let json: Value = serde_json::from_str(&person.get(&format!("{review}/report/json")).await.body).unwrap();
        json
    };
    let before = verdicts(&review).await;
    assert_eq!(before["decisions"].as_array().unwrap().len(), 2);
    let page = person.get(&format!("{review}/report")).await.says(200, "Not applicable.");
    assert!(page.body.contains("due 31 March 2027") && page.body.contains("decided by A. Weber on 22 November 2026"));
    assert!(!page.body.contains("<script>alert"), "a reason came through");
    let html = person.get(&format!("{review}/report/html")).await.says(200, "Not applicable");
    assert!(!html.body.contains("<script>alert"));

    // It holds for the next review of the connection, whose verdict it does not touch.
    let next = person.submit(&review, &format!("{review}/again"), &[]).await.leads_to("/reviews/");
    work(&house).await;
    person.get(&format!("{next}/report")).await.says(402, "not open to you");
    person.get(&format!("{next}/decide?standard=iec-81001-5-1-2021&clause=4.2")).await.says(402, "not open to you");
    let away = person.submit(&next, &format!("{next}/checkout"), &[]).await.leads_to(&house.stripe.api_url);
    house.stripe.pay(away.rsplit('/').next().unwrap()).await.unwrap();
    let after = verdicts(&next).await;
    assert_eq!((&after["decisions"], &after["review"]), (&before["decisions"], &before["review"]));

    // Somebody else sees none of it, and takes nothing back.
    let id = page_decision(&person, &form).await;
    let other = Person::signed_in(&house, OTHER).await;
    let token = other.get("/account").await.form_token();
    other.post(&format!("{review}/decisions/{id}/withdraw"), &[("csrf", &token)]).await.says(404, "Not found");
    person.submit(&form, &format!("{review}/decisions/{id}/withdraw"), &[]).await.leads_to(&format!("{review}/report"));
    assert_eq!(verdicts(&next).await["decisions"].as_array().unwrap().len(), 1);
    person.get(&format!("{review}/decide?standard=iec-81001-5-1-2021&clause=99.9")).await.says(404, "Not found");
}

/// The id of the first decision that a form offers to take back.
async fn page_decision(person: &Person<'_>, form: &str) -> String {
    let page = person.get(form).await;
    let (_, rest) = page.body.split_once("/decisions/").unwrap();
    rest.split('/').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_schedule_is_set_changed_run_and_removed() {
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    let connection = parameter(&person.connect("whole-drive").await, "connection");
    let page = format!("/connections/{connection}/schedule");
    person.get(&page).await.says(200, "no review of this connection yet");
    let review = person.order(&connection).await;
    work(&house).await;
    let id = review.trim_start_matches("/reviews/").to_owned();
    let set = async |every: &str, expression: &str, zone: &str| {
        person.submit(&page, &page, &[("review", &id), ("every", every), ("expression", expression), ("zone", zone)]).await
    };
    for (every, expression, zone, words) in [
        ("cron", "0 0 30 2 *", "UTC", "never comes true"),
        ("cron", "* * * * *", "UTC", "more often than once an hour"),
        ("cron", "every monday", "UTC", "is not understood"),
        ("week", "", "Mars/Olympus", "no such time zone"),
        ("daily", "", "UTC", "Choose how often"),
    ] {
        let answer = set(every, expression, zone).await.says(422, words);
        assert!(answer.body.contains("The schedule is as it was"));
    }
    set("cron", "0 6 * * 1", "Europe/Berlin").await.leads_to(&page);
    // 22 November 2026 is a Sunday.
    person.get(&page).await.says(200, "23 November 2026, 06:00 (Europe/Berlin)");
    let tick = async |number: u128| order_due_review(&*house.store, ReviewId::of(number), house.clock.now()).await.unwrap();
    assert_eq!(tick(1).await, None);
    house.clock.forward(SignedDuration::from_hours(20));
    assert_eq!(tick(2).await, Some(Ticked::Ordered(ReviewId::of(2))));
    assert_eq!(tick(3).await, None, "a time orders once");
    work(&house).await;
    person.sign_in("/reviews").await;
    person.get(&format!("/reviews/{:032x}", 2)).await.says(200, "What changed since last time");
    person.submit(&page, &format!("{page}/remove"), &[]).await.leads_to(&page);
    person.get(&page).await.says(200, "Set it up");
    assert!(house.store.due_schedule(house.clock.now() + SignedDuration::from_hours(24 * 365)).await.unwrap().is_none());
}

#[tokio::test]
async fn the_file_of_own_data_holds_what_was_decided_planned_and_paid() {
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    let (review, connection) = paid(&house, &person).await;
    let decided = [PLACE.as_slice(), &[("kind", "accepted-gap"), ("name", "A. Weber"), ("reason", "Known and small")]].concat();
    let form = format!("{review}/decide?standard=iec-81001-5-1-2021&clause=4.2");
    person.submit(&form, &format!("{review}/decisions"), &decided).await.leads_to(&format!("{review}/report"));
    let planned = format!("/connections/{connection}/schedule");
    let wish = [("every", "month"), ("zone", "Europe/Berlin"), ("review", review.rsplit('/').next().unwrap())];
    person.submit(&planned, &planned, &wish).await.leads_to(&planned);
    let file = person.submit("/account", "/account/export", &[]).await.ok();
    let data: Value = serde_json::from_str(&file.body).unwrap();
    let of_connection = &data["connections"][0];
    assert_eq!(of_connection["decisions"][0]["reason"], "Known and small", "{of_connection}");
    assert_eq!(of_connection["decisions"][0]["about"]["clause"], "4.2");
    assert_eq!((&of_connection["schedule"]["zone"], &of_connection["schedule"]["scope"]), (&"Europe/Berlin".into(), &"everything".into()));
    let payment = &data["payments"][0];
    assert_eq!((&payment["standing"], &payment["price"]), (&"paid".into(), &"EUR 149.00".into()));
}
