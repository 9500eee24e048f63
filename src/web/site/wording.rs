//! What the catalog's values are called on a page. It knows no page and no address.

use crate::catalog::{Basis, ClauseKind, Confidence, Constraint, DocumentKind, EvidenceStrength, Grade, Modal, Stage, Standard};

/// What the wording of an entry is compared with: the standards of IEC and ISO are sold, laws and guidance are free.
pub(in crate::web) fn official_text(standard: &Standard) -> &'static str {
    if ["iec-", "iso-"].iter().any(|publisher| standard.id.starts_with(publisher)) {
        "a bought copy of the standard"
    } else {
        "the official text"
    }
}

/// How far an entry has come, in two words.
pub(super) fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Structure => "Short entry",
        Stage::Draft => "Draft entry",
        Stage::ExpertReviewed => "Read by an expert",
        Stage::Approved => "Approved entry",
        Stage::Imported => "Own requirement",
    }
}

/// What that means for the reader.
pub(super) fn stage_means(stage: Stage) -> &'static str {
    match stage {
        Stage::Structure => {
            "We know the number, the title and a one-line paraphrase. A review judges this clause by words derived from them and never \
             rates it above weak evidence."
        }
        Stage::Draft => "A full entry in our own words that no outside expert has read yet.",
        Stage::ExpertReviewed => "A full entry that an expert has read.",
        Stage::Approved => "A full entry that was read by an expert and released.",
        Stage::Imported => "A requirement that the operator of this service added. A review judges it by its words.",
    }
}

/// The class of the stage's tag.
pub(super) fn stage_class(stage: Stage) -> &'static str {
    match stage {
        Stage::Structure | Stage::Imported => "",
        Stage::Draft => "draft",
        Stage::ExpertReviewed | Stage::Approved => "full",
    }
}

/// What fulfils a clause.
pub(super) fn kind(kind: ClauseKind) -> &'static str {
    match kind {
        ClauseKind::Process => "a process that exists and is followed",
        ClauseKind::Plan => "a plan",
        ClauseKind::Specification => "a specification",
        ClauseKind::Record => "a record that something was done",
        ClauseKind::List => "a list or register",
        ClauseKind::Disclosure => "something told to others",
    }
}

/// How binding a constraint is.
pub(super) fn modal(modal: &Modal) -> String {
    match modal {
        Modal::Shall => "Binding".into(),
        Modal::Should => "Recommended".into(),
        Modal::Expected => "Expected by reviewers".into(),
        Modal::SeeClause(clause) => format!("Decided by clause {clause}"),
    }
}

/// What the weight of a constraint means for the verdict of its clause.
pub(super) fn weight(constraint: &Constraint) -> &'static str {
    match (&constraint.modal, constraint.weight) {
        (Modal::Shall, 3..) => "essential: without it the clause is not supported",
        (Modal::Shall, 2) => "needed for the clause to be supported",
        (Modal::Shall, _) => "supports the clause, does not decide it",
        (Modal::Should | Modal::Expected, _) => "shown as advice, never as a gap",
        (Modal::SeeClause(_), _) => "judged there",
    }
}

/// Where a wording comes from, with how sure its author is.
pub(super) fn basis(basis: Basis, confidence: Confidence) -> String {
    let from = match basis {
        Basis::PublicSource => "from a public source",
        Basis::Inference => "inferred from title, neighbours and counterparts",
        Basis::Memory => "from memory, not confirmed by a source at hand",
    };
    let sure = match confidence {
        Confidence::High => "high",
        Confidence::Medium => "medium",
        Confidence::Low => "low",
    };
    format!("{from}; confidence {sure}")
}

/// Kinds of document as one phrase: `a procedure, a policy or a plan`.
pub(super) fn document_kinds(kinds: &[DocumentKind]) -> String {
    let words: Vec<String> = kinds.iter().map(|kind| kind.word().replace('-', " ")).collect();
    match words.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, before)) => format!("{} or {last}", before.join(", ")),
    }
}

/// The likely grade of a gap.
pub(super) fn grade(grade: Grade) -> (&'static str, &'static str) {
    match grade {
        Grade::Major => ("major", "▲ Likely a major nonconformity"),
        Grade::Minor => ("minor", "△ Likely a minor nonconformity"),
        Grade::Opportunity => ("opportunity", "○ An opportunity for improvement"),
    }
}

/// How strongly a file's name speaks.
pub(super) fn strength(strength: EvidenceStrength) -> &'static str {
    match strength {
        EvidenceStrength::Strong => "most likely it",
        EvidenceStrength::Weak => "could be it",
    }
}

/// An OSCAL relationship from the clause that states it to its target, as the middle of a sentence.
pub(super) fn relation(word: &str) -> &str {
    match word {
        "equal-to" => "says the same as",
        "equivalent-to" => "asks for the same, in other words, as",
        "subset-of" => "is a part of",
        "superset-of" => "covers all, and more, of",
        "intersects-with" => "overlaps with",
        "no-relationship" => "does not correspond to",
        other => other,
    }
}

/// The same relationship read from the target.
pub(super) fn reversed(word: &str) -> &str {
    match word {
        "subset-of" => "superset-of",
        "superset-of" => "subset-of",
        other => other,
    }
}

/// Why two clauses are related.
pub(super) fn rationale(word: &str) -> &str {
    match word {
        "syntactic" => "by wording",
        "semantic" => "by meaning",
        "functional" => "by what it achieves",
        other => other,
    }
}

/// A role or placeholder as words: `security-risk-register` is `security risk register`.
pub(super) fn spaced(word: &str) -> String {
    word.replace(['-', '_'], " ")
}

/// The first sentences of a text within so many characters, for the description of a page.
pub(super) fn shortened(text: &str, most: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= most {
        return text;
    }
    let cut: String = text.chars().take(most).collect();
    if let Some(end) = cut.rfind(". ").filter(|end| *end > most / 2) {
        return cut[..=end].to_owned();
    }
    let end = cut.rfind(' ').unwrap_or(cut.len());
    format!("{} …", cut[..end].trim_end_matches([',', ';', ':', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_shortened_at_a_sentence_or_a_word() {
        for (text, most, expected) in [
            ("Short.", 20, "Short."),
            ("One sentence here. And a second one.", 24, "One sentence here."),
            ("one, two, three, four", 12, "one, two …"),
            ("äöü äöü äöü", 8, "äöü äöü …"),
        ] {
            assert_eq!(shortened(text, most), expected);
        }
    }

    #[test]
    fn kinds_are_one_phrase() {
        let kinds = [DocumentKind::Procedure, DocumentKind::MappingTable, DocumentKind::Plan];
        assert_eq!(document_kinds(&kinds), "procedure, mapping table or plan");
        assert_eq!(document_kinds(&kinds[..1]), "procedure");
        assert_eq!(document_kinds(&[]), "");
    }
}
