//! A mistake in the settings, in words. Never quotes a value: it might be a secret.

use std::fmt;

/// One mistake, with the key it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsMistake {
    /// The key, as `section.key` (or the environment variable that set it); empty when the text is no TOML.
    pub key: String,
    /// What is wrong and what is allowed.
    pub problem: String,
}

impl fmt::Display for SettingsMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.key.is_empty() { f.write_str(&self.problem) } else { write!(f, "{}: {}", self.key, self.problem) }
    }
}
