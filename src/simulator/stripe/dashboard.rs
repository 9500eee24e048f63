//! What the operator of a real service does in Stripe's dashboard: look at the checkouts, give money back, lose or win a dispute.

use std::fmt::Write as _;
use std::sync::Arc;

use super::super::answer::Answer;
use super::checkout_page::see_other;
use super::delivery::announce;
use super::page_frame::{amount, page};
use super::session::{Deed, Session, SessionState};
use super::till::Till;

/// `GET /`.
pub(super) fn show(till: &Till) -> Answer {
    let sessions = till.sessions();
    let mut body =
        "<h1>Checkouts</h1><p>What the operator of a real service sees in Stripe's dashboard. Everything here is invented.</p>".to_owned();
    if sessions.is_empty() {
        body.push_str("<p>Nobody has begun a checkout yet.</p>");
    }
    for session in sessions.iter().rev() {
        // Writing to a text does not fail.
        let _ = write!(
            body,
            "<section aria-label=\"Checkout {id}\"><h2><code>{id}</code></h2><p>{total}: {state}</p><form class=\"acts\" method=\"post\" action=\"/dashboard/{id}\">",
            id = session.id,
            total = amount(session.asked.total, &session.asked.currency),
            state = state(session),
        );
        for (word, label) in acts(session) {
            let _ = write!(body, "<button name=\"act\" value=\"{word}\">{label}</button>");
        }
        body.push_str("</form></section>");
    }
    page(200, "Checkouts", "wide", &body, &[])
}

/// `POST /dashboard/{session}`.
pub(super) async fn act(till: &Arc<Till>, id: &str, word: &str) -> Answer {
    let half = till.session(id).map_or(0, |session| session.asked.total / 2);
    let deed = match word {
        "expire" => Some(Deed::Expire),
        "honour" => Some(Deed::Honour),
        "return" => Some(Deed::Return),
        "refund" => Some(Deed::Refund(u64::MAX)),
        "refund-half" => Some(Deed::Refund(half)),
        "dispute" => Some(Deed::Dispute),
        "win" => Some(Deed::CloseDispute { is_won: true }),
        "lose" => Some(Deed::CloseDispute { is_won: false }),
        _ => None,
    };
    if let Some(event) = deed.and_then(|deed| till.happen(id, deed)) {
        announce(till, event).await;
    }
    see_other("/")
}

fn state(session: &Session) -> String {
    match &session.state {
        SessionState::Open => "open".to_owned(),
        SessionState::Expired => "expired".to_owned(),
        SessionState::Debited { .. } => "the bank was told to pay".to_owned(),
        SessionState::Returned { .. } => "the bank did not pay".to_owned(),
        SessionState::Paid(collected) => {
            let mut told = "paid".to_owned();
            if collected.refunded > 0 {
                let _ = write!(told, ", {} given back", amount(collected.refunded, &session.asked.currency));
            }
            if let Some((_, status)) = &collected.dispute {
                let _ = write!(told, ", dispute: {}", status.replace('_', " "));
            }
            told
        }
    }
}

fn acts(session: &Session) -> Vec<(&'static str, &'static str)> {
    match &session.state {
        SessionState::Open => vec![("expire", "Let it expire")],
        SessionState::Expired | SessionState::Returned { .. } => Vec::new(),
        SessionState::Debited { .. } => vec![("honour", "The bank pays"), ("return", "The bank does not pay")],
        SessionState::Paid(collected) => {
            let mut acts = Vec::new();
            if collected.refunded < session.asked.total {
                acts.extend([("refund", "Refund all"), ("refund-half", "Refund a part")]);
            }
            if collected.is_disputed() {
                acts.extend([("win", "Close the dispute, won"), ("lose", "Close the dispute, lost")]);
            } else {
                acts.push(("dispute", "The buyer's bank disputes it"));
            }
            acts
        }
    }
}
