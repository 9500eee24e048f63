//! Signing in and connecting when something is wrong: forged, replayed, foreign and missing parts, refusals, two at a time.

use crosswalk::simulator::{ConsentChoice, ForgedToken, Misbehaviour};

use crate::house::{House, Plan};
use crate::person::{OTHER, OWNER, Person, parameter};

/// How often Google's token endpoint was asked.
fn token_calls(house: &House) -> usize {
    house.google.recorder.requests().iter().filter(|request| request.path == "/token").count()
}

#[tokio::test]
async fn a_callback_without_the_right_state_asks_google_nothing() {
    let house = House::open().await;
    let person = Person::new(&house, OWNER);
    let away = person.leave_to_sign_in("/reviews").await;
    let back = person.at_google(&away, ConsentChoice::Allow).await;
    let (state, code) = (parameter(&back, "state"), parameter(&back, "code"));
    let stranger = Person::new(&house, OTHER);
    stranger.get("/sign-in").await.ok();
    let words = "does not belong to a step that you began here";
    for (who, path) in [
        (&person, "/sign-in/callback".to_owned()),
        (&person, format!("/sign-in/callback?code={code}")),
        (&person, format!("/sign-in/callback?code={code}&state=")),
        (&person, format!("/sign-in/callback?code={code}&state=forged")),
        (&person, format!("/sign-in/callback?code={code}&state={state}x")),
        (&person, "/sign-in/callback?error=access_denied&state=forged".to_owned()),
        (&person, "/connect/callback?error=access_denied".to_owned()),
        // Another browser with the right state: the flow stays where it is.
        (&stranger, format!("/sign-in/callback?code={code}&state={state}")),
    ] {
        who.get(&path).await.says(400, words);
    }
    assert_eq!(token_calls(&house), 0, "Google was asked");
    person.get(&back).await.leads_to("/reviews");
    assert_eq!(token_calls(&house), 1);
    // Once only.
    person.get(&back).await.says(400, words);
    assert_eq!(token_calls(&house), 1);
}

#[tokio::test]
async fn a_state_is_good_for_its_own_purpose_and_for_a_quarter_of_an_hour() {
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    let calls = token_calls(&house);
    let away = person.submit("/connect", "/connect/whole-drive", &[]).await.leads_to(&house.google.root_url);
    let back = person.at_google(&away, ConsentChoice::Allow).await;
    person.get(&back.replace("/connect/callback", "/sign-in/callback")).await.says(400, "does not belong to a step");
    person.get(&back).await.says(400, "does not belong to a step");

    let away = person.submit("/connect", "/connect/whole-drive", &[]).await.leads_to(&house.google.root_url);
    let back = person.at_google(&away, ConsentChoice::Allow).await;
    house.clock.forward(jiff::SignedDuration::from_mins(16));
    person.get(&back).await.says(400, "took longer than 15 minutes");
    assert_eq!(token_calls(&house), calls);
}

#[tokio::test]
async fn somebody_elses_session_takes_no_grant() {
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    let away = person.submit("/connect", "/connect/whole-drive", &[]).await.leads_to(&house.google.root_url);
    let back = person.at_google(&away, ConsentChoice::Allow).await;
    // In the same browser somebody else signs in meanwhile.
    let stranger = Person::signed_in(&house, OTHER).await;
    person.set_cookie("__Host-crosswalk", &stranger.cookie("__Host-crosswalk").unwrap());
    person.get(&back).await.says(400, "You are no longer signed in as before");
    stranger.get("/reviews").await.says(200, "Nothing of your Drive can be read");
}

#[tokio::test]
async fn each_refusal_of_google_has_its_own_words_and_is_escaped() {
    let house = House::open().await;
    let person = Person::new(&house, OWNER);
    for (error, status, words) in [
        ("access_denied", 200, "You chose not to go on"),
        ("admin_policy_enforced", 403, "Your organisation does not allow this"),
        ("org_internal", 403, "This service is for another organisation"),
        ("disallowed_useragent", 400, "Google does not accept this browser"),
        ("redirect_uri_mismatch", 502, "This service is not set up rightly at Google"),
        ("deleted_client", 502, "This service is not set up rightly at Google"),
        ("temporarily_unavailable", 502, "Google did not finish"),
        ("%3Cscript%3Ealert(1)%3C%2Fscript%3E", 400, "Google sent you back without an answer"),
        ("", 400, "Google sent you back without an answer"),
    ] {
        let away = person.leave_to_sign_in("/reviews").await;
        let answer = person
            .get(&format!("/sign-in/callback?error={error}&state={}&error_description=%3Cb%3Ehello", parameter(&away, "state")))
            .await;
        let page = answer.says(status, words);
        assert!(!page.body.contains("alert(1)") && !page.body.contains("<b>hello"), "{error} came through");
        assert!(page.body.contains("What is safe") && page.body.contains("Try again"));
    }
    // Denied for real, on the page of the simulated Google, while connecting.
    let person = Person::signed_in(&house, OWNER).await;
    for (choice, words) in [
        (ConsentChoice::Deny, "You chose not to go on"),
        (ConsentChoice::AdministratorForbids, "Your organisation does not allow this"),
        (ConsentChoice::AllowWithoutDrive, "The box for your Drive was left unticked"),
    ] {
        let away = person.submit("/connect", "/connect/whole-drive", &[]).await.leads_to(&house.google.root_url);
        let back = person.at_google(&away, choice).await;
        let page = person.get(&back).await;
        assert!(page.body.contains(words), "{choice:?}: {}", page.body);
        person.get("/reviews").await.says(200, "Nothing of your Drive can be read");
    }
}

#[tokio::test]
async fn grants_that_are_not_what_was_asked_for_are_not_kept() {
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    for (what, words) in [
        (Misbehaviour::GrantsAlso("https://www.googleapis.com/auth/drive".to_owned()), "We do not keep a permission that can write"),
        (Misbehaviour::NoRefreshToken, "Google gave no lasting permission"),
    ] {
        house.google.misbehave(what);
        let away = person.submit("/connect", "/connect/whole-drive", &[]).await.leads_to(&house.google.root_url);
        let back = person.at_google(&away, ConsentChoice::Allow).await;
        person.get(&back).await.says(200, words);
        house.google.behave();
        person.get("/reviews").await.says(200, "Nothing of your Drive can be read");
    }
}

#[tokio::test]
async fn a_forged_identity_signs_nobody_in() {
    let house = House::open().await;
    let person = Person::new(&house, OWNER);
    for forged in [ForgedToken::WrongAudience, ForgedToken::WrongNonce, ForgedToken::Unsigned, ForgedToken::ForeignSignature] {
        house.google.misbehave(Misbehaviour::IdToken(forged));
        let away = person.leave_to_sign_in("/reviews").await;
        let back = person.at_google(&away, ConsentChoice::Allow).await;
        let answer = person.get(&back).await.says(400, "Who you are could not be verified");
        assert!(answer.headers.get("set-cookie").is_none());
        house.google.behave();
    }
    assert!(person.cookie("__Host-crosswalk").is_none());
}

#[tokio::test]
async fn two_sign_ins_in_one_browser_and_two_browsers_connecting_at_once_work() {
    let house = House::open().await;
    let person = Person::new(&house, OWNER);
    let (first, second) = (person.leave_to_sign_in("/account").await, person.leave_to_sign_in("/connect").await);
    let second = person.at_google(&second, ConsentChoice::Allow).await;
    let first = person.at_google(&first, ConsentChoice::Allow).await;
    assert_eq!(person.get(&second).await.leads_to("/"), "/connect");
    let before = person.cookie("__Host-crosswalk").unwrap();
    assert_eq!(person.get(&first).await.leads_to("/"), "/account");
    let after = person.cookie("__Host-crosswalk").unwrap();
    assert_ne!(before, after, "a sign-in kept the old token");
    let old = Person::new(&house, OWNER);
    old.set_cookie("__Host-crosswalk", &before);
    old.get("/reviews").await.leads_to("/sign-in");

    let other_browser = Person::signed_in(&house, OWNER).await;
    let (one, two) = tokio::join!(person.connect("whole-drive"), other_browser.connect("whole-drive"));
    assert_eq!(parameter(&one, "connection"), parameter(&two, "connection"), "one mode, two connections");
    let page = person.get("/reviews").await.ok();
    assert_eq!(page.body.matches("/disconnect\"").count(), 1, "{}", page.body);
}

#[tokio::test]
async fn no_address_leads_away_after_signing_in() {
    let house = House::open().await;
    let person = Person::new(&house, OWNER);
    for away in [
        "//evil.example/",
        "/\\evil.example",
        "https://evil.example/",
        "/%09/evil.example\t",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/..//evil.example",
    ] {
        assert_eq!(person.sign_in(away).await, "/reviews", "{away}");
        let encoded: String = url::form_urlencoded::byte_serialize(away.as_bytes()).collect();
        let answer = person.get(&format!("/sign-in?return_to={encoded}")).await.leads_to("/");
        assert_eq!(answer, "/reviews", "{away}");
    }
    // Whoever writes another host into the request changes no address that we send.
    let away = person.send(reqwest::Method::GET, "/sign-in?fresh=1", None, &[("x-forwarded-host", "evil.example")]).await.ok();
    assert!(!away.body.contains("evil.example"));
}

#[tokio::test]
async fn google_out_of_reach_is_said_and_nothing_is_lost() {
    let house = House::planned(Plan { drive_answers: false, ..Plan::default() }).await;
    let person = Person::signed_in(&house, OWNER).await;
    let new = person.connect("whole-drive").await;
    person.get(&new).await.says(200, "Google does not answer right now");
    let review = person.order(&parameter(&new, "connection")).await;
    person.get(&review).await.says(200, "Review under way");
}

#[tokio::test]
async fn a_grant_that_was_taken_back_asks_to_connect_again() {
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    let new = person.connect("whole-drive").await;
    house.google.revoke_all_grants();
    person.get(&new).await.says(409, "Connect again first");
    person.get("/reviews").await.says(200, "Google no longer accepts the permission");
    assert_eq!(parameter(&person.connect("whole-drive").await, "connection"), parameter(&new, "connection"));
    person.get(&new).await.says(200, "Start a review");
}
