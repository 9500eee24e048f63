//! Ways in which a sign-in can go wrong that no honest person causes: for tests. The simulator never chooses one itself.

use std::sync::{Mutex, PoisonError};

/// Something that the simulated Google does wrong, or in its rarer way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misbehaviour {
    /// ID tokens are not what they should be.
    IdToken(ForgedToken),
    /// Consents give this scope as well, though it was not asked for.
    GrantsAlso(String),
    /// Consents give no refresh token.
    NoRefreshToken,
    /// Each refresh replaces the refresh token.
    RotatesRefreshTokens,
}

/// What is wrong with an ID token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForgedToken {
    /// It is meant for another application.
    WrongAudience,
    /// It is meant for another application as well.
    SecondAudience,
    /// Somebody else made it.
    WrongIssuer,
    /// It belongs to another sign-in.
    WrongNonce,
    /// It belongs to no sign-in.
    NoNonce,
    /// It was given to another application.
    WrongParty,
    /// It has expired.
    Expired,
    /// It was made in the future.
    FromTheFuture,
    /// Its algorithm is `none`.
    Unsigned,
    /// Its algorithm is HS256, the secret being the public key.
    SignedWithPublicKey,
    /// It names a key that does not exist.
    UnknownKey,
    /// It names no key.
    NoKeyId,
    /// It names the right key, but another one signed it.
    ForeignSignature,
    /// Its claims were changed after signing.
    ChangedClaims,
    /// The person signed in at Google long ago.
    StaleSignIn,
    /// Not wrong: the address is not verified.
    UnverifiedEmail,
    /// Not wrong: the same address, but of somebody else.
    OtherSubject,
    /// There is none.
    Missing,
    /// It is no token.
    Garbled,
}

impl ForgedToken {
    /// Those that must not sign anybody in.
    pub const REFUSED: [Self; 17] = [
        Self::WrongAudience,
        Self::SecondAudience,
        Self::WrongIssuer,
        Self::WrongNonce,
        Self::NoNonce,
        Self::WrongParty,
        Self::Expired,
        Self::FromTheFuture,
        Self::Unsigned,
        Self::SignedWithPublicKey,
        Self::UnknownKey,
        Self::NoKeyId,
        Self::ForeignSignature,
        Self::ChangedClaims,
        Self::StaleSignIn,
        Self::Missing,
        Self::Garbled,
    ];
}

/// What goes wrong now.
#[derive(Debug, Default)]
pub(super) struct Misbehaviours {
    now: Mutex<Vec<Misbehaviour>>,
}

impl Misbehaviours {
    pub fn add(&self, what: Misbehaviour) {
        self.now.lock().unwrap_or_else(PoisonError::into_inner).push(what);
    }

    pub fn clear(&self) {
        self.now.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub fn forged_token(&self) -> Option<ForgedToken> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner).iter().rev().find_map(|what| match what {
            Misbehaviour::IdToken(forged) => Some(*forged),
            Misbehaviour::GrantsAlso(_) | Misbehaviour::NoRefreshToken | Misbehaviour::RotatesRefreshTokens => None,
        })
    }

    pub fn has(&self, what: &Misbehaviour) -> bool {
        self.now.lock().unwrap_or_else(PoisonError::into_inner).contains(what)
    }

    pub fn scopes_granted_too(&self) -> Vec<String> {
        let now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        now.iter()
            .filter_map(|what| match what {
                Misbehaviour::GrantsAlso(scope) => Some(scope.clone()),
                Misbehaviour::IdToken(_) | Misbehaviour::NoRefreshToken | Misbehaviour::RotatesRefreshTokens => None,
            })
            .collect()
    }
}
