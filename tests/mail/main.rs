//! The mailer over real connections on loopback: to a mail server of another make, and to servers that mean no good.

#![expect(clippy::unwrap_used, reason = "a test may fail here")]

mod hostile;
mod independent;
#[path = "../support/mail_server.rs"]
mod mail_server;

use std::sync::Arc;

use crosswalk::mail::SmtpMailer;
use crosswalk::ports::{Clock, Letter};
use crosswalk::settings::Settings;
use jiff::Timestamp;

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        "2026-11-22T12:00:00Z".parse().unwrap()
    }
}

/// A mailer with this section `smtp`.
fn mailer(section: &str) -> SmtpMailer {
    let settings = Settings::parse(Some(&format!("[smtp]\n{section}")), &[]).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    SmtpMailer::new(&settings.mail.unwrap(), Arc::new(Noon)).unwrap()
}

/// The same with a time limit.
fn mailer_with(section: &str, timeout_ms: u64) -> SmtpMailer {
    mailer(&format!("{section}\ntimeout_ms = {timeout_ms}"))
}

fn letter(to: &str) -> Letter {
    Letter {
        message_id: "0123.abc@crosswalk.example.com".to_owned(),
        to: to.to_owned(),
        subject: "Crosswalk: your report is unlocked".to_owned(),
        text: "The report is there.\n".to_owned(),
        html: "<p>The report is there.</p>\n".to_owned(),
    }
}
