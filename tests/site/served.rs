//! A site on loopback, and how its pages are looked at.

use std::sync::Arc;

use async_trait::async_trait;
use crosswalk::catalog::Catalog;
use crosswalk::evidence::SourceKind;
use crosswalk::report::summary::Summary;
use crosswalk::report::{GapReport, gap_report_html, summary_html};
use crosswalk::settings::Settings;
use crosswalk::web::{ExamplePages, ExampleReport, SiteFacts, site_router};
use regex::Regex;

use crate::sample;

pub const PUBLIC_URL: &str = "https://crosswalk.example.com/";

/// Pages about a large assessment, made by the code that makes every report.
struct Example;

#[async_trait]
impl ExampleReport for Example {
    async fn pages(&self) -> Option<Arc<ExamplePages>> {
        let (assessment, catalog) = sample::large(SourceKind::Drive);
        let facts = sample::facts();
        Some(Arc::new(ExamplePages {
            summary: summary_html(&Summary::of(&assessment, &catalog), &facts),
            gap_report: gap_report_html(&GapReport::of(&assessment, &catalog), &facts),
        }))
    }
}

/// An example that cannot be made.
struct NoExample;

#[async_trait]
impl ExampleReport for NoExample {
    async fn pages(&self) -> Option<Arc<ExamplePages>> {
        None
    }
}

pub struct Site {
    pub root: String,
    pub catalog: Arc<Catalog>,
    client: reqwest::Client,
    server: tokio::task::JoinHandle<()>,
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// An answer, read to its end.
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

pub fn facts(environment: &[(&str, &str)], is_simulated: bool) -> SiteFacts {
    let environment: Vec<(String, String)> = environment.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    SiteFacts {
        public_url: PUBLIC_URL.parse().unwrap(),
        server: Settings::parse(None, &environment).map_err(|_| "settings").unwrap().server,
        started_at: "2027-01-01T12:00:00Z".parse().unwrap(),
        is_simulated,
        consent_origin: "https://accounts.google.com".into(),
        picker: None,
        offer: crosswalk::web::Offer::NotOffered,
        covers_days: 0,
        checkout_origin: None,
        has_mail: false,
    }
}

impl Site {
    pub async fn start() -> Self {
        Self::start_with(&facts(&[], false), Arc::new(Example)).await
    }

    pub async fn start_without_example() -> Self {
        Self::start_with(&facts(&[], false), Arc::new(NoExample)).await
    }

    pub async fn start_as(facts: &SiteFacts) -> Self {
        Self::start_with(facts, Arc::new(Example)).await
    }

    async fn start_with(facts: &SiteFacts, example: Arc<dyn ExampleReport>) -> Self {
        let catalog = Arc::new(crosswalk::app::open_catalog::open(None, false).unwrap().catalog.unwrap());
        let router = site_router(catalog.clone(), facts, example);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let root = format!("http://{}", listener.local_addr().unwrap());
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let client = reqwest::Client::builder().no_gzip().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
        Self { root, catalog, client, server }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[]).await
    }

    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.client.get(format!("{}{path}", self.root));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Answer { status, headers, body: answer.bytes().await.unwrap().to_vec() }
    }

    /// The paths of the sitemap.
    pub async fn sitemap(&self) -> Vec<String> {
        let sitemap = self.get("/sitemap.xml").await;
        assert_eq!((sitemap.status, sitemap.header("content-type")), (200, "application/xml; charset=utf-8"));
        let locations = found(r"<loc>([^<]+)</loc>", sitemap.text());
        locations.iter().map(|address| unescaped(address).strip_prefix(PUBLIC_URL.trim_end_matches('/')).unwrap().to_owned()).collect()
    }
}

/// The first group of every match.
pub fn found(pattern: &str, text: &str) -> Vec<String> {
    Regex::new(pattern).unwrap().captures_iter(text).map(|found| found[1].to_owned()).collect()
}

/// Text as a browser reads it from HTML or XML.
pub fn unescaped(text: &str) -> String {
    text.replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#38;", "&")
        .replace("&amp;", "&")
}

/// The one value of a meta element or link.
pub fn only(pattern: &str, page: &str) -> String {
    let all = found(pattern, page);
    assert_eq!(all.len(), 1, "{pattern}: {all:?}");
    unescaped(&all[0])
}
