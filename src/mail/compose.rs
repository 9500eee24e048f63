//! A letter as bytes: headers, and the text and the HTML as alternatives (RFC 2046, 5.1.4). Nothing in a letter can become a header or a
//! command of its own.

use std::time::SystemTime;

use jiff::Timestamp;
use lettre::Address;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};

use crate::ports::{Letter, MailFailure};

/// Who letters come from.
pub(super) struct Sender {
    pub name: Option<String>,
    pub address: Address,
}

/// A letter ready to be handed over. No `Debug`: customer text.
pub(super) struct Composed {
    pub sender: Address,
    pub recipient: Address,
    pub bytes: Vec<u8>,
}

/// `Auto-Submitted: auto-generated` (RFC 3834, 5): no machine shall answer it.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// Composes a letter as of `now`.
///
/// # Errors
/// [`MailFailure::Refused`] when its address or its id is none.
pub(super) fn compose(letter: &Letter, sender: &Sender, now: Timestamp) -> Result<Composed, MailFailure> {
    let refused = |detail: &str| MailFailure::Refused { detail: detail.to_owned() };
    let recipient = recipient(&letter.to).ok_or_else(|| refused("the address is none to which mail can be sent"))?;
    if !is_message_id(&letter.message_id) {
        return Err(refused("the letter's Message-ID is none"));
    }
    let message = Message::builder()
        .from(Mailbox::new(sender.name.clone(), sender.address.clone()))
        .to(Mailbox::new(None, recipient.clone()))
        .subject(on_one_line(&letter.subject))
        .date(SystemTime::from(now))
        .message_id(Some(format!("<{}>", letter.message_id)))
        .header(AutoSubmitted)
        .multipart(MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone()))
        .map_err(|_| refused("the letter cannot be put together"))?;
    Ok(Composed { sender: sender.address.clone(), recipient, bytes: message.formatted() })
}

/// One address in ASCII; a domain of other letters is written as DNS knows it. Control characters and blanks are in none.
fn recipient(text: &str) -> Option<Address> {
    let (local, domain) = text.rsplit_once('@')?;
    let url::Host::Domain(domain) = url::Host::parse(domain).ok()? else { return None };
    let is_plain = local.bytes().all(|b| b.is_ascii_graphic() && !b"<>\"(),:;\\[]@".contains(&b));
    if is_plain { Address::new(local, domain).ok() } else { None }
}

/// `left@right` in visible ASCII (RFC 5322, 3.6.4).
fn is_message_id(text: &str) -> bool {
    let is_side = |side: &str| !side.is_empty() && side.bytes().all(|b| b.is_ascii_graphic() && !b"<>@\"()\\".contains(&b));
    text.len() <= 250 && text.split_once('@').is_some_and(|(left, right)| is_side(left) && is_side(right))
}

fn on_one_line(text: &str) -> String {
    text.split(char::is_control).filter(|piece| !piece.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(to: &str, subject: &str, message_id: &str) -> Letter {
        Letter {
            message_id: message_id.to_owned(),
            to: to.to_owned(),
            subject: subject.to_owned(),
            text: "Grüße\n.\nQUIT\n".to_owned(),
            html: "<p>Grüße</p>".to_owned(),
        }
    }

    fn composed(letter: &Letter) -> Result<String, MailFailure> {
        let sender = Sender { name: Some("Prüfung".to_owned()), address: Address::new("reports", "example.com").unwrap() };
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        compose(letter, &sender, now).map(|composed| String::from_utf8(composed.bytes).unwrap())
    }

    /// Names of the headers above the first empty line.
    fn headers(message: &str) -> Vec<&str> {
        let head = message.split("\r\n\r\n").next().unwrap_or_default();
        head.split("\r\n").filter(|line| !line.starts_with([' ', '\t'])).filter_map(|line| line.split(':').next()).collect()
    }

    #[test]
    fn a_letter_has_its_headers_and_no_other_whatever_its_subject() {
        let expected = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"];
        let long = "Übersicht ".repeat(60);
        for subject in
            ["Crosswalk: 3 clauses", "a\r\nBcc: b@example.com", "a\nb\r\n\r\n<p>body</p>", "a\u{85}\u{2028}b\0c", "", long.as_str()]
        {
            let message = composed(&letter("q@example.com", subject, "1@crosswalk")).unwrap();
            assert_eq!(headers(&message), expected, "{subject:?}: {message}");
            assert!(message.lines().all(|line| line.len() <= 998) && message.is_ascii(), "{message}");
        }
        let message = composed(&letter("q@example.com", "x", "1.a@crosswalk.example.com")).unwrap();
        for line in [
            "Message-ID: <1.a@crosswalk.example.com>\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "Date: Sun, 22 Nov 2026 12:00:00 +0000\r\n",
            "To: q@example.com\r\n",
        ] {
            assert!(message.contains(line), "{line:?}: {message}");
        }
    }

    #[test]
    fn what_is_no_address_or_no_id_is_refused_and_not_repeated() {
        let far = format!("{}@example.com", "a".repeat(65));
        for to in [
            "",
            "nobody",
            "a@example.com\r\nBcc: b@example.com",
            "a@example.com\r\nRCPT TO:<b@example.com>",
            "a\r\n@example.com",
            "a b@example.com",
            "a@example.com, b@example.com",
            "A <a@example.com>",
            "<a@example.com>",
            "a@127.0.0.1",
            "ä@example.com",
            far.as_str(),
        ] {
            let refused = composed(&letter(to, "x", "1@crosswalk")).unwrap_err();
            assert!(matches!(&refused, MailFailure::Refused { .. }), "{to}");
            assert!(to.len() < 3 || !refused.to_string().contains(to), "{refused}");
        }
        for id in ["", "1", "1@", "<1@x>", "1@x\r\nBcc: b@example.com", "1 @x", "1@x@y"] {
            assert!(composed(&letter("a@example.com", "x", id)).is_err(), "{id:?}");
        }
        assert!(composed(&letter("a+b@müller.example", "x", "1@x")).unwrap().contains("To: a+b@xn--mller-kva.example\r\n"));
    }
}
