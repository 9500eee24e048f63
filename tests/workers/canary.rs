//! A review through the service leaves nothing of a document anywhere: unique words stand in every document, and after the review they are
//! searched for in the database with its log, the data folder, the folder for temporary files, and what the worker wrote to its log.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::installation::{Backend, Installation};
use crosswalk::account::{CustomerId, Identity};
use crosswalk::ports::{Accounts, ReviewState, Reviews};
use crosswalk::simulator::Company;

#[tokio::test(flavor = "multi_thread")]
async fn no_text_of_a_document_is_left_by_the_service_sqlite() {
    nothing_is_left(Backend::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_text_of_a_document_is_left_by_the_service_postgres() {
    if let Some(backend) = Backend::postgres("no_text_of_a_document_is_left_by_the_service_postgres").await {
        nothing_is_left(backend).await;
    }
}

async fn nothing_is_left(backend: Backend) {
    let mut company = Company::sample().unwrap();
    let mut canaries: Vec<String> = company.plant_canaries().into_iter().map(|(_, word)| word).collect();
    assert!(canaries.len() > 20);
    // File names and the address of the customer are customer text too.
    canaries.extend(["Threat model", "SOUP", "unplanned.name@tannhauer"].map(str::to_owned));
    let installation = Installation::of_company(backend, &company).await;
    let (customer, review) = installation.customer_with_review(1).await;
    let identity = Identity {
        issuer: installation.google.issuer.clone(),
        subject: "subject-1".to_owned(),
        verified_email: Some("unplanned.name@tannhauer-medical.example".to_owned()),
    };
    let same = installation.store.customer_signed_in(&identity, &CustomerId::of(77), Installation::now()).await.unwrap();
    assert!(same.id == customer, "found by issuer and subject");

    let places = tempfile::tempdir().unwrap();
    let log = places.path().join("worker.log");
    let temporary = places.path().join("temporary");
    fs::create_dir(&temporary).unwrap();
    let mut worker = Command::new(env!("CARGO_BIN_EXE_crosswalk"))
        .arg("work")
        .env_clear()
        .envs(installation.variables())
        .env("TMPDIR", &temporary)
        // Everything that can be said is said.
        .env("CROSSWALK_LOG", "trace")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    installation.wait_until("the review has ended", async || !installation.state(&customer, &review).await.is_active()).await;
    worker.kill().unwrap();
    worker.wait().unwrap();
    let state = installation.state(&customer, &review).await;
    assert!(matches!(state, ReviewState::Done { .. }), "{state:?}");
    let assessment = installation.store.assessment(&customer, &review).await.unwrap().unwrap();
    assert!(assessment.findings.iter().flat_map(|f| &f.constraints).any(|c| !c.evidence.is_empty()), "there are quotes to be found");
    let quotes: Vec<String> = assessment
        .findings
        .iter()
        .flat_map(|f| &f.constraints)
        .flat_map(|c| &c.evidence)
        .map(|e| e.quote.chars().take(40).collect())
        .collect();
    canaries.extend(quotes);

    let mut searched = 0;
    searched += search(places.path(), &canaries);
    searched += search(installation.data_folder(), &canaries);
    searched += search(installation.backend.folder(), &canaries);
    let dump = installation.backend.dump().await;
    assert!(!dump.is_empty(), "nothing of the database was searched");
    assert_none("the database", &dump, &canaries);
    assert!(searched >= 1, "nothing was searched");
    assert!(fs::read_to_string(&log).unwrap().contains("a review begins"), "the log was searched, and says something");
}

/// Searches every file below a folder; how many there were.
fn search(folder: &Path, canaries: &[String]) -> usize {
    let mut searched = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            searched += search(&path, canaries);
        } else {
            searched += 1;
            assert_none(&path.display().to_string(), &fs::read(&path).unwrap(), canaries);
        }
    }
    searched
}

fn assert_none(place: &str, bytes: &[u8], canaries: &[String]) {
    for canary in canaries {
        assert!(!bytes.windows(canary.len()).any(|window| window == canary.as_bytes()), "{place} holds {canary:?}");
    }
}
