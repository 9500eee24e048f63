//! Home, pricing, the example's entrance, and what we do not claim.

use askama::Template;

use crate::catalog::{Clause, Stage, Standard};
use crate::web::Offer;
use crate::web::frame::Frame;
use crate::web::site::{Site, json_ld, rendered};

#[derive(Template)]
#[template(path = "site/home.html", config = "src/web/askama.toml")]
struct HomePage<'c> {
    frame: Frame,
    json_ld: String,
    /// Clauses with a full entry, with their standards.
    entries: Vec<(&'c Standard, &'c Clause)>,
    standards: &'c [Standard],
    clause_count: usize,
}

#[derive(Template)]
#[template(path = "site/pricing.html", config = "src/web/askama.toml")]
struct PricingPage<'c> {
    frame: Frame,
    offer: &'c Offer,
    price_shown: Option<&'c str>,
    covers_days: u32,
}

#[derive(Template)]
#[template(path = "site/limits.html", config = "src/web/askama.toml")]
struct LimitsPage {
    frame: Frame,
    clause_count: usize,
    full_count: usize,
    /// Entries that somebody compared with a bought copy.
    checked_count: usize,
}

#[derive(Template)]
#[template(path = "site/example.html", config = "src/web/askama.toml")]
struct ExamplePage {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "site/example-missing.html", config = "src/web/askama.toml")]
struct ExampleMissingPage {
    frame: Frame,
}

fn clauses(site: &Site) -> impl Iterator<Item = (&Standard, &Clause)> {
    site.catalog.standards.iter().flat_map(|standard| standard.clauses.iter().map(move |clause| (standard, clause)))
}

fn is_full(clause: &Clause) -> bool {
    !matches!(clause.status.stage, Stage::Structure | Stage::Imported)
}

/// `/`.
pub(super) fn home(site: &Site) -> String {
    let title = "Evidence for every clause, from the documents you already have";
    let description = "Crosswalk reads a medical-device software maker’s quality documents in Google Drive, read-only, and says clause by \
                       clause which is evidence, with quotes, and what is missing.";
    rendered(&HomePage {
        json_ld: json_ld::page("WebSite", "Crosswalk", description, &site.address("/"), None, &[("Crosswalk".into(), site.address("/"))]),
        frame: site.frame(title, description, "/"),
        entries: clauses(site).filter(|(_, clause)| is_full(clause)).take(6).collect(),
        standards: &site.catalog.standards,
        clause_count: clauses(site).count(),
    })
}

/// `/pricing`.
pub(super) fn pricing(site: &Site) -> String {
    let description = "The summary of a review is free, without a card or a call. The detailed gap report is paid once per review.";
    rendered(&PricingPage {
        frame: site.frame("Pricing", description, "/pricing"),
        offer: &site.about.offer,
        price_shown: site.about.price_shown.as_deref(),
        covers_days: site.about.covers_days,
    })
}

/// `/limits`.
pub(super) fn limits(site: &Site) -> String {
    let description = "What Crosswalk does not claim: no conformity, no certificate, no expert’s reading; what the catalog rests on and what \
                       a review can miss.";
    rendered(&LimitsPage {
        frame: site.frame("What we do not claim", description, "/limits"),
        clause_count: clauses(site).count(),
        full_count: clauses(site).filter(|(_, clause)| is_full(clause)).count(),
        checked_count: clauses(site).filter(|(_, clause)| clause.status.checked_against_standard).count(),
    })
}

/// `/example`.
pub(super) fn example(site: &Site) -> String {
    let description = "A complete review of a sample company: the free summary and the detailed gap report, made by the same program that \
                       reviews your documents.";
    rendered(&ExamplePage { frame: site.frame("Example report", description, "/example") })
}

/// What stands in place of the example's pages when they could not be made.
pub(super) fn example_missing(site: &Site) -> String {
    let mut frame = site.frame("The example is not there right now", "", "/example");
    frame.description = None;
    frame.canonical = None;
    rendered(&ExampleMissingPage { frame })
}
