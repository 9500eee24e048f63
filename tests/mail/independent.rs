//! Letters to a mail server of another make (aiosmtpd), parsed by another make of mail reader (Python's `email`).

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crosswalk::account::{ChangeCounts, Notice};
use crosswalk::account::{ConnectionId, ReviewId};
use crosswalk::ports::{Letter, MailFailure, Mailer as _};
use crosswalk::report::letter as words;

use crate::mail_server::{Server, header, python};
use crate::{letter, mailer, mailer_with};

/// Set in the process that trusts the authority of the test: certificates to trust are read from there.
const TRUSTED: &str = "SSL_CERT_FILE";

#[tokio::test]
async fn another_make_reads_what_was_meant() {
    let Some(python) = python("another_make_reads_what_was_meant") else { return };
    let server = Server::start(&python, &["none"]);
    let mailer = mailer(&server.settings("tls = \"none\""));
    let mut sent = letter("maria@example.com");
    sent.subject = format!("Crosswalk: Prüfung „abgeschlossen“ – {}", "sehr lang ".repeat(20).trim_end());
    // Lines that begin with a point, look like commands, or are too long for the wire.
    sent.text = format!("Grüße\n.\n..\n.QUIT\nRSET\n\nFrom here on\n{}\nEnde\n", "ü".repeat(2_000));
    sent.html = format!("<p>Grüße</p>\n<p>{}</p>\n", "ß&amp;".repeat(700));
    for _ in 0..2 {
        mailer.send(&sent).await.unwrap();
        let received = server.received();
        assert_eq!(received["defects"], serde_json::json!([]), "{received:#}");
        assert_eq!(received["sender"], "reports@example.com");
        assert_eq!(received["recipients"], serde_json::json!(["maria@example.com"]));
        assert_eq!(header(&received, "Subject"), [sent.subject.as_str()]);
        assert_eq!(header(&received, "Message-ID"), ["<0123.abc@crosswalk.example.com>"]);
        assert_eq!(header(&received, "From"), ["\"Prüfung, Abteilung 3\" <reports@example.com>"]);
        assert_eq!(header(&received, "To"), ["maria@example.com"]);
        assert_eq!(header(&received, "Date"), ["Sun, 22 Nov 2026 12:00:00 +0000"]);
        assert_eq!(header(&received, "Auto-Submitted"), ["auto-generated"]);
        assert_eq!(received["content_type"], "multipart/alternative");
        // The plain text first: the last part is the one preferred (RFC 2046, 5.1.4).
        let parts = received["parts"].as_array().unwrap();
        assert_eq!(parts.len(), 2);
        for (part, (kind, text)) in parts.iter().zip([("text/plain", &sent.text), ("text/html", &sent.html)]) {
            assert_eq!((part[0].as_str(), part[1].as_str()), (Some(kind), Some("utf-8")));
            assert_eq!(part[2].as_str().unwrap().replace("\r\n", "\n").trim_end(), text.trim_end(), "{kind}");
        }
    }
}

#[tokio::test]
async fn a_letter_of_the_service_arrives_as_it_was_written() {
    let Some(python) = python("a_letter_of_the_service_arrives_as_it_was_written") else { return };
    let server = Server::start(&python, &["none"]);
    let mailer = mailer(&server.settings("tls = \"none\""));
    let counts = ChangeCounts { gained: 3, lost: 1, files_new: 2, ..ChangeCounts::default() };
    let (review, connection) = (ReviewId::of(1), ConnectionId::of(2));
    for notice in
        [Notice::ReviewChanged { review: review.clone(), connection, counts, is_complete: true }, Notice::ReportUnlocked { review }]
    {
        let told = words(&notice, &"https://crosswalk.example.com".parse().unwrap());
        let sent = Letter { subject: told.subject, text: told.text, html: told.html, ..letter("maria@example.com") };
        mailer.send(&sent).await.unwrap();
        let received = server.received();
        assert_eq!((&received["defects"], header(&received, "Subject")), (&serde_json::json!([]), vec![sent.subject.as_str()]));
        let arrived: Vec<String> =
            received["parts"].as_array().unwrap().iter().map(|part| part[2].as_str().unwrap().replace("\r\n", "\n")).collect();
        assert_eq!(arrived, [sent.text.as_str(), sent.html.as_str()]);
    }
}

#[tokio::test]
async fn no_subject_and_no_address_adds_a_header_or_a_recipient() {
    let Some(python) = python("no_subject_and_no_address_adds_a_header_or_a_recipient") else { return };
    let server = Server::start(&python, &["none"]);
    let mailer = mailer(&server.settings("tls = \"none\""));
    let mut sent = letter("maria@example.com");
    sent.subject = "one\r\nBcc: b@example.com\r\n\r\ntwo".to_owned();
    mailer.send(&sent).await.unwrap();
    let received = server.received();
    assert_eq!(header(&received, "Subject"), ["one Bcc: b@example.com two"]);
    assert!(header(&received, "Bcc").is_empty() && received["parts"].as_array().unwrap().len() == 2, "{received:#}");
    assert_eq!(received["recipients"], serde_json::json!(["maria@example.com"]));
    for to in
        ["maria@example.com\r\nRCPT TO:<b@example.com>", "maria@example.com>\r\nBcc: <b@example.com", "maria@example.com,b@example.com"]
    {
        assert!(matches!(mailer.send(&letter(to)).await, Err(MailFailure::Refused { .. })), "{to:?}");
    }
    assert!(server.has_received_nothing());
}

#[tokio::test]
async fn what_the_server_refuses_is_told_without_the_address() {
    let Some(python) = python("what_the_server_refuses_is_told_without_the_address") else { return };
    let server = Server::start(&python, &["none"]);
    let mailer = mailer(&server.settings("tls = \"none\""));
    let failed = async |to: &str| mailer.send(&letter(to)).await.unwrap_err();
    let refused = |detail: &str| MailFailure::Refused { detail: detail.to_owned() };
    let gone = "550 5.1.1 to the recipient: there is no such mailbox, or a rule of the server forbids it";
    assert_eq!(failed("nobody@example.com").await, refused(gone));
    let later = "451 4.7.1 to the recipient: it has trouble of its own";
    assert_eq!(failed("later@example.com").await, MailFailure::Unavailable { detail: later.to_owned() });
    let full = "552 5.2.2 to the letter: the mailbox is full, or the letter is too large";
    assert_eq!(failed("full@example.com").await, refused(full));
}

#[tokio::test]
async fn without_tls_nothing_is_sent_where_tls_is_asked_for() {
    let Some(python) = python("without_tls_nothing_is_sent_where_tls_is_asked_for") else { return };
    let server = Server::start(&python, &["none"]);
    for tls in ["starttls", "implicit"] {
        let login = format!("tls = \"{tls}\"\nusername = \"maria\"\npassword = \"hush\"");
        let failure = mailer(&server.settings(&login)).send(&letter("maria@example.com")).await.unwrap_err();
        assert!(matches!(&failure, MailFailure::Unavailable { .. }), "{failure}");
    }
    assert!(server.has_received_nothing());
}

/// Makes an authority and a certificate for `localhost` under it: (authority, certificate, key).
fn certificates(folder: &Path) -> Option<[PathBuf; 3]> {
    let [authority, authority_key, request, certificate, key, extensions] =
        ["authority.pem", "authority.key", "request.pem", "certificate.pem", "key.pem", "extensions"].map(|name| folder.join(name));
    std::fs::write(&extensions, "subjectAltName=DNS:localhost\nextendedKeyUsage=serverAuth\n").unwrap();
    let openssl = |arguments: &[&str], paths: &[(&str, &Path)]| {
        let mut command = Command::new("openssl");
        command.args(arguments);
        for (flag, path) in paths {
            command.arg(flag).arg(path);
        }
        command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    };
    let fresh = ["req", "-newkey", "rsa:2048", "-nodes"];
    let made = openssl(
        &[&fresh[..], &["-x509", "-days", "30", "-subj", "/CN=Authority of a test"]].concat(),
        &[("-keyout", &authority_key), ("-out", &authority)],
    ) && openssl(&[&fresh[..], &["-subj", "/CN=localhost"]].concat(), &[("-keyout", &key), ("-out", &request)])
        && openssl(
            &["x509", "-req", "-days", "30", "-CAcreateserial"],
            &[("-in", &request), ("-CA", &authority), ("-CAkey", &authority_key), ("-extfile", &extensions), ("-out", &certificate)],
        );
    made.then_some([authority, certificate, key])
}

/// Which certificates are trusted is read once in a process, from its environment; so this test starts itself anew in one that trusts the
/// authority of the test, and there goes on in `letters_through_tls`.
#[tokio::test]
async fn letters_go_through_tls_to_a_server_that_can_be_trusted_only() {
    const NAME: &str = "letters_go_through_tls_to_a_server_that_can_be_trusted_only";
    let Some(python) = python(NAME) else { return };
    let folder = tempfile::tempdir().unwrap();
    let Some(files) = certificates(folder.path()) else {
        println!("SKIPPED {NAME}: openssl is missing");
        return;
    };
    let [authority, certificate, key] = files.map(|path| path.display().to_string());
    let login = "username = \"maria\"\npassword = \"hush\"";
    for tls in ["starttls", "implicit"] {
        let server = Server::start(&python, &[tls, &certificate, &key, "maria", "hush"]);
        let settings = server.settings(&format!("tls = \"{tls}\"\n{login}"));
        let failure = mailer(&settings).send(&letter("maria@example.com")).await.unwrap_err();
        assert!(matches!(&failure, MailFailure::Unavailable { detail } if detail.contains("certificate")), "{tls}: {failure}");
        assert!(server.has_received_nothing());

        let again = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "--ignored", "--nocapture", "independent::letters_through_tls"])
            .env(TRUSTED, &authority)
            .env("CROSSWALK_TEST_MAIL", &settings)
            .output()
            .unwrap();
        let said = format!("{}{}", String::from_utf8_lossy(&again.stdout), String::from_utf8_lossy(&again.stderr));
        assert!(again.status.success() && said.contains("1 passed"), "{tls}: {said}");
        let received = server.received();
        assert_eq!((received["is_encrypted"].as_bool(), received["is_signed_in"].as_bool()), (Some(true), Some(true)), "{received:#}");
        assert!(server.has_received_nothing(), "one letter, and none with the wrong password");
    }
}

#[tokio::test]
#[ignore = "started by letters_go_through_tls_to_a_server_that_can_be_trusted_only"]
#[expect(clippy::disallowed_methods, reason = "what the test that starts it hands over")]
async fn letters_through_tls() {
    let Ok(settings) = std::env::var("CROSSWALK_TEST_MAIL") else { return };
    mailer(&settings).send(&letter("maria@example.com")).await.unwrap();
    let wrong = settings.replace("hush", "wrong-password");
    let failure = mailer(&wrong).send(&letter("maria@example.com")).await.unwrap_err();
    let expected = "535 5.7.8 to the sign-in: it does not accept user name and password";
    assert_eq!(failure, MailFailure::Unavailable { detail: expected.to_owned() });
    // The certificate is that of another name.
    let elsewhere = settings.replace("\"localhost\"", "\"127.0.0.1\"");
    let failure = mailer_with(&elsewhere, 20_000).send(&letter("maria@example.com")).await.unwrap_err();
    assert!(matches!(&failure, MailFailure::Unavailable { detail } if detail.contains("not valid for name")), "{failure}");
}
