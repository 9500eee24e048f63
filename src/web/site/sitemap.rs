//! What crawlers ask for: the list of all pages, and which they need not visit. And the drawing in the browser's tab.

use std::fmt::Write as _;

use crate::web::assets;
use crate::web::kept::{FOR_MINUTES, KeptBody};
use crate::web::site::shelf::Page;
use crate::web::site::{Site, crosswalk_page};

/// `sitemap.xml` (sitemaps.org, protocol 0.9).
pub(super) fn sitemap(site: &Site) -> KeptBody {
    let mut xml =
        String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    for (path, _) in site.shelf.paths().iter().filter(|(_, page)| is_listed(site, *page)) {
        let address = site.address(path).replace('&', "&amp;");
        // Writing to a string cannot fail.
        let _ = writeln!(xml, "<url><loc>{address}</loc></url>");
    }
    xml.push_str("</urlset>\n");
    KeptBody::new(xml, "application/xml; charset=utf-8", FOR_MINUTES)
}

fn is_listed(site: &Site, page: Page) -> bool {
    match page {
        Page::Home
        | Page::Standards
        | Page::Standard(_)
        | Page::Clause(..)
        | Page::Crosswalk
        | Page::Pricing
        | Page::Limits
        | Page::Example
        | Page::Privacy
        | Page::Terms
        | Page::DataProcessing
        | Page::Subprocessors => true,
        Page::Pair(from, to) => {
            let standards = &site.catalog.standards;
            from < to && !crosswalk_page::rows_between(&site.catalog, &standards[from], &standards[to]).is_empty()
        }
        Page::Sitemap | Page::Robots | Page::Favicon | Page::SecurityContact => false,
    }
}

/// `robots.txt`: the pages of people who signed in are nobody else's business.
pub(super) fn robots(site: &Site) -> KeptBody {
    let private = ["/sign-in", "/connect", "/connections", "/reviews", "/account", "/receipts", "/search?"];
    let mut text = String::from("User-agent: *\n");
    for path in private {
        let _ = writeln!(text, "Disallow: {path}");
    }
    let _ = writeln!(text, "\nSitemap: {}", site.address("/sitemap.xml"));
    KeptBody::new(text, "text/plain; charset=utf-8", FOR_MINUTES)
}

/// `favicon.svg`.
pub(super) fn favicon() -> KeptBody {
    KeptBody::new(assets::plain_bytes("favicon.svg"), "image/svg+xml", "public, max-age=86400")
}
