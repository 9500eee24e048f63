//! Everything that the simulated Stripe knows while it runs: its sessions, its answers by idempotency key, its events, what it was
//! asked and how it shall misbehave. In memory only.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use super::checkout_request::CheckoutRequest;
use super::delivery::Delivered;
use super::emitted_event::{EventFacts, event_json};
use super::script::{StripeFault, StripeRequest};
use super::session::{Deed, Session, SessionState, Subject};
use crate::ports::Clock;

/// What was answered under an idempotency key, and to which form.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    pub form: Vec<(String, String)>,
    pub status: u16,
    pub body: Vec<u8>,
}

#[derive(Default)]
struct Ledger {
    counter: u64,
    sessions: Vec<Session>,
    replies: BTreeMap<String, Reply>,
    events: Vec<Value>,
    requests: Vec<StripeRequest>,
    faults: VecDeque<StripeFault>,
    deliveries: Vec<Delivered>,
    webhook_url: Option<String>,
}

/// The till.
pub(super) struct Till {
    pub root_url: String,
    pub secret_key: String,
    pub webhook_secret: String,
    pub http: reqwest::Client,
    clock: Arc<dyn Clock>,
    /// Part of every id, so that those of two runs differ.
    run: String,
    /// Held while something is done under an idempotency key.
    pub one_at_a_time: Mutex<()>,
    ledger: Mutex<Ledger>,
}

impl Till {
    pub fn new(root_url: String, clock: Arc<dyn Clock>, http: reqwest::Client, run: String) -> Self {
        Self {
            root_url,
            secret_key: format!("sk_test_simulated{run}"),
            webhook_secret: format!("whsec_simulated{run}"),
            http,
            clock,
            run,
            one_at_a_time: Mutex::new(()),
            ledger: Mutex::new(Ledger::default()),
        }
    }

    pub fn now(&self) -> i64 {
        self.clock.now().as_second()
    }

    fn with<R>(&self, act: impl FnOnce(&mut Ledger) -> R) -> R {
        act(&mut self.ledger.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn new_id(&self, ledger: &mut Ledger, prefix: &str) -> String {
        ledger.counter += 1;
        format!("{prefix}{}{:04}", self.run, ledger.counter)
    }

    /// The address of a session's checkout page.
    pub fn page_url(&self, session_id: &str) -> String {
        format!("{}/pay/{session_id}", self.root_url)
    }

    /// Opens a session and gives it as JSON.
    pub fn open(&self, asked: CheckoutRequest) -> Value {
        self.with(|ledger| {
            let id = self.new_id(ledger, "cs_test_sim");
            let session = Session { id, created: self.now(), asked, state: SessionState::Open };
            let told = session.to_json(&self.page_url(&session.id), false);
            ledger.sessions.push(session);
            told
        })
    }

    /// The session that is meant by its id, its payment intent or the reference of the client; the newest if several are.
    pub fn session(&self, word: &str) -> Option<Session> {
        self.with(|ledger| ledger.sessions.iter().rev().find(|session| session.is_meant_by(word)).cloned())
    }

    pub fn sessions(&self) -> Vec<Session> {
        self.with(|ledger| ledger.sessions.clone())
    }

    /// Does something to a session and keeps the event that follows; none when it cannot be done.
    pub fn happen(&self, word: &str, deed: Deed) -> Option<Value> {
        self.with(|ledger| {
            let at = ledger.sessions.iter().rposition(|session| session.is_meant_by(word))?;
            let mut session = ledger.sessions[at].clone();
            let (kind, subject) = session.happen(deed, |prefix| self.new_id(ledger, prefix))?;
            let object = match (subject, &session.state) {
                (Subject::Charge, SessionState::Paid(collected)) => session.charge_json(collected),
                (Subject::Dispute, SessionState::Paid(collected)) => session.dispute_json(collected),
                (Subject::Session | Subject::Charge | Subject::Dispute, _) => session.to_json(&self.page_url(&session.id), false),
            };
            let id = self.new_id(ledger, "evt_sim");
            let event = event_json(&EventFacts { id: &id, kind, created: self.now(), object });
            ledger.events.push(event.clone());
            ledger.sessions[at] = session;
            Some(event)
        })
    }

    pub fn events(&self) -> Vec<Value> {
        self.with(|ledger| ledger.events.clone())
    }

    pub fn event(&self, id: &str) -> Option<Value> {
        self.with(|ledger| ledger.events.iter().find(|event| event["id"] == id).cloned())
    }

    pub fn reply(&self, key: &str) -> Option<Reply> {
        self.with(|ledger| ledger.replies.get(key).cloned())
    }

    pub fn keep_reply(&self, key: &str, reply: Reply) {
        self.with(|ledger| ledger.replies.insert(key.to_owned(), reply));
    }

    pub fn add_fault(&self, fault: StripeFault) {
        self.with(|ledger| ledger.faults.push_back(fault));
    }

    pub fn take_fault(&self) -> Option<StripeFault> {
        self.with(|ledger| ledger.faults.pop_front())
    }

    pub fn record(&self, request: StripeRequest) {
        self.with(|ledger| ledger.requests.push(request));
    }

    pub fn requests(&self) -> Vec<StripeRequest> {
        self.with(|ledger| ledger.requests.clone())
    }

    pub fn note_delivery(&self, delivered: Delivered) {
        self.with(|ledger| ledger.deliveries.push(delivered));
    }

    pub fn deliveries(&self) -> Vec<Delivered> {
        self.with(|ledger| ledger.deliveries.clone())
    }

    pub fn deliver_to(&self, webhook_url: Option<String>) {
        self.with(|ledger| ledger.webhook_url = webhook_url);
    }

    pub fn webhook_url(&self) -> Option<String> {
        self.with(|ledger| ledger.webhook_url.clone())
    }
}
