//! The public site: what anyone may read without signing in. No page of it asks who is reading, so that each can be cached. Pages are
//! made when first asked for and kept, because neither catalog nor settings change while the program runs.

mod clause_page;
mod crosswalk_page;
mod entry_pages;
mod example_pages;
mod find;
mod json_ld;
mod links;
mod not_found;
mod operator_pages;
mod search_index;
mod search_page;
mod security_contact;
mod shelf;
mod sitemap;
mod standard_pages;
mod wording;

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::{RawQuery, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use jiff::Timestamp;
use url::Url;

use crate::catalog::Catalog;
use crate::web::frame::Frame;
use crate::web::kept::KeptBody;
use crate::web::service::{ExampleReport, Offer, SiteFacts};
use example_pages::ExampleKept;
use find::Found;
use links::Links;
use search_index::SearchIndex;
use shelf::{Page, Shelf};

/// What the public pages need; a small part of the service.
pub(super) struct Site {
    catalog: Arc<Catalog>,
    about: About,
    example: Arc<dyn ExampleReport>,
    links: Links,
    shelf: Shelf,
    search: OnceLock<SearchIndex>,
    example_kept: OnceLock<ExampleKept>,
}

/// The facts of this installation that public pages show.
struct About {
    public_url: Url,
    started_at: Timestamp,
    is_simulated: bool,
    operator: Option<String>,
    contact_email: Option<String>,
    price_shown: Option<String>,
    offer: Offer,
    covers_days: u32,
    hosting: Option<String>,
    mail_provider: Option<String>,
    backup_days: Option<u64>,
}

impl Site {
    /// The site of this catalog.
    pub(super) fn new(catalog: Arc<Catalog>, facts: &SiteFacts, example: Arc<dyn ExampleReport>) -> Self {
        let about = About {
            public_url: facts.public_url.clone(),
            started_at: facts.started_at,
            is_simulated: facts.is_simulated,
            operator: facts.server.operator.clone(),
            contact_email: facts.server.contact_email.clone(),
            price_shown: facts.server.price_shown.clone(),
            offer: facts.offer.clone(),
            covers_days: facts.covers_days,
            hosting: facts.server.hosting.clone(),
            mail_provider: facts.server.mail_provider.clone(),
            backup_days: facts.server.backup_days,
        };
        let links = Links::of(&catalog);
        let mut shelf = Shelf::of(&catalog);
        if about.contact_email.is_none() {
            // A file without a contact would be none (RFC 9116, 2.5.3), and one with a blank would mislead whoever means well.
            shelf.leave_out(Page::SecurityContact);
        }
        Self { catalog, about, example, links, shelf, search: OnceLock::new(), example_kept: OnceLock::new() }
    }

    /// The complete address of a path of ours.
    fn address(&self, path: &str) -> String {
        format!("{}{path}", self.about.public_url.as_str().trim_end_matches('/'))
    }

    /// The frame of a public page.
    fn frame(&self, title: impl Into<String>, description: impl Into<String>, path: &str) -> Frame {
        Frame {
            title: title.into(),
            description: Some(description.into()),
            canonical: Some(self.address(path)),
            csrf: None,
            is_simulated: self.about.is_simulated,
        }
    }

    fn search_index(&self) -> &SearchIndex {
        self.search.get_or_init(|| SearchIndex::of(&self.catalog))
    }
}

/// Routes of the public site. Whatever no route of the program knows is answered by its page "not found".
pub(super) fn routes<S: Clone + Send + Sync + 'static>(site: Arc<Site>) -> Router<S> {
    Router::new()
        .route("/", get(kept_page))
        .route("/clauses/{standard}/{clause}", get(kept_page))
        .route("/standards", get(kept_page))
        .route("/standards/{standard}", get(kept_page))
        .route("/crosswalk", get(crosswalk))
        .route("/search", get(search))
        .route("/pricing", get(kept_page))
        .route("/privacy", get(kept_page))
        .route("/terms", get(kept_page))
        .route("/data-processing", get(kept_page))
        .route("/subprocessors", get(kept_page))
        .route("/limits", get(kept_page))
        .route("/example", get(kept_page))
        .route("/example/summary", get(example_summary))
        .route("/example/gap-report", get(example_gap_report))
        .route("/sitemap.xml", get(kept_page))
        .route("/robots.txt", get(kept_page))
        .route("/favicon.svg", get(kept_page))
        .route("/.well-known/security.txt", get(kept_page))
        .fallback(kept_page)
        .with_state(site)
}

/// Takes the request as it is: an extractor of its headers would copy them, which is most of the work of such an answer.
async fn kept_page(State(site): State<Arc<Site>>, request: Request) -> Response {
    let (path, asked) = (request.uri().path(), request.headers());
    if let Some(body) = site.kept(path) {
        return body.answer(asked);
    }
    match find::find(&site, path) {
        Found::At(path) => (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, path)]).into_response(),
        Found::Nothing(near) => not_found::answer(&site, &near, asked),
    }
}

/// The value of that name in a query; empty without one. Whatever stands in an address, there is an answer.
fn asked_for(query: Option<&str>, name: &str) -> String {
    let mut pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

async fn crosswalk(State(site): State<Arc<Site>>, RawQuery(query): RawQuery, asked: HeaderMap) -> Response {
    let (from, to) = (asked_for(query.as_deref(), "from"), asked_for(query.as_deref(), "to"));
    let is_empty = from.is_empty() && to.is_empty();
    let path = if is_empty { "/crosswalk".to_owned() } else { links::crosswalk_path(&from, &to) };
    if let Some(body) = site.kept(&path) {
        return body.answer(&asked);
    }
    let html = crosswalk_page::unanswerable(&site, &from, &to);
    KeptBody::page(html).answer_as(StatusCode::NOT_FOUND, &asked)
}

async fn search(State(site): State<Arc<Site>>, RawQuery(query): RawQuery, asked: HeaderMap) -> Response {
    KeptBody::page(search_page::html(&site, &asked_for(query.as_deref(), "q"))).answer(&asked)
}

async fn example_summary(State(site): State<Arc<Site>>, asked: HeaderMap) -> Response {
    example_pages::answer(&site, &asked, |kept| &kept.summary).await
}

async fn example_gap_report(State(site): State<Arc<Site>>, asked: HeaderMap) -> Response {
    example_pages::answer(&site, &asked, |kept| &kept.gap_report).await
}

impl Site {
    /// The page of exactly this path, made if nobody asked for it before.
    fn kept(&self, path: &str) -> Option<&KeptBody> {
        self.shelf.get(path, |page| self.made(page))
    }

    fn made(&self, page: Page) -> KeptBody {
        match page {
            Page::Home => KeptBody::page(entry_pages::home(self)),
            Page::Standards => KeptBody::page(standard_pages::all(self)),
            Page::Standard(at) => KeptBody::page(standard_pages::one(self, at)),
            Page::Clause(standard, clause) => KeptBody::page(clause_page::html(self, standard, clause)),
            Page::Crosswalk => KeptBody::page(crosswalk_page::overview(self)),
            Page::Pair(from, to) => KeptBody::page(crosswalk_page::pair(self, from, to)),
            Page::Pricing => KeptBody::page(entry_pages::pricing(self)),
            Page::Limits => KeptBody::page(entry_pages::limits(self)),
            Page::Example => KeptBody::page(entry_pages::example(self)),
            Page::Privacy => KeptBody::page(operator_pages::privacy(self)),
            Page::Terms => KeptBody::page(operator_pages::terms(self)),
            Page::DataProcessing => KeptBody::page(operator_pages::data_processing(self)),
            Page::Subprocessors => KeptBody::page(operator_pages::subprocessors(self)),
            Page::Sitemap => sitemap::sitemap(self),
            Page::Robots => sitemap::robots(self),
            Page::Favicon => sitemap::favicon(),
            Page::SecurityContact => security_contact::file(self),
        }
    }
}

/// A page that its template cannot fail to make.
fn rendered(page: &impl askama::Template) -> String {
    match page.render() {
        Ok(html) => html,
        // The templates call nothing that can fail, and writing to a string does not.
        Err(error) => unreachable!("a page of the site cannot fail to render: {error}"),
    }
}
