//! A passage with its grade: what it amounts to, and what speaks against it.

use crate::assessment::Verdict;
use crate::assessment::find::{Finder, KEY_TERM, Passage};
use crate::assessment::reading::{Reading, Unit};
use crate::assessment::requirement::Requirement;
use crate::assessment::speech::Manner;
use crate::assessment::veto::{self, Veto};

/// A passage with its grade.
pub struct Graded {
    /// The passage.
    pub passage: Passage,
    /// What it amounts to.
    pub verdict: Verdict,
    /// What speaks against it.
    pub vetoes: Vec<Veto>,
    /// How it speaks.
    pub manner: Manner,
    /// Whether the cue that it meets asks itself what the passage is about.
    pub has_subject: bool,
    /// Score.
    pub score: f64,
}

/// Grades one window.
pub fn grade(requirement: &Requirement, reading: &Reading, finder: &Finder<'_>, first: usize, last: usize, verdict: Verdict) -> Graded {
    let (mut vetoes, manner) = veto::of_passage(reading, first, last);
    let is_vetoed = |u: usize| requirement.vetoes.iter().any(|p| p.is_match(&reading.units[u].folded));
    if (first..=last).any(is_vetoed) {
        vetoes.push(Veto::OwnPattern);
    }
    // What is judged by its words alone may well ask for premises and staff.
    if !requirement.is_derived() && (reading.is_elsewhere || reading.sections[reading.units[first].section].is_elsewhere) {
        vetoes.push(Veto::OffTopic);
    }
    let key_weight = requirement.query.terms.first().map_or(0.0, |t| t.weight * KEY_TERM);
    let is_about = |unit: &Unit| {
        requirement
            .query
            .terms
            .iter()
            .any(|t| t.weight >= key_weight && unit.terms.iter().any(|other| *other == t.term || t.is_like(*other)))
    };
    if veto::is_contradicted(reading, first, last, is_about) {
        vetoes.push(Veto::Contradicted);
    }
    Graded { passage: finder.passage(first, last), verdict, vetoes, manner, has_subject: false, score: 0.0 }
}

/// Applies the vetoes and gives the score that goes with the verdict.
pub fn settle(grade: &mut Graded) {
    grade.vetoes.sort_unstable();
    grade.vetoes.dedup();
    if grade.vetoes.iter().any(|v| v.cancels()) {
        grade.verdict = Verdict::NotFound;
    } else if !grade.vetoes.is_empty() {
        grade.verdict = grade.verdict.min(Verdict::Weak);
    }
    grade.score = score(grade.verdict, grade.passage.finder);
}

/// The score that goes with a verdict and how well the passage was found.
#[must_use]
pub fn score(verdict: Verdict, finder: f64) -> f64 {
    let finder = finder.clamp(0.0, 1.0);
    match verdict {
        Verdict::Supported => 0.5 + 0.5 * finder,
        Verdict::Weak => 0.1 + 0.39 * finder,
        Verdict::NotFound | Verdict::NotAssessable => 0.1 * finder,
    }
}
