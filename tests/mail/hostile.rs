//! Servers that refuse, break off, keep silent or talk nonsense: whatever they do, the letter ends in time as refused or as to be tried
//! again, and neither address nor password is told.

use std::time::{Duration, Instant};

use crosswalk::ports::{MailFailure, Mailer as _};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::{letter, mailer_with};

/// What a server does at one step.
#[derive(Clone, Copy)]
enum Act {
    /// Sends these bytes.
    Say(&'static [u8]),
    /// Sends these bytes, and hangs up.
    SayAndLeave(&'static [u8]),
    /// Keeps the line open, and is silent.
    KeepSilent,
    /// Sends these bytes again and again.
    SayForEver(&'static [u8]),
    /// Sends one byte of a good answer now and then.
    Trickle,
}

const HELLO: Act = Act::Say(b"220 mx.example.com ESMTP\r\n");
const ABLE: Act = Act::Say(b"250-mx.example.com\r\n250 AUTH PLAIN LOGIN\r\n");
const OK: Act = Act::Say(b"250 2.0.0 OK\r\n");
const SIGNED_IN: Act = Act::Say(b"235 2.7.0 welcome\r\n");
const GO_ON: Act = Act::Say(b"354 end with a point\r\n");

/// Answers one connection: the first act is the greeting, each further one answers a command, or the letter. Gives back what it was told.
async fn answer(listener: TcpListener, acts: Vec<Act>) -> String {
    let (stream, _) = listener.accept().await.unwrap();
    let mut stream = BufReader::new(stream);
    let mut told = String::new();
    for (number, act) in acts.iter().enumerate() {
        if number > 0 && !listen(&mut stream, &mut told).await {
            return told;
        }
        let line = stream.get_mut();
        match act {
            Act::Say(bytes) => drop(line.write_all(bytes).await),
            Act::SayAndLeave(bytes) => {
                drop(line.write_all(bytes).await);
                return told;
            }
            Act::KeepSilent => std::future::pending().await,
            Act::SayForEver(bytes) => while line.write_all(bytes).await.is_ok() {},
            Act::Trickle => {
                for byte in b"250-".iter().chain([b'x'].iter().cycle()) {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    if line.write_all(&[*byte]).await.is_err() {
                        break;
                    }
                }
            }
        }
    }
    while listen(&mut stream, &mut told).await {
        drop(stream.get_mut().write_all(b"221 bye\r\n").await);
    }
    told
}

/// Reads a command, or a letter to its end.
async fn listen(stream: &mut BufReader<TcpStream>, told: &mut String) -> bool {
    let before = told.len();
    let is_letter = told.ends_with("DATA\r\n");
    loop {
        // What a server after the answer to STARTTLS reads is no text.
        if !stream.read_line(told).await.is_ok_and(|bytes| bytes > 0) {
            return false;
        }
        if !is_letter || told[before..].ends_with("\r\n.\r\n") {
            return true;
        }
    }
}

struct Outcome {
    failure: Option<MailFailure>,
    told: JoinHandle<String>,
    took: Duration,
}

async fn send_to(acts: &[Act], tls: &str, timeout_ms: u64) -> Outcome {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let told = tokio::spawn(answer(listener, acts.to_vec()));
    let section = format!(
        "host = \"127.0.0.1\"\nport = {port}\nfrom = \"r@example.com\"\ntls = \"{tls}\"\nusername = \"user\"\npassword = \"hush-hush\""
    );
    let begun = Instant::now();
    let failure = mailer_with(&section, timeout_ms).send(&letter("maria@example.com")).await.err();
    Outcome { failure, told, took: begun.elapsed() }
}

#[tokio::test]
async fn each_kind_of_trouble_has_its_end() {
    let refused = |detail| Some((true, detail));
    let unavailable = |detail| Some((false, detail));
    for (name, acts, expected) in [
        ("all is well", vec![HELLO, ABLE, SIGNED_IN, OK, OK, GO_ON, OK], None),
        ("no farewell", vec![HELLO, ABLE, SIGNED_IN, OK, OK, GO_ON, Act::SayAndLeave(b"250 OK\r\n")], None),
        ("silence at the farewell", vec![HELLO, ABLE, SIGNED_IN, OK, OK, GO_ON, OK, Act::KeepSilent], None),
        (
            "no such mailbox",
            vec![HELLO, ABLE, SIGNED_IN, OK, Act::Say(b"550 5.1.1 <maria@example.com> unknown\r\n")],
            refused("550 5.1.1 to the recipient: there is no such mailbox"),
        ),
        (
            "a reason of several lines",
            vec![HELLO, ABLE, SIGNED_IN, OK, Act::Say(b"550-5.7.1 maria@example.com\r\n550 5.7.1 hush-hush\r\n")],
            refused("550 5.7.1 to the recipient"),
        ),
        (
            "greylisting",
            vec![HELLO, ABLE, SIGNED_IN, OK, Act::Say(b"451 4.7.1 maria@example.com later\r\n")],
            unavailable("451 4.7.1 to the recipient"),
        ),
        (
            "a letter that looks like spam",
            vec![HELLO, ABLE, SIGNED_IN, OK, OK, GO_ON, Act::Say(b"554 5.7.1 spam\r\n")],
            refused("554 5.7.1 to the letter"),
        ),
        ("no room", vec![HELLO, ABLE, SIGNED_IN, OK, OK, GO_ON, Act::Say(b"452 4.3.1 full\r\n")], unavailable("452 4.3.1 to the letter")),
        (
            "another sign-in wanted",
            vec![HELLO, ABLE, SIGNED_IN, OK, Act::Say(b"530 5.7.0 authenticate\r\n")],
            unavailable("530 5.7.0 to the recipient"),
        ),
        ("a wrong password", vec![HELLO, ABLE, Act::Say(b"535 5.7.8 user hush-hush\r\n")], unavailable("535 5.7.8 to the sign-in")),
        ("a sender that is not ours", vec![HELLO, ABLE, SIGNED_IN, Act::Say(b"553 not you\r\n")], unavailable("553 to the sender")),
        ("no service", vec![Act::SayAndLeave(b"554 no SMTP service here\r\n")], unavailable("554 at the greeting")),
        ("shutting down", vec![HELLO, ABLE, SIGNED_IN, Act::SayAndLeave(b"421 4.3.2 bye\r\n")], unavailable("421 4.3.2 to the sender")),
        ("another protocol", vec![Act::SayAndLeave(b"HTTP/1.1 400 Bad Request\r\n\r\n")], unavailable("is not of SMTP")),
        ("an answer that is no text", vec![HELLO, Act::SayAndLeave(b"250 \xff\xfe\r\n")], unavailable("at the greeting")),
        ("nothing at all", vec![Act::SayAndLeave(b"")], unavailable("at the greeting")),
        ("half an answer", vec![HELLO, ABLE, SIGNED_IN, Act::SayAndLeave(b"250-O")], unavailable("to the sender")),
        (
            "a line without end",
            vec![HELLO, Act::SayForEver(b"250-xxxxxxxxxxxxxxxxxxxxxxxxxxxx")],
            unavailable("it says more than any mail server has to say"),
        ),
        (
            "lines without end",
            vec![HELLO, Act::SayForEver(b"250-X23456789 123456789 123456789 123456789 123456789 123456789\r\n")],
            unavailable("at the greeting"),
        ),
        ("gone in the letter", vec![HELLO, ABLE, SIGNED_IN, OK, OK, GO_ON, Act::SayAndLeave(b"")], unavailable("to the letter")),
        ("no way to sign in", vec![HELLO, Act::Say(b"250 mx.example.com\r\n")], unavailable("to the sign-in")),
        ("a challenge without end", vec![HELLO, ABLE, Act::SayForEver(b"334 eHh4\r\n")], unavailable("to the sign-in")),
        ("silence at the greeting", vec![Act::KeepSilent], unavailable("longer than smtp.timeout_ms")),
        ("silence at the letter", vec![HELLO, ABLE, SIGNED_IN, OK, OK, GO_ON, Act::KeepSilent], unavailable("longer than smtp.timeout_ms")),
        ("drop by drop", vec![HELLO, Act::Trickle], unavailable("longer than smtp.timeout_ms")),
    ] {
        let outcome = send_to(&acts, "none", 1_000).await;
        let found = outcome.failure.as_ref().map(|failure| match failure {
            MailFailure::Refused { detail } => (true, detail.as_str()),
            MailFailure::Unavailable { detail } => (false, detail.as_str()),
        });
        match (found, expected) {
            (None, None) => {}
            (Some((is_refused, detail)), Some((is_refused_expected, part))) => {
                assert!(is_refused == is_refused_expected && detail.contains(part), "{name}: {detail:?}, not {part:?}");
            }
            (found, expected) => panic!("{name}: {found:?}, not {expected:?}"),
        }
        let said = format!("{:?}", outcome.failure);
        assert!(
            ["maria", "hush", "user"].iter().all(|secret| !said.contains(&format!("{secret}@")) && !said.contains("hush")),
            "{name}: {said}"
        );
        assert!(outcome.took < Duration::from_secs(5), "{name} took {:?}", outcome.took);
        outcome.told.abort();
    }
}

#[tokio::test]
async fn nothing_but_a_greeting_is_said_in_clear_where_tls_is_asked_for() {
    let stripped = vec![HELLO, ABLE, OK, OK, OK];
    let announced = vec![HELLO, Act::Say(b"250-mx.example.com\r\n250 STARTTLS\r\n"), Act::Say(b"220 go ahead\r\n"), OK, OK];
    let garbage = vec![
        HELLO,
        Act::Say(b"250-mx.example.com\r\n250 STARTTLS\r\n"),
        Act::SayAndLeave(b"220 go ahead\r\n\x16\x03\x01garbage and no TLS\r\n"),
    ];
    let refusing = vec![HELLO, Act::Say(b"250-mx.example.com\r\n250 STARTTLS\r\n"), Act::Say(b"454 4.7.0 not now\r\n"), OK];
    for (name, acts) in [("stripped", stripped), ("announced", announced), ("garbage", garbage), ("refusing", refusing)] {
        let outcome = send_to(&acts, "starttls", 1_000).await;
        assert!(matches!(outcome.failure, Some(MailFailure::Unavailable { .. })), "{name}: {:?}", outcome.failure);
        // What it still waits for is of no interest.
        let told = tokio::time::timeout(Duration::from_secs(3), outcome.told).await.map(Result::unwrap).unwrap_or_default();
        for secret in ["AUTH", "MAIL", "maria", "report"] {
            assert!(!told.contains(secret), "{name}: {told}");
        }
    }
    let failure = send_to(&[Act::Say(b"220 in clear\r\n")], "implicit", 1_000).await.failure;
    assert!(matches!(failure, Some(MailFailure::Unavailable { .. })), "{failure:?}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_so() {
    // A port that was free a moment ago.
    let port = TcpListener::bind(("127.0.0.1", 0)).await.unwrap().local_addr().unwrap().port();
    let section = format!("host = \"127.0.0.1\"\nport = {port}\nfrom = \"r@example.com\"\ntls = \"none\"");
    let failure = mailer_with(&section, 1_000).send(&letter("maria@example.com")).await.unwrap_err();
    assert!(matches!(&failure, MailFailure::Unavailable { detail } if detail.contains("refused")), "{failure}");
}
