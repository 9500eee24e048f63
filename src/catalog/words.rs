//! Folding: the form of a text on which all patterns of the catalog are written.

use unicode_normalization::UnicodeNormalization;

/// Lower case, `ä ö ü ß` as `ae oe ue ss`, other accents dropped, typographic quotes and dashes as ASCII, every
/// run of white space as one space. All lexicon terms and cue patterns are matched on this form.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut pending_space = false;
    for c in text.nfkc() {
        if c.is_whitespace() {
            pending_space = !out.is_empty();
            continue;
        }
        if matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}') {
            continue;
        }
        if pending_space {
            out.push(' ');
            pending_space = false;
        }
        match c {
            'A'..='Z' => out.push(c.to_ascii_lowercase()),
            '\0'..='\u{7f}' => out.push(c),
            'ä' | 'Ä' | 'æ' | 'Æ' => out.push_str("ae"),
            'ö' | 'Ö' | 'œ' | 'Œ' => out.push_str("oe"),
            'ü' | 'Ü' => out.push_str("ue"),
            'ß' | 'ẞ' => out.push_str("ss"),
            '\u{2018}' | '\u{2019}' | '\u{201a}' => out.push('\''),
            '\u{201c}'..='\u{201e}' | '«' | '»' => out.push('"'),
            '\u{2010}'..='\u{2015}' | '\u{2212}' => out.push('-'),
            _ => out.extend(std::iter::once(c).nfd().filter(|d| !('\u{300}'..='\u{36f}').contains(d)).flat_map(char::to_lowercase)),
        }
    }
    out
}

/// Folds a file name for evidence signals: the extension dropped, then [`fold`], then every separator
/// (`_ - . , + ( ) [ ] / &` and the like) as one space, and a space between a small letter and a capital
/// (`ThreatModel` → `threat model`).
#[must_use]
pub fn fold_name(name: &str) -> String {
    let stem = match name.rsplit_once('.') {
        Some((stem, extension))
            if !stem.is_empty()
                && extension.len() <= 5
                && extension.chars().all(char::is_alphanumeric)
                && !extension.chars().all(|c| c.is_ascii_digit()) =>
        {
            stem
        }
        _ => name,
    };
    let mut spaced = String::with_capacity(stem.len() + 8);
    let mut previous = ' ';
    for c in stem.chars() {
        if c.is_uppercase() && previous.is_lowercase() {
            spaced.push(' ');
        }
        spaced.push(if c.is_alphanumeric() { c } else { ' ' });
        previous = c;
    }
    fold(&spaced)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding() {
        for (input, expected) in [
            ("  Maßnahme\n für Übung ", "massnahme fuer uebung"),
            ("user’s “quote” – dash", "user's \"quote\" - dash"),
            ("Résumé naïve", "resume naive"),
            ("soft\u{ad}hyphen \u{202e}rtl", "softhyphen rtl"),
        ] {
            assert_eq!(fold(input), expected);
        }
    }

    #[test]
    fn folding_names() {
        for (input, expected) in [
            ("SOP-17_Security_Risk_Management_v2.1.pdf", "sop 17 security risk management v2 1"),
            ("ThreatModel-GW-2026-03-01.pdf", "threat model gw 2026 03 01"),
            ("SBOM_CardioApp_2.4.1.cdx.json", "sbom cardio app 2 4 1 cdx"),
            ("no extension", "no extension"),
        ] {
            assert_eq!(fold_name(input), expected);
        }
    }
}
