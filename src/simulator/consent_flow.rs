//! From the application's request to the code: the account chooser, the consent screen, and the way back. Errors are those
//! of Google.

use std::collections::{BTreeMap, BTreeSet};

use url::Url;

use super::answer::Answer;
use super::consent::{ConsentPage, chooser_page, consent_page, error_page};
use super::grants::{ClientKind, Grants, PendingConsent};
use super::misbehaviour::Misbehaviours;
use super::people::Person;

const SIGN_IN_SCOPES: [&str; 5] =
    ["openid", "email", "profile", "https://www.googleapis.com/auth/userinfo.email", "https://www.googleapis.com/auth/userinfo.profile"];

/// A registered client.
pub(super) struct RegisteredClient {
    pub kind: ClientKind,
    pub id: String,
    pub secret: String,
}

/// Both registered clients, and the addresses that the web client may come back to beside those of the loopback interface.
pub(super) struct Clients {
    pub installed: RegisteredClient,
    pub web: RegisteredClient,
    pub web_redirects: Vec<String>,
}

impl Clients {
    /// The client of that id.
    pub fn find(&self, id: &str) -> Option<&RegisteredClient> {
        [&self.installed, &self.web].into_iter().find(|client| client.id == id)
    }

    fn may_return_to(&self, client: &RegisteredClient, redirect: &str) -> bool {
        match client.kind {
            ClientKind::Installed => is_loopback_redirect(redirect),
            ClientKind::Web => self.web_redirects.iter().any(|registered| registered == redirect) || is_loopback_redirect(redirect),
        }
    }
}

/// `GET /o/oauth2/v2/auth`: the first page, or the error page when the application is set up wrongly. For the installed
/// application the owner of the sample company is signed in already; the web application's people choose who they are.
pub(super) fn authorize(query: &[(String, String)], clients: &Clients, people: &[Person], grants: &Grants) -> Answer {
    let asked: BTreeMap<&str, &str> = query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let value = |name: &str| asked.get(name).copied().unwrap_or_default();
    let Some(client) = clients.find(value("client_id")) else {
        return error_page(401, "invalid_client", "The OAuth client was not found.");
    };
    if !clients.may_return_to(client, value("redirect_uri")) {
        return error_page(
            400,
            "redirect_uri_mismatch",
            "The redirect address of this application is not registered and is no http address of the loopback interface.",
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
    let given = |name: &str| Some(value(name).to_owned()).filter(|text| !text.is_empty());
    let pending = PendingConsent {
        client: client.kind,
        person: 0,
        redirect_uri: value("redirect_uri").to_owned(),
        state: value("state").to_owned(),
        code_challenge: value("code_challenge").to_owned(),
        scopes,
        nonce: given("nonce"),
        is_offline: value("access_type") == "offline",
        wants_auth_time: given("max_age").is_some(),
    };
    let hinted = people.iter().position(|person| person.email == value("login_hint"));
    let must_choose = value("prompt").split_whitespace().any(|word| word == "select_account");
    match (client.kind, hinted.filter(|_| !must_choose)) {
        (ClientKind::Installed, _) => ask(pending, people, grants),
        (ClientKind::Web, Some(person)) => ask(PendingConsent { person, ..pending }, people, grants),
        (ClientKind::Web, None) => chooser_page(&grants.open_page(pending), people),
    }
}

/// `POST /o/oauth2/choose`: who the person is.
pub(super) fn choose(form: &[(String, String)], people: &[Person], grants: &Grants) -> Answer {
    let value = |name: &str| form.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    let Some(person) = people.iter().position(|person| person.email == value("account")) else {
        return error_page(400, "invalid_request", "There is no such account here.");
    };
    match grants.close_page(value("page")) {
        Some(pending) => ask(PendingConsent { person, ..pending }, people, grants),
        None => answered_already(),
    }
}

fn answered_already() -> Answer {
    error_page(400, "invalid_request", "This page was already answered. Start again in the application.")
}

/// The consent screen; none for signing in alone, where choosing the account is the consent.
fn ask(pending: PendingConsent, people: &[Person], grants: &Grants) -> Answer {
    let to_tick: Vec<String> = pending.scopes.iter().filter(|scope| !SIGN_IN_SCOPES.contains(&scope.as_str())).cloned().collect();
    if to_tick.is_empty() && pending.client == ClientKind::Web {
        return send_back(pending, grants);
    }
    let Some(person) = people.get(pending.person) else { return answered_already() };
    let page_id = grants.open_page(pending);
    consent_page(&ConsentPage { page_id: &page_id, owner_name: &person.name, owner_email: &person.email, scopes: &to_tick })
}

/// `POST /o/oauth2/consent`: what the person decided, sent back to the application.
pub(super) fn decide(form: &[(String, String)], grants: &Grants, misbehaviours: &Misbehaviours) -> Answer {
    let value = |name: &str| form.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    let Some(mut consent) = grants.close_page(value("page")) else { return answered_already() };
    let error = match value("decision") {
        "allow" => {
            let ticked: BTreeSet<&str> = form.iter().filter(|(key, _)| key == "scope").map(|(_, value)| value.as_str()).collect();
            consent.scopes.retain(|scope| SIGN_IN_SCOPES.contains(&scope.as_str()) || ticked.contains(scope.as_str()));
            if consent.scopes.is_empty() {
                // Google never gives an empty grant: signing in is always part of it.
                consent.scopes.insert("openid".to_owned());
            }
            consent.scopes.extend(misbehaviours.scopes_granted_too());
            return send_back(consent, grants);
        }
        "blocked" => "admin_policy_enforced",
        _ => "access_denied",
    };
    let Some(mut back) = way_back(&consent) else { return no_way_back() };
    back.query_pairs_mut().append_pair("error", error).append_pair("state", &consent.state);
    Answer::redirect(back.as_str())
}

fn send_back(consent: PendingConsent, grants: &Grants) -> Answer {
    let Some(mut back) = way_back(&consent) else { return no_way_back() };
    let (state, granted) = (consent.state.clone(), joined(&consent.scopes));
    let code = grants.issue_code(consent);
    back.query_pairs_mut().append_pair("code", &code).append_pair("scope", &granted).append_pair("state", &state);
    Answer::redirect(back.as_str())
}

fn way_back(consent: &PendingConsent) -> Option<Url> {
    Url::parse(&consent.redirect_uri).ok()
}

fn no_way_back() -> Answer {
    error_page(400, "redirect_uri_mismatch", "The redirect address is not an address.")
}

/// Scopes as they are written in one line.
pub(super) fn joined(scopes: &BTreeSet<String>) -> String {
    scopes.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// RFC 8252 section 7.3: an installed application may use any port of a loopback address.
fn is_loopback_redirect(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let is_loopback = matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"));
    url.scheme() == "http" && is_loopback && url.fragment().is_none() && url.username().is_empty()
}
