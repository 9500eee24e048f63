//! What holds on every page, and that no link leads nowhere.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;

use crosswalk::account::{Currency, Price};
use crosswalk::catalog::Stage;
use crosswalk::web::{Offer, SiteFacts};

use crate::served::{PUBLIC_URL, Site, facts, found, only, unescaped};

/// Pages of those who signed in; the site only links to them.
const PRIVATE: [&str; 3] = ["/reviews", "/account", "/sign-in"];

/// Largest page with its stylesheet, in bytes, uncompressed.
const MOST_BYTES: usize = 60_000;

/// Every page of the site by its path: all that the sitemap names and all that a link leads to.
async fn all_pages(site: &Site) -> BTreeMap<String, String> {
    let mut waiting: Vec<String> = site.sitemap().await;
    waiting.push("/".into());
    let mut seen: BTreeSet<String> = waiting.iter().cloned().collect();
    let mut pages = BTreeMap::new();
    while let Some(path) = waiting.pop() {
        let answer = site.get(&path).await;
        assert_eq!(answer.status, 200, "{path}");
        if !answer.header("content-type").starts_with("text/html") || path.starts_with("/example/") {
            continue;
        }
        let page = answer.text().to_owned();
        for link in found(r#"(?:href|src|action)="([^"]*)""#, &page) {
            let link = unescaped(&link);
            let (target, fragment) = link.split_once('#').unwrap_or((&link, ""));
            if target.starts_with("http") {
                continue;
            }
            if target.is_empty() {
                assert!(page.contains(&format!("id=\"{fragment}\"")), "{path} leads to #{fragment}");
                continue;
            }
            assert!(target.starts_with('/') && !target.starts_with("//"), "{path} leads to {link}");
            let is_private = PRIVATE.iter().any(|private| target.starts_with(private));
            if !is_private && seen.insert(target.to_owned()) {
                waiting.push(target.to_owned());
            }
        }
        pages.insert(path, page);
    }
    pages
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_whole_and_every_link_leads_somewhere() {
    let site = Site::start().await;
    let pages = all_pages(&site).await;
    let clause_count: usize = site.catalog.standards.iter().map(|standard| standard.clauses.len()).sum();
    let clause_pages = pages.keys().filter(|path| path.starts_with("/clauses/")).count();
    assert_eq!(clause_pages, clause_count);
    let stylesheet = found(r#"<link rel="stylesheet" href="([^"]+)""#, &pages["/"]);
    let style_bytes = site.get(&stylesheet[0]).await.body.len();
    let mut titles: BTreeMap<String, String> = BTreeMap::new();
    for (path, page) in &pages {
        holds_for_every_page(path, page);
        // A matrix is as long as its mappings are many; it keeps the limit as transferred.
        let page_bytes = if path.starts_with("/crosswalk?") { packed_bytes(page) } else { page.len() };
        assert!(page_bytes + style_bytes < MOST_BYTES, "{path} has {page_bytes} bytes, the stylesheet {style_bytes}");
        // Both directions of a crosswalk are one page to a search engine.
        let canonical = only(r#"<link rel="canonical" href="([^"]+)">"#, page);
        let title = only("<title>([^<]+)</title>", page);
        if path.starts_with("/search") || path.starts_with("/crosswalk?") {
            continue;
        }
        assert_eq!(canonical, format!("{}{path}", PUBLIC_URL.trim_end_matches('/')));
        if let Some(other) = titles.insert(title.clone(), path.clone()) {
            panic!("{path} and {other} have one title: {title}");
        }
    }
    for heading in pages.iter().flat_map(|(path, page)| headings_linked(path, page)) {
        let (path, fragment) = heading;
        assert!(pages[&path].contains(&format!("id=\"{fragment}\"")), "{path}#{fragment}");
    }
}

fn packed_bytes(page: &str) -> usize {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(page.as_bytes()).unwrap();
    encoder.finish().unwrap().len()
}

/// Links with a fragment to other pages.
fn headings_linked(path: &str, page: &str) -> Vec<(String, String)> {
    let links: Vec<String> = found(r#"href="(/[^"]*)""#, page).iter().map(|link| unescaped(link)).collect();
    let parts = links.iter().filter_map(|link| link.split_once('#')).filter(|(target, _)| *target != path);
    parts.map(|(target, fragment)| (target.to_owned(), fragment.to_owned())).collect()
}

fn holds_for_every_page(path: &str, page: &str) {
    assert!(page.starts_with("<!doctype html>\n<html lang=\"en\">"), "{path}");
    for (what, pattern) in [
        ("h1", "<(h1)[ >]"),
        ("main", "<(main) "),
        ("header", "<(header) class=\"masthead\""),
        ("footer", "<(footer) "),
        ("skip link", "<a class=\"(skip)\" href=\"#main\""),
        ("viewport", "<meta name=\"(viewport)\""),
    ] {
        assert_eq!(found(pattern, page).len(), 1, "{path}: {what}");
    }
    let description = only(r#"<meta name="description" content="([^"]+)">"#, page);
    let length = description.chars().count();
    assert!((30..=220).contains(&length), "{path}: {length} {description}");
    // Nothing is executed, nothing is styled in place, and nothing is loaded from elsewhere.
    for (what, pattern) in [
        ("style element", "<(style)[ >]"),
        ("style attribute", r"<[^>]+\s(style)="),
        ("event handler", r"<[a-z][^>]*\s(on[a-z]+)\s*="),
        ("script", r#"<script(?: type="application/ld\+json")?([^>]*)>[^{]"#),
        ("foreign asset", r#"<(?:link|script|img|iframe|source|video|object|embed)[^>]+(?:src|srcset|data)="([^"]*)""#),
        ("javascript address", r#"(?i)(?:href|action)="\s*(javascript|data|vbscript):"#),
    ] {
        assert_eq!(found(pattern, page), Vec::<String>::new(), "{path}: {what}");
    }
    for sheet in found(r#"<link rel="(?:stylesheet|icon)" href="([^"]+)""#, page) {
        assert!(sheet.starts_with('/') && !sheet.starts_with("//"), "{path}: {sheet}");
    }
    // Headings come in order, names are given once, and what is named exists.
    let levels: Vec<u32> = found("<h([1-6])[ >]", page).iter().map(|level| level.parse().unwrap()).collect();
    assert_eq!(levels.first(), Some(&1), "{path}");
    for pair in levels.windows(2) {
        assert!(pair[1] <= pair[0] + 1, "{path}: a heading of level {} follows one of level {}", pair[1], pair[0]);
    }
    let ids = found(r#"\sid="([^"]+)""#, page);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{path}: {ids:?}");
    for named in found(r#"(?:aria-labelledby|aria-describedby|for)="([^"]+)""#, page) {
        assert!(ids.contains(&named), "{path}: {named}");
    }
    for wide in found(r#"<div class="scroll"([^>]*)>"#, page) {
        assert!(["tabindex=\"0\"", "role=\"region\"", "aria-label=\""].iter().all(|part| wide.contains(part)), "{path}: {wide}");
    }
    for block in found(r#"(?s)<script type="application/ld\+json">(.*?)</script>"#, page) {
        let read: serde_json::Value = serde_json::from_str(&block).unwrap();
        assert_eq!(read["@context"], "https://schema.org", "{path}");
        let kinds: Vec<&str> = read["@graph"].as_array().unwrap().iter().filter_map(|one| one["@type"].as_str()).collect();
        assert!(kinds.contains(&"BreadcrumbList") && kinds.len() == 2, "{path}: {kinds:?}");
        let address = read["@graph"][0]["url"].as_str().unwrap();
        assert_eq!(address, only(r#"<link rel="canonical" href="([^"]+)">"#, page), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sitemap_names_every_page_under_its_canonical_address() {
    let site = Site::start().await;
    let listed = site.sitemap().await;
    assert_eq!(listed.iter().collect::<BTreeSet<_>>().len(), listed.len());
    for standard in &site.catalog.standards {
        assert!(listed.contains(&format!("/standards/{}", standard.id)));
        for clause in &standard.clauses {
            assert!(listed.contains(&format!("/clauses/{}/{}", standard.id, clause.number)));
        }
    }
    for path in &listed {
        let page = site.get(path).await;
        let canonical = only(r#"<link rel="canonical" href="([^"]+)">"#, page.text());
        assert_eq!(canonical, format!("{}{path}", PUBLIC_URL.trim_end_matches('/')));
    }
    let robots = site.get("/robots.txt").await;
    assert!(robots.text().contains(&format!("Sitemap: {PUBLIC_URL}sitemap.xml")));
    for private in PRIVATE {
        assert!(robots.text().contains(&format!("Disallow: {private}\n")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clause_page_says_all_that_the_catalog_knows() {
    let site = Site::start().await;
    for standard in &site.catalog.standards {
        for clause in &standard.clauses {
            let path = format!("/clauses/{}/{}", standard.id, clause.number);
            let page = unescaped(site.get(&path).await.text());
            let mut wanted: Vec<&str> = vec![
                &clause.title,
                &clause.texts.requirement,
                &clause.texts.why,
                &clause.texts.changed,
                &clause.status.text_basis,
                standard.short_name(),
                "Review your documents against this clause",
            ];
            wanted.extend(clause.status.reviewers.iter().map(String::as_str));
            wanted.extend(clause.claims.iter().flat_map(|claim| [&*claim.text, &claim.source, &claim.checked_on]));
            wanted.extend(clause.gaps.iter().flat_map(|gap| [&*gap.title, &gap.auditor_sees, &gap.remedy]));
            wanted.extend(clause.reading.iter().map(|reading| reading.title.as_str()));
            wanted.extend(clause.mappings.iter().map(|mapping| mapping.source.as_str()));
            if clause.status.stage != Stage::Structure {
                wanted.extend(clause.constraints.iter().flat_map(|constraint| [&*constraint.shall, &constraint.question]));
            }
            for text in wanted {
                assert!(page.contains(text), "{path} lacks: {text}");
            }
            assert!(page.contains(&format!("/reviews/new?standard={}&clause={}", standard.id, clause.number)), "{path}");
            if !clause.status.checked_against_standard {
                let is_sold = standard.id.starts_with("iec-") || standard.id.starts_with("iso-");
                let official = if is_sold { "a bought copy of the standard" } else { "the official text" };
                assert!(page.contains(&format!("not compared with {official}")), "{path}");
            }
            for mapping in &clause.mappings {
                let (other, number) = mapping.to.split_once('/').unwrap();
                if site.catalog.clause(other, number).is_none() {
                    continue;
                }
                let there = format!("/clauses/{other}/{number}");
                assert!(page.contains(&format!("href=\"{there}\"")), "{path} does not lead to {there}");
                let back = site.get(&there).await;
                assert_eq!(back.status, 200);
                assert!(back.text().contains(&format!("href=\"{path}\"")), "{there} does not lead back to {path}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_crosswalk_shows_each_mapping_in_both_directions_and_what_has_none() {
    let site = Site::start().await;
    let (one, other) = ("iec-81001-5-1-2021", "iec-62443-4-1-2018");
    let (forth, back) =
        (site.get(&format!("/crosswalk?from={one}&to={other}")).await, site.get(&format!("/crosswalk?from={other}&to={one}")).await);
    let rows = |page: &str| found(r#"<tr>(<th scope="row">)"#, page).len();
    assert!(rows(forth.text()) > 20);
    assert_eq!(rows(forth.text()), rows(back.text()));
    let stated = |from: &str, to: &str| {
        let clauses = &site.catalog.standard(from).unwrap().clauses;
        clauses.iter().flat_map(|clause| &clause.mappings).filter(|mapping| mapping.to.starts_with(&format!("{to}/"))).count()
    };
    assert_eq!(rows(forth.text()), stated(one, other) + stated(other, one));
    // Each clause is either in the matrix or among those without a counterpart.
    for page in [&forth, &back] {
        for standard in [one, other] {
            for clause in &site.catalog.standard(standard).unwrap().clauses {
                let link = format!("href=\"/clauses/{standard}/{}\"", clause.number);
                let is_below_a_mapped_heading = found("href=\"/standards/[^\"#]+#part-([^\"]+)\"", page.text())
                    .iter()
                    .any(|heading| clause.number.starts_with(&format!("{heading}.")));
                assert!(page.text().contains(&link) || is_below_a_mapped_heading, "{link}");
            }
        }
    }
    for (query, expected) in [
        (format!("from={one}&to={one}"), "no crosswalk to itself"),
        (format!("from={one}&to=nothing"), "no standard of our catalog"),
        (format!("from={one}"), "only one was given"),
    ] {
        let answer = site.get(&format!("/crosswalk?{query}")).await;
        assert_eq!(answer.status, 404, "{query}");
        assert!(answer.text().contains(expected) && answer.text().contains("<select id=\"from\""), "{query}");
    }
}

#[tokio::test]
async fn blanks_of_the_operator_are_visible_until_they_are_filled() {
    let blank = Site::start().await;
    for path in ["/privacy", "/terms", "/data-processing", "/subprocessors"] {
        let page = blank.get(path).await;
        assert!(page.text().contains("[operator: name and address]") && page.text().contains("[operator: contact e-mail]"), "{path}");
        assert!(page.text().contains("<strong>Not complete.</strong>"), "{path}");
    }
    assert!(blank.get("/pricing").await.text().contains("Not on sale here"));
    let set = [
        ("CROSSWALK_SERVER__OPERATOR", "Example Ltd, 1 Road <City>"),
        ("CROSSWALK_SERVER__CONTACT_EMAIL", "privacy@example.com"),
        ("CROSSWALK_SERVER__PRICE_SHOWN", "EUR 490"),
        ("CROSSWALK_SERVER__HOSTING", "Example Hosting SE, Germany"),
        ("CROSSWALK_SERVER__MAIL_PROVIDER", "Example Mail GmbH, Germany"),
        ("CROSSWALK_SERVER__BACKUP_DAYS", "35"),
    ];
    let price = Price { minor_units: 49_000, currency: Currency::parse("eur").unwrap() };
    let named = Site::start_as(&SiteFacts { offer: Offer::Sold { price, note: "" }, ..facts(&set, true) }).await;
    for path in ["/privacy", "/terms", "/data-processing", "/subprocessors"] {
        let page = unescaped(named.get(path).await.text());
        assert!(page.contains("Example Ltd, 1 Road <City>") && page.contains("privacy@example.com"), "{path}");
        assert!(!page.contains("[operator: ") && !page.contains("Not complete"), "{path}");
        assert!(!named.get(path).await.text().contains("<City>"), "{path}");
    }
    let pricing = named.get("/pricing").await;
    assert!(pricing.text().contains("EUR 490 <") && !pricing.text().contains("Not on sale here"), "{}", pricing.text());
    let privacy = named.get("/privacy").await;
    for said in ["Google API Services User Data Policy", "including the Limited Use requirements", "advertising", "train artificial"] {
        assert!(privacy.text().contains(said), "{said}");
    }
    for (path, said) in [
        ("/privacy", "Example Hosting SE, Germany"),
        ("/privacy", "deleted after 35 days"),
        ("/privacy", "href=\"/subprocessors\""),
        ("/privacy", "href=\"/data-processing\""),
        ("/subprocessors", "Example Mail GmbH, Germany"),
        ("/data-processing", "deleted after 35 days"),
    ] {
        assert!(named.get(path).await.text().contains(said), "{path} lacks: {said}");
    }
    for (site, expected) in [(&blank, false), (&named, true)] {
        for path in ["/", "/clauses/iec-81001-5-1-2021/4.2", "/no/such/page"] {
            assert_eq!(site.get(path).await.text().contains("Google is simulated on this machine"), expected, "{path}");
        }
    }
}
