//! An e-mail address with the name of who uses it, as settings name a sender. What it accepts is a part of what RFC 5322 permits: no
//! comment, no quoted local part, ASCII only in the address. It says nothing of whether anybody reads what is sent there.

use std::fmt;

/// A mailbox: `Crosswalk <reports@example.com>`, or the address alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    name: Option<String>,
    local: String,
    domain: String,
}

impl Mailbox {
    /// Reads a mailbox; none when the text is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.chars().any(char::is_control) {
            return None;
        }
        let (name, address) = match text.strip_suffix('>') {
            Some(rest) => {
                let (name, address) = rest.rsplit_once('<')?;
                (named(name.trim())?, address)
            }
            None => ("", text),
        };
        let (local, domain) = address.rsplit_once('@')?;
        let name = (!name.is_empty()).then(|| name.to_owned());
        (is_local(local) && is_domain(domain)).then(|| Self { name, local: local.to_owned(), domain: domain.to_ascii_lowercase() })
    }

    /// The name beside the address, without quotes.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// What stands before the `@`.
    #[must_use]
    pub fn local(&self) -> &str {
        &self.local
    }

    /// What stands behind the `@`, in lower case.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }
}

impl fmt::Display for Mailbox {
    /// The address alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}

/// The name before an address in angle brackets, with or without quotes around it; it may be empty. None when it is no name.
fn named(text: &str) -> Option<&str> {
    let bare = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    (!bare.contains(['"', '<', '>', '\\'])).then_some(bare.trim())
}

/// Words of letters, digits and the marks of RFC 5322 (`atext`), joined by single points; at most 64 characters (RFC 5321, 4.5.3.1.1).
fn is_local(text: &str) -> bool {
    let is_mark = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b);
    text.len() <= 64 && text.split('.').all(|word| !word.is_empty() && word.bytes().all(is_mark))
}

/// Labels of a host name (RFC 1123, 2.1), two or more unless it is this machine.
fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        let inside = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        (1..=63).contains(&label.len()) && label.bytes().all(inside) && !label.starts_with('-') && !label.ends_with('-')
    };
    let is_known_place = text.contains('.') || text.eq_ignore_ascii_case("localhost");
    text.len() <= 253 && is_known_place && text.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mailboxes_are_read() {
        let read = |text| Mailbox::parse(text).map(|mailbox| (mailbox.name().map(str::to_owned), mailbox.to_string()));
        let is = |name: Option<&str>, address: &str| Some((name.map(str::to_owned), address.to_owned()));
        assert_eq!(read("reports@example.com"), is(None, "reports@example.com"));
        assert_eq!(read(" Crosswalk <a.b+c@Mail.Example.COM> "), is(Some("Crosswalk"), "a.b+c@mail.example.com"));
        assert_eq!(read("\"Prüfung, Abteilung 3\" <q@example.com>"), is(Some("Prüfung, Abteilung 3"), "q@example.com"));
        assert_eq!(read("<q@localhost>"), is(None, "q@localhost"));
    }

    #[test]
    fn what_is_no_mailbox_is_refused() {
        let long = format!("{}@example.com", "a".repeat(65));
        for text in [
            "",
            "reports",
            "@example.com",
            "a@",
            "a@b",
            "a b@example.com",
            "a..b@example.com",
            ".a@example.com",
            "a@-b.example",
            "a@exa mple.com",
            "a@münchen.example",
            "ä@example.com",
            "a@example.com\r\nBcc: b@example.com",
            "X\n <a@example.com>",
            "a@example.com, b@example.com",
            "<a@example.com> <b@example.com>",
            "A \"x\" <a@example.com>",
            "A <a@example.com",
            "\"a b\"@example.com",
            "a@[127.0.0.1]",
            &long,
        ] {
            assert!(Mailbox::parse(text).is_none(), "{text:?}");
        }
    }
}
