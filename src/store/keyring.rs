//! The keys of the service: the first seals, all of them open. Never tells anything of a key but its id.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::ports::StoreFailure;
use crate::store::seal::{KEY_BYTES, KeyId, OTHER_KEY, key_id_of};
use crate::store::sealed_column::SealedColumn;
use crate::store::{Database, SealKey, StoreError};

/// Keys by which records are sealed and opened. No `Debug`: they are secrets.
pub struct KeyRing {
    first: SealKey,
    others: Vec<SealKey>,
}

impl KeyRing {
    /// Reads keys: each as base64 of 32 bytes, separated by commas, blanks or lines. The first seals, all of them open.
    ///
    /// # Errors
    /// When there is none, or one is not such a text, or stands there twice; told without showing it.
    pub fn parse(text: &SecretString) -> Result<Self, StoreError> {
        let mut keys: Vec<SealKey> = Vec::new();
        let words = text.expose_secret().split(|c: char| c == ',' || c.is_whitespace()).filter(|word| !word.is_empty());
        for (at, word) in words.enumerate() {
            let bad = |why: &str| StoreError::BadKeys { detail: format!("key {} {why}", at + 1) };
            let decoded = Zeroizing::new(BASE64.decode(word).map_err(|_| bad("is not base64"))?);
            let bytes = <[u8; KEY_BYTES]>::try_from(decoded.as_slice())
                .map_err(|_| bad(&format!("holds {} bytes and not {KEY_BYTES}", decoded.len())))?;
            let bytes = Zeroizing::new(bytes);
            if bytes.iter().all(|byte| *byte == bytes[0]) {
                return Err(bad("is one byte over and over, which is no random key"));
            }
            let key = SealKey::of(*bytes);
            if keys.iter().any(|known| known.id() == key.id()) {
                return Err(bad("stands there twice"));
            }
            keys.push(key);
        }
        let mut keys = keys.into_iter();
        let first = keys.next().ok_or_else(|| StoreError::BadKeys { detail: "there is none".to_owned() })?;
        Ok(Self { first, others: keys.collect() })
    }

    /// Draws a new key, in the form that [`KeyRing::parse`] reads.
    ///
    /// # Errors
    /// When the machine gives no random numbers.
    pub fn fresh_key() -> Result<SecretString, StoreError> {
        let mut bytes = Zeroizing::new([0_u8; KEY_BYTES]);
        getrandom::fill(bytes.as_mut()).map_err(|_| StoreError::NoRandomness)?;
        Ok(SecretString::from(BASE64.encode(bytes.as_ref())))
    }

    /// The id of the key that seals.
    pub(super) fn first_id(&self) -> KeyId {
        self.first.id()
    }

    /// Whether a key of this id is there.
    pub(super) fn knows(&self, id: KeyId) -> bool {
        self.with_id(id).is_some()
    }

    fn with_id(&self, id: KeyId) -> Option<&SealKey> {
        std::iter::once(&self.first).chain(&self.others).find(|key| key.id() == id)
    }

    /// Seals a value for its column in the row of a customer.
    pub(super) fn seal(&self, plain: &[u8], column: &SealedColumn, row: &str, customer: &str) -> Result<Vec<u8>, StoreFailure> {
        let sealed = self.first.seal(plain, &column.place(row, customer));
        sealed.map_err(|_| StoreFailure::Refused { detail: "this machine gives no random numbers to seal with".to_owned() })
    }

    /// Opens what was sealed for that column in the row of that customer.
    pub(super) fn open(&self, record: &[u8], column: &SealedColumn, row: &str, customer: &str) -> Result<Zeroizing<Vec<u8>>, StoreFailure> {
        let damaged = |detail: &str| StoreFailure::Damaged { what: column.what, detail: detail.to_owned() };
        let id = key_id_of(record).ok_or_else(|| damaged("it is not a sealed record"))?;
        let key = self.with_id(id).ok_or_else(|| damaged(OTHER_KEY))?;
        key.unseal(record, &column.place(row, customer)).map_err(damaged)
    }
}

impl Database {
    /// Seals a value as JSON.
    pub(super) fn seal_value<T: Serialize>(
        &self,
        value: &T,
        column: &SealedColumn,
        row: &str,
        customer: &str,
    ) -> Result<Vec<u8>, StoreFailure> {
        // Plain structs and lists of texts always have a JSON form.
        let plain = Zeroizing::new(serde_json::to_vec(value).unwrap_or_default());
        self.keys.seal(&plain, column, row, customer)
    }

    /// Opens a value that was sealed as JSON.
    pub(super) fn open_value<T: DeserializeOwned>(
        &self,
        record: &[u8],
        column: &SealedColumn,
        row: &str,
        customer: &str,
    ) -> Result<T, StoreFailure> {
        let plain = self.keys.open(record, column, row, customer)?;
        serde_json::from_slice(&plain)
            .map_err(|_| StoreFailure::Damaged { what: column.what, detail: "what is sealed in it is something else".to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sealed_column::{CONNECTION_ACCOUNT, CONNECTION_REFRESH_TOKEN};

    fn key(byte: u8) -> String {
        let mut bytes = [byte; KEY_BYTES];
        bytes[0] = 0xff;
        BASE64.encode(bytes)
    }

    fn ring(text: &str) -> Result<KeyRing, StoreError> {
        KeyRing::parse(&SecretString::from(text))
    }

    #[test]
    fn the_first_key_seals_and_all_open() {
        let old = ring(&key(1)).unwrap();
        let record = old.seal(b"x", &CONNECTION_ACCOUNT, "r", "c").unwrap();
        let both = ring(&format!(" {}, \n{}\n", key(2), key(1))).unwrap();
        assert_eq!(both.open(&record, &CONNECTION_ACCOUNT, "r", "c").unwrap().as_slice(), b"x");
        let newer = both.seal(b"x", &CONNECTION_ACCOUNT, "r", "c").unwrap();
        assert!(old.open(&newer, &CONNECTION_ACCOUNT, "r", "c").is_err(), "sealed with the first");
        for (column, row, customer) in
            [(CONNECTION_REFRESH_TOKEN, "r", "c"), (CONNECTION_ACCOUNT, "s", "c"), (CONNECTION_ACCOUNT, "r", "d")]
        {
            assert!(both.open(&record, &column, row, customer).is_err(), "opens elsewhere");
        }
        assert!(ring(KeyRing::fresh_key().unwrap().expose_secret()).is_ok());
    }

    #[test]
    fn bad_keys_are_told_without_showing_them() {
        let short = BASE64.encode([7_u8; 16]);
        for (text, expected) in [
            (String::new(), "there is none"),
            (" ,\n".to_owned(), "there is none"),
            (format!("{},not*base64", key(1)), "key 2 is not base64"),
            (short.clone(), "key 1 holds 16 bytes and not 32"),
            (format!("{} {}", key(1), key(1)), "key 2 stands there twice"),
            (BASE64.encode([0_u8; KEY_BYTES]), "key 1 is one byte over and over, which is no random key"),
        ] {
            let error = ring(&text).err().unwrap();
            assert_eq!(error, StoreError::BadKeys { detail: expected.to_owned() });
            let told = format!("{error} {error:?} {}", error.advice());
            assert!(!told.contains(&short) && !told.contains(&key(1)) && !told.contains("not*base64"));
        }
    }
}
