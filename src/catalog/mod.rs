//! What the standards ask: standards, clauses, constraints, evidence signals, gaps, mappings and the lexicon of
//! concepts. Parses the catalog's texts and tells every mistake at once, with file, line and column. It reads no
//! files itself and judges nothing.

mod clause;
mod constraint;
mod lexicon;
mod standard;
mod words;

pub use clause::{
    Claim, Clause, ClauseKind, ClauseTests, ClauseTexts, CommonGap, EvidenceSignal, EvidenceStrength, Grade, Mapping, Reading, Stage,
    Status,
};
pub use constraint::{
    Basis, Confidence, Constraint, ConstraintTests, CueRule, DocumentKind, FailingPassage, Modal, PassingPassage, TableRule, Window,
};
pub use lexicon::{ConceptId, Lexicon, Negatives};
pub use standard::{Catalog, CatalogIdentity, ClauseRef, Origin, Profile, SafetyClass, Standard};
pub use words::{fold, fold_name};
