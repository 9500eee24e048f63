//! Sending what waits in the outbox. A letter is sent once, but for the moment between the server's taking it over and our writing that
//! down; then it goes out again under the same `Message-ID`.

use jiff::{SignedDuration, Timestamp};
use url::Url;

use crate::account::WorkerId;
use crate::ports::{Clock, LeasedNotice, Letter, MailEnd, MailFailure, Mailer, Store, StoreFailure};
use crate::report::letter;
use crate::workflow::measuring;

/// How long one letter may take before another worker tries it.
const LEASE: SignedDuration = SignedDuration::from_mins(5);
/// The wait after the first try; it doubles with each.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_mins(1);
/// The longest wait.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(6);
/// What could not be sent for so long tells nothing new any more.
const PATIENCE: SignedDuration = SignedDuration::from_hours(72);

/// With what letters are sent.
pub struct MailTools<'a> {
    /// What is kept.
    pub store: &'a dyn Store,
    /// The mail server.
    pub mailer: &'a dyn Mailer,
    /// The time.
    pub clock: &'a dyn Clock,
    /// The address under which people reach the service: links lead there.
    pub public_url: &'a Url,
    /// Who sends.
    pub worker: &'a WorkerId,
}

/// What became of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mailed {
    /// The server has it.
    Sent,
    /// It is tried again later.
    Later,
    /// It is not tried again.
    GivenUp,
}

/// Sends the letter that has waited longest, if any is due.
///
/// # Errors
/// See [`StoreFailure`]. A letter under way is tried again when its lease runs out.
pub async fn send_one(tools: &MailTools<'_>) -> Result<Option<Mailed>, StoreFailure> {
    let Some(leased) = tools.store.claim_notice(tools.worker, LEASE, tools.clock.now()).await? else { return Ok(None) };
    let Some(letter) = letter_of(tools, &leased).await? else {
        // Who has no verified address sees it on the pages.
        tools.store.end_notice(&leased, MailEnd::GivenUp, tools.clock.now()).await?;
        return Ok(Some(Mailed::GivenUp));
    };
    let outcome = tools.mailer.send(&letter).await;
    measuring::letter(&outcome);
    let now = tools.clock.now();
    let mailed = match &outcome {
        Ok(()) => {
            tools.store.end_notice(&leased, MailEnd::Sent, now).await?;
            Mailed::Sent
        }
        Err(MailFailure::Unavailable { .. }) if now.duration_since(leased.queued_at) < PATIENCE => {
            tools.store.retry_notice(&leased, later(now, leased.attempt)).await?;
            Mailed::Later
        }
        Err(MailFailure::Unavailable { .. } | MailFailure::Refused { .. }) => {
            tools.store.end_notice(&leased, MailEnd::GivenUp, now).await?;
            Mailed::GivenUp
        }
    };
    let (mail, notice, attempt) = (&leased.notice.id, leased.notice.notice.word(), leased.attempt);
    match outcome {
        Ok(()) => tracing::info!(%mail, notice, attempt, "a letter was sent"),
        Err(failure) => tracing::warn!(%mail, notice, attempt, is_given_up = mailed == Mailed::GivenUp, %failure, "a letter was not sent"),
    }
    Ok(Some(mailed))
}

/// The letter in words; none when its customer has no address.
async fn letter_of(tools: &MailTools<'_>, leased: &LeasedNotice) -> Result<Option<Letter>, StoreFailure> {
    let customer = tools.store.customer(&leased.notice.customer).await?;
    let Some(to) = customer.and_then(|customer| customer.identity.verified_email) else { return Ok(None) };
    let words = letter(&leased.notice.notice, tools.public_url);
    let host = tools.public_url.host_str().unwrap_or("localhost");
    let message_id = format!("{}@{host}", leased.notice.id);
    Ok(Some(Letter { message_id, to, subject: words.subject, text: words.text, html: words.html }))
}

fn later(now: Timestamp, attempt: u32) -> Timestamp {
    let doubled = FIRST_PAUSE.checked_mul(1_i32 << attempt.saturating_sub(1).min(16)).unwrap_or(LONGEST_PAUSE);
    now.saturating_add(doubled.min(LONGEST_PAUSE)).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_to_six_hours() {
        let wait = |attempt| later(Timestamp::UNIX_EPOCH, attempt).as_second() / 60;
        assert_eq!([1, 2, 3, 9, 40].map(wait), [1, 2, 4, 256, 360]);
    }
}
