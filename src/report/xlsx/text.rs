//! Texts as they may stand in a cell: never a formula, never longer than Excel takes; and how tall they are.

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

/// Height in points of one line of the font used.
const LINE_POINTS: u32 = 14;
/// The greatest height of a row, in points.
const TALLEST_POINTS: u32 = 409;

/// The height in points of a row with these texts in columns of these widths. Reckoned, because not every spreadsheet program lets rows
/// grow when it opens a file, and merged cells never grow.
pub(super) fn height_points<'a>(cells: impl Iterator<Item = (&'a str, u16)>) -> u32 {
    let lines = cells.map(|(text, width)| lines(text, width)).max().unwrap_or(1).max(1);
    u32::try_from(lines).unwrap_or(u32::MAX).saturating_mul(LINE_POINTS).saturating_add(2).min(TALLEST_POINTS)
}

/// How many lines a text takes. A column holds a quarter more letters of running text than its width says, which is counted in
/// digits of a larger font.
fn lines(text: &str, width: u16) -> usize {
    let letters = usize::from(width.max(1)) * 5 / 4;
    text.split('\n').map(|line| line.chars().count().div_ceil(letters).max(1)).sum()
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
    fn rows_are_as_tall_as_their_longest_cell() {
        for (cells, expected) in [
            (vec![("", 9)], 16),
            (vec![("a", 9), ("twelve chars", 6)], 30),
            (vec![("a\nb\nc", 9)], 44),
            (vec![(&*"x".repeat(9_000), 9)], TALLEST_POINTS),
            (vec![], 16),
        ] {
            assert_eq!(height_points(cells.into_iter()), expected);
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
