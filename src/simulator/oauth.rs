//! The simulated token and revoke endpoints. Errors are those of Google.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::answer::Answer;
use super::consent_flow::{Clients, RegisteredClient, joined};
use super::drives::Who;
use super::grants::{ClientKind, Grants, PendingConsent, TokenPair};
use super::misbehaviour::{Misbehaviour, Misbehaviours};
use super::open_id::{TokenOrder, id_token};
use super::people::Person;
use super::signing::{SigningKey, SigningKeys};

const SECONDS_OF_LIFE: u32 = 3599;

/// What the token endpoint knows.
pub(super) struct TokenOffice<'a> {
    pub clients: &'a Clients,
    pub people: &'a [Person],
    pub grants: &'a Grants,
    pub misbehaviours: &'a Misbehaviours,
    pub keys: &'a SigningKeys,
    pub robot_address: &'a str,
    pub robot_key: &'a SigningKey,
    pub issuer: &'a str,
    pub token_url: &'a str,
    pub now: Option<i64>,
}

/// `POST /token`.
pub(super) fn token(form: &[(String, String)], authorization: Option<&str>, office: &TokenOffice<'_>) -> Answer {
    let value = |name: &str| form.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    if value("grant_type") == "urn:ietf:params:oauth:grant-type:jwt-bearer" {
        return match office.assertion_scopes(value("assertion")) {
            Ok(scopes) => Answer::json(200, &tokens(&office.grants.issue_tokens(Who::Robot, ClientKind::Web, scopes, false))),
            Err(detail) => Answer::oauth_error(400, "invalid_grant", &detail),
        };
    }
    // RFC 6749 section 2.3.1: the client may name itself in the header or in the form.
    let (id, secret) =
        authorization.and_then(basic_credentials).unwrap_or_else(|| (value("client_id").to_owned(), value("client_secret").to_owned()));
    let Some(client) = office.clients.find(&id).filter(|client| client.secret == secret) else {
        return Answer::oauth_error(401, "invalid_client", "The OAuth client was not found.");
    };
    match value("grant_type") {
        "authorization_code" => {
            let Some(consent) = office.grants.redeem_code(value("code")).filter(|consent| consent.client == client.kind) else {
                return Answer::oauth_error(400, "invalid_grant", "Malformed auth code.");
            };
            if consent.redirect_uri != value("redirect_uri") {
                return Answer::oauth_error(400, "redirect_uri_mismatch", "Bad Request");
            }
            if URL_SAFE_NO_PAD.encode(Sha256::digest(value("code_verifier"))) != consent.code_challenge {
                return Answer::oauth_error(400, "invalid_grant", "Invalid code verifier.");
            }
            private(&office.exchanged(&consent, client))
        }
        "refresh_token" => {
            let rotates = office.misbehaviours.has(&Misbehaviour::RotatesRefreshTokens);
            match office.grants.refresh(value("refresh_token"), client.kind, rotates) {
                Some(pair) => private(&tokens(&pair)),
                None => Answer::oauth_error(400, "invalid_grant", "Token has been expired or revoked."),
            }
        }
        other => Answer::oauth_error(400, "unsupported_grant_type", &format!("Invalid grant_type: {other}")),
    }
}

/// `POST /revoke`.
pub(super) fn revoke(form: &[(String, String)], grants: &Grants) -> Answer {
    let token = form.iter().find(|(key, _)| key == "token").map_or("", |(_, value)| value.as_str());
    if grants.revoke(token) { Answer::json(200, &json!({})) } else { Answer::oauth_error(400, "invalid_token", "Token expired or revoked") }
}

impl TokenOffice<'_> {
    fn exchanged(&self, consent: &PendingConsent, client: &RegisteredClient) -> Value {
        let with_refresh = consent.is_offline && !self.misbehaviours.has(&Misbehaviour::NoRefreshToken);
        let who = Who::Person(consent.person);
        let mut value = tokens(&self.grants.issue_tokens(who, client.kind, consent.scopes.clone(), with_refresh));
        if let Some(person) = self.people.get(consent.person).filter(|_| consent.scopes.contains("openid")) {
            let forged = self.misbehaviours.forged_token();
            let order = TokenOrder { issuer: self.issuer, client_id: &client.id, consent, person, now: self.now, forged };
            if let Some(token) = id_token(&order, self.keys) {
                value["id_token"] = json!(token);
            }
        }
        value
    }

    /// The scopes of a service account's signed statement (RFC 7523).
    fn assertion_scopes(&self, assertion: &str) -> Result<BTreeSet<String>, String> {
        let parts: Vec<&str> = assertion.split('.').collect();
        let [header, claims, signature] = parts[..] else { return Err("Invalid JWT: three parts are expected.".to_owned()) };
        let bytes = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| "Invalid JWT: not base64url.".to_owned());
        let decode = |part: &str| -> Result<Value, String> {
            serde_json::from_slice(&bytes(part)?).map_err(|_| "Invalid JWT: not JSON.".to_owned())
        };
        let message = &assertion[..assertion.len() - signature.len() - 1];
        let (header, claims) = (decode(header)?, decode(claims)?);
        if claims["iss"] != self.robot_address {
            return Err("Invalid grant: account not found".to_owned());
        }
        if header["alg"] != "RS256" || !self.robot_key.has_signed(message.as_bytes(), &bytes(signature)?) {
            return Err("Invalid JWT Signature.".to_owned());
        }
        if claims["aud"] != self.token_url {
            return Err("Invalid JWT: Failed audience check.".to_owned());
        }
        match (claims["iat"].as_i64(), claims["exp"].as_i64()) {
            (Some(issued), Some(expires)) if expires > issued && expires - issued <= 3600 => {}
            _ => return Err("Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.".to_owned()),
        }
        let scopes: BTreeSet<String> = claims["scope"].as_str().unwrap_or_default().split_whitespace().map(str::to_owned).collect();
        if scopes.is_empty() { Err("Empty or missing scope not allowed.".to_owned()) } else { Ok(scopes) }
    }
}

fn tokens(pair: &TokenPair) -> Value {
    let mut value = json!({
        "access_token": pair.access, "expires_in": SECONDS_OF_LIFE, "token_type": "Bearer", "scope": joined(&pair.scopes),
    });
    if let Some(refresh) = &pair.refresh {
        value["refresh_token"] = json!(refresh);
    }
    value
}

fn private(value: &Value) -> Answer {
    let mut answer = Answer::json(200, value);
    answer.headers.push(("cache-control", "no-store".to_owned()));
    answer
}

fn basic_credentials(header: &str) -> Option<(String, String)> {
    let decoded = String::from_utf8(STANDARD.decode(header.strip_prefix("Basic ")?).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    // Both parts are form-encoded inside the header.
    let plain = |text: &str| url::form_urlencoded::parse(format!("x={text}").as_bytes()).next().map(|(_, value)| value.into_owned());
    Some((plain(id)?, plain(secret)?))
}
