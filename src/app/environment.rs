//! The environment of the process: the only place that reads it.

use std::ffi::OsString;
use std::path::PathBuf;

/// All variables that are text; one that is not cannot be ours.
#[expect(clippy::disallowed_methods, reason = "the one place where the product reads the whole environment")]
pub(super) fn variables() -> Vec<(String, String)> {
    std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))).collect()
}

/// A variable that names a path; an empty one counts as not set.
#[expect(clippy::disallowed_methods, reason = "the one place where the product reads a variable")]
pub(super) fn path(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value: &OsString| !value.is_empty()).map(PathBuf::from)
}

/// A variable that is a text and no setting; an empty one counts as not set.
#[expect(clippy::disallowed_methods, reason = "the one place where the product reads a variable")]
pub(super) fn text(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
