//! The list of standards, and the page of one with all its clauses.

use askama::Template;

use crate::catalog::{Clause, ClauseGroup, Profile, Stage, Standard};
use crate::web::frame::Frame;
use crate::web::site::links::{crosswalk_path, segment, standard_path};
use crate::web::site::shelf::Page;
use crate::web::site::{Site, crosswalk_page, json_ld, rendered, wording};

#[derive(Template)]
#[template(path = "site/standards.html", config = "src/web/askama.toml")]
struct StandardsPage<'c> {
    frame: Frame,
    standards: &'c [Standard],
}

#[derive(Template)]
#[template(path = "site/standard.html", config = "src/web/askama.toml")]
struct StandardPage<'c> {
    frame: Frame,
    json_ld: String,
    standard: &'c Standard,
    full_entries: Vec<&'c Clause>,
    parts: Vec<Part<'c>>,
    profiles: Vec<(&'c Profile, usize)>,
    /// Standards with mappings to or from this one: name, address of the matrix, number of mappings.
    mapped_with: Vec<(&'c str, String, usize)>,
    review_path: String,
}

/// A heading with the clauses right below it; none before the first heading.
struct Part<'c> {
    heading: Option<&'c ClauseGroup>,
    clauses: Vec<&'c Clause>,
}

impl Part<'_> {
    /// Whether the heading is a heading of the first level.
    fn is_top(&self) -> bool {
        self.heading.is_some_and(|heading| !heading.number.contains('.'))
    }
}

fn full_entries(standard: &Standard) -> Vec<&Clause> {
    standard.clauses.iter().filter(|clause| !matches!(clause.status.stage, Stage::Structure | Stage::Imported)).collect()
}

/// All standards.
pub(super) fn all(site: &Site) -> String {
    let description = format!(
        "{} standards, laws and guidance documents for medical-device software, clause by clause: what each asks, in our own words, and \
         what evidence for it looks like.",
        site.catalog.standards.len()
    );
    rendered(&StandardsPage { frame: site.frame("Standards", description, "/standards"), standards: &site.catalog.standards })
}

/// The standard at this place of the catalog.
pub(super) fn one(site: &Site, at: usize) -> String {
    let standard = &site.catalog.standards[at];
    let path = standard_path(&standard.id);
    let description = wording::shortened(
        &format!(
            "{}, clause by clause: {} clauses with what each asks in our own words, and how they map to other standards. {}",
            standard.short_name(),
            standard.clauses.len(),
            standard.title
        ),
        158,
    );
    let way = [("Standards".to_owned(), site.address("/standards")), (standard.short_name().to_owned(), site.address(&path))];
    let mapped_with = site
        .shelf
        .paths()
        .iter()
        .filter_map(|(_, page)| match page {
            Page::Pair(from, to) if *from == at => {
                let other = &site.catalog.standards[*to];
                let count = crosswalk_page::rows_between(&site.catalog, standard, other).len();
                (count > 0).then(|| (other.short_name(), crosswalk_path(&standard.id, &other.id), count))
            }
            _ => None,
        })
        .collect();
    let title = format!("{} clause by clause", standard.short_name());
    rendered(&StandardPage {
        json_ld: json_ld::page("CollectionPage", &title, &description, &site.address(&path), Some(&standard.title), &way),
        frame: site.frame(title, description, &path),
        full_entries: full_entries(standard),
        parts: parts_of(standard),
        profiles: standard
            .profiles
            .iter()
            .map(|profile| (profile, standard.clauses.iter().filter(|clause| profile.includes(&clause.number)).count()))
            .collect(),
        mapped_with,
        review_path: format!("/reviews/new?standard={}", segment(&standard.id)),
        standard,
    })
}

fn parts_of(standard: &Standard) -> Vec<Part<'_>> {
    let mut parts = vec![Part { heading: None, clauses: Vec::new() }];
    let mut groups = standard.groups.iter().peekable();
    for (at, clause) in standard.clauses.iter().enumerate() {
        while let Some(group) = groups.next_if(|group| group.before <= at) {
            parts.push(Part { heading: Some(group), clauses: Vec::new() });
        }
        if let Some(part) = parts.last_mut() {
            part.clauses.push(clause);
        }
    }
    parts.extend(groups.map(|group| Part { heading: Some(group), clauses: Vec::new() }));
    parts.retain(|part| part.heading.is_some() || !part.clauses.is_empty());
    parts
}
