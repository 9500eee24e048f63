//! Words and pages from an assessment: `review.json` and `run.json`, the summary that a manager reads in a minute, what changed since an
//! earlier review, and the gap report as HTML, Word document, workbook and JSON; and the letters to customers. Everything here is a pure function of its arguments: dates and
//! places come in, nothing is read, written or asked of a clock. It judges nothing; it only words what was judged.

mod beside_verdicts;
mod change;
mod coverage;
mod decisions;
mod defense;
mod docx;
mod filter;
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
mod xlsx;

pub use change::{ChangeGroup, ChangeShown, ClauseChangeShown, ConstraintChangeShown, FileChangeShown, FileGroup};
pub use coverage::{HINT_ONLY, HintLimits, HintLink, LookHereToo, MappedClause, MappedStandard, Relation};
pub use decisions::{DECISIONS_ELSEWHERE, DecisionElsewhere, DecisionShown};
pub use defense::DefensePart;
pub use docx::gap_report_docx;
pub use filter::{FilterChoice, FilterChoices, ReportFilter, grade_named, grade_word};
pub use front::{FrontMatter, PageFacts, StandardShare};
pub use gap_report::{CandidateShown, ClauseSection, ConstraintSection, GapReport, GapShown, QuoteShown, StandardSection};
pub use html::{gap_report_html, summary_html};
pub use json::{GAP_REPORT_SCHEMA, change_json, gap_report_json, review_json, run_json};
pub use letter::{LetterText, letter};
pub use limits::{LedgerLine, Limits, ReasonGroup};
pub use matrix::{Matrix, MatrixBlock, MatrixCell, MatrixDocument, MatrixRow};
pub use run_facts::{LedgerCounts, RunFacts};
pub use shown::{FileShown, shown};
pub use verdict::{Tally, TallyPart, VerdictShown};
pub use xlsx::gap_report_xlsx;
