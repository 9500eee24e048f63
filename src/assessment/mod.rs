//! The judgement, pure: selects files by name, finds passages, judges constraints, concludes per clause. It takes
//! values and gives values; it never reads, waits, looks at a clock or draws lots.

mod outcome;

pub use outcome::{Assessment, Candidate, Chosen, Components, ConstraintFinding, Evidence, Finding, FindingGap, SCHEMA, Score, Verdict};
