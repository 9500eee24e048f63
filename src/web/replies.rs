//! The kinds of answers that pages give: a page, a way to another page. It never decides what stands on them.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use crate::web::error::Told;
use crate::web::visitor::{SignedIn, Visitor};
use crate::web::{Frame, Service};

/// Renders a page.
pub(super) fn page(template: &impl Template) -> Result<Response, Told> {
    let html = template.render().map_err(|error| Told::mistake(&format!("a page could not be rendered: {error}")))?;
    Ok(Html(html).into_response())
}

/// Sends the browser to an address by GET, whatever it came with.
pub(super) fn see_other(address: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    match HeaderValue::from_str(address) {
        Ok(value) => {
            response.headers_mut().insert(header::LOCATION, value);
            response
        }
        Err(_) => Told::mistake("an address to go to is no header value").into_response(),
    }
}

/// The frame of a private page.
pub(super) fn frame(service: &Service, title: &str, form_token: Option<String>) -> Frame {
    Frame { title: title.to_owned(), description: None, canonical: None, csrf: form_token, is_simulated: service.facts.is_simulated }
}

impl SignedIn {
    /// The frame of a page for this customer.
    pub(super) fn frame(&self, service: &Service, title: &str) -> Frame {
        frame(service, title, Some(self.form_token()))
    }
}

impl Visitor {
    /// The frame of a page for anybody: signed-in people see where their pages are.
    pub(super) fn frame(&self, service: &Service, title: &str) -> Frame {
        frame(service, title, self.session.as_ref().map(SignedIn::form_token))
    }
}
