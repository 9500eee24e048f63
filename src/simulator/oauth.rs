//! The simulated OAuth endpoints: authorize with consent, token, revoke. Errors are those of Google.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

use super::answer::Answer;
use super::consent::{ConsentPage, consent_page, error_page};
use super::drive_api::Owner;
use super::grants::{Grants, PendingConsent, TokenPair};

const SIGN_IN_SCOPES: [&str; 5] =
    ["openid", "email", "profile", "https://www.googleapis.com/auth/userinfo.email", "https://www.googleapis.com/auth/userinfo.profile"];
const SECONDS_OF_LIFE: u32 = 3599;

/// The one client that is registered.
pub(super) struct RegisteredClient {
    pub id: String,
    pub secret: String,
}

/// `GET /o/oauth2/v2/auth`: the consent screen, or the error page when the application is set up wrongly.
pub(super) fn authorize(query: &[(String, String)], client: &RegisteredClient, owner: &Owner, grants: &Grants) -> Answer {
    let asked: BTreeMap<&str, &str> = query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let value = |name: &str| asked.get(name).copied().unwrap_or_default();
    if value("client_id") != client.id {
        return error_page(401, "invalid_client", "The OAuth client was not found.");
    }
    if !is_loopback_redirect(value("redirect_uri")) {
        return error_page(
            400,
            "redirect_uri_mismatch",
            "The redirect address of this application must be an http address of the loopback interface.",
        );
    }
    if value("response_type") != "code" {
        return error_page(400, "unsupported_response_type", "Only response_type=code is answered.");
    }
    if value("code_challenge_method") != "S256" || value("code_challenge").len() != 43 {
        return error_page(400, "invalid_request", "A code_challenge with the method S256 is required.");
    }
    let scopes: BTreeSet<String> = value("scope").split_whitespace().map(str::to_owned).collect();
    if scopes.is_empty() {
        return error_page(400, "invalid_request", "Missing required parameter: scope");
    }
    let to_tick: Vec<String> = scopes.iter().filter(|scope| !SIGN_IN_SCOPES.contains(&scope.as_str())).cloned().collect();
    let page_id = grants.open_page(PendingConsent {
        redirect_uri: value("redirect_uri").to_owned(),
        state: value("state").to_owned(),
        code_challenge: value("code_challenge").to_owned(),
        scopes,
    });
    consent_page(&ConsentPage { page_id: &page_id, owner_name: &owner.name, owner_email: &owner.email, scopes: &to_tick })
}

/// `POST /o/oauth2/consent`: what the person decided, sent back to the application.
pub(super) fn decide(form: &[(String, String)], grants: &Grants) -> Answer {
    let value = |name: &str| form.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    let Some(mut consent) = grants.close_page(value("page")) else {
        return error_page(400, "invalid_request", "This consent page was already answered. Start again in the application.");
    };
    let Ok(mut back) = Url::parse(&consent.redirect_uri) else {
        return error_page(400, "redirect_uri_mismatch", "The redirect address is not an address.");
    };
    let state = consent.state.clone();
    if value("decision") == "allow" {
        let ticked: BTreeSet<&str> = form.iter().filter(|(key, _)| key == "scope").map(|(_, value)| value.as_str()).collect();
        consent.scopes.retain(|scope| SIGN_IN_SCOPES.contains(&scope.as_str()) || ticked.contains(scope.as_str()));
        if consent.scopes.is_empty() {
            // Google never gives an empty grant: signing in is always part of it.
            consent.scopes.insert("openid".to_owned());
        }
        let granted = joined(&consent.scopes);
        let code = grants.issue_code(consent);
        back.query_pairs_mut().append_pair("state", &state).append_pair("code", &code).append_pair("scope", &granted);
    } else {
        back.query_pairs_mut().append_pair("error", "access_denied").append_pair("state", &state);
    }
    Answer::redirect(back.as_str())
}

/// `POST /token`.
pub(super) fn token(
    form: &[(String, String)],
    authorization: Option<&str>,
    client: &RegisteredClient,
    token_url: &str,
    grants: &Grants,
) -> Answer {
    let value = |name: &str| form.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    if value("grant_type") == "urn:ietf:params:oauth:grant-type:jwt-bearer" {
        return match assertion_scopes(value("assertion"), token_url) {
            Ok(scopes) => tokens(&grants.issue_tokens(scopes, false)),
            Err(detail) => Answer::oauth_error(400, "invalid_grant", &detail),
        };
    }
    // RFC 6749 section 2.3.1: the client may name itself in the header or in the form.
    let (id, secret) =
        authorization.and_then(basic_credentials).unwrap_or_else(|| (value("client_id").to_owned(), value("client_secret").to_owned()));
    if id != client.id || secret != client.secret {
        return Answer::oauth_error(401, "invalid_client", "The OAuth client was not found.");
    }
    match value("grant_type") {
        "authorization_code" => {
            let Some(consent) = grants.redeem_code(value("code")) else {
                return Answer::oauth_error(400, "invalid_grant", "Malformed auth code.");
            };
            if consent.redirect_uri != value("redirect_uri") {
                return Answer::oauth_error(400, "redirect_uri_mismatch", "Bad Request");
            }
            if URL_SAFE_NO_PAD.encode(Sha256::digest(value("code_verifier"))) != consent.code_challenge {
                return Answer::oauth_error(400, "invalid_grant", "Invalid code verifier.");
            }
            tokens(&grants.issue_tokens(consent.scopes, true))
        }
        "refresh_token" => match grants.refresh(value("refresh_token")) {
            Some(pair) => tokens(&pair),
            None => Answer::oauth_error(400, "invalid_grant", "Token has been expired or revoked."),
        },
        other => Answer::oauth_error(400, "unsupported_grant_type", &format!("Invalid grant_type: {other}")),
    }
}

/// `POST /revoke`.
pub(super) fn revoke(form: &[(String, String)], grants: &Grants) -> Answer {
    let token = form.iter().find(|(key, _)| key == "token").map_or("", |(_, value)| value.as_str());
    if grants.revoke(token) { Answer::json(200, &json!({})) } else { Answer::oauth_error(400, "invalid_token", "Token expired or revoked") }
}

fn tokens(pair: &TokenPair) -> Answer {
    let mut value = json!({
        "access_token": pair.access, "expires_in": SECONDS_OF_LIFE, "token_type": "Bearer", "scope": joined(&pair.scopes),
    });
    if let Some(refresh) = &pair.refresh {
        value["refresh_token"] = json!(refresh);
    }
    let mut answer = Answer::json(200, &value);
    answer.headers.push(("cache-control", "no-store".to_owned()));
    answer
}

fn joined(scopes: &BTreeSet<String>) -> String {
    scopes.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// RFC 8252 section 7.3: an installed application may use any port of a loopback address.
fn is_loopback_redirect(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let is_loopback = matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"));
    url.scheme() == "http" && is_loopback && url.fragment().is_none() && url.username().is_empty()
}

fn basic_credentials(header: &str) -> Option<(String, String)> {
    let decoded = String::from_utf8(STANDARD.decode(header.strip_prefix("Basic ")?).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    // Both parts are form-encoded inside the header.
    let plain = |text: &str| url::form_urlencoded::parse(format!("x={text}").as_bytes()).next().map(|(_, value)| value.into_owned());
    Some((plain(id)?, plain(secret)?))
}

/// The scopes of a service account's signed statement. Its shape is checked; its signature is not, because the
/// simulator has no customer whose key it could know.
fn assertion_scopes(assertion: &str, token_url: &str) -> Result<BTreeSet<String>, String> {
    let parts: Vec<&str> = assertion.split('.').collect();
    let [header, claims, signature] = parts[..] else { return Err("Invalid JWT: three parts are expected.".to_owned()) };
    let decode = |part: &str| -> Result<Value, String> {
        let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| "Invalid JWT: not base64url.".to_owned())?;
        serde_json::from_slice(&bytes).map_err(|_| "Invalid JWT: not JSON.".to_owned())
    };
    let (header, claims) = (decode(header)?, decode(claims)?);
    if header["alg"] != "RS256" || signature.is_empty() {
        return Err("Invalid JWT Signature.".to_owned());
    }
    if claims["aud"] != token_url {
        return Err("Invalid JWT: Failed audience check.".to_owned());
    }
    match (claims["iat"].as_i64(), claims["exp"].as_i64()) {
        (Some(issued), Some(expires)) if expires > issued && expires - issued <= 3600 => {}
        _ => return Err("Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.".to_owned()),
    }
    if !claims["iss"].as_str().is_some_and(|issuer| issuer.contains('@')) {
        return Err("Invalid grant: account not found".to_owned());
    }
    let scopes: BTreeSet<String> = claims["scope"].as_str().unwrap_or_default().split_whitespace().map(str::to_owned).collect();
    if scopes.is_empty() { Err("Empty or missing scope not allowed.".to_owned()) } else { Ok(scopes) }
}
