//! The gap report as data: everything that its pages show, clause by clause, already worded and made harmless to
//! show, so that the HTML and the Word document say the same.

use crate::assessment::{Assessment, ConstraintFinding, Evidence, Finding, FindingGap, Verdict};
use crate::catalog::{Catalog, Clause, EvidenceStrength, Grade, Modal, Stage};
use crate::report::front::by_standard;
use crate::report::limits::ledger_lines;
use crate::report::shown::Links;
use crate::report::{
    ChangeShown, ClauseChangeShown, DecisionElsewhere, DecisionShown, DefensePart, FileShown, FrontMatter, LedgerLine, Limits, Matrix,
    StandardShare, Tally, VerdictShown, defense, shown,
};

/// A quoted passage with its place. No `Debug`: customer text.
#[derive(Clone)]
pub struct QuoteShown {
    /// The words, verbatim but for acting characters, which are made visible.
    pub quote: String,
    /// The file.
    pub file: FileShown,
    /// Place in the file, in words; may be empty.
    pub place: String,
    /// Strength, 0–1 with two decimals.
    pub strength: String,
}

/// One constraint of a clause. No `Debug`: customer text.
#[derive(Clone)]
pub struct ConstraintSection {
    /// Id within the clause, as it is, for forms.
    pub constraint_id: String,
    /// Id within the clause, as shown.
    pub id: String,
    /// The obligation in our own words.
    pub shall: String,
    /// How it binds, when it is not a plain SHALL.
    pub binding: Option<String>,
    /// Verdict.
    pub verdict: VerdictShown,
    /// Why, in one sentence.
    pub because: String,
    /// Passages, best first.
    pub quotes: Vec<QuoteShown>,
    /// Whether the passages count; when not, they are only the nearest that was found.
    pub quotes_count: bool,
    /// Passages that say the contrary.
    pub contradictions: Vec<QuoteShown>,
    /// Concepts seen.
    pub met: Vec<String>,
    /// Concepts not seen.
    pub missed: Vec<String>,
    /// What cancelled or capped the verdict.
    pub vetoes: Vec<String>,
    /// What the customer decided about it, oldest first.
    pub decisions: Vec<DecisionShown>,
}

/// A likely gap.
#[derive(Debug, Clone)]
pub struct GapShown {
    /// A few words.
    pub title: String,
    /// Likely grade in words; none while the review is incomplete, since a gap is not shown yet.
    pub grade: Option<&'static str>,
    /// The same, to choose by.
    pub likely: Option<Grade>,
    /// Word for the style class.
    pub grade_class: &'static str,
    /// What an auditor finds; may be empty.
    pub auditor_sees: String,
    /// What to do.
    pub remedy: String,
}

/// A file whose name speaks for the clause. No `Debug`: the path is customer text.
#[derive(Clone)]
pub struct CandidateShown {
    /// The file.
    pub file: FileShown,
    /// What its name says it is.
    pub role: String,
    /// How strongly: `strong` or `weak`.
    pub strength: &'static str,
}

/// One clause. No `Debug`: customer text.
#[derive(Clone)]
pub struct ClauseSection {
    /// Fragment id, safe in a URL.
    pub anchor: String,
    /// Id of the standard, as it is, for forms.
    pub standard_id: String,
    /// Number, as it is, for forms.
    pub clause_id: String,
    /// Number, as shown.
    pub number: String,
    /// Title.
    pub title: String,
    /// Verdict.
    pub verdict: VerdictShown,
    /// Score, 0–1 with two decimals.
    pub score: String,
    /// What the reader must know about the entry that judged it; none for a released entry.
    pub stage_note: Option<String>,
    /// What it asks, in our own words; may be empty.
    pub requirement: String,
    /// Constraints by verdict.
    pub tally: Tally,
    /// Constraints.
    pub constraints: Vec<ConstraintSection>,
    /// Gaps, gravest first.
    pub gaps: Vec<GapShown>,
    /// Files by name.
    pub candidates: Vec<CandidateShown>,
    /// Audit-defence text; empty for clauses without evidence.
    pub defense: Vec<DefensePart>,
    /// What the customer decided about the clause as a whole, oldest first.
    pub decisions: Vec<DecisionShown>,
    /// What changed since the earlier review; none if nothing did, or there is none.
    pub change: Option<ClauseChangeShown>,
}

/// One standard with its clauses. No `Debug`: customer text.
#[derive(Clone)]
pub struct StandardSection {
    /// Fragment id, safe in a URL.
    pub anchor: String,
    /// Id of the standard, as it is, for forms.
    pub standard_id: String,
    /// Counts.
    pub share: StandardShare,
    /// Clauses.
    pub clauses: Vec<ClauseSection>,
}

/// The gap report. No `Debug`: customer text.
#[derive(Clone)]
pub struct GapReport {
    /// What was reviewed.
    pub front: FrontMatter,
    /// Clause by clause.
    pub standards: Vec<StandardSection>,
    /// What was not examined.
    pub limits: Limits,
    /// Clause × document.
    pub matrix: Matrix,
    /// Every listed file.
    pub ledger: Vec<LedgerLine>,
    /// What changed since an earlier review; none if there is none to compare with.
    pub change: Option<ChangeShown>,
    /// Decisions about clauses and constraints that are not part of this review.
    pub elsewhere: Vec<DecisionElsewhere>,
}

impl GapReport {
    /// Words an assessment. The catalog must be the one that the assessment names; texts that it lacks stay out.
    #[must_use]
    pub fn of(assessment: &Assessment, catalog: &Catalog) -> Self {
        let links = Links::of(assessment);
        let front = FrontMatter::of(assessment, catalog);
        let mut standards = Vec::new();
        for (index, (share, (id, findings))) in front.standards.iter().zip(by_standard(&assessment.findings)).enumerate() {
            let words = ClauseWords { catalog, links: &links, complete: assessment.complete };
            let clauses = findings.iter().enumerate().map(|(n, f)| words.section(f, format!("c{}-{}", index + 1, n + 1))).collect();
            standards.push(StandardSection {
                anchor: format!("s{}", index + 1),
                standard_id: id.to_owned(),
                share: share.clone(),
                clauses,
            });
        }
        Self {
            front,
            standards,
            limits: Limits::of(assessment),
            matrix: Matrix::of(assessment, &links),
            ledger: ledger_lines(assessment, &links),
            change: None,
            elsewhere: Vec::new(),
        }
    }
}

/// Passages shown where none counts.
const NEAREST: usize = 1;

struct ClauseWords<'a> {
    catalog: &'a Catalog,
    links: &'a Links<'a>,
    complete: bool,
}

impl ClauseWords<'_> {
    fn section(&self, finding: &Finding, anchor: String) -> ClauseSection {
        let own = self.catalog.clause(&finding.standard, &finding.clause);
        let judging = own.map(|c| self.catalog.judging_clause(c));
        let requirement = [own, judging].into_iter().flatten().map(|c| c.texts.requirement.trim()).find(|t| !t.is_empty());
        let has_evidence = matches!(finding.status, Verdict::Supported | Verdict::Weak)
            && finding.constraints.iter().any(|c| c.counting_evidence().next().is_some());
        let template = judging.map(|c| c.texts.defense.as_str()).filter(|_| has_evidence);
        let constraints: Vec<_> = finding.constraints.iter().map(|c| self.constraint(c, judging)).collect();
        ClauseSection {
            anchor,
            standard_id: finding.standard.clone(),
            clause_id: finding.clause.clone(),
            number: shown(&finding.clause),
            title: shown(&finding.title),
            verdict: VerdictShown::of(finding.status, self.complete),
            score: format!("{:.2}", finding.score.value()),
            stage_note: stage_note(finding.stage),
            requirement: shown(&requirement.unwrap_or_default().replace('\n', " ")),
            tally: Tally::of(constraints.iter().map(|c| c.verdict)),
            constraints,
            gaps: finding.gaps.iter().map(|g| self.gap(g, judging)).collect(),
            candidates: finding
                .candidates
                .iter()
                .map(|c| CandidateShown {
                    file: self.links.file(&c.path),
                    role: shown(&c.signal).replace('-', " "),
                    strength: match c.strength {
                        EvidenceStrength::Strong => "strong",
                        EvidenceStrength::Weak => "weak",
                    },
                })
                .collect(),
            defense: template.map(|t| defense::fill(t, finding, self.links)).unwrap_or_default(),
            decisions: Vec::new(),
            change: None,
        }
    }

    fn constraint(&self, finding: &ConstraintFinding, clause: Option<&Clause>) -> ConstraintSection {
        let constraint = clause.and_then(|c| c.constraints.iter().find(|k| k.id == finding.id));
        let components = &finding.components;
        let counts = matches!(finding.verdict, Verdict::Supported | Verdict::Weak);
        ConstraintSection {
            constraint_id: finding.id.clone(),
            id: shown(&finding.id),
            shall: shown(&finding.shall),
            binding: constraint.and_then(|c| binding(&c.modal)),
            verdict: VerdictShown::of(finding.verdict, self.complete),
            because: shown(&components.because),
            // Beside passages that count, those that do not would only be noise.
            quotes: if counts {
                finding.counting_evidence().map(|e| self.quote(e)).collect()
            } else {
                finding.evidence.iter().take(NEAREST).map(|e| self.quote(e)).collect()
            },
            contradictions: finding.contradicted_by.iter().map(|e| self.quote(e)).collect(),
            quotes_count: counts,
            met: components.met.iter().map(|t| shown(t)).collect(),
            missed: components.missed.iter().map(|t| shown(t)).collect(),
            vetoes: components.vetoes.iter().map(|t| shown(t)).collect(),
            decisions: Vec::new(),
        }
    }

    fn quote(&self, evidence: &Evidence) -> QuoteShown {
        QuoteShown {
            quote: shown(&evidence.quote),
            file: self.links.file(&evidence.path),
            place: shown(&evidence.locator.in_words()),
            strength: format!("{:.2}", evidence.strength.value()),
        }
    }

    fn gap(&self, gap: &FindingGap, clause: Option<&Clause>) -> GapShown {
        let sees = clause.and_then(|c| c.gaps.iter().find(|g| g.id == gap.id)).map(|g| g.auditor_sees.as_str());
        GapShown {
            title: shown(&gap.title),
            grade: self.complete.then_some(grade_in_words(gap.grade)),
            likely: self.complete.then_some(gap.grade),
            grade_class: grade_class(gap.grade),
            auditor_sees: shown(sees.unwrap_or_default().trim()),
            remedy: shown(gap.remedy.trim()),
        }
    }
}

/// Likely grade in words.
pub(crate) fn grade_in_words(grade: Grade) -> &'static str {
    match grade {
        Grade::Major => "Likely a major nonconformity",
        Grade::Minor => "Likely a minor nonconformity",
        Grade::Opportunity => "Opportunity for improvement",
    }
}

pub(crate) fn grade_class(grade: Grade) -> &'static str {
    match grade {
        Grade::Major => "major",
        Grade::Minor => "minor",
        Grade::Opportunity => "opportunity",
    }
}

fn stage_note(stage: Stage) -> Option<String> {
    let note = match stage {
        Stage::Structure => {
            "Structure only: this clause has no full catalog entry yet. It was judged by words taken from its title and paraphrase, so its \
             verdict is never better than weak evidence."
        }
        Stage::Imported => {
            "Your own requirement: it was judged by words taken from its text, so its verdict is never better than weak evidence."
        }
        Stage::Draft => "Draft entry: no expert has compared it with the standard yet.",
        Stage::ExpertReviewed => "Entry read by an expert, not yet released.",
        Stage::Approved => return None,
    };
    Some(note.to_owned())
}

fn binding(modal: &Modal) -> Option<String> {
    match modal {
        Modal::Shall => None,
        Modal::Should => Some("Recommended, not binding: never counted as a gap.".into()),
        Modal::Expected => Some("Expected by reviewers though not in the text of the standard: never counted as a gap.".into()),
        Modal::SeeClause(clause) => Some(format!("Decided by clause {}.", shown(clause))),
    }
}
