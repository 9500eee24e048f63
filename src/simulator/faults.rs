//! Faults as data: which requests are answered badly, how, and how often. It never decides on its own.

use std::sync::{Mutex, PoisonError};

/// A bad answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultAnswer {
    /// An error in Google's shape.
    Error {
        /// HTTP status.
        status: u16,
        /// `errors[0].reason`.
        reason: String,
        /// The `Retry-After` header, if any: seconds or an HTTP date.
        retry_after: Option<String>,
    },
    /// Any status with any body, for example an HTML page from a proxy.
    Body {
        /// HTTP status.
        status: u16,
        /// The `Content-Type` header.
        content_type: String,
        /// The body.
        body: String,
    },
    /// The right answer, broken off after so many bytes of its body.
    CutBody {
        /// Bytes that still arrive.
        keep_bytes: usize,
    },
    /// The right answer with one byte of its body changed.
    CorruptBody,
    /// The right answer, late.
    Delay {
        /// How late.
        milliseconds: u64,
    },
}

/// One rule of a fault script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Requests whose path (without query) begins like this are meant.
    pub path_prefix: String,
    /// If not empty, the undecoded query must contain this as well.
    pub query_contains: String,
    /// So many matching requests are answered rightly first.
    pub skip: u32,
    /// So many are then answered badly; `u32::MAX` for ever.
    pub times: u32,
    /// How.
    pub answer: FaultAnswer,
}

impl Fault {
    /// The first `times` requests below a path get that answer.
    #[must_use]
    pub fn first(times: u32, path_prefix: &str, answer: FaultAnswer) -> Self {
        Self { path_prefix: path_prefix.to_owned(), query_contains: String::new(), skip: 0, times, answer }
    }
}

/// A script being played.
#[derive(Debug, Default)]
pub(super) struct FaultScript {
    rules: Mutex<Vec<Fault>>,
}

impl FaultScript {
    pub fn new(rules: Vec<Fault>) -> Self {
        Self { rules: Mutex::new(rules) }
    }

    pub fn add(&self, rule: Fault) {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner).push(rule);
    }

    /// The fault for this request, used up by one; the first rule that still has something to say wins.
    pub fn take(&self, path: &str, query: &str) -> Option<FaultAnswer> {
        let mut rules = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        let matching = rules.iter_mut().filter(|rule| path.starts_with(&rule.path_prefix) && query.contains(&rule.query_contains));
        for rule in matching {
            if rule.skip > 0 {
                rule.skip -= 1;
                return None;
            }
            if rule.times > 0 {
                rule.times = if rule.times == u32::MAX { u32::MAX } else { rule.times - 1 };
                return Some(rule.answer.clone());
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_skips_then_answers_then_is_used_up() {
        let answer = FaultAnswer::CorruptBody;
        let script = FaultScript::new(vec![Fault { skip: 1, ..Fault::first(2, "/drive", answer.clone()) }]);
        let given: Vec<_> = (0..4).map(|_| script.take("/drive/v3/files", "")).collect();
        assert_eq!(given, [None, Some(answer.clone()), Some(answer), None]);
        assert_eq!(script.take("/token", ""), None);
    }
}
