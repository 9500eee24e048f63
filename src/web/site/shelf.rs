//! Which pages there are and at which path, each with room for its made form. It makes none itself.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::catalog::Catalog;
use crate::web::kept::KeptBody;
use crate::web::site::links::{clause_path, crosswalk_path, standard_path};

/// A page. Numbers are indexes into the catalog's standards and a standard's clauses.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    Home,
    Standards,
    Standard(usize),
    Clause(usize, usize),
    Crosswalk,
    Pair(usize, usize),
    Pricing,
    Limits,
    Example,
    Privacy,
    Terms,
    DataProcessing,
    Subprocessors,
    Sitemap,
    Robots,
    Favicon,
    SecurityContact,
}

struct Place {
    page: Page,
    kept: OnceLock<KeptBody>,
}

/// All pages by their path.
pub(super) struct Shelf {
    places: HashMap<String, Place>,
    /// The paths in the order of the catalog.
    paths: Vec<(String, Page)>,
}

impl Shelf {
    pub(super) fn of(catalog: &Catalog) -> Self {
        let fixed = [
            ("/", Page::Home),
            ("/standards", Page::Standards),
            ("/crosswalk", Page::Crosswalk),
            ("/example", Page::Example),
            ("/pricing", Page::Pricing),
            ("/limits", Page::Limits),
            ("/privacy", Page::Privacy),
            ("/terms", Page::Terms),
            ("/data-processing", Page::DataProcessing),
            ("/subprocessors", Page::Subprocessors),
            ("/sitemap.xml", Page::Sitemap),
            ("/robots.txt", Page::Robots),
            ("/favicon.svg", Page::Favicon),
            ("/.well-known/security.txt", Page::SecurityContact),
        ];
        let mut paths: Vec<(String, Page)> = fixed.into_iter().map(|(path, page)| (path.to_owned(), page)).collect();
        for (at, standard) in catalog.standards.iter().enumerate() {
            paths.push((standard_path(&standard.id), Page::Standard(at)));
            let clauses = standard.clauses.iter().enumerate();
            paths.extend(clauses.map(|(index, clause)| (clause_path(&standard.id, &clause.number), Page::Clause(at, index))));
        }
        for (from, one) in catalog.standards.iter().enumerate() {
            for (to, other) in catalog.standards.iter().enumerate().filter(|(to, _)| *to != from) {
                paths.push((crosswalk_path(&one.id, &other.id), Page::Pair(from, to)));
            }
        }
        let places = paths.iter().map(|(path, page)| (path.clone(), Place { page: *page, kept: OnceLock::new() })).collect();
        Self { places, paths }
    }

    /// Takes a page away, which is then not found.
    pub(super) fn leave_out(&mut self, page: Page) {
        self.paths.retain(|(_, known)| *known != page);
        self.places.retain(|_, place| place.page != page);
    }

    /// The page at exactly this path; `make` is called the first time.
    pub(super) fn get(&self, path: &str, make: impl FnOnce(Page) -> KeptBody) -> Option<&KeptBody> {
        let place = self.places.get(path)?;
        Some(place.kept.get_or_init(|| make(place.page)))
    }

    /// All paths with their pages.
    pub(super) fn paths(&self) -> &[(String, Page)] {
        &self.paths
    }
}
