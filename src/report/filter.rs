//! A choice of clauses of a gap report, and how many each further choice would leave: enough for a page with filters that needs no
//! script. It hides clauses and changes nothing in them.

use crate::assessment::Verdict;
use crate::catalog::Grade;
use crate::report::gap_report::{grade_class, grade_in_words};
use crate::report::{ClauseSection, GapReport, VerdictShown};

/// Which clauses are shown. The default shows all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReportFilter {
    /// Of this standard only, by its id as it is.
    pub standard: Option<String>,
    /// With this verdict only, as shown.
    pub verdict: Option<Verdict>,
    /// With a gap of this likely grade. An incomplete review has none.
    pub grade: Option<Grade>,
    /// Of which something changed since the earlier review; without one, none.
    pub only_changed: bool,
    /// Without "evidence found", and not settled by a decision about the clause. An assignment settles nothing.
    pub open_only: bool,
}

/// One choice and how many clauses it would show, with all other choices as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterChoice<T> {
    /// What would be chosen.
    pub value: T,
    /// In words.
    pub words: String,
    /// How many clauses it would show.
    pub count: usize,
}

/// Every choice with its count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterChoices {
    /// Standards, by id.
    pub standards: Vec<FilterChoice<String>>,
    /// Verdicts, best first.
    pub verdicts: Vec<FilterChoice<Verdict>>,
    /// Likely grades, gravest first.
    pub grades: Vec<FilterChoice<Grade>>,
    /// With a change only.
    pub changed: usize,
    /// Open only.
    pub open: usize,
    /// How many clauses the filter shows as it is.
    pub shown: usize,
    /// How many clauses there are.
    pub all: usize,
}

impl ReportFilter {
    /// Whether it shows that clause.
    #[must_use]
    pub fn shows(&self, clause: &ClauseSection) -> bool {
        let is_chosen = self.standard.as_ref().is_none_or(|id| *id == clause.standard_id);
        let has_verdict = self.verdict.is_none_or(|verdict| verdict == clause.verdict.verdict);
        let has_grade = self.grade.is_none_or(|grade| clause.gaps.iter().any(|gap| gap.likely == Some(grade)));
        let is_wanted = (!self.only_changed || clause.change.is_some()) && (!self.open_only || clause.is_open());
        is_chosen && has_verdict && has_grade && is_wanted
    }

    /// Whether it shows every clause of any report.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The likely grade of that word in a form: `major`, `minor` or `opportunity`; none for any other.
#[must_use]
pub fn grade_named(word: &str) -> Option<Grade> {
    [Grade::Major, Grade::Minor, Grade::Opportunity].into_iter().find(|grade| grade_class(*grade) == word)
}

/// The word of a likely grade in a form.
#[must_use]
pub fn grade_word(grade: Grade) -> &'static str {
    grade_class(grade)
}

impl ClauseSection {
    /// Whether something is still to be done or decided about it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.verdict.verdict != Verdict::Supported && !self.decisions.iter().any(|decision| decision.settles)
    }

    /// Whether the customer decided anything about it or about a constraint of it.
    #[must_use]
    pub fn is_decided(&self) -> bool {
        !self.decisions.is_empty() || self.constraints.iter().any(|constraint| !constraint.decisions.is_empty())
    }
}

impl GapReport {
    /// The report with the clauses that the filter shows; standards without any are left out. Counts, matrix, limits and ledger stay
    /// those of the whole review.
    #[must_use]
    pub fn filtered(&self, filter: &ReportFilter) -> Self {
        let mut report = self.clone();
        for standard in &mut report.standards {
            standard.clauses.retain(|clause| filter.shows(clause));
        }
        report.standards.retain(|standard| !standard.clauses.is_empty());
        report
    }

    /// How many clauses each choice would show, with the others as they are.
    #[must_use]
    pub fn choices(&self, filter: &ReportFilter) -> FilterChoices {
        let count = |changed: ReportFilter| self.clauses().filter(|clause| changed.shows(clause)).count();
        let of_standard = |id: &str| count(ReportFilter { standard: Some(id.to_owned()), ..filter.clone() });
        let of_verdict = |verdict| count(ReportFilter { verdict: Some(verdict), ..filter.clone() });
        let of_grade = |grade| count(ReportFilter { grade: Some(grade), ..filter.clone() });
        FilterChoices {
            standards: self
                .standards
                .iter()
                .map(|s| FilterChoice { value: s.standard_id.clone(), words: s.share.id.clone(), count: of_standard(&s.standard_id) })
                .collect(),
            verdicts: [Verdict::Supported, Verdict::Weak, Verdict::NotFound, Verdict::NotAssessable]
                .map(|verdict| FilterChoice {
                    value: verdict,
                    words: VerdictShown { verdict }.words().to_owned(),
                    count: of_verdict(verdict),
                })
                .to_vec(),
            grades: [Grade::Major, Grade::Minor, Grade::Opportunity]
                .map(|grade| FilterChoice { value: grade, words: grade_in_words(grade).to_owned(), count: of_grade(grade) })
                .to_vec(),
            changed: count(ReportFilter { only_changed: true, ..filter.clone() }),
            open: count(ReportFilter { open_only: true, ..filter.clone() }),
            shown: count(filter.clone()),
            all: self.clauses().count(),
        }
    }
}
