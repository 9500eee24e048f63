//! The `fields` parameter: `a,b(c,d/e),*`. It parses a mask and cuts a JSON value down to it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// A parsed mask: each named field with the mask of what is below it; an empty map means all of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct FieldMask(BTreeMap<String, FieldMask>);

impl FieldMask {
    /// Parses a mask.
    ///
    /// # Errors
    /// The part that makes no sense.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut rest = text;
        let mask = parse_list(&mut rest)?;
        if rest.is_empty() { Ok(mask) } else { Err(rest.to_owned()) }
    }

    /// The mask below a field; `*` stands for any field.
    pub fn below(&self, field: &str) -> Option<&FieldMask> {
        self.0.get(field).or_else(|| self.0.get("*"))
    }

    /// Names at this level.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The value with only what the mask names.
    pub fn cut(&self, value: &Value) -> Value {
        if self.0.is_empty() {
            return value.clone();
        }
        match value {
            Value::Array(items) => Value::Array(items.iter().map(|item| self.cut(item)).collect()),
            Value::Object(fields) => {
                let kept: Map<String, Value> =
                    fields.iter().filter_map(|(name, value)| self.below(name).map(|mask| (name.clone(), mask.cut(value)))).collect();
                Value::Object(kept)
            }
            other => other.clone(),
        }
    }
}

fn parse_list(rest: &mut &str) -> Result<FieldMask, String> {
    let mut mask = FieldMask::default();
    loop {
        let end = rest.find([',', '(', ')', '/']).unwrap_or(rest.len());
        let name = rest[..end].trim();
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '*' || c == '_') {
            return Err(rest.to_owned());
        }
        *rest = &rest[end..];
        let below = if let Some(inner) = rest.strip_prefix('(') {
            *rest = inner;
            let below = parse_list(rest)?;
            *rest = rest.strip_prefix(')').ok_or_else(|| "missing )".to_owned())?;
            below
        } else if let Some(inner) = rest.strip_prefix('/') {
            let end = inner.find([',', ')']).unwrap_or(inner.len());
            let below = FieldMask::parse(&inner[..end])?;
            *rest = &inner[end..];
            below
        } else {
            FieldMask::default()
        };
        mask.0.insert(name.to_owned(), below);
        match rest.strip_prefix(',') {
            Some(next) => *rest = next,
            None => return Ok(mask),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_mask_cuts_to_what_it_names() {
        let value = json!({ "a": 1, "files": [{ "id": "x", "size": "3", "capabilities": { "canDownload": true, "canEdit": false } }] });
        let cut = |mask: &str| FieldMask::parse(mask).map(|mask| mask.cut(&value));
        assert_eq!(
            cut("files(id,capabilities(canDownload))").unwrap(),
            json!({ "files": [{ "id": "x", "capabilities": { "canDownload": true } }] })
        );
        assert_eq!(cut("files/id").unwrap(), json!({ "files": [{ "id": "x" }] }));
        assert_eq!(cut("*").unwrap(), value);
        for wrong in ["files(id", "files(id))", "", "a,,b", "a b"] {
            assert!(cut(wrong).is_err(), "{wrong:?} was accepted");
        }
    }
}
