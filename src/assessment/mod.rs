//! The judgement, pure: selects files by name, finds passages, judges constraints, concludes per clause, compares two outcomes. It takes
//! values and gives values; it never reads, waits, looks at a clock or draws lots.

mod background;
mod catalog_trials;
mod compare;
mod conclude;
mod document_kind;
mod engine;
mod examined;
mod find;
mod graded;
mod judge;
mod outcome;
mod passage_check;
mod plan;
mod postings;
mod quoting;
mod reading;
mod requirement;
mod sentences;
mod sparse_column;
mod speech;
mod table;
mod term_counts;
mod terms;
mod topic;
mod trial;
mod veto;

pub use catalog_trials::{CatalogTrials, Leaks, Removals, Unmoved};
pub use compare::{
    CHANGE_SCHEMA, Change, ChoiceChange, ClauseChange, Compared, ConstraintChange, FileChange, FileChanges, FileFate, FileVersion,
    Movement, Reason, compare,
};
pub use engine::{DocumentObservations, ENGINE, Engine, Selection};
pub use judge::Observation;
pub use outcome::{
    Assessment, Candidate, Chosen, Components, ConstraintFinding, Evidence, Finding, FindingGap, FoundBy, SCHEMA, Score, Verdict,
    WEAKEST_EVIDENCE,
};
pub use passage_check::PassageChecker;
pub use plan::{BadChoice, PlannedClause, WHOLE_STANDARD, plan};
pub use trial::{CueTrial, Trial};
