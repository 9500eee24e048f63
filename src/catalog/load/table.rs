//! Reading a TOML table by hand: every access names a key, notes what is wrong with its value and goes on, so that
//! one pass tells every mistake. Keys that nobody asked for are mistakes too.

use std::cell::RefCell;
use std::ops::Range;

use sha2::{Digest, Sha256};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::catalog::load::{Patterns, hexadecimal};
use crate::catalog::mistake::{Mistake, did_you_mean};

/// How a mistake of syntax begins.
const NOT_TOML: &str = "this is not TOML";

/// A file being read, and what is wrong with it so far.
pub(super) struct Source<'s> {
    path: &'s str,
    text: &'s str,
    patterns: Patterns,
    mistakes: RefCell<Vec<Mistake>>,
}

impl<'s> Source<'s> {
    /// SHA-256 of the text.
    pub(super) fn sha256(&self) -> String {
        hexadecimal(&Sha256::digest(self.text))
    }

    pub(super) fn new(path: &'s str, text: &'s str, patterns: Patterns) -> Self {
        Self { path, text, patterns, mistakes: RefCell::new(Vec::new()) }
    }

    /// What is to be done with its patterns.
    pub(super) fn patterns(&self) -> Patterns {
        self.patterns
    }

    /// Notes a mistake.
    pub(super) fn mistake(&self, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.mistakes.borrow_mut().push(Mistake::at(self.path, self.text, span, message, help));
    }

    /// What is wrong, in the order of the text.
    pub(super) fn into_mistakes(self) -> Vec<Mistake> {
        let mut mistakes = self.mistakes.into_inner();
        // What is broken as TOML is noted first, so it stays ahead of what follows from it at the same place.
        mistakes.sort_by_key(|mistake| mistake.span.start);
        mistakes.dedup_by(|later, earlier| later.span.start == earlier.span.start && earlier.message.starts_with(NOT_TOML));
        mistakes
    }

    /// Parses the whole text; syntax errors are noted and what could be read is given.
    pub(super) fn parse(&self) -> DeTable<'s> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        for error in errors {
            let message = error.message().replace('\n', ", ");
            self.mistake(error.span().unwrap_or(0..0), format!("{NOT_TOML}: {message}"), "");
        }
        table.into_inner()
    }
}

/// A text with its place.
#[derive(Debug, Clone)]
pub(super) struct Text {
    pub(super) value: String,
    pub(super) span: Range<usize>,
}

/// A table being read.
pub(super) struct Table<'t> {
    source: &'t Source<'t>,
    entries: &'t DeTable<'t>,
    /// What the table is, for messages: `[[gap]]`.
    name: String,
    span: Range<usize>,
    asked: Vec<&'static str>,
}

impl<'t> Table<'t> {
    pub(super) fn root(source: &'t Source<'t>, table: &'t DeTable<'t>) -> Self {
        Self { source, entries: table, name: "the file".into(), span: 0..0, asked: Vec::new() }
    }

    pub(super) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    pub(super) fn mistake(&self, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.source.mistake(span, message, help);
    }

    /// Names every key that was not asked for.
    pub(super) fn finish(self) {
        for (key, _) in self.entries {
            if !self.asked.contains(&key.get_ref().as_ref()) {
                self.source.mistake(
                    key.span(),
                    format!("unknown key `{}` in {}", key.get_ref(), self.name),
                    did_you_mean(key.get_ref(), self.asked.iter().copied()),
                );
            }
        }
    }

    /// The keys and values of a table whose keys are names of its author's choice.
    pub(super) fn entries(self) -> impl Iterator<Item = (Text, Value<'t>)> {
        let source = self.source;
        self.entries.iter().map(move |(key, value)| {
            (
                Text { value: key.get_ref().to_string(), span: key.span() },
                Value { source, name: format!("`{}`", key.get_ref()), spanned: value },
            )
        })
    }

    fn optional(&mut self, key: &'static str) -> Option<Value<'t>> {
        self.asked.push(key);
        self.entries.get(key).map(|value| Value { source: self.source, name: format!("`{key}`"), spanned: value })
    }

    fn required(&mut self, key: &'static str) -> Option<Value<'t>> {
        let value = self.optional(key);
        if value.is_none() {
            self.source.mistake(self.span(), format!("{} lacks `{key}`", self.name), format!("Add `{key} = …`."));
        }
        value
    }

    /// A text that must be there and hold something.
    pub(super) fn text(&mut self, key: &'static str) -> Text {
        let found = self.required(key).and_then(|value| value.text());
        if let Some(text) = &found
            && text.value.trim().is_empty()
        {
            self.source.mistake(text.span.clone(), format!("`{key}` is empty"), "Say it, or take the key out if it may be missing.");
        }
        found.unwrap_or(Text { value: String::new(), span: self.span() })
    }

    pub(super) fn optional_text(&mut self, key: &'static str) -> Option<Text> {
        self.optional(key).and_then(|value| value.text())
    }

    /// A running text: line breaks of the file are spaces, empty lines separate paragraphs.
    pub(super) fn optional_prose(&mut self, key: &'static str) -> String {
        self.optional_text(key).map(|text| prose(&text.value)).unwrap_or_default()
    }

    /// A running text that must be there.
    pub(super) fn prose(&mut self, key: &'static str) -> String {
        prose(&self.text(key).value)
    }

    /// A list of texts; missing means empty.
    pub(super) fn texts(&mut self, key: &'static str) -> Vec<Text> {
        self.optional(key).map(|value| value.texts()).unwrap_or_default()
    }

    /// A list of texts, without their places.
    pub(super) fn words(&mut self, key: &'static str) -> Vec<String> {
        self.texts(key).into_iter().map(|text| text.value).collect()
    }

    /// A list of tables or inline tables; missing means empty.
    pub(super) fn tables(&mut self, key: &'static str) -> Vec<Table<'t>> {
        self.values(key).into_iter().filter_map(|value| value.table(format!("[[{key}]]"))).collect()
    }

    /// A list of values of any type; missing means empty.
    pub(super) fn values(&mut self, key: &'static str) -> Vec<Value<'t>> {
        self.optional(key).map(|value| value.values()).unwrap_or_default()
    }

    pub(super) fn table(&mut self, key: &'static str) -> Option<Table<'t>> {
        self.optional(key).and_then(|value| value.table(format!("[{key}]")))
    }

    pub(super) fn boolean(&mut self, key: &'static str) -> Option<bool> {
        let value = self.optional(key)?;
        let answer = value.spanned.get_ref().as_bool();
        if answer.is_none() {
            value.wrong_type("true or false");
        }
        answer
    }

    /// A whole number within the range.
    pub(super) fn whole_number(&mut self, key: &'static str, allowed: std::ops::RangeInclusive<u32>) -> u32 {
        let (low, high) = (*allowed.start(), *allowed.end());
        let Some(value) = self.required(key) else { return low };
        let number = value.spanned.get_ref().as_integer().and_then(|number| number.as_str().parse::<u32>().ok());
        match number {
            Some(number) if allowed.contains(&number) => number,
            _ => {
                let help = if high == u32::MAX {
                    format!("Give a whole number from {low}.")
                } else {
                    format!("Give a whole number from {low} to {high}.")
                };
                self.source.mistake(value.spanned.span(), format!("`{key}` is not a whole number that is allowed here"), help);
                low
            }
        }
    }

    /// A share from 0 to 1.
    pub(super) fn optional_share(&mut self, key: &'static str) -> Option<f64> {
        let value = self.optional(key)?;
        let raw = value.spanned.get_ref();
        let number = raw.as_float().map(toml::de::DeFloat::as_str).or_else(|| raw.as_integer().map(toml::de::DeInteger::as_str));
        let share = number.and_then(|number| number.parse::<f64>().ok()).filter(|share| (0.0..=1.0).contains(share));
        if share.is_none() {
            self.source.mistake(value.spanned.span(), format!("`{key}` is not a share"), "Give a number from 0 to 1, such as 0.5.");
        }
        share
    }

    /// A word out of a fixed list; missing is a mistake.
    pub(super) fn one_of<T: Copy>(&mut self, key: &'static str, known: &[(&str, T)]) -> Option<T> {
        let value = self.required(key)?;
        choose(self.source, &value.text()?, key, known)
    }

    /// A word out of a fixed list, if there.
    pub(super) fn optional_one_of<T: Copy>(&mut self, key: &'static str, known: &[(&str, T)]) -> Option<T> {
        let text = self.optional_text(key)?;
        choose(self.source, &text, key, known)
    }

    /// Words out of a fixed list.
    pub(super) fn many_of<T: Copy>(&mut self, key: &'static str, known: &[(&str, T)]) -> Vec<T> {
        self.texts(key).iter().filter_map(|text| choose(self.source, text, key, known)).collect()
    }
}

/// A value being read.
pub(super) struct Value<'t> {
    source: &'t Source<'t>,
    name: String,
    spanned: &'t Spanned<DeValue<'t>>,
}

impl<'t> Value<'t> {
    pub(super) fn is_text(&self) -> bool {
        self.spanned.get_ref().is_str()
    }

    pub(super) fn text(&self) -> Option<Text> {
        let text = self.spanned.get_ref().as_str();
        if text.is_none() {
            self.wrong_type("a text in quotes");
        }
        text.map(|text| Text { value: text.to_owned(), span: self.spanned.span() })
    }

    pub(super) fn texts(&self) -> Vec<Text> {
        self.values().iter().filter_map(Value::text).collect()
    }

    pub(super) fn table(&self, name: String) -> Option<Table<'t>> {
        let table = self.spanned.get_ref().as_table();
        if table.is_none() {
            self.wrong_type("a table");
        }
        table.map(|table| Table { source: self.source, entries: table, name, span: self.spanned.span(), asked: Vec::new() })
    }

    fn values(&self) -> Vec<Value<'t>> {
        let array = self.spanned.get_ref().as_array();
        if array.is_none() {
            self.wrong_type("a list");
        }
        array
            .into_iter()
            .flat_map(|array| array.iter())
            .map(|value| Value { source: self.source, name: format!("an element of {}", self.name), spanned: value })
            .collect()
    }

    fn wrong_type(&self, wanted: &str) {
        let given = self.spanned.get_ref().type_str();
        self.source.mistake(self.spanned.span(), format!("{} is of type {given}, but {wanted} is wanted", self.name), "");
    }
}

fn choose<T: Copy>(source: &Source<'_>, text: &Text, key: &str, known: &[(&str, T)]) -> Option<T> {
    let found = known.iter().find(|(word, _)| *word == text.value).map(|(_, meaning)| *meaning);
    if found.is_none() {
        source.mistake(
            text.span.clone(),
            format!("`{}` is no known `{key}`", text.value),
            did_you_mean(&text.value, known.iter().map(|(word, _)| *word)),
        );
    }
    found
}

fn prose(text: &str) -> String {
    let paragraphs = text.trim().split("\n\n").map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "));
    paragraphs.collect::<Vec<_>>().join("\n\n")
}
