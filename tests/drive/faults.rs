//! What a listing does when Drive does not do as asked.

use crosswalk::ports::SourceError;
use serde_json::json;
use wiremock::ResponseTemplate;

use crate::fake::{FakeDrive, error, file, folder, paths};

async fn small() -> FakeDrive {
    FakeDrive::start(vec![folder("f", "A", "ROOT"), file("a", "a.pdf", "f"), file("b", "b.pdf", "ROOT")]).await
}

#[tokio::test]
async fn passing_failures_are_retried() {
    for fault in [
        error(403, "rateLimitExceeded"),
        error(403, "USER_RATE_LIMIT_EXCEEDED"),
        error(429, "anything"),
        error(429, "anything").insert_header("retry-after", "1"),
        error(500, "backendError"),
        ResponseTemplate::new(500).set_body_string("<html>Error 500</html>"),
        ResponseTemplate::new(503),
        ResponseTemplate::new(408),
    ] {
        let drive = small().await;
        drive.fault("/files?", fault);
        let inventory = drive.list("drive:root").await.unwrap();
        assert_eq!(paths(&inventory), ["A/a.pdf", "b.pdf"]);
        assert!(inventory.complete);
    }
}

#[tokio::test]
async fn retry_after_as_a_date_is_understood() {
    let drive = small().await;
    // The fake clock stands at 1 784 000 000: one second later.
    let date = httpdate::fmt_http_date(std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_784_000_001));
    drive.fault("/files?", error(429, "x").insert_header("retry-after", date.as_str()));
    assert!(drive.list("drive:root").await.unwrap().complete);
}

#[tokio::test]
async fn a_wait_longer_than_anyone_sits_through_gives_up() {
    let drive = small().await;
    drive.fault("/files/root", error(429, "x").insert_header("retry-after", "3600"));
    let error = drive.list("drive:root").await.err().unwrap();
    assert!(matches!(error, SourceError::RateLimited { .. }));
    assert_eq!(drive.count("/drive/v3").await, 1);
}

#[tokio::test]
async fn refusals_are_not_retried_and_told_apart() {
    for (status, reason, word) in [
        (403, "insufficientPermissions", "permission to read the Drive"),
        (401, "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "permission to read the Drive"),
        (403, "domainPolicy", "administrator"),
        (403, "accessNotConfigured", "switched off"),
        (403, "SERVICE_DISABLED", "switched off"),
        (403, "dailyLimitExceeded", "quota of the day"),
        (403, "forbidden", "not shared"),
        (403, "somethingNew", "403"),
        (400, "badRequest", "400"),
    ] {
        let drive = small().await;
        drive.fault("/files/root", error(status, reason));
        let error = drive.list("drive:root").await.err().unwrap().to_string();
        assert!(error.contains(word), "{reason}: {error}");
        assert!(!error.contains("http") && !error.contains("token-"), "{error}");
        assert_eq!(drive.count("/drive/v3").await, 1, "{reason}");
    }
}

#[tokio::test]
async fn a_token_is_renewed_once() {
    let drive = small().await;
    drive.fault("/files?", error(401, "authError"));
    assert!(drive.list("drive:root").await.unwrap().complete);
    assert_eq!(drive.state().tokens_issued, 2);

    let drive = small().await;
    drive.fault("/files/root", error(401, "authError"));
    drive.fault("/files/root", error(401, "authError"));
    let error = drive.list("drive:root").await.err().unwrap();
    assert!(matches!(&error, SourceError::NotAuthorised { advice, .. } if advice.contains("crosswalk connect")));
    assert_eq!(drive.state().tokens_issued, 2, "renewed once, not for ever");
}

#[tokio::test]
async fn a_listing_that_breaks_off_keeps_what_it_found_and_says_so() {
    let drive = small().await;
    for _ in 0..3 {
        drive.fault("%27f%27", error(500, "backendError"));
    }
    let inventory = drive.list("drive:root").await.unwrap();
    assert_eq!(paths(&inventory), ["b.pdf"]);
    assert!(!inventory.complete);

    let drive = small().await;
    drive.fault("%27f%27", error(403, "forbidden"));
    assert!(!drive.list("drive:root").await.unwrap().complete, "a folder that may not be listed");
}

#[tokio::test]
async fn a_listing_that_never_began_fails() {
    let drive = small().await;
    for _ in 0..3 {
        drive.fault("/files?", error(503, "backendError"));
    }
    assert!(matches!(drive.list("drive:root").await, Err(SourceError::Unexpected { .. } | SourceError::Unreachable { .. })));
}

#[tokio::test]
async fn nonsense_and_redirects_are_no_listing() {
    for fault in [
        ResponseTemplate::new(200).set_body_string("<html>Sign in to the hotel network</html>"),
        ResponseTemplate::new(302).insert_header("location", "http://127.0.0.1:1/elsewhere"),
        ResponseTemplate::new(200).set_body_json(json!([1, 2])),
    ] {
        let drive = small().await;
        drive.fault("/files/root", fault);
        assert!(matches!(drive.list("drive:root").await, Err(SourceError::Unexpected { .. })));
    }
}

#[tokio::test]
async fn the_wire_log_holds_methods_paths_and_counts_only() {
    let drive = small().await;
    drive.list("drive:root").await.unwrap();
    let lines = drive.wire.lock().unwrap().clone();
    assert_eq!(lines.len(), 4, "one token, the root and two folders");
    assert!(lines[0].contains(r#""method":"POST""#) && lines[0].contains(r#""path":"/token""#));
    assert!(lines[1..].iter().all(|line| line.contains(r#""method":"GET""#) && line.contains("/drive/v3/files")));
    assert!(lines.iter().all(|line| !line.contains('?') && !line.contains("token-1") && !line.contains("a.pdf")));
}

#[tokio::test]
async fn without_a_network_the_sentence_says_so() {
    let drive = small().await;
    let mut settings = crate::fake::settings("http://127.0.0.1:9", &[]);
    settings.google.drive_url = url::Url::parse("http://127.0.0.1:9/drive/v3").unwrap();
    let tokens = std::sync::Arc::new(drive.tokens(&settings));
    let scope = crosswalk::drive::DriveScope::Root;
    let source =
        crosswalk::drive::DriveSource::new(scope, &settings, tokens, std::sync::Arc::new(drive.clock.clone()), drive.wire_log()).unwrap();
    let error = crosswalk::ports::DocumentSource::list(&source, &crate::fake::Silent).await.err().unwrap();
    assert!(matches!(&error, SourceError::Unreachable { detail, .. } if detail == "no connection to 127.0.0.1"), "{error}");
}

#[tokio::test]
async fn pages_in_a_circle_end() {
    let drive = small().await;
    for next in ["x", "y", "x", "y"] {
        drive.fault(
            "/files?",
            ResponseTemplate::new(200).set_body_json(json!({"files": [file("c", "c.pdf", "ROOT")], "nextPageToken": next})),
        );
    }
    let inventory = drive.list("drive:root").await.unwrap();
    assert_eq!(paths(&inventory), ["c.pdf"]);
    assert!(!inventory.complete);
}

#[tokio::test]
async fn an_outage_is_not_waited_out_once_for_every_folder() {
    let mut files: Vec<_> = (0..40).map(|n| folder(&format!("f{n:02}"), &format!("{n:02}"), "ROOT")).collect();
    files.push(file("a", "a.pdf", "ROOT"));
    let drive = FakeDrive::start(files).await;
    for _ in 0..200 {
        drive.fault("%27f", error(503, "backendError"));
    }
    let inventory = drive.list("drive:root").await.unwrap();
    assert_eq!(paths(&inventory), ["a.pdf"]);
    assert!(!inventory.complete);
    assert!(drive.count("%27f").await <= 24, "one batch of eight folders, three tries each");
}
