//! Sign-in against the simulated Google: what is asked for, who comes back, and every ID token that must sign nobody in.
#![expect(clippy::unwrap_used, reason = "a test that meets what it did not expect has failed")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use crosswalk::account::Identity;
use crosswalk::ports::{Clock, Departure, IdentityProvider, SignInFailure};
use crosswalk::settings::Settings;
use crosswalk::signin::GoogleSignIn;
use crosswalk::simulator::{
    Browser, Company, ConsentChoice, Fault, FaultAnswer, ForgedToken, Misbehaviour, RunningSimulator, SimulatedTime, Simulator,
    SimulatorOptions,
};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

const REDIRECT: &str = "http://127.0.0.1:49152/sign-in/callback";
const KEYS: &str = "/oauth2/v3/certs";
const DESCRIPTION: &str = "/.well-known/openid-configuration";

/// A clock that stands until it is moved.
#[derive(Clone)]
struct FakeClock(Arc<Mutex<Timestamp>>);

impl FakeClock {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(Timestamp::from_second(1_784_000_000).unwrap())))
    }

    fn advance(&self, seconds: i64) {
        *self.0.lock().unwrap() += SignedDuration::from_secs(seconds);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

struct Setup {
    google: RunningSimulator,
    clock: FakeClock,
    sign_in: GoogleSignIn,
}

async fn setup() -> Setup {
    setup_with(&[]).await
}

async fn setup_with(extra: &[(&str, &str)]) -> Setup {
    let clock = FakeClock::new();
    let options = SimulatorOptions { clock: SimulatedTime(Some(Arc::new(clock.clone()))), ..SimulatorOptions::default() };
    let google = Simulator::start(&Company::sample().unwrap(), options).await.unwrap();
    let sign_in = adapter(&google, &clock, extra).unwrap().unwrap();
    Setup { google, clock, sign_in }
}

fn adapter(google: &RunningSimulator, clock: &FakeClock, extra: &[(&str, &str)]) -> Result<Option<GoogleSignIn>, SignInFailure> {
    let mut variables: BTreeMap<String, String> = BTreeMap::from([
        ("CROSSWALK_GOOGLE__ISSUER".to_owned(), google.issuer.clone()),
        ("CROSSWALK_GOOGLE__CLIENT_ID".to_owned(), google.web_client_id.clone()),
        ("CROSSWALK_GOOGLE__CLIENT_SECRET".to_owned(), google.web_client_secret.clone()),
    ]);
    for (name, value) in extra {
        variables.insert(format!("CROSSWALK_GOOGLE__{name}"), (*value).to_owned());
    }
    variables.retain(|_, value| !value.is_empty());
    let variables: Vec<(String, String)> = variables.into_iter().collect();
    let settings = Settings::parse(None, &variables).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    GoogleSignIn::new(&settings.google, Arc::new(clock.clone()))
}

fn parameters(url: &Url) -> BTreeMap<String, String> {
    url.query_pairs().into_owned().collect()
}

impl Setup {
    fn redirect() -> Url {
        Url::parse(REDIRECT).unwrap()
    }

    /// The person goes to Google's page and comes back with a code.
    async fn code(&self, departure: &Departure, email: Option<&str>) -> SecretString {
        let back = Browser::new().unwrap().decide_as(departure.url.as_str(), email, ConsentChoice::Allow).await.unwrap();
        let back = parameters(&back);
        assert_eq!(back["state"], departure.state.expose_secret());
        SecretString::from(back["code"].clone())
    }

    async fn finish(&self, departure: &Departure, code: &SecretString) -> Result<Identity, SignInFailure> {
        self.sign_in.finish(&Self::redirect(), code, &departure.verifier, departure.nonce.as_ref().unwrap()).await
    }

    async fn signed_in(&self, is_fresh: bool, email: Option<&str>) -> Result<Identity, SignInFailure> {
        let departure = self.sign_in.begin(&Self::redirect(), is_fresh).await?;
        let code = self.code(&departure, email).await;
        self.finish(&departure, &code).await
    }

    fn asked(&self, path: &str) -> usize {
        self.google.recorder.requests().iter().filter(|request| request.path == path).count()
    }
}

fn detail(failure: &SignInFailure) -> &str {
    match failure {
        SignInFailure::NotVerified { detail } | SignInFailure::Misconfigured { detail } | SignInFailure::Unreachable { detail } => detail,
        SignInFailure::CodeRefused => "",
    }
}

#[tokio::test]
async fn the_request_asks_for_identity_alone_by_code_with_pkce() {
    let setup = setup().await;
    let departure = setup.sign_in.begin(&Setup::redirect(), false).await.unwrap();
    assert!(departure.url.as_str().starts_with(&format!("{}?", setup.google.auth_url)));
    let asked = parameters(&departure.url);
    assert_eq!(asked["response_type"], "code");
    assert_eq!(asked["scope"], "openid email");
    assert_eq!(asked["code_challenge_method"], "S256");
    assert_eq!(asked["client_id"], setup.google.web_client_id);
    assert_eq!(asked["redirect_uri"], REDIRECT);
    assert_eq!(asked["state"], departure.state.expose_secret());
    assert_eq!(asked["nonce"], departure.nonce.as_ref().unwrap().expose_secret());
    assert!(asked["state"].len() >= 43 && asked["nonce"].len() >= 43, "256 bits");
    for absent in ["access_type", "include_granted_scopes", "prompt", "max_age", "client_secret"] {
        assert!(!asked.contains_key(absent), "{absent}");
    }
    assert!(!departure.url.as_str().contains(departure.verifier.expose_secret()));

    let fresh = setup.sign_in.begin(&Setup::redirect(), true).await.unwrap();
    let asked_again = parameters(&fresh.url);
    assert_eq!((asked_again["prompt"].as_str(), asked_again["max_age"].as_str()), ("select_account", "0"));
    for secret in ["state", "nonce", "code_challenge"] {
        assert_ne!(asked[secret], asked_again[secret], "{secret} is new each time");
    }
    assert_eq!(setup.asked(DESCRIPTION), 1, "the description is kept");
}

#[tokio::test]
async fn people_are_told_apart_by_issuer_and_subject() {
    let setup = setup().await;
    let people = setup.google.people();
    let mut subjects = Vec::new();
    for email in &people {
        let identity = setup.signed_in(false, Some(email)).await.unwrap();
        assert_eq!(identity.issuer, setup.google.issuer);
        assert_eq!(identity.verified_email.as_deref(), Some(email.as_str()));
        subjects.push(identity.subject);
    }
    let again = setup.signed_in(true, Some(&people[0])).await.unwrap();
    assert_eq!(again.subject, subjects[0]);
    subjects.sort();
    subjects.dedup();
    assert_eq!(subjects.len(), 3);

    // An address that changed hands is somebody else's account.
    setup.google.misbehave(Misbehaviour::IdToken(ForgedToken::OtherSubject));
    let other = setup.signed_in(false, Some(&people[0])).await.unwrap();
    assert!(other.verified_email == again.verified_email && other.subject != again.subject && other != again);
    setup.google.behave();
    setup.google.misbehave(Misbehaviour::IdToken(ForgedToken::UnverifiedEmail));
    assert!(setup.signed_in(false, None).await.unwrap().verified_email.is_none(), "an address that is not verified is none");
    assert_eq!(setup.google.living_grants(), 0, "signing in asks for no lasting grant");
}

#[tokio::test]
async fn a_forged_token_signs_nobody_in_and_the_failure_says_which_check_it_was() {
    let setup = setup().await;
    setup.signed_in(false, None).await.unwrap();
    for forged in ForgedToken::REFUSED {
        // Out of the window in which an unknown key id is not looked up again.
        setup.clock.advance(120);
        setup.google.misbehave(Misbehaviour::IdToken(forged));
        let failure = setup.signed_in(true, None).await.err().unwrap_or_else(|| panic!("{forged:?} signed somebody in"));
        let expected = match forged {
            ForgedToken::WrongAudience | ForgedToken::SecondAudience => "meant for another application",
            ForgedToken::WrongIssuer => "another issuer",
            ForgedToken::WrongNonce | ForgedToken::NoNonce => "another sign-in",
            ForgedToken::WrongParty => "given to another application",
            ForgedToken::Expired => "expired",
            ForgedToken::FromTheFuture => "in the future",
            ForgedToken::Unsigned | ForgedToken::SignedWithPublicKey => "RS256",
            ForgedToken::UnknownKey => "a key that Google does not name",
            ForgedToken::NoKeyId => "which key",
            ForgedToken::ForeignSignature | ForgedToken::ChangedClaims => "signature is wrong",
            ForgedToken::StaleSignIn => "not a fresh one",
            ForgedToken::Missing => "no ID token",
            ForgedToken::Garbled => "no signed token",
            ForgedToken::UnverifiedEmail | ForgedToken::OtherSubject => unreachable!("these are not wrong"),
        };
        assert!(matches!(failure, SignInFailure::NotVerified { .. }), "{forged:?}: {failure}");
        assert!(detail(&failure).contains(expected), "{forged:?}: {failure}");
        let told = format!("{failure} {failure:?}");
        assert!(!told.contains("eyJ") && !told.contains("sim-"), "no token is told: {told}");
        setup.google.behave();
        setup.signed_in(false, None).await.unwrap();
    }
}

#[tokio::test]
async fn keys_that_changed_between_two_sign_ins_are_fetched_again_once() {
    let setup = setup().await;
    setup.signed_in(false, None).await.unwrap();
    setup.signed_in(false, None).await.unwrap();
    assert_eq!(setup.asked(KEYS), 1, "kept");
    setup.google.rotate_keys();
    setup.signed_in(false, None).await.unwrap();
    setup.signed_in(false, None).await.unwrap();
    assert_eq!(setup.asked(KEYS), 2, "an unknown key lets them be fetched once");

    // Invented key ids lead to a few fetches, not to one each.
    setup.clock.advance(120);
    setup.google.misbehave(Misbehaviour::IdToken(ForgedToken::UnknownKey));
    assert!(setup.signed_in(false, None).await.is_err());
    assert_eq!(setup.asked(KEYS), 3, "fetched once for one token");
    for _ in 0..6 {
        assert!(setup.signed_in(false, None).await.is_err());
    }
    assert_eq!(setup.asked(KEYS), 5, "three times in a minute at most");
    setup.google.behave();
    setup.signed_in(false, None).await.unwrap();

    // And they are not kept for longer than Google says.
    setup.clock.advance(19_801);
    setup.signed_in(false, None).await.unwrap();
    assert_eq!(setup.asked(KEYS), 6);
}

#[tokio::test]
async fn a_code_works_once_with_its_own_verifier_and_nonce() {
    let setup = setup().await;
    // Two sign-ins under way at one time.
    let (one, other) =
        (setup.sign_in.begin(&Setup::redirect(), false).await.unwrap(), setup.sign_in.begin(&Setup::redirect(), false).await.unwrap());
    let (code_of_one, code_of_other) = (setup.code(&one, None).await, setup.code(&other, None).await);
    let nonce = |departure: &Departure| departure.nonce.clone().unwrap();
    let crossed = setup.sign_in.finish(&Setup::redirect(), &code_of_other, &other.verifier, &nonce(&one)).await.err().unwrap();
    assert!(detail(&crossed).contains("another sign-in"), "{crossed}");
    assert!(setup.finish(&one, &code_of_one).await.is_ok());
    assert_eq!(setup.finish(&one, &code_of_one).await.err(), Some(SignInFailure::CodeRefused), "used before");

    let departure = setup.sign_in.begin(&Setup::redirect(), false).await.unwrap();
    let code = setup.code(&departure, None).await;
    let crossed = setup.sign_in.finish(&Setup::redirect(), &code, &one.verifier, &nonce(&departure)).await.err();
    assert_eq!(crossed, Some(SignInFailure::CodeRefused), "another's verifier");
    let invented = SecretString::from("4/invented".to_owned());
    assert_eq!(setup.finish(&departure, &invented).await.err(), Some(SignInFailure::CodeRefused));
}

#[tokio::test]
async fn a_registration_that_google_refuses_is_the_operators() {
    let setup = setup_with(&[("CLIENT_SECRET", "wrong")]).await;
    let failure = setup.signed_in(false, None).await.err().unwrap();
    assert!(matches!(failure, SignInFailure::Misconfigured { .. }), "{failure}");
    assert!(detail(&failure).contains("google.client_secret") && !failure.to_string().contains("wrong-"), "{failure}");

    let elsewhere = Url::parse("http://127.0.0.1:49152/elsewhere").unwrap();
    let departure = setup.sign_in.begin(&Setup::redirect(), false).await.unwrap();
    let code = setup.code(&departure, None).await;
    let right = adapter(&setup.google, &setup.clock, &[]).unwrap().unwrap();
    let failure = right.finish(&elsewhere, &code, &departure.verifier, departure.nonce.as_ref().unwrap()).await.err().unwrap();
    assert!(matches!(failure, SignInFailure::Misconfigured { .. }), "{failure}");

    for missing in ["CLIENT_ID", "CLIENT_SECRET"] {
        assert!(adapter(&setup.google, &setup.clock, &[(missing, "")]).unwrap().is_none(), "without {missing} there is no sign-in");
    }
}

#[tokio::test]
async fn a_google_that_does_not_answer_is_told_apart_and_nothing_is_followed() {
    let setup = setup().await;
    let error = |status| FaultAnswer::Error { status, reason: "backendError".to_owned(), retry_after: None };
    let html = FaultAnswer::Body { status: 200, content_type: "text/html".to_owned(), body: "<html>Sorry</html>".to_owned() };
    for (path, answer) in [
        (DESCRIPTION, error(503)),
        (DESCRIPTION, html.clone()),
        (DESCRIPTION, FaultAnswer::Body { status: 200, content_type: "application/json".to_owned(), body: "x".repeat(300_000) }),
        (KEYS, error(500)),
        (KEYS, html.clone()),
        ("/token", error(503)),
        ("/token", html),
        ("/token", FaultAnswer::CutBody { keep_bytes: 20 }),
    ] {
        let clock = FakeClock::new();
        let sign_in = adapter(&setup.google, &clock, &[]).unwrap().unwrap();
        setup.google.add_fault(Fault::first(1, path, answer.clone()));
        let outcome = async {
            let departure = sign_in.begin(&Setup::redirect(), false).await?;
            let code = setup.code(&departure, None).await;
            sign_in.finish(&Setup::redirect(), &code, &departure.verifier, departure.nonce.as_ref().unwrap()).await
        };
        let failure = outcome.await.err().unwrap();
        assert!(matches!(failure, SignInFailure::Unreachable { .. }), "{path} {answer:?}: {failure}");
    }
    assert!(setup.signed_in(false, None).await.is_ok());

    // A description of somebody else.
    let lie = serde_json::json!({"issuer": "https://evil.example", "authorization_endpoint": "https://evil.example/a",
        "token_endpoint": "https://evil.example/t", "jwks_uri": "https://evil.example/k", "response_types_supported": ["code"],
        "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"]});
    let lie = FaultAnswer::Body { status: 200, content_type: "application/json".to_owned(), body: lie.to_string() };
    setup.google.add_fault(Fault::first(1, DESCRIPTION, lie));
    let sign_in = adapter(&setup.google, &setup.clock, &[]).unwrap().unwrap();
    let failure = sign_in.begin(&Setup::redirect(), false).await.err().unwrap();
    assert!(matches!(failure, SignInFailure::Misconfigured { .. }), "{failure}");
}

#[tokio::test]
async fn addresses_that_were_set_beat_the_description() {
    let other = Simulator::start(&Company::sample().unwrap(), SimulatorOptions::default()).await.unwrap();
    let setup = setup_with(&[("AUTH_URL", "https://sign-in.example/auth"), ("TOKEN_URL", &other.token_url)]).await;
    let departure = setup.sign_in.begin(&Setup::redirect(), false).await.unwrap();
    assert!(departure.url.as_str().starts_with("https://sign-in.example/auth?"));
    let code = SecretString::from("4/x".to_owned());
    assert_eq!(setup.finish(&departure, &code).await.err(), Some(SignInFailure::CodeRefused));
    assert_eq!(setup.asked("/token"), 0, "the one that was set is asked");
    assert_eq!(other.recorder.requests().iter().filter(|request| request.path == "/token").count(), 1);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let server = wiremock::MockServer::start().await;
    let away = wiremock::ResponseTemplate::new(302).insert_header("location", "http://169.254.169.254/latest/meta-data");
    wiremock::Mock::given(wiremock::matchers::any()).respond_with(away).mount(&server).await;
    let setup = setup_with(&[("ISSUER", &server.uri())]).await;
    let failure = setup.sign_in.begin(&Setup::redirect(), false).await.err().unwrap();
    assert!(matches!(&failure, SignInFailure::Unreachable { detail } if detail.contains("302")), "{failure}");
    assert_eq!(server.received_requests().await.unwrap().len(), 1);
}
