//! Sealing at rest: XChaCha20-Poly1305 with a key of this installation. Each record names its key and is bound to the
//! place it belongs to, so that a record copied to another place does not open there.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret, SecretBox};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::store::{StoreError, private_file};

const KEY_FILE: &str = "seal.key";
pub(super) const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
pub(super) const KEY_ID_BYTES: usize = 8;
/// Begins every sealed record; a later format gets another.
pub(super) const MARK: &[u8] = b"CWS1";

/// A name for a key that tells nothing about it.
pub(super) type KeyId = [u8; KEY_ID_BYTES];

const CUT_SHORT: &str = "it is cut short";
pub(super) const OTHER_KEY: &str = "it was sealed with another key";

/// Which key a record was sealed with; none when it is no sealed record.
pub(super) fn key_id_of(record: &[u8]) -> Option<KeyId> {
    record.strip_prefix(MARK)?.first_chunk().copied()
}

/// The key of this installation. No `Debug`: it is a secret.
pub struct SealKey {
    key: SecretBox<[u8; KEY_BYTES]>,
    id: KeyId,
}

impl SealKey {
    /// Loads the key of a data folder; creates folder and key (mode 0600) when there are none.
    ///
    /// # Errors
    /// When others may read the key, or files cannot be read or written.
    pub fn load_or_create(data_dir: &Path) -> Result<Self, StoreError> {
        private_file::make_folder(data_dir)?;
        if let Some(key) = Self::load(data_dir)? {
            return Ok(key);
        }
        let mut fresh = Zeroizing::new([0_u8; KEY_BYTES]);
        getrandom::fill(fresh.as_mut()).map_err(|_| StoreError::NoRandomness)?;
        let text = Zeroizing::new(format!("{}\n", BASE64.encode(fresh.as_ref())));
        // Two first runs at one time: the one that comes second takes the key of the first.
        private_file::create_new(&key_path(data_dir), text.as_bytes())?;
        Self::load(data_dir)?.ok_or_else(|| damaged(&key_path(data_dir), "it vanished"))
    }

    /// Loads the key of a data folder; none when there is none.
    ///
    /// # Errors
    /// As [`SealKey::load_or_create`].
    pub fn load(data_dir: &Path) -> Result<Option<Self>, StoreError> {
        let path = key_path(data_dir);
        let Some(text) = private_file::read(&path)?.map(Zeroizing::new) else { return Ok(None) };
        if !private_file::is_private(&path)? {
            return Err(StoreError::TooOpen { path });
        }
        let decoded = Zeroizing::new(BASE64.decode(text.trim_ascii()).map_err(|_| damaged(&path, "it is not a key"))?);
        let key = <[u8; KEY_BYTES]>::try_from(decoded.as_slice()).map_err(|_| damaged(&path, "it is not a key"))?;
        Ok(Some(Self::of(key)))
    }

    pub(super) fn of(key: [u8; KEY_BYTES]) -> Self {
        let mut id = [0; KEY_ID_BYTES];
        let digest = Sha256::new().chain_update(b"crosswalk seal key id").chain_update(key).finalize();
        id.copy_from_slice(&digest[..KEY_ID_BYTES]);
        Self { key: SecretBox::new(Box::new(key)), id }
    }

    pub(super) fn id(&self) -> KeyId {
        self.id
    }

    /// Seals bytes for the place `identity` (a file or row).
    ///
    /// # Errors
    /// When the machine gives no random numbers.
    pub fn seal(&self, plain: &[u8], identity: &str) -> Result<Vec<u8>, StoreError> {
        let mut nonce = [0_u8; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(|_| StoreError::NoRandomness)?;
        let sealed = self
            .cipher()
            .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: &self.bound_to(identity) })
            .map_err(|_| StoreError::NoRandomness)?;
        Ok([MARK, &self.id, &nonce, &sealed].concat())
    }

    /// Opens a record that was sealed for `identity`; `path` is for the error's words.
    ///
    /// # Errors
    /// When the record is damaged, sealed with another key, or belongs to another place.
    pub fn open(&self, record: &[u8], identity: &str, path: &Path) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        self.unseal(record, identity).map_err(|detail| damaged(path, detail))
    }

    /// As [`SealKey::open`], for what is no file: says what does not fit.
    pub(super) fn unseal(&self, record: &[u8], identity: &str) -> Result<Zeroizing<Vec<u8>>, &'static str> {
        let rest = record.strip_prefix(MARK).ok_or("it is not a sealed record")?;
        let (id, rest) = rest.split_at_checked(KEY_ID_BYTES).ok_or(CUT_SHORT)?;
        if id != self.id {
            return Err(OTHER_KEY);
        }
        let (nonce, sealed) = rest.split_at_checked(NONCE_BYTES).ok_or(CUT_SHORT)?;
        let nonce = XNonce::try_from(nonce).map_err(|_| CUT_SHORT)?;
        let plain = self.cipher().decrypt(&nonce, Payload { msg: sealed, aad: &self.bound_to(identity) });
        plain.map(Zeroizing::new).map_err(|_| "it was changed, or belongs to another place")
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.key.expose_secret().into())
    }

    fn bound_to(&self, identity: &str) -> Vec<u8> {
        [MARK, &self.id, identity.as_bytes()].concat()
    }
}

fn key_path(data_dir: &Path) -> PathBuf {
    data_dir.join(KEY_FILE)
}

fn damaged(path: &Path, detail: &'static str) -> StoreError {
    StoreError::Damaged { path: path.to_owned(), detail }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_opens_only_as_it_was_sealed() {
        let key = SealKey::of([7; KEY_BYTES]);
        let path = Path::new("record");
        let record = key.seal(b"the secret", "row 1").unwrap();
        assert!(!record.windows(6).any(|window| window == b"secret"));
        assert_eq!(key.open(&record, "row 1", path).unwrap().as_slice(), b"the secret");
        assert!(key.open(&record, "row 2", path).is_err(), "another place");
        assert!(SealKey::of([8; KEY_BYTES]).open(&record, "row 1", path).is_err(), "another key");
        for at in 0..record.len() {
            let mut changed = record.clone();
            changed[at] ^= 1;
            assert!(key.open(&changed, "row 1", path).is_err(), "byte {at} changed");
            assert!(key.open(&record[..at], "row 1", path).is_err(), "cut at {at}");
        }
        assert_ne!(record, key.seal(b"the secret", "row 1").unwrap(), "a nonce is used once");
    }

    #[test]
    fn the_key_file_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let data_dir = folder.path().join("deep/data");
        let record = SealKey::load_or_create(&data_dir).unwrap().seal(b"x", "i").unwrap();
        assert!(SealKey::load_or_create(&data_dir).unwrap().open(&record, "i", Path::new("r")).is_ok(), "the same key again");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let path = key_path(&data_dir);
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
            let error = SealKey::load(&data_dir).err().unwrap();
            assert!(matches!(error, StoreError::TooOpen { .. }) && error.advice().contains("chmod 600"));
        }
        std::fs::write(key_path(&data_dir), "short").unwrap();
        assert!(SealKey::load(&data_dir).is_err());
    }
}
