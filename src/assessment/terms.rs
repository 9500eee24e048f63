//! Words as terms: one spelling, stems, stop words, families of words that mean nearly the same. What a term tells
//! comes from the background tables and never from the documents under review, so that a file changes no other file's
//! observations.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use rust_stemmers::{Algorithm, Stemmer};

use crate::assessment::background::Background;

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

/// Words of titles that name the form of a document and not its subject, folded.
const FORMS: [&str; 34] = [
    "policy",
    "policies",
    "procedure",
    "procedures",
    "sop",
    "plan",
    "report",
    "document",
    "documentation",
    "register",
    "list",
    "record",
    "records",
    "specification",
    "system",
    "process",
    "work",
    "instruction",
    "manual",
    "narrative",
    "template",
    "form",
    "company",
    "final",
    "richtlinie",
    "verfahren",
    "verfahrensanweisung",
    "arbeitsanweisung",
    "anweisung",
    "bericht",
    "liste",
    "verzeichnis",
    "handbuch",
    "dokument",
];

/// Roots of words in `-ise` that no American spells with a z.
const KEPT: [&str; 38] = [
    "adv", "advert", "appra", "ar", "bru", "chast", "compr", "comprom", "conc", "cru", "dem", "desp", "dev", "disgu", "enterpr", "exc",
    "exerc", "expert", "franch", "improv", "likew", "merchand", "no", "otherw", "parad", "po", "pra", "prec", "prem", "prom", "ra", "rev",
    "r", "superv", "surpr", "telev", "treat", "w",
];

/// The American spelling of a folded English word, so that both spellings are one term.
fn american(word: &str) -> Cow<'_, str> {
    const ENDINGS: [&str; 6] = ["isations", "isation", "ising", "ised", "ises", "ise"];
    for ending in ENDINGS {
        if let Some(root) = word.strip_suffix(ending) {
            if root.len() > 2 && !KEPT.contains(&root) {
                return Cow::Owned(format!("{root}iz{}", &ending[2..]));
            }
            return Cow::Borrowed(word);
        }
    }
    for (british, ours) in [("analys", "analyz"), ("catalys", "catalyz"), ("paralys", "paralyz")] {
        if let Some(rest) = word.strip_prefix(british)
            && matches!(rest, "e" | "es" | "ed" | "ing")
        {
            return Cow::Owned(format!("{ours}{rest}"));
        }
    }
    for (british, ours) in [
        ("licenc", "licens"),
        ("defenc", "defens"),
        ("behaviour", "behavior"),
        ("labour", "labor"),
        ("favour", "favor"),
        ("colour", "color"),
        ("honour", "honor"),
    ] {
        if let Some(rest) = word.strip_prefix(british) {
            return Cow::Owned(format!("{ours}{rest}"));
        }
    }
    Cow::Borrowed(word)
}

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
        Some(match language {
            Language::English => self.english.stem(&american(word)).into_owned(),
            Language::German => self.german.stem(word).into_owned(),
        })
    }
}

/// The terms that some requirement uses, and those that mean nearly the same. Words of documents that no requirement
/// uses are not kept, so its size does not grow with the documents.
pub struct Vocabulary {
    stemming: Stemming,
    ids: BTreeMap<String, TermId>,
    weights: Vec<f64>,
    /// Of each term, the terms of its families.
    synonyms: Vec<Vec<TermId>>,
}

impl Vocabulary {
    /// Builds the vocabulary of the requirements to be judged, given as folded texts. `families` are folded words that
    /// mean nearly the same, in English or German.
    pub fn new<'a>(requirements: impl Iterator<Item = &'a str>, families: &[Vec<String>]) -> Self {
        let stemming = Stemming::default();
        let mut languages: BTreeMap<String, Language> = BTreeMap::new();
        for text in requirements {
            let language = guess_language(text);
            for stem in words(text).filter_map(|w| stemming.stem(w, language)) {
                languages.entry(stem).or_insert(language);
            }
        }
        let stems_of = |family: &Vec<String>| -> BTreeSet<String> {
            let both = |w: &String| [Language::English, Language::German].map(|l| stemming.stem(w, l));
            family.iter().flat_map(both).flatten().collect()
        };
        let used: Vec<BTreeSet<String>> =
            families.iter().map(stems_of).filter(|family| family.iter().any(|stem| languages.contains_key(stem))).collect();
        for stem in used.iter().flatten() {
            languages.entry(stem.clone()).or_insert(Language::English);
        }
        let background = Background::tables();
        let weights: Vec<f64> = languages.iter().map(|(stem, language)| background.weight(stem, *language)).collect();
        let ids: BTreeMap<String, TermId> = (0..).zip(languages.into_keys()).map(|(id, stem)| (stem, id)).collect();
        let mut synonyms: Vec<BTreeSet<TermId>> = vec![BTreeSet::new(); ids.len()];
        for family in &used {
            let terms: Vec<TermId> = family.iter().filter_map(|stem| ids.get(stem).copied()).collect();
            for term in &terms {
                synonyms[*term as usize].extend(terms.iter().filter(|other| *other != term));
            }
        }
        Self { stemming, ids, weights, synonyms: synonyms.into_iter().map(|s| s.into_iter().collect()).collect() }
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

    /// The term of one folded word.
    #[must_use]
    pub fn term(&self, word: &str, language: Language) -> Option<TermId> {
        self.stemming.stem(word, language).and_then(|stem| self.ids.get(&stem).copied())
    }

    /// The terms that mean nearly the same, in ascending order.
    #[must_use]
    pub fn synonyms(&self, term: TermId) -> &[TermId] {
        self.synonyms.get(term as usize).map_or(&[], Vec::as_slice)
    }

    /// How much a term tells; greater is rarer.
    #[must_use]
    pub fn weight(&self, term: TermId) -> f64 {
        self.weights.get(term as usize).copied().unwrap_or(0.0)
    }

    /// The telling words of a title with what they tell, those that no requirement uses among them. Words that name
    /// only the form of a document ("policy", "report") say nothing of its subject and are left out.
    #[must_use]
    pub fn subject(&self, folded: &str, language: Language) -> Vec<SubjectWord> {
        let mut seen = BTreeSet::new();
        words(folded)
            .filter(|word| !FORMS.contains(word))
            .filter_map(|word| self.stemming.stem(word, language))
            .filter(|stem| seen.insert(stem.clone()))
            .map(|stem| SubjectWord { term: self.ids.get(&stem).copied(), weight: Background::tables().weight(&stem, language) })
            .collect()
    }
}

/// A word of a document's title.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SubjectWord {
    /// Its term, if a requirement uses it or a word like it.
    pub term: Option<TermId>,
    /// How much it tells.
    pub weight: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_terms_weigh_more_and_unknown_words_are_left_out() {
        let v = Vocabulary::new(["penetration of risk controls"].into_iter(), &[]);
        let (terms, count) = v.terms("risks and penetrations of bananas", Language::English);
        assert_eq!(terms.len(), 2);
        assert_eq!(count, 3);
        assert!(v.weight(terms[1]) > v.weight(terms[0]), "penetration is rarer than risk");
    }

    #[test]
    fn families_cross_languages_and_oceans() {
        let family = vec!["supplier".to_owned(), "vendor".to_owned(), "lieferant".to_owned()];
        let v = Vocabulary::new(["authorise suppliers"].into_iter(), &[family, vec!["cat".into(), "dog".into()]]);
        let supplier = v.term("supplier", Language::English).expect("it is used");
        let like: Vec<TermId> =
            v.terms("vendors", Language::English).0.into_iter().chain(v.terms("lieferanten", Language::German).0).collect();
        assert_eq!(like.len(), 2);
        assert!(like.iter().all(|term| v.synonyms(supplier).contains(term)));
        assert_eq!(v.terms("authorized dogs", Language::English).0.len(), 1, "one spelling, and no family that nobody uses");
        let title = v.subject("vendor risk policy", Language::English);
        assert_eq!((title.len(), title[0].term.is_some(), title[1].term), (2, true, None));
    }

    #[test]
    fn one_spelling() {
        for (word, expected) in [
            ("authorise", "authorize"),
            ("organisations", "organizations"),
            ("analysed", "analyzed"),
            ("analysis", "analysis"),
            ("exercise", "exercise"),
            ("revised", "revised"),
            ("prioritisation", "prioritization"),
            ("licence", "license"),
            ("behaviour", "behavior"),
        ] {
            assert_eq!(american(word), expected);
        }
    }

    #[test]
    fn languages() {
        assert_eq!(guess_language("die schwachstellen werden fuer das produkt ermittelt"), Language::German);
        assert_eq!(guess_language("the vulnerabilities of the product are found"), Language::English);
    }
}
