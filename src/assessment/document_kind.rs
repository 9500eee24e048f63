//! What kind of document it is and which status it declares: a policy, a plan, a record, an unfilled template, a
//! mapping table … A constraint says which kinds can be evidence; some kinds never are.

use regex::Regex;

use crate::assessment::reading::{Form, Reading};
use crate::catalog::{ConceptMatcher, DocumentKind};
use crate::evidence::{BlockKind, Document, Visibility};

/// What a document says of its own status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeclaredStatus {
    /// Nothing that would cap a verdict.
    Current,
    /// Draft: caps a verdict at weak.
    Draft,
    /// Superseded, obsolete or withdrawn: no evidence.
    Obsolete,
}

/// Patterns on the folded name or title, in order of precedence: the first that matches decides.
const BY_NAME: [(DocumentKind, &str); 14] = [
    (
        DocumentKind::MappingTable,
        r"\b(mapping|cross ?walk|compliance matrix|conformity matrix|gap (analysis|list|assessment)|clause (matrix|table|checklist)|statement of applicability|gspr|(iec|iso|en) ?\d{4,5}.{0,20}(checklist|matrix|mapping|table)|(checklist|matrix) .{0,30}(iec|iso|en) ?\d{4,5}|normen(matrix|abgleich)|zuordnung(stabelle)?)\b",
    ),
    (DocumentKind::Questionnaire, r"\b(questionnaire|checklist|self ?assessment|mds2|fragebogen|checkliste|selbstauskunft|survey)\b"),
    (
        DocumentKind::Contract,
        r"\b(contract|agreement|nda|invoice|offer|quotation|purchase order|order confirmation|rechnung|angebot|vertrag|auftrag(sbestaetigung)?|lieferschein)\b",
    ),
    (
        DocumentKind::Marketing,
        r"\b(brochure|white ?paper|investor|pitch|data ?sheet|newsletter|marketing|flyer|press release|sales|broschuere|case study|deck|landing page)\b",
    ),
    (
        DocumentKind::Training,
        r"\b(training (material|slides|deck|course)|slides|schulung(sunterlage|sfolien)?|onboarding|welcome|tutorial|workshop)\b",
    ),
    (DocumentKind::MeetingNote, r"\b(minutes|meeting|retro(spective)?|stand ?up|notes|besprechung|notizen|protokoll der sitzung|agenda)\b"),
    (DocumentKind::Template, r"\b(template|vorlage|muster|formblatt|blank form|form)\b"),
    (
        DocumentKind::Disclosure,
        r"\b(advisor(y|ies)|disclosure policy|instructions? for use|ifu|user (manual|guide)|release notes?|security txt|gebrauchsanweisung|hardening guide|security guide|administrator guide|customer notice|field safety)\b",
    ),
    (
        DocumentKind::Procedure,
        r"\b(sop|qp|procedure|process|work instruction|wi|guideline|verfahren(sanweisung)?|arbeitsanweisung|prozess(beschreibung)?|va|handbuch|quality manual|manual|practices)\b",
    ),
    (DocumentKind::Policy, r"\b(policy|policies|narrative|principles|richtlinie|leitlinie|politik)\b"),
    (DocumentKind::Plan, r"\b(plan|plans|schedule|planung|roadmap|programme?|budget|\w+plan|rmp|sdp|svp)\b"),
    (
        DocumentKind::List,
        r"\b(list|register|registry|inventory|sbom|bom|soup|log|backlog|matrix|table|fmea|liste|verzeichnis|\w+liste|\w+register)\b",
    ),
    (
        DocumentKind::Record,
        r"\b(report|record|results?|review|audit|certificate|evaluation|assessment|analysis|test(s|ing)?|verification|validation|summary|testrec|bericht|\w+bericht|nachweis|protokoll|pruefprotokoll|auswertung|analyse|\w+analyse|scan|pentest|capa|nc|complaint|ticket|drm)\b",
    ),
    (
        DocumentKind::Specification,
        r"\b(specifications?|spec|requirements?|architecture|design|srs|sds|sad|sdd|description|interface|threat model|model|concept|anforderungen|spezifikation|architektur|lastenheft|pflichtenheft|konzept|\w+spezifikation)\b",
    ),
];

/// Recognises kinds and status.
pub struct KindPatterns {
    by_name: Vec<(DocumentKind, Regex)>,
    clause_number: Option<Regex>,
    status_line: Option<(Regex, Regex)>,
    name_status: Option<(Regex, Regex)>,
}

impl KindPatterns {
    /// Compiles the patterns, once per review.
    #[must_use]
    pub fn new() -> Self {
        let compile = |p: &str| Regex::new(p).ok();
        let pair = |a: &str, b: &str| compile(a).zip(compile(b));
        Self {
            by_name: BY_NAME.iter().filter_map(|(kind, p)| compile(p).map(|r| (*kind, r))).collect(),
            clause_number: compile(
                r"^(§ ?)?((iec|iso|en|vde|21 cfr) ?[\d-]+[: ]*(\d{4})?,? ?)?(clause |cl\. |annex |abschnitt )?[a-h\d]{1,2}(\.\d{1,2}){1,4}\b",
            ),
            status_line: pair(
                r"^(draft|entwurf|work in progress|not approved|unreleased)\b|\b(status|state|stand|freigabe(status)?)\s*[:|]?\s*(is )?(draft|entwurf|in (review|work|pruefung|arbeit)|under review|not (yet )?(approved|released)|nicht freigegeben|work in progress|unreleased|preliminary)\b|^watermark draft|\bdraft (version|for (review|comment|discussion))\b|\bthis (document|procedure|plan|version) is (still )?a draft\b",
                r"^(obsolete|superseded|withdrawn|ungueltig|veraltet|zurueckgezogen|void)\b|\b(status|state|stand)\s*[:|]?\s*(is )?(obsolete|superseded|withdrawn|retired|void|archived|ungueltig|veraltet|zurueckgezogen|ersetzt)\b|\b(document|procedure|plan|version|sop|revision|dokument) (has been|is|was|wurde) (superseded|withdrawn|replaced|obsolete|no longer (valid|in force)|retired|zurueckgezogen|ersetzt)\b|\bno longer valid\b|\bnicht mehr gueltig\b|^superseded by\b|^replaced by\b",
            ),
            name_status: pair(r"\b(draft|entwurf|wip)\b", r"\b(obsolete|superseded|withdrawn|ungueltig|veraltet|void|outdated)\b"),
        }
    }

    /// The kind of a read document.
    #[must_use]
    pub fn kind(&self, reading: &Reading, document: &Document) -> DocumentKind {
        if blank_share(reading) >= 0.5 {
            return DocumentKind::Template;
        }
        if self.is_mapping_table(reading, document) {
            return DocumentKind::MappingTable;
        }
        let questions = reading.units.iter().filter(|u| u.folded.contains('?')).count();
        if questions >= 5 && questions * 10 >= reading.units.len() * 3 {
            return DocumentKind::Questionnaire;
        }
        let first_heading = document
            .blocks
            .iter()
            .find(|b| matches!(b.kind, BlockKind::Heading { .. }))
            .map(|b| crate::catalog::fold(&b.text))
            .unwrap_or_default();
        for text in [reading.name.as_str(), reading.title.as_str(), first_heading.as_str()] {
            // A form that has been filled is a record; the unfilled one was told above.
            let named = self.by_name.iter().find(|(_, pattern)| pattern.is_match(text)).map(|(kind, _)| *kind);
            match named {
                Some(DocumentKind::Template) => return DocumentKind::Record,
                Some(kind) => return kind,
                None => {}
            }
        }
        let rows = reading.units.iter().filter(|u| matches!(u.form, Form::Row { .. })).count();
        if rows >= 5 && rows * 10 >= reading.units.len() * 6 { DocumentKind::List } else { DocumentKind::Unknown }
    }

    /// Whether most rows of its largest table pair a clause number with something else.
    fn is_mapping_table(&self, reading: &Reading, document: &Document) -> bool {
        let Some(pattern) = &self.clause_number else { return false };
        let (mut rows, mut mapped) = (0_usize, 0_usize);
        for block in &document.blocks {
            if let BlockKind::TableRow { cells, is_header: false } = &block.kind {
                rows += 1;
                mapped += usize::from(cells.iter().take(2).any(|cell| pattern.is_match(&crate::catalog::fold(cell))));
            }
        }
        let names_standard = reading
            .units
            .iter()
            .any(|u| u.folded.contains("iec 6") || u.folded.contains("iec 8") || u.folded.contains("iso 1") || u.folded.contains("clause"));
        rows >= 5 && mapped * 10 >= rows * 6 && rows * 2 >= reading.units.len() && names_standard
    }

    /// The status that a document declares in its name, title, page margins or first lines.
    #[must_use]
    pub fn status(&self, reading: &Reading, document: &Document, concepts: &ConceptMatcher) -> DeclaredStatus {
        let (Some((draft, obsolete)), Some((draft_name, obsolete_name))) = (&self.status_line, &self.name_status) else {
            return DeclaredStatus::Current;
        };
        let named = |pattern: &Regex| pattern.is_match(&reading.name) || pattern.is_match(&reading.title);
        let mut found = if named(obsolete_name) {
            DeclaredStatus::Obsolete
        } else if named(draft_name) {
            DeclaredStatus::Draft
        } else {
            DeclaredStatus::Current
        };
        let mut front = 0;
        for block in document.blocks.iter().filter(|b| b.visibility == Visibility::Visible) {
            let is_margin = matches!(block.kind, BlockKind::PageMargin);
            front += usize::from(!is_margin);
            if !is_margin && front > 25 {
                continue;
            }
            let folded = crate::catalog::fold(&block.text);
            let negatives = concepts.negatives(&folded);
            // In a revision history "draft" and "superseded" speak of earlier versions.
            let is_history = matches!(&block.kind, BlockKind::TableRow { cells, .. } if cells.len() >= 3);
            if obsolete.is_match(&folded) || (is_margin && negatives.obsolete) {
                if !is_history {
                    return DeclaredStatus::Obsolete;
                }
            } else if (draft.is_match(&folded) || (is_margin && negatives.draft)) && !is_history && found == DeclaredStatus::Current {
                found = DeclaredStatus::Draft;
            }
        }
        found
    }
}

impl Default for KindPatterns {
    fn default() -> Self {
        Self::new()
    }
}

/// Share of the text that is placeholders and guidance to the author; 0 where there are hardly any.
#[must_use]
pub fn blank_share(reading: &Reading) -> f64 {
    let content: Vec<_> = reading.units.iter().filter(|u| !matches!(u.form, Form::HeaderRow) && u.word_count > 0).collect();
    let blanks = content.iter().filter(|u| u.negatives.placeholder || u.negatives.guidance).count();
    if blanks < 3 {
        return 0.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of sentences are far below 2^52")]
    let share = blanks as f64 / content.len() as f64;
    share
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_by_name() {
        let patterns = KindPatterns::new();
        assert_eq!(patterns.by_name.len(), BY_NAME.len(), "every pattern compiles");
        assert!(patterns.clause_number.is_some() && patterns.status_line.is_some() && patterns.name_status.is_some());
        for (name, expected) in [
            ("sop 17 security risk management", DocumentKind::Procedure),
            ("risk management plan", DocumentKind::Plan),
            ("iec 62304 checklist", DocumentKind::MappingTable),
            ("supplier questionnaire", DocumentKind::Questionnaire),
            ("soup list", DocumentKind::List),
            ("penetration test report", DocumentKind::Record),
            ("software requirements specification", DocumentKind::Specification),
            ("invoice 2026 03", DocumentKind::Contract),
            ("bedrohungsanalyse gateway", DocumentKind::Record),
        ] {
            let kind = patterns.by_name.iter().find(|(_, p)| p.is_match(name)).map(|(k, _)| *k);
            assert_eq!(kind, Some(expected), "{name}");
        }
    }
}
