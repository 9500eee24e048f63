//! Signing in with Google, and what is remembered between leaving for Google's page and coming back.

use async_trait::async_trait;
use jiff::Timestamp;
use secrecy::SecretString;
use thiserror::Error;
use url::Url;

use crate::account::{ConnectionMode, CustomerId, Identity, TokenHash};
use crate::ports::StoreFailure;

/// A visit to Google's page that begins. No `Debug`: it holds secrets.
pub struct Departure {
    /// The address to send the browser to.
    pub url: Url,
    /// 256 random bits that must come back, bound to this browser.
    pub state: SecretString,
    /// PKCE verifier (RFC 7636), method S256.
    pub verifier: SecretString,
    /// Nonce that the ID token must hold; none when no ID token is asked for.
    pub nonce: Option<SecretString>,
}

/// Why nobody was signed in.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SignInFailure {
    /// The ID token is not what was asked for: signature, algorithm, issuer, audience, authorised party, nonce or time. Somebody may
    /// be forging; the person may try again.
    #[error("the identity that came back could not be verified ({detail})")]
    NotVerified {
        /// Which check failed; no token.
        detail: String,
    },
    /// The code was refused: used before, too old, or another's.
    #[error("the sign-in came back too late or was used before")]
    CodeRefused,
    /// Our client id or secret is wrong: for the operator.
    #[error("Google does not accept this service's own registration ({detail})")]
    Misconfigured {
        /// What Google said.
        detail: String,
    },
    /// No answer, or an answer that makes no sense.
    #[error("Google could not be reached or understood ({detail})")]
    Unreachable {
        /// What went wrong.
        detail: String,
    },
}

/// Who vouches for identities (OpenID Connect).
#[async_trait]
pub trait IdentityProvider: Send + Sync {
    /// Begins a sign-in that comes back to `redirect`. Asks for `openid email` and nothing else. With `is_fresh` the person is asked to
    /// choose the account anew.
    ///
    /// # Errors
    /// When Google's own description of itself cannot be had.
    async fn begin(&self, redirect: &Url, is_fresh: bool) -> Result<Departure, SignInFailure>;

    /// Exchanges the code and checks the ID token: signature by a key of the issuer's key set (fetched again once for an unknown key),
    /// algorithm, `iss`, `aud`, `azp`, `exp`, `iat`, `nonce`.
    ///
    /// # Errors
    /// See [`SignInFailure`].
    async fn finish(
        &self,
        redirect: &Url,
        code: &SecretString,
        verifier: &SecretString,
        nonce: &SecretString,
    ) -> Result<Identity, SignInFailure>;
}

/// What a visit to Google's page is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FlowPurpose {
    /// Signing in.
    SignIn,
    /// Connecting a Drive, by a signed-in customer.
    Connect {
        /// Who.
        customer: CustomerId,
        /// How.
        mode: ConnectionMode,
    },
}

/// A visit to Google's page under way. No `Debug`: it holds secrets.
pub struct PendingFlow {
    /// What for.
    pub purpose: FlowPurpose,
    /// The hash of the token that this browser holds in a cookie: who comes back must be who left.
    pub browser: TokenHash,
    /// PKCE verifier; sealed at rest.
    pub verifier: SecretString,
    /// Nonce; sealed at rest. Empty when no ID token was asked for.
    pub nonce: SecretString,
    /// Where to go afterwards: a path of ours, checked when it came in.
    pub return_to: String,
    /// After this it is worth nothing.
    pub expires_at: Timestamp,
}

/// Keeps visits to Google's page under way, by the hash of their state.
#[async_trait]
pub trait PendingFlows: Send + Sync {
    /// Keeps one. Several may be under way in one browser.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn begin_flow(&self, state: &TokenHash, flow: &PendingFlow) -> Result<(), StoreFailure>;

    /// Takes one out: a state works once, also when two requests bring it at the same time. Expired ones are none. One of another
    /// browser stays where it is and is none for this one.
    ///
    /// # Errors
    /// See [`StoreFailure`].
    async fn take_flow(&self, state: &TokenHash, browser: &TokenHash, now: Timestamp) -> Result<Option<PendingFlow>, StoreFailure>;
}
