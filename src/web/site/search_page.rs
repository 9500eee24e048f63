//! The answer to a search.

use askama::Template;

use crate::catalog::{Clause, Standard};
use crate::web::frame::Frame;
use crate::web::site::{Site, rendered, wording};

/// Longest question that is looked at, in characters.
const LONGEST_QUESTION: usize = 200;

#[derive(Template)]
#[template(path = "site/search.html", config = "src/web/askama.toml")]
struct SearchPage<'c> {
    frame: Frame,
    words: &'c str,
    hits: Vec<HitShown<'c>>,
    standards: &'c [Standard],
}

struct HitShown<'c> {
    standard: &'c Standard,
    clause: &'c Clause,
    said: String,
}

/// The page for this question; an empty one shows what can be asked.
pub(super) fn html(site: &Site, question: &str) -> String {
    let words = question.trim();
    let words = words.char_indices().nth(LONGEST_QUESTION).map_or(words, |(at, _)| &words[..at]);
    let standards = &site.catalog.standards;
    let hits = if words.is_empty() { Vec::new() } else { site.search_index().search(words) };
    let shown = hits
        .into_iter()
        .map(|hit| {
            let standard = &standards[hit.standard];
            let clause = &standard.clauses[hit.clause];
            HitShown { standard, clause, said: wording::shortened(&clause.texts.requirement, 200) }
        })
        .collect();
    let description = "Search the clauses of standards, laws and guidance for medical-device software by number, title or words.";
    rendered(&SearchPage { frame: site.frame("Search the clauses", description, "/search"), words, hits: shown, standards })
}
