//! Sign-in with Google (OpenID Connect): the address of its page, the exchange of the code, and the checks of the ID
//! token that comes back. Never keeps a token, a session or a person.

mod description;
mod http;
mod id_token;
mod key_set;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use oauth2::basic::{
    BasicErrorResponse, BasicErrorResponseType, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{AuthType, ClientSecret, ExtraTokenFields, RequestTokenError, StandardRevocableToken, StandardTokenResponse, TokenUrl};
use openidconnect::core::{CoreAuthPrompt, CoreClient, CoreJsonWebKeySet, CoreResponseType};
use openidconnect::{
    AuthUrl, AuthenticationFlow, AuthorizationCode, ClientId, CsrfToken, IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, Scope,
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::account::Identity;
use crate::ports::{Clock, Departure, IdentityProvider, SignInFailure};
use crate::settings::GoogleSettings;

use description::Descriptions;
use http::{Http, Unanswered};
use id_token::{Expected, IdToken};
use key_set::Keys;

/// 256 bits.
const RANDOM_BYTES: u32 = 32;
/// Begins the nonce of a sign-in that was to be a fresh one, so that who comes back can be asked for it: the nonce is in the signed token.
const FRESH: &str = "fresh.";
/// The built-in `google.auth_url`; another one was set and is honoured.
const USUAL_AUTH_URL: &str = "https://accounts.google.com/o/oauth2/v2/auth";

/// Google as the one who vouches for identities.
pub struct GoogleSignIn {
    client_id: String,
    client_secret: SecretString,
    issuer: String,
    /// Set by the operator; beats what Google's description says.
    auth_url: Option<Url>,
    /// Likewise.
    token_url: Option<Url>,
    http: Arc<Http>,
    descriptions: Descriptions,
    keys: Keys,
    clock: Arc<dyn Clock>,
}

/// What a token answer holds beside the access token, which nobody here wants.
#[derive(Deserialize, Serialize)]
struct SignInFields {
    id_token: Option<String>,
}

impl std::fmt::Debug for SignInFields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignInFields")
    }
}

impl ExtraTokenFields for SignInFields {}

type CodeClient = oauth2::Client<
    BasicErrorResponse,
    StandardTokenResponse<SignInFields, BasicTokenType>,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
>;

impl GoogleSignIn {
    /// Sign-in by the web client that the settings name; none when `google.client_id` or `google.client_secret` is not set. Asks nobody
    /// yet.
    ///
    /// # Errors
    /// When secure connections cannot be set up on this machine.
    pub fn new(google: &GoogleSettings, clock: Arc<dyn Clock>) -> Result<Option<Self>, SignInFailure> {
        let (Some(client_id), Some(client_secret)) = (google.client_id.clone(), google.client_secret.clone()) else { return Ok(None) };
        let http = Arc::new(Http::new(&google.issuer)?);
        let issuer = google.issuer.as_str().trim_end_matches('/').to_owned();
        Ok(Some(Self {
            client_id,
            client_secret,
            auth_url: Some(google.auth_url.clone()).filter(|url| url.as_str() != USUAL_AUTH_URL),
            token_url: Some(google.token_url.clone()).filter(|_| google.is_token_url_explicit),
            descriptions: Descriptions::of(&issuer, http.clone(), clock.clone()),
            keys: Keys::new(http.clone(), clock.clone()),
            issuer,
            http,
            clock,
        }))
    }

    async fn auth_url(&self) -> Result<Url, SignInFailure> {
        match &self.auth_url {
            Some(url) => Ok(url.clone()),
            None => Ok(self.descriptions.current().await?.page),
        }
    }

    async fn token_url(&self) -> Result<Url, SignInFailure> {
        match &self.token_url {
            Some(url) => Ok(url.clone()),
            None => Ok(self.descriptions.current().await?.token_endpoint),
        }
    }

    /// Exchanges the code for an ID token. It goes out once, since it works once.
    async fn exchange(&self, redirect: &Url, code: &SecretString, verifier: &SecretString) -> Result<SecretString, SignInFailure> {
        let client = CodeClient::new(ClientId::new(self.client_id.clone()))
            .set_client_secret(ClientSecret::new(self.client_secret.expose_secret().to_owned()))
            .set_auth_type(AuthType::RequestBody)
            .set_token_uri(TokenUrl::from_url(self.token_url().await?))
            .set_redirect_uri(RedirectUrl::from_url(redirect.clone()));
        let answer = client
            .exchange_code(AuthorizationCode::new(code.expose_secret().to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(verifier.expose_secret().to_owned()))
            .request_async(&self.http.sender())
            .await
            .map_err(refused)?;
        let id_token = answer.extra_fields().id_token.clone().ok_or_else(|| not_verified("the answer holds no ID token"))?;
        Ok(SecretString::from(id_token))
    }
}

#[async_trait]
impl IdentityProvider for GoogleSignIn {
    async fn begin(&self, redirect: &Url, is_fresh: bool) -> Result<Departure, SignInFailure> {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let issuer = IssuerUrl::new(self.issuer.clone()).map_err(|_| misconfigured("google.issuer is no address"))?;
        let client = CoreClient::new(ClientId::new(self.client_id.clone()), issuer, CoreJsonWebKeySet::new(Vec::new()))
            .set_auth_uri(AuthUrl::from_url(self.auth_url().await?))
            .set_redirect_uri(RedirectUrl::from_url(redirect.clone()));
        let nonce = move || {
            let random = Nonce::new_random_len(RANDOM_BYTES);
            if is_fresh { Nonce::new(format!("{FRESH}{}", random.secret())) } else { random }
        };
        let state = || CsrfToken::new_random_len(RANDOM_BYTES);
        // `openid` is asked for by the library; nothing else is wanted. `access_type` stays `online`: no refresh token comes, so none can
        // be lost.
        let mut asking = client
            .authorize_url(AuthenticationFlow::<CoreResponseType>::AuthorizationCode, state, nonce)
            .add_scope(Scope::new("email".to_owned()))
            .set_pkce_challenge(challenge);
        if is_fresh {
            asking = asking.add_prompt(CoreAuthPrompt::SelectAccount).set_max_age(Duration::ZERO);
        }
        let (url, state, nonce) = asking.url();
        Ok(Departure {
            url,
            state: SecretString::from(state.into_secret()),
            verifier: SecretString::from(verifier.into_secret()),
            nonce: Some(SecretString::from(nonce.secret().clone())),
        })
    }

    async fn finish(
        &self,
        redirect: &Url,
        code: &SecretString,
        verifier: &SecretString,
        nonce: &SecretString,
    ) -> Result<Identity, SignInFailure> {
        let text = self.exchange(redirect, code, verifier).await?;
        let token = IdToken::parse(text.expose_secret()).map_err(not_verified)?;
        let keys_url = self.descriptions.current().await?.keys;
        let key = self
            .keys
            .find(&keys_url, token.key_id())
            .await?
            .ok_or_else(|| not_verified("it is signed with a key that Google does not name"))?;
        let claims = token.signed_by(&key).map_err(not_verified)?;
        let expected = Expected {
            issuer: &self.issuer,
            client_id: &self.client_id,
            nonce: nonce.expose_secret(),
            is_fresh: nonce.expose_secret().starts_with(FRESH),
            now: self.clock.now(),
        };
        claims.identity(&expected).map_err(not_verified)
    }
}

fn not_verified(detail: &str) -> SignInFailure {
    SignInFailure::NotVerified { detail: detail.to_owned() }
}

fn misconfigured(detail: &str) -> SignInFailure {
    SignInFailure::Misconfigured { detail: detail.to_owned() }
}

fn refused(error: RequestTokenError<Unanswered, BasicErrorResponse>) -> SignInFailure {
    let refusal = match error {
        RequestTokenError::ServerResponse(refusal) => refusal,
        RequestTokenError::Request(Unanswered(detail)) => return SignInFailure::Unreachable { detail },
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            return SignInFailure::Unreachable { detail: "the answer to the code could not be understood".to_owned() };
        }
    };
    let code: String = refusal.error().as_ref().chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(64).collect();
    match refusal.error() {
        BasicErrorResponseType::InvalidGrant => SignInFailure::CodeRefused,
        BasicErrorResponseType::InvalidClient | BasicErrorResponseType::UnauthorizedClient => {
            misconfigured("google.client_id or google.client_secret is wrong, or the client was deleted")
        }
        BasicErrorResponseType::Extension(word) if word == "redirect_uri_mismatch" => {
            misconfigured("the address of /sign-in/callback is not registered with the OAuth client")
        }
        BasicErrorResponseType::Extension(word) if word == "deleted_client" => misconfigured("the OAuth client was deleted"),
        BasicErrorResponseType::InvalidScope
        | BasicErrorResponseType::InvalidRequest
        | BasicErrorResponseType::UnsupportedGrantType
        | BasicErrorResponseType::Extension(_) => SignInFailure::Unreachable { detail: format!("it refused with `{code}`") },
    }
}
