//! The simulated Google answers like Google where our client depends on it, and refuses every write.
#![expect(clippy::unwrap_used, reason = "a test that meets what it did not expect has failed")]

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crosswalk::simulator::{Browser, Company, ConsentChoice, Fault, FaultAnswer, RunningSimulator, Simulator, SimulatorOptions};
use md5::{Digest as _, Md5};
use serde_json::{Value, json};
use sha2::Sha256;
use url::Url;

const DRIVE_SCOPE: &str = "https://www.googleapis.com/auth/drive.readonly";
const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters-0123456789";

async fn simulator(options: SimulatorOptions) -> RunningSimulator {
    Simulator::start(&Company::sample().unwrap(), options).await.unwrap()
}

fn http() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

fn auth_url(google: &RunningSimulator, redirect: &str, scope: &str) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    let mut url = Url::parse(&google.auth_url).unwrap();
    url.query_pairs_mut()
        .append_pair("client_id", &google.client_id)
        .append_pair("redirect_uri", redirect)
        .append_pair("response_type", "code")
        .append_pair("scope", scope)
        .append_pair("state", "a state & more")
        .append_pair("code_challenge", &challenge)
        .append_pair("code_challenge_method", "S256")
        .append_pair("access_type", "offline");
    url.into()
}

fn parameters(url: &Url) -> BTreeMap<String, String> {
    url.query_pairs().into_owned().collect()
}

async fn token_call(google: &RunningSimulator, form: &[(&str, &str)]) -> (u16, Value) {
    let answer = http().post(&google.token_url).form(form).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

async fn exchange(google: &RunningSimulator, code: &str, verifier: &str) -> (u16, Value) {
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("code_verifier", verifier),
        ("redirect_uri", REDIRECT),
        ("client_id", &google.client_id),
        ("client_secret", &google.client_secret),
    ];
    token_call(google, &form).await
}

const REDIRECT: &str = "http://127.0.0.1:49152/callback";

async fn consent(google: &RunningSimulator, choice: ConsentChoice) -> BTreeMap<String, String> {
    let browser = Browser::new().unwrap();
    parameters(&browser.decide(&auth_url(google, REDIRECT, DRIVE_SCOPE), choice).await.unwrap())
}

async fn bearer(google: &RunningSimulator) -> String {
    let back = consent(google, ConsentChoice::Allow).await;
    let (status, tokens) = exchange(google, &back["code"], VERIFIER).await;
    assert_eq!(status, 200, "{tokens}");
    tokens["access_token"].as_str().unwrap().to_owned()
}

async fn get(google: &RunningSimulator, token: &str, path: &str) -> (u16, Value) {
    let answer = http().get(format!("{}{path}", google.drive_url)).bearer_auth(token).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

fn reason(error: &Value) -> &str {
    error["error"]["errors"][0]["reason"].as_str().unwrap_or("no reason")
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[tokio::test]
async fn the_consent_round_trip_gives_tokens_that_open_the_drive_and_can_be_revoked() {
    let google = simulator(SimulatorOptions::default()).await;
    let back = consent(&google, ConsentChoice::Allow).await;
    assert_eq!(back["state"], "a state & more");
    let (status, tokens) = exchange(&google, &back["code"], VERIFIER).await;
    assert_eq!((status, &tokens["scope"], &tokens["token_type"]), (200, &json!(DRIVE_SCOPE), &json!("Bearer")));
    let (status, again) = exchange(&google, &back["code"], VERIFIER).await;
    assert_eq!((status, &again["error"]), (400, &json!("invalid_grant")), "a code works once");

    let access = tokens["access_token"].as_str().unwrap();
    let (status, about) = get(&google, access, "/about?fields=user(emailAddress)").await;
    assert_eq!((status, about), (200, json!({ "user": { "emailAddress": "ines.brandl@tannhauer-medical.example" } })));
    let (status, error) = get(&google, access, "/about").await;
    assert_eq!((status, reason(&error)), (400, "required"));

    let refresh = tokens["refresh_token"].as_str().unwrap();
    google.expire_access_tokens();
    let (status, error) = get(&google, access, "/files").await;
    assert_eq!((status, reason(&error)), (401, "authError"));
    let renewal = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh),
        ("client_id", &google.client_id),
        ("client_secret", &google.client_secret),
    ];
    let (status, renewed) = token_call(&google, &renewal).await;
    assert_eq!((status, &renewed["refresh_token"]), (200, &Value::Null));
    assert_eq!(get(&google, renewed["access_token"].as_str().unwrap(), "/files").await.0, 200);

    for expected in [200, 400] {
        let answer = http().post(&google.revoke_url).form(&[("token", refresh)]).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), expected);
    }
    assert_eq!(token_call(&google, &renewal).await.1["error"], "invalid_grant");
    assert_eq!(get(&google, renewed["access_token"].as_str().unwrap(), "/files").await.0, 401);
}

#[tokio::test]
async fn a_wrong_verifier_client_or_redirect_is_refused_as_google_refuses_it() {
    let google = simulator(SimulatorOptions::default()).await;
    let back = consent(&google, ConsentChoice::Allow).await;
    let (status, error) = exchange(&google, &back["code"], "another-verifier-of-at-least-forty-three-characters").await;
    assert_eq!((status, &error["error"]), (400, &json!("invalid_grant")));
    let (status, error) = token_call(&google, &[("grant_type", "refresh_token"), ("client_id", "nobody")]).await;
    assert_eq!((status, &error["error"]), (401, &json!("invalid_client")));

    let browser = Browser::new().unwrap();
    for redirect in ["https://127.0.0.1:1/x", "http://example.com/x", "http://127.0.0.1.example.com/x", "http://u@127.0.0.1/x", "nothing"] {
        let error = browser.decide(&auth_url(&google, redirect, DRIVE_SCOPE), ConsentChoice::Allow).await.unwrap_err().to_string();
        assert!(error.contains("redirect_uri_mismatch"), "{redirect}: {error}");
    }
    let without_challenge = auth_url(&google, REDIRECT, DRIVE_SCOPE).replace("S256", "plain");
    let error = browser.decide(&without_challenge, ConsentChoice::Allow).await.unwrap_err().to_string();
    assert!(error.contains("invalid_request"), "{error}");
    let other_client = auth_url(&google, REDIRECT, DRIVE_SCOPE).replace("client_id=", "client_id=x");
    let error = browser.decide(&other_client, ConsentChoice::Allow).await.unwrap_err().to_string();
    assert!(error.contains("invalid_client"), "{error}");
}

#[tokio::test]
async fn a_person_may_deny_or_leave_the_drive_box_empty() {
    let google = simulator(SimulatorOptions::default()).await;
    let denied = consent(&google, ConsentChoice::Deny).await;
    assert_eq!((denied["error"].as_str(), denied["state"].as_str(), denied.get("code")), ("access_denied", "a state & more", None));

    let unticked = consent(&google, ConsentChoice::AllowWithoutDrive).await;
    let (status, tokens) = exchange(&google, &unticked["code"], VERIFIER).await;
    assert_eq!((status, &tokens["scope"]), (200, &json!("openid")));
    let (status, error) = get(&google, tokens["access_token"].as_str().unwrap(), "/files").await;
    assert_eq!((status, reason(&error)), (403, "insufficientPermissions"));
}

#[tokio::test]
async fn the_consent_page_says_that_it_is_simulated_and_escapes_what_it_shows() {
    let google = simulator(SimulatorOptions::default()).await;
    let url = auth_url(&google, REDIRECT, "https://evil.example/\"><script>alert(1)</script>");
    let page = http().get(url).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("Simulated Google – no real account"));
    assert!(!page.contains("<script"), "{page}");
}

#[tokio::test]
async fn a_listing_comes_in_pages_and_knows_the_flags() {
    let google = simulator(SimulatorOptions { longest_page: 7, ..SimulatorOptions::default() }).await;
    let token = bearer(&google).await;
    let query = encoded("trashed = false and mimeType != 'application/vnd.google-apps.folder'");
    let mut names = Vec::new();
    let mut page = String::new();
    loop {
        let path = format!("/files?q={query}&pageSize=1000&fields=nextPageToken,files(id,name,size)&pageToken={}", encoded(&page));
        let (status, list) = get(&google, &token, &path).await;
        assert_eq!(status, 200, "{list}");
        let files = list["files"].as_array().unwrap();
        assert!(files.len() <= 7);
        assert!(files.iter().all(|file| file["size"].is_null() || file["size"].is_string()), "64-bit numbers are text");
        names.extend(files.iter().map(|file| file["name"].as_str().unwrap().to_owned()));
        match list["nextPageToken"].as_str() {
            Some(next) => page = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(names.iter().filter(|name| *name == "Release notes.docx").count(), 2);
    assert!(names.iter().any(|name| name.contains("<script>")));
    assert!(names.iter().any(|name| name == "Gap notes consultant.docx"), "shared with me");
    assert!(!names.iter().any(|name| name.contains("Security Guide")), "the shared drive needs its flags");
    assert!(!names.iter().any(|name| name.contains("(old)")), "in the bin");

    let (status, error) = get(&google, &token, "/files?pageToken=of-another-list.3").await;
    assert_eq!((status, reason(&error)), (400, "invalid"));
    let (status, error) = get(&google, &token, "/files?fields=files(colour)").await;
    assert_eq!((status, reason(&error)), (400, "invalid"));

    let (_, drives) = get(&google, &token, "/drives").await;
    let drive = drives["drives"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(google.shared_drive_id("Regulatory").as_deref(), Some(drive.as_str()));
    let (status, _) = get(&google, &token, &format!("/files?corpora=drive&driveId={drive}")).await;
    assert_eq!(status, 403, "without the flags");
    let flags = "supportsAllDrives=true&includeItemsFromAllDrives=true";
    let (_, list) = get(&google, &token, &format!("/files?corpora=drive&driveId={drive}&{flags}")).await;
    let files = list["files"].as_array().unwrap();
    assert_eq!(files.len(), 3, "one folder and two files: {list}");
    let mut fields: Vec<_> = files[0].as_object().unwrap().keys().cloned().collect();
    fields.sort();
    assert_eq!(fields, ["id", "kind", "mimeType", "name"], "only the default fields");
}

#[tokio::test]
async fn folders_can_be_walked_from_the_root_and_shortcuts_lead_to_their_target() {
    let google = simulator(SimulatorOptions::default()).await;
    let token = bearer(&google).await;
    let (_, top) = get(&google, &token, &format!("/files?q={}", encoded("'root' in parents and trashed=false"))).await;
    let names: Vec<_> = top["files"].as_array().unwrap().iter().map(|file| file["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"01 Quality Management") && names.contains(&"03 Audit 2026"), "{names:?}");
    let id = google.id_of("Threat model (current)").unwrap();
    let (_, shortcut) = get(&google, &token, &format!("/files/{id}?fields=shortcutDetails,size")).await;
    let target = google.id_of("VUL-TM-003 Threat Model.docx").unwrap();
    assert_eq!(shortcut["shortcutDetails"]["targetId"], json!(target));
    let (status, error) = get(&google, &token, &format!("/files/{id}?alt=media")).await;
    assert_eq!((status, reason(&error)), (403, "fileNotDownloadable"));
}

#[tokio::test]
async fn a_download_is_what_its_checksums_say_also_in_parts() {
    let google = simulator(SimulatorOptions::default()).await;
    let token = bearer(&google).await;
    let id = google.id_of("QM-001 Quality Manual.pdf").unwrap();
    let (_, file) = get(&google, &token, &format!("/files/{id}?fields=*")).await;
    let url = format!("{}/files/{id}?alt=media", google.drive_url);
    let bytes = http().get(&url).bearer_auth(&token).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(file["size"], json!(bytes.len().to_string()));
    let hex = |digest: &[u8]| digest.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    assert_eq!(file["md5Checksum"], json!(hex(&Md5::digest(&bytes))));
    assert_eq!(file["sha256Checksum"], json!(hex(&Sha256::digest(&bytes))));

    let part = http().get(&url).bearer_auth(&token).header("range", "bytes=10-19").send().await.unwrap();
    assert_eq!(part.status().as_u16(), 206);
    assert_eq!(part.bytes().await.unwrap(), bytes.slice(10..20));
    let beyond = http().get(&url).bearer_auth(&token).header("range", "bytes=99999999-").send().await.unwrap();
    assert_eq!(beyond.status().as_u16(), 416);
}

#[tokio::test]
async fn google_documents_are_exported_and_nothing_else_is() {
    let google = simulator(SimulatorOptions::default()).await;
    let token = bearer(&google).await;
    let id = google.id_of("VUL-RMP-002 Risk Management Plan").unwrap();
    let docx = encoded("application/vnd.openxmlformats-officedocument.wordprocessingml.document");
    let export = http().get(format!("{}/files/{id}/export?mimeType={docx}", google.drive_url)).bearer_auth(&token).send().await.unwrap();
    assert_eq!(export.status().as_u16(), 200);
    assert!(export.bytes().await.unwrap().starts_with(b"PK"));
    let (_, file) = get(&google, &token, &format!("/files/{id}?fields=md5Checksum,size,mimeType")).await;
    assert_eq!(file, json!({ "mimeType": "application/vnd.google-apps.document" }), "no checksum, no size");
    let (status, error) = get(&google, &token, &format!("/files/{id}/export?mimeType=image/png")).await;
    assert_eq!((status, reason(&error)), (400, "badRequest"));
    let pdf = google.id_of("QM-001 Quality Manual.pdf").unwrap();
    let (status, error) = get(&google, &token, &format!("/files/{pdf}/export?mimeType={docx}")).await;
    assert_eq!((status, reason(&error)), (403, "fileNotExportable"));
}

#[tokio::test]
async fn what_is_not_there_or_not_allowed_has_googles_words() {
    let google = simulator(SimulatorOptions::default()).await;
    let token = bearer(&google).await;
    let (status, error) = get(&google, &token, "/files/nothing").await;
    assert_eq!((status, reason(&error)), (404, "notFound"));
    let guide = google.id_of("VUL-SG-010 Security Guide for Hospital IT.pdf").unwrap();
    assert_eq!(get(&google, &token, &format!("/files/{guide}")).await.0, 404, "a shared drive's file without the flag");
    assert_eq!(get(&google, &token, &format!("/files/{guide}?supportsAllDrives=true")).await.0, 200);
    let (status, error) = get(&google, "ya29.invented", "/files").await;
    assert_eq!((status, reason(&error)), (401, "authError"));
}

#[tokio::test]
async fn every_method_but_get_is_refused_and_recorded() {
    let google = simulator(SimulatorOptions::default()).await;
    let token = bearer(&google).await;
    get(&google, &token, "/files").await;
    assert!(google.recorder.writes_toward_drive().is_empty(), "reading is no write");
    let id = google.id_of("Document1.docx").unwrap();
    for method in ["POST", "PATCH", "PUT", "DELETE"] {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let url = format!("{}/files/{id}", google.drive_url);
        let status = http().request(method, url).bearer_auth(&token).send().await.unwrap().status().as_u16();
        assert_eq!(status, 405);
    }
    let writes = google.recorder.writes_toward_drive();
    assert_eq!(writes.len(), 4);
    assert!(writes.iter().all(|write| write.status == 405 && write.path == format!("/drive/v3/files/{id}")));
    let recorded = format!("{:?}", google.recorder.requests());
    assert!(!recorded.contains("sim-code") && !recorded.contains("sim-access"), "codes and tokens are not recorded");
}

#[tokio::test]
async fn the_service_account_gets_a_token_for_a_statement_that_it_signed() {
    let google = simulator(SimulatorOptions::default()).await;
    let key: Value = serde_json::from_str(&google.service_account_json()).unwrap();
    let signing_key = jsonwebtoken::EncodingKey::from_rsa_pem(key["private_key"].as_str().unwrap().as_bytes()).unwrap();
    let statement_of = |issuer: &str, audience: &str, life: i64| {
        let claims = json!({ "iss": issuer, "scope": DRIVE_SCOPE, "aud": audience, "iat": 1_000, "exp": 1_000 + life });
        jsonwebtoken::encode(&jsonwebtoken::Header::new(jsonwebtoken::Algorithm::RS256), &claims, &signing_key).unwrap()
    };
    let statement = |audience: &str, life: i64| statement_of(&google.robot_address, audience, life);
    let grant = |assertion: String| {
        let google = &google;
        async move {
            let form = [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", assertion.as_str())];
            token_call(google, &form).await
        }
    };
    let (status, tokens) = grant(statement(&google.token_url, 3600)).await;
    assert_eq!((status, &tokens["refresh_token"]), (200, &Value::Null));
    assert_eq!(get(&google, tokens["access_token"].as_str().unwrap(), "/files").await.0, 200);
    let right = statement(&google.token_url, 3600);
    let unsigned = format!("{}.c2lnbmF0dXJl", right.rsplit_once('.').unwrap().0);
    for wrong in [
        statement("https://elsewhere.example/token", 3600),
        statement(&google.token_url, 7200),
        statement_of("other@project.iam.gserviceaccount.example", &google.token_url, 3600),
        unsigned,
        "a.b".to_owned(),
    ] {
        let (status, error) = grant(wrong).await;
        assert_eq!((status, &error["error"]), (400, &json!("invalid_grant")));
    }
}

#[tokio::test]
async fn faults_follow_their_script() {
    let rate = FaultAnswer::Error { status: 403, reason: "userRateLimitExceeded".to_owned(), retry_after: Some("1".to_owned()) };
    let options = SimulatorOptions { faults: vec![Fault::first(1, "/drive/v3/files", rate)], ..SimulatorOptions::default() };
    let google = simulator(options).await;
    let token = bearer(&google).await;
    let (status, error) = get(&google, &token, "/files").await;
    assert_eq!((status, reason(&error)), (403, "userRateLimitExceeded"));
    assert_eq!(get(&google, &token, "/files").await.0, 200);

    let id = google.id_of("QM-001 Quality Manual.pdf").unwrap();
    let path = format!("/drive/v3/files/{id}");
    google.add_fault(Fault::first(1, &path, FaultAnswer::CutBody { keep_bytes: 100 }));
    google.add_fault(Fault::first(1, &path, FaultAnswer::CorruptBody));
    let url = format!("{}/files/{id}?alt=media", google.drive_url);
    let download = || async { http().get(&url).bearer_auth(&token).send().await.unwrap().bytes().await };
    assert!(download().await.is_err(), "the body is cut");
    let corrupt = download().await.unwrap();
    let right = download().await.unwrap();
    assert_eq!(corrupt.len(), right.len());
    assert_ne!(corrupt, right);
}

fn web_url(google: &RunningSimulator, redirect: &str, scope: &str, more: &[(&str, &str)]) -> String {
    let mut url = Url::parse(&auth_url(google, redirect, scope).replace(&google.client_id, &google.web_client_id)).unwrap();
    url.query_pairs_mut().extend_pairs(more);
    url.into()
}

#[tokio::test]
async fn the_web_clients_people_choose_who_they_are() {
    let options = SimulatorOptions { web_redirects: vec!["https://crosswalk.example/callback".to_owned()], ..SimulatorOptions::default() };
    let google = simulator(options).await;
    let people = google.people();
    assert_eq!(people.len(), 3);
    let page = |more: &'static [(&'static str, &'static str)], scope: &'static str| {
        let url = web_url(&google, REDIRECT, scope, more);
        async move { http().get(url).send().await.unwrap() }
    };
    let shown = |text: String| -> Vec<bool> { people.iter().map(|email| text.contains(email.as_str())).collect() };
    assert_eq!(shown(page(&[], "openid email").await.text().await.unwrap()), [true, true, true], "a chooser");
    let hint = &[("login_hint", "noor.haddad@tannhauer-medical.example")];
    assert_eq!(shown(page(hint, DRIVE_SCOPE).await.text().await.unwrap()), [false, true, false], "the consent of the one hinted at");
    assert_eq!(page(hint, "openid email").await.status().as_u16(), 302, "signing in alone needs no consent");
    let anew = &[("login_hint", "noor.haddad@tannhauer-medical.example"), ("prompt", "select_account")];
    assert_eq!(shown(page(anew, "openid email").await.text().await.unwrap()), [true, true, true]);

    let browser = Browser::new().unwrap();
    let decide = |redirect: &'static str| {
        let url = web_url(&google, redirect, "openid", &[]);
        let (browser, email) = (&browser, &people[2]);
        async move { browser.decide_as(&url, Some(email), ConsentChoice::Allow).await }
    };
    assert!(decide("https://crosswalk.example/callback").await.is_ok_and(|back| back.host_str() == Some("crosswalk.example")));
    for unregistered in ["https://crosswalk.example/other", "https://evil.example/callback", "http://crosswalk.example/callback"] {
        let error = decide(unregistered).await.unwrap_err().to_string();
        assert!(error.contains("redirect_uri_mismatch"), "{unregistered}: {error}");
    }
    let installed = auth_url(&google, "https://crosswalk.example/callback", DRIVE_SCOPE);
    assert!(browser.decide(&installed, ConsentChoice::Allow).await.is_err(), "the installed client comes back to loopback only");
}

#[tokio::test]
async fn on_the_drive_page_a_person_shares_a_folder_and_puts_something_into_it() {
    let google = simulator(SimulatorOptions::default()).await;
    let folder = google.id_of("01 Quality Management").unwrap();
    let page = || async { http().get(&google.root_url).send().await.unwrap().text().await.unwrap() };
    let before = page().await;
    assert!(before.contains(&google.robot_address) && before.contains("01 Quality Management") && before.contains("Harwick"));
    assert!(!before.contains("<script") && !before.contains("shared with the robot as Viewer"));
    let post = |path: &'static str, form: Vec<(&'static str, String)>| {
        let url = format!("{}/drive-ui/{path}", google.root_url);
        async move { http().post(url).form(&form).send().await.unwrap().status().as_u16() }
    };
    assert_eq!(post("share", vec![("id", folder.clone()), ("on", "yes".to_owned())]).await, 302);
    assert_eq!(post("make", vec![("id", folder.clone()), ("name", "<b>proof</b>".to_owned())]).await, 302);
    assert_eq!(post("make", vec![("id", "nowhere".to_owned()), ("name", "x".to_owned())]).await, 404);
    assert!(page().await.contains("shared with the robot as Viewer"));
    assert!(google.id_of("<b>proof</b>").is_some());
    assert_eq!(post("share", vec![("id", folder), ("on", "no".to_owned())]).await, 302);
    assert!(!page().await.contains("shared with the robot as Viewer"));
    assert!(google.recorder.writes_toward_drive().is_empty(), "a person's own doing is no write of an application");
}
