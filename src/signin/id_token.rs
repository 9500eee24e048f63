//! The ID token (OpenID Connect Core 1.0, 3.1.3.7): its signature and its claims. Pure; a token is never shown, only
//! which check it failed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use openidconnect::JsonWebKey as _;
use openidconnect::core::{CoreJsonWebKey, CoreJwsSigningAlgorithm};
use serde::Deserialize;
use subtle::ConstantTimeEq as _;

use crate::account::Identity;

/// How far Google's clock and ours may differ, in seconds.
const SKEW_SECONDS: i64 = 300;
/// How long ago a sign-in that was to be fresh may have been, in seconds: as long as a visit to Google's page may take.
const FRESH_SECONDS: i64 = 600;
/// Google's issuer, and as it wrote it in former times.
const GOOGLE: &str = "https://accounts.google.com";
const GOOGLE_FORMERLY: &str = "accounts.google.com";
/// The longest subject (OpenID Connect Core, 2).
const SUBJECT_BYTES: usize = 255;

/// A token whose signature is not checked yet: nothing of its claims can be had.
pub(super) struct IdToken<'a> {
    key_id: String,
    message: &'a str,
    claims: &'a str,
    signature: Vec<u8>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<serde_json::Value>,
}

/// The claims of a token whose signature is good.
#[derive(Deserialize)]
pub(super) struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: i64,
    iat: i64,
    nonce: Option<String>,
    auth_time: Option<i64>,
    email: Option<String>,
    /// Anything but a true truth is no truth.
    email_verified: Option<serde_json::Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// What the claims must say.
pub(super) struct Expected<'a> {
    /// Canonical form, without a slash at its end.
    pub issuer: &'a str,
    pub client_id: &'a str,
    pub nonce: &'a str,
    pub is_fresh: bool,
    pub now: Timestamp,
}

impl<'a> IdToken<'a> {
    /// Takes a token apart. Only RS256 is accepted: neither `none`, nor a secret that could be the public key.
    pub(super) fn parse(token: &'a str) -> Result<Self, &'static str> {
        const BROKEN: &str = "it is no signed token";
        let (message, signature) = token.rsplit_once('.').ok_or(BROKEN)?;
        let (header, claims) = message.split_once('.').filter(|(_, claims)| !claims.contains('.')).ok_or(BROKEN)?;
        let header: Header = decoded(header).ok_or(BROKEN)?;
        if header.alg != "RS256" {
            return Err("it is not signed with RS256");
        }
        if header.crit.is_some() {
            return Err("it asks for something that we do not know");
        }
        let key_id = header.kid.filter(|id| !id.is_empty()).ok_or("it does not say which key signed it")?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| BROKEN)?;
        Ok(Self { key_id, message, claims, signature })
    }

    pub(super) fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The claims, if that key signed them.
    pub(super) fn signed_by(&self, key: &CoreJsonWebKey) -> Result<Claims, &'static str> {
        key.verify_signature(&CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256, self.message.as_bytes(), &self.signature)
            .map_err(|_| "its signature is wrong")?;
        decoded(self.claims).ok_or("its claims could not be understood")
    }
}

impl Claims {
    /// Who it is, if every claim is as it must be; else the first that is not.
    pub(super) fn identity(self, expected: &Expected<'_>) -> Result<Identity, &'static str> {
        if !is_issuer(&self.iss, expected.issuer) {
            return Err("another issuer made it");
        }
        let is_ours = match &self.aud {
            Audience::One(audience) => audience == expected.client_id,
            // A second audience could use the token too.
            Audience::Many(audiences) => audiences.len() == 1 && audiences.iter().all(|audience| audience == expected.client_id),
        };
        if !is_ours {
            return Err("it is meant for another application");
        }
        if self.azp.as_ref().is_some_and(|party| party != expected.client_id) {
            return Err("it was given to another application");
        }
        let now = expected.now.as_second();
        if now >= self.exp.saturating_add(SKEW_SECONDS) {
            return Err("it has expired");
        }
        if self.iat > now.saturating_add(SKEW_SECONDS) {
            return Err("it was made in the future; compare the clock of this machine");
        }
        let is_nonce = self.nonce.as_ref().is_some_and(|nonce| nonce.as_bytes().ct_eq(expected.nonce.as_bytes()).into());
        if expected.nonce.is_empty() || !is_nonce {
            return Err("it belongs to another sign-in");
        }
        // Google leaves `auth_time` out as a rule; then there is nothing to compare.
        if expected.is_fresh && self.auth_time.is_some_and(|at| at < now.saturating_sub(FRESH_SECONDS)) {
            return Err("the sign-in at Google is not a fresh one");
        }
        if self.sub.is_empty() || self.sub.len() > SUBJECT_BYTES || !self.sub.is_ascii() {
            return Err("it does not say who signed in");
        }
        let is_verified = self.email_verified == Some(serde_json::Value::Bool(true));
        let verified_email = self.email.filter(|email| is_verified && !email.is_empty());
        Ok(Identity { issuer: expected.issuer.to_owned(), subject: self.sub, verified_email })
    }
}

fn is_issuer(claimed: &str, expected: &str) -> bool {
    claimed == expected || (expected == GOOGLE && claimed == GOOGLE_FORMERLY)
}

fn decoded<T: serde::de::DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const NOW: i64 = 1_784_000_000;

    fn identity(issuer: &str, is_fresh: bool, change: &[(&str, Value)]) -> Result<Identity, &'static str> {
        let mut claims = json!({
            "iss": issuer, "sub": "1077", "aud": "client", "azp": "client", "exp": NOW + 3_600, "iat": NOW, "nonce": "n-1",
            "email": "a@example.com", "email_verified": true,
        });
        for (name, value) in change {
            claims[*name] = value.clone();
        }
        let claims: Claims = serde_json::from_value(claims).map_err(|_| "unreadable")?;
        let now = Timestamp::from_second(NOW).unwrap();
        claims.identity(&Expected { issuer, client_id: "client", nonce: "n-1", is_fresh, now })
    }

    #[test]
    fn each_claim_is_checked_and_told_apart() {
        for (change, expected) in [
            (json!({}), None),
            (json!({"aud": ["client"]}), None),
            (json!({"azp": null}), None),
            (json!({"iss": "accounts.google.com"}), None),
            (json!({"exp": NOW - 299}), None),
            (json!({"iat": NOW + 300}), None),
            (json!({"iss": "https://accounts.google.com.evil.example"}), Some("another issuer")),
            (json!({"iss": "http://accounts.google.com"}), Some("another issuer")),
            (json!({"aud": "other"}), Some("meant for another")),
            (json!({"aud": []}), Some("meant for another")),
            (json!({"aud": ["client", "other"]}), Some("meant for another")),
            (json!({"azp": "other"}), Some("given to another")),
            (json!({"exp": NOW - 300}), Some("expired")),
            (json!({"iat": NOW + 301}), Some("future")),
            (json!({"nonce": "n-2"}), Some("another sign-in")),
            (json!({"nonce": null}), Some("another sign-in")),
            (json!({"sub": ""}), Some("who signed in")),
            (json!({"sub": "x".repeat(256)}), Some("who signed in")),
            (json!({"exp": null}), Some("unreadable")),
        ] {
            let changes: Vec<(&str, Value)> =
                change.as_object().unwrap().iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
            let found = identity(GOOGLE, false, &changes);
            match expected {
                None => {
                    let found = found.unwrap_or_else(|detail| panic!("{change}: {detail}"));
                    assert!(found.issuer == GOOGLE && found.subject == "1077" && found.verified_email.as_deref() == Some("a@example.com"));
                }
                Some(word) => assert!(found.err().is_some_and(|detail| detail.contains(word)), "{change}: {word}"),
            }
        }
        // What Google was called in former times is nobody's name elsewhere.
        assert!(identity("https://id.example", false, &[("iss", json!("accounts.google.com"))]).is_err());
    }

    #[test]
    fn an_address_counts_only_when_it_is_verified() {
        for verified in [json!(false), json!("true"), json!(1), Value::Null] {
            let found = identity(GOOGLE, false, &[("email_verified", verified.clone())]);
            assert!(found.is_ok_and(|identity| identity.verified_email.is_none()), "{verified}");
        }
    }

    #[test]
    fn a_fresh_sign_in_is_a_fresh_one_when_google_says_when_it_was() {
        let at = |seconds: i64| [("auth_time", json!(NOW - seconds))];
        assert!(identity(GOOGLE, true, &at(10)).is_ok());
        assert!(identity(GOOGLE, true, &[]).is_ok());
        assert!(identity(GOOGLE, false, &at(100_000)).is_ok());
        assert!(identity(GOOGLE, true, &at(601)).is_err_and(|detail| detail.contains("fresh")));
    }

    #[test]
    fn only_rs256_is_taken_for_a_signature() {
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let claims = part(json!({}));
        for (header, word) in [
            (json!({"alg": "none", "kid": "1"}), "RS256"),
            (json!({"alg": "HS256", "kid": "1"}), "RS256"),
            (json!({"alg": "rs256", "kid": "1"}), "RS256"),
            (json!({"alg": "RS256"}), "which key"),
            (json!({"alg": "RS256", "kid": "1", "crit": ["x"]}), "do not know"),
            (json!("x"), "no signed token"),
        ] {
            let token = format!("{}.{claims}.c2ln", part(header.clone()));
            assert!(IdToken::parse(&token).is_err_and(|detail| detail.contains(word)), "{header}");
        }
        for broken in ["", "a", "a.b", "a.b.c.d", "é.b.c"] {
            assert!(IdToken::parse(broken).is_err(), "{broken}");
        }
    }
}
