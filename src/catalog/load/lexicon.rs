//! Reading `lexicon.toml`.

use crate::catalog::concepts::ConceptSet;
use crate::catalog::load::Patterns;
use crate::catalog::load::table::{Source, Table, Text};
use crate::catalog::patterns::compile_pattern;
use crate::catalog::{Lexicon, Negatives, fold};

/// Adds the concepts and negatives of one file to the lexicon.
pub(super) fn read(lexicon: &mut Lexicon, source: &Source<'_>) {
    let parsed = source.parse();
    let mut file = Table::root(source, &parsed);
    file.whole_number("schema", 1..=1);
    file.whole_number("rev", 1..=u32::MAX);
    if let Some(mut table) = file.table("negative") {
        let negatives = &mut lexicon.negatives;
        let Negatives { placeholder, denied, intent, guidance, draft, obsolete } = negatives;
        for (key, list) in [
            ("placeholder", placeholder),
            ("denied", denied),
            ("intent", intent),
            ("guidance", guidance),
            ("draft", draft),
            ("obsolete", obsolete),
        ] {
            list.extend(patterns(source, table.texts(key)));
        }
        table.finish();
    }
    if let Some(table) = file.table("synonyms") {
        for (name, value) in table.entries() {
            let words = value.texts();
            if words.len() < 2 {
                source.mistake(
                    name.span,
                    format!("the family `{}` has fewer than two words", name.value),
                    "Name the words that mean the same.",
                );
            }
            for word in &words {
                if word.value.len() < 2 || !word.value.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) {
                    source.mistake(word.span.clone(), format!("`{}` is no folded word", word.value), "One word, small letters, ä as ae.");
                }
            }
            lexicon.synonyms.push(words.into_iter().map(|word| word.value).collect());
        }
    }
    if let Some(table) = file.table("plain") {
        for (term, value) in table.entries() {
            let words = value.texts();
            for word in words.iter().chain([&term]).filter(|word| !is_folded_phrase(&word.value)) {
                source.mistake(
                    word.span.clone(),
                    format!("`{}` is no folded phrase", word.value),
                    "Small letters, ä as ae, single spaces.",
                );
            }
            lexicon.plain_words.push((term.value, words.into_iter().map(|word| word.value).collect()));
        }
    }
    if let Some(table) = file.table("concept") {
        let mut concepts: Vec<_> = table.entries().collect();
        // The table comes sorted by name; a concept's number is its place in the file.
        concepts.sort_by_key(|(name, _)| name.span.start);
        for (name, value) in concepts {
            if lexicon.concept(&name.value).is_some() {
                source.mistake(
                    name.span,
                    format!("the concept `{}` exists already", name.value),
                    "Give it another name, or add its terms there.",
                );
                continue;
            }
            if lexicon.names.len() == ConceptSet::CAPACITY {
                source.mistake(name.span, format!("more than {} concepts", ConceptSet::CAPACITY), "Join concepts that are hardly used.");
                return;
            }
            let terms = patterns(source, value.texts());
            if terms.is_empty() {
                source.mistake(name.span, format!("the concept `{}` has no terms", name.value), "Give at least one pattern.");
            }
            lexicon.names.push(name.value);
            lexicon.terms.push(terms);
        }
    }
    file.finish();
}

fn is_folded_phrase(phrase: &str) -> bool {
    !phrase.is_empty() && phrase.is_ascii() && phrase == fold(phrase)
}

/// The patterns of these texts that compile; the others are noted as mistakes.
pub(super) fn patterns(source: &Source<'_>, texts: Vec<Text>) -> Vec<String> {
    if source.patterns() == Patterns::Taken {
        return texts.into_iter().map(|text| text.value).collect();
    }
    let mut kept = Vec::new();
    for text in texts {
        match compile_pattern(&text.value) {
            Ok(_) => kept.push(text.value),
            Err(reason) => source.mistake(
                text.span,
                reason,
                "Patterns are regular expressions on folded text: small letters, ä as ae, single spaces; no look-around, no back-references.",
            ),
        }
    }
    kept
}
