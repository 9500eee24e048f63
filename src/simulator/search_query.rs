//! The `q` parameter of a listing: the part of Google's grammar that a read-only client needs. It parses and it matches;
//! it knows nothing of HTTP.

use super::drive_tree::DriveItem;

/// A parsed condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Trashed(bool),
    SharedWithMe(bool),
    Starred(bool),
    ParentIs(String),
    Name(Comparison, String),
    Mime(Comparison, String),
    ModifiedAfter(String),
}

/// How a text is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equals,
    Differs,
    Contains,
}

impl Condition {
    /// Parses a query; an empty one holds for everything.
    ///
    /// # Errors
    /// A sentence about the first thing that is not understood.
    pub fn parse(query: &str) -> Result<Self, String> {
        if query.trim().is_empty() {
            return Ok(Self::All(Vec::new()));
        }
        let mut words = tokens(query)?;
        words.reverse();
        let condition = any(&mut words)?;
        match words.pop() {
            None => Ok(condition),
            Some(left) => Err(format!("unexpected {left:?}")),
        }
    }

    /// Whether an item fulfils the condition.
    pub fn holds(&self, item: &DriveItem) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(item)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(item)),
            Self::Not(part) => !part.holds(item),
            Self::Trashed(wanted) => item.trashed == *wanted,
            Self::SharedWithMe(wanted) => item.shared_with_me == *wanted,
            Self::Starred(wanted) => !wanted,
            Self::ParentIs(id) => item.parent.as_deref() == Some(id),
            Self::Name(how, text) => compare(*how, &item.name, text, true),
            Self::Mime(how, text) => compare(*how, &item.mime, text, false),
            Self::ModifiedAfter(time) => item.modified.as_str() > time.as_str(),
        }
    }

    /// Replaces the alias `root` by the id of the root folder.
    pub fn with_root(self, root: &str) -> Self {
        match self {
            Self::ParentIs(id) if id == "root" => Self::ParentIs(root.to_owned()),
            Self::All(parts) => Self::All(parts.into_iter().map(|part| part.with_root(root)).collect()),
            Self::Any(parts) => Self::Any(parts.into_iter().map(|part| part.with_root(root)).collect()),
            Self::Not(part) => Self::Not(Box::new(part.with_root(root))),
            other => other,
        }
    }

    /// Whether the query asks for the children of some folder.
    pub fn names_a_parent(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::names_a_parent),
            Self::Not(part) => part.names_a_parent(),
            Self::ParentIs(_) => true,
            Self::Trashed(_) | Self::SharedWithMe(_) | Self::Starred(_) | Self::Name(..) | Self::Mime(..) | Self::ModifiedAfter(_) => false,
        }
    }
}

/// `contains` on a name is prefix matching on its words, as Google documents it; on a MIME type it is a plain prefix.
fn compare(how: Comparison, have: &str, wanted: &str, by_words: bool) -> bool {
    match how {
        Comparison::Equals => have == wanted,
        Comparison::Differs => have != wanted,
        Comparison::Contains if by_words => {
            let (have, wanted) = (have.to_lowercase(), wanted.to_lowercase());
            have.starts_with(&wanted) || have.split(|c: char| !c.is_alphanumeric()).any(|word| word.starts_with(&wanted))
        }
        Comparison::Contains => have.starts_with(wanted),
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(String),
    Text(String),
    Sign(String),
}

fn tokens(query: &str) -> Result<Vec<Token>, String> {
    let mut found = Vec::new();
    let mut characters = query.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            c if c.is_whitespace() => {}
            '\'' => {
                let mut text = String::new();
                loop {
                    match characters.next() {
                        Some('\\') => text.extend(characters.next()),
                        Some('\'') => break,
                        Some(c) => text.push(c),
                        None => return Err("a text is not closed".to_owned()),
                    }
                }
                found.push(Token::Text(text));
            }
            '(' | ')' | '=' => found.push(Token::Sign(c.to_string())),
            '!' | '<' | '>' => {
                let mut sign = c.to_string();
                if characters.peek() == Some(&'=') {
                    sign.extend(characters.next());
                }
                found.push(Token::Sign(sign));
            }
            c if c.is_ascii_alphanumeric() => {
                let mut word = c.to_string();
                while let Some(next) = characters.next_if(char::is_ascii_alphanumeric) {
                    word.push(next);
                }
                found.push(Token::Word(word));
            }
            other => return Err(format!("unexpected {other:?}")),
        }
    }
    Ok(found)
}

/// Tokens are kept last first, so that `pop` takes the next one.
fn any(words: &mut Vec<Token>) -> Result<Condition, String> {
    let mut parts = vec![all(words)?];
    while take_word(words, "or") {
        parts.push(all(words)?);
    }
    Ok(single_or(parts, Condition::Any))
}

fn all(words: &mut Vec<Token>) -> Result<Condition, String> {
    let mut parts = vec![one(words)?];
    while take_word(words, "and") {
        parts.push(one(words)?);
    }
    Ok(single_or(parts, Condition::All))
}

fn single_or(mut parts: Vec<Condition>, many: fn(Vec<Condition>) -> Condition) -> Condition {
    if parts.len() == 1 { parts.remove(0) } else { many(parts) }
}

fn take_word(words: &mut Vec<Token>, wanted: &str) -> bool {
    let found = matches!(words.last(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(wanted));
    if found {
        words.pop();
    }
    found
}

fn one(words: &mut Vec<Token>) -> Result<Condition, String> {
    if take_word(words, "not") {
        return Ok(Condition::Not(Box::new(one(words)?)));
    }
    match words.pop() {
        Some(Token::Sign(sign)) if sign == "(" => {
            let inner = any(words)?;
            match words.pop() {
                Some(Token::Sign(sign)) if sign == ")" => Ok(inner),
                _ => Err("a parenthesis is not closed".to_owned()),
            }
        }
        Some(Token::Text(id)) => match (words.pop(), words.pop()) {
            (Some(Token::Word(operator)), Some(Token::Word(term))) if operator == "in" && term == "parents" => Ok(Condition::ParentIs(id)),
            _ => Err("only `in parents` may follow an id".to_owned()),
        },
        Some(Token::Word(term)) => comparison(&term, words),
        other => Err(format!("unexpected {other:?}")),
    }
}

fn comparison(term: &str, words: &mut Vec<Token>) -> Result<Condition, String> {
    let operator = match words.pop() {
        Some(Token::Sign(sign)) => sign,
        Some(Token::Word(word)) => word,
        other => return Err(format!("{term} is followed by {other:?}")),
    };
    let value = words.pop();
    match (term, operator.as_str(), value) {
        ("trashed", "=" | "!=", Some(Token::Word(word))) => Ok(Condition::Trashed(truth(&word, &operator)?)),
        ("sharedWithMe", "=" | "!=", Some(Token::Word(word))) => Ok(Condition::SharedWithMe(truth(&word, &operator)?)),
        ("starred", "=" | "!=", Some(Token::Word(word))) => Ok(Condition::Starred(truth(&word, &operator)?)),
        ("name", operator, Some(Token::Text(text))) => Ok(Condition::Name(how(operator)?, text)),
        ("mimeType", operator, Some(Token::Text(text))) => Ok(Condition::Mime(how(operator)?, text)),
        ("modifiedTime", ">", Some(Token::Text(text))) => Ok(Condition::ModifiedAfter(text)),
        (term, operator, value) => Err(format!("{term} {operator} {value:?} is not understood")),
    }
}

fn truth(word: &str, operator: &str) -> Result<bool, String> {
    match word {
        "true" => Ok(operator == "="),
        "false" => Ok(operator != "="),
        other => Err(format!("{other} is neither true nor false")),
    }
}

fn how(operator: &str) -> Result<Comparison, String> {
    match operator {
        "=" => Ok(Comparison::Equals),
        "!=" => Ok(Comparison::Differs),
        "contains" => Ok(Comparison::Contains),
        other => Err(format!("the operator {other} is not understood")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(name: &str) -> DriveItem {
        DriveItem { name: name.to_owned(), parent: Some("p1".to_owned()), mime: "application/pdf".to_owned(), ..DriveItem::default() }
    }

    #[test]
    fn queries_hold_or_do_not() {
        let cases = [
            ("trashed = false", true),
            ("trashed=true", false),
            ("trashed != true and 'p1' in parents", true),
            ("'root' in parents or 'p1' in parents", true),
            ("not 'p1' in parents", false),
            ("not ('p2' in parents or trashed = true)", true),
            ("mimeType != 'application/vnd.google-apps.folder'", true),
            ("mimeType contains 'application/'", true),
            ("name contains 'It'", true),
            ("name contains 's'", true),
            ("name contains 'port'", false),
            (r"name = 'It\'s a \\ report'", true),
            ("sharedWithMe = true", false),
            ("", true),
        ];
        for (query, expected) in cases {
            let condition = Condition::parse(query).unwrap_or_else(|error| panic!("{query}: {error}"));
            assert_eq!(condition.holds(&item(r"It's a \ report")), expected, "{query}");
        }
        for wrong in [
            "trashed",
            "name = 'x",
            "colour = 'red'",
            "(trashed = false",
            "trashed = maybe",
            "trashed = false trashed = true",
            "'a' in owners",
        ] {
            assert!(Condition::parse(wrong).is_err(), "{wrong} was accepted");
        }
    }
}
