//! What cancels or caps a passage, and in which words the report says so.

use crate::assessment::document_kind::DeclaredStatus;
use crate::assessment::reading::{Form, Reading, Unit};
use crate::assessment::speech::Manner;
use crate::catalog::DocumentKind;

/// A reason why a passage counts less than its words suggest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Veto {
    /// The document is superseded, obsolete or withdrawn.
    Obsolete,
    /// The kind of document is never evidence: template, mapping table, questionnaire, marketing, contract.
    NeverEvidence(DocumentKind),
    /// TBD, a field to be filled.
    Placeholder,
    /// Tells the author what to write.
    Guidance,
    /// Says that it was not done or does not apply.
    Negation,
    /// Matches one of the constraint's own veto patterns.
    OwnPattern,
    /// Repeats what the standard demands.
    QuotesStandard,
    /// Announces for later.
    Intent,
    /// A sentence beside it says that it is not done yet, or announces it.
    Contradicted,
    /// Stands in a section that introduces the document: its purpose, its scope, its background.
    Introductory,
    /// An example, a condition, a recommendation.
    Hypothetical,
    /// Only names the topic: a definition, a reference, a purpose, a question.
    Mention,
    /// No sentence: a title or keyword.
    Fragment,
    /// Large parts of the document are placeholders or guidance that nobody has filled.
    PartlyBlank,
    /// The document declares itself a draft.
    Draft,
    /// Another kind of document than the constraint asks for.
    OtherKind(DocumentKind),
    /// The concepts stand in one section, but not together in one sentence, pair or row.
    Apart,
    /// A row of a list that has something where most other rows have nothing.
    SparseColumn,
    /// Neither the document nor the section is about the clause: the words are there, the subject is another.
    OffTopic,
    /// The catalog has no full entry for the clause.
    StructureOnly,
}

impl Veto {
    /// Whether it cancels the passage altogether; the others cap it at weak.
    #[must_use]
    pub fn cancels(self) -> bool {
        match self {
            Self::Obsolete | Self::NeverEvidence(_) | Self::Placeholder | Self::Guidance | Self::Negation | Self::OwnPattern => true,
            Self::QuotesStandard
            | Self::Intent
            | Self::Contradicted
            | Self::Introductory
            | Self::Hypothetical
            | Self::Mention
            | Self::Fragment
            | Self::PartlyBlank
            | Self::Draft
            | Self::OtherKind(_)
            | Self::Apart
            | Self::SparseColumn
            | Self::OffTopic
            | Self::StructureOnly => false,
        }
    }

    /// The word of `review.json`.
    #[must_use]
    pub fn word(self) -> String {
        match self {
            Self::Obsolete => "obsolete document".into(),
            Self::NeverEvidence(kind) | Self::OtherKind(kind) => format!("kind of document: {}", kind.word()),
            Self::Placeholder => "placeholder".into(),
            Self::Guidance => "guidance text".into(),
            Self::Negation => "negation".into(),
            Self::OwnPattern => "veto of the constraint".into(),
            Self::QuotesStandard => "quotes the standard".into(),
            Self::Intent => "intent".into(),
            Self::Contradicted => "contradicted beside it".into(),
            Self::Introductory => "introduction".into(),
            Self::Hypothetical => "example or condition".into(),
            Self::Mention => "mention only".into(),
            Self::Fragment => "no sentence".into(),
            Self::PartlyBlank => "partly unfilled document".into(),
            Self::Draft => "draft document".into(),
            Self::Apart => "concepts apart".into(),
            Self::SparseColumn => "mostly empty column".into(),
            Self::OffTopic => "another subject".into(),
            Self::StructureOnly => "no full entry".into(),
        }
    }

    /// The second half of the report's sentence "The best passage …".
    #[must_use]
    pub fn in_words(self) -> String {
        match self {
            Self::Obsolete => "stands in a document that declares itself superseded or obsolete".into(),
            Self::NeverEvidence(kind) => format!("stands in a {}, which points at evidence but is none", kind_in_words(kind)),
            Self::Placeholder => "is a placeholder that nobody has filled".into(),
            Self::Guidance => "is guidance to the author of a template".into(),
            Self::Negation => "says that it is not done or does not apply".into(),
            Self::OwnPattern => "holds a wording that does not satisfy the constraint".into(),
            Self::QuotesStandard => "repeats what the standard demands instead of saying what is done".into(),
            Self::Intent => "only states an intention".into(),
            Self::Contradicted => "stands beside a sentence that says it is not done yet".into(),
            Self::Introductory => "stands in a section that only introduces the document".into(),
            Self::Hypothetical => "is an example, a condition or a recommendation".into(),
            Self::Mention => "only names the topic".into(),
            Self::Fragment => "is a title or keyword, not a statement".into(),
            Self::PartlyBlank => "stands in a document of which large parts are not filled in".into(),
            Self::Draft => "stands in a document that declares itself a draft".into(),
            Self::OtherKind(kind) => format!("stands in a {}, which is not the kind of document that shows this", kind_in_words(kind)),
            Self::Apart => "names the parts in one section, but not together".into(),
            Self::SparseColumn => "is a row of a list in which most other rows have nothing there".into(),
            Self::OffTopic => "uses the words, but stands in a document and section about something else".into(),
            Self::StructureOnly => {
                "was found by the words of the clause alone; the catalog has no full entry for it yet, so it is not rated higher".into()
            }
        }
    }
}

fn kind_in_words(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Policy => "policy",
        DocumentKind::Procedure => "procedure",
        DocumentKind::Plan => "plan",
        DocumentKind::Specification => "specification",
        DocumentKind::Record => "record or report",
        DocumentKind::List => "list",
        DocumentKind::Disclosure => "document for users",
        DocumentKind::Template => "template that nobody has filled",
        DocumentKind::MappingTable => "table that maps clauses to documents",
        DocumentKind::Questionnaire => "questionnaire or checklist",
        DocumentKind::Training => "training document",
        DocumentKind::MeetingNote => "meeting note",
        DocumentKind::Marketing => "marketing document",
        DocumentKind::Contract => "contract, offer or invoice",
        DocumentKind::JobDescription => "job description",
        DocumentKind::Unknown => "document of unknown kind",
    }
}

/// Vetoes of the document as a whole.
#[must_use]
pub fn of_document(kind: DocumentKind, status: DeclaredStatus, allowed: &[DocumentKind]) -> Vec<Veto> {
    let mut vetoes = Vec::new();
    match kind {
        DocumentKind::Template
        | DocumentKind::MappingTable
        | DocumentKind::Questionnaire
        | DocumentKind::Marketing
        | DocumentKind::Contract => vetoes.push(Veto::NeverEvidence(kind)),
        DocumentKind::Training | DocumentKind::MeetingNote | DocumentKind::JobDescription => {
            if !allowed.contains(&kind) {
                vetoes.push(Veto::OtherKind(kind));
            }
        }
        DocumentKind::Unknown => {}
        DocumentKind::Policy
        | DocumentKind::Procedure
        | DocumentKind::Plan
        | DocumentKind::Specification
        | DocumentKind::Record
        | DocumentKind::List
        | DocumentKind::Disclosure => {
            if !allowed.is_empty() && !allowed.contains(&kind) {
                vetoes.push(Veto::OtherKind(kind));
            }
        }
    }
    match status {
        DeclaredStatus::Current => {}
        DeclaredStatus::Draft => vetoes.push(Veto::Draft),
        DeclaredStatus::Obsolete => vetoes.push(Veto::Obsolete),
    }
    vetoes
}

/// Vetoes of a passage, and the strongest manner in which it speaks.
#[must_use]
pub fn of_passage(reading: &Reading, first: usize, last: usize) -> (Vec<Veto>, Manner) {
    let units = &reading.units[first..=last];
    let any = |fact: fn(&Unit) -> bool| units.iter().any(fact);
    let manner = units.iter().map(|u| u.speech.manner).max().unwrap_or(Manner::Mention);
    let mut vetoes = Vec::new();
    let mut push = |is_so: bool, veto: Veto| {
        if is_so {
            vetoes.push(veto);
        }
    };
    push(any(|u| u.negatives.placeholder), Veto::Placeholder);
    push(any(|u| u.negatives.guidance || (u.is_italic && u.speech.is_hypothetical)), Veto::Guidance);
    // A cell tells what may go wrong or did ("alarm does not arrive"): its grammar denies nothing.
    let is_row = |u: &Unit| matches!(u.form, Form::Row { .. });
    push(units.iter().any(|u| u.negatives.denied || (u.speech.is_denied && !is_row(u))), Veto::Negation);
    push(any(|u| u.speech.quotes_standard), Veto::QuotesStandard);
    push(any(|u| u.is_pointer), Veto::NeverEvidence(DocumentKind::MappingTable));
    push(any(|u| u.negatives.intent), Veto::Intent);
    push(any(|u| u.speech.is_hypothetical), Veto::Hypothetical);
    // What leads in, heads the column or heads the section speaks for what stands below it.
    let context = match units.first().map(|u| u.form) {
        Some(Form::ListItem { lead_in: Some(other) } | Form::Row { header: Some(other) }) => reading.units.get(other),
        _ => None,
    };
    let section = units.first().and_then(|u| reading.sections.get(u.section));
    push(context.is_some_and(|u| u.negatives.denied || u.speech.is_denied) || section.is_some_and(|s| s.is_denied), Veto::Negation);
    push(context.is_some_and(|u| u.negatives.intent) || section.is_some_and(|s| s.is_intent), Veto::Intent);
    push(context.is_some_and(|u| u.speech.is_hypothetical) || section.is_some_and(|s| s.is_example), Veto::Hypothetical);
    // A pair whose first sentence only names the topic is not saved by its second.
    push(manner == Manner::Mention || units.first().is_some_and(|u| u.speech.manner == Manner::Mention), Veto::Mention);
    (vetoes, manner)
}

/// Whether a sentence beside a passage takes back what it says: a denial or an announcement in the same paragraph or the
/// next one, about the same thing. `is_about` says whether a unit speaks of the requirement.
#[must_use]
pub fn is_contradicted(reading: &Reading, first: usize, last: usize, is_about: impl Fn(&Unit) -> bool) -> bool {
    /// Beginnings of sentences that speak of what was said just before.
    const GOES_ON: [&str; 30] = [
        "none",
        "no",
        "it",
        "this",
        "these",
        "they",
        "so far",
        "to date",
        "currently",
        "at present",
        "until",
        "however",
        "but",
        "yet",
        "as of",
        "the first",
        "a first",
        "such",
        "dies",
        "diese",
        "dieser",
        "dieses",
        "es",
        "sie",
        "bisher",
        "bislang",
        "derzeit",
        "noch",
        "jedoch",
        "allerdings",
    ];
    let (from, to) = (reading.units[first].block, reading.units[last].block);
    let section = reading.units[first].section;
    let is_beside = |unit: &Unit| {
        unit.section == section
            && unit.block + 1 >= from
            && unit.block <= to + 1
            && !matches!(unit.form, Form::Row { .. } | Form::HeaderRow)
    };
    let takes_back = |unit: &Unit| unit.negatives.denied || unit.negatives.intent || unit.speech.is_denied;
    let goes_on =
        |unit: &Unit| GOES_ON.iter().any(|begin| unit.folded.strip_prefix(begin).is_some_and(|rest| rest.starts_with([' ', ','])));
    if matches!(reading.units[first].form, Form::Row { .. }) {
        return false;
    }
    let around = reading.sections[section].units.clone().filter(|u| *u < first || *u > last).map(|u| (u, &reading.units[u]));
    around
        .filter(|(_, unit)| is_beside(unit) && takes_back(unit))
        .any(|(at, unit)| is_about(unit) || (goes_on(unit) && (at == last + 1 || at + 1 == first)))
}
