//! A constraint: one atomic SHALL, and the cues by which a passage is recognised as meeting it.

use serde::{Deserialize, Serialize};

use crate::catalog::ConceptId;

/// How binding a constraint is. Only `Shall` counts as a gap; the others are shown as advice.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Modal {
    /// Binding.
    #[default]
    Shall,
    /// Recommended.
    Should,
    /// Expected by reviewers though not in the standard's text.
    Expected,
    /// Decided by another clause, named here.
    SeeClause(String),
}

/// Where the wording of a constraint comes from; printed on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// A public source that the entry names.
    PublicSource,
    /// Concluded from title, neighbours and counterparts.
    Inference,
    /// Remembered; nothing at hand confirmed it.
    Memory,
}

/// How sure the author is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Several sources agree.
    High,
    /// One source, or a plain inference.
    Medium,
    /// A guess.
    Low,
}

/// Kinds of document, for saying which of them can be evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentKind {
    /// Principles and commitments.
    Policy,
    /// How something is done: SOP, work instruction, process description.
    Procedure,
    /// Who does what when, for one product or project.
    Plan,
    /// Requirements, architecture, design.
    Specification,
    /// What was done, with dates, ids and results; reports too.
    Record,
    /// A list or register: risks, SOUP, requirements, suppliers.
    List,
    /// Told to users or the public: instructions for use, advisory, disclosure policy.
    Disclosure,
    /// A form or template that has not been filled.
    Template,
    /// Maps clauses of a standard to documents. Never evidence.
    MappingTable,
    /// Questions with answers, checklists that quote requirements. Never evidence.
    Questionnaire,
    /// Slides and exercises for teaching.
    Training,
    /// Minutes and notes.
    MeetingNote,
    /// Advertising, white papers, investor decks.
    Marketing,
    /// Contracts, offers, invoices.
    Contract,
    /// What a position is there for. It says who, never how or that it was done.
    JobDescription,
    /// None of these.
    Unknown,
}

impl DocumentKind {
    /// Every kind, in the order of the declaration.
    pub const ALL: [Self; 16] = [
        Self::Policy,
        Self::Procedure,
        Self::Plan,
        Self::Specification,
        Self::Record,
        Self::List,
        Self::Disclosure,
        Self::Template,
        Self::MappingTable,
        Self::Questionnaire,
        Self::Training,
        Self::MeetingNote,
        Self::Marketing,
        Self::Contract,
        Self::JobDescription,
        Self::Unknown,
    ];

    /// The word used in catalog files, JSON and reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Procedure => "procedure",
            Self::Plan => "plan",
            Self::Specification => "specification",
            Self::Record => "record",
            Self::List => "list",
            Self::Disclosure => "disclosure",
            Self::Template => "template",
            Self::MappingTable => "mapping-table",
            Self::Questionnaire => "questionnaire",
            Self::Training => "training",
            Self::MeetingNote => "meeting-note",
            Self::Marketing => "marketing",
            Self::Contract => "contract",
            Self::JobDescription => "job-description",
            Self::Unknown => "unknown",
        }
    }

    /// The kind that a word of a catalog file names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// How near to each other the concepts of a cue must stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Window {
    /// One sentence, an adjacent pair of sentences of one section, or one table row.
    #[default]
    Sentence,
    /// One paragraph, list item with its lead-in, or table row with its header.
    Paragraph,
}

/// A cue: concepts that must stand together for a passage to meet the constraint.
#[derive(Debug, Clone)]
pub struct CueRule {
    /// Concepts that must all occur.
    pub all: Vec<ConceptId>,
    /// Patterns of which at least one must occur; empty means no such demand.
    pub any: Vec<String>,
    /// Concepts that say what the passage is about. Each must be named by the passage, its list's lead-in, its table's
    /// header, a heading above it, or the document's title or name: below "Unit verification" nobody repeats it.
    pub about: Vec<ConceptId>,
    /// How near together.
    pub within: Window,
}

/// What a table must show so that its rows are evidence.
#[derive(Debug, Clone)]
pub struct TableRule {
    /// Concepts that the header row must hold, each in a cell of its own.
    pub columns: Vec<ConceptId>,
    /// The document must have been chosen by a signal of this role, or speak of one of `require_any`.
    pub role: Option<String>,
    /// Share of rows, 0 to 1, whose cells under those columns must be filled.
    pub filled: f64,
}

/// A passage that must pass in the entry's own tests.
#[derive(Debug, Clone)]
pub struct PassingPassage {
    /// The passage.
    pub text: String,
    /// Kind of the document it is to stand in; by default the first allowed kind.
    pub kind: Option<DocumentKind>,
    /// Heading above it.
    pub heading: Option<String>,
    /// `en` or `de`.
    pub lang: Option<String>,
}

/// A passage that must fail in the entry's own tests.
#[derive(Debug, Clone)]
pub struct FailingPassage {
    /// The passage and where it is to stand.
    pub passage: PassingPassage,
    /// Why it must fail.
    pub why: String,
    /// Known not to fail yet: reported, not an error.
    pub known_miss: bool,
}

/// An entry's own tests of one constraint.
#[derive(Debug, Clone, Default)]
pub struct ConstraintTests {
    /// Must pass.
    pub pass: Vec<PassingPassage>,
    /// Must fail.
    pub fail: Vec<FailingPassage>,
}

/// One atomic SHALL.
#[derive(Debug, Clone)]
pub struct Constraint {
    /// `c01` … within its clause; never reused.
    pub id: String,
    /// The obligation in our own words.
    pub shall: String,
    /// The question to ask of a document.
    pub question: String,
    /// 1 to 3; a clause is supported only if every SHALL of weight 2 or more is.
    pub weight: u8,
    /// How binding.
    pub modal: Modal,
    /// Where the wording comes from.
    pub basis: Basis,
    /// How sure the author is.
    pub confidence: Confidence,
    /// Kinds of document that can be evidence; empty means the default for the clause's kind.
    pub evidence_kinds: Vec<DocumentKind>,
    /// Cues, of which one must be met. Empty for structure and imported requirements: then cues are derived from
    /// the text.
    pub hit: Vec<CueRule>,
    /// A table rule, met instead of a cue.
    pub table: Option<TableRule>,
    /// Concepts of which one must occur somewhere in the document.
    pub require_any: Vec<ConceptId>,
    /// Patterns that cancel a hit in its window.
    pub veto: Vec<String>,
    /// The entry's own tests.
    pub tests: ConstraintTests,
    /// Withdrawn since that catalog edition; kept so that the id is not reused.
    pub retired: Option<String>,
    /// Whether it is one obligation of a requirement whose first constraint is the whole of it; so only imported
    /// requirements are divided.
    pub is_part: bool,
}
