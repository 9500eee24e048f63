//! Where the keys that seal everything at rest come from: the environment, or a credential file outside the data folder. A key that lies
//! beside what it seals protects nothing.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use crate::app::settings::{SetupError, data_dir, read_named};
use crate::settings::Settings;
use crate::store::KeyRing;

const HOW_TO_SET: &str = "Make one with `crosswalk doctor --new-key`, and hand it over as CROSSWALK_SEAL__KEYS, or write it to a file outside \
                          the data folder that only this user can read and name that file in seal.keys_file (systemd: LoadCredential). Keep \
                          a copy in a safe place: without it nothing that was sealed can be opened again.";

/// Loads the keys.
///
/// # Errors
/// When there are none, when they lie where they must not, or when they are no keys.
pub(super) fn load_keys(settings: &Settings) -> Result<KeyRing, SetupError> {
    KeyRing::parse(&key_text(settings)?).map_err(|error| SetupError::new(format!("The keys cannot be used: {error}."), HOW_TO_SET))
}

/// A secret of this installation, the same in every process of it, made from the keys: names by which customers prove that a folder is
/// theirs are made with it. With another first key the names are others, and a proof under way begins anew.
///
/// # Errors
/// As [`load_keys`].
pub(super) fn folder_proof_key(settings: &Settings) -> Result<SecretString, SetupError> {
    let text = key_text(settings)?;
    let first = text.expose_secret().split(|c: char| c == ',' || c.is_whitespace()).find(|word| !word.is_empty()).unwrap_or_default();
    // A hash of a random key of 256 bits and a purpose of its own tells nothing about the key.
    let digest = Sha256::new().chain_update(b"crosswalk folder proof").chain_update(first).finalize();
    Ok(SecretString::from(BASE64.encode(digest)))
}

fn key_text(settings: &Settings) -> Result<SecretString, SetupError> {
    let seal = &settings.seal;
    if seal.are_keys_in_file {
        return Err(SetupError::new("seal.keys stands in the settings file, where keys must not lie.", HOW_TO_SET));
    }
    match (&seal.keys, &seal.keys_file) {
        (Some(_), Some(_)) => Err(SetupError::new("There are keys in CROSSWALK_SEAL__KEYS and a seal.keys_file.", "Set one of the two.")),
        (Some(keys), None) => Ok(keys.clone()),
        (None, Some(path)) => {
            refuse_careless_place(path, settings)?;
            Ok(SecretString::from(read_named(path, "The key file")?))
        }
        (None, None) => Err(SetupError::new("There is no key to seal with (seal.keys).", HOW_TO_SET)),
    }
}

fn refuse_careless_place(path: &Path, settings: &Settings) -> Result<(), SetupError> {
    let resolved = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if resolved(path).starts_with(resolved(&data_dir(settings)?)) {
        let happened = format!("The key file {} lies in the data folder, beside what it seals.", path.display());
        return Err(SetupError::new(happened, "Move it elsewhere, for example to /etc/crosswalk, and name it in seal.keys_file."));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // Read by its group is how systemd and secret mounts hand files over; read by everybody is a mistake.
        let of_everybody = std::fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o007 != 0);
        if of_everybody {
            let happened = format!("The key file {} may be read by every user of this machine.", path.display());
            return Err(SetupError::new(
                happened,
                format!("Run `chmod o= {}`; if others may have read it, make a new key.", path.display()),
            ));
        }
    }
    Ok(())
}
