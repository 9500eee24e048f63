//! Ids as opaque words: 32 lower-case hexadecimal digits, drawn elsewhere. An id tells nothing and grants nothing.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Digits of an id.
const DIGITS: usize = 32;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Makes an id of 128 random bits.
            #[must_use]
            pub fn of(bits: u128) -> Self {
                Self(format!("{bits:032x}"))
            }

            /// Reads an id; none when the text is not 32 lower-case hexadecimal digits.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                is_id(text).then(|| Self(text.to_owned()))
            }

            /// The digits.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = &'static str;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text).ok_or("an id is 32 lower-case hexadecimal digits")
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id! {
    /// A customer.
    CustomerId
}
id! {
    /// A connection to a Drive.
    ConnectionId
}
id! {
    /// A review.
    ReviewId
}
id! {
    /// The payment for a review: what Stripe hands back as the reference of the client.
    PaymentId
}
id! {
    /// What a customer decided about a finding.
    DecisionId
}
id! {
    /// An e-mail that waits to be sent, or was.
    MailId
}
id! {
    /// A receipt for something that was deleted.
    ReceiptId
}
id! {
    /// One worker process, from its start to its end; a restarted worker has another.
    WorkerId
}

fn is_id(text: &str) -> bool {
    text.len() == DIGITS && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_back_and_nothing_else_is_one() {
        let id = ReviewId::of(0xabc);
        assert_eq!(id.as_str().len(), DIGITS);
        assert_eq!(ReviewId::parse(id.as_str()), Some(id.clone()));
        for bad in ["", "abc", "../../../../../../../etc/passwd.", "0123456789ABCDEF0123456789ABCDEF", "0123456789abcdef0123456789abcde "] {
            assert_eq!(ReviewId::parse(bad), None, "{bad}");
            assert!(serde_json::from_value::<ReviewId>(bad.into()).is_err(), "{bad}");
        }
        let written = serde_json::to_value(&id).unwrap();
        assert_eq!(written, id.as_str());
        assert_eq!(serde_json::from_value::<ReviewId>(written).unwrap(), id);
    }
}
