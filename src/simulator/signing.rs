//! The simulated Google's RSA keys: those that sign ID tokens, and the one of its service account. Made anew at every
//! start, so nothing secret lies in the program.

use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// A key pair with a name.
pub(super) struct SigningKey {
    pub id: String,
    pair: RsaKeyPair,
}

impl SigningKey {
    /// Makes a key; none when the machine gives no random numbers.
    pub fn make(id: &str) -> Option<Self> {
        Some(Self { id: id.to_owned(), pair: RsaKeyPair::generate(KeySize::Rsa2048).ok()? })
    }

    /// Signs a message (RS256).
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        // A signature that could not be made is one that nobody accepts.
        let _ = self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature);
        signature
    }

    /// Whether this key made the signature.
    pub fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, self.public_der()).verify(message, signature).is_ok()
    }

    /// The public key as DER (RFC 8017, `RSAPublicKey`).
    pub fn public_der(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    /// The private key in PEM form (PKCS #8).
    pub fn private_pem(&self) -> String {
        let der = AsDer::<Pkcs8V1Der<'static>>::as_der(&self.pair).map(|der| der.as_ref().to_vec()).unwrap_or_default();
        let text = STANDARD.encode(der);
        let lines: Vec<&str> = text.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
        format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"))
    }

    fn jwk(&self) -> Value {
        let (modulus, exponent) = modulus_and_exponent(self.public_der()).unwrap_or_default();
        json!({
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.id,
            "n": URL_SAFE_NO_PAD.encode(modulus), "e": URL_SAFE_NO_PAD.encode(exponent),
        })
    }
}

/// The two whole numbers of an `RSAPublicKey`.
fn modulus_and_exponent(der: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let (sequence, _) = element(0x30, der)?;
    let (modulus, rest) = element(0x02, sequence)?;
    let (exponent, _) = element(0x02, rest)?;
    let plain = |number: &[u8]| number.iter().copied().skip_while(|byte| *byte == 0).collect();
    Some((plain(modulus), plain(exponent)))
}

/// The content of a DER element with that tag, and what follows it.
fn element(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (_, rest) = der.split_first().filter(|(first, _)| **first == tag)?;
    let (length, rest) = rest.split_first()?;
    let (length, rest) = if *length < 0x80 {
        (usize::from(*length), rest)
    } else {
        let (bytes, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
        (bytes.iter().fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte)), rest)
    };
    rest.split_at_checked(length)
}

/// The keys that sign ID tokens; the last one signs.
pub(super) struct SigningKeys {
    keys: Mutex<Vec<Arc<SigningKey>>>,
}

impl SigningKeys {
    pub fn make() -> Option<Self> {
        Some(Self { keys: Mutex::new(vec![Arc::new(SigningKey::make("sim-key-1")?)]) })
    }

    /// The key that signs now.
    pub fn current(&self) -> Option<Arc<SigningKey>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).last().cloned()
    }

    /// Signs with a new key from now on, and no longer names the old one.
    pub fn rotate(&self) {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let number = keys.last().and_then(|key| key.id.rsplit('-').next()?.parse::<u32>().ok()).unwrap_or(0) + 1;
        if let Some(key) = SigningKey::make(&format!("sim-key-{number}")) {
            *keys = vec![Arc::new(key)];
        }
    }

    /// The key set document (RFC 7517).
    pub fn document(&self) -> Value {
        let keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        json!({ "keys": keys.iter().map(|key| key.jwk()).collect::<Vec<_>>() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_of_its_key() {
        let (key, other) = (SigningKey::make("a").unwrap(), SigningKey::make("b").unwrap());
        let signature = key.sign(b"message");
        assert!(key.has_signed(b"message", &signature) && !other.has_signed(b"message", &signature) && !key.has_signed(b"x", &signature));
        let (modulus, exponent) = modulus_and_exponent(key.public_der()).unwrap();
        assert_eq!((modulus.len(), exponent.as_slice()), (256, &[1, 0, 1][..]));
    }
}
