//! Takes values out of the settings text by section and key, and remembers every mistake and every key asked for, so
//! that what is left over at the end is known to be unknown. Never decides what a value means.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use secrecy::SecretString;
use toml::Value;
use url::Url;

use crate::settings::{SettingsMistake, is_acceptable_url};

/// Where a value was written.
enum Origin {
    File,
    Environment(String),
}

struct Entry {
    value: Value,
    origin: Origin,
}

/// Values by (section, key); the section is empty for top-level keys.
pub(super) struct Reader {
    entries: BTreeMap<(String, String), Entry>,
    known: BTreeSet<(&'static str, &'static str)>,
    mistakes: Vec<SettingsMistake>,
}

/// Variables with our prefix that are not settings: places of test data and of a database for tests, of the settings file itself and of
/// secrets in files, and the filter of the log.
const NOT_SETTINGS: [&str; 6] =
    ["CROSSWALK_EVAL_DIR", "CROSSWALK_FACTS_DIR", "CROSSWALK_TEST_POSTGRES", "CROSSWALK_CONFIG", "CROSSWALK_SECRETS", "CROSSWALK_LOG"];

impl Reader {
    pub(super) fn new(toml_text: Option<&str>, environment: &[(String, String)]) -> Self {
        let mut reader = Self { entries: BTreeMap::new(), known: BTreeSet::new(), mistakes: Vec::new() };
        if let Some(text) = toml_text {
            reader.take_file(text);
        }
        for (name, value) in environment {
            reader.take_variable(name, value);
        }
        reader
    }

    fn take_file(&mut self, text: &str) {
        let table: toml::Table = match text.trim_start_matches('\u{feff}').parse() {
            Ok(table) => table,
            Err(error) => {
                // The message of the parser names the place; its quotation of the line could show a secret.
                let line = error.span().map_or(0, |span| text.get(..span.start).unwrap_or_default().matches('\n').count() + 1);
                let problem = format!("crosswalk.toml is not valid TOML at line {line}: {}", error.message());
                self.mistakes.push(SettingsMistake { key: String::new(), problem });
                return;
            }
        };
        for (name, value) in table {
            match value {
                Value::Table(section) => {
                    for (key, value) in section {
                        self.entries.insert((name.clone(), key), Entry { value, origin: Origin::File });
                    }
                }
                Value::String(_) | Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) | Value::Array(_) => {
                    self.entries.insert((String::new(), name), Entry { value, origin: Origin::File });
                }
            }
        }
    }

    fn take_variable(&mut self, name: &str, value: &str) {
        if NOT_SETTINGS.contains(&name) {
            return;
        }
        let Some(rest) = name.strip_prefix("CROSSWALK_") else { return };
        let rest = rest.to_ascii_lowercase();
        let place = match rest.split_once("__") {
            Some((section, key)) => (section.to_owned(), key.to_owned()),
            None => (String::new(), rest),
        };
        // An empty variable is how a shell says "not set".
        if !value.is_empty() {
            let entry = Entry { value: Value::String(value.to_owned()), origin: Origin::Environment(name.to_owned()) };
            self.entries.insert(place, entry);
        }
    }

    fn take(&mut self, section: &'static str, key: &'static str) -> Option<Entry> {
        self.known.insert((section, key));
        self.entries.remove(&(section.to_owned(), key.to_owned()))
    }

    /// A text; the empty text counts as not set.
    pub(super) fn text(&mut self, section: &'static str, key: &'static str) -> Option<String> {
        let entry = self.take(section, key)?;
        match entry.value {
            Value::String(text) if text.trim().is_empty() => None,
            Value::String(text) => Some(text),
            Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) | Value::Array(_) | Value::Table(_) => {
                self.wrong(section, key, &entry.origin, "must be a text in quotes");
                None
            }
        }
    }

    pub(super) fn secret(&mut self, section: &'static str, key: &'static str) -> Option<SecretString> {
        self.text(section, key).map(SecretString::from)
    }

    /// A whole number within `allowed`.
    pub(super) fn number(&mut self, section: &'static str, key: &'static str, allowed: RangeInclusive<u64>) -> Option<u64> {
        let entry = self.take(section, key)?;
        let number = match (&entry.value, &entry.origin) {
            (Value::Integer(number), _) => u64::try_from(*number).ok(),
            (Value::String(text), Origin::Environment(_)) => text.trim().parse().ok(),
            _ => None,
        };
        let number = number.filter(|number| allowed.contains(number));
        if number.is_none() {
            let problem = format!("must be a whole number from {} to {}", allowed.start(), allowed.end());
            self.wrong(section, key, &entry.origin, &problem);
        }
        number
    }

    pub(super) fn flag(&mut self, section: &'static str, key: &'static str) -> Option<bool> {
        let entry = self.take(section, key)?;
        let flag = match (&entry.value, &entry.origin) {
            (Value::Boolean(flag), _) => Some(*flag),
            (Value::String(text), Origin::Environment(_)) => text.trim().to_ascii_lowercase().parse().ok(),
            _ => None,
        };
        if flag.is_none() {
            self.wrong(section, key, &entry.origin, "must be true or false");
        }
        flag
    }

    /// A URL that a token may be sent to.
    pub(super) fn url(&mut self, section: &'static str, key: &'static str) -> Option<Url> {
        let text = self.text(section, key)?;
        let problem = match Url::parse(text.trim()) {
            Ok(url) if !url.username().is_empty() || url.password().is_some() => "must not hold a user name or password",
            Ok(url) if is_acceptable_url(&url) => return Some(url),
            Ok(_) => "must begin with https:// (plain http:// is accepted only for this machine: 127.0.0.1, ::1 or localhost)",
            Err(_) => "must be a complete URL such as https://example.com/path",
        };
        self.mistake(section, key, problem);
        None
    }

    /// The URL that holds when none is set.
    pub(super) fn built_in_url(&mut self, section: &'static str, key: &'static str, usual: &str) -> Option<Url> {
        let url = Url::parse(usual).ok();
        if url.is_none() {
            self.mistake(section, key, "has no usable built-in value; set it");
        }
        url
    }

    /// Whether a value that was not taken yet stood in the file and not in the environment.
    pub(super) fn is_from_file(&self, section: &str, key: &str) -> bool {
        self.entries.get(&(section.to_owned(), key.to_owned())).is_some_and(|entry| matches!(entry.origin, Origin::File))
    }

    /// Whether a value that was not taken yet is there, right or wrong. The empty text counts as not set.
    pub(super) fn is_set(&self, section: &str, key: &str) -> bool {
        let entry = self.entries.get(&(section.to_owned(), key.to_owned()));
        entry.is_some_and(|entry| !matches!(&entry.value, Value::String(text) if text.trim().is_empty()))
    }

    pub(super) fn mistake(&mut self, section: &str, key: &str, problem: &str) {
        self.mistakes.push(SettingsMistake { key: dotted(section, key), problem: problem.to_owned() });
    }

    fn wrong(&mut self, section: &str, key: &str, origin: &Origin, problem: &str) {
        let key = match origin {
            Origin::File => dotted(section, key),
            Origin::Environment(name) => name.clone(),
        };
        self.mistakes.push(SettingsMistake { key, problem: problem.to_owned() });
    }

    /// Every setting that was asked for, as `section.key`: for comparing with what is documented.
    #[cfg(test)]
    pub(super) fn asked_for(&self) -> BTreeSet<String> {
        self.known.iter().map(|(section, key)| dotted(section, key)).collect()
    }

    /// All mistakes, unknown keys included.
    pub(super) fn finish(mut self) -> Vec<SettingsMistake> {
        let unknown = std::mem::take(&mut self.entries);
        for ((section, key), entry) in unknown {
            let problem = self.unknown(&section, &key);
            self.wrong(&section, &key, &entry.origin, &problem);
        }
        self.mistakes
    }

    fn unknown(&self, section: &str, key: &str) -> String {
        let siblings: Vec<&str> = self.known.iter().filter(|(name, _)| *name == section).map(|(_, key)| *key).collect();
        if section.is_empty() || siblings.is_empty() {
            let sections: BTreeSet<&str> = self.known.iter().map(|(name, _)| *name).filter(|name| !name.is_empty()).collect();
            let sections = sections.into_iter().collect::<Vec<_>>().join(", ");
            return format!("there is no such setting; allowed are data_dir and the sections {sections}");
        }
        let near = siblings.iter().map(|name| (strsim::damerau_levenshtein(name, key), *name)).min().filter(|(distance, _)| *distance <= 3);
        match near {
            Some((_, name)) => format!("there is no such setting; did you mean {}?", dotted(section, name)),
            None => format!("there is no such setting; {section} knows {}", siblings.join(", ")),
        }
    }
}

fn dotted(section: &str, key: &str) -> String {
    if section.is_empty() { key.to_owned() } else { format!("{section}.{key}") }
}
