//! "Look here too": where the catalog's mappings lead from the judged clauses to clauses of other standards. It passes on
//! a hint and its strength, and never a verdict: evidence for one clause proves nothing for another, not even where
//! both ask for the same.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::assessment::{Assessment, Finding};
use crate::catalog::{Catalog, Mapping, Standard};
use crate::report::{Tally, VerdictShown, shown};

/// Said wherever the hints are shown.
pub const HINT_ONLY: &str = "A mapping says where to look next. What was found for one clause is a hint for the other and proves nothing \
                             there: only a review against that standard can tell.";

/// How a judged clause relates to one of another standard, seen from the judged one (OSCAL's relationships; what the
/// catalog calls `no-relationship` is left out).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// `equal-to`.
    Equal,
    /// `equivalent-to`.
    Equivalent,
    /// `superset-of`: the judged clause asks for all of the other and more.
    Superset,
    /// `subset-of`: the judged clause asks for a part of the other.
    Subset,
    /// `intersects-with`.
    Intersects,
}

/// How much is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HintLimits {
    /// Clauses per standard.
    pub clauses: usize,
    /// Links per clause.
    pub links: usize,
}

/// One judged clause that leads to the clause in question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HintLink {
    /// `IEC 81001-5-1:2021 4.2 – Security risk management`: the judged clause.
    pub from: String,
    /// How they relate.
    pub relation: Relation,
    /// What was said of the judged clause.
    pub verdict: VerdictShown,
    /// How sure the catalog is of the mapping: `high`, `medium` or `low`.
    pub confidence: String,
    /// Where the mapping comes from.
    pub source: String,
}

/// A clause of another standard that is worth a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedClause {
    /// Its number.
    pub number: String,
    /// Its title; empty where the catalog has none.
    pub title: String,
    /// Whether it is a heading, which holds clauses but asks for nothing itself; it does not count in the tallies.
    pub is_heading: bool,
    /// What leads to it, closest relation and best verdict first.
    pub links: Vec<HintLink>,
    /// Links beyond the limit.
    pub more_links: usize,
}

/// What the mappings say of one other standard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedStandard {
    /// Its id in the catalog, for a link to its page.
    pub id: String,
    /// Name shown to people.
    pub name: String,
    /// How many clauses the catalog knows of it.
    pub clause_count: usize,
    /// Its clauses that a judged clause asks the same of ([`Relation::asks_the_same`]), by the best verdict on those.
    pub same: Tally,
    /// Its clauses that judged clauses merely overlap with, by the best verdict on those.
    pub overlapping: Tally,
    /// Clauses worth a look: those asked the same first, best verdict first, then in the order of the standard.
    pub clauses: Vec<MappedClause>,
    /// Clauses beyond the limit.
    pub more_clauses: usize,
}

/// Where the mappings lead from what was judged, one entry per standard in the order of the catalog. A clause that was
/// judged itself is not in it: it has a verdict of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookHereToo {
    /// The other standards.
    pub standards: Vec<MappedStandard>,
}

impl Relation {
    fn parse(relation: &str) -> Option<Self> {
        match relation {
            "equal-to" => Some(Self::Equal),
            "equivalent-to" => Some(Self::Equivalent),
            "superset-of" => Some(Self::Superset),
            "subset-of" => Some(Self::Subset),
            "intersects-with" => Some(Self::Intersects),
            _ => None,
        }
    }

    /// The same relation seen from the other clause.
    fn reversed(self) -> Self {
        match self {
            Self::Superset => Self::Subset,
            Self::Subset => Self::Superset,
            Self::Equal | Self::Equivalent | Self::Intersects => self,
        }
    }

    /// Whether both clauses ask for the same, word by word or in substance.
    #[must_use]
    pub fn asks_the_same(self) -> bool {
        match self {
            Self::Equal | Self::Equivalent => true,
            Self::Superset | Self::Subset | Self::Intersects => false,
        }
    }

    /// What the judged clause does towards the other: `overlaps with it in part`.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Equal => "asks the same of you",
            Self::Equivalent => "asks the same of you in other words",
            Self::Superset => "asks for this and more",
            Self::Subset => "asks for a part of this",
            Self::Intersects => "overlaps with this in part",
        }
    }
}

impl Default for HintLimits {
    fn default() -> Self {
        Self { clauses: 12, links: 3 }
    }
}

impl MappedStandard {
    /// One sentence with the counts, those that ask the same and those that overlap told apart.
    #[must_use]
    pub fn in_words(&self) -> String {
        let touched = self.same.total() + self.overlapping.total();
        if touched == 0 {
            return "Only headings of it are touched by the clauses of this review.".into();
        }
        let part = |tally: Tally, one: &str, many: &str| match tally.total() {
            0 => None,
            1 => Some(format!("1 {one} ({})", tally.in_words())),
            total => Some(format!("{total} {many} ({})", tally.in_words())),
        };
        let same = part(self.same, "asks the same as a clause of this review", "ask the same as clauses of this review");
        let overlapping = part(self.overlapping, "overlaps in part with one of this review", "overlap in part with some of this review");
        let parts: Vec<String> = same.into_iter().chain(overlapping).collect();
        let all = self.clause_count;
        format!("{touched} of its {all} clauses are worth a look, by what this review says of ours: {}.", parts.join(", "))
    }
}

impl LookHereToo {
    /// Follows the mappings of the judged clauses, and those that lead to them, one step far. The catalog must be the one
    /// that the assessment names. While the review is incomplete, "no evidence found" is shown as "cannot be assessed".
    #[must_use]
    pub fn of(assessment: &Assessment, catalog: &Catalog, limits: HintLimits) -> Self {
        let leading_here = Backward::of(catalog);
        let mut judged: BTreeSet<(&str, &str)> = BTreeSet::new();
        let mut found: BTreeMap<(&str, &str), Vec<HintLink>> = BTreeMap::new();
        for finding in &assessment.findings {
            judged.insert((&finding.standard, &finding.clause));
            let (standard, number) = judging(finding, catalog);
            judged.insert((standard, number));
            for (target, relation, mapping) in leads(standard, number, catalog, &leading_here) {
                found.entry(target).or_default().push(link(finding, relation, mapping, assessment.complete, catalog));
            }
        }
        found.retain(|target, _| !judged.contains(target));
        let standards = catalog.standards.iter().filter_map(|standard| mapped_standard(standard, &found, limits)).collect();
        Self { standards }
    }
}

/// The clause whose entry judged the finding: another one for a requirement of the user's own.
fn judging<'a>(finding: &'a Finding, catalog: &'a Catalog) -> (&'a str, &'a str) {
    let by = catalog.clause(&finding.standard, &finding.clause).and_then(|clause| clause.judged_by.as_ref());
    by.map_or((&finding.standard, &finding.clause), |to| (&to.standard, &to.clause))
}

/// Mappings by the clause they lead to.
struct Backward<'a>(BTreeMap<&'a str, Vec<(&'a str, &'a str, &'a Mapping)>>);

impl<'a> Backward<'a> {
    fn of(catalog: &'a Catalog) -> Self {
        let mut by_target: BTreeMap<&str, Vec<(&str, &str, &Mapping)>> = BTreeMap::new();
        for standard in &catalog.standards {
            for clause in &standard.clauses {
                for mapping in &clause.mappings {
                    by_target.entry(&mapping.to).or_default().push((&standard.id, &clause.number, mapping));
                }
            }
        }
        Self(by_target)
    }
}

type Lead<'a> = ((&'a str, &'a str), Relation, &'a Mapping);

/// Where the mappings of a clause lead, and where those that lead to it come from. Of two mappings between the same
/// clauses the clause's own counts.
fn leads<'a>(standard: &str, number: &str, catalog: &'a Catalog, backward: &Backward<'a>) -> Vec<Lead<'a>> {
    let own = catalog.clause(standard, number).map(|clause| clause.mappings.as_slice()).unwrap_or_default();
    let mut leads: BTreeMap<(&str, &str), (Option<Relation>, &Mapping)> = BTreeMap::new();
    for mapping in own {
        if let Some(target) = mapping.to.split_once('/') {
            leads.entry(target).or_insert((Relation::parse(&mapping.relation), mapping));
        }
    }
    for (from_standard, from_number, mapping) in backward.0.get(format!("{standard}/{number}").as_str()).into_iter().flatten() {
        let relation = Relation::parse(&mapping.relation).map(Relation::reversed);
        leads.entry((from_standard, from_number)).or_insert((relation, mapping));
    }
    leads.into_iter().filter_map(|(target, (relation, mapping))| Some((target, relation?, mapping))).collect()
}

fn link(finding: &Finding, relation: Relation, mapping: &Mapping, complete: bool, catalog: &Catalog) -> HintLink {
    let standard = catalog.standard(&finding.standard).map_or(finding.standard.as_str(), Standard::short_name);
    HintLink {
        from: format!("{} {} – {}", shown(standard), shown(&finding.clause), shown(&finding.title)),
        relation,
        verdict: VerdictShown::of(finding.status, complete),
        confidence: shown(&mapping.confidence),
        source: shown(&mapping.source),
    }
}

fn mapped_standard(standard: &Standard, found: &BTreeMap<(&str, &str), Vec<HintLink>>, limits: HintLimits) -> Option<MappedStandard> {
    let clauses = standard.clauses.iter().map(|clause| (&clause.number, &clause.title, false));
    let headings = standard.groups.iter().map(|group| (&group.number, &group.title, true));
    let mut touched: Vec<MappedClause> = clauses
        .chain(headings)
        .filter_map(|(number, title, is_heading)| {
            let mut links = found.get(&(standard.id.as_str(), number.as_str()))?.clone();
            links.sort_by_key(|link| (!link.relation.asks_the_same(), Reverse(link.verdict.verdict), link.relation));
            Some(MappedClause { number: shown(number), title: shown(title), is_heading, links, more_links: 0 })
        })
        .collect();
    if touched.is_empty() {
        return None;
    }
    let (same, overlapping): (Vec<&MappedClause>, Vec<&MappedClause>) =
        touched.iter().filter(|clause| !clause.is_heading).partition(|clause| is_same(clause));
    let tally = |clauses: Vec<&MappedClause>| Tally::of(clauses.into_iter().filter_map(best));
    let (same, overlapping) = (tally(same), tally(overlapping));
    touched.sort_by_key(|clause| (clause.is_heading, !is_same(clause), Reverse(best(clause).map(|shown| shown.verdict))));
    let more_clauses = touched.len().saturating_sub(limits.clauses);
    touched.truncate(limits.clauses);
    for clause in &mut touched {
        clause.more_links = clause.links.len().saturating_sub(limits.links);
        clause.links.truncate(limits.links);
    }
    Some(MappedStandard {
        id: standard.id.clone(),
        name: shown(standard.short_name()),
        clause_count: standard.clauses.len(),
        same,
        overlapping,
        clauses: touched,
        more_clauses,
    })
}

/// Whether the closest link, which stands first, asks the same.
fn is_same(clause: &MappedClause) -> bool {
    clause.links.first().is_some_and(|link| link.relation.asks_the_same())
}

/// The best verdict among the links of the closest kind: what merely overlaps never brightens what asks the same.
fn best(clause: &MappedClause) -> Option<VerdictShown> {
    clause.links.first().map(|link| link.verdict)
}
