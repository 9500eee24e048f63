//! Rows of an imported file, from CSV or JSONL, with their places.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::catalog::mistake::{Mistake, did_you_mean};

/// The keys that every row must have, in this order.
const KEYS: [&str; 4] = ["standard", "clause", "title", "paraphrase"];

/// One requirement as imported.
pub(super) struct Row {
    pub(super) standard: String,
    pub(super) clause: String,
    pub(super) title: String,
    /// May be empty; then the title speaks.
    pub(super) paraphrase: String,
    pub(super) line: usize,
    pub(super) span: Range<usize>,
}

/// What was read.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) taken: Vec<Row>,
    /// Other keys, in alphabetical order.
    pub(super) ignored: BTreeSet<String>,
    pub(super) mistakes: Vec<Mistake>,
}

/// Reads the rows. JSONL is told from CSV by the file's extension, else by its first character.
pub(super) fn read(file_name: &str, text: &str) -> Rows {
    let mut reader = Reader { file_name, text, found: Rows::default() };
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    if text[start..].trim().is_empty() {
        reader.mistake(0..0, "the file is empty", "Give one row per requirement with standard, clause, title and paraphrase.");
        return reader.found;
    }
    let extension = file_name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default();
    let first = text[start..].trim_start().chars().next();
    match (extension.as_str(), first) {
        ("jsonl" | "ndjson", _) | (_, Some('{')) => reader.read_lines(start),
        ("json", _) | (_, Some('[')) => {
            reader.mistake(0..0, "the file is JSON but not JSONL", "Write one JSON object per line, without an enclosing list.");
        }
        _ => reader.read_table(start),
    }
    if reader.found.taken.is_empty() && reader.found.mistakes.is_empty() {
        reader.mistake(0..0, "the file has a header but no rows", "Give one row per requirement.");
    }
    reader.found
}

struct Reader<'f> {
    file_name: &'f str,
    text: &'f str,
    found: Rows,
}

impl Reader<'_> {
    fn mistake(&mut self, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.found.mistakes.push(Mistake::at(self.file_name, self.text, span, message, help));
    }

    fn read_lines(&mut self, start: usize) {
        let text = self.text;
        let mut at = start;
        for (index, line) in text[start..].split('\n').enumerate() {
            let span = at..at + line.trim_end().len();
            at += line.len() + 1;
            if !line.trim().is_empty() {
                self.read_line(index + 1, line, span);
            }
        }
    }

    fn read_line(&mut self, line_number: usize, line: &str, span: Range<usize>) {
        let object = match serde_json::from_str::<serde_json::Value>(line) {
            Ok(serde_json::Value::Object(object)) => object,
            Ok(_) => {
                self.mistake(
                    span,
                    "the line is no JSON object",
                    "Write {\"standard\": …, \"clause\": …, \"title\": …, \"paraphrase\": …}.",
                );
                return;
            }
            Err(error) => {
                let at = (span.start + error.column().saturating_sub(1)).min(span.end);
                // serde_json ends its messages with the line of the text it was given, which is always 1 here.
                let message = error.to_string();
                let message = message.split(" at line ").next().unwrap_or(&message).to_owned();
                self.mistake(at..span.end, format!("the line is not JSON: {message}"), "Each line must be one whole JSON object.");
                return;
            }
        };
        let mut values = Vec::new();
        for key in KEYS {
            match object.get(key) {
                Some(serde_json::Value::String(value)) => values.push(Some(value.clone())),
                Some(serde_json::Value::Number(number)) => values.push(Some(number.to_string())),
                Some(_) => {
                    self.mistake(span.clone(), format!("`{key}` is no text"), "Put the value in quotes.");
                    values.push(None);
                }
                None => {
                    let help = did_you_mean(key, object.keys().map(String::as_str).filter(|other| !KEYS.contains(other)));
                    let help = if help.starts_with("Did") { help } else { format!("Add `{key}` to the line.") };
                    self.mistake(span.clone(), format!("the line lacks `{key}`"), help);
                    values.push(None);
                }
            }
        }
        self.found.ignored.extend(object.keys().filter(|key| !KEYS.contains(&key.as_str())).cloned());
        self.take(values, line_number, span);
    }

    fn read_table(&mut self, start: usize) {
        let text = self.text;
        let header = text[start..].lines().next().unwrap_or_default();
        let delimiter = [',', ';', '\t'].into_iter().max_by_key(|d| (header.matches(*d).count(), *d == ',')).unwrap_or(',');
        let mut table = csv::ReaderBuilder::new()
            .delimiter(u8::try_from(delimiter).unwrap_or(b','))
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(&text.as_bytes()[start..]);
        let names: Vec<String> = match table.headers() {
            Ok(names) => names.iter().map(str::to_lowercase).collect(),
            Err(error) => {
                self.mistake(0..0, format!("the header row cannot be read: {error}"), "");
                return;
            }
        };
        let columns = KEYS.map(|key| names.iter().position(|name| name == key));
        let header_span = start..start + header.len();
        for (key, column) in KEYS.iter().zip(columns) {
            if column.is_none() {
                let help =
                    format!("The first row must name the columns standard, clause, title and paraphrase; it names: {}.", names.join(", "));
                self.mistake(header_span.clone(), format!("the header row lacks the column `{key}`"), help);
            }
        }
        if columns.contains(&None) {
            return;
        }
        self.found.ignored.extend(names.iter().filter(|name| !KEYS.contains(&name.as_str()) && !name.is_empty()).cloned());
        let (mut counted_to, mut line) = (0, 1);
        for record in table.records() {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    let at = error.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(0)) + start;
                    self.mistake(at..at, format!("the row cannot be read: {error}"), "Check the quotes of this row.");
                    continue;
                }
            };
            let at = record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(0)) + start;
            let at = at + text[at..].len() - text[at..].trim_start_matches(['\r', '\n']).len();
            let span = at..at + text[at..].lines().next().unwrap_or_default().len();
            line += text[counted_to..at].matches('\n').count();
            counted_to = at;
            if record.len() != names.len() {
                let message = format!("the row has {} fields, but the header names {}", record.len(), names.len());
                self.mistake(span, message, "Put fields that hold the separator in double quotes.");
                continue;
            }
            let values = columns.iter().map(|column| column.and_then(|column| record.get(column)).map(str::to_owned)).collect();
            self.take(values, line, span);
        }
    }

    /// Takes a row whose values stand in the order of [`KEYS`]; a missing one was noted by the caller.
    fn take(&mut self, values: Vec<Option<String>>, line: usize, span: Range<usize>) {
        let mut is_whole = true;
        for (key, value) in KEYS.iter().zip(&values) {
            match value {
                Some(value) if value.trim().is_empty() && *key != "paraphrase" => {
                    self.mistake(span.clone(), format!("`{key}` is empty"), "Fill it, or delete the row.");
                    is_whole = false;
                }
                Some(_) => {}
                None => is_whole = false,
            }
        }
        let mut values = values.into_iter().map(Option::unwrap_or_default);
        let mut next = || values.next().unwrap_or_default();
        if is_whole {
            // Standard and clause come back in the report exactly as the user wrote them; titles are running text.
            let (standard, clause) = (next().trim().to_owned(), next().trim().to_owned());
            let running = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
            self.found.taken.push(Row { standard, clause, title: running(next()), paraphrase: running(next()), line, span });
        }
    }
}
