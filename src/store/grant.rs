//! The grant that `crosswalk connect` got, in one sealed file.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use crate::store::{SealKey, StoreError, private_file};

const FILE: &str = "drive-grant.sealed";
const IDENTITY: &str = "drive-grant/terminal";

/// A grant as kept. No `Debug`: it holds a secret.
#[derive(Clone)]
pub struct StoredGrant {
    /// The refresh token.
    pub refresh_token: SecretString,
    /// The client that it was given to; a token works with no other.
    pub client_id: String,
    /// The scopes that were granted, separated by blanks.
    pub scope: String,
    /// The addresses that it may be sent to, as settings named them when it was granted.
    pub endpoints: String,
    /// When.
    pub granted_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct Record {
    refresh_token: String,
    client_id: String,
    scope: String,
    endpoints: String,
    /// Seconds since 1970, UTC.
    granted_at: i64,
}

impl Drop for Record {
    fn drop(&mut self) {
        self.refresh_token.zeroize();
    }
}

/// The place of the grant.
pub struct GrantFile {
    data_dir: PathBuf,
}

impl GrantFile {
    /// The grant of a data folder.
    #[must_use]
    pub fn in_folder(data_dir: &Path) -> Self {
        Self { data_dir: data_dir.to_owned() }
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.data_dir.join(FILE)
    }

    /// Seals and stores a grant in the place of an older one.
    ///
    /// # Errors
    /// When the key or the file cannot be used.
    pub fn save(&self, grant: &StoredGrant) -> Result<(), StoreError> {
        let key = SealKey::load_or_create(&self.data_dir)?;
        let record = Record {
            refresh_token: grant.refresh_token.expose_secret().to_owned(),
            client_id: grant.client_id.clone(),
            scope: grant.scope.clone(),
            endpoints: grant.endpoints.clone(),
            granted_at: grant.granted_at.as_second(),
        };
        // A struct of texts always serialises.
        let plain = Zeroizing::new(serde_json::to_vec(&record).unwrap_or_default());
        private_file::replace(&self.path(), &key.seal(&plain, IDENTITY)?)
    }

    /// Loads the grant; none when there is none.
    ///
    /// # Errors
    /// When the key is missing or open to others, or the file is damaged.
    pub fn load(&self) -> Result<Option<StoredGrant>, StoreError> {
        let path = self.path();
        let Some(sealed) = private_file::read(&path)? else { return Ok(None) };
        let damaged = |detail| StoreError::Damaged { path: path.clone(), detail };
        let key = SealKey::load(&self.data_dir)?.ok_or_else(|| damaged("the key beside it is missing"))?;
        let plain = key.open(&sealed, IDENTITY, &path)?;
        let mut record: Record = serde_json::from_slice(&plain).map_err(|_| damaged("what is sealed in it is no grant"))?;
        let granted_at = Timestamp::from_second(record.granted_at).map_err(|_| damaged("its date is no date"))?;
        Ok(Some(StoredGrant {
            refresh_token: SecretString::from(std::mem::take(&mut record.refresh_token)),
            client_id: std::mem::take(&mut record.client_id),
            scope: std::mem::take(&mut record.scope),
            endpoints: std::mem::take(&mut record.endpoints),
            granted_at,
        }))
    }

    /// Deletes the grant. False when there was none.
    ///
    /// # Errors
    /// When the file cannot be removed.
    pub fn delete(&self) -> Result<bool, StoreError> {
        private_file::remove(&self.path())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_is_kept_sealed_and_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let file = GrantFile::in_folder(folder.path());
        assert!(file.load().unwrap().is_none());
        let mut grant = StoredGrant {
            refresh_token: SecretString::from("1//canary-token"),
            client_id: "client".into(),
            scope: "s".into(),
            endpoints: "e".into(),
            granted_at: Timestamp::UNIX_EPOCH,
        };
        file.save(&grant).unwrap();
        grant.client_id = "second".into();
        file.save(&grant).unwrap();
        let loaded = file.load().unwrap().unwrap();
        assert_eq!(loaded.refresh_token.expose_secret(), "1//canary-token");
        assert_eq!((loaded.client_id.as_str(), loaded.granted_at), ("second", Timestamp::UNIX_EPOCH));
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            assert!(!bytes.windows(12).any(|window| window == b"canary-token"), "in clear");
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "key and grant, nothing left beside");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(file.path()).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert!(file.delete().unwrap());
        assert!(!file.delete().unwrap());
        assert!(file.load().unwrap().is_none());
    }
}
