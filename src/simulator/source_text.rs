//! The small text format in which the sample company's documents are written: a front matter and a few block marks.
//! It never renders anything.

/// One block of a document's source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// `#` to `####`; in a workbook a level-1 heading begins a new sheet.
    Heading { level: usize, text: String },
    /// Running text.
    Paragraph(String),
    /// Lines that begin with `- `.
    Bullets(Vec<String>),
    /// Lines that begin with `1. `, `2. ` and so on.
    Numbered(Vec<String>),
    /// Lines of the form `| a | b |`; the first row is the header.
    Table(Vec<Vec<String>>),
}

/// A document's source, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SourceText {
    /// `key: value` lines between the two `---` lines.
    pub facts: Vec<(String, String)>,
    /// The body.
    pub parts: Vec<Part>,
}

impl SourceText {
    /// The value of a front-matter key, or an empty text.
    pub fn fact(&self, key: &str) -> &str {
        self.facts.iter().find(|(k, _)| k == key).map_or("", |(_, value)| value)
    }
}

/// Reads a source. Nothing in it can fail: an unknown mark is running text.
pub(super) fn parse(text: &str) -> SourceText {
    let (head, body) = match text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")) {
        Some((head, body)) => (head, body),
        None => ("", text),
    };
    let facts =
        head.lines().filter_map(|line| line.split_once(':')).map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned())).collect();
    SourceText { facts, parts: parse_body(body) }
}

fn parse_body(body: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    for chunk in body.split("\n\n").map(str::trim).filter(|chunk| !chunk.is_empty()) {
        let mut running: Vec<&str> = Vec::new();
        let mut marked: Vec<(Mark, String)> = Vec::new();
        for line in chunk.lines().map(str::trim) {
            match mark_of(line) {
                Some(found) if running.is_empty() => marked.push(found),
                // A line without a mark continues the item above it, so that sources may be wrapped.
                None if !marked.is_empty() => {
                    if let Some((_, text)) = marked.last_mut() {
                        text.push(' ');
                        text.push_str(line);
                    }
                }
                _ => running.push(line),
            }
        }
        if !running.is_empty() {
            parts.push(Part::Paragraph(running.join(" ")));
        }
        parts.extend(group(marked));
    }
    parts
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Heading(usize),
    Bullet,
    Number,
    Row,
}

fn mark_of(line: &str) -> Option<(Mark, String)> {
    if line.starts_with('|') && line.ends_with('|') && line.len() > 1 {
        return Some((Mark::Row, line[1..line.len() - 1].to_owned()));
    }
    if let Some(text) = line.strip_prefix("- ") {
        return Some((Mark::Bullet, text.to_owned()));
    }
    let level = line.chars().take_while(|c| *c == '#').count();
    if (1..=4).contains(&level) && line[level..].starts_with(' ') {
        return Some((Mark::Heading(level), line[level..].trim().to_owned()));
    }
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    if (1..=2).contains(&digits) && line[digits..].starts_with(". ") {
        return Some((Mark::Number, line[digits + 2..].trim().to_owned()));
    }
    None
}

fn group(marked: Vec<(Mark, String)>) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for (mark, text) in marked {
        match (mark, parts.last_mut()) {
            (Mark::Heading(level), _) => parts.push(Part::Heading { level, text }),
            (Mark::Bullet, Some(Part::Bullets(items))) | (Mark::Number, Some(Part::Numbered(items))) => items.push(text),
            (Mark::Bullet, _) => parts.push(Part::Bullets(vec![text])),
            (Mark::Number, _) => parts.push(Part::Numbered(vec![text])),
            (Mark::Row, Some(Part::Table(rows))) => rows.push(cells(&text)),
            (Mark::Row, _) => parts.push(Part::Table(vec![cells(&text)])),
        }
    }
    parts
}

fn cells(row: &str) -> Vec<String> {
    row.split('|').map(|cell| cell.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_and_every_kind_of_block_are_read() {
        let source = parse(
            "---\nname: A: b.docx\nformat: docx\n---\n# One\nintro\n\ntext that\nwraps\n\n- a\n- b\n  more\n\n1. x\n2. y\n\n| h | i |\n| 1 | |\n",
        );
        assert_eq!(source.fact("name"), "A: b.docx");
        assert_eq!(source.fact("none"), "");
        assert_eq!(
            source.parts,
            vec![
                Part::Heading { level: 1, text: "One intro".into() },
                Part::Paragraph("text that wraps".into()),
                Part::Bullets(vec!["a".into(), "b more".into()]),
                Part::Numbered(vec!["x".into(), "y".into()]),
                Part::Table(vec![vec!["h".into(), "i".into()], vec!["1".into(), String::new()]]),
            ]
        );
    }
}
