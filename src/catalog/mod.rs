//! What the standards ask: standards, clauses, constraints, evidence signals, gaps, mappings and the lexicon of
//! concepts. Parses the catalog's texts and tells every mistake at once, with file, line and column. It reads no
//! files itself and judges nothing.

mod clause;
mod concepts;
mod constraint;
mod difference;
mod import;
mod lazy_pattern;
mod lexicon;
mod load;
mod mistake;
mod obligations;
mod oscal;
mod own_tests;
mod patterns;
mod plain_words;
mod rows;
mod self_checks;
mod signals;
mod standard;
mod term_matcher;
mod words;

pub use clause::{
    Claim, Clause, ClauseKind, ClauseTests, ClauseTexts, CommonGap, EvidenceSignal, EvidenceStrength, Grade, Mapping, Reading, Stage,
    Status,
};
pub use concepts::{ConceptMatcher, ConceptSet, NegativeHits};
pub use constraint::{
    Basis, Confidence, Constraint, ConstraintTests, CueRule, DocumentKind, FailingPassage, Modal, PassingPassage, TableRule, Window,
};
pub use difference::{ClauseChange, Difference, Weight, difference};
pub use import::{ImportOutcome, import, unknown_standards};
pub use lazy_pattern::LazyPattern;
pub use lexicon::{ConceptId, Lexicon, Negatives};
pub use load::{Patterns, load, load_with_own};
pub use mistake::{CatalogText, Mistake, did_you_mean, nearest};
pub use oscal::{OscalDocument, oscal_documents};
pub use own_tests::{FailedTest, OwnTests, PassageJudge, test_names, test_passages};
pub use patterns::compile_pattern;
pub use self_checks::{
    Disagreement, catch_all_concepts, constraint_ids, disagreeing_mappings, passages_alike, repeated_sentences, unused_concepts,
};
pub use signals::{SignalHit, Signals};
pub use standard::{Catalog, CatalogIdentity, ClauseGroup, ClauseRef, Origin, Profile, SafetyClass, Standard};
pub use words::{fold, fold_name};
