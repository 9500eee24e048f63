//! The summary as data: what a manager reads in one minute.

use crate::assessment::{Assessment, Change, Finding, FindingGap, Verdict};
use crate::catalog::{Catalog, Grade};
use crate::evidence::LedgerStatus;
use crate::report::front::by_standard;
use crate::report::gap_report::{grade_class, grade_in_words};
use crate::report::{ChangeShown, FrontMatter, Limits, StandardShare, Tally, VerdictShown, shown};

/// How many gaps the summary names.
const LARGEST_GAPS: usize = 3;
const NOTHING_READ: &str = "No document was read, so nothing was assessed.";
const NO_DOCUMENT: &str = "No document shows it";

/// One clause as a line with a bar.
#[derive(Debug, Clone)]
pub struct ClauseBar {
    /// Number.
    pub number: String,
    /// Title.
    pub title: String,
    /// Verdict.
    pub verdict: VerdictShown,
    /// Its constraints by verdict: the parts of the bar.
    pub constraints: Tally,
}

/// One standard with a bar per clause.
#[derive(Debug, Clone)]
pub struct StandardBars {
    /// Counts.
    pub share: StandardShare,
    /// Clauses.
    pub clauses: Vec<ClauseBar>,
}

/// One of the largest gaps: the clause and what was found for it, which is known, and what that makes likely.
#[derive(Debug, Clone)]
pub struct LargestGap {
    /// `standard clause – title`.
    pub clause: String,
    /// What was found.
    pub verdict: VerdictShown,
    /// What others get wrong here, said as that; or that no document shows it.
    pub likely: String,
    /// Likely grade in words; none while the review is incomplete.
    pub grade: Option<&'static str>,
    /// Word for the style class.
    pub grade_class: &'static str,
}

/// The free summary. No `Debug`: it names files.
#[derive(Clone)]
pub struct Summary {
    /// What was reviewed.
    pub front: FrontMatter,
    /// Whether any document was read. Without one there is no outcome, and so no gap.
    pub is_anything_read: bool,
    /// The outcome in one sentence.
    pub headline: String,
    /// Bars.
    pub standards: Vec<StandardBars>,
    /// The three largest gaps at most, one per clause; where the catalog knows no pitfall, clauses without evidence.
    pub largest_gaps: Vec<LargestGap>,
    /// All gaps, so that the summary can say how many more there are.
    pub gap_count: usize,
    /// What was not examined.
    pub limits: Limits,
    /// What changed since an earlier review; none if there is none to compare with.
    pub change: Option<ChangeShown>,
}

impl Summary {
    /// Words an assessment. The catalog must be the one that the assessment names.
    #[must_use]
    pub fn of(assessment: &Assessment, catalog: &Catalog) -> Self {
        let front = FrontMatter::of(assessment, catalog);
        let is_anything_read = assessment.ledger.iter().any(|entry| entry.status == LedgerStatus::Read);
        let standards = front
            .standards
            .iter()
            .zip(by_standard(&assessment.findings))
            .map(|(share, (_, findings))| StandardBars {
                share: share.clone(),
                clauses: findings.iter().map(|f| bar(f, assessment.complete)).collect(),
            })
            .collect();
        Self {
            headline: if is_anything_read { headline(front.clauses, assessment.complete) } else { NOTHING_READ.to_owned() },
            front,
            is_anything_read,
            standards,
            largest_gaps: if is_anything_read { largest_gaps(assessment, catalog) } else { Vec::new() },
            gap_count: if is_anything_read { assessment.findings.iter().map(|f| f.gaps.len()).sum() } else { 0 },
            limits: Limits::of(assessment),
            change: None,
        }
    }

    /// The summary with what changed since an earlier review.
    #[must_use]
    pub fn with_change(mut self, change: &Change, catalog: &Catalog) -> Self {
        self.change = Some(ChangeShown::of(change, catalog));
        self
    }

    /// What stands above the gaps. Where none has a likely grade, they are no more than clauses without evidence.
    #[must_use]
    pub fn gaps_title(&self) -> &'static str {
        if !self.front.complete {
            "Largest possible gaps"
        } else if self.largest_gaps.is_empty() || self.largest_gaps.iter().any(|gap| gap.grade.is_some()) {
            "Largest gaps"
        } else {
            "Clauses without evidence, the first three"
        }
    }
}

fn bar(finding: &Finding, complete: bool) -> ClauseBar {
    ClauseBar {
        number: shown(&finding.clause),
        title: shown(&finding.title),
        verdict: VerdictShown::of(finding.status, complete),
        constraints: Tally::of(finding.constraints.iter().map(|c| VerdictShown::of(c.verdict, complete))),
    }
}

fn headline(clauses: Tally, complete: bool) -> String {
    let total = clauses.total();
    if total == 0 {
        return "No clause was judged.".into();
    }
    let of = if total == 1 { "the one clause".to_owned() } else { format!("{total} clauses") };
    let mut parts = vec![format!("evidence was found for {}", clauses.supported)];
    if clauses.weak > 0 {
        parts.push(format!("weak evidence for {}", clauses.weak));
    }
    if clauses.not_found > 0 {
        parts.push(format!("none for {}", clauses.not_found));
    }
    if clauses.not_assessable > 0 {
        parts.push(format!("{} cannot be assessed", clauses.not_assessable));
    }
    let listed = match parts.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => parts.concat(),
    };
    let so_far = if complete { "" } else { ", as far as the review got" };
    format!("Of {of}, {listed}{so_far}.")
}

/// Orders by likely grade, then by the weight of the heaviest failing constraint that points at the gap, then by how
/// little was found; ties stay in the order of the catalog. One gap per clause, so that three say more than one.
fn largest_gaps(assessment: &Assessment, catalog: &Catalog) -> Vec<LargestGap> {
    let order = |f: &Finding, g: &FindingGap| (rank(g.grade), std::cmp::Reverse(weight(f, g, catalog)), not_found_first(f.status));
    let mut gaps: Vec<(&Finding, &FindingGap)> = assessment.findings.iter().flat_map(|f| f.gaps.iter().map(move |g| (f, g))).collect();
    gaps.sort_by_cached_key(|(finding, gap)| order(finding, gap));
    let mut chosen: Vec<&Finding> = Vec::new();
    let mut largest = Vec::new();
    for (finding, gap) in gaps {
        if largest.len() == LARGEST_GAPS {
            break;
        }
        if chosen.iter().any(|f| std::ptr::eq(*f, finding)) {
            continue;
        }
        chosen.push(finding);
        largest.push(LargestGap {
            clause: place(finding, catalog),
            verdict: VerdictShown::of(finding.status, assessment.complete),
            likely: likely(finding, gap, catalog),
            grade: assessment.complete.then_some(grade_in_words(gap.grade)),
            grade_class: grade_class(gap.grade),
        });
    }
    // Clauses for which the catalog knows no pitfalls yet: where nothing was found, that is the gap.
    let bare = assessment.findings.iter().filter(|f| f.status == Verdict::NotFound && f.gaps.is_empty());
    let room = LARGEST_GAPS - largest.len();
    largest.extend(bare.take(room).map(|finding| LargestGap {
        clause: place(finding, catalog),
        verdict: VerdictShown::of(finding.status, assessment.complete),
        likely: NO_DOCUMENT.to_owned(),
        grade: None,
        grade_class: "",
    }));
    largest
}

/// A pitfall of the catalog is what others get wrong: nobody saw it in these documents, so it is never said as a fact.
fn likely(finding: &Finding, gap: &FindingGap, catalog: &Catalog) -> String {
    let judging = catalog.clause(&finding.standard, &finding.clause).map(|clause| catalog.judging_clause(clause));
    let is_pitfall = judging.is_some_and(|clause| clause.gaps.iter().any(|known| known.id == gap.id));
    if is_pitfall { format!("A common gap here: {}", shown(&gap.title)) } else { NO_DOCUMENT.to_owned() }
}

fn place(finding: &Finding, catalog: &Catalog) -> String {
    let standard = catalog.standard(&finding.standard).map_or(finding.standard.as_str(), |s| s.short_name());
    format!("{} {} – {}", shown(standard), shown(&finding.clause), shown(&finding.title))
}

fn rank(grade: Grade) -> u8 {
    match grade {
        Grade::Major => 0,
        Grade::Minor => 1,
        Grade::Opportunity => 2,
    }
}

/// "Cannot be assessed" is no worse than weak evidence: nothing was shown to be missing.
fn not_found_first(verdict: Verdict) -> Verdict {
    match verdict {
        Verdict::NotFound => Verdict::NotFound,
        Verdict::NotAssessable | Verdict::Weak => Verdict::Weak,
        Verdict::Supported => Verdict::Supported,
    }
}

fn weight(finding: &Finding, gap: &FindingGap, catalog: &Catalog) -> u8 {
    let Some(clause) = catalog.clause(&finding.standard, &finding.clause).map(|c| catalog.judging_clause(c)) else {
        return 0;
    };
    let Some(common) = clause.gaps.iter().find(|g| g.id == gap.id) else {
        return 0;
    };
    let fails = |id: &str| finding.constraints.iter().any(|c| c.id == id && c.verdict != Verdict::Supported);
    clause.constraints.iter().filter(|c| common.evidence_against.contains(&c.id) && fails(&c.id)).map(|c| c.weight).max().unwrap_or(0)
}
