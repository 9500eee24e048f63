//! A document as the judge reads it: sections, and in them units (sentences, list items, table rows) with their
//! terms, concepts, manner of speaking and negatives. Made once per document, used by every constraint.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::assessment::postings::Postings;
use crate::assessment::sentences::sentences;
use crate::assessment::sparse_column::sparse_columns;
use crate::assessment::speech::{Speech, SpeechPatterns};
use crate::assessment::term_counts::TermCounts;
use crate::assessment::terms::{Language, SubjectWord, TermId, Vocabulary, guess_language};
use crate::catalog::{ConceptMatcher, ConceptSet, LazyPattern, NegativeHits, fold, fold_name};
use crate::evidence::{BlockKind, Document, Visibility};

/// What kind of text a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A sentence of a paragraph or footnote.
    Sentence,
    /// A sentence of a list item; the index of the unit that leads the list in, if one does.
    ListItem {
        /// Index of the lead-in unit.
        lead_in: Option<usize>,
    },
    /// A table row; the index of its header row's unit, if there is one.
    Row {
        /// Index of the header unit.
        header: Option<usize>,
    },
    /// A header row: names columns, is no evidence itself.
    HeaderRow,
}

/// One sentence, list item or table row.
pub struct Unit {
    /// Index of its block within the document.
    pub block: usize,
    /// Its bytes within the block's text.
    pub range: Range<usize>,
    /// Folded text.
    pub folded: String,
    /// The same with the field's terms in the place of plain words, if it holds any.
    pub in_terms: Option<String>,
    /// Terms of the vocabulary, in order, repeated as they occur.
    pub terms: Vec<TermId>,
    /// Words that tell something, inside the vocabulary or not.
    pub word_count: u32,
    /// Concepts named.
    pub concepts: ConceptSet,
    /// Placeholders, denials, announcements, guidance.
    pub negatives: NegativeHits,
    /// How it speaks.
    pub speech: Speech,
    /// Index of its section.
    pub section: usize,
    /// What it is.
    pub form: Form,
    /// Whether it is all italic and so may be a template's guidance.
    pub is_italic: bool,
    /// Whether it is a table row that points at where a clause is answered instead of answering it.
    pub is_pointer: bool,
}

impl Unit {
    /// Whether a pattern matches, in its own words or in the field's.
    #[must_use]
    pub fn says(&self, pattern: &LazyPattern) -> bool {
        pattern.is_match(&self.folded) || self.in_terms.as_ref().is_some_and(|text| pattern.is_match(text))
    }
}

/// The text under one heading, up to the next heading of any level.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent things that headings say, not states of one thing")]
pub struct Section {
    /// Terms of the heading and its parents.
    pub path_terms: TermCounts,
    /// Concepts of the heading and its parents.
    pub path_concepts: ConceptSet,
    /// Its own heading, folded.
    pub heading: String,
    /// Concepts of its own heading only.
    pub heading_concepts: ConceptSet,
    /// Terms of its own heading only.
    pub heading_terms: TermCounts,
    /// What its own heading says of its subject.
    pub subject: Vec<SubjectWord>,
    /// Its units.
    pub units: Range<usize>,
    /// Concepts of its units.
    pub concepts: ConceptSet,
    /// Terms of its units.
    pub terms: TermCounts,
    /// Words that tell something in its units.
    pub word_count: u32,
    /// Whether the heading says that what follows is no statement (references, definitions, revision history).
    pub is_apparatus: bool,
    /// Whether the heading speaks of approval: a block of signatures, or a chapter about it.
    pub is_approval: bool,
    /// Whether a heading above it says that it does not apply or was not done.
    pub is_denied: bool,
    /// Whether a heading above it announces for later.
    pub is_intent: bool,
    /// Whether a heading above it says that what follows are examples.
    pub is_example: bool,
    /// Whether its own heading introduces the document: purpose, scope, background.
    pub is_introductory: bool,
    /// Whether its own heading says that it is about premises, staff or office machines, not about the product.
    pub is_elsewhere: bool,
}

/// A document as read.
pub struct Reading {
    /// Units in reading order; hidden text, page margins, contents entries and headings are not among them.
    pub units: Vec<Unit>,
    /// Sections in reading order.
    pub sections: Vec<Section>,
    /// Of each header row, by its unit, the columns that most rows below it leave empty.
    pub sparse_columns: BTreeMap<usize, Vec<usize>>,
    /// Terms of the document's title.
    pub title_terms: TermCounts,
    /// Terms of the file's name.
    pub name_terms: TermCounts,
    /// What title and name say of the document's subject.
    pub subject: Vec<SubjectWord>,
    /// Concepts of title and name.
    pub title_concepts: ConceptSet,
    /// Concepts anywhere in the visible text.
    pub all_concepts: ConceptSet,
    /// Terms of all units.
    pub terms: TermCounts,
    /// Where each term stands.
    pub postings: Postings,
    /// Words that tell something in all units.
    pub word_count: u32,
    /// Whether title or name say that it is about premises, staff or office machines, not about the product.
    pub is_elsewhere: bool,
    /// Folded title: of the metadata, the first heading and a short first line, whichever there are.
    pub title: String,
    /// Folded name.
    pub name: String,
    /// Language that most of it is written in.
    pub language: Language,
}

/// Whether it holds boxes to tick, and none is.
fn is_unticked(folded: &str) -> bool {
    const TICKED: [char; 5] = ['\u{2611}', '\u{2612}', '\u{2713}', '\u{2714}', '\u{2717}'];
    let has_box = folded.contains('\u{2610}') || folded.contains("[ ]");
    has_box && !folded.contains(TICKED) && !folded.contains("[x]")
}

/// Headings under which nothing is evidence: they list or explain, they do not state.
const APPARATUS: [&str; 31] = [
    "references",
    "reference",
    "reference documents",
    "referenced documents",
    "related documents",
    "definitions",
    "abbreviations",
    "terms and definitions",
    "definitions and abbreviations",
    "acronyms",
    "glossary",
    "revision history",
    "change history",
    "document history",
    "table of contents",
    "contents",
    "signatures",
    "document control",
    "distribution",
    "normative references",
    "applicable documents",
    "applicable standards",
    "verweise",
    "mitgeltende unterlagen",
    "mitgeltende dokumente",
    "begriffe",
    "definitionen",
    "abkuerzungen",
    "aenderungshistorie",
    "inhaltsverzeichnis",
    "begriffe und abkuerzungen",
];

/// Headings of a block of signatures, or of a chapter that says how approval works: only its text tells.
const APPROVAL: [&str; 5] = ["approvals", "approval", "freigabe", "freigaben", "approval and release"];
/// Telling words of a sentence of such a chapter.
const APPROVAL_SENTENCE: u32 = 4;

/// Beginnings of such headings: "Scope of the quality management system".
const INTRODUCING: [&str; 6] = ["scope of ", "purpose of ", "introduction to ", "geltungsbereich de", "zweck de", "anwendungsbereich de"];
/// Headings of sections that introduce a document.
const INTRODUCTORY: [&str; 18] = [
    "purpose",
    "scope",
    "purpose and scope",
    "scope and purpose",
    "introduction",
    "background",
    "overview",
    "objective",
    "objectives",
    "applicability",
    "about this document",
    "zweck",
    "geltungsbereich",
    "zweck und geltungsbereich",
    "einleitung",
    "hintergrund",
    "ziel",
    "ueberblick",
];

/// Headings that deny what stands below them.
const DENYING: [&str; 6] = ["not applicable", "out of scope", "exclusions", "nicht anwendbar", "nicht zutreffend", "ausschluesse"];
/// Beginnings of headings that announce.
const ANNOUNCING: [&str; 9] =
    ["planned", "future", "outlook", "next steps", "roadmap", "open points", "geplant", "ausblick", "naechste schritte"];
/// Beginnings of headings of examples.
const EXAMPLES: [&str; 4] = ["example", "sample", "beispiel", "muster"];

/// What is needed to read documents.
pub struct Reader<'a> {
    /// Terms of all requirements.
    pub vocabulary: &'a Vocabulary,
    /// Concepts.
    pub concepts: &'a ConceptMatcher,
    /// Manner of speaking.
    pub speech: &'a SpeechPatterns,
}

impl Reader<'_> {
    /// Reads a document.
    #[must_use]
    pub fn read(&self, file_name: &str, document: &Document) -> Reading {
        let name = fold_name(file_name);
        let title = title_of(document);
        let sample: String = document.blocks.iter().take(400).map(|b| fold(&b.text)).collect::<Vec<_>>().join(" ");
        let language = guess_language(&sample);
        let counted = |text: &str| TermCounts::of(self.terms(text, language).0.into_iter(), self.vocabulary);
        let title_concepts = self.concepts.concepts(&title).union(&self.concepts.concepts(&name));
        let mut reading = Reading {
            units: Vec::new(),
            sections: vec![Section::default()],
            sparse_columns: BTreeMap::new(),
            title_terms: counted(&title),
            name_terms: counted(&name),
            subject: self.subject(&format!("{title} {name}"), language),
            title_concepts,
            all_concepts: title_concepts,
            terms: TermCounts::default(),
            postings: Postings::default(),
            word_count: 0,
            is_elsewhere: false,
            title,
            name,
            language,
        };
        self.read_blocks(document, &mut reading);
        reading.sparse_columns = sparse_columns(document, &reading);
        for section in &mut reading.sections {
            for unit in &reading.units[section.units.clone()] {
                section.word_count += unit.word_count;
                reading.word_count += unit.word_count;
                section.concepts = section.concepts.union(&unit.concepts);
            }
            let units = reading.units[section.units.clone()].iter();
            if section.is_approval {
                let says = |u: &Unit| u.word_count >= APPROVAL_SENTENCE && !matches!(u.form, Form::Row { .. } | Form::HeaderRow);
                section.is_apparatus |= !reading.units[section.units.clone()].iter().any(says);
            }
            section.terms = TermCounts::of(units.flat_map(|unit| unit.terms.iter().copied()), self.vocabulary);
        }
        reading.postings = Postings::of(&reading.sections);
        reading.terms = TermCounts::of(reading.units.iter().flat_map(|unit| unit.terms.iter().copied()), self.vocabulary);
        reading
    }

    /// The terms of a folded text, and those of the field that its plain words stand for; and how many of its own words tell something.
    fn terms(&self, folded: &str, language: Language) -> (Vec<TermId>, u32) {
        self.terms_given(folded, self.concepts.in_terms(folded).as_deref(), language)
    }

    fn terms_given(&self, folded: &str, in_terms: Option<&str>, language: Language) -> (Vec<TermId>, u32) {
        let (mut terms, count) = self.vocabulary.terms(folded, language);
        if let Some(in_terms) = in_terms {
            let (more, _) = self.vocabulary.terms(in_terms, language);
            let own: BTreeSet<TermId> = terms.iter().copied().collect();
            terms.extend(more.into_iter().filter(|term| !own.contains(term)));
        }
        (terms, count)
    }

    /// The subject of a folded title, in the field's words where it uses plain ones.
    fn subject(&self, folded: &str, language: Language) -> Vec<SubjectWord> {
        self.vocabulary.subject(self.concepts.in_terms(folded).as_deref().unwrap_or(folded), language)
    }

    fn read_blocks(&self, document: &Document, reading: &mut Reading) {
        let mut path: Vec<(u8, String)> = Vec::new();
        let mut lead_in = None;
        let mut header: Option<(usize, Option<u32>, Option<String>)> = None;
        for (index, block) in document.blocks.iter().enumerate() {
            if block.visibility == Visibility::Hidden {
                continue;
            }
            // A footnote, or a slide without a title, belongs to no heading that stands before it.
            let is_headless =
                matches!(block.kind, BlockKind::Footnote) || (block.locator.heading_path.is_empty() && block.locator.slide.is_some());
            if is_headless && !path.is_empty() && !matches!(block.kind, BlockKind::Heading { .. }) {
                path.clear();
                let next = self.open_section(&path, reading);
                reading.sections.push(next);
            }
            let section = reading.sections.len() - 1;
            match &block.kind {
                BlockKind::PageMargin | BlockKind::ContentsEntry => {}
                BlockKind::Heading { level } => {
                    path.retain(|(above, _)| above < level);
                    path.push((*level, fold(&block.text)));
                    let next = self.open_section(&path, reading);
                    reading.sections.push(next);
                    lead_in = None;
                    header = None;
                }
                BlockKind::TableRow { is_header, .. } => {
                    let place = (block.locator.table, block.locator.sheet.clone());
                    if header.as_ref().is_some_and(|(_, table, sheet)| (*table, sheet) != (place.0, &place.1)) {
                        header = None;
                    }
                    let form = if *is_header { Form::HeaderRow } else { Form::Row { header: header.as_ref().map(|(unit, _, _)| *unit) } };
                    let unit = self.unit(index, 0..block.text.len(), &block.text, section, form, block.is_italic, reading.language);
                    if *is_header {
                        header = Some((reading.units.len(), place.0, place.1));
                    }
                    push(reading, unit);
                    lead_in = None;
                }
                BlockKind::Paragraph | BlockKind::Footnote | BlockKind::ListItem { .. } => {
                    let is_item = matches!(block.kind, BlockKind::ListItem { .. });
                    let is_field = is_field(&block.text);
                    for range in sentences(&block.text) {
                        let form = if is_item { Form::ListItem { lead_in } } else { Form::Sentence };
                        let mut unit = self.unit(index, range, &block.text, section, form, block.is_italic, reading.language);
                        unit.negatives.placeholder |= is_field;
                        unit.negatives.guidance |= block.is_italic && SpeechPatterns::instructs(&unit.folded);
                        push(reading, unit);
                    }
                    if !is_item {
                        let leads = block.text.trim_end().ends_with(':');
                        lead_in = if leads { reading.units.len().checked_sub(1) } else { None };
                    }
                }
            }
        }
    }

    fn open_section(&self, path: &[(u8, String)], reading: &mut Reading) -> Section {
        let mut section = Section { units: reading.units.len()..reading.units.len(), ..Section::default() };
        let mut path_terms = Vec::new();
        for (_, heading) in path {
            path_terms.extend(self.terms(heading, reading.language).0);
            section.path_concepts = section.path_concepts.union(&self.concepts.concepts(heading));
        }
        section.path_terms = TermCounts::of(path_terms.into_iter(), self.vocabulary);
        if let Some((_, heading)) = path.last() {
            section.heading_terms = TermCounts::of(self.terms(heading, reading.language).0.into_iter(), self.vocabulary);
            section.subject = self.subject(heading, reading.language);
            heading.clone_into(&mut section.heading);
            section.heading_concepts = self.concepts.concepts(heading);
        }
        for (_, heading) in path {
            let bare = heading.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ' ').trim_end_matches(':').trim();
            let negatives = self.concepts.negatives(heading);
            section.is_apparatus |= APPARATUS.contains(&bare);
            section.is_approval |= APPROVAL.contains(&bare);
            section.is_denied |= negatives.denied || DENYING.contains(&bare);
            section.is_intent |= negatives.intent || ANNOUNCING.iter().any(|word| bare.starts_with(word));
            section.is_example |= EXAMPLES.iter().any(|word| bare.starts_with(word));
        }
        section.is_introductory = path.last().is_some_and(|(_, heading)| {
            let bare = heading.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ' ').trim_end_matches([':', '.']).trim();
            INTRODUCTORY.contains(&bare) || INTRODUCING.iter().any(|words| bare.starts_with(words))
        });
        reading.all_concepts = reading.all_concepts.union(&section.path_concepts);
        section
    }

    #[expect(clippy::too_many_arguments, reason = "each is a fact about the one unit made here; a struct would only rename them")]
    fn unit(&self, block: usize, range: Range<usize>, text: &str, section: usize, form: Form, is_italic: bool, language: Language) -> Unit {
        let folded = fold(text.get(range.clone()).unwrap_or(text));
        let folded = SpeechPatterns::written_out(&folded).unwrap_or(folded);
        let in_terms = self.concepts.in_terms(&folded);
        let (terms, word_count) = self.terms_given(&folded, in_terms.as_deref(), language);
        let speech = self.speech.speech(&folded);
        let mut negatives = self.concepts.negatives(folded.trim_start_matches(['<', '[', '{', '*', '_', '(', '"', '-', ' ']));
        if negatives.denied && !speech.is_denied && self.speech.excuses(&folded) {
            negatives.denied = false;
        }
        negatives.placeholder |= is_unticked(&folded);
        Unit {
            block,
            range,
            concepts: self.concepts.concepts_given(&folded, in_terms.as_deref()),
            in_terms,
            negatives,
            speech,
            folded,
            terms,
            word_count,
            section,
            form,
            is_italic,
            is_pointer: false,
        }
    }
}

/// Whether a whole paragraph stands in the brackets of a field to be filled: `<Describe …>`, `[Insert …]`, `{{…}}`.
fn is_field(text: &str) -> bool {
    let text = text.trim().trim_end_matches('.');
    let stands_in = |open: char, close: char| {
        text.starts_with(open) && text.ends_with(close) && text.matches(open).count() == text.matches(close).count() && text.len() > 6
    };
    let words = text.split_whitespace().count();
    words >= 2 && (stands_in('<', '>') || stands_in('{', '}') || (stands_in('[', ']') && !text.starts_with("[x]")))
}

fn push(reading: &mut Reading, unit: Unit) {
    reading.all_concepts = reading.all_concepts.union(&unit.concepts);
    reading.units.push(unit);
    let end = reading.units.len();
    if let Some(section) = reading.sections.last_mut() {
        section.units.end = end;
    }
}

/// What a document calls itself, folded: the title of its metadata, its first heading, and a first line that is short
/// enough to be one. Each may be missing or wrong, so all of them count.
fn title_of(document: &Document) -> String {
    /// Longest first line, in characters, that may be a title.
    const LONGEST: usize = 90;
    let visible = || {
        document
            .blocks
            .iter()
            .filter(|b| b.visibility == Visibility::Visible && !matches!(b.kind, BlockKind::PageMargin | BlockKind::ContentsEntry))
    };
    let heading = visible().find(|b| matches!(b.kind, BlockKind::Heading { .. })).map(|b| b.text.as_str());
    let first = visible().next().map(|b| b.text.as_str()).filter(|text| text.chars().count() < LONGEST);
    let mut parts: Vec<String> = Vec::new();
    for part in [document.title.as_deref(), heading, first].into_iter().flatten().map(fold) {
        if !part.is_empty() && !parts.contains(&part) {
            parts.push(part);
        }
    }
    parts.join(" ")
}
