//! The fixed words of catalog files and what they mean.

use crate::catalog::{Basis, ClauseKind, Confidence, DocumentKind, EvidenceStrength, Grade, SafetyClass, Stage, Window};

/// Kinds of clause.
pub(super) const CLAUSE_KINDS: &[(&str, ClauseKind)] = &[
    ("process", ClauseKind::Process),
    ("plan", ClauseKind::Plan),
    ("specification", ClauseKind::Specification),
    ("record", ClauseKind::Record),
    ("list", ClauseKind::List),
    ("disclosure", ClauseKind::Disclosure),
];

/// Stages of a full entry.
pub(super) const STAGES: &[(&str, Stage)] =
    &[("draft", Stage::Draft), ("expert-reviewed", Stage::ExpertReviewed), ("approved", Stage::Approved)];

/// Safety classes of IEC 62304.
pub(super) const SAFETY_CLASSES: &[(&str, SafetyClass)] = &[("A", SafetyClass::A), ("B", SafetyClass::B), ("C", SafetyClass::C)];

/// Where a wording comes from.
pub(super) const BASES: &[(&str, Basis)] =
    &[("public-source", Basis::PublicSource), ("inference", Basis::Inference), ("memory", Basis::Memory)];

/// How sure.
pub(super) const CONFIDENCES: &[(&str, Confidence)] =
    &[("high", Confidence::High), ("medium", Confidence::Medium), ("low", Confidence::Low)];

/// Likely grades of a gap.
pub(super) const GRADES: &[(&str, Grade)] = &[("major", Grade::Major), ("minor", Grade::Minor), ("opportunity", Grade::Opportunity)];

/// Strengths of a signal.
pub(super) const STRENGTHS: &[(&str, EvidenceStrength)] = &[("strong", EvidenceStrength::Strong), ("weak", EvidenceStrength::Weak)];

/// How near the concepts of a cue must stand.
pub(super) const WINDOWS: &[(&str, Window)] = &[("sentence", Window::Sentence), ("paragraph", Window::Paragraph)];

/// Relationships of the OSCAL mapping model.
pub(super) const RELATIONS: &[(&str, &str)] = &[
    ("equal-to", "equal-to"),
    ("equivalent-to", "equivalent-to"),
    ("subset-of", "subset-of"),
    ("superset-of", "superset-of"),
    ("intersects-with", "intersects-with"),
    ("no-relationship", "no-relationship"),
];

/// Rationales of a mapping.
pub(super) const RATIONALES: &[(&str, &str)] = &[("syntactic", "syntactic"), ("semantic", "semantic"), ("functional", "functional")];

/// Confidences of a mapping, as the model keeps them.
pub(super) const MAPPING_CONFIDENCES: &[(&str, &str)] = &[("high", "high"), ("medium", "medium"), ("low", "low")];

/// Languages that the lexicon knows.
pub(super) const LANGUAGES: &[(&str, &str)] = &[("en", "en"), ("de", "de")];

/// Every kind of document.
pub(super) fn document_kinds() -> [(&'static str, DocumentKind); DocumentKind::ALL.len()] {
    DocumentKind::ALL.map(|kind| (kind.word(), kind))
}
