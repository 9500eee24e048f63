//! Opens what the service works with: its database, and the robot's key.

use secrecy::{ExposeSecret, SecretString};

use crate::app::failure::{Exit, Failure};
use crate::app::service::keys::load_keys;
use crate::app::settings::{SetupError, data_dir, read_named};
use crate::drive::ServiceAccountKey;
use crate::ports::StoreFailure;
use crate::settings::Settings;
use crate::store::Database;

/// Opens the database; makes a SQLite file that is not there yet. Applies no migration.
///
/// # Errors
/// Bad keys, or the database does not answer.
pub(super) async fn open_database(settings: &Settings) -> Result<Database, Failure> {
    let keys = load_keys(settings)?;
    let url = database_url(settings)?;
    let most = u32::try_from(settings.database.max_connections).unwrap_or(u32::MAX);
    Database::open(&url, most, keys).await.map_err(|failure| of_database(&failure, settings))
}

/// The address of the database: the setting, else a file in the data folder.
///
/// # Errors
/// When there is no data folder.
pub(super) fn database_url(settings: &Settings) -> Result<SecretString, SetupError> {
    match &settings.database.url {
        Some(url) => Ok(url.clone()),
        None => Ok(SecretString::from(format!("sqlite:{}", data_dir(settings)?.join("crosswalk.db").display()))),
    }
}

/// A failure of the database, for the operator.
pub(super) fn of_database(failure: &StoreFailure, settings: &Settings) -> Failure {
    let is_sqlite = settings.database.url.as_ref().is_none_or(|url| url.expose_secret().starts_with("sqlite:"));
    let advice = match failure {
        StoreFailure::Full { .. } => "Make room, then start again; nothing was lost.",
        StoreFailure::Damaged { .. } => "Check that the keys are those with which it was sealed; if they are, restore a backup.",
        StoreFailure::Unavailable { .. } | StoreFailure::Refused { .. } if is_sqlite => {
            "Check that the folder of the database can be written by this user (database.url, data_dir)."
        }
        StoreFailure::Unavailable { .. } | StoreFailure::Refused { .. } => {
            "Check database.url, and that the server runs and lets this user in."
        }
    };
    Failure::new(Exit::Internal, format!("{}.", capitalised(&failure.to_string())), advice)
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The key of the robot with which customers share folders; none when none is set.
///
/// # Errors
/// When the file cannot be read, or is no key.
pub(super) fn robot_key(settings: &Settings) -> Result<Option<ServiceAccountKey>, SetupError> {
    let Some(path) = &settings.google.service_account_file else { return Ok(None) };
    let text = zeroize::Zeroizing::new(read_named(path, "The robot's key file (google.service_account_file)")?);
    let key = ServiceAccountKey::parse(&text).map_err(|detail| {
        SetupError::new(
            format!("The robot's key file {} cannot be used: {detail}.", path.display()),
            "Give the JSON key of a service account.",
        )
    })?;
    Ok(Some(key))
}
