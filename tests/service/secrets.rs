//! Nothing secret leaves: neither a token of Google's nor a session's in any answer or in the log, and no customer text in the log.

use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};

use tracing_subscriber::fmt::MakeWriter;

use crate::house::{HOSTILE_FILE, House};
use crate::journey::work;
use crate::person::{OWNER, Person, parameter};

#[derive(Clone, Default)]
pub struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    /// All that was logged up to now.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// The log of all tests of this program: who has once decided that nobody listens, in whichever thread, does not ask again.
pub fn capture() -> Captured {
    static LOG: OnceLock<Captured> = OnceLock::new();
    LOG.get_or_init(|| {
        let log = Captured::default();
        let subscriber = tracing_subscriber::fmt().json().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).finish();
        tracing::subscriber::set_global_default(subscriber).unwrap();
        log
    })
    .clone()
}

#[tokio::test]
async fn no_token_and_no_customer_text_comes_out() {
    let log = capture();
    let house = House::open().await;
    let person = Person::signed_in(&house, OWNER).await;
    let pick = person.connect("picked-files").await;
    let picker_page = person.get(&pick).await.ok();
    let connection = parameter(&person.connect("whole-drive").await, "connection");
    let review = person.order(&connection).await;
    work(&house).await;
    person.get(&review).await.ok();
    person.get("/reviews").await.ok();
    person.submit("/account", "/account/export", &[]).await.ok();
    person.get("/sign-in/callback?state=forged-state-canary&code=forged-code-canary").await;
    let session = person.cookie("__Host-crosswalk").unwrap();
    let leave = format!("/connections/{connection}/disconnect");
    let receipt = person.submit(&leave, &leave, &[]).await.leads_to("/receipts/");
    person.get(&receipt).await.ok();

    // What the simulated Google gives out is known by these words; ID tokens begin with the base64 of `{"`.
    let tokens = ["sim-access", "sim-refresh", "sim-code", "eyJ", house.google.web_client_secret.as_str()];
    assert_eq!(picker_page.body.matches("sim-access").count(), 1, "the page of the Picker shows the browser its token");
    for (page, answer) in person.seen() {
        for token in tokens {
            let is_the_pickers = page.starts_with("/connect/pick") && token == "sim-access";
            assert!(is_the_pickers || !answer.contains(token), "{token} is in the answer to {page}");
        }
        let after_headers = answer.split_once("\n\n").unwrap().1;
        assert!(!after_headers.contains(&session), "the session's token is on the page {page}");
    }

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let answered: Vec<&serde_json::Value> = lines.iter().filter(|line| line["fields"]["message"] == "answered").collect();
    assert!(answered.len() > 10, "requests are not logged: {} of {} lines", answered.len(), lines.len());
    for line in &answered {
        assert!(
            line["span"]["request_id"].as_str().unwrap().len() == 32
                && line["span"]["path"].is_string()
                && line["fields"]["duration_ms"].is_number(),
            "{line}"
        );
        assert!(line["fields"]["status"].is_number() && line["span"]["method"].is_string());
    }
    let mut canaries: Vec<String> = tokens.iter().map(|token| (*token).to_owned()).collect();
    canaries.extend([
        session,
        OWNER.to_owned(),
        HOSTILE_FILE.to_owned(),
        "scored with CVSS".to_owned(),
        "forged-state-canary".to_owned(),
        "forged-code-canary".to_owned(),
    ]);
    for canary in canaries {
        assert!(!log.contains(&canary), "the log holds {canary}");
    }
}
