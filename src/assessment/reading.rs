//! A document as the judge reads it: sections, and in them units (sentences, list items, table rows) with their
//! terms, concepts, manner of speaking and negatives. Made once per document, used by every constraint.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::assessment::sentences::sentences;
use crate::assessment::speech::{Speech, SpeechPatterns};
use crate::assessment::terms::{Language, TermId, Vocabulary, guess_language};
use crate::catalog::{ConceptMatcher, ConceptSet, NegativeHits, fold, fold_name};
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
}

/// The text under one heading, up to the next heading of any level.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "four independent things that headings say, not states of one thing")]
pub struct Section {
    /// Terms of the heading and its parents, sorted, each once.
    pub path_terms: Vec<TermId>,
    /// Concepts of the heading and its parents.
    pub path_concepts: ConceptSet,
    /// Concepts of its own heading only.
    pub heading_concepts: ConceptSet,
    /// Terms of its own heading only, sorted, each once.
    pub heading_terms: Vec<TermId>,
    /// Its units.
    pub units: Range<usize>,
    /// Concepts of its units.
    pub concepts: ConceptSet,
    /// How often each term occurs in its units.
    pub term_counts: BTreeMap<TermId, u32>,
    /// Words that tell something in its units.
    pub word_count: u32,
    /// Whether the heading says that what follows is no statement (references, definitions, revision history).
    pub is_apparatus: bool,
    /// Whether a heading above it says that it does not apply or was not done.
    pub is_denied: bool,
    /// Whether a heading above it announces for later.
    pub is_intent: bool,
    /// Whether a heading above it says that what follows are examples.
    pub is_example: bool,
}

/// A document as read.
pub struct Reading {
    /// Units in reading order; hidden text, page margins, contents entries and headings are not among them.
    pub units: Vec<Unit>,
    /// Sections in reading order.
    pub sections: Vec<Section>,
    /// Terms of the document's title, sorted, each once.
    pub title_terms: Vec<TermId>,
    /// Terms of the file's name, sorted, each once.
    pub name_terms: Vec<TermId>,
    /// Concepts of title and name.
    pub title_concepts: ConceptSet,
    /// Concepts anywhere in the visible text.
    pub all_concepts: ConceptSet,
    /// How often each term occurs in all units.
    pub term_counts: BTreeMap<TermId, u32>,
    /// Words that tell something in all units.
    pub word_count: u32,
    /// Folded title.
    pub title: String,
    /// Folded name.
    pub name: String,
    /// Language that most of it is written in.
    pub language: Language,
}

/// Headings under which nothing is evidence: they list or explain, they do not state.
const APPARATUS: [&str; 34] = [
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
    "approvals",
    "approval",
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
    "freigabe",
    "begriffe und abkuerzungen",
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
        let title = fold(document.title.as_deref().unwrap_or_default());
        let sample: String = document.blocks.iter().take(400).map(|b| fold(&b.text)).collect::<Vec<_>>().join(" ");
        let language = guess_language(&sample);
        let (title_terms, _) = self.vocabulary.terms(&title, language);
        let (name_terms, _) = self.vocabulary.terms(&name, language);
        let title_concepts = self.concepts.concepts(&title).union(&self.concepts.concepts(&name));
        let mut reading = Reading {
            units: Vec::new(),
            sections: vec![Section::default()],
            title_terms: sorted(title_terms),
            name_terms: sorted(name_terms),
            title_concepts,
            all_concepts: title_concepts,
            term_counts: BTreeMap::new(),
            word_count: 0,
            title,
            name,
            language,
        };
        self.read_blocks(document, &mut reading);
        for section in &mut reading.sections {
            for unit in &reading.units[section.units.clone()] {
                section.word_count += unit.word_count;
                reading.word_count += unit.word_count;
                section.concepts = section.concepts.union(&unit.concepts);
                for term in &unit.terms {
                    *section.term_counts.entry(*term).or_default() += 1;
                    *reading.term_counts.entry(*term).or_default() += 1;
                }
            }
        }
        reading
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
                    for range in sentences(&block.text) {
                        let form = if is_item { Form::ListItem { lead_in } } else { Form::Sentence };
                        let unit = self.unit(index, range, &block.text, section, form, block.is_italic, reading.language);
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
        for (_, heading) in path {
            section.path_terms.extend(self.vocabulary.terms(heading, reading.language).0);
            section.path_concepts = section.path_concepts.union(&self.concepts.concepts(heading));
        }
        section.path_terms = sorted(std::mem::take(&mut section.path_terms));
        if let Some((_, heading)) = path.last() {
            section.heading_terms = sorted(self.vocabulary.terms(heading, reading.language).0);
            section.heading_concepts = self.concepts.concepts(heading);
        }
        for (_, heading) in path {
            let bare = heading.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ' ').trim_end_matches(':').trim();
            let negatives = self.concepts.negatives(heading);
            section.is_apparatus |= APPARATUS.contains(&bare);
            section.is_denied |= negatives.denied || DENYING.contains(&bare);
            section.is_intent |= negatives.intent || ANNOUNCING.iter().any(|word| bare.starts_with(word));
            section.is_example |= EXAMPLES.iter().any(|word| bare.starts_with(word));
        }
        reading.all_concepts = reading.all_concepts.union(&section.path_concepts);
        section
    }

    #[expect(clippy::too_many_arguments, reason = "each is a fact about the one unit made here; a struct would only rename them")]
    fn unit(&self, block: usize, range: Range<usize>, text: &str, section: usize, form: Form, is_italic: bool, language: Language) -> Unit {
        let folded = fold(text.get(range.clone()).unwrap_or(text));
        let (terms, word_count) = self.vocabulary.terms(&folded, language);
        Unit {
            block,
            range,
            concepts: self.concepts.concepts(&folded),
            negatives: self.concepts.negatives(&folded),
            speech: self.speech.speech(&folded),
            folded,
            terms,
            word_count,
            section,
            form,
            is_italic,
        }
    }
}

fn push(reading: &mut Reading, unit: Unit) {
    reading.all_concepts = reading.all_concepts.union(&unit.concepts);
    reading.units.push(unit);
    let end = reading.units.len();
    if let Some(section) = reading.sections.last_mut() {
        section.units.end = end;
    }
}

fn sorted(mut terms: Vec<TermId>) -> Vec<TermId> {
    terms.sort_unstable();
    terms.dedup();
    terms
}
