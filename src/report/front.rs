//! The front matter of every report: what was reviewed, with what, and how much of it came out.

use crate::assessment::{Assessment, Finding};
use crate::catalog::{Catalog, Stage};
use crate::evidence::SourceKind;
use crate::report::{LedgerCounts, Tally, VerdictShown, shown};

/// What a page may say that is not in the assessment. No `Debug`: the source is customer text.
#[derive(Clone, Default)]
pub struct PageFacts {
    /// Date of the review, ready to print, such as `22 November 2026`; from `run.json`.
    pub reviewed_on: Option<String>,
    /// The source in the customer's words (the folder as given, or the name of the Drive folder).
    pub source: Option<String>,
    /// Why the review is incomplete, in sentences.
    pub incomplete_reasons: Vec<String>,
    /// Where the summary links to for the gap report, such as `gap-report.html`; none where there is none to open.
    pub gap_report_href: Option<String>,
    /// Where the gap report links to for the summary.
    pub summary_href: Option<String>,
}

/// How one standard came out.
#[derive(Debug, Clone)]
pub struct StandardShare {
    /// Name shown to people, `IEC 62304:2006+A1:2015`; for imported requirements the user's own string.
    pub id: String,
    /// Full title; the name again where the catalog has none.
    pub title: String,
    /// Edition in words; may be empty.
    pub edition: String,
    /// Clauses by verdict.
    pub clauses: Tally,
    /// Constraints by verdict.
    pub constraints: Tally,
    /// Clauses without a full entry, whose verdict is capped at weak.
    pub structure_only: usize,
}

/// What was reviewed, and with what.
#[derive(Debug, Clone)]
pub struct FrontMatter {
    /// `Folder` or `Google Drive`.
    pub source_kind: &'static str,
    /// `.` for a folder, the id for a Drive.
    pub source_root: String,
    /// The profile in words.
    pub profile: String,
    /// Letter of the software safety class.
    pub safety_class: &'static str,
    /// Edition of the catalog.
    pub catalog_edition: String,
    /// SHA-256 of the catalog.
    pub catalog_sha256: String,
    /// Name and version of the engine.
    pub engine: String,
    /// Whether everything listed was dealt with and the listing reached its end.
    pub complete: bool,
    /// Files by what became of them.
    pub counts: LedgerCounts,
    /// Per standard, in the order of the findings.
    pub standards: Vec<StandardShare>,
    /// All clauses by verdict.
    pub clauses: Tally,
    /// All constraints by verdict.
    pub constraints: Tally,
    /// What every reader must know about the wording of the catalog and the meaning of the verdicts.
    pub disclaimers: Vec<String>,
}

impl FrontMatter {
    /// Gathers it from an assessment.
    #[must_use]
    pub fn of(assessment: &Assessment, catalog: &Catalog) -> Self {
        let complete = assessment.complete;
        Self {
            source_kind: match assessment.source.kind {
                SourceKind::Folder => "Folder",
                SourceKind::Drive => "Google Drive",
            },
            source_root: shown(&assessment.source.root),
            profile: profile_in_words(assessment, catalog),
            safety_class: assessment.chosen.safety_class.letter(),
            catalog_edition: shown(&assessment.catalog.edition),
            catalog_sha256: shown(&assessment.catalog.sha256),
            engine: shown(&assessment.engine),
            complete,
            counts: LedgerCounts::of(&assessment.ledger),
            standards: by_standard(&assessment.findings).into_iter().map(|(id, f)| share(id, &f, catalog, complete)).collect(),
            clauses: clause_tally(assessment.findings.iter(), complete),
            constraints: constraint_tally(assessment.findings.iter(), complete),
            disclaimers: disclaimers(assessment, catalog),
        }
    }
}

/// Findings by standard, in the order in which the standards first appear.
pub(crate) fn by_standard(findings: &[Finding]) -> Vec<(&str, Vec<&Finding>)> {
    let mut groups: Vec<(&str, Vec<&Finding>)> = Vec::new();
    for finding in findings {
        match groups.iter_mut().find(|(id, _)| *id == finding.standard) {
            Some((_, group)) => group.push(finding),
            None => groups.push((&finding.standard, vec![finding])),
        }
    }
    groups
}

pub(crate) fn clause_tally<'a>(findings: impl Iterator<Item = &'a Finding>, complete: bool) -> Tally {
    Tally::of(findings.map(|f| VerdictShown::of(f.status, complete)))
}

pub(crate) fn constraint_tally<'a>(findings: impl Iterator<Item = &'a Finding>, complete: bool) -> Tally {
    Tally::of(findings.flat_map(|f| &f.constraints).map(|c| VerdictShown::of(c.verdict, complete)))
}

fn share(id: &str, findings: &[&Finding], catalog: &Catalog, complete: bool) -> StandardShare {
    let standard = catalog.standard(id);
    StandardShare {
        id: shown(standard.map_or(id, |s| s.short_name())),
        title: shown(standard.map_or(id, |s| &s.title)),
        edition: standard.map(|s| shown(&s.edition)).unwrap_or_default(),
        clauses: clause_tally(findings.iter().copied(), complete),
        constraints: constraint_tally(findings.iter().copied(), complete),
        structure_only: findings.iter().filter(|f| matches!(f.stage, Stage::Structure | Stage::Imported)).count(),
    }
}

fn profile_in_words(assessment: &Assessment, catalog: &Catalog) -> String {
    let id = &assessment.chosen.profile;
    let title = assessment.chosen.standards.iter().find_map(|s| catalog.standard(s)?.profile(id)).map(|p| p.title.as_str());
    match title {
        Some(title) if !title.is_empty() => format!("{} ({})", shown(title), shown(id)),
        _ => shown(id),
    }
}

fn disclaimers(assessment: &Assessment, catalog: &Catalog) -> Vec<String> {
    let mut lines = vec![
        "We report evidence, not conformity. A verdict says what the documents show; whether that is enough is for you, and in the end for \
         an auditor, to decide. Grades of gaps are estimates of what an auditor is likely to write."
            .to_owned(),
    ];
    let is_compared =
        |f: &Finding| catalog.clause(&f.standard, &f.clause).is_some_and(|c| catalog.judging_clause(c).status.checked_against_standard);
    // Requirements of the user's own are in the user's words and have no standard to be compared with.
    let ours: Vec<&Finding> = assessment.findings.iter().filter(|f| f.stage != Stage::Imported).collect();
    let not_compared = ours.iter().filter(|f| !is_compared(f)).count();
    if not_compared > 0 {
        lines.push(format!(
            "Requirements are given in our own words. {not_compared} of the {} catalog entries used here are drafts or bare structure, not \
             compared with a bought copy of the standard. Read the standard itself before you rely on a wording.",
            ours.len()
        ));
    }
    lines
}
