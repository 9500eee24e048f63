//! Words and pages from an assessment: `review.json` and `run.json`, the summary that a manager reads in a minute,
//! and the gap report as HTML and as a Word document; and the letters to customers. Everything here is a pure function
//! of its arguments: dates and places come in, nothing is read, written or asked of a clock. It judges nothing; it only
//! words what was judged.

mod coverage;
mod defense;
mod docx;
mod front;
mod gap_report;
mod html;
mod json;
mod letter;
mod limits;
mod matrix;
mod run_facts;
mod shown;
pub mod summary;
mod verdict;

pub use coverage::{HINT_ONLY, HintLimits, HintLink, LookHereToo, MappedClause, MappedStandard, Relation};
pub use defense::DefensePart;
pub use docx::gap_report_docx;
pub use front::{FrontMatter, PageFacts, StandardShare};
pub use gap_report::{CandidateShown, ClauseSection, ConstraintSection, GapReport, GapShown, QuoteShown, StandardSection};
pub use html::{gap_report_html, summary_html};
pub use json::{review_json, run_json};
pub use letter::{ChangeCounts, LetterText, LockReason, Notice};
pub use limits::{LedgerLine, Limits, ReasonGroup};
pub use matrix::{Matrix, MatrixBlock, MatrixCell, MatrixDocument, MatrixRow};
pub use run_facts::{LedgerCounts, RunFacts};
pub use shown::{FileShown, shown};
pub use verdict::{Tally, TallyPart, VerdictShown};
