//! How common words are, in general language and in our field: what a word tells is measured against these tables and
//! never against the documents under review, so that adding files changes no verdict. The tables and how they were
//! made lie in `background/`.

use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

use crate::assessment::terms::Language;

/// General English, per stem.
const ENGLISH: &str = include_str!("background/en.txt");
/// General German, per stem.
const GERMAN: &str = include_str!("background/de.txt");
/// Clauses of our own catalog in which a stem occurs.
const FIELD: &str = include_str!("background/field.txt");

/// Clauses that the field's table was counted over.
const FIELD_TEXTS: f64 = 449.0;
/// A stem that the field's table lacks is taken to occur in two of them: rare, but not beyond all others.
const FIELD_UNKNOWN: f64 = 2.0;
/// Frequency of a stem that the general tables lack, in tenths of the Zipf scale: three in ten million words.
const GENERAL_UNKNOWN: u32 = 25;
/// Tenths of the Zipf scale at which a stem tells nothing.
const TELLS_NOTHING: f64 = 70.0;
/// What even the most common stem tells.
const LEAST: f64 = 0.2;
/// What the rarest stem tells, in powers of ten.
const MOST: f64 = 4.5;
/// Scales the product of both tables to about 0–6.
const SCALE: f64 = 4.0;

/// The tables, parsed once per program.
pub struct Background {
    english: HashMap<&'static str, u32>,
    german: HashMap<&'static str, u32>,
    field: HashMap<&'static str, u32>,
}

impl Background {
    /// The tables of this program.
    #[must_use]
    pub fn tables() -> &'static Self {
        static TABLES: OnceLock<Background> = OnceLock::new();
        TABLES.get_or_init(|| Self { english: parse(ENGLISH), german: parse(GERMAN), field: parse(FIELD) })
    }

    /// Stems of words that are used often, English and German, in order of the alphabet: from a figure of the Zipf scale on (5: a
    /// hundred times in a million words).
    pub fn frequent(&self, zipf: f64) -> impl Iterator<Item = &'static str> {
        let both = self.english.iter().chain(&self.german);
        let stems: BTreeSet<&'static str> = both.filter(|(_, tenths)| f64::from(**tenths) >= zipf * 10.0).map(|(stem, _)| *stem).collect();
        stems.into_iter()
    }

    /// How much a stem tells, 0 to about 7; greater is rarer.
    #[must_use]
    pub fn weight(&self, stem: &str, language: Language) -> f64 {
        let table = match language {
            Language::English => &self.english,
            Language::German => &self.german,
        };
        let zipf = f64::from(table.get(stem).copied().unwrap_or(GENERAL_UNKNOWN));
        let general = ((TELLS_NOTHING - zipf) / 10.0).clamp(LEAST, MOST);
        let in_field = f64::from(self.field.get(stem).copied().unwrap_or(0)).max(FIELD_UNKNOWN);
        let in_field = (1.0 + (FIELD_TEXTS - in_field + 0.5) / (in_field + 0.5)).ln();
        general * in_field / SCALE
    }
}

/// Lines of a figure and the stems that have it; a line that begins with `#` is a remark.
fn parse(table: &'static str) -> HashMap<&'static str, u32> {
    let mut figures = HashMap::new();
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let mut parts = line.split(' ');
        let Some(figure) = parts.next().and_then(|figure| figure.parse().ok()) else { continue };
        figures.extend(parts.map(|stem| (stem, figure)));
    }
    figures
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_words_tell_little_and_unknown_ones_much() {
        let tables = Background::tables();
        assert!(tables.english.len() > 10_000 && tables.german.len() > 10_000 && tables.field.len() > 300);
        let weight = |stem| tables.weight(stem, Language::English);
        assert!(weight("document") < weight("archiv"), "the field says document in every second clause");
        assert!(weight("with") < weight("document"));
        let frequent: Vec<&str> = tables.frequent(6.0).collect();
        assert!(frequent.contains(&"the") && frequent.contains(&"jahr") && !frequent.contains(&"archiv"));
        assert!(weight("pseudonymis") > weight("archiv"));
        assert!(tables.weight("lieferant", Language::German) > tables.weight("jahr", Language::German));
    }
}
