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
const BY_NAME: [(DocumentKind, &str); 18] = [
    (DocumentKind::JobDescription, r"\b(job|role|position|stellen|aufgaben) ?(description|profile|beschreibung)s?\b|\bjd \w+"),
    (
        DocumentKind::MappingTable,
        r"\b(cross ?walk|(control|clause|requirements?|standards?|compliance) mapping|(control|compliance) matrix|conformity matrix|gap (analysis|list|assessment)|clause (matrix|table|checklist)|statement of applicability|gspr|(iec|iso|en) ?\d{4,5}.{0,20}(checklist|matrix|mapping|table)|(checklist|matrix|mapping) .{0,30}((iec|iso|en) ?\d{4,5}|clauses?|standards?)|(clause|standard|regulation)s? .{0,20}mapping|normen(matrix|abgleich)|zuordnung(stabelle)?)\b",
    ),
    (DocumentKind::Questionnaire, r"\b(questionnaire|self ?assessment|mds2|fragebogen|selbstauskunft)\b"),
    (DocumentKind::Record, r"\bcontract ?(tests?|suite|testing|report)\b"),
    (
        DocumentKind::Contract,
        r"\b(contract|(non ?disclosure|licen[cs]e|framework) agreement|nda|invoice|offer|quotation|price quote|proposal|tender|bid|statement of work|purchase order|order confirmation|rechnung|angebot|offerte?|kostenvoranschlag|vertrag|auftrag(sbestaetigung)?|lieferschein)\b|\bsupplier (post|mail|letters?)\b|\b(post|briefe?) vom lieferanten\b",
    ),
    (
        DocumentKind::Marketing,
        r"\b(brochure|white ?paper|investor|pitch|data ?sheet|newsletter|marketing|flyer|press release|pressemitteilung|sales|broschuere|prospekt|case study|deck|landing page|blog( ?post)?|web ?site text|produktblatt|why .{0,30}(trust|choose) us)\b",
    ),
    (
        DocumentKind::Training,
        r"\b(training (material|slides|deck|course)|slides|schulung(sunterlage|sfolien)?|onboarding|welcome|tutorial)\b",
    ),
    (
        DocumentKind::Template,
        r"\b(template|vorlage|muster|formblatt|blank form|forms?|formulare?|formularsatz|\w+formular|\w*formblaetter|\w+vorlage)\b",
    ),
    (
        DocumentKind::Disclosure,
        r"\b(advisor(y|ies)|disclosure policy|instructions? for (use|\w+)|ifu|(user|operator|operating|service|server|clinic|hospital|installation|installer|administrators?|technical|device|product) (manual|guide|handbook)|(benutzer|anwender|betreiber|bediener|administrator(en)?|installations|service)handbuch|(bedienungs|betriebs|installations)anleitung|\w*betreiberinformation|release notes?|security txt|gebrauchsanweisung|hardening guide|security guide|administrator guide|customer notice|field safety)\b",
    ),
    (DocumentKind::MeetingNote, r"\b(minutes|meeting|retro(spective)?|stand ?up|notes|besprechung|notizen|protokoll der sitzung|agenda)\b"),
    (DocumentKind::Procedure, r"\b(sop|qp|procedure|work instruction|wi|verfahrensanweisung|arbeitsanweisung|va|quality manual)\b"),
    (
        DocumentKind::Record,
        r"\b(report|record|certificate|bericht|\w+bericht|nachweis|pruefprotokoll|checklist|checkliste|fmea|test ?rec)\b",
    ),
    (DocumentKind::Procedure, r"\b(process|guideline|verfahren|prozess(beschreibung)?|handbuch|manual|practices)\b"),
    (DocumentKind::Policy, r"\b(policy|policies|narrative|principles|richtlinie|leitlinie|politik)\b"),
    (DocumentKind::Plan, r"\b(plan|plans|schedule|planung|roadmap|programme?|budget|\w+plan|rmp|sdp|svp)\b"),
    (
        DocumentKind::List,
        r"\b(list|register|registry|inventory|sbom|bom|soup|log|backlog|matrix|table|liste|verzeichnis|\w+liste|\w+register)\b",
    ),
    (
        DocumentKind::Record,
        r"\b(results?|review|audit|evaluation|assessment|analysis|test(s|ing)?|verification|validation|summary|protokoll|auswertung|analyse|\w+analyse|scan|pentest|capa|nc|complaint|ticket|drm)\b",
    ),
    (
        DocumentKind::Specification,
        r"\b(specifications?|spec|requirements?|architecture|design|srs|sds|sad|sdd|description|interface|threat model|model|concept|anforderungen|spezifikation|architektur|lastenheft|pflichtenheft|konzept|\w+spezifikation)\b",
    ),
];

/// What a header cell of a mapping table is called.
const MAPPING_HEADER: [&str; 16] = [
    "clause",
    "section",
    "standard",
    "requirement",
    "iec",
    "iso",
    "norm",
    "abschnitt",
    "kapitel",
    "anforderung",
    "control",
    "criteria",
    "article",
    "safeguard",
    "citation",
    "regulation",
];
/// What another header cell of such a table is called: it says where the answer stands, or that there is one.
const MAPPED_HEADER: [&str; 16] = [
    "document",
    "evidence",
    "policy",
    "procedure",
    "reference",
    "status",
    "where",
    "mapped",
    "compliance",
    "implemented",
    "dokument",
    "nachweis",
    "verweis",
    "erfuellt",
    "umsetzung",
    "location",
];
/// What a mapping table or its title names beside the numbers.
const STANDARDS: [&str; 12] = ["iec 6", "iec 8", "iso 1", "iso 2", "clause", "hipaa", "nist", "soc 2", "cfr", "gdpr", "mdr", "control"];
/// Longest line, in bytes, that is read as a bare stamp ("Superseded by SOP-30").
const STAMP_BYTES: usize = 60;

/// Recognises kinds and status.
pub struct KindPatterns {
    by_name: Vec<(DocumentKind, Regex)>,
    clause_number: Option<Regex>,
    stamps: Option<(Regex, Regex)>,
    status_line: Option<(Regex, Regex)>,
    name_status: Option<(Regex, Regex)>,
    elsewhere: Option<Regex>,
}

impl KindPatterns {
    /// Compiles the patterns, once per review.
    #[must_use]
    pub fn new() -> Self {
        let compile = |p: &str| Regex::new(p).ok();
        let pair = |a: &str, b: &str| compile(a).zip(compile(b));
        Self {
            elsewhere: compile(
                r"\b(office|warehouse|premises|visitors?|canteen|car (park|pool)|payroll|recruit(ing|ment)|human resources|occupational|workplace|fire (safety|protection|drill)|first aid|(erp|crm|sap) )\b|\b(buero|lagerhalle|gebaeude|betriebsgelaende|arbeitsschutz|arbeitssicherheit|brandschutz|fuhrpark|kantine|personalwesen|buchhaltung|besucher|arbeitsplatz|erste hilfe)",
            ),
            by_name: BY_NAME.iter().filter_map(|(kind, p)| compile(p).map(|r| (*kind, r))).collect(),
            clause_number: compile(
                r"^(§ ?)?((iec|iso|en|vde|21 cfr|45 cfr|hipaa|nist|soc ?2) ?[\d-]*[: ]*(\d{4})?,? ?)?(clause |cl\. |annex |abschnitt |art(icle|ikel|\.)? )?([a-h\d]{1,2}(\.\d{1,2}){1,4}|\d{3}\.\d{3}(\([a-z0-9]{1,4}\))*|[a-z]{2,3}-\d{1,3}(\(\d+\))?|(cc|pi|[acp])\d{1,2}\.\d{1,2}|\d{1,3}(\(\d+\))?)([ ,;]|$)",
            ),
            stamps: pair(
                r"^(draft|entwurf|watermark draft)( v? ?[\d.]+)?[.!]?$|^(work in progress|not approved|unreleased|draft (version|for (review|comment|discussion)))\b",
                r"^(obsolete|superseded|withdrawn|ungueltig|veraltet|zurueckgezogen|void)\b|^(superseded|replaced) by\b|^ersetzt durch\b",
            ),
            status_line: pair(
                r"\b(status|state|stand|freigabe(status)?)\s*[:|]?\s*(is )?(draft|entwurf|in (review|work|pruefung|arbeit)|under review|not (yet )?(approved|released)|nicht freigegeben|work in progress|unreleased|preliminary)\b|\b(this|dieses?) (document|procedure|plan|version|dokument) (is|ist) (still )?(a|an|ein|in)? ?(draft|entwurf)\b",
                r"\b(status|state|stand)\s*[:|]?\s*(is )?(obsolete|superseded|withdrawn|retired|void|archived|ungueltig|veraltet|zurueckgezogen|ersetzt|abgeloest|nicht mehr gueltig)\b|\b(this|dieses?) (document|procedure|plan|version|sop|revision|dokument|fassung|verfahren) (has been|is|was|wurde|ist) (superseded|withdrawn|replaced|obsolete|no longer (valid|in force)|retired|zurueckgezogen|ersetzt|abgeloest|veraltet|ungueltig)\b",
            ),
            name_status: pair(
                r"\bdraft\b|^entwurf\b|\bentwurf v ?\d|\bwip\b",
                r"^(obsolete|superseded|withdrawn|void|veraltet|ungueltig|outdated|zurueckgezogen|abgeloest|ueberholt)\b|\b(obsolete|superseded|withdrawn|void|veraltet|ungueltig|outdated|zurueckgezogen|abgeloest|ueberholt|ausser kraft)( v? ?\d+( \d+)*)?$",
            ),
        }
    }

    /// The kind of a read document, and by what it was told.
    #[must_use]
    pub fn kind(&self, reading: &Reading, document: &Document) -> (DocumentKind, &'static str) {
        if blank_share(reading) >= 0.5 {
            return (DocumentKind::Template, "mostly placeholders and guidance");
        }
        if self.is_mapping_table(reading, document) {
            return (DocumentKind::MappingTable, "its table pairs clauses with documents");
        }
        let questions = reading.units.iter().filter(|u| u.folded.contains('?')).count();
        if questions >= 5 && questions * 10 >= reading.units.len() * 3 {
            return (DocumentKind::Questionnaire, "many questions");
        }
        let first_heading = document
            .blocks
            .iter()
            .find(|b| matches!(b.kind, BlockKind::Heading { .. }))
            .map(|b| crate::catalog::fold(&b.text))
            .unwrap_or_default();
        if offers(reading) {
            return (DocumentKind::Contract, "a letter that offers services");
        }
        for (text, by) in
            [(reading.name.as_str(), "file name"), (reading.title.as_str(), "title"), (first_heading.as_str(), "first heading")]
        {
            // A form that has been filled is a record; the unfilled one was told above.
            let named = self.by_name.iter().find(|(_, pattern)| pattern.is_match(text)).map(|(kind, _)| *kind);
            match named {
                Some(DocumentKind::Template) if blank_share(reading) >= 0.1 => return (DocumentKind::Template, by),
                Some(DocumentKind::Template) => return (DocumentKind::Record, "a form that has been filled"),
                Some(kind) => return (kind, by),
                None => {}
            }
        }
        let rows = reading.units.iter().filter(|u| matches!(u.form, Form::Row { .. })).count();
        if rows >= 5 && rows * 10 >= reading.units.len() * 6 {
            (DocumentKind::List, "mostly table rows")
        } else {
            (DocumentKind::Unknown, "nothing tells")
        }
    }

    /// Marks what only reading the whole tells: rows that point at where a clause is answered instead of answering it,
    /// and what is about premises, staff or office machines instead of the product.
    pub fn mark(&self, reading: &mut Reading, document: &Document) {
        let Some(elsewhere) = &self.elsewhere else { return };
        reading.is_elsewhere = elsewhere.is_match(&reading.title) || elsewhere.is_match(&reading.name);
        for section in &mut reading.sections {
            section.is_elsewhere = elsewhere.is_match(&section.heading);
        }
        for at in 0..reading.units.len() {
            if let Form::Row { header: Some(header) } = reading.units[at].form {
                let block = reading.units[at].block;
                reading.units[at].is_pointer = self.points_at_a_clause(document, reading.units[header].block, block);
                reading.units[at].negatives.placeholder |= is_mostly_empty(document, block);
                reading.units[at].negatives.intent |= awaits(document, reading.units[header].block, block);
            }
        }
    }

    /// Whether the header names a column of clauses and the cell there is a clause's number.
    fn points_at_a_clause(&self, document: &Document, header: usize, row: usize) -> bool {
        const NAMES: [&str; 12] = [
            "clause",
            "norm",
            "standard",
            "klausel",
            "normabschnitt",
            "normkapitel",
            "normforderung",
            "iec",
            "iso",
            "control id",
            "article",
            "paragraph of the standard",
        ];
        let named = |cell: &String| {
            let cell = crate::catalog::fold(cell);
            NAMES.iter().any(|name| cell.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '.', '-'])))
        };
        let Some(column) = document.cells(header).iter().take(2).position(named) else { return false };
        let Some(cell) = document.cells(row).get(column).map(|cell| crate::catalog::fold(cell)) else { return false };
        cell.rsplit_once('.').is_some_and(|(_, last)| last == "x")
            || self.clause_number.as_ref().is_some_and(|pattern| pattern.is_match(&cell))
    }

    /// Whether most rows of its largest table pair a clause number with something else.
    fn is_mapping_table(&self, reading: &Reading, document: &Document) -> bool {
        let Some(pattern) = &self.clause_number else { return false };
        let names_clauses = document.blocks.iter().any(|b| {
            let BlockKind::TableRow { cells, is_header: true } = &b.kind else { return false };
            let cells: Vec<String> = cells.iter().map(|cell| crate::catalog::fold(cell)).collect();
            let holds = |cells: &[String], words: &[&str]| cells.iter().any(|cell| words.iter().any(|word| cell.contains(word)));
            holds(&cells[..cells.len().min(2)], &MAPPING_HEADER) && holds(&cells, &MAPPED_HEADER)
        });
        if !names_clauses {
            return false;
        }
        let (mut rows, mut mapped) = (0_usize, 0_usize);
        for block in &document.blocks {
            if let BlockKind::TableRow { cells, is_header: false } = &block.kind {
                rows += 1;
                mapped += usize::from(cells.iter().take(2).any(|cell| pattern.is_match(&crate::catalog::fold(cell))));
            }
        }
        let names_standard = reading.units.iter().any(|u| STANDARDS.iter().any(|s| u.folded.contains(s)))
            || STANDARDS.iter().any(|s| reading.title.contains(s) || reading.name.contains(s));
        rows >= 5 && mapped * 10 >= rows * 6 && rows * 2 >= reading.units.len() && names_standard
    }

    /// The status that a document declares in its name, title, page margins or first lines.
    #[must_use]
    pub fn status(&self, reading: &Reading, document: &Document, concepts: &ConceptMatcher) -> DeclaredStatus {
        let (Some((draft_stamp, obsolete_stamp)), Some((draft, obsolete)), Some((draft_name, obsolete_name))) =
            (&self.stamps, &self.status_line, &self.name_status)
        else {
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
        match status_in_head(document) {
            Some(DeclaredStatus::Obsolete) => return DeclaredStatus::Obsolete,
            Some(status) => found = status,
            None => {}
        }
        let mut front = 0;
        for block in document.blocks.iter().filter(|b| b.visibility == Visibility::Visible) {
            let is_margin = matches!(block.kind, BlockKind::PageMargin);
            front += usize::from(!is_margin);
            if !is_margin && front > 25 {
                continue;
            }
            let folded = crate::catalog::fold(&block.text);
            let negatives = concepts.negatives(&folded);
            // In a revision history "draft" and "superseded" speak of earlier versions; only a label says more.
            let is_row = matches!(block.kind, BlockKind::TableRow { .. });
            let is_stamp = |stamp: &Regex| !is_row && folded.len() <= STAMP_BYTES && stamp.is_match(&folded);
            if obsolete.is_match(&folded) || is_stamp(obsolete_stamp) {
                return DeclaredStatus::Obsolete;
            }
            if draft.is_match(&folded) || is_stamp(draft_stamp) || (is_margin && negatives.draft) {
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

/// Whether most cells of a table row are empty: a line that somebody meant to fill.
fn is_mostly_empty(document: &Document, block: usize) -> bool {
    let cells = document.cells(block);
    let empty = cells.iter().filter(|cell| matches!(cell.trim(), "" | "?" | "…" | "...")).count();
    cells.len() >= 3 && empty * 2 > cells.len()
}

/// Whether a table row says in a column of its status that it is still to be done.
fn awaits(document: &Document, header: usize, row: usize) -> bool {
    const COLUMNS: [&str; 8] = ["status", "state", "stand", "zustand", "result", "ergebnis", "done", "erledigt"];
    const WAITING: [&str; 12] = [
        "to do",
        "todo",
        "backlog",
        "planned",
        "geplant",
        "folgt",
        "pending",
        "not started",
        "nicht begonnen",
        "noch nicht begonnen",
        "vorgesehen",
        "follows",
    ];
    document.cells(header).iter().zip(document.cells(row)).any(|(name, cell)| {
        COLUMNS.contains(&crate::catalog::fold(name).trim_end_matches(':')) && WAITING.contains(&crate::catalog::fold(cell).as_str())
    })
}

/// The status in a document head that is a table of one row: a column says "Status". A revision history has several rows.
fn status_in_head(document: &Document) -> Option<DeclaredStatus> {
    const COLUMNS: [&str; 8] =
        ["status", "state", "stand", "zustand", "gueltigkeit", "freigabestatus", "dokumentstatus", "dokumentenstatus"];
    const DRAFT: [&str; 16] = [
        "draft",
        "entwurf",
        "in review",
        "in pruefung",
        "in arbeit",
        "in bearbeitung",
        "not released",
        "nicht freigegeben",
        "noch nicht",
        "nicht anwenden",
        "nicht in kraft",
        "not approved",
        "not in force",
        "in preparation",
        "wip",
        "vorabzug",
    ];
    const OBSOLETE: [&str; 12] = [
        "superseded",
        "obsolete",
        "withdrawn",
        "void",
        "retired",
        "no longer",
        "ersetzt",
        "zurueckgezogen",
        "ungueltig",
        "abgeloest",
        "aufgehoben",
        "ausser kraft",
    ];
    let front: Vec<_> = document.blocks.iter().filter(|b| b.visibility == Visibility::Visible).take(12).collect();
    let is_row = |at: usize| front.get(at).is_some_and(|b| matches!(b.kind, BlockKind::TableRow { is_header: false, .. }));
    front.iter().enumerate().find_map(|(at, block)| {
        let BlockKind::TableRow { cells, is_header: true } = &block.kind else { return None };
        let column = cells.iter().position(|cell| COLUMNS.contains(&crate::catalog::fold(cell).trim_end_matches(':')))?;
        if is_row(at + 2) {
            return None;
        }
        let BlockKind::TableRow { cells, is_header: false } = &front.get(at + 1)?.kind else { return None };
        let status = crate::catalog::fold(cells.get(column)?);
        let says = |words: &[&str]| words.iter().any(|word| status.starts_with(word));
        if says(&OBSOLETE) {
            Some(DeclaredStatus::Obsolete)
        } else if says(&DRAFT) {
            Some(DeclaredStatus::Draft)
        } else {
            None
        }
    })
}

/// Whether it is a letter that offers services: it begins with a salutation and speaks of offering.
fn offers(reading: &Reading) -> bool {
    const SALUTATIONS: [&str; 6] = ["dear ", "sehr geehrte", "hello ", "liebe ", "lieber ", "guten tag"];
    const OFFERS: [&str; 8] =
        ["we offer", "our offer", "we are pleased to offer", "bieten wir", "wir bieten", "unser angebot", "we quote", "offerieren wir"];
    let front = || reading.units.iter().take(12);
    front().any(|u| SALUTATIONS.iter().any(|s| u.folded.starts_with(s))) && front().any(|u| OFFERS.iter().any(|o| u.folded.contains(o)))
}

/// Whether a folder of the path says that what lies in it is no longer in force.
#[must_use]
pub fn lies_among_superseded(path: &str) -> bool {
    const SUPERSEDED: [&str; 9] =
        ["superseded", "obsolete", "withdrawn", "outdated", "abgeloest", "ungueltig", "veraltet", "zurueckgezogen", "ausser kraft"];
    let mut folders = path.split('/').collect::<Vec<_>>();
    folders.pop();
    folders.iter().map(|folder| crate::catalog::fold(folder)).any(|folder| SUPERSEDED.iter().any(|word| folder.contains(word)))
}

/// Whether the name calls it a template: then it is no record until somebody has filled it and renamed it.
#[must_use]
pub fn is_named_template(reading: &Reading) -> bool {
    reading.name.split(' ').chain(reading.title.split(' ')).any(|word| matches!(word, "template" | "vorlage" | "muster" | "mustervorlage"))
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
    fn folders_of_what_is_no_longer_in_force() {
        assert!(lies_among_superseded("01 QM/Abgelöst/VA-15 Rev 3.md") && lies_among_superseded("SOPs/_obsolete/SOP-1.docx"));
        assert!(!lies_among_superseded("SOPs/Superseded parts.docx") && !lies_among_superseded("Archive/Report 2024.pdf"));
    }

    #[test]
    fn kinds_by_name() {
        let patterns = KindPatterns::new();
        assert_eq!(patterns.by_name.len(), BY_NAME.len(), "every pattern compiles");
        assert!(
            patterns.clause_number.is_some()
                && patterns.stamps.is_some()
                && patterns.status_line.is_some()
                && patterns.name_status.is_some()
                && patterns.elsewhere.is_some()
        );
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
            ("release notes 2 4 1", DocumentKind::Disclosure),
            ("software process validation report", DocumentKind::Record),
            ("sop 12 problem report handling", DocumentKind::Procedure),
            ("process fmea", DocumentKind::Record),
            ("srs to test mapping", DocumentKind::Record),
            ("release checklist 2 4 signed", DocumentKind::Record),
            ("iso 14971 gap analysis", DocumentKind::MappingTable),
        ] {
            let kind = patterns.by_name.iter().find(|(_, p)| p.is_match(name)).map(|(k, _)| *k);
            assert_eq!(kind, Some(expected), "{name}");
        }
    }
}
