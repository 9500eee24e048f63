//! The public site over HTTP, with the real catalog: no dead link, nothing that runs in a page, and every answer a browser or a crawler
//! may count on.

#![expect(clippy::unwrap_used, reason = "a test that meets what it did not expect has failed")]

#[path = "site/answers.rs"]
mod answers;
#[path = "site/crawl.rs"]
mod crawl;
#[path = "site/finding.rs"]
mod finding;
#[path = "report/sample.rs"]
#[expect(dead_code, reason = "the tests of the reports use all of it")]
mod sample;
#[path = "site/served.rs"]
mod served;
