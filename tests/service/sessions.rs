//! Sessions: how they end, and what only a fresh one may do.

use jiff::SignedDuration;
use sea_orm::ConnectionTrait as _;

use crate::house::House;
use crate::person::{OWNER, Person, parameter};

const SESSION: &str = "__Host-crosswalk";

#[tokio::test]
async fn sessions_end_by_disuse_by_age_and_survive_a_restart() {
    let mut house = House::open().await;
    let (token, browser) = {
        let person = Person::signed_in(&house, OWNER).await;
        // Used every hour, so not idle.
        for _ in 0..4 {
            house.clock.forward(SignedDuration::from_hours(1));
            person.get("/reviews").await.ok();
        }
        (person.cookie(SESSION).unwrap(), person.cookie("__Host-crosswalk-browser").unwrap())
    };
    house.restart().await;
    let person = Person::new(&house, OWNER);
    person.set_cookie(SESSION, &token);
    person.set_cookie("__Host-crosswalk-browser", &browser);
    person.get("/reviews").await.ok();
    house.clock.forward(SignedDuration::from_mins(119));
    person.get("/reviews").await.ok();
    house.clock.forward(SignedDuration::from_mins(121));
    person.get("/reviews").await.leads_to("/sign-in");
    assert!(person.cookie(SESSION).is_none(), "the cookie of a dead session stays");

    // A new one, used all the time, ends after three days all the same.
    person.sign_in("/reviews").await;
    for _ in 0..71 {
        house.clock.forward(SignedDuration::from_hours(1));
        person.get("/reviews").await.ok();
    }
    house.clock.forward(SignedDuration::from_mins(61));
    person.get("/reviews").await.leads_to("/sign-in");
}

#[tokio::test]
async fn signing_out_kills_the_token_here_and_everywhere() {
    let house = House::open().await;
    let (one, two) = (Person::signed_in(&house, OWNER).await, Person::signed_in(&house, OWNER).await);
    let token = one.cookie(SESSION).unwrap();
    let left = one.submit("/reviews", "/sign-out", &[]).await;
    assert_eq!(left.header("clear-site-data"), "\"cache\", \"storage\"");
    left.leads_to("/");
    assert!(one.cookie(SESSION).is_none());
    one.set_cookie(SESSION, &token);
    one.get("/reviews").await.leads_to("/sign-in");
    one.set_cookie(SESSION, &token);
    one.send(reqwest::Method::GET, "/reviews/0123456789abcdef0123456789abcdef/events", None, &[]).await.says(401, "You are not signed in");

    two.get("/reviews").await.ok();
    let three = Person::signed_in(&house, OWNER).await;
    two.submit("/account", "/sign-out-everywhere", &[]).await.leads_to("/");
    three.get("/reviews").await.leads_to("/sign-in");
}

#[tokio::test]
async fn what_cannot_be_undone_asks_for_a_fresh_sign_in() {
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    house.clock.forward(SignedDuration::from_mins(11));
    let page = person.get("/account").await.says(200, "Sign in once more to delete it");
    assert!(!page.body.contains("action=\"/account/delete\""));
    let token = page.form_token();
    for path in ["/account/delete", "/account/export"] {
        let asked = person.post(path, &[("csrf", &token), ("confirmation", "delete my account")]).await.leads_to("/sign-in?fresh=1");
        assert_eq!(parameter(&asked, "return_to"), "/account");
    }
    assert_eq!(person.sign_in("/account").await, "/account");
    person.submit("/account", "/account/delete", &[("confirmation", "yes")]).await.says(200, "That is not what has to be typed");
    person.submit("/account", "/account/delete", &[("confirmation", " Delete my account ")]).await.leads_to("/receipts/");
    person.get("/account").await.leads_to("/sign-in");
}

#[tokio::test]
async fn forged_tokens_are_nobody() {
    let house = House::open().await;
    for token in ["", "x", "' OR 1=1 --", &"A".repeat(43), &"A".repeat(4_000)] {
        let person = Person::new(&house, OWNER);
        person.set_cookie(SESSION, token);
        person.get("/reviews").await.leads_to("/sign-in");
    }
}

#[tokio::test]
async fn a_full_disk_locks_nobody_out() {
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    let over = Person::signed_in(&house, OWNER).await;
    let token = over.cookie(SESSION).unwrap();
    let url = format!("sqlite:{}", house.folder.path().join("crosswalk.db").display());
    let raw = sea_orm::Database::connect(url).await.unwrap();
    for event in ["UPDATE", "DELETE"] {
        let full =
            format!("CREATE TRIGGER full_{event} BEFORE {event} ON session BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END");
        raw.execute_unprepared(&full).await.unwrap();
    }
    house.clock.forward(SignedDuration::from_mins(2));
    person.get("/reviews").await.ok();
    person.submit("/account", "/account/retention", &[("retention", "30")]).await.leads_to("/account");
    // Whose session is over is sent to sign in all the same.
    house.clock.forward(SignedDuration::from_hours(3));
    over.set_cookie(SESSION, &token);
    over.get("/reviews").await.leads_to("/sign-in");
    raw.close().await.unwrap();
}
