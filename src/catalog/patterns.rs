//! Compiling the catalog's patterns, with limits, on one dialect: bytes, ASCII classes, linear time. What compiles
//! here has bounded size, so that a catalog from outside cannot make a review slow or large.

use regex::bytes::{Regex, RegexBuilder};

/// Most bytes that one pattern may take when compiled.
const PATTERN_BYTES: usize = 256 * 1024;
/// Most bytes of lazily built automaton for one pattern.
const PATTERN_CACHE_BYTES: usize = 1024 * 1024;
/// Longest pattern as written.
const PATTERN_LENGTH: usize = 1_000;

/// Compiles one pattern (a cue's `any`, a `veto`, a signal's `name`). It is to be matched on folded text.
///
/// # Errors
/// One sentence saying what is wrong with the pattern.
pub fn compile_pattern(pattern: &str) -> Result<Regex, String> {
    check_shape(pattern)?;
    let regex = RegexBuilder::new(pattern)
        .unicode(false)
        .size_limit(PATTERN_BYTES)
        .dfa_size_limit(PATTERN_CACHE_BYTES)
        .build()
        .map_err(|error| in_one_sentence(&error))?;
    if regex.is_match(b"") {
        return Err("the pattern matches the empty text, so it would match everything".into());
    }
    Ok(regex)
}

/// Rules beyond syntax: a pattern is searched for anywhere, so `.*` at an end says nothing and costs time; folded
/// text holds no capitals, so a pattern with one never matches.
fn check_shape(pattern: &str) -> Result<(), String> {
    if pattern.is_empty() {
        return Err("the pattern is empty".into());
    }
    if pattern.len() > PATTERN_LENGTH {
        return Err(format!("the pattern is longer than {PATTERN_LENGTH} characters"));
    }
    if pattern.starts_with(".*") || pattern.starts_with(".+") || pattern.ends_with(".*") || pattern.ends_with(".+") {
        return Err("the pattern begins or ends with `.*`; patterns are searched for anywhere, so leave it out".into());
    }
    if !pattern.is_ascii() {
        return Err("the pattern holds a character that folded text never has (write ä as ae, ß as ss)".into());
    }
    let mut is_escaped = false;
    for c in pattern.chars() {
        if c.is_ascii_uppercase() && !is_escaped {
            return Err(format!("the pattern holds the capital `{c}`, but folded text is all small letters"));
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    Ok(())
}

/// The regex crate draws its syntax errors over several lines; the last one says what is wrong.
fn in_one_sentence(error: &regex::Error) -> String {
    match error {
        regex::Error::Syntax(drawing) => {
            let last = drawing.lines().last().unwrap_or(drawing).trim();
            format!("the pattern cannot be read: {}", last.trim_start_matches("error: "))
        }
        regex::Error::CompiledTooBig(limit) => format!("the pattern needs more than {limit} bytes when compiled; simplify it"),
        other => format!("the pattern cannot be used: {other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes() {
        for (pattern, complaint) in [
            (r"\bthreats?\b", ""),
            (r"\B\W\d+", ""),
            (".*threat", "begins or ends"),
            ("threat.*", "begins or ends"),
            ("", "empty"),
            ("x*", "matches the empty text"),
            ("(a", "cannot be read: unclosed group"),
            ("(?=a)b", "look-around"),
            ("Threat", "capital `T`"),
            ("prüf", "never has"),
            (r"(a{1000}){1000}", "when compiled"),
        ] {
            let answer = compile_pattern(pattern).err().unwrap_or_default();
            assert!(answer.contains(complaint) && answer.is_empty() == complaint.is_empty(), "{pattern}: {answer}");
        }
    }
}
