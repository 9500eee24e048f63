//! The OpenID part of the simulated Google: its description, its key set and its ID tokens, forged ones included.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

use super::answer::Answer;
use super::grants::PendingConsent;
use super::misbehaviour::ForgedToken;
use super::people::Person;
use super::signing::{SigningKey, SigningKeys};

/// How long the key set may be kept. Long, so that a client which does not ask again for an unknown key shows it.
const KEYS_MAX_AGE: &str = "public, max-age=19800, must-revalidate";
const LIFE_SECONDS: i64 = 3_600;
/// Without a clock, tokens live from 2023 to 2096.
const WITHOUT_A_CLOCK: (i64, i64) = (1_700_000_000, 4_000_000_000);
const LONG_AGO: i64 = 1_000_000_000;
const FAR_AHEAD: i64 = 9_000_000_000;

/// `GET /.well-known/openid-configuration`.
pub(super) fn description(root_url: &str) -> Answer {
    let at = |path: &str| format!("{root_url}{path}");
    Answer::json(
        200,
        &json!({
            "issuer": root_url,
            "authorization_endpoint": at("/o/oauth2/v2/auth"),
            "token_endpoint": at("/token"),
            "revocation_endpoint": at("/revoke"),
            "jwks_uri": at("/oauth2/v3/certs"),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "email", "profile"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "claims_supported": ["aud", "email", "email_verified", "exp", "iat", "iss", "sub"],
            "code_challenge_methods_supported": ["S256"],
        }),
    )
}

/// `GET /oauth2/v3/certs`.
pub(super) fn key_set(keys: &SigningKeys) -> Answer {
    let mut answer = Answer::json(200, &keys.document());
    answer.headers.push(("cache-control", KEYS_MAX_AGE.to_owned()));
    answer
}

/// What an ID token is made from.
pub(super) struct TokenOrder<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    pub consent: &'a PendingConsent,
    pub person: &'a Person,
    /// None without a clock.
    pub now: Option<i64>,
    pub forged: Option<ForgedToken>,
}

/// The ID token; none when it is to be missing.
pub(super) fn id_token(order: &TokenOrder<'_>, keys: &SigningKeys) -> Option<String> {
    let key = keys.current()?;
    let claims = claims(order);
    match order.forged {
        Some(ForgedToken::Missing) => None,
        Some(ForgedToken::Garbled) => Some("not.a-token".to_owned()),
        Some(ForgedToken::Unsigned) => Some(format!("{}.", message(&json!({ "alg": "none", "kid": key.id }), &claims))),
        Some(ForgedToken::SignedWithPublicKey) => {
            let message = message(&json!({ "alg": "HS256", "typ": "JWT", "kid": key.id }), &claims);
            let secret = EncodingKey::from_secret(key.public_der());
            let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &secret, Algorithm::HS256).ok()?;
            Some(format!("{message}.{signature}"))
        }
        Some(ForgedToken::UnknownKey) => {
            let other = SigningKey::make("sim-key-unknown")?;
            Some(signed(&json!({ "alg": "RS256", "typ": "JWT", "kid": other.id }), &claims, &other))
        }
        Some(ForgedToken::ForeignSignature) => {
            let other = SigningKey::make(&key.id)?;
            Some(signed(&json!({ "alg": "RS256", "typ": "JWT", "kid": key.id }), &claims, &other))
        }
        Some(ForgedToken::NoKeyId) => Some(signed(&json!({ "alg": "RS256", "typ": "JWT" }), &claims, &key)),
        Some(ForgedToken::ChangedClaims) => {
            let token = signed(&json!({ "alg": "RS256", "typ": "JWT", "kid": key.id }), &claims, &key);
            let mut changed = claims;
            changed["sub"] = json!("1");
            let parts: Vec<&str> = token.split('.').collect();
            Some(format!("{}.{}.{}", parts[0], part(&changed), parts[2]))
        }
        Some(
            ForgedToken::WrongAudience
            | ForgedToken::SecondAudience
            | ForgedToken::WrongIssuer
            | ForgedToken::WrongNonce
            | ForgedToken::NoNonce
            | ForgedToken::WrongParty
            | ForgedToken::Expired
            | ForgedToken::FromTheFuture
            | ForgedToken::StaleSignIn
            | ForgedToken::UnverifiedEmail
            | ForgedToken::OtherSubject,
        )
        | None => Some(signed(&json!({ "alg": "RS256", "typ": "JWT", "kid": key.id }), &claims, &key)),
    }
}

fn claims(order: &TokenOrder<'_>) -> Value {
    let (issued, expires) = order.now.map_or(WITHOUT_A_CLOCK, |now| (now, now + LIFE_SECONDS));
    let mut claims = json!({
        "iss": order.issuer, "azp": order.client_id, "aud": order.client_id, "sub": order.person.subject,
        "email": order.person.email, "email_verified": true, "iat": issued, "exp": expires,
    });
    if let Some(nonce) = &order.consent.nonce {
        claims["nonce"] = json!(nonce);
    }
    if let Some(now) = order.now.filter(|_| order.consent.wants_auth_time) {
        claims["auth_time"] = json!(now);
    }
    let Some(forged) = order.forged else { return claims };
    let other = "999999999999-other.apps.googleusercontent.example";
    match forged {
        ForgedToken::WrongAudience => claims["aud"] = json!(other),
        ForgedToken::SecondAudience => claims["aud"] = json!([order.client_id, other]),
        ForgedToken::WrongIssuer => claims["iss"] = json!("https://accounts.google.com.evil.example"),
        ForgedToken::WrongNonce => claims["nonce"] = json!("of-another-sign-in"),
        ForgedToken::NoNonce => claims["nonce"] = Value::Null,
        ForgedToken::WrongParty => claims["azp"] = json!(other),
        ForgedToken::Expired => claims["exp"] = json!(LONG_AGO),
        ForgedToken::FromTheFuture => {
            claims["iat"] = json!(FAR_AHEAD);
            claims["exp"] = json!(FAR_AHEAD + LIFE_SECONDS);
        }
        ForgedToken::StaleSignIn => claims["auth_time"] = json!(LONG_AGO),
        ForgedToken::UnverifiedEmail => claims["email_verified"] = json!(false),
        ForgedToken::OtherSubject => claims["sub"] = json!("109999999999999999999"),
        ForgedToken::Unsigned
        | ForgedToken::SignedWithPublicKey
        | ForgedToken::UnknownKey
        | ForgedToken::NoKeyId
        | ForgedToken::ForeignSignature
        | ForgedToken::ChangedClaims
        | ForgedToken::Missing
        | ForgedToken::Garbled => {}
    }
    claims
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn message(header: &Value, claims: &Value) -> String {
    format!("{}.{}", part(header), part(claims))
}

fn signed(header: &Value, claims: &Value, key: &SigningKey) -> String {
    let message = message(header, claims);
    let signature = URL_SAFE_NO_PAD.encode(key.sign(message.as_bytes()));
    format!("{message}.{signature}")
}
