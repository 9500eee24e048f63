//! The key of a service account: parsed from its JSON, and the assertions signed with it (RS256, RFC 7523). Never
//! reads a file and never shows the key.

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::drive::token::endpoint_of_key;
use crate::ports::SourceError;

/// How long an assertion is good; Google allows an hour at most.
const ASSERTION_SECONDS: i64 = 3_600;

/// A service-account key. No `Debug`: it holds a private key.
#[derive(Clone)]
pub struct ServiceAccountKey {
    client_email: String,
    key_id: Option<String>,
    signing_key: EncodingKey,
    token_uri: Url,
}

#[derive(Deserialize)]
struct KeyFile {
    #[serde(rename = "type")]
    kind: Option<String>,
    client_email: Option<String>,
    private_key: Option<String>,
    private_key_id: Option<String>,
    token_uri: Option<String>,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    scope: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
}

impl ServiceAccountKey {
    /// Parses the JSON that Google hands out for a service account.
    ///
    /// # Errors
    /// One sentence: what the text is instead, or what it lacks.
    pub fn parse(json: &str) -> Result<Self, String> {
        let file: KeyFile = serde_json::from_str(json).map_err(|_| "it is not a JSON key file".to_owned())?;
        match file.kind.as_deref() {
            Some("service_account") => {}
            Some("authorized_user") => return Err("it is a person's sign-in and not the key of a service account".to_owned()),
            Some(_) | None => return Err("it is not the key of a service account (its `type` is not `service_account`)".to_owned()),
        }
        let client_email = file.client_email.filter(|text| !text.is_empty()).ok_or("it lacks `client_email`")?;
        let private_key = file.private_key.map(SecretString::from).ok_or("it lacks `private_key`")?;
        let signing_key = EncodingKey::from_rsa_pem(private_key.expose_secret().as_bytes())
            .map_err(|_| "its `private_key` is not an RSA key in PEM form".to_owned())?;
        let token_uri = file.token_uri.as_deref().unwrap_or("https://oauth2.googleapis.com/token");
        let token_uri = endpoint_of_key(token_uri).ok_or("its `token_uri` is not an https address")?;
        Ok(Self { client_email, key_id: file.private_key_id, signing_key, token_uri })
    }

    /// The address to share folders with.
    #[must_use]
    pub fn client_email(&self) -> &str {
        &self.client_email
    }

    pub(super) fn token_uri(&self) -> &Url {
        &self.token_uri
    }

    pub(super) fn assertion(&self, scope: &str, audience: &Url, now: Timestamp) -> Result<String, SourceError> {
        let header = Header { kid: self.key_id.clone(), ..Header::new(Algorithm::RS256) };
        let iat = now.as_second();
        let claims = Claims { iss: &self.client_email, scope, aud: audience.as_str(), iat, exp: iat + ASSERTION_SECONDS };
        jsonwebtoken::encode(&header, &claims, &self.signing_key).map_err(|_| SourceError::Misconfigured {
            detail: "the private key of the service account cannot sign".to_owned(),
            advice: "Create a new key in the Google Cloud console.".to_owned(),
        })
    }
}
