//! The conversation with a mail server (RFC 5321), step by step, so that a refusal is known for what it is: of us, of the recipient, or
//! of the letter.

use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use secrecy::ExposeSecret;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::mail::compose::Composed;
use crate::mail::refusal::{Step, failure, unreachable_server};
use crate::mail::wary_stream::WaryStream;
use crate::mail::{Protection, SmtpMailer};
use crate::ports::MailFailure;

/// Nobody waits longer for a farewell.
const FAREWELL: Duration = Duration::from_secs(2);
/// Ways to sign in, the better one first. Both are for a connection that nobody overhears.
const MECHANISMS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];

/// Hands a letter over. The connection comes back when the server has taken it; what happens on it then changes nothing any more.
///
/// # Errors
/// See [`MailFailure`].
pub(super) async fn hand_over(mailer: &SmtpMailer, letter: &Composed) -> Result<AsyncSmtpConnection, MailFailure> {
    let mut connection = connect(mailer).await?;
    match talk(mailer, letter, &mut connection).await {
        Ok(()) => Ok(connection),
        Err(failure) => {
            part(connection).await;
            Err(failure)
        }
    }
}

/// Takes leave.
pub(super) async fn part(mut connection: AsyncSmtpConnection) {
    // Whether it answers does not matter.
    let _ = timeout(FAREWELL, connection.quit()).await;
}

async fn connect(mailer: &SmtpMailer) -> Result<AsyncSmtpConnection, MailFailure> {
    let place = (mailer.host.as_str(), mailer.port);
    let hello = &mailer.hello;
    let of_greeting = |error: Error| failure(Step::Greeting, &error);
    if let Protection::Implicit(tls) = &mailer.protection {
        // Who answers here is known to be the operator's own server before the first line is read.
        let connected = AsyncSmtpConnection::connect_tokio1(place, None, hello, Some(tls.clone()), None).await;
        return connected.map_err(of_greeting);
    }
    let stream = TcpStream::connect(place).await.map_err(|error| unreachable_server(&error))?;
    let connected = AsyncSmtpConnection::connect_with_transport(Box::new(WaryStream::of(stream)), hello).await;
    let mut connection = connected.map_err(of_greeting)?;
    if let Protection::StartTls(tls) = &mailer.protection {
        // Without it nothing goes on: neither password nor letter is sent in clear.
        connection.starttls(tls.clone(), hello).await.map_err(|error| failure(Step::Encryption, &error))?;
    }
    Ok(connection)
}

async fn talk(mailer: &SmtpMailer, letter: &Composed, connection: &mut AsyncSmtpConnection) -> Result<(), MailFailure> {
    if let Some(login) = &mailer.login {
        let credentials = Credentials::new(login.username.clone(), login.password.expose_secret().to_owned());
        connection.auth(&MECHANISMS, &credentials).await.map_err(|error| failure(Step::SignIn, &error))?;
    }
    let mail = Mail::new(Some(letter.sender.clone()), Vec::new());
    connection.command(mail).await.map_err(|error| failure(Step::Sender, &error))?;
    let recipient = Rcpt::new(letter.recipient.clone(), Vec::new());
    connection.command(recipient).await.map_err(|error| failure(Step::Recipient, &error))?;
    connection.command(Data).await.map_err(|error| failure(Step::Content, &error))?;
    connection.message(&letter.bytes).await.map_err(|error| failure(Step::Content, &error))?;
    Ok(())
}
