//! From a clause page to the free summary, and away again, in every mode of connecting.

use crosswalk::account::{CustomerId, ReviewId, WorkerId};
use crosswalk::ports::{
    Accounts as _, AuditLog as _, AuditVerdict, Clock as _, LeaseTerms, Queue as _, ReviewProgress, ReviewResult, Standing,
};
use crosswalk::simulator::ConsentChoice;
use jiff::SignedDuration;
use serde_json::json;

use crate::house::{HOSTILE_FILE, House, assessment};
use crate::person::{Answer, OTHER, OWNER, Person, parameter};

pub const TERMS: LeaseTerms = LeaseTerms { duration: SignedDuration::from_mins(5), max_attempts: 3 };

/// Does the review that waits, as a worker does.
pub async fn work(house: &House) -> ReviewId {
    let worker = WorkerId::of(7);
    let leased = house.store.claim(&worker, TERMS, house.clock.now()).await.unwrap().expect("a review waits");
    let progress = ReviewProgress { files_seen: 3, to_examine: 3, examined: 2, read: 2, is_concluding: false };
    let standing = house.store.report(&leased.lease, progress, TERMS, house.clock.now()).await.unwrap();
    assert_eq!(standing, Standing::Held);
    assert!(house.store.finish(&leased.lease, &ReviewResult::of(&assessment()), house.clock.now()).await.unwrap());
    leased.lease.review
}

#[tokio::test]
async fn from_a_clause_page_to_the_summary_and_away() {
    let house = House::open().await;
    let person = Person::new(&house, OWNER);
    let clause = person.get("/clauses/iec-81001-5-1-2021/4.2").await.ok();
    let wanted = "/reviews/new?standard=iec-81001-5-1-2021&clause=4.2";
    assert!(
        clause.body.contains(&wanted.replace('&', "&#38;"))
            || clause.body.contains(wanted)
            || clause.body.contains(&wanted.replace('&', "&amp;"))
    );
    assert!(clause.headers.get("set-cookie").is_none(), "a public page set a cookie");

    // Not signed in: through Google and back to what was asked for, which has no connection yet.
    let sign_in = person.get(wanted).await.leads_to("/sign-in?return_to=");
    assert_eq!(parameter(&sign_in, "return_to"), wanted);
    assert_eq!(person.sign_in(&parameter(&sign_in, "return_to")).await, wanted);
    let connect = person.get(wanted).await.leads_to("/connect?standard=");
    let page = person.get(&connect).await.ok();
    let order: Vec<usize> =
        ["picked-files", "/connect/folder", "whole-drive", "crosswalk review ./QMS"].map(|mode| page.body.find(mode).unwrap()).into();
    assert!(order.is_sorted(), "the ways to connect are not in their order: {order:?}");

    // What they came for comes along to Google and back.
    let fields = [("standard", "iec-81001-5-1-2021"), ("clause", "4.2")];
    let away = person.submit(&connect, "/connect/whole-drive", &fields).await.leads_to(&house.google.root_url);
    let back = person.at_google(&away, ConsentChoice::Allow).await;
    let new = person.get(&back).await.leads_to("/reviews/new?connection=");
    assert!(new.ends_with("&standard=iec-81001-5-1-2021&clause=4.2"), "{new}");
    let connection = parameter(&new, "connection");
    let form = person.get(&new).await.says(200, "You came for");
    assert!(form.body.contains("name=\"place\""), "no place to choose from: {}", form.body);

    let place = form.body.split("name=\"place\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let fields = [
        ("connection", connection.as_str()),
        ("place", place),
        ("standard", "iec-81001-5-1-2021"),
        ("safety_class", "C"),
        ("annex_f", "1"),
    ];
    let review = person.submit(&new, "/reviews", &fields).await.leads_to("/reviews/");
    person.get(&review).await.says(200, "Waiting for a free worker");
    // One at a time.
    person.submit(&new, "/reviews", &fields).await.says(409, "A review of this connection is under way");

    work(&house).await;
    let summary = person.get(&review).await.says(200, "What your documents show");
    for words in [
        "Largest",
        "What was read, and what could not be",
        "Look here too",
        "/clauses/iec-81001-5-1-2021/4.2",
        "Pay and open the report",
        "verdict-bar",
    ] {
        assert!(summary.body.contains(words), "the summary lacks {words:?}");
    }
    assert!(summary.body.contains("<bdi>&#60;img src=x onerror=alert(1)&#62;"), "the files that were read are named, harmlessly");
    assert!(!summary.body.contains("<img"), "a file name came through");
    person.get("/reviews").await.says(200, "Done");

    let leave = format!("/connections/{connection}/disconnect");
    person.get(&leave).await.says(200, "sign-in and other connections of the same Google account included");
    let receipt = person.submit(&leave, &leave, &[]).await.leads_to("/receipts/");
    let shown = person.get(&receipt).await.says(200, "Google confirmed");
    assert!(shown.body.contains("<dt>Reviews</dt><dd>1</dd>"), "{}", shown.body);
    assert_eq!(house.google.living_grants(), 0, "a grant lives on at Google");
    person.get(&review).await.says(404, "Not found");
    person.get("/reviews").await.says(200, "Nothing of your Drive can be read");

    let left = person.submit("/account", "/account/delete", &[("confirmation", "delete my account")]).await;
    assert!(left.header("clear-site-data").contains("\"storage\""));
    let receipt = left.leads_to("/receipts/");
    person.get(&receipt).await.says(200, "This is your receipt");
    person.get("/reviews").await.leads_to("/sign-in");
    assert!(matches!(house.store.verify().await.unwrap(), AuditVerdict::Whole { lines: 6, .. }));
}

#[tokio::test]
async fn a_shared_folder_is_connected_once_it_is_shown_to_be_theirs() {
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    let folder = house.google.id_of("01 Quality Management").unwrap();
    let link = format!("https://drive.google.com/drive/folders/{folder}?usp=sharing");
    let missing = "Share the folder and show that it is yours";
    let proof_of = |answer: &Answer| {
        let proof = answer.body.split("crosswalk-proof-").nth(1).unwrap().split('<').next().unwrap().to_owned();
        assert_eq!(proof.len(), 20, "{proof}");
        format!("crosswalk-proof-{proof}")
    };
    let own_proof = proof_of(&person.submit("/connect", "/connect/folder", &[("folder", &link)]).await.says(200, missing));

    // Somebody else names it: what they are told does not depend on whether it is shared, and they cannot connect it.
    let other = Person::signed_in(&house, OTHER).await;
    let unshared = other.submit("/connect", "/connect/folder", &[("folder", &link)]).await.says(200, missing);
    house.google.share_with_robot(&folder);
    let shared = other.submit("/connect", "/connect/folder", &[("folder", &link)]).await.says(200, missing);
    assert_eq!(unshared.body, shared.body, "a stranger can tell whether the folder is shared");
    let proof = proof_of(&shared);
    assert_ne!(proof, own_proof);
    other.get("/reviews").await.says(200, "Nothing of your Drive can be read");

    // Its owner proves it too: Google does not vouch for addresses of other domains. The proof of another folder does not count.
    let elsewhere = house.google.id_of("02 Vulnora 3").unwrap();
    assert_ne!(proof_of(&person.submit("/connect", "/connect/folder", &[("folder", &elsewhere)]).await.says(200, missing)), own_proof);
    person.submit("/connect", "/connect/folder", &[("folder", &link)]).await.says(200, missing);
    house.google.make_folder(&folder, &own_proof).unwrap();
    let new = person.submit("/connect", "/connect/folder", &[("folder", &link)]).await.leads_to("/reviews/new?connection=");
    person.get(&new).await.says(200, "Start a review");
    let connection = parameter(&new, "connection");
    let leave = format!("/connections/{connection}/disconnect");
    let receipt = person.submit(&leave, &leave, &[]).await.leads_to("/receipts/");
    person.get(&receipt).await.says(200, "No permission was held at Google");

    // The other one is let write into it and puts the named item there: now they may.
    house.google.make_folder(&folder, &proof).unwrap();
    other.submit("/connect", "/connect/folder", &[("folder", &folder)]).await.leads_to("/reviews/new?connection=");
    for bad in ["", "   ", "https://evil.example/", "../../etc/passwd", "'; drop table review; --"] {
        let answer = other.submit("/connect", "/connect/folder", &[("folder", bad)]).await;
        assert!(matches!(answer.status, 200 | 400), "{bad}: {}", answer.body);
        assert!(answer.status == 400 || answer.body.contains("This is not the link of a folder"), "{bad}: {}", answer.body);
    }
}

#[tokio::test]
async fn the_grant_of_another_account_is_given_back_when_it_is_replaced() {
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    let connection = parameter(&person.connect("whole-drive").await, "connection");
    assert_eq!(house.google.living_grants(), 1);
    // The same account again: its new grant stays alive.
    assert_eq!(parameter(&person.connect("whole-drive").await, "connection"), connection);
    let of_owner = house.google.living_grants();
    assert!(of_owner >= 1);
    // At Google they choose another account than the one that we suggest.
    let away = person.submit("/connect", "/connect/whole-drive", &[]).await.leads_to(&house.google.root_url);
    let away = away.replace("login_hint=", "unused=");
    let back = Person::new(&house, OTHER).at_google(&away, ConsentChoice::Allow).await;
    assert_eq!(parameter(&person.get(&back).await.leads_to("/reviews/new"), "connection"), connection);
    assert_eq!(house.google.living_grants(), 1, "of the {of_owner} of the first account some live on");
    person.get("/reviews").await.says(200, OTHER);
}

#[tokio::test]
async fn picked_files_lead_through_the_picker() {
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    let pick = person.connect("picked-files").await;
    assert!(pick.starts_with("/connect/pick?connection="), "{pick}");
    let page = person.get(&pick).await.ok();
    let policy = page.header("content-security-policy").to_owned();
    assert!(policy.contains(&format!("script-src 'self' {};", house.google.root_url)), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    for words in ["data-token=", "Not tested against the real thing", "<noscript>", "load this page again"] {
        assert!(page.body.contains(words), "the page of the Picker lacks {words:?}");
    }
    // Everywhere else the policy stays narrow.
    let narrow = person.get("/reviews").await.ok();
    assert!(narrow.header("content-security-policy").contains("script-src 'self';"));
    let connection = parameter(&pick, "connection");
    let review = person.order(&connection).await;
    person.get(&review).await.says(200, "Review under way");
}

#[tokio::test]
async fn progress_is_told_live_and_ends_with_the_review() {
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    let new = person.connect("whole-drive").await;
    let review = person.order(&parameter(&new, "connection")).await;
    let page = person.get(&review).await.ok();
    assert!(page.body.contains("aria-live=\"polite\"") && page.body.contains("http-equiv=\"refresh\"") && page.body.contains("<progress"));
    let events = format!("{review}/events");
    let (told, id) = tokio::join!(person.get(&events), async {
        tokio::time::sleep(std::time::Duration::from_millis(1_200)).await;
        work(&house).await
    });
    assert!(review.ends_with(id.as_str()));
    assert_eq!(told.header("content-type"), "text/event-stream");
    assert!(told.body.contains("event: progress") && told.body.contains("Waiting for a free worker"), "{}", told.body);
    assert!(told.body.trim_end().ends_with("event: ended\ndata: ended"), "{}", told.body);
    // A browser that comes late, or loads the page again, hears at once that it is over.
    let late = person.get(&events).await.ok();
    assert!(late.body.starts_with("event: ended"), "{}", late.body);
}

#[tokio::test]
async fn a_review_can_be_stopped_and_deleted() {
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    let new = person.connect("whole-drive").await;
    let review = person.order(&parameter(&new, "connection")).await;
    let token = person.get(&review).await.form_token();
    person.post(&format!("{review}/delete"), &[("csrf", &token)]).await.says(409, "Stop the review first");
    person.submit(&review, &format!("{review}/cancel"), &[]).await.leads_to(&review);
    person.get(&review).await.says(200, "You stopped this review");
    person.submit(&review, &format!("{review}/delete"), &[]).await.leads_to("/reviews");
    person.get(&review).await.says(404, "Not found");
}

#[tokio::test]
async fn a_failed_review_says_what_to_do() {
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    let connection = parameter(&person.connect("whole-drive").await, "connection");
    for failure in crosswalk::ports::ReviewFailure::ALL {
        let review = person.order(&connection).await;
        let leased = house.store.claim(&WorkerId::of(1), TERMS, house.clock.now()).await.unwrap().unwrap();
        assert!(house.store.fail(&leased.lease, failure, house.clock.now()).await.unwrap());
        let page = person.get(&review).await.says(200, "This review gave no result");
        assert!(page.body.contains("What to do next") && page.body.contains("What is safe"), "{failure:?}");
    }
}

#[tokio::test]
async fn own_data_comes_as_a_file_and_retention_is_set() {
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    let connection = parameter(&person.connect("whole-drive").await, "connection");
    let review = person.order(&connection).await;
    work(&house).await;
    person.get("/account").await.says(200, "a report that is open to you can be downloaded on the page of its review");
    let export =
        async || -> serde_json::Value { serde_json::from_str(&person.submit("/account", "/account/export", &[]).await.ok().body).unwrap() };
    let empty = export().await;
    assert_eq!((&empty["connections"][0]["schedule"], &empty["payments"]), (&json!(null), &json!([])));
    let id = review.trim_start_matches("/reviews/");
    let away = person.submit(&review, &format!("{review}/checkout"), &[]).await.leads_to(&house.stripe.api_url);
    house.stripe.pay(away.rsplit('/').next().unwrap()).await.unwrap();
    let about = [("standard", "iec-81001-5-1-2021"), ("clause", "4.2")];
    let decided = [("kind", "evidence-named"), ("name", "A. Weber"), ("reason", "In the \"binder\""), ("evidence", "Shelf 3, <Ü>")];
    let form = format!("{review}/decide?standard=iec-81001-5-1-2021&clause=4.2");
    person.submit(&form, &format!("{review}/decisions"), &[about.as_slice(), &decided].concat()).await.leads_to(&review);
    let schedule = format!("/connections/{connection}/schedule");
    let weekly = [("review", id), ("every", "cron"), ("expression", "0 6 * * 1"), ("zone", "Europe/Berlin")];
    person.submit(&schedule, &schedule, &weekly).await.leads_to(&schedule);

    let file = person.submit("/account", "/account/export", &[]).await.ok();
    assert!(file.header("content-disposition").starts_with("attachment"));
    let data: serde_json::Value = serde_json::from_str(&file.body).unwrap();
    assert_eq!(data["schema"], "crosswalk/own-data/v1");
    assert_eq!(data["connections"][0]["id"], connection);
    let ledger = data["reviews"][0]["ledger"].as_array().unwrap();
    assert!(ledger.iter().any(|line| line["path"] == HOSTILE_FILE), "own file names are own data");
    assert!(!file.body.contains("scored with CVSS"), "a quote is in the export");
    assert!(data["reviews"][0]["verdicts"]["clauses"].as_array().unwrap().len() > 10);
    let [payment] = data["payments"].as_array().unwrap().as_slice() else { panic!("{}", data["payments"]) };
    assert_eq!((&payment["review"], &payment["price"], &payment["standing"]), (&json!(id), &json!("EUR 149.00"), &json!("paid")));
    assert_eq!((&payment["opened_at"], &payment["paid_at"]), (&json!("2026-11-22T12:00:00Z"), &json!("2026-11-22T12:00:00Z")));
    let [decision] = data["connections"][0]["decisions"].as_array().unwrap().as_slice() else { panic!("{}", data["connections"]) };
    assert_eq!(decision["about"], json!({"standard": "iec-81001-5-1-2021", "clause": "4.2"}));
    assert_eq!(decision["decision"], json!({"is": "evidence-named", "evidence": "Shelf 3, <Ü>"}));
    assert_eq!((&decision["name"], &decision["reason"]), (&json!("A. Weber"), &json!("In the \"binder\"")));
    let schedule = &data["connections"][0]["schedule"];
    assert_eq!((&schedule["zone"], &schedule["next_at"]), (&json!("Europe/Berlin"), &json!("2026-11-23T05:00:00Z")));
    assert_eq!(schedule["recurrence"], json!({"every": "cron", "expression": "0 6 * * 1"}));
    assert!(data["note"].as_str().unwrap().contains("can be downloaded on the page of its review"));
    // Nobody else's.
    let other = Person::signed_in(&house, OTHER).await;
    let theirs = other.submit("/account", "/account/export", &[]).await.ok();
    assert!(!theirs.body.contains("A. Weber") && !theirs.body.contains("EUR"), "{}", theirs.body);

    person.submit("/account", "/account/retention", &[("retention", "30")]).await.leads_to("/account");
    let page = person.get("/account").await.ok();
    assert!(page.body.contains("value=\"30\" checked"), "{}", page.body);
    person.submit("/account", "/account/retention", &[("retention", "forever")]).await.says(400, "No such choice");
    let nobody = house.store.customer(&CustomerId::of(1)).await.unwrap();
    assert!(nobody.is_none());
}

#[tokio::test]
async fn a_stream_does_not_keep_the_server_from_stopping() {
    let mut house = House::open().await;
    let (events, cookie) = {
        let person = Person::signed_in(&house, OWNER).await;
        let review = person.order(&parameter(&person.connect("whole-drive").await, "connection")).await;
        (person.address(&format!("{review}/events")), format!("__Host-crosswalk={}", person.cookie("__Host-crosswalk").unwrap()))
    };
    let browser = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut stream = browser.get(events.clone()).header("cookie", &cookie).send().await.unwrap();
    let first = stream.chunk().await.unwrap().unwrap();
    assert!(String::from_utf8_lossy(&first).contains("event: progress"));
    tokio::time::timeout(std::time::Duration::from_secs(5), house.restart()).await.expect("the stream kept the server");
    // Ended without a word about the review: the browser comes back and hears how it stands.
    assert!(!stream.text().await.unwrap().contains("event: ended"));
    let mut again = browser.get(events).header("cookie", &cookie).send().await.unwrap();
    assert!(String::from_utf8_lossy(&again.chunk().await.unwrap().unwrap()).contains("Waiting for a free worker"));
}
