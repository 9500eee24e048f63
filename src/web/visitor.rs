//! Who asks, as the gate found out: the browser, the session, the fields of the form. Handlers take what they need as an argument, and get
//! it only from the gate; where the gate did not stand in front, they answer with an error.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::account::{CustomerId, Session};
use crate::web::error::Told;
use crate::web::token::Token;

/// The browser and its session. No `Debug`: it holds tokens.
#[derive(Clone)]
pub(super) struct Visitor {
    /// The token that binds a visit to Google's page to this browser.
    pub(super) browser: Token,
    /// Its session, if it is signed in.
    pub(super) session: Option<SignedIn>,
}

/// A signed-in customer. No `Debug`: it holds a token.
#[derive(Clone)]
pub(super) struct SignedIn {
    pub(super) token: Token,
    pub(super) session: Session,
}

/// The fields of a form that the gate has checked. No `Debug`: customer text.
#[derive(Clone)]
pub(super) struct Fields(pub(super) Vec<(String, String)>);

impl Visitor {
    /// What every form on a page for this visitor sends along.
    pub(super) fn form_token(&self) -> String {
        self.session.as_ref().map_or_else(|| self.browser.form_token(), SignedIn::form_token)
    }
}

impl SignedIn {
    pub(super) fn customer(&self) -> &CustomerId {
        &self.session.customer
    }

    pub(super) fn form_token(&self) -> String {
        self.token.form_token()
    }
}

impl Fields {
    /// The first field of that name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// Every field of that name.
    pub(super) fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// What stands after the question mark of the address. No `Debug`: codes may stand there.
pub(super) struct Asked(pub(super) Fields);

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self(Fields(url::form_urlencoded::parse(query.as_bytes()).into_owned().collect())))
    }
}

fn ungated() -> Told {
    Told::mistake("a page was asked for without the gate in front of it")
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Told;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Told> {
        parts.extensions.get::<Self>().cloned().ok_or_else(ungated)
    }
}

impl<S: Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Told;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Told> {
        let visitor = parts.extensions.get::<Visitor>().ok_or_else(ungated)?;
        visitor.session.clone().ok_or_else(Told::signed_out)
    }
}

impl<S: Sync> FromRequestParts<S> for Fields {
    type Rejection = Told;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Told> {
        parts.extensions.get::<Self>().cloned().ok_or_else(ungated)
    }
}
