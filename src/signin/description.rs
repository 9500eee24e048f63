//! What the issuer says of itself (OpenID Connect Discovery 1.0): where its page, its token endpoint and its keys are.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use openidconnect::core::CoreProviderMetadata;
use tokio::sync::Mutex;
use url::Url;

use crate::ports::{Clock, SignInFailure};
use crate::settings::is_acceptable_url;
use crate::signin::http::{Http, Unanswered};

/// Kept at least so long, and at most.
const SHORTEST_SECONDS: i64 = 60;
const LONGEST_SECONDS: i64 = 24 * 3_600;
/// When the answer does not say.
const USUAL_SECONDS: i64 = 3_600;

/// The parts that are needed.
#[derive(Clone)]
pub(super) struct Description {
    pub page: Url,
    pub token_endpoint: Url,
    pub keys: Url,
}

/// The description of one issuer, kept while it may be kept.
pub(super) struct Descriptions {
    issuer: String,
    http: Arc<Http>,
    clock: Arc<dyn Clock>,
    // Held while it is fetched: one request at a time.
    kept: Mutex<Option<(Description, Timestamp)>>,
}

impl Descriptions {
    pub(super) fn of(issuer: &str, http: Arc<Http>, clock: Arc<dyn Clock>) -> Self {
        Self { issuer: issuer.to_owned(), http, clock, kept: Mutex::new(None) }
    }

    pub(super) async fn current(&self) -> Result<Description, SignInFailure> {
        let mut kept = self.kept.lock().await;
        let now = self.clock.now();
        if let Some((description, good_until)) = kept.as_ref()
            && now < *good_until
        {
            return Ok(description.clone());
        }
        let address = format!("{}/.well-known/openid-configuration", self.issuer);
        let url = Url::parse(&address).map_err(|_| SignInFailure::Misconfigured { detail: "google.issuer is no address".to_owned() })?;
        let fetched = self.http.get(&url).await.map_err(|Unanswered(detail)| SignInFailure::Unreachable { detail })?;
        let description = understood(&fetched.body, &self.issuer)?;
        *kept = Some((description.clone(), keep_until(now, fetched.max_age_seconds)));
        Ok(description)
    }
}

/// Until when something fetched now is kept.
pub(super) fn keep_until(now: Timestamp, max_age_seconds: Option<i64>) -> Timestamp {
    let seconds = max_age_seconds.unwrap_or(USUAL_SECONDS).clamp(SHORTEST_SECONDS, LONGEST_SECONDS);
    now.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(now)
}

fn understood(body: &[u8], issuer: &str) -> Result<Description, SignInFailure> {
    let unreadable = |detail: &str| SignInFailure::Unreachable { detail: format!("its description {detail}") };
    let metadata: CoreProviderMetadata = serde_json::from_slice(body).map_err(|_| unreadable("could not be understood"))?;
    // Whoever describes another issuer than was asked for must not decide where codes go (Discovery, 4.3).
    if metadata.issuer().as_str().trim_end_matches('/') != issuer {
        return Err(SignInFailure::Misconfigured { detail: "what google.issuer leads to describes another issuer".to_owned() });
    }
    let token_endpoint = metadata.token_endpoint().ok_or_else(|| unreadable("names no token endpoint"))?.url().clone();
    let description =
        Description { page: metadata.authorization_endpoint().url().clone(), token_endpoint, keys: metadata.jwks_uri().url().clone() };
    let urls = [&description.page, &description.token_endpoint, &description.keys];
    if !urls.into_iter().all(is_acceptable_url) {
        return Err(unreadable("names an address without https"));
    }
    Ok(description)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(issuer: &str, keys: &str) -> Vec<u8> {
        serde_json::json!({
            "issuer": issuer, "authorization_endpoint": "https://accounts.google.com/o/oauth2/v2/auth",
            "token_endpoint": "https://oauth2.googleapis.com/token", "jwks_uri": keys,
            "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        })
        .to_string()
        .into_bytes()
    }

    #[test]
    fn a_description_is_of_the_issuer_that_was_asked() {
        const GOOGLE: &str = "https://accounts.google.com";
        const KEYS: &str = "https://www.googleapis.com/oauth2/v3/certs";
        assert_eq!(understood(&document(GOOGLE, KEYS), GOOGLE).unwrap().keys.as_str(), KEYS);
        assert!(matches!(understood(&document("https://evil.example", KEYS), GOOGLE), Err(SignInFailure::Misconfigured { .. })));
        assert!(matches!(understood(&document(GOOGLE, "http://keys.example/"), GOOGLE), Err(SignInFailure::Unreachable { .. })));
        assert!(matches!(understood(b"<html>", GOOGLE), Err(SignInFailure::Unreachable { .. })));
    }

    #[test]
    fn what_is_kept_is_kept_within_bounds() {
        let kept = |seconds| keep_until(Timestamp::UNIX_EPOCH, seconds).as_second();
        assert_eq!([kept(None), kept(Some(0)), kept(Some(-5)), kept(Some(7_200)), kept(Some(i64::MAX))], [3_600, 60, 60, 7_200, 86_400]);
    }
}
