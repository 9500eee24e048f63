//! What a download takes, and what it refuses.

use crosswalk::evidence::{Checksum, ExportFormat, FileContent};
use crosswalk::ports::{ByteLimit, DocumentSource, FetchError, SourceError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use wiremock::ResponseTemplate;

use crate::fake::{FakeDrive, error, stored};

// `printf abcd | md5sum` and `sha256sum`.
const MD5: &str = "e2fc714c4727ee9395f324cd2e7f331f";
const SHA256: &str = "88d4266fd4e6338d13b845fcf289579d209c897823b9217da3e161936f031589";

async fn with_abcd() -> FakeDrive {
    let drive = FakeDrive::start(vec![]).await;
    drive.state().contents.insert("a".into(), b"abcd".to_vec());
    drive
}

#[tokio::test]
async fn bytes_are_compared_with_size_and_checksum() {
    let drive = with_abcd().await;
    for checksum in [None, Some(Checksum::Md5(MD5.into())), Some(Checksum::Sha256(SHA256.into())), Some(Checksum::Md5(MD5.to_uppercase()))]
    {
        let fetched = drive.fetch(&stored("a", Some(4), checksum), 4).await.unwrap();
        assert_eq!(fetched.bytes, b"abcd");
        assert_eq!(fetched.revision.as_deref(), Some("r1"));
    }
    for file in [
        stored("a", Some(5), None),
        stored("a", Some(4), Some(Checksum::Md5("0".repeat(32)))),
        stored("a", None, Some(Checksum::Sha256("0".repeat(64)))),
    ] {
        let before = drive.count("alt=media").await;
        assert!(matches!(drive.fetch(&file, 100).await, Err(FetchError::Unavailable { .. })));
        assert_eq!(drive.count("alt=media").await, before + 2, "read again once");
    }
}

#[tokio::test]
async fn a_mismatch_that_passes_is_no_matter() {
    let drive = with_abcd().await;
    drive.fault("alt=media", ResponseTemplate::new(200).set_body_string("abXd"));
    assert_eq!(drive.fetch(&stored("a", Some(4), Some(Checksum::Md5(MD5.into()))), 4).await.unwrap().bytes, b"abcd");
}

#[tokio::test]
async fn the_limit_holds_before_and_while_reading() {
    let drive = with_abcd().await;
    assert!(matches!(drive.fetch(&stored("a", Some(5_000), None), 100).await, Err(FetchError::TooLarge { limit_bytes: 100 })));
    assert_eq!(drive.count("alt=media").await, 0, "too large by its own words: not even asked for");
    assert!(matches!(drive.fetch(&stored("a", None, None), 3).await, Err(FetchError::TooLarge { limit_bytes: 3 })));
    assert!(drive.fetch(&stored("a", None, None), 4).await.is_ok());
}

#[tokio::test]
async fn an_empty_file_is_a_file() {
    let drive = with_abcd().await;
    drive.state().contents.insert("empty".into(), Vec::new());
    assert!(
        drive
            .fetch(&stored("empty", Some(0), Some(Checksum::Md5("d41d8cd98f00b204e9800998ecf8427e".into()))), 10)
            .await
            .unwrap()
            .bytes
            .is_empty()
    );
}

#[tokio::test]
async fn an_export_is_asked_for_by_format() {
    let drive = with_abcd().await;
    let mut file = stored("a", None, None);
    file.content = FileContent::Exported(ExportFormat::Docx);
    assert_eq!(drive.fetch(&file, 4).await.unwrap().bytes, b"abcd");
    assert_eq!(drive.count("/files/a/export?mimeType=application%2Fvnd.openxmlformats-officedocument.wordprocessingml.document").await, 1);
    assert!(matches!(drive.fetch(&file, 3).await, Err(FetchError::TooLarge { .. })));
    drive.fault("/export", error(403, "exportSizeLimitExceeded"));
    assert!(matches!(drive.fetch(&file, 4).await, Err(FetchError::Refused { reason }) if reason.contains("10 MB")));
}

#[tokio::test]
async fn each_reason_ends_as_it_should() {
    #[derive(Debug, PartialEq)]
    enum End {
        Refused,
        Unavailable,
        Stop,
    }
    for (status, reason, end, word) in [
        (403, "quotaExceeded", End::Unavailable, "quota of the day"),
        (403, "downloadQuotaExceeded", End::Unavailable, "too often"),
        (403, "cannotDownloadAbusiveFile", End::Refused, "malware"),
        (403, "fileNotDownloadable", End::Refused, "downloaded or exported"),
        (403, "cannotExportFile", End::Refused, "downloaded or exported"),
        (403, "insufficientFilePermissions", End::Refused, "may not download"),
        (403, "cannotDownloadFile", End::Refused, "may not download"),
        (403, "appNotAuthorizedToFile", End::Refused, "pick"),
        (403, "insufficientPermissions", End::Stop, "not authorised"),
        (403, "domainPolicy", End::Stop, "administrator"),
        (403, "accessNotConfigured", End::Stop, "switched off"),
        (404, "notFound", End::Refused, "no longer shared"),
        (416, "requestedRangeNotSatisfiable", End::Refused, "416"),
        (403, "unheardOf", End::Refused, "403"),
    ] {
        let drive = with_abcd().await;
        drive.fault("alt=media", error(status, reason));
        let failed = drive.fetch(&stored("a", Some(4), None), 100).await.err().unwrap_or_else(|| panic!("{reason} was overlooked"));
        let found = match failed {
            FetchError::Refused { .. } => End::Refused,
            FetchError::Unavailable { .. } => End::Unavailable,
            FetchError::Stop(_) => End::Stop,
            FetchError::TooLarge { .. } => panic!("not too large"),
        };
        assert_eq!(found, end, "{reason}");
        assert!(failed.to_string().contains(word), "{reason}: {failed}");
        assert_eq!(drive.count("alt=media").await, 1, "{reason} is not retried");
    }
}

#[tokio::test]
async fn tries_are_used_up_and_then_it_is_unavailable() {
    let drive = with_abcd().await;
    for _ in 0..3 {
        drive.fault("alt=media", error(403, "userRateLimitExceeded"));
    }
    assert!(matches!(drive.fetch(&stored("a", Some(4), None), 100).await, Err(FetchError::Unavailable { .. })));
    assert_eq!(drive.count("alt=media").await, 3);
}

#[tokio::test]
async fn in_an_outage_each_file_gets_one_try() {
    let drive = with_abcd().await;
    for _ in 0..17 {
        drive.fault("alt=media", error(503, "backendError"));
    }
    let source = drive.source("drive:root");
    for _ in 0..9 {
        assert!(matches!(source.fetch(&stored("a", Some(4), None), ByteLimit(9)).await, Err(FetchError::Unavailable { .. })));
    }
    assert_eq!(drive.count("alt=media").await, 4 * 3 + 5);
    assert!(source.fetch(&stored("a", Some(4), None), ByteLimit(9)).await.is_ok(), "and it ends when the outage ends");
}

#[tokio::test]
async fn after_the_quota_of_the_day_nothing_more_is_asked() {
    let drive = with_abcd().await;
    drive.fault("alt=media", error(403, "dailyLimitExceeded"));
    let source = drive.source("drive:root");
    for _ in 0..3 {
        assert!(matches!(source.fetch(&stored("a", Some(4), None), ByteLimit(9)).await, Err(FetchError::Unavailable { .. })));
    }
    assert_eq!(drive.count("alt=media").await, 1);
}

#[tokio::test]
async fn a_lost_sign_in_stops_the_review() {
    let drive = with_abcd().await;
    drive.fault(
        "/token",
        ResponseTemplate::new(400).set_body_string(r#"{"error":"invalid_grant","error_description":"Token has been expired or revoked."}"#),
    );
    let error = drive.fetch(&stored("a", Some(4), None), 100).await.err().unwrap();
    assert!(
        matches!(&error, FetchError::Stop(SourceError::NotAuthorised { advice, .. }) if advice.contains("crosswalk connect")),
        "{error}"
    );
}

/// A server that answers each connection with the next of these bytes and hangs up.
async fn raw_server(answers: Vec<Vec<u8>>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/drive/v3", listener.local_addr().unwrap());
    tokio::spawn(async move {
        for answer in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(&answer).await;
            let _ = stream.shutdown().await;
        }
    });
    address
}

async fn fetch_raw(answers: Vec<Vec<u8>>, limit: u64) -> Result<Vec<u8>, FetchError> {
    let mut drive = with_abcd().await;
    drive.extra.push(("CROSSWALK_GOOGLE__DRIVE_URL".into(), raw_server(answers).await));
    let fetched = drive.source("drive:root").fetch(&stored("a", None, Some(Checksum::Md5(MD5.into()))), ByteLimit(limit)).await;
    fetched.map(|fetched| fetched.bytes)
}

fn http(head: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\n{head}Connection: close\r\n\r\n{body}").into_bytes()
}

#[tokio::test]
async fn a_body_that_breaks_off_is_read_again() {
    let cut = http("Content-Length: 4\r\n", "ab");
    let whole = http("Content-Length: 4\r\n", "abcd");
    assert_eq!(fetch_raw(vec![cut.clone(), whole.clone()], 100).await.unwrap(), b"abcd");
    assert_eq!(fetch_raw(vec![http("Transfer-Encoding: chunked\r\n", "2\r\nab\r\n"), whole], 100).await.unwrap(), b"abcd");
    let error = fetch_raw(vec![cut.clone(), cut.clone(), cut], 100).await.err().unwrap();
    assert!(matches!(&error, FetchError::Unavailable { reason } if reason.contains("broke off")), "{error}");
}

#[tokio::test]
async fn a_length_that_lies_neither_fills_memory_nor_passes() {
    let error = fetch_raw(vec![http("Content-Length: 99999999999\r\n", "abcd")], 100).await.err().unwrap();
    assert!(matches!(error, FetchError::TooLarge { limit_bytes: 100 }), "{error}");
    let endless = http("", &"x".repeat(100_000));
    assert!(matches!(fetch_raw(vec![endless], 100).await, Err(FetchError::TooLarge { .. })));
    let short = http("Content-Length: 2\r\n", "abcd");
    assert!(matches!(fetch_raw(vec![short.clone(), short], 100).await, Err(FetchError::Unavailable { .. })));
}
