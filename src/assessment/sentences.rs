//! Cuts a paragraph into sentences, in one pass over its text. Abbreviations, ordinals and initials do not end a
//! sentence: cut there, a denial would fall off the sentence it belongs to.

use std::ops::Range;

/// Shortest sentence, in bytes; a shorter one is joined to the next.
const SHORTEST: usize = 12;
/// Longest sentence, in bytes; a longer one is cut at a space. What stands farther apart does not stand together.
const LONGEST: usize = 1200;

/// Endings after which a sentence goes on, lower case.
const ABBREVIATIONS: [&str; 44] = [
    "dr", "mr", "mrs", "ms", "prof", "nr", "no", "e.g", "i.e", "z.b", "z. b", "d.h", "d. h", "u.a", "u. a", "bzw", "vgl", "ca", "incl",
    "inkl", "abs", "kap", "fig", "abb", "tab", "sec", "ch", "art", "resp", "approx", "etc", "vs", "cf", "max", "min", "evtl", "ggf", "sog",
    "st", "inc", "ltd", "co", "rev", "ver",
];

/// The sentences of a text, as ranges of bytes without the white space around them.
#[must_use]
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut after_end = false;
    let mut last_space = 0;
    let mut previous_ended_at = 0;
    for (at, c) in text.char_indices() {
        if c.is_whitespace() {
            last_space = at;
            continue;
        }
        let is_first_of_word = at == 0 || last_space + text[last_space..].chars().next().map_or(0, char::len_utf8) == at && last_space > 0;
        if after_end && is_first_of_word {
            let begins = c.is_uppercase() || c.is_ascii_digit() || matches!(c, '"' | '\u{201c}' | '\u{201e}' | '(' | '[' | '•' | '-' | '–');
            let length = previous_ended_at - start;
            if begins && length >= SHORTEST && !ends_in_abbreviation(&text[start..previous_ended_at]) {
                found.push(start..previous_ended_at);
                start = at;
            }
        } else if is_first_of_word && at - start > LONGEST {
            found.push(start..trimmed_end(text, start, at));
            start = at;
        }
        match c {
            '.' | '!' | '?' => after_end = true,
            ')' | ']' | '"' | '\u{201d}' | '\u{201c}' | '\'' | '\u{2019}' => {}
            _ => after_end = false,
        }
        previous_ended_at = at + c.len_utf8();
    }
    let end = trimmed_end(text, start, text.len());
    if start < end {
        let from = start + (text[start..].len() - text[start..].trim_start().len());
        found.push(from..end);
    }
    found
}

fn trimmed_end(text: &str, start: usize, end: usize) -> usize {
    start + text[start..end].trim_end().len()
}

/// Whether what ends in a full stop ends in an abbreviation, an ordinal (`3.`) or an initial (`J.`).
fn ends_in_abbreviation(sentence: &str) -> bool {
    let Some(body) = sentence.strip_suffix('.') else { return false };
    let tail: String = body.chars().rev().take(8).collect::<Vec<_>>().into_iter().rev().collect::<String>().to_lowercase();
    let word = tail.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
    let is_ordinal = !word.is_empty() && word.len() <= 2 && word.chars().all(|c| c.is_ascii_digit());
    let is_initial = word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
    is_ordinal || is_initial || ABBREVIATIONS.contains(&word) || ABBREVIATIONS.iter().any(|a| a.contains(' ') && tail.ends_with(a))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_people_end_them() {
        for (text, expected) in [
            ("Each threat is scored. The score is recorded.", vec!["Each threat is scored.", "The score is recorded."]),
            ("Threat scoring per Dr. Meier was not performed.", vec!["Threat scoring per Dr. Meier was not performed."]),
            (
                "Die Bedrohungen wurden am 3. Mai bewertet. Danach folgt der Test.",
                vec!["Die Bedrohungen wurden am 3. Mai bewertet.", "Danach folgt der Test."],
            ),
            ("Tools (e.g. Nessus) are used. Is it done? Yes, by all.", vec!["Tools (e.g. Nessus) are used.", "Is it done? Yes, by all."]),
            ("Prüfungen, z. B. Scans, laufen wöchentlich.", vec!["Prüfungen, z. B. Scans, laufen wöchentlich."]),
            ("See version 2.4.1 of the plan. (It is approved.)", vec!["See version 2.4.1 of the plan.", "(It is approved.)"]),
            ("", vec![]),
            ("  no end ", vec!["no end"]),
            ("A. B. C. D.", vec!["A. B. C. D."]),
        ] {
            let cut: Vec<&str> = sentences(text).into_iter().map(|r| &text[r]).collect();
            assert_eq!(cut, expected, "{text}");
        }
    }

    #[test]
    fn hostile_text_is_cut_in_one_pass() {
        for text in [format!("A.{}", ")".repeat(300_000)), "A! ".repeat(100_000), "word ".repeat(100_000), "ß".repeat(200_000)] {
            let cut = sentences(&text);
            assert!(cut.iter().all(|r| text.get(r.clone()).is_some()));
            assert!(cut.windows(2).all(|w| w[0].end <= w[1].start));
        }
    }
}
