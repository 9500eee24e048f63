//! Picked files: the token that the browser sees, the stand-in for the Picker, and what the grant opens.

use crosswalk::account::ConnectionMode;
use crosswalk::ports::{DriveAccess, DriveGrant, ReviewScope, SourceError};
use crosswalk::simulator::ConsentChoice;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use crate::tenant::{OWNER, STRANGER, Service, connection, paths};

const PICKED: ConnectionMode = ConnectionMode::PickedFiles;
const READ_ALL: &str = "https://www.googleapis.com/auth/drive.readonly";

async fn ask_picker(service: &Service, path: &str, body: &Value) -> (u16, Value) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = client.post(format!("{}/picker/{path}", service.google.root_url)).body(body.to_string()).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test]
async fn the_browser_gets_a_token_of_picked_files_only() {
    let service = Service::start().await;
    let grant = service.consent(PICKED, OWNER, ConsentChoice::Allow).await.unwrap();
    let token = service.connector.picker_token(&connection(PICKED, &[]), &grant).await.unwrap();
    assert!(token.expose_secret().starts_with("ya29."), "an access token, never the lasting one");

    let whole = service.consent(ConnectionMode::WholeDrive, OWNER, ConsentChoice::Allow).await.unwrap();
    let wider = DriveGrant { scopes: vec![grant.scopes[0].clone(), READ_ALL.to_owned()], ..grant.clone() };
    let mislabelled = DriveGrant { scopes: grant.scopes.clone(), ..whole.clone() };
    for (mode, grant) in [
        (ConnectionMode::WholeDrive, &whole),
        (ConnectionMode::WholeDrive, &grant),
        (ConnectionMode::SharedFolder, &grant),
        (PICKED, &whole),
        (PICKED, &wider),
        // Kept as one of picked files, but Google says otherwise.
        (PICKED, &mislabelled),
    ] {
        let error = service.connector.picker_token(&connection(mode, &[]), grant).await.err().unwrap();
        assert!(matches!(error, SourceError::Forbidden { .. }), "{error}");
    }
    let dead = DriveGrant { refresh_token: SecretString::from("1//dead".to_owned()), ..grant };
    let error = service.connector.picker_token(&connection(PICKED, &[]), &dead).await.err().unwrap();
    assert!(matches!(error, SourceError::NotAuthorised { .. }), "{error}");
    service.assert_read_only();
}

#[tokio::test]
async fn what_is_picked_can_be_read_and_nothing_else() {
    let service = Service::start().await;
    let picked = connection(PICKED, &[]);
    let grant = service.consent(PICKED, OWNER, ConsentChoice::Allow).await.unwrap();
    assert!(service.connector.places(&picked, Some(&grant)).await.unwrap().is_empty(), "what was picked is the place");
    let before = service.list(&picked, Some(&grant), &ReviewScope::Everything).await.unwrap();
    assert!(before.files.is_empty() && before.passed_over.is_empty(), "nothing was picked yet");

    let token = service.connector.picker_token(&picked, &grant).await.unwrap();
    let asked = |key: &str, app: Value, ids: &[&str]| json!({"token": token.expose_secret(), "key": key, "appId": app, "ids": ids});
    let (key, project) = (service.google.api_key.clone(), json!(service.google.project_number));
    let (status, files) = ask_picker(&service, "files", &asked(&key, project.clone(), &[])).await;
    let manual = files["files"].as_array().unwrap().iter().find(|file| file["name"] == "QM-001 Quality Manual.pdf").unwrap().clone();
    assert_eq!(status, 200);
    let manual = manual["id"].as_str().unwrap();

    // As with the real one: without the project's number it seems to work and grants nothing.
    assert_eq!(ask_picker(&service, "pick", &asked(&key, Value::Null, &[manual])).await, (200, json!({"granted": 0})));
    assert!(service.list(&picked, Some(&grant), &ReviewScope::Everything).await.unwrap().files.is_empty());
    assert_eq!(ask_picker(&service, "pick", &asked("wrong", project.clone(), &[manual])).await.0, 403);
    let other = json!({"token": "ya29.invented", "key": key, "appId": project, "ids": [manual]});
    assert_eq!(ask_picker(&service, "pick", &other).await.0, 401);

    assert_eq!(ask_picker(&service, "pick", &asked(&key, project, &[manual])).await.0, 200);
    let inventory = service.list(&picked, Some(&grant), &ReviewScope::Everything).await.unwrap();
    assert_eq!(inventory.files.len(), 1, "{:?}", paths(&inventory));
    assert!(inventory.complete && paths(&inventory)[0].ends_with("QM-001 Quality Manual.pdf"));
    assert!(
        !service.google.recorder.requests().iter().any(|request| request.path.ends_with("/drives")),
        "this scope may not list shared drives"
    );

    // A picked folder is what lies in it now.
    service.google.pick(OWNER, &[service.id("02 Vulnora 3")]);
    let more = service.list(&picked, Some(&grant), &ReviewScope::Everything).await.unwrap();
    assert!(more.files.len() > 5, "{:?}", paths(&more));
    let stranger = service.consent(PICKED, STRANGER, ConsentChoice::Allow).await.unwrap();
    assert!(service.list(&picked, Some(&stranger), &ReviewScope::Everything).await.unwrap().files.is_empty(), "nobody else's picks");
}

#[tokio::test]
async fn the_pickers_pages_hold_no_inline_script() {
    let service = Service::start().await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let page = |path: &str| client.get(format!("{}/picker/{path}", service.google.root_url)).send();
    let frame = page("frame").await.unwrap();
    let policy = frame.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("script-src 'self'") && !policy.contains("frame-ancestors"), "{policy}");
    let frame = frame.text().await.unwrap();
    assert!(frame.contains("<script src=\"/picker/frame.js\"></script>") && frame.matches("<script").count() == 1);
    for script in ["api.js", "frame.js"] {
        let answer = page(script).await.unwrap();
        assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("text/javascript"));
    }
}
