//! The matrix between two standards, in both directions, and the overview of which standards have one.

use std::collections::BTreeSet;

use askama::Template;

use crate::catalog::{Catalog, Clause, Mapping, Standard};
use crate::web::frame::Frame;
use crate::web::site::links::{Target, crosswalk_path};
use crate::web::site::{Site, rendered, wording};

/// One mapping between two standards, read from the first to the second.
pub(super) struct Row<'c> {
    from: Target<'c>,
    to: Target<'c>,
    /// An OSCAL relationship, turned where the second standard states it.
    relation: &'c str,
    mapping: &'c Mapping,
    /// Whose entry states it.
    stated_by: &'c Standard,
    /// Place of the first clause in its standard; headings come before all.
    order: usize,
}

#[derive(Template)]
#[template(path = "site/crosswalk.html", config = "src/web/askama.toml")]
struct OverviewPage<'c> {
    frame: Frame,
    standards: &'c [Standard],
    chosen: (&'c str, &'c str),
    problem: Option<String>,
    /// Pairs with mappings: both names, address, number; the most first.
    pairs: Vec<(&'c str, &'c str, String, usize)>,
}

#[derive(Template)]
#[template(path = "site/crosswalk-pair.html", config = "src/web/askama.toml")]
struct PairPage<'c> {
    frame: Frame,
    standards: &'c [Standard],
    chosen: (&'c str, &'c str),
    from: &'c Standard,
    to: &'c Standard,
    rows: Vec<Row<'c>>,
    without: [Without<'c>; 2],
    turned: String,
}

/// Clauses of one of the two without a mapping to the other.
struct Without<'c> {
    standard: &'c Standard,
    other: &'c Standard,
    clauses: Vec<&'c Clause>,
}

/// Which standards can be compared.
pub(super) fn overview(site: &Site) -> String {
    overview_with(site, ("", ""), None)
}

/// The same with a word on why this choice has no matrix.
pub(super) fn unanswerable(site: &Site, from: &str, to: &str) -> String {
    let is_known = |id: &str| site.catalog.standard(id).is_some();
    let problem = if from.is_empty() || to.is_empty() {
        "Choose two standards: only one was given."
    } else if !is_known(from) || !is_known(to) {
        "One of the two is no standard of our catalog. Choose both from the lists."
    } else {
        "A standard has no crosswalk to itself. Choose two different ones."
    };
    overview_with(site, (from, to), Some(problem.to_owned()))
}

fn overview_with(site: &Site, chosen: (&str, &str), problem: Option<String>) -> String {
    let standards = &site.catalog.standards;
    let mut pairs = Vec::new();
    for (at, one) in standards.iter().enumerate() {
        for other in &standards[at + 1..] {
            let count = rows_between(&site.catalog, one, other).len();
            if count > 0 {
                pairs.push((one.short_name(), other.short_name(), crosswalk_path(&one.id, &other.id), count));
            }
        }
    }
    pairs.sort_by_key(|pair| std::cmp::Reverse(pair.3));
    let description = "Compare two standards for medical-device software clause by clause: which clause overlaps with which, on what \
                       grounds, and what has no counterpart.";
    rendered(&OverviewPage {
        frame: site.frame("Crosswalk between standards", description, "/crosswalk"),
        standards,
        chosen,
        problem,
        pairs,
    })
}

/// The matrix between the standards at these places of the catalog.
pub(super) fn pair(site: &Site, from: usize, to: usize) -> String {
    let standards = &site.catalog.standards;
    let (first, second) = (&standards[from], &standards[to]);
    let rows = rows_between(&site.catalog, first, second);
    let title = format!("{} and {}", first.short_name(), second.short_name());
    let description = format!(
        "Crosswalk between {} and {}: {} mappings with relation, grounds and source, and the clauses without a counterpart.",
        first.short_name(),
        second.short_name(),
        rows.len()
    );
    // Both directions show the same mappings; the one in the order of the catalog is the page that search engines keep.
    let canonical = if from < to { crosswalk_path(&first.id, &second.id) } else { crosswalk_path(&second.id, &first.id) };
    let without = [without(first, second, &rows, |row| row.from), without(second, first, &rows, |row| row.to)];
    rendered(&PairPage {
        frame: site.frame(title, description, &canonical),
        standards,
        chosen: (&first.id, &second.id),
        from: first,
        to: second,
        turned: crosswalk_path(&second.id, &first.id),
        without,
        rows,
    })
}

fn without<'c>(standard: &'c Standard, other: &'c Standard, rows: &[Row<'c>], side: impl Fn(&Row<'c>) -> Target<'c>) -> Without<'c> {
    let mapped: BTreeSet<&str> = rows.iter().filter(|row| row.relation != "no-relationship").map(|row| side(row).number()).collect();
    let has_counterpart = |clause: &&Clause| {
        // A mapping to a heading speaks for the clauses below it.
        mapped.iter().any(|number| clause.number == *number || clause.number.starts_with(&format!("{number}.")))
    };
    Without { standard, other, clauses: standard.clauses.iter().filter(|clause| !has_counterpart(clause)).collect() }
}

/// All mappings between two standards, whoever states them, in the order of the first.
pub(super) fn rows_between<'c>(catalog: &'c Catalog, first: &'c Standard, second: &'c Standard) -> Vec<Row<'c>> {
    let mut rows = Vec::new();
    for (source, target, is_turned) in [(first, second, false), (second, first, true)] {
        for clause in &source.clauses {
            for mapping in &clause.mappings {
                let Some(to) = Target::of(catalog, &mapping.to).filter(|to| std::ptr::eq(to.standard(), target)) else { continue };
                let from = Target::Clause(source, clause);
                let relation = if is_turned { wording::reversed(&mapping.relation) } else { &mapping.relation };
                let (from, to) = if is_turned { (to, from) } else { (from, to) };
                let order = first.clauses.iter().position(|clause| clause.number == from.number()).map_or(0, |at| at + 1);
                rows.push(Row { from, to, relation, mapping, stated_by: source, order });
            }
        }
    }
    rows.sort_by_key(|row| row.order);
    rows
}
