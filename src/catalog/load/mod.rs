//! Loading a catalog from its texts: every mistake of every file at once. Reads no files itself.

mod constraint;
mod entry;
mod lexicon;
mod standard;
mod table;
#[cfg(test)]
pub(in crate::catalog) mod tests;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use crate::catalog::load::table::{Source, Table, Text};
use crate::catalog::mistake::{CatalogText, Mistake, did_you_mean};
use crate::catalog::{Catalog, CatalogIdentity, Clause, Lexicon, Origin, Standard};

pub(in crate::catalog) use standard::DerivedClause;

/// Loads a catalog. There is one only if there is no mistake.
#[must_use]
pub fn load(files: &[CatalogText]) -> (Option<Catalog>, Vec<Mistake>) {
    load_with_own(files, Patterns::Compiled, &[])
}

/// What is done with the patterns of the files that are not the user's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patterns {
    /// Each is compiled, and one that cannot be is a mistake.
    Compiled,
    /// Taken as they are: for the catalog that is built into the program, whose patterns its tests have compiled.
    /// Compiling thousands of them takes a second that no review needs.
    Taken,
}

/// Loads a catalog and, added to it, the user's own files in the same format: standards of their own with entries,
/// and a `lexicon.toml` with further concepts. A standard there must be new; a `catalog.toml` is not wanted.
#[must_use]
pub fn load_with_own(files: &[CatalogText], patterns: Patterns, own: &[CatalogText]) -> (Option<Catalog>, Vec<Mistake>) {
    let texts: Vec<(&CatalogText, Origin)> =
        files.iter().map(|file| (file, Origin::Ours)).chain(own.iter().map(|file| (file, Origin::Imported))).collect();
    let sources: Vec<Source<'_>> = texts
        .iter()
        .map(|(file, origin)| {
            let is_taken = patterns == Patterns::Taken && *origin == Origin::Ours;
            Source::new(&file.path, &file.text, if is_taken { Patterns::Taken } else { Patterns::Compiled })
        })
        .collect();
    let mut reading = Reading::default();
    let places: Vec<Place> = texts.iter().map(|(file, _)| Place::of(&file.path)).collect();
    reading.note_misplaced(&texts, &places, &sources);
    let each = || {
        texts.iter().zip(&places).zip(&sources).enumerate().map(|(index, (((_, origin), place), source))| (index, *origin, place, source))
    };

    for (_, origin, place, source) in each() {
        match (place, origin) {
            (Place::Head, Origin::Ours) => reading.read_head(source),
            (Place::Head, Origin::Imported) => {
                source.mistake(0..0, "a catalog of one's own that is added needs no catalog.toml", "Take the file away.");
            }
            (Place::Lexicon, _) => lexicon::read(&mut reading.lexicon, source),
            (Place::Standard(_) | Place::Entry(..) | Place::Elsewhere, _) => {}
        }
    }
    for (index, origin, place, source) in each() {
        if let Place::Standard(id) = place {
            reading.read_standard(index, origin, id, source);
        }
    }
    for (index, _, place, source) in each() {
        if let Place::Entry(standard, number) = place {
            reading.read_entry(index, standard, number, source);
        }
    }
    reading.put_in_order(&texts);
    reading.check_targets(&sources);

    let mut mistakes = reading.without_place;
    mistakes.extend(sources.into_iter().flat_map(Source::into_mistakes));
    mistakes.sort_by(|a, b| (&a.file, a.span.start).cmp(&(&b.file, b.span.start)));
    if !mistakes.is_empty() {
        return (None, mistakes);
    }
    let sha256 = digest(texts.iter().map(|(file, _)| (file.path.as_str(), file.text.as_str())));
    let catalog =
        Catalog { identity: CatalogIdentity { edition: reading.edition, sha256 }, standards: reading.standards, lexicon: reading.lexicon };
    (Some(catalog), mistakes)
}

/// SHA-256 over names and contents, sorted by name, each with its length so that no two lists run together.
pub(in crate::catalog) fn digest<'f>(files: impl Iterator<Item = (&'f str, &'f str)>) -> String {
    let mut files: Vec<_> = files.collect();
    files.sort_unstable();
    let mut hash = Sha256::new();
    for (path, text) in files {
        for part in [path, text] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
    }
    hexadecimal(&hash.finalize())
}

fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().fold(String::new(), |mut hexadecimal, byte| {
        use std::fmt::Write;
        let _ = write!(hexadecimal, "{byte:02x}");
        hexadecimal
    })
}

/// What a file is, by its path.
enum Place {
    Head,
    Lexicon,
    Standard(String),
    Entry(String, String),
    Elsewhere,
}

impl Place {
    fn of(path: &str) -> Self {
        let Some(stem) = path.strip_suffix(".toml") else { return Self::Elsewhere };
        match stem.split('/').collect::<Vec<_>>()[..] {
            ["catalog"] => Self::Head,
            ["lexicon"] | ["lexicon", _] => Self::Lexicon,
            ["standards", id] => Self::Standard(id.to_owned()),
            [standard, number] => Self::Entry(standard.to_owned(), number.to_owned()),
            _ => Self::Elsewhere,
        }
    }
}

/// What has been read so far.
#[derive(Default)]
struct Reading {
    edition: String,
    /// Standards that catalog.toml lists, in its order.
    listed: Vec<String>,
    lexicon: Lexicon,
    standards: Vec<Standard>,
    /// Mapping targets by the index of the file that names them.
    targets: BTreeMap<usize, Vec<Text>>,
    /// Mistakes of files that are not there.
    without_place: Vec<Mistake>,
}

impl Reading {
    fn note_misplaced(&mut self, texts: &[(&CatalogText, Origin)], places: &[Place], sources: &[Source<'_>]) {
        let mut seen = BTreeSet::new();
        for ((file, origin), (place, source)) in texts.iter().zip(places.iter().zip(sources)) {
            if matches!(place, Place::Elsewhere) {
                source.mistake(
                    0..0,
                    "the file has no place in a catalog",
                    "A catalog holds catalog.toml, lexicon.toml, lexicon/<topic>.toml, standards/<id>.toml and <standard>/<clause>.toml.",
                );
            } else if !seen.insert((*origin == Origin::Ours, &file.path)) {
                source.mistake(0..0, "the file is given twice", "Give it once.");
            }
        }
        let mut need = |path: &str, help: &str| {
            if !texts.iter().any(|(file, origin)| *origin == Origin::Ours && file.path == path) {
                self.without_place.push(Mistake::at(path, "", 0..0, "the file is missing", help));
            }
        };
        need("catalog.toml", "Add it with schema, edition, licence and the list of standards.");
        need("lexicon.toml", "Add it with the concepts that the entries name.");
    }

    fn read_head(&mut self, source: &Source<'_>) {
        let parsed = source.parse();
        let mut file = Table::root(source, &parsed);
        file.whole_number("schema", 1..=1);
        let edition = file.text("edition");
        if !edition.value.is_empty() && !is_calendar_version(&edition.value) {
            source.mistake(edition.span, "the edition is no calendar version", "Write year, month and a number: \"2026.11.0\".");
        }
        self.edition = edition.value;
        file.prose("licence");
        for id in file.texts("standards") {
            if self.listed.contains(&id.value) {
                source.mistake(id.span, format!("the standard `{}` is listed twice", id.value), "Keep one of the two.");
            } else {
                self.listed.push(id.value);
            }
        }
        if self.listed.is_empty() {
            source.mistake(0..0, "no standards are listed", "Name them in `standards`, in the order in which they are shown.");
        }
        file.finish();
    }

    fn read_standard(&mut self, index: usize, origin: Origin, id: &str, source: &Source<'_>) {
        if self.standards.iter().any(|standard| standard.id == id) {
            source.mistake(0..0, format!("the catalog has a standard `{id}` already"), "Give the file and the standard another id.");
            return;
        }
        if origin == Origin::Ours && !self.listed.iter().any(|listed| listed == id) {
            source.mistake(
                0..0,
                format!("catalog.toml does not list the standard `{id}`"),
                did_you_mean(id, self.listed.iter().map(String::as_str)),
            );
        }
        let standard = standard::read(source, id, origin, &self.standards, self.targets.entry(index).or_default());
        self.standards.push(standard);
    }

    fn read_entry(&mut self, index: usize, standard_id: &str, number: &str, source: &Source<'_>) {
        let entry = entry::read(source, standard_id, number, &self.lexicon, self.targets.entry(index).or_default());
        let known = self.standards.iter().map(|standard| standard.id.as_str());
        let help = did_you_mean(standard_id, known);
        let Some(standard) = self.standards.iter_mut().find(|standard| standard.id == standard_id) else {
            source.mistake(0..0, format!("there is no standard `{standard_id}` for this entry"), help);
            return;
        };
        let help = did_you_mean(number, standard.clauses.iter().map(|clause| clause.number.as_str()));
        let Some(clause) = standard.clauses.iter_mut().find(|clause| clause.number == number) else {
            source.mistake(0..0, format!("the standard has no clause `{number}` with requirements"), help);
            return;
        };
        replace(clause, entry);
    }

    /// Brings our standards into the order of catalog.toml, the user's after them, and notes those listed without
    /// a file.
    fn put_in_order(&mut self, texts: &[(&CatalogText, Origin)]) {
        let listed = &self.listed;
        self.standards.sort_by_key(|standard| listed.iter().position(|id| *id == standard.id).unwrap_or(usize::MAX));
        let head = texts.iter().find(|(file, _)| file.path == "catalog.toml").map_or("", |(file, _)| file.text.as_str());
        for id in listed {
            if !self.standards.iter().any(|standard| standard.id == *id) {
                let at = head.find(&format!("\"{id}\"")).unwrap_or(0);
                self.without_place.push(Mistake::at(
                    "catalog.toml",
                    head,
                    at..at + id.len() + 2,
                    format!("the standard `{id}` is listed but has no file"),
                    format!("Add standards/{id}.toml, or take it out of the list."),
                ));
            }
        }
    }

    fn check_targets(&self, sources: &[Source<'_>]) {
        for (index, targets) in &self.targets {
            for target in targets {
                let (standard, number) = target.value.split_once('/').unwrap_or((&target.value, ""));
                let Some(standard) = self.standards.iter().find(|known| known.id == standard) else {
                    // A listed standard without a file was noted once; every mapping to it would say the same again.
                    if self.listed.iter().any(|listed| listed == standard) {
                        continue;
                    }
                    let help = did_you_mean(standard, self.standards.iter().map(|known| known.id.as_str()));
                    sources[*index].mistake(
                        target.span.clone(),
                        format!("the mapping leads to `{standard}`, which is no standard of the catalog"),
                        help,
                    );
                    continue;
                };
                if !standard.names(number) {
                    let known = standard.clauses.iter().map(|clause| clause.number.as_str());
                    sources[*index].mistake(
                        target.span.clone(),
                        format!("the mapping leads to `{}`, and {} has no such clause", target.value, standard.id),
                        did_you_mean(number, known.chain(standard.groups.iter().map(|group| group.number.as_str()))),
                    );
                }
            }
        }
    }
}

/// Puts a full entry in the place of the structure's clause. What the structure knows and the entry leaves out
/// stays: safety classes, and mappings to clauses that the entry does not map to.
fn replace(clause: &mut Clause, mut entry: Clause) {
    if entry.safety_classes.is_empty() {
        entry.safety_classes = std::mem::take(&mut clause.safety_classes);
    }
    for mapping in std::mem::take(&mut clause.mappings) {
        if !entry.mappings.iter().any(|known| known.to == mapping.to) {
            entry.mappings.push(mapping);
        }
    }
    *clause = entry;
}

fn is_calendar_version(edition: &str) -> bool {
    let parts: Vec<Option<u32>> = edition.split('.').map(|part| part.parse().ok()).collect();
    matches!(parts[..], [Some(2020..=2100), Some(1..=12), Some(_)])
}
