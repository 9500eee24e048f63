//! `security.txt` (RFC 9116): to whom one tells of a weakness. It knows no more of the operator than the settings say.

use std::fmt::Write as _;

use jiff::SignedDuration;

use crate::web::kept::{FOR_MINUTES, KeptBody};
use crate::web::site::Site;
use crate::web::site::links::segment;

/// How long the file may be believed. RFC 9116, 2.5.5 wants less than a year, and somebody who vouches for it. Whoever starts the service
/// does: each start is a new promise, and a service that nobody has started for so long (no update either) should not be believed.
const BELIEVED_FOR: SignedDuration = SignedDuration::from_hours(24 * 300);

/// `/.well-known/security.txt`; not on the shelf while no contact is set.
pub(super) fn file(site: &Site) -> KeptBody {
    let contact = site.about.contact_email.as_deref().unwrap_or_default();
    // The latest time there is lies in the year 9999.
    let expires = site.about.started_at.checked_add(BELIEVED_FOR).unwrap_or(jiff::Timestamp::MAX);
    let expires = expires.strftime("%Y-%m-%dT%H:%M:%SZ");
    let mut text = format!("Contact: {}\nExpires: {expires}\nPreferred-Languages: en\n", mail_address(contact));
    // Addresses in it must be https (RFC 9116, 2.5.2 and 2.5.7); a service on one's own machine has none.
    if site.about.public_url.scheme() == "https" {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "Canonical: {}", site.address("/.well-known/security.txt"));
        let _ = writeln!(text, "Policy: {}", site.address("/terms#you"));
    }
    KeptBody::new(text, "text/plain; charset=utf-8", FOR_MINUTES)
}

/// An address of mail as a URI (RFC 6068): what stands before and after the `@` holds no character of another meaning.
fn mail_address(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => format!("mailto:{}@{}", segment(local).replace("%2B", "+"), segment(domain)),
        None => format!("mailto:{}", segment(address)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_address_can_add_a_line() {
        for (address, expected) in [
            ("security@example.com", "mailto:security@example.com"),
            ("security+a@example.com", "mailto:security+a@example.com"),
            ("a\nContact: evil@example.com", "mailto:a%0AContact%3A%20evil@example.com"),
            ("nobody", "mailto:nobody"),
        ] {
            assert_eq!(mail_address(address), expected);
        }
    }
}
