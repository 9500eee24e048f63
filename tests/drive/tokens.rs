//! Access tokens: how often they are asked for, and what their failures are called.

use std::sync::{Arc, LazyLock};

use aws_lc_rs::encoding::AsDer as _;
use base64::Engine as _;
use crosswalk::drive::{AccessTokens, Credentials, ServiceAccountKey};
use crosswalk::ports::SourceError;
use secrecy::ExposeSecret;
use serde_json::json;
use wiremock::ResponseTemplate;

use crate::fake::{FakeDrive, settings};

#[tokio::test]
async fn a_token_is_kept_until_shortly_before_it_expires() {
    let drive = FakeDrive::start(vec![]).await;
    let tokens = drive.tokens(&settings(&drive.server.uri(), &[]));
    assert_eq!(tokens.bearer().await.unwrap().expose_secret(), "token-1");
    drive.clock.advance(3_600 - 121);
    assert_eq!(tokens.bearer().await.unwrap().expose_secret(), "token-1");
    drive.clock.advance(2);
    assert_eq!(tokens.bearer().await.unwrap().expose_secret(), "token-2");
}

#[tokio::test]
async fn one_request_serves_all_who_wait() {
    let drive = FakeDrive::start(vec![]).await;
    let tokens = drive.tokens(&settings(&drive.server.uri(), &[]));
    let all = futures::future::join_all((0..20).map(|_| tokens.bearer())).await;
    assert!(all.iter().all(|token| token.as_ref().unwrap().expose_secret() == "token-1"));
    let rejected = all[0].as_ref().unwrap();
    let renewed = futures::future::join_all((0..20).map(|_| tokens.renew(rejected))).await;
    assert!(renewed.iter().all(|token| token.as_ref().unwrap().expose_secret() == "token-2"));
    assert_eq!(drive.state().tokens_issued, 2);
}

#[tokio::test]
async fn failures_are_called_by_their_names() {
    for (status, body, retried, word) in [
        (400, r#"{"error":"invalid_grant"}"#, false, "expired or was revoked"),
        (401, r#"{"error":"invalid_client","error_description":"The OAuth client was not found."}"#, false, "installed_client_id"),
        (400, r#"{"error":"deleted_client"}"#, false, "installed_client_id"),
        (400, r#"{"error":"weird <b>thing"}"#, false, "weirdbthing"),
        (200, "<html>", false, "could not be understood"),
        (503, "<html>busy</html>", true, "503"),
        (429, "", true, "slow down"),
    ] {
        let drive = FakeDrive::start(vec![]).await;
        for _ in 0..3 {
            drive.fault("/token", ResponseTemplate::new(status).set_body_raw(body, "application/json"));
        }
        let error = drive.tokens(&settings(&drive.server.uri(), &[])).bearer().await.err().unwrap().to_string();
        assert!(error.contains(word), "{body}: {error}");
        assert!(!error.contains("refresh") && !error.contains("http"), "{error}");
        assert_eq!(drive.count("/token").await, if retried { 3 } else { 1 }, "{body}");
    }
}

#[tokio::test]
async fn a_narrower_scope_is_noticed() {
    let drive = FakeDrive::start(vec![]).await;
    drive.fault(
        "/token",
        ResponseTemplate::new(200).set_body_json(json!({"access_token": "t", "token_type": "Bearer", "scope": "openid email"})),
    );
    let error = drive.tokens(&settings(&drive.server.uri(), &[])).bearer().await.err().unwrap();
    assert!(matches!(&error, SourceError::NotAuthorised { detail, .. } if detail.contains("permission to read")), "{error}");
}

/// The key of the robot account, made anew for each run: no key lies in the repository.
static KEY: LazyLock<String> = LazyLock::new(|| {
    let pair = aws_lc_rs::rsa::KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
    let der: aws_lc_rs::encoding::Pkcs8V1Der<'_> = pair.as_der().unwrap();
    let body = base64::engine::general_purpose::STANDARD.encode(der.as_ref());
    let lines: Vec<&str> = body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"))
});

fn key_file(token_uri: &str) -> String {
    json!({"type": "service_account", "client_email": "robot@example.iam.gserviceaccount.com", "private_key": KEY.as_str(), "private_key_id": "kid1",
        "token_uri": token_uri})
    .to_string()
}

#[tokio::test]
async fn a_service_account_signs_for_the_endpoint_it_asks() {
    let drive = FakeDrive::start(vec![]).await;
    let other = format!("{}/elsewhere", drive.server.uri());
    for explicit in [true, false] {
        let mut settings = settings(&drive.server.uri(), &[]);
        let token_uri = if explicit { other.clone() } else { format!("{}/token", drive.server.uri()) };
        if !explicit {
            settings.google.is_token_url_explicit = false;
        }
        let key = ServiceAccountKey::parse(&key_file(&token_uri)).unwrap();
        let credentials = Credentials::ServiceAccount(Box::new(key));
        let tokens =
            AccessTokens::new(credentials, &settings.google, &settings.drive, Arc::new(drive.clock.clone()), drive.wire_log(), None)
                .unwrap();
        tokens.bearer().await.unwrap();
    }
    assert_eq!(drive.count("/elsewhere").await, 0, "the explicit setting beats the key file");
    let requests = drive.server.received_requests().await.unwrap();
    for request in requests {
        let form: std::collections::BTreeMap<String, String> = url::form_urlencoded::parse(&request.body).into_owned().collect();
        assert_eq!(form["grant_type"], "urn:ietf:params:oauth:grant-type:jwt-bearer");
        let parts: Vec<&str> = form["assertion"].split('.').collect();
        let json = |part: &str| -> serde_json::Value {
            serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
        };
        assert_eq!(json(parts[0]), json!({"typ": "JWT", "alg": "RS256", "kid": "kid1"}));
        assert_eq!(
            json(parts[1]),
            json!({"iss": "robot@example.iam.gserviceaccount.com", "scope": "https://www.googleapis.com/auth/drive.readonly",
                "aud": format!("{}/token", drive.server.uri()), "iat": 1_784_000_000, "exp": 1_784_003_600})
        );
    }
}

#[test]
fn key_files_that_are_none() {
    for (json, word) in [
        ("not json".to_owned(), "not a JSON"),
        (r#"{"type":"authorized_user"}"#.to_owned(), "person's sign-in"),
        (r#"{"type":"service_account"}"#.to_owned(), "client_email"),
        (r#"{"type":"service_account","client_email":"a@b","private_key":"x"}"#.to_owned(), "RSA"),
        (key_file("http://evil.example/token"), "token_uri"),
    ] {
        let error = ServiceAccountKey::parse(&json).err().unwrap();
        assert!(error.contains(word), "{error}");
    }
}
