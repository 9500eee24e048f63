//! A checkout session, what happened to it, and the events that follow from that. It knows no time and no HTTP.

use super::checkout_request::CheckoutRequest;

/// A session.
#[derive(Debug, Clone)]
pub(super) struct Session {
    pub id: String,
    pub created: i64,
    pub asked: CheckoutRequest,
    pub state: SessionState,
}

/// What happened to a session.
#[derive(Debug, Clone)]
pub(super) enum SessionState {
    /// Nothing yet.
    Open,
    /// Nobody paid.
    Expired,
    /// A bank was told to pay.
    Debited { intent: String },
    /// The bank did not.
    Returned { intent: String },
    /// The money is there, or was.
    Paid(Collected),
}

/// Money that came in.
#[derive(Debug, Clone)]
pub(super) struct Collected {
    pub intent: String,
    pub charge: String,
    pub refunded: u64,
    /// The last dispute, and how it stands.
    pub dispute: Option<(String, &'static str)>,
}

/// What somebody does to a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    /// The buyer pays at once.
    PayByCard,
    /// The buyer lets a bank pay later.
    PayByDebit,
    /// The bank has paid.
    Honour,
    /// The bank has not.
    Return,
    /// Nobody came.
    Expire,
    /// The operator gives back so much; all of what is left if it is more.
    Refund(u64),
    /// The buyer's bank disputes it.
    Dispute,
    /// That dispute ends, in the operator's favour or not.
    CloseDispute { is_won: bool },
}

/// About what an event tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    Session,
    Charge,
    Dispute,
}

impl Session {
    /// Does it, and says which event follows; none when it cannot be done to a session in this state. `new_id` makes ids by prefix.
    pub fn happen(&mut self, deed: Deed, mut new_id: impl FnMut(&str) -> String) -> Option<(&'static str, Subject)> {
        match (deed, &mut self.state) {
            (Deed::PayByCard, SessionState::Open) => {
                self.state = SessionState::Paid(Collected::new(new_id("pi_sim"), new_id("ch_sim")));
                Some(("checkout.session.completed", Subject::Session))
            }
            (Deed::PayByDebit, SessionState::Open) => {
                self.state = SessionState::Debited { intent: new_id("pi_sim") };
                Some(("checkout.session.completed", Subject::Session))
            }
            (Deed::Honour, SessionState::Debited { intent }) => {
                self.state = SessionState::Paid(Collected::new(intent.clone(), new_id("ch_sim")));
                Some(("checkout.session.async_payment_succeeded", Subject::Session))
            }
            (Deed::Return, SessionState::Debited { intent }) => {
                self.state = SessionState::Returned { intent: intent.clone() };
                Some(("checkout.session.async_payment_failed", Subject::Session))
            }
            (Deed::Expire, SessionState::Open) => {
                self.state = SessionState::Expired;
                Some(("checkout.session.expired", Subject::Session))
            }
            (Deed::Refund(amount), SessionState::Paid(collected)) if amount > 0 && collected.refunded < self.asked.total => {
                collected.refunded = collected.refunded.saturating_add(amount).min(self.asked.total);
                Some(("charge.refunded", Subject::Charge))
            }
            (Deed::Dispute, SessionState::Paid(collected)) if collected.dispute.as_ref().is_none_or(|(_, status)| *status != NEW) => {
                collected.dispute = Some((new_id("du_sim"), NEW));
                Some(("charge.dispute.created", Subject::Dispute))
            }
            (Deed::CloseDispute { is_won }, SessionState::Paid(collected)) => {
                let (_, status) = collected.dispute.as_mut().filter(|(_, status)| *status == NEW)?;
                *status = if is_won { "won" } else { "lost" };
                Some(("charge.dispute.closed", Subject::Dispute))
            }
            (
                Deed::PayByCard
                | Deed::PayByDebit
                | Deed::Honour
                | Deed::Return
                | Deed::Expire
                | Deed::Refund(_)
                | Deed::Dispute
                | Deed::CloseDispute { .. },
                SessionState::Open
                | SessionState::Expired
                | SessionState::Debited { .. }
                | SessionState::Returned { .. }
                | SessionState::Paid(_),
            ) => None,
        }
    }

    /// Whether somebody means this session by that word: its id, its payment intent, or the reference of the client.
    pub fn is_meant_by(&self, word: &str) -> bool {
        self.id == word || self.asked.reference.as_deref() == Some(word) || self.intent() == Some(word)
    }

    /// The payment intent, once the buyer went through the checkout.
    pub fn intent(&self) -> Option<&str> {
        match &self.state {
            SessionState::Open | SessionState::Expired => None,
            SessionState::Debited { intent } | SessionState::Returned { intent } => Some(intent),
            SessionState::Paid(collected) => Some(&collected.intent),
        }
    }
}

/// How Stripe calls a dispute that waits for an answer.
const NEW: &str = "needs_response";

impl Collected {
    fn new(intent: String, charge: String) -> Self {
        Self { intent, charge, refunded: 0, dispute: None }
    }

    /// Whether a dispute is open.
    pub fn is_disputed(&self) -> bool {
        self.dispute.as_ref().is_some_and(|(_, status)| *status == NEW)
    }
}
