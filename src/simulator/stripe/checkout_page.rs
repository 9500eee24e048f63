//! The page on which a buyer pays, or does not. It takes no card and no bank details: each way to pay is a button.

use std::sync::Arc;
use std::time::Duration;

use super::super::answer::{Answer, escape_html};
use super::delivery::announce;
use super::page_frame::{amount, page};
use super::session::{Deed, Session, SessionState};
use super::till::Till;

/// So long a bank takes here.
const BANK_DELAY: Duration = Duration::from_secs(6);

/// `GET /pay/{session}`.
pub(super) fn show(till: &Till, id: &str) -> Answer {
    let Some(session) = till.session(id).filter(|session| session.id == id) else { return unknown() };
    match session.state {
        SessionState::Open => open(&session),
        SessionState::Expired => over(&session, "This checkout has expired", "Nothing was paid. Begin again where you came from."),
        SessionState::Debited { .. } => over(&session, "The bank was told to pay", "Whether it does shows in a few seconds."),
        SessionState::Returned { .. } => over(&session, "The bank did not pay", "Nothing was paid. Begin again where you came from."),
        SessionState::Paid(_) => over(&session, "This is paid already", "You need not pay again."),
    }
}

/// `POST /pay/{session}`: what the buyer chose. The events are on their way when the browser leaves.
pub(super) async fn choose(till: &Arc<Till>, id: &str, choice: &str) -> Answer {
    let Some(session) = till.session(id).filter(|session| session.id == id) else { return unknown() };
    let (deed, later) = match choice {
        "card" => (Deed::PayByCard, None),
        "debit" => (Deed::PayByDebit, Some(Deed::Honour)),
        "debit-fails" => (Deed::PayByDebit, Some(Deed::Return)),
        "cancel" => return see_other(session.asked.cancel_url.as_deref().unwrap_or("/")),
        _ => return page(400, "Not understood", "", "<h1>That button is not known</h1><p>Go back and choose one of those shown.</p>", &[]),
    };
    let Some(event) = till.happen(id, deed) else { return show(till, id) };
    announce(till, event).await;
    if let Some(later) = later {
        let (till, id) = (Arc::clone(till), id.to_owned());
        tokio::spawn(async move {
            tokio::time::sleep(BANK_DELAY).await;
            if let Some(event) = till.happen(&id, later) {
                announce(&till, event).await;
            }
        });
    }
    see_other(&session.asked.success_url.replace("{CHECKOUT_SESSION_ID}", id))
}

fn open(session: &Session) -> Answer {
    let asked = &session.asked;
    let tax = if asked.is_taxed {
        format!("<p class=\"soft\">of which tax: {} (an invented rate)</p>", amount(asked.tax, &asked.currency))
    } else {
        String::new()
    };
    let email = asked.email.as_ref().map(|email| format!("<dt>E-mail</dt><dd>{}</dd>", escape_html(email))).unwrap_or_default();
    let body = format!(
        "<h1>{product}</h1><p class=\"price\">{total}</p>{tax}<dl>{email}<dt>Session</dt><dd><code>{id}</code></dd></dl>\
<form class=\"ways\" method=\"post\" action=\"/pay/{id}\">\
<button class=\"first\" name=\"choice\" value=\"card\">Pay</button>\
<button name=\"choice\" value=\"debit\">Pay by bank debit</button>\
<button name=\"choice\" value=\"debit-fails\">Pay by a bank debit that fails</button>\
<button name=\"choice\" value=\"cancel\">Cancel</button></form>\
<p class=\"soft\">A bank debit shows its result after {seconds} seconds.</p>",
        product = escape_html(&asked.product),
        total = amount(asked.total, &asked.currency),
        id = session.id,
        seconds = BANK_DELAY.as_secs(),
    );
    page(200, "Pay", "", &body, &ways_out(session))
}

fn over(session: &Session, title: &str, detail: &str) -> Answer {
    let back = match &session.state {
        SessionState::Debited { .. } | SessionState::Paid(_) => session.asked.success_url.replace("{CHECKOUT_SESSION_ID}", &session.id),
        SessionState::Open | SessionState::Expired | SessionState::Returned { .. } => {
            session.asked.cancel_url.clone().unwrap_or_else(|| "/".to_owned())
        }
    };
    let body = format!(
        "<h1>{title}</h1><p>{detail}</p><p><a class=\"button\" href=\"{}\">Back to where you came from</a></p>",
        escape_html(&back)
    );
    page(200, title, "", &body, &ways_out(session))
}

fn unknown() -> Answer {
    let body = "<h1>There is no such checkout</h1><p>Begin again where you came from.</p>";
    page(404, "No such checkout", "", body, &[])
}

fn ways_out(session: &Session) -> Vec<&str> {
    let mut ways = vec![session.asked.success_url.as_str()];
    ways.extend(session.asked.cancel_url.as_deref());
    ways
}

/// After a form the browser goes on with a GET.
pub(super) fn see_other(location: &str) -> Answer {
    let mut answer = Answer::redirect(location);
    answer.status = 303;
    answer
}
