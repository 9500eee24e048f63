//! Words as terms: stems, stop words, and how much a term tells. Weights come from the catalog's own texts and never
//! from the documents under review, so that a file changes no other file's observations.

use std::collections::{BTreeMap, BTreeSet};

use rust_stemmers::{Algorithm, Stemmer};

/// Index of a term within the [`Vocabulary`].
pub type TermId = u32;

/// The language a text is stemmed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// German.
    German,
}

/// Words that tell nothing, English and German, folded.
const STOP_WORDS: &str = "a about above after all also am an and any are as at be because been before being below between both but by can could did do does doing down during each either etc few for from further had has have having he her here hers him his how however i if in into is it its itself just may me might more most must my no nor not of off on once one only onto or other our ours out over own per same shall she should so some such than that the their theirs them then there these they this those through thus to too under until up upon us very via was we were what when where whether which while who whom whose why will with within without would you your yours aber alle allem allen aller alles als also am an ander andere anderen auch auf aus bei beim bin bis bist da damit dann das dass dem den denn der des dessen die dies diese diesem diesen dieser dieses doch dort du durch ein eine einem einen einer eines er es etwa fuer gegen hat haben hier ich ihm ihn ihr ihre ihrem ihren im in ist ja jede jedem jeden jeder jedes kann kein keine koennen man mehr mein mit muss muessen nach nicht noch nur ob oder ohne sein seine sich sie sind so soll sollen sollte sowie ueber um und uns unter vom von vor war waren was weil wenn werden wie wir wird zu zum zur zwischen";

/// Splits folded text into words of two or more letters or digits.
pub fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|c: char| !c.is_alphanumeric()).filter(|w| w.len() >= 2)
}

/// Guesses the language by counting stop words that only one of the two has.
#[must_use]
pub fn guess_language(folded: &str) -> Language {
    const GERMAN: [&str; 12] = ["der", "die", "das", "und", "ist", "werden", "wird", "fuer", "mit", "nicht", "eine", "von"];
    const ENGLISH: [&str; 12] = ["the", "of", "and", "to", "is", "are", "for", "with", "not", "this", "be", "that"];
    let (mut german, mut english) = (0_u32, 0_u32);
    for word in words(folded).take(20_000) {
        german += u32::from(GERMAN.contains(&word));
        english += u32::from(ENGLISH.contains(&word));
    }
    if german > english { Language::German } else { Language::English }
}

/// Stems words and drops those that tell nothing.
pub struct Stemming {
    english: Stemmer,
    german: Stemmer,
    stop_words: BTreeSet<&'static str>,
}

impl Default for Stemming {
    fn default() -> Self {
        Self {
            english: Stemmer::create(Algorithm::English),
            german: Stemmer::create(Algorithm::German),
            stop_words: STOP_WORDS.split(' ').collect(),
        }
    }
}

impl Stemming {
    /// The stem of a folded word, or nothing if the word tells nothing.
    pub fn stem(&self, word: &str, language: Language) -> Option<String> {
        if self.stop_words.contains(word) || word.chars().all(|c| c.is_ascii_digit()) {
            return None;
        }
        let stemmer = match language {
            Language::English => &self.english,
            Language::German => &self.german,
        };
        Some(stemmer.stem(word).into_owned())
    }
}

/// The terms that some requirement uses, with their weights. Words of documents that no requirement uses are not
/// kept, so its size does not grow with the documents.
pub struct Vocabulary {
    stemming: Stemming,
    ids: BTreeMap<String, TermId>,
    weights: Vec<f64>,
}

impl Vocabulary {
    /// Builds the vocabulary of the requirements to be judged. `background` are the catalog's own texts, from which
    /// the weights come: a term found in few of them tells much.
    pub fn new<'a>(requirements: impl Iterator<Item = &'a str>, background: impl Iterator<Item = &'a str>) -> Self {
        let stemming = Stemming::default();
        let mut frequency: BTreeMap<String, u32> = BTreeMap::new();
        let mut texts = 0_u32;
        for text in background {
            texts += 1;
            let stems: BTreeSet<String> = words(text).filter_map(|w| stemming.stem(w, Language::English)).collect();
            for stem in stems {
                *frequency.entry(stem).or_default() += 1;
            }
        }
        let mut stems: BTreeSet<String> = BTreeSet::new();
        for text in requirements {
            stems.extend(words(text).filter_map(|w| stemming.stem(w, Language::English)));
        }
        let mut ids = BTreeMap::new();
        let mut weights = Vec::with_capacity(stems.len());
        for (id, stem) in (0..).zip(stems) {
            // An unseen term is treated like one seen twice: rare, but not beyond all others.
            let found = f64::from(frequency.get(&stem).copied().unwrap_or(2).max(2));
            let all = f64::from(texts.max(1));
            weights.push((1.0 + (all - found + 0.5).max(0.5) / (found + 0.5)).ln());
            ids.insert(stem, id);
        }
        Self { stemming, ids, weights }
    }

    /// The terms of a folded text in order, words outside the vocabulary left out, and the number of all words that
    /// tell something.
    #[must_use]
    pub fn terms(&self, folded: &str, language: Language) -> (Vec<TermId>, u32) {
        let mut count = 0;
        let mut found = Vec::new();
        for word in words(folded) {
            if let Some(stem) = self.stemming.stem(word, language) {
                count += 1;
                if let Some(id) = self.ids.get(&stem) {
                    found.push(*id);
                }
            }
        }
        (found, count)
    }

    /// The term of one folded English word.
    #[must_use]
    pub fn term(&self, word: &str) -> Option<TermId> {
        self.stemming.stem(word, Language::English).and_then(|stem| self.ids.get(&stem).copied())
    }

    /// How much a term tells; greater is rarer.
    #[must_use]
    pub fn weight(&self, term: TermId) -> f64 {
        self.weights.get(term as usize).copied().unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_terms_weigh_more_and_unknown_words_are_left_out() {
        let background = ["risk management plan", "risk file", "risk report", "penetration test"];
        let v = Vocabulary::new(["penetration of risk controls"].into_iter(), background.into_iter());
        let (terms, count) = v.terms("risks and penetrations of bananas", Language::English);
        assert_eq!(terms.len(), 2);
        assert_eq!(count, 3);
        assert!(v.weight(terms[1]) > v.weight(terms[0]), "penetration is rarer than risk");
    }

    #[test]
    fn languages() {
        assert_eq!(guess_language("die schwachstellen werden fuer das produkt ermittelt"), Language::German);
        assert_eq!(guess_language("the vulnerabilities of the product are found"), Language::English);
    }
}
