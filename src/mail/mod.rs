//! Mail out, by SMTP: one letter at a time to the server of the operator, which carries it on. It keeps nothing, decides neither who is
//! written to nor what, and tells nobody's address and no password in an error.

mod compose;
mod conversation;
mod refusal;
mod wary_stream;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use lettre::Address;
use lettre::transport::smtp::client::TlsParameters;
use lettre::transport::smtp::extension::ClientId;
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;
use tokio::time::timeout;

use crate::mail::compose::{Sender, compose};
use crate::mail::conversation::{hand_over, part};
use crate::mail::refusal::took_too_long;
use crate::ports::{Clock, Letter, MailFailure, Mailer};
use crate::settings::{SmtpSettings, SmtpTls};

/// Why no mail can be sent with these settings.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("mail cannot be sent with these settings: {detail}")]
pub struct MailSetupError {
    detail: String,
}

/// Hands letters to a mail server. No `Debug`: it holds a password.
pub struct SmtpMailer {
    host: String,
    port: u16,
    protection: Protection,
    login: Option<Login>,
    sender: Sender,
    hello: ClientId,
    longest: Duration,
    clock: Arc<dyn Clock>,
}

/// How the way to the server is protected, made ready.
enum Protection {
    Implicit(TlsParameters),
    StartTls(TlsParameters),
    None,
}

struct Login {
    username: String,
    password: SecretString,
}

impl SmtpMailer {
    /// A mailer by these settings. Nothing is asked of the server yet. The clock gives each letter its date.
    ///
    /// # Errors
    /// When TLS cannot be set up for this host, or the sender is nobody.
    pub fn new(settings: &SmtpSettings, clock: Arc<dyn Clock>) -> Result<Self, MailSetupError> {
        let wrong = |detail: String| MailSetupError { detail };
        let tls =
            || TlsParameters::new(settings.host.clone()).map_err(|error| wrong(format!("TLS cannot be set up for smtp.host ({error})")));
        let address = Address::new(settings.from.local(), settings.from.domain())
            .map_err(|error| wrong(format!("smtp.from is no address to send from ({error})")))?;
        Ok(Self {
            host: settings.host.clone(),
            port: settings.port,
            protection: match settings.tls {
                SmtpTls::Implicit => Protection::Implicit(tls()?),
                SmtpTls::StartTls => Protection::StartTls(tls()?),
                SmtpTls::None => Protection::None,
            },
            login: settings
                .login
                .as_ref()
                .map(|login| Login { username: login.username.clone(), password: login.password.expose_secret().into() }),
            sender: Sender { name: settings.from.name().map(str::to_owned), address },
            hello: ClientId::default(),
            longest: Duration::from_millis(settings.timeout_ms),
            clock,
        })
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, letter: &Letter) -> Result<(), MailFailure> {
        let composed = compose(letter, &self.sender, self.clock.now())?;
        // Where the connection breaks off after the last byte, nobody knows whether the letter was taken. It is sent again then, under the
        // same Message-ID, by which a mailbox may know it.
        let connection = timeout(self.longest, hand_over(self, &composed)).await.map_err(|_| took_too_long())??;
        part(connection).await;
        Ok(())
    }
}
