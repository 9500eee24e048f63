//! The page on which files are picked in Google's own window. It is the only page with a wider Content-Security-Policy, and the only one
//! that shows the browser a token of Google's: a short-lived one that opens nothing but what is picked.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;
use secrecy::ExposeSecret as _;

use crate::account::ConnectionMode;
use crate::ports::{AuditAction, SourceError};
use crate::web::error::Told;
use crate::web::headers::policy;
use crate::web::pages::connect::{connection, source_told};
use crate::web::replies::page as render;
use crate::web::replies::see_other;
use crate::web::visitor::{Asked, SignedIn};
use crate::web::wish::{Wish, with_wish};
use crate::web::{Frame, Service};
use crate::workflow::sign_in::note;

#[derive(Template)]
#[template(path = "app/pick.html", config = "src/web/askama.toml")]
struct PickPage {
    frame: Frame,
    token: String,
    script_url: String,
    api_key: String,
    project_number: String,
    go_on: String,
    again: String,
}

/// The page with Google's window.
pub(in crate::web) async fn page(State(service): State<Arc<Service>>, signed_in: SignedIn, Asked(asked): Asked) -> Result<Response, Told> {
    let connection = connection(&service, &signed_in, asked.get("connection").unwrap_or_default()).await?;
    let (Some(picker), ConnectionMode::PickedFiles) = (&service.facts.picker, connection.mode) else {
        return Err(Told::not_found());
    };
    let grant = service.store.grant(signed_in.customer(), &connection.id).await?;
    let Some(grant) = grant.filter(|_| connection.is_active()) else {
        return Ok(see_other("/connect"));
    };
    let token = match service.drive.picker_token(&connection, &grant).await {
        Ok(token) => token,
        Err(failure @ SourceError::NotAuthorised { .. }) => {
            let now = service.clock.now();
            if service.store.needs_reconnect(&connection.id, grant.number, now).await? {
                note(&*service.store, signed_in.customer(), AuditAction::GrantLost, Some(connection.id.as_str()), now).await;
            }
            return Err(source_told(&failure));
        }
        Err(failure) => return Err(source_told(&failure)),
    };
    let wish = Wish::read(&asked, &service.catalog);
    let mut response = render(&PickPage {
        frame: signed_in.frame(&service, "Pick files"),
        token: token.expose_secret().to_owned(),
        script_url: picker.script_url.to_string(),
        api_key: picker.api_key.clone(),
        project_number: picker.project_number.clone(),
        go_on: with_wish(&format!("/reviews/new?connection={}", connection.id), wish),
        again: with_wish(&format!("/connect/pick?connection={}", connection.id), wish),
    })?;
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy(&service.facts, Some(&picker.script_url))) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    // Google's window may open another one to sign in; it needs to reach back. Its frame also has to learn which site shows it, which
    // the API key is bound to: the origin and no more.
    headers.insert(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin-allow-popups"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin"));
    Ok(response)
}
