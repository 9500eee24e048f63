//! Concludes per clause from what was observed in all documents.

use crate::assessment::judge::Observation;
use crate::assessment::plan::PlannedClause;
use crate::assessment::{Candidate, Components, ConstraintFinding, Evidence, Finding, FindingGap, Score, Verdict};
use crate::catalog::{Constraint, EvidenceStrength, Modal};

/// Passages kept per constraint, over all documents.
const EVIDENCE: usize = 6;
/// Contradicting passages shown per constraint.
const CONTRADICTIONS: usize = 2;
/// Files of which something is shown, if there are as many.
const FILES: usize = 3;
/// Smallest weight at which a SHALL decides its clause.
const DECISIVE_WEIGHT: u8 = 2;

/// Why nothing is concluded where every file was unreadable or passed over.
const NONE_READ: &str = "No document was read: none of the files could be, or all were passed over.";
/// Why nothing is concluded where there was no file.
const NO_FILE: &str = "No document was read: there was no file.";

/// What limits a conclusion from absence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Examination {
    /// Whether every listed file was fetched, and the listing itself is whole.
    pub is_complete: bool,
    /// Whether any document was read. Without one, nothing is concluded at all.
    pub any_read: bool,
    /// Whether there were files at all.
    pub any_file: bool,
}

/// The finding of one clause. `observations` are those of this clause, of all documents in order of path;
/// `candidates` are the files whose names speak for it; `unreadable` are the paths that were not read.
#[must_use]
pub fn conclude(
    clause: &PlannedClause<'_>,
    observations: &[&Observation],
    candidates: Vec<Candidate>,
    unreadable: &[&str],
    examination: Examination,
) -> Finding {
    let hidden =
        candidates.iter().find(|c| c.strength == EvidenceStrength::Strong && unreadable.contains(&c.path.as_str())).map(|c| c.path.clone());
    let unknown = if !examination.any_read {
        Some(if examination.any_file { NONE_READ } else { NO_FILE }.to_owned())
    } else if !examination.is_complete {
        Some("Not every file could be listed or fetched, so absence proves nothing.".to_owned())
    } else {
        hidden.map(|path| format!("The file whose name speaks for it could not be read: {path}."))
    };
    let constraints: Vec<ConstraintFinding> = (0..)
        .zip(&clause.judging.constraints)
        .filter(|(_, constraint)| constraint.retired.is_none())
        .map(|(index, constraint)| {
            let of_constraint: Vec<&Observation> = observations.iter().copied().filter(|o| o.constraint_index == index).collect();
            constraint_finding(constraint, &of_constraint, unknown.as_deref())
        })
        .collect();
    let weights: Vec<(u8, bool)> = clause
        .judging
        .constraints
        .iter()
        .filter(|c| c.retired.is_none())
        .map(|c| (c.weight, c.modal == Modal::Shall && !c.is_part))
        .collect();
    let status = status(&constraints, &weights);
    let gaps = if matches!(status, Verdict::NotFound | Verdict::Weak) { gaps(clause, &constraints) } else { Vec::new() };
    Finding {
        standard: clause.standard.to_owned(),
        clause: clause.reported.number.clone(),
        title: clause.reported.title.clone(),
        stage: clause.judging.status.stage,
        status,
        score: score(&constraints, &weights),
        constraints,
        candidates,
        gaps,
    }
}

fn constraint_finding(constraint: &Constraint, observations: &[&Observation], unknown: Option<&str>) -> ConstraintFinding {
    let mut ranked: Vec<&Observation> = observations.to_vec();
    ranked.sort_by(|a, b| b.verdict.cmp(&a.verdict).then(b.score.value().total_cmp(&a.score.value())));
    let evidence = shown_evidence(&ranked);
    let (mut verdict, score, mut components) = match ranked.first() {
        Some(best) => (best.verdict, best.score, best.components.clone()),
        None => {
            (Verdict::NotFound, Score::default(), Components { because: "No document speaks of it.".to_owned(), ..Components::default() })
        }
    };
    if verdict == Verdict::NotFound
        && let Some(why) = unknown
    {
        verdict = Verdict::NotAssessable;
        why.clone_into(&mut components.because);
    }
    let contradicted_by = if verdict >= Verdict::Weak { contradictions(observations) } else { Vec::new() };
    ConstraintFinding { id: constraint.id.clone(), shall: constraint.shall.clone(), verdict, score, components, evidence, contradicted_by }
}

/// The passages that deny what others say, the best first.
fn contradictions(observations: &[&Observation]) -> Vec<Evidence> {
    let mut found: Vec<Evidence> = observations.iter().filter_map(|o| o.contradiction.clone()).collect();
    found.sort_by(|a, b| b.strength.value().total_cmp(&a.strength.value()).then_with(|| a.path.cmp(&b.path)));
    found.truncate(CONTRADICTIONS);
    found
}

/// What is shown of a constraint: what counts, best first; and where fewer than [`FILES`] files hold something that
/// counts, the nearest passages of others, which count for nothing and are there to be looked at.
fn shown_evidence(ranked: &[&Observation]) -> Vec<Evidence> {
    let counting = ranked.iter().take_while(|o| o.verdict >= Verdict::Weak).count();
    let mut evidence: Vec<Evidence> = ranked[..counting].iter().flat_map(|o| o.evidence.iter().cloned()).collect();
    evidence.sort_by(|a, b| b.strength.value().total_cmp(&a.strength.value()).then_with(|| a.path.cmp(&b.path)));
    if counting >= FILES {
        // A file that repeats itself does not push the second and third file out of sight.
        let mut files: Vec<&str> = Vec::new();
        let mut kept = Vec::new();
        let mut room = EVIDENCE;
        for one in &evidence {
            let is_new = !files.contains(&one.path.as_str());
            let awaited = FILES.saturating_sub(files.len() + usize::from(is_new));
            if room > awaited || (is_new && room > 0) {
                kept.push(one.clone());
                room -= 1;
                if is_new {
                    files.push(&one.path);
                }
            }
        }
        return kept;
    }
    evidence.truncate(EVIDENCE - (FILES - counting));
    let mut near: Vec<Evidence> = ranked[counting..].iter().filter_map(|o| o.evidence.first().cloned()).collect();
    near.sort_by(|a, b| b.strength.value().total_cmp(&a.strength.value()).then_with(|| a.path.cmp(&b.path)));
    evidence.extend(near.into_iter().take(FILES - counting));
    evidence
}

/// `supported` only if every SHALL of weight 2 or more is; `weak` if any SHALL has some evidence.
fn status(constraints: &[ConstraintFinding], weights: &[(u8, bool)]) -> Verdict {
    let binding: Vec<(&ConstraintFinding, u8)> =
        constraints.iter().zip(weights).filter(|(_, (_, is_binding))| *is_binding).map(|(c, (weight, _))| (c, *weight)).collect();
    let all: Vec<(&ConstraintFinding, u8)> =
        if binding.is_empty() { constraints.iter().zip(weights).map(|(c, (w, _))| (c, *w)).collect() } else { binding };
    let mut decisive: Vec<&ConstraintFinding> = all.iter().filter(|(_, weight)| *weight >= DECISIVE_WEIGHT).map(|(c, _)| *c).collect();
    if decisive.is_empty() {
        decisive = all.iter().map(|(c, _)| *c).collect();
    }
    let holds = |verdict: Verdict| decisive.iter().filter(|c| c.verdict == verdict).count();
    if decisive.is_empty() {
        Verdict::NotAssessable
    } else if holds(Verdict::Supported) == decisive.len() {
        Verdict::Supported
    } else if all.iter().any(|(c, _)| c.verdict >= Verdict::Weak) {
        Verdict::Weak
    } else if holds(Verdict::NotAssessable) > 0 {
        Verdict::NotAssessable
    } else {
        Verdict::NotFound
    }
}

fn score(constraints: &[ConstraintFinding], weights: &[(u8, bool)]) -> Score {
    let (mut sum, mut total) = (0.0, 0.0);
    for (constraint, (weight, is_binding)) in constraints.iter().zip(weights) {
        let weight = if *is_binding { f64::from(*weight) } else { 0.0 };
        sum += weight * constraint.score.value();
        total += weight;
    }
    if total > 0.0 { Score::new(sum / total) } else { Score::new(constraints.iter().map(|c| c.score.value()).fold(0.0, f64::max)) }
}

/// The common gaps that the failing constraints point at, gravest first. A pitfall can only be told where something was
/// found; where nothing was, that is the gap, whatever other makers get wrong.
fn gaps(clause: &PlannedClause<'_>, constraints: &[ConstraintFinding]) -> Vec<FindingGap> {
    if constraints.iter().all(|c| c.verdict < Verdict::Weak) {
        return nothing_found(clause);
    }
    let fails = |id: &String| constraints.iter().any(|c| &c.id == id && matches!(c.verdict, Verdict::Weak | Verdict::NotFound));
    let mut gaps: Vec<FindingGap> = clause
        .judging
        .gaps
        .iter()
        .filter(|gap| gap.evidence_against.iter().any(fails))
        .map(|gap| FindingGap { id: gap.id.clone(), grade: gap.grade, title: gap.title.clone(), remedy: gap.remedy.clone() })
        .collect();
    gaps.sort_by(|a, b| a.grade.cmp(&b.grade).then_with(|| a.id.cmp(&b.id)));
    gaps
}

/// The one gap of a clause for which no document shows anything. Its likely grade is the gravest that the entry knows;
/// without a full entry there is none to tell.
fn nothing_found(clause: &PlannedClause<'_>) -> Vec<FindingGap> {
    let heaviest = clause.judging.constraints.iter().filter(|c| c.retired.is_none()).max_by_key(|c| c.weight);
    let (Some(grade), Some(constraint)) = (clause.judging.gaps.iter().map(|g| g.grade).min(), heaviest) else { return Vec::new() };
    vec![FindingGap {
        id: "nothing-found".to_owned(),
        grade,
        title: format!("No document shows it: {}", clause.reported.title),
        remedy: format!("Write it, or put the document that holds it where it is read. It must answer: {}", constraint.question),
    }]
}
