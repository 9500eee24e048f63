//! The outcome of a review: the immutable assessment, exactly as it stands in `review.json`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::catalog::{CatalogIdentity, EvidenceStrength, Grade, SafetyClass, Stage};
use crate::evidence::{LedgerEntry, Locator, SourceIdentity};

/// Name and version of the format of `review.json`.
pub const SCHEMA: &str = "crosswalk/review/v1";

/// A number from 0 to 1, rounded once, to four decimals.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Score(f64);

impl Score {
    /// Clamps to 0–1 and rounds to four decimals. Not-a-number becomes 0.
    #[must_use]
    pub fn new(value: f64) -> Self {
        if value.is_nan() {
            return Self(0.0);
        }
        Self((value.clamp(0.0, 1.0) * 10_000.0).round() / 10_000.0)
    }

    /// The number.
    #[must_use]
    pub fn value(self) -> f64 {
        self.0
    }
}

/// What we say of a constraint or a clause. We report evidence, not conformity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Cannot be assessed: what would decide was not read, or cannot be seen in documents.
    NotAssessable,
    /// No evidence found.
    NotFound,
    /// Weak evidence.
    Weak,
    /// Evidence found.
    Supported,
}

impl Verdict {
    /// The word of `review.json`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Supported => "supported",
            Self::Weak => "weak",
            Self::NotFound => "not-found",
            Self::NotAssessable => "not-assessable",
        }
    }

    /// The verdict of that word; none for any other.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Supported, Self::Weak, Self::NotFound, Self::NotAssessable].into_iter().find(|verdict| verdict.word() == word)
    }

    /// The verdict as it is told. An incomplete review proves no absence, so there "no evidence found" is told as "cannot be assessed".
    #[must_use]
    pub fn told(self, is_complete: bool) -> Self {
        match self {
            Self::NotFound if !is_complete => Self::NotAssessable,
            Self::NotFound | Self::NotAssessable | Self::Weak | Self::Supported => self,
        }
    }

    /// The words of the reports.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Supported => "Evidence found",
            Self::Weak => "Weak evidence",
            Self::NotFound => "No evidence found",
            Self::NotAssessable => "Cannot be assessed",
        }
    }
}

/// What a verdict is made of, so that it can be checked by hand.
#[derive(Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct Components {
    /// How well the best passage matches the words of the constraint, 0–1.
    pub finder: Score,
    /// What the finder's score is made of; absent where nothing was found.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub found_by: Option<FoundBy>,
    /// Concepts or terms of the constraint that the best passage holds.
    pub met: Vec<String>,
    /// Those that it lacks.
    pub missed: Vec<String>,
    /// Kind of the document the best passage stands in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub document_kind: Option<String>,
    /// By what the kind was told: `file name`, `title`, `mostly table rows` …
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub document_kind_by: Option<String>,
    /// How the passage speaks: `obligation`, `done`, `statement` or `mention`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub language: Option<String>,
    /// What cancelled or capped it, in words: `placeholder`, `negation`, `intent`, `draft document` …
    pub vetoes: Vec<String>,
    /// One sentence for the report: why this verdict.
    pub because: String,
}

/// What speaks for a passage by its words, each 0–1.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize, Default)]
pub struct FoundBy {
    /// Words of the section and its headings.
    pub section: Score,
    /// Words of the document, its title and name.
    pub document: Score,
    /// How far title and name speak of the requirement and of nothing else.
    pub subject: Score,
    /// How far the section's heading and the requirement's title say the same.
    pub heading: Score,
    /// Share of a cue's concepts that headings and title name; 0 for requirements without cues.
    pub concepts: Score,
    /// Share of the requirement's words in the passage and its surroundings.
    pub coverage: Score,
    /// Share of the requirement's words in the passage itself.
    pub own_coverage: Score,
}

/// One quoted passage. No `Debug`: customer text.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// Path of the file in the ledger.
    pub path: String,
    /// The source's id of the file.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub file_id: Option<String>,
    /// Where in the file.
    pub locator: Locator,
    /// The words, verbatim, 20–300 characters.
    pub quote: String,
    /// How strong it is.
    pub strength: Score,
}

/// The conclusion for one constraint. No `Debug`: customer text.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct ConstraintFinding {
    /// Id within the clause.
    pub id: String,
    /// The obligation in our own words.
    pub shall: String,
    /// Verdict.
    pub verdict: Verdict,
    /// Score behind the verdict.
    pub score: Score,
    /// What it is made of.
    pub components: Components,
    /// Passages, best first. Those of a strength below [`WEAKEST_EVIDENCE`] count for nothing: they are the nearest of
    /// further files, or of all if nothing counts.
    pub evidence: Vec<Evidence>,
    /// Passages that say the contrary of what is supported, for the reader to weigh; absent where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub contradicted_by: Vec<Evidence>,
}

/// The least strength of a passage that counts.
pub const WEAKEST_EVIDENCE: f64 = 0.1;

impl ConstraintFinding {
    /// The passages that count; where nothing does, none.
    pub fn counting_evidence(&self) -> impl Iterator<Item = &Evidence> {
        self.evidence.iter().filter(|e| e.strength.value() >= WEAKEST_EVIDENCE)
    }
}

/// A file whose name speaks for a clause; a signal, not evidence.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// Path of the file.
    pub path: String,
    /// Role that the signal names: `threat-model`, `soup-list` …
    pub signal: String,
    /// How strong the signal is; in JSON 1 for strong and 0.5 for weak.
    #[serde(with = "signal_strength")]
    pub strength: EvidenceStrength,
}

/// A common gap that the failing constraints point at.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct FindingGap {
    /// Id within the clause.
    pub id: String,
    /// Likely grade.
    pub grade: Grade,
    /// A few words.
    pub title: String,
    /// What to do.
    pub remedy: String,
}

/// The conclusion for one clause. No `Debug`: customer text.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Id of the standard; for imported requirements the user's own string.
    pub standard: String,
    /// Number of the clause.
    pub clause: String,
    /// Its title.
    pub title: String,
    /// Stage of the entry that judged it.
    pub stage: Stage,
    /// Verdict.
    pub status: Verdict,
    /// Score behind it.
    pub score: Score,
    /// Per constraint.
    pub constraints: Vec<ConstraintFinding>,
    /// Files whose names speak for it.
    pub candidates: Vec<Candidate>,
    /// Gaps that the failing constraints point at, gravest first.
    pub gaps: Vec<FindingGap>,
}

/// What was chosen to be reviewed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// Ids of the standards.
    pub standards: Vec<String>,
    /// Profile of clauses.
    pub profile: String,
    /// Software safety class.
    pub safety_class: SafetyClass,
}

impl Chosen {
    /// The same choice with each standard once, in the order of first mention.
    #[must_use]
    pub fn without_repeats(mut self) -> Self {
        let mut seen = BTreeSet::new();
        self.standards.retain(|id| seen.insert(id.clone()));
        self
    }
}

/// The outcome of a review. Same documents, same catalog, same engine: the same bytes.
///
/// Invariant: no clock, duration, absolute path or thread count in it. No `Debug`: customer text.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// Name and version of the engine: `crosswalk 0.1.0`.
    pub engine: String,
    /// Which catalog.
    pub catalog: CatalogIdentity,
    /// Which source.
    pub source: SourceIdentity,
    /// What was chosen.
    pub chosen: Chosen,
    /// False when the listing broke off or files stayed unfetched.
    pub complete: bool,
    /// One line per listed file, sorted by path.
    pub ledger: Vec<LedgerEntry>,
    /// One per chosen clause, in the order of the catalog.
    pub findings: Vec<Finding>,
}

/// The strength of a signal as the number that `review.json` holds.
mod signal_strength {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::catalog::EvidenceStrength;

    const STRONG: f64 = 1.0;
    const WEAK: f64 = 0.5;

    /// 1 for strong, 0.5 for weak.
    ///
    /// # Errors
    /// Those of the serializer.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
    pub fn serialize<S: Serializer>(strength: &EvidenceStrength, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(match strength {
            EvidenceStrength::Strong => STRONG,
            EvidenceStrength::Weak => WEAK,
        })
    }

    /// Anything above 0.5 is strong.
    ///
    /// # Errors
    /// What stands there is no number.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<EvidenceStrength, D::Error> {
        let number = f64::deserialize(deserializer)?;
        Ok(if number > WEAK { EvidenceStrength::Strong } else { EvidenceStrength::Weak })
    }
}
