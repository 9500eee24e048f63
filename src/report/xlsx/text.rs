//! Texts as they may stand in a cell: never a formula, never longer than Excel takes.

/// The most that a cell takes, in UTF-16 units (Excel specifications and limits).
const LONGEST_TEXT_UNITS: usize = 32_767;
/// What stands where a text was cut.
const CUT: &str = " … [cut here: the whole text is in review.json]";

/// The text with an apostrophe before each line that a spreadsheet would take for a formula, cut to what a cell takes. The full-width
/// forms count too: some language versions of Excel read them alike.
pub(super) fn harmless(text: &str) -> String {
    let lines: Vec<String> =
        text.split('\n').map(|line| if is_formula_like(line) { format!("'{line}") } else { line.to_owned() }).collect();
    cut(lines.join("\n"))
}

/// White space before the sign does not save it: it is dropped by some imports.
fn is_formula_like(line: &str) -> bool {
    line.starts_with(['\t', '\r'])
        || matches!(line.trim_start().chars().next(), Some('=' | '+' | '-' | '@' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}'))
}

fn cut(text: String) -> String {
    if text.encode_utf16().count() <= LONGEST_TEXT_UNITS {
        return text;
    }
    let mut room = LONGEST_TEXT_UNITS - CUT.encode_utf16().count();
    let mut out = String::new();
    for c in text.chars() {
        if c.len_utf16() > room {
            break;
        }
        room -= c.len_utf16();
        out.push(c);
    }
    out.push_str(CUT);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_formula_gets_an_apostrophe_and_nothing_else_changes() {
        for (text, expected) in [
            ("=1+1", "'=1+1"),
            ("+49 30", "'+49 30"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\rx", "'\rx"),
            ("  =1", "'  =1"),
            ("\u{ff1d}1", "'\u{ff1d}1"),
            ("a\n=1", "a\n'=1"),
            ("a = b", "a = b"),
            ("– a dash", "– a dash"),
            ("“=quoted”", "“=quoted”"),
            ("", ""),
        ] {
            assert_eq!(harmless(text), expected);
        }
    }

    #[test]
    fn a_text_is_cut_where_excel_would_refuse_it_and_says_so() {
        for long in ["x".repeat(40_000), "𝄞".repeat(20_000), format!("={}", "y".repeat(LONGEST_TEXT_UNITS - 1))] {
            let cut = harmless(&long);
            assert!(cut.encode_utf16().count() <= LONGEST_TEXT_UNITS && cut.ends_with(CUT));
        }
        let fits = "z".repeat(LONGEST_TEXT_UNITS);
        assert_eq!(harmless(&fits), fits);
    }
}
