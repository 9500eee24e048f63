//! Codes and tokens that the simulated Google has given out. They are counters, not secrets: nothing real hangs on them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use super::drives::Who;

/// Which of the two registered clients asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ClientKind {
    /// The installed application of the terminal.
    Installed,
    /// The web application of the service.
    Web,
}

/// A consent request between the page and its answer, and then a code between redirect and exchange.
#[derive(Debug, Clone)]
pub(super) struct PendingConsent {
    pub client: ClientKind,
    /// Who answers, by number; the account chooser decides it.
    pub person: usize,
    pub redirect_uri: String,
    pub state: String,
    pub code_challenge: String,
    pub scopes: BTreeSet<String>,
    /// Goes into the ID token.
    pub nonce: Option<String>,
    /// Whether a refresh token was asked for.
    pub is_offline: bool,
    /// Whether the application wants to know when the person signed in.
    pub wants_auth_time: bool,
}

/// What a bearer token is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TokenState {
    /// It opens these scopes of that account.
    Valid { who: Who, scopes: BTreeSet<String> },
    /// Never given, expired or revoked.
    Dead,
}

#[derive(Debug, Clone)]
struct Given {
    who: Who,
    client: ClientKind,
    scopes: BTreeSet<String>,
}

#[derive(Debug, Default)]
struct Ledger {
    counter: u64,
    pages: BTreeMap<String, PendingConsent>,
    codes: BTreeMap<String, PendingConsent>,
    access: BTreeMap<String, Given>,
    refresh: BTreeMap<String, Given>,
}

/// Everything given out.
#[derive(Debug, Default)]
pub(super) struct Grants {
    ledger: Mutex<Ledger>,
}

/// A fresh pair of tokens.
pub(super) struct TokenPair {
    pub access: String,
    /// None for a service account, and when none was asked for.
    pub refresh: Option<String>,
    pub scopes: BTreeSet<String>,
}

impl Grants {
    fn with<R>(&self, act: impl FnOnce(&mut Ledger) -> R) -> R {
        act(&mut self.ledger.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Remembers a page that was shown.
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

    /// Tokens for those scopes of an account.
    pub fn issue_tokens(&self, who: Who, client: ClientKind, scopes: BTreeSet<String>, with_refresh: bool) -> TokenPair {
        self.with(|ledger| {
            let given = Given { who, client, scopes: scopes.clone() };
            let access = ledger.next("ya29.sim-access");
            ledger.access.insert(access.clone(), given.clone());
            let refresh = with_refresh.then(|| {
                let refresh = ledger.next("1//sim-refresh");
                ledger.refresh.insert(refresh.clone(), given);
                refresh
            });
            TokenPair { access, refresh, scopes }
        })
    }

    /// A new access token for a refresh token that is still alive and was given to that client. With `rotates` the refresh token is
    /// replaced, and the old one is dead.
    pub fn refresh(&self, refresh: &str, client: ClientKind, rotates: bool) -> Option<TokenPair> {
        self.with(|ledger| {
            let given = ledger.refresh.get(refresh).filter(|given| given.client == client).cloned()?;
            let access = ledger.next("ya29.sim-access");
            ledger.access.insert(access.clone(), given.clone());
            let scopes = given.scopes.clone();
            let replaced = rotates.then(|| {
                ledger.refresh.remove(refresh);
                let replaced = ledger.next("1//sim-refresh");
                ledger.refresh.insert(replaced.clone(), given);
                replaced
            });
            Some(TokenPair { access, refresh: replaced, scopes })
        })
    }

    /// Takes away all that the person behind a token ever granted, to both clients, as Google does; false when the token is dead.
    pub fn revoke(&self, token: &str) -> bool {
        self.with(|ledger| {
            let Some(who) = ledger.access.get(token).or_else(|| ledger.refresh.get(token)).map(|given| given.who) else {
                return false;
            };
            ledger.access.retain(|_, given| given.who != who);
            ledger.refresh.retain(|_, given| given.who != who);
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
            Some(given) => TokenState::Valid { who: given.who, scopes: given.scopes.clone() },
            None => TokenState::Dead,
        })
    }

    /// How many refresh tokens are alive.
    pub fn living(&self) -> usize {
        self.with(|ledger| ledger.refresh.len())
    }
}

impl Ledger {
    fn next(&mut self, prefix: &str) -> String {
        self.counter += 1;
        format!("{prefix}-{:06}", self.counter)
    }
}
