//! Codes and tokens that the simulated Google has given out. They are counters, not secrets: nothing real hangs on them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

/// A consent request between the page and its answer, and then a code between redirect and exchange.
#[derive(Debug, Clone)]
pub(super) struct PendingConsent {
    pub redirect_uri: String,
    pub state: String,
    pub code_challenge: String,
    pub scopes: BTreeSet<String>,
}

/// What a bearer token is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TokenState {
    /// It opens these scopes.
    Valid { scopes: BTreeSet<String> },
    /// Never given, expired or revoked.
    Dead,
}

#[derive(Debug, Default)]
struct Ledger {
    counter: u64,
    pages: BTreeMap<String, PendingConsent>,
    codes: BTreeMap<String, PendingConsent>,
    access: BTreeMap<String, (u64, BTreeSet<String>)>,
    refresh: BTreeMap<String, (u64, BTreeSet<String>)>,
}

/// Everything given out.
#[derive(Debug, Default)]
pub(super) struct Grants {
    ledger: Mutex<Ledger>,
}

/// A fresh pair of tokens.
pub(super) struct TokenPair {
    pub access: String,
    /// None for a service account.
    pub refresh: Option<String>,
    pub scopes: BTreeSet<String>,
}

impl Grants {
    fn with<R>(&self, act: impl FnOnce(&mut Ledger) -> R) -> R {
        act(&mut self.ledger.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Remembers a consent page that was shown.
    pub fn open_page(&self, consent: PendingConsent) -> String {
        self.with(|ledger| {
            let id = ledger.next("consent");
            ledger.pages.insert(id.clone(), consent);
            id
        })
    }

    /// The consent behind a page; a page can be answered once.
    pub fn close_page(&self, id: &str) -> Option<PendingConsent> {
        self.with(|ledger| ledger.pages.remove(id))
    }

    /// A code for an allowed consent.
    pub fn issue_code(&self, consent: PendingConsent) -> String {
        self.with(|ledger| {
            let code = ledger.next("4/sim-code");
            ledger.codes.insert(code.clone(), consent);
            code
        })
    }

    /// The consent behind a code; a code works once.
    pub fn redeem_code(&self, code: &str) -> Option<PendingConsent> {
        self.with(|ledger| ledger.codes.remove(code))
    }

    /// Tokens for those scopes.
    pub fn issue_tokens(&self, scopes: BTreeSet<String>, with_refresh: bool) -> TokenPair {
        self.with(|ledger| {
            let access = ledger.next("ya29.sim-access");
            let grant = ledger.counter;
            ledger.access.insert(access.clone(), (grant, scopes.clone()));
            let refresh = with_refresh.then(|| {
                let refresh = ledger.next("1//sim-refresh");
                ledger.refresh.insert(refresh.clone(), (grant, scopes.clone()));
                refresh
            });
            TokenPair { access, refresh, scopes }
        })
    }

    /// A new access token for a refresh token that is still alive.
    pub fn refresh(&self, refresh: &str) -> Option<TokenPair> {
        self.with(|ledger| {
            let (grant, scopes) = ledger.refresh.get(refresh).cloned()?;
            let access = ledger.next("ya29.sim-access");
            ledger.access.insert(access.clone(), (grant, scopes.clone()));
            Some(TokenPair { access, refresh: None, scopes })
        })
    }

    /// Kills the whole grant that a token belongs to; false when the token is not alive.
    pub fn revoke(&self, token: &str) -> bool {
        self.with(|ledger| {
            let Some(grant) = ledger.access.get(token).or_else(|| ledger.refresh.get(token)).map(|(grant, _)| *grant) else {
                return false;
            };
            ledger.access.retain(|_, (other, _)| *other != grant);
            ledger.refresh.retain(|_, (other, _)| *other != grant);
            true
        })
    }

    /// Lets every access token run out; refresh tokens stay alive.
    pub fn expire_access_tokens(&self) {
        self.with(|ledger| ledger.access.clear());
    }

    /// Revokes everything, as a user does on their account page.
    pub fn revoke_all(&self) {
        self.with(|ledger| {
            ledger.access.clear();
            ledger.refresh.clear();
        });
    }

    /// What a bearer token is worth now.
    pub fn state_of(&self, access: &str) -> TokenState {
        self.with(|ledger| match ledger.access.get(access) {
            Some((_, scopes)) => TokenState::Valid { scopes: scopes.clone() },
            None => TokenState::Dead,
        })
    }
}

impl Ledger {
    fn next(&mut self, prefix: &str) -> String {
        self.counter += 1;
        format!("{prefix}-{:06}", self.counter)
    }
}
