//! The page of a clause: everything that the catalog knows of it, how far that can be trusted, and where it leads.

use askama::Template;

use crate::catalog::{Clause, Constraint, EvidenceSignal, Mapping, Signals, Stage, Standard, fold_name};
use crate::web::frame::Frame;
use crate::web::site::links::{Target, anchor, clause_path, segment, standard_path};
use crate::web::site::{Site, json_ld, rendered, wording};

#[derive(Template)]
#[template(path = "site/clause.html", config = "src/web/askama.toml")]
struct ClausePage<'c> {
    frame: Frame,
    json_ld: String,
    standard: &'c Standard,
    clause: &'c Clause,
    is_short: bool,
    /// Headings of the standard above the clause, outermost first: address and words.
    above: Vec<(String, String)>,
    constraints: Vec<&'c Constraint>,
    evidence: Vec<EvidenceShown<'c>>,
    mapped: Vec<MappingShown<'c>>,
    mapping_here: Vec<MappingShown<'c>>,
    defense: Vec<DefensePiece>,
    previous: Option<&'c Clause>,
    next: Option<&'c Clause>,
    review_path: String,
}

/// A signal in words.
struct EvidenceShown<'c> {
    signal: &'c EvidenceSignal,
    /// Names from the entry's own tests that this signal takes.
    examples: Vec<&'c str>,
}

/// A mapping as one line.
struct MappingShown<'c> {
    /// From the clause of the page to the other.
    relation: &'c str,
    /// None when the catalog does not hold the other clause.
    target: Option<Target<'c>>,
    /// The other clause as the catalog names it.
    named: &'c str,
    mapping: &'c Mapping,
}

/// A piece of the audit-defence text.
enum DefensePiece {
    Words(String),
    Blank(String),
}

impl ClausePage<'_> {
    fn path_of(&self, clause: &Clause) -> String {
        clause_path(&self.standard.id, &clause.number)
    }
}

/// The page of the clause at these places of the catalog.
pub(super) fn html(site: &Site, standard_at: usize, clause_at: usize) -> String {
    let standard = &site.catalog.standards[standard_at];
    let clause = &standard.clauses[clause_at];
    let path = clause_path(&standard.id, &clause.number);
    let name = format!("{} {}", clause.number, clause.title);
    let description = description(standard, clause);
    let is_short = matches!(clause.status.stage, Stage::Structure | Stage::Imported);
    let way = [
        ("Standards".to_owned(), site.address("/standards")),
        (standard.short_name().to_owned(), site.address(&standard_path(&standard.id))),
        (name.clone(), site.address(&path)),
    ];
    let kind = if is_short { "WebPage" } else { "TechArticle" };
    let title = format!("{name} – {}", standard.short_name());
    rendered(&ClausePage {
        json_ld: json_ld::page(kind, &title, &description, &site.address(&path), Some(&standard.title), &way),
        frame: site.frame(title, description, &path),
        is_short,
        above: headings_above(standard, clause),
        constraints: clause.constraints.iter().filter(|constraint| constraint.retired.is_none() && !is_short).collect(),
        evidence: evidence_shown(standard, clause),
        mapped: clause
            .mappings
            .iter()
            .map(|mapping| MappingShown {
                relation: wording::relation(&mapping.relation),
                target: Target::of(&site.catalog, &mapping.to),
                named: &mapping.to,
                mapping,
            })
            .collect(),
        mapping_here: site
            .links
            .mapping_here(&site.catalog, &standard.id, &clause.number)
            .into_iter()
            .map(|(other, from, mapping)| MappingShown {
                relation: wording::relation(wording::reversed(&mapping.relation)),
                target: Some(Target::Clause(other, from)),
                named: &from.number,
                mapping,
            })
            .collect(),
        defense: defense_pieces(&clause.texts.defense),
        previous: clause_at.checked_sub(1).and_then(|at| standard.clauses.get(at)),
        next: standard.clauses.get(clause_at + 1),
        review_path: format!("/reviews/new?standard={}&clause={}", segment(&standard.id), segment(&clause.number)),
        standard,
        clause,
    })
}

fn description(standard: &Standard, clause: &Clause) -> String {
    let subject = format!("{} {}", standard.short_name(), clause.number);
    if clause.texts.requirement.is_empty() {
        return wording::shortened(&format!("{subject}: {}. A clause of: {}", clause.title, standard.title), 158);
    }
    wording::shortened(&format!("{subject}: {}", clause.texts.requirement), 158)
}

fn headings_above(standard: &Standard, clause: &Clause) -> Vec<(String, String)> {
    let above = standard.groups.iter().filter(|group| clause.number.starts_with(&format!("{}.", group.number)));
    above
        .map(|group| (format!("{}#{}", standard_path(&standard.id), anchor(&group.number)), format!("{} {}", group.number, group.title)))
        .collect()
}

fn evidence_shown<'c>(standard: &Standard, clause: &'c Clause) -> Vec<EvidenceShown<'c>> {
    let signals = Signals::of([(standard.id.as_str(), clause)]);
    let takes = |at: usize, name: &str| signals.matches(&fold_name(name)).iter().any(|hit| hit.signal == at);
    clause
        .signals
        .iter()
        .enumerate()
        .map(|(at, signal)| EvidenceShown {
            signal,
            examples: clause.tests.matching.iter().map(String::as_str).filter(|name| takes(at, name)).take(4).collect(),
        })
        .collect()
}

/// The text with its placeholders as blanks: `{doc:threat-model}` becomes "document: threat model".
fn defense_pieces(template: &str) -> Vec<DefensePiece> {
    let mut pieces = Vec::new();
    let mut rest = template.trim();
    while let Some((before, tail)) = rest.split_once('{') {
        let Some((placeholder, after)) = tail.split_once('}') else { break };
        pieces.push(DefensePiece::Words(before.to_owned()));
        pieces.push(DefensePiece::Blank(match placeholder.strip_prefix("doc:") {
            Some(role) => format!("document: {}", wording::spaced(role)),
            None => wording::spaced(placeholder),
        }));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(DefensePiece::Words(rest.to_owned()));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_become_blanks() {
        for (text, expected) in [
            ("See {doc:threat-model} rev. {rev}.", "See |[document: threat model]| rev. |[rev]|."),
            ("No placeholder.", "No placeholder."),
            ("Broken {brace", "Broken {brace"),
            ("", ""),
        ] {
            let pieces = defense_pieces(text);
            let joined: Vec<String> = pieces
                .iter()
                .map(|piece| match piece {
                    DefensePiece::Words(words) => words.clone(),
                    DefensePiece::Blank(blank) => format!("[{blank}]"),
                })
                .collect();
            assert_eq!(joined.join("|"), expected);
        }
    }
}
