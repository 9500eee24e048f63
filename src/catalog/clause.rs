//! A clause of a standard as the catalog knows it.

use serde::{Deserialize, Serialize};

use crate::catalog::{Constraint, SafetyClass};

/// How far an entry has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Number, title and one-line paraphrase only; judged by derived cues and capped at weak.
    Structure,
    /// A full entry that no expert has read against the standard.
    Draft,
    /// Read by an expert.
    ExpertReviewed,
    /// Released.
    Approved,
    /// The user's own requirement, judged by derived cues.
    Imported,
}

impl Stage {
    /// The word used in files and JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Structure => "structure",
            Self::Draft => "draft",
            Self::ExpertReviewed => "expert-reviewed",
            Self::Approved => "approved",
            Self::Imported => "imported",
        }
    }
}

/// Status of an entry; printed with it.
#[derive(Debug, Clone)]
pub struct Status {
    /// How far it has come.
    pub stage: Stage,
    /// What the wording rests on.
    pub text_basis: String,
    /// True only after a person compared it with a bought copy.
    pub checked_against_standard: bool,
    /// Who read it: one line each.
    pub reviewers: Vec<String>,
    /// The day on which an author other than its own read the whole entry again and mended it; empty when nobody did. It is no review
    /// by a person of the field and changes no stage.
    pub second_read: String,
}

/// What kind of thing fulfils the clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClauseKind {
    /// A process that must exist.
    Process,
    /// A plan.
    Plan,
    /// A specification.
    Specification,
    /// A record that something was done.
    Record,
    /// A list or register.
    List,
    /// Something told to others.
    Disclosure,
}

/// How strongly a file's name speaks for a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceStrength {
    /// Could be it.
    Weak,
    /// Most likely it.
    Strong,
}

/// A signal by which a file is chosen by its name. A signal is never evidence.
#[derive(Debug, Clone)]
pub struct EvidenceSignal {
    /// `s1` … within the clause.
    pub id: String,
    /// How strong.
    pub strength: EvidenceStrength,
    /// What such a file is, as the entry's texts name it (`{doc:ROLE}`).
    pub role: String,
    /// Patterns on the folded name ([`crate::catalog::fold_name`]), of which one must match.
    pub name: Vec<String>,
    /// Patterns of which none may match.
    pub not_name: Vec<String>,
}

/// Likely grade of a gap. We say "likely": an auditor decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// Likely a major nonconformity.
    Major,
    /// Likely a minor nonconformity.
    Minor,
    /// An opportunity for improvement.
    Opportunity,
}

/// A pitfall that is common for the clause.
#[derive(Debug, Clone)]
pub struct CommonGap {
    /// `g1` … within the clause.
    pub id: String,
    /// Likely grade.
    pub grade: Grade,
    /// A few words.
    pub title: String,
    /// What an auditor finds.
    pub auditor_sees: String,
    /// What to do.
    pub remedy: String,
    /// Constraints whose failing shows this gap.
    pub evidence_against: Vec<String>,
}

/// A mapping to a clause of another standard.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// `standard-id/clause`.
    pub to: String,
    /// An OSCAL relationship: `equal-to`, `equivalent-to`, `subset-of`, `superset-of`, `intersects-with`, `no-relationship`.
    pub relation: String,
    /// `syntactic`, `semantic` or `functional`.
    pub rationale: String,
    /// Where it comes from.
    pub source: String,
    /// How sure.
    pub confidence: String,
}

/// A factual statement with its source and the date it was checked.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The statement.
    pub text: String,
    /// Where it comes from.
    pub source: String,
    /// ISO date.
    pub checked_on: String,
}

/// Further reading.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Title.
    pub title: String,
    /// Whether it costs nothing.
    pub is_free: bool,
}

/// Texts of a clause, all our own words.
#[derive(Debug, Clone, Default)]
pub struct ClauseTexts {
    /// What it asks.
    pub requirement: String,
    /// Why it exists.
    pub why: String,
    /// What changed against the edition or standard before.
    pub changed: String,
    /// Audit-defence text with placeholders `{doc:ROLE}`, `{product}` …
    pub defense: String,
}

/// Names an entry must and must not match.
#[derive(Debug, Clone, Default)]
pub struct ClauseTests {
    /// Names that some signal must match.
    pub matching: Vec<String>,
    /// Names that no signal may match.
    pub rejected: Vec<String>,
}

/// A clause with requirements.
#[derive(Debug, Clone)]
pub struct Clause {
    /// Its number in the standard, as `4.2` or `V.A`.
    pub number: String,
    /// Title, sentence case.
    pub title: String,
    /// Raised on any change of meaning.
    pub rev: u32,
    /// SHA-256 of the entry's file, in lower-case hexadecimal digits; empty where there is no file of its own.
    pub sha256: String,
    /// What fulfils it, if the entry says.
    pub kind: Option<ClauseKind>,
    /// Safety classes to which it applies; empty means all.
    pub safety_classes: Vec<SafetyClass>,
    /// Status of the entry.
    pub status: Status,
    /// Texts. For structure and imported requirements only `requirement` (the paraphrase) is filled.
    pub texts: ClauseTexts,
    /// Factual statements.
    pub claims: Vec<Claim>,
    /// Constraints; one derived constraint for structure and imported requirements.
    pub constraints: Vec<Constraint>,
    /// Common gaps.
    pub gaps: Vec<CommonGap>,
    /// Evidence signals.
    pub signals: Vec<EvidenceSignal>,
    /// Mappings.
    pub mappings: Vec<Mapping>,
    /// Further reading.
    pub reading: Vec<Reading>,
    /// Open questions of the author.
    pub open_questions: Vec<String>,
    /// The entry's own name tests.
    pub tests: ClauseTests,
    /// For an imported requirement whose standard is an alias: the full entry that judges it.
    pub judged_by: Option<crate::catalog::ClauseRef>,
}
