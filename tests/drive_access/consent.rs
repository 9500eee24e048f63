//! Consent, what is kept of it, how it dies, and how it is given back.

use std::collections::BTreeMap;

use crosswalk::account::ConnectionMode;
use crosswalk::ports::{ConsentFailure, DriveAccess, DriveGrant, ReviewScope, SourceError};
use crosswalk::simulator::{Browser, ConsentChoice, Fault, FaultAnswer, Misbehaviour};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::tenant::{COLLEAGUE, OWNER, REDIRECT, Service, connection};

const PICKED: ConnectionMode = ConnectionMode::PickedFiles;
const WHOLE: ConnectionMode = ConnectionMode::WholeDrive;
const AUTH: &str = "https://www.googleapis.com/auth/";

#[tokio::test]
async fn each_mode_asks_for_its_one_scope_and_keeps_what_was_granted() {
    let service = Service::start().await;
    let redirect = Url::parse(REDIRECT).unwrap();
    for (mode, scope) in [(PICKED, "drive.file"), (WHOLE, "drive.readonly")] {
        let departure = service.connector.begin_consent(mode, &redirect, Some(OWNER)).unwrap();
        let asked: BTreeMap<String, String> = departure.url.query_pairs().into_owned().collect();
        assert_eq!(asked["scope"], format!("{AUTH}{scope}"));
        for (key, value) in [
            ("client_id", service.google.web_client_id.as_str()),
            ("redirect_uri", REDIRECT),
            ("response_type", "code"),
            ("access_type", "offline"),
            ("prompt", "consent"),
            ("code_challenge_method", "S256"),
            ("login_hint", OWNER),
        ] {
            assert_eq!(asked[key], value);
        }
        assert!(!asked.contains_key("include_granted_scopes"), "an older grant must not be added to this one");
        assert!(asked["state"].len() >= 43 && departure.nonce.is_none());

        let grant = service.consent(mode, OWNER, ConsentChoice::Allow).await.unwrap();
        assert_eq!(grant.scopes, [format!("{AUTH}{scope}")]);
        assert_eq!(grant.account.as_deref(), Some(OWNER));
        assert!(grant.refresh_token.expose_secret().starts_with("1//"));
    }
    let grant = service.consent(PICKED, COLLEAGUE, ConsentChoice::Allow).await.unwrap();
    assert_eq!(grant.account.as_deref(), Some(COLLEAGUE), "whoever granted it, also when somebody else signed in");
    service.assert_read_only();
}

#[tokio::test]
async fn less_or_more_than_asked_is_not_kept() {
    let service = Service::start().await;
    for mode in [PICKED, WHOLE] {
        let outcome = service.consent(mode, OWNER, ConsentChoice::AllowWithoutDrive).await;
        assert_eq!(outcome.err(), Some(ConsentFailure::Unticked));
    }
    for (mode, also) in [
        (WHOLE, "drive"),
        (WHOLE, "drive.file"),
        (WHOLE, "drive.appdata"),
        (PICKED, "drive"),
        (PICKED, "drive.readonly"),
        (PICKED, "gmail.readonly"),
    ] {
        service.google.misbehave(Misbehaviour::GrantsAlso(format!("{AUTH}{also}")));
        assert_eq!(service.consent(mode, OWNER, ConsentChoice::Allow).await.err(), Some(ConsentFailure::CanWrite), "{also}");
        service.google.behave();
    }
    service.google.misbehave(Misbehaviour::NoRefreshToken);
    assert_eq!(service.consent(PICKED, OWNER, ConsentChoice::Allow).await.err(), Some(ConsentFailure::NotLasting));
    service.google.behave();
    // Signing in beside it is no harm.
    service.google.misbehave(Misbehaviour::GrantsAlso("openid".to_owned()));
    assert!(service.consent(PICKED, OWNER, ConsentChoice::Allow).await.is_ok());
}

#[tokio::test]
async fn a_no_comes_back_as_an_error_without_a_code() {
    let service = Service::start().await;
    let redirect = Url::parse(REDIRECT).unwrap();
    for (choice, error) in [(ConsentChoice::Deny, "access_denied"), (ConsentChoice::AdministratorForbids, "admin_policy_enforced")] {
        let departure = service.connector.begin_consent(PICKED, &redirect, None).unwrap();
        let back = Browser::new().unwrap().decide_as(departure.url.as_str(), Some(OWNER), choice).await.unwrap();
        let back: BTreeMap<String, String> = back.query_pairs().into_owned().collect();
        assert_eq!((back["error"].as_str(), back.get("code")), (error, None));
    }
    assert_eq!(service.google.living_grants(), 0);
}

#[tokio::test]
async fn a_code_that_is_refused_is_no_grant() {
    let service = Service::start().await;
    let redirect = Url::parse(REDIRECT).unwrap();
    let departure = service.connector.begin_consent(PICKED, &redirect, None).unwrap();
    let code = SecretString::from("4/invented".to_owned());
    let failure = service.connector.finish_consent(PICKED, &redirect, &code, &departure.verifier).await.err().unwrap();
    assert!(matches!(&failure, ConsentFailure::Source(SourceError::NotAuthorised { .. })), "{failure}");
    assert!(!failure.to_string().contains("invented") && !failure.to_string().contains("crosswalk connect"), "{failure}");
    let requests = service.google.recorder.requests();
    assert_eq!(requests.iter().filter(|request| request.path == "/token").count(), 1, "a code goes out once");
}

#[tokio::test]
async fn an_account_that_google_does_not_name_is_no_obstacle() {
    let service = Service::start().await;
    let trouble = FaultAnswer::Error { status: 403, reason: "insufficientPermissions".to_owned(), retry_after: None };
    service.google.add_fault(Fault::first(u32::MAX, "/drive/v3/about", trouble));
    assert!(service.consent(PICKED, OWNER, ConsentChoice::Allow).await.unwrap().account.is_none());
}

#[tokio::test]
async fn only_a_dead_grant_is_called_one() {
    let service = Service::start().await;
    let (whole, grant) = (connection(WHOLE, &[]), service.consent(WHOLE, OWNER, ConsentChoice::Allow).await.unwrap());
    let answer = |status, body: &str| FaultAnswer::Body { status, content_type: "application/json".to_owned(), body: body.to_owned() };
    for (times, answer, expected) in [
        (1, answer(400, r#"{"error":"invalid_grant","error_description":"Token has been expired or revoked."}"#), "dead"),
        (1, answer(400, r#"{"error":"invalid_grant","error_subtype":"invalid_rapt"}"#), "dead"),
        (1, answer(401, r#"{"error":"invalid_client"}"#), "operator"),
        (1, answer(401, r#"{"error":"deleted_client"}"#), "operator"),
        (1, answer(400, r#"{"error":"unauthorized_client"}"#), "operator"),
        (1, answer(400, r#"{"error":"invalid_scope"}"#), "operator"),
        (9, answer(503, "<html>"), "later"),
        (9, answer(429, "{}"), "later"),
        (1, answer(400, r#"{"error":"something_new"}"#), "later"),
        (1, answer(200, "<html>"), "later"),
    ] {
        service.google.add_fault(Fault::first(times, "/token", answer.clone()));
        let error = service.connector.places(&whole, Some(&grant)).await.err().unwrap();
        let kind = match &error {
            SourceError::NotAuthorised { .. } => "dead",
            SourceError::Misconfigured { .. } => "operator",
            SourceError::RateLimited { .. } | SourceError::Unreachable { .. } | SourceError::Unexpected { .. } => "later",
            SourceError::NotFound { .. } | SourceError::Forbidden { .. } => "another",
        };
        assert_eq!(kind, expected, "{answer:?}: {error}");
        assert!(!error.to_string().contains("1//"), "{error}");
        // Use up what is left of the fault before the next one.
        for _ in 0..3 {
            let _ = service.connector.places(&whole, Some(&grant)).await;
        }
    }
    assert!(service.connector.places(&whole, Some(&grant)).await.is_ok(), "the grant was alive all the time");

    // A grant that the person revoked while a review runs.
    let source_is_listed = service.list(&whole, Some(&grant), &ReviewScope::Everything).await;
    assert!(source_is_listed.is_ok());
    service.google.revoke_all_grants();
    let error = service.list(&whole, Some(&grant), &ReviewScope::Everything).await.err().unwrap();
    assert!(matches!(error, SourceError::NotAuthorised { .. }), "{error}");
    assert!(!error.to_string().contains("crosswalk connect"), "a customer has no terminal: {error}");
}

#[tokio::test]
async fn a_replaced_refresh_token_is_handed_over() {
    let service = Service::start().await;
    let whole = connection(WHOLE, &[]);
    let grant = DriveGrant { number: 3, ..service.consent(WHOLE, OWNER, ConsentChoice::Allow).await.unwrap() };
    service.google.misbehave(Misbehaviour::RotatesRefreshTokens);
    service.list(&whole, Some(&grant), &ReviewScope::Everything).await.unwrap();
    let rotated = service.rotated.lock().unwrap().clone();
    assert_eq!(rotated.len(), 1);
    assert_eq!((&rotated[0].0, rotated[0].2), (&whole.id.to_string(), 3), "of which connection and which grant");
    let error = service.list(&whole, Some(&grant), &ReviewScope::Everything).await.err().unwrap();
    assert!(matches!(error, SourceError::NotAuthorised { .. }), "the old one is dead");
    let renewed = DriveGrant { refresh_token: rotated[0].1.clone().into(), ..grant };
    assert!(service.list(&whole, Some(&renewed), &ReviewScope::Everything).await.is_ok());
    let newest = service.rotated.lock().unwrap().last().unwrap().1.clone();
    let newest = DriveGrant { refresh_token: newest.into(), ..renewed };
    assert!(service.connector.places(&whole, Some(&newest)).await.is_ok());
    assert_eq!(service.rotated.lock().unwrap().len(), 3, "also when places are asked for");
}

#[tokio::test]
async fn a_grant_is_given_back_also_when_it_is_dead_already() {
    let service = Service::start_with(&[("DRIVE__READ_TIMEOUT_MS", "300")]).await;
    let picked = service.consent(PICKED, OWNER, ConsentChoice::Allow).await.unwrap();
    let whole = service.consent(WHOLE, OWNER, ConsentChoice::Allow).await.unwrap();
    let other = service.consent(WHOLE, COLLEAGUE, ConsentChoice::Allow).await.unwrap();
    assert_eq!(service.google.living_grants(), 3);
    assert_eq!(service.connector.revoke(&picked.refresh_token).await, Ok(true));
    assert_eq!(service.google.living_grants(), 1, "it takes all that this person granted, and nothing of another's");
    assert_eq!(service.connector.revoke(&whole.refresh_token).await, Ok(true), "dead already");
    assert!(service.connector.places(&connection(WHOLE, &[]), Some(&other)).await.is_ok());

    let error = |status| FaultAnswer::Error { status, reason: "backendError".to_owned(), retry_after: None };
    service.google.add_fault(Fault::first(1, "/revoke", error(503)));
    assert_eq!(service.connector.revoke(&picked.refresh_token).await, Ok(true), "tried again");
    service.google.add_fault(Fault::first(3, "/revoke", error(503)));
    let failure = service.connector.revoke(&other.refresh_token).await.err().unwrap();
    assert!(matches!(failure, SourceError::Unreachable { .. }), "{failure}");
    service.google.add_fault(Fault::first(3, "/revoke", FaultAnswer::Delay { milliseconds: 2_000 }));
    let failure = service.connector.revoke(&other.refresh_token).await.err().unwrap();
    assert!(matches!(failure, SourceError::Unreachable { .. }), "{failure}");
    let odd = FaultAnswer::Body {
        status: 400,
        content_type: "application/json".to_owned(),
        body: r#"{"error":"unsupported_token_type"}"#.to_owned(),
    };
    service.google.add_fault(Fault::first(1, "/revoke", odd));
    let failure = service.connector.revoke(&other.refresh_token).await.err().unwrap();
    assert!(matches!(&failure, SourceError::Unexpected { .. }) && !failure.to_string().contains("1//"), "{failure}");
    service.assert_read_only();
}

#[tokio::test]
async fn modes_are_offered_when_what_they_need_is_set() {
    for (extra, expected) in [
        (&[][..], &[PICKED, ConnectionMode::SharedFolder, WHOLE][..]),
        (&[("GOOGLE__ALLOW_WHOLE_DRIVE", "false")], &[PICKED, ConnectionMode::SharedFolder]),
        (&[("GOOGLE__API_KEY", "")], &[ConnectionMode::SharedFolder, WHOLE]),
        (&[("GOOGLE__PROJECT_NUMBER", "")], &[ConnectionMode::SharedFolder, WHOLE]),
        (&[("GOOGLE__CLIENT_SECRET", "")], &[ConnectionMode::SharedFolder]),
    ] {
        let service = Service::start_with(extra).await;
        assert_eq!(service.connector.modes(), expected, "{extra:?}");
        assert_eq!(service.connector.robot_address(), Some(service.google.robot_address.clone()));
        let redirect = Url::parse(REDIRECT).unwrap();
        for mode in ConnectionMode::ALL {
            let begun = service.connector.begin_consent(mode, &redirect, None);
            assert_eq!(begun.is_ok(), expected.contains(&mode) && mode.has_grant(), "{extra:?} {mode:?}");
        }
    }
}
