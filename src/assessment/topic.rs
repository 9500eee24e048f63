//! Whether what a document says is about the clause at all. A cue asks that certain words stand together; they may do so
//! where another subject is spoken of. So a document must be about the clause by its headings and title, or meet
//! several of its constraints.

use std::collections::BTreeMap;

use crate::assessment::graded::score;
use crate::assessment::judge::Observation;
use crate::assessment::requirement::Requirement;
use crate::assessment::veto::Veto;
use crate::assessment::{FoundBy, Score, Verdict};

/// What speaks for the topic: section, document, subject, heading, concepts in headings and title, and the share of the
/// clause's constraints that the document meets. Rounded from a logistic regression that told files with evidence from others on two makers' Drives.
const SHARES: [f64; 6] = [0.25, 0.15, 0.2, 0.1, 0.15, 0.15];
/// The sum below which the subject is another.
const ON_TOPIC: f64 = 0.15;
/// The share of constraints that a clause of one constraint is taken to meet.
const SINGLE: f64 = 0.3;

/// Caps what one document's observations say where the document is not about the clause. Derived requirements are left
/// alone: they are judged by their topic in the first place.
pub fn cap_what_is_off_topic(observations: &mut [Observation], requirements: &[Requirement]) {
    let mut met: BTreeMap<usize, usize> = BTreeMap::new();
    for observation in observations.iter().filter(|o| o.verdict == Verdict::Supported) {
        *met.entry(observation.clause_index).or_default() += 1;
    }
    let mut asked: BTreeMap<usize, usize> = BTreeMap::new();
    for requirement in requirements.iter().filter(|r| met.contains_key(&r.clause_index)) {
        *asked.entry(requirement.clause_index).or_default() += 1;
    }
    let derived = |o: &Observation| {
        requirements.iter().any(|r| r.clause_index == o.clause_index && r.constraint_index == o.constraint_index && r.is_derived())
    };
    for observation in observations.iter_mut().filter(|o| o.verdict == Verdict::Supported) {
        let (met, asked) = (met[&observation.clause_index], asked[&observation.clause_index]);
        let together = if asked > 1 { ratio(met - 1, asked - 1) } else { SINGLE };
        let Some(found) = observation.components.found_by else { continue };
        if !observation.has_subject && topic(&found, together) < ON_TOPIC && !derived(observation) {
            cap(observation);
        }
    }
}

fn topic(found: &FoundBy, together: f64) -> f64 {
    let parts =
        [found.section.value(), found.document.value(), found.subject.value(), found.heading.value(), found.concepts.value(), together];
    parts.iter().zip(SHARES).map(|(part, share)| part * share).sum()
}

fn cap(observation: &mut Observation) {
    observation.verdict = Verdict::Weak;
    let finder = observation.components.finder.value();
    observation.score = Score::new(score(Verdict::Weak, finder));
    observation.components.vetoes.push(Veto::OffTopic.word());
    for evidence in &mut observation.evidence {
        evidence.strength = Score::new(score(Verdict::Weak, (evidence.strength.value() - 0.5) * 2.0).min(evidence.strength.value()));
    }
    observation.components.because = format!("{} {}.", observation.place, Veto::OffTopic.in_words());
}

#[expect(clippy::cast_precision_loss, reason = "counts of constraints are far below 2^52")]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}
