//! Random tokens of 256 bits that browsers hold: made, hashed for the store, and turned into form tokens. It keeps none of them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use crate::account::TokenHash;
use crate::web::error::Told;
use crate::workflow::sign_in::token_hash;

const BYTES: usize = 32;

/// A token as the browser holds it. No `Debug`: whoever has it is signed in.
#[derive(Clone)]
pub(super) struct Token(String);

impl Token {
    /// Draws one.
    pub(super) fn fresh() -> Result<Self, Told> {
        let mut bytes = [0_u8; BYTES];
        getrandom::fill(&mut bytes).map_err(|_| Told::mistake("the machine gives no random numbers"))?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Reads what a browser sent; none when it cannot be one of ours.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        (bytes.len() == BYTES).then(|| Self(text.to_owned()))
    }

    /// As it is written into the cookie.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// What the store knows of it.
    pub(super) fn hash(&self) -> TokenHash {
        token_hash(&self.0)
    }

    /// The token of every form that is shown to the holder of this one.
    pub(super) fn form_token(&self) -> String {
        // A key of any length is taken.
        let mac = Hmac::<Sha256>::new_from_slice(self.0.as_bytes()).map(|mac| mac.chain_update(b"csrf").finalize().into_bytes());
        mac.map(|tag| URL_SAFE_NO_PAD.encode(tag)).unwrap_or_default()
    }

    /// Whether a form was shown to the holder of this token; compared in constant time.
    pub(super) fn has_form_token(&self, sent: &str) -> bool {
        let expected = self.form_token();
        !expected.is_empty() && bool::from(expected.as_bytes().ct_eq(sent.as_bytes()))
    }
}

/// The bits of a new id.
pub(super) fn id_bits() -> Result<u128, Told> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|_| Told::mistake("the machine gives no random numbers"))?;
    Ok(u128::from_be_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_token_belongs_to_one_browser() {
        let (one, other) = (Token::fresh().unwrap_or_else(|_| panic!("random")), Token::fresh().unwrap_or_else(|_| panic!("random")));
        assert!(one.has_form_token(&one.form_token()));
        assert!(!one.has_form_token(&other.form_token()));
        assert!(!one.has_form_token("") && !one.has_form_token(one.as_str()));
        assert_ne!(one.hash().as_str(), other.hash().as_str());
    }

    #[test]
    fn only_256_bits_are_a_token() {
        assert!(Token::parse("").is_none() && Token::parse("abc").is_none() && Token::parse(&"A".repeat(44)).is_none());
        assert!(Token::parse(&"A".repeat(43)).is_some());
    }
}
