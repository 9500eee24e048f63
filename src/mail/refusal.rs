//! What a refusal or a failure of the mail server means, in our words. What the server itself says is not repeated: it may hold the
//! address, or anything else.

use std::error::Error as _;

use lettre::transport::smtp::Error;

use crate::ports::MailFailure;

/// Most characters of what a library says of a broken connection.
const MOST_DETAIL: usize = 160;

/// Where in the conversation something went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Connecting and saying hello.
    Greeting,
    /// Turning TLS on.
    Encryption,
    /// Signing in.
    SignIn,
    /// Naming the sender.
    Sender,
    /// Naming the recipient.
    Recipient,
    /// Handing over the letter itself.
    Content,
}

impl Step {
    fn in_words(self) -> &'static str {
        match self {
            Self::Greeting => "at the greeting",
            Self::Encryption => "when TLS was asked for",
            Self::SignIn => "to the sign-in",
            Self::Sender => "to the sender",
            Self::Recipient => "to the recipient",
            Self::Content => "to the letter",
        }
    }

    /// Whether a refusal for good at this step is one of this very letter; before it, all letters would be refused alike, which is the
    /// operator's to mend.
    fn is_about_the_letter(self) -> bool {
        match self {
            Self::Recipient | Self::Content => true,
            Self::Greeting | Self::Encryption | Self::SignIn | Self::Sender => false,
        }
    }
}

/// The failure of a letter whose server took too long.
pub(super) fn took_too_long() -> MailFailure {
    MailFailure::Unavailable { detail: "it took longer than smtp.timeout_ms".to_owned() }
}

/// The failure of a letter whose server cannot be reached.
pub(super) fn unreachable_server(error: &std::io::Error) -> MailFailure {
    MailFailure::Unavailable { detail: format!("no connection to smtp.host and smtp.port: {error}") }
}

/// What an error at a step means for the letter.
pub(super) fn failure(step: Step, error: &Error) -> MailFailure {
    let Some(code) = error.status() else {
        return MailFailure::Unavailable { detail: trouble(step, error) };
    };
    let code = u16::from(code);
    let said = error.source().map(ToString::to_string).unwrap_or_default();
    let enhanced = enhanced_code(&said).map(|code| format!(" {code}")).unwrap_or_default();
    let detail = format!("{code}{enhanced} {}: {}", step.in_words(), meaning(code));
    if step.is_about_the_letter() && code >= 500 && !wants_something_of_us(code) {
        MailFailure::Refused { detail }
    } else {
        MailFailure::Unavailable { detail }
    }
}

/// Answers that ask for a sign-in or for another order of commands, whatever they are given to.
fn wants_something_of_us(code: u16) -> bool {
    matches!(code, 503 | 530 | 534 | 535 | 538)
}

/// Meanings of RFC 5321 (4.2.3), RFC 7504 and RFC 4954 (6).
fn meaning(code: u16) -> &'static str {
    match code {
        421 => "it is shutting down or has had enough for now",
        432 => "the password must be changed first",
        450 => "the mailbox is busy, or strangers are asked to come back later",
        451 => "it has trouble of its own",
        452 => "it has no room, or takes no more for now",
        454 => "it cannot check the sign-in, or do TLS, now",
        455 | 555 => "it does not take a parameter",
        500..=502 | 504 => "it does not understand what it is told",
        503 => "it wants another order of commands, most often a sign-in first",
        521 | 556 => "no mail is taken there",
        530 => "it wants a sign-in, or TLS, first",
        534 => "it wants another way to sign in",
        535 => "it does not accept user name and password",
        538 => "it wants TLS before the sign-in",
        550 => "there is no such mailbox, or a rule of the server forbids it",
        551 => "the mailbox is elsewhere",
        552 => "the mailbox is full, or the letter is too large",
        553 => "the address is not allowed",
        554 => "it does not take it, without a closer reason",
        400..=499 => "not now",
        _ => "refused",
    }
}

/// An enhanced status code at the front of what the server said (RFC 3463): digits and points, nothing else.
fn enhanced_code(said: &str) -> Option<&str> {
    let first = said.split_whitespace().next()?;
    let parts: Vec<&str> = first.split('.').collect();
    let is_number = |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    (parts.len() == 3 && parts.iter().all(is_number)).then_some(first)
}

/// Why there was no answer with a code.
fn trouble(step: Step, error: &Error) -> String {
    if error.is_response() {
        return format!("its answer {} is not of SMTP, or broke off", step.in_words());
    }
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    // What lies below are libraries of network and TLS, and sentences of lettre about the server's abilities; none of them knows address
    // or password.
    let said: String = innermost.to_string().chars().map(|c| if c.is_control() { ' ' } else { c }).take(MOST_DETAIL).collect();
    let what = if error.is_tls() { "TLS failed" } else { "the connection failed" };
    format!("{what} {}: {said}", step.in_words())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_codes_are_taken_over_from_what_a_server_says() {
        for (said, expected) in [
            ("5.1.1 <a@example.com>: no such user", Some("5.1.1")),
            ("4.7.1 come back later", Some("4.7.1")),
            ("5.7.509", Some("5.7.509")),
            ("<a@example.com>: no such user", None),
            ("a@example.com", None),
            ("5.1", None),
            ("5.1.1.1", None),
            ("5..1", None),
            ("", None),
        ] {
            assert_eq!(enhanced_code(said), expected, "{said}");
        }
    }

    #[test]
    fn every_step_and_code_has_words() {
        let steps = [Step::Greeting, Step::Encryption, Step::SignIn, Step::Sender, Step::Recipient, Step::Content];
        assert_eq!(steps.iter().filter(|step| step.is_about_the_letter()).count(), 2);
        assert!(steps.iter().all(|step| !step.in_words().is_empty()));
        assert!((400..600).all(|code| !meaning(code).is_empty()));
    }
}
