//! Chooses what a sign-in to Google rests on, and wires a Drive as a source.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use secrecy::SecretString;
use thiserror::Error;

use crate::app::environment;
use crate::app::settings::{SetupError, data_dir, read_named};
use crate::drive::{AccessTokens, Credentials, DriveScope, DriveSource, RotationSink, ServiceAccountKey, WireLog};
use crate::ports::{Clock, SourceError};
use crate::settings::Settings;
use crate::store::{GrantFile, StoreError, StoredGrant};

/// Why a Drive cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DriveSetupError {
    /// Settings or files are wrong: bad usage.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// Nobody has signed in, or the stored sign-in cannot be used: not authorised.
    #[error("{0}")]
    NotAuthorised(SetupError),
    /// The connection cannot be made.
    #[error(transparent)]
    Source(#[from] SourceError),
}

/// Opens a Drive for reading. Credentials: `credentials_file` (`--credentials`), else `GOOGLE_APPLICATION_CREDENTIALS`,
/// else `google.service_account_file`, else the grant that `crosswalk connect` stored.
///
/// # Errors
/// See [`DriveSetupError`].
pub fn open_drive(
    scope: DriveScope,
    settings: &Settings,
    credentials_file: Option<&Path>,
    clock: Arc<dyn Clock>,
    wire_log: WireLog,
) -> Result<DriveSource, DriveSetupError> {
    let (credentials, on_rotation) = choose(settings, credentials_file)?;
    let tokens = AccessTokens::new(credentials, &settings.google, &settings.drive, clock.clone(), wire_log.clone(), on_rotation)?;
    Ok(DriveSource::new(scope, settings, Arc::new(tokens), clock, wire_log)?)
}

fn choose(settings: &Settings, credentials_file: Option<&Path>) -> Result<(Credentials, Option<RotationSink>), DriveSetupError> {
    let from_environment = || environment::path("GOOGLE_APPLICATION_CREDENTIALS");
    let file = credentials_file.map(Path::to_owned).or_else(from_environment).or_else(|| settings.google.service_account_file.clone());
    match file {
        Some(file) => {
            let text = SecretText(read_named(&file, "The credentials file")?);
            let key = ServiceAccountKey::parse(&text.0).map_err(|detail| {
                SetupError::new(
                    format!("The credentials file {} cannot be used: {detail}.", file.display()),
                    "Give the JSON key of a service account, or run `crosswalk connect` and give none.",
                )
            })?;
            Ok((Credentials::ServiceAccount(Box::new(key)), None))
        }
        None => stored(settings),
    }
}

fn stored(settings: &Settings) -> Result<(Credentials, Option<RotationSink>), DriveSetupError> {
    let file = GrantFile::in_folder(&data_dir(settings)?);
    let grant = file.load().map_err(|error| DriveSetupError::NotAuthorised(of_store(&error)))?.ok_or_else(|| {
        DriveSetupError::NotAuthorised(SetupError::new(
            "Nobody has signed in to Google on this machine.",
            "Run `crosswalk connect`, or give the key of a service account with --credentials FILE.",
        ))
    })?;
    // A crosswalk.toml may lie in any folder that a command is run in; a sign-in must not follow it to another server.
    // The environment is the person's own.
    let is_trusted = |(granted, named, variable): (&str, &str, &str)| granted == named || environment::path(variable).is_some();
    let (granted_token, granted_drive) = grant.endpoints.split_once(' ').unwrap_or_default();
    let named = (settings.google.token_url.as_str(), settings.google.drive_url.as_str());
    if !is_trusted((granted_token, named.0, "CROSSWALK_GOOGLE__TOKEN_URL"))
        || !is_trusted((granted_drive, named.1, "CROSSWALK_GOOGLE__DRIVE_URL"))
    {
        return Err(DriveSetupError::NotAuthorised(SetupError::new(
            "the stored sign-in was made with other addresses than the settings now name (google.token_url, google.drive_url), so it was not used",
            "Remove those settings (look for a crosswalk.toml in the current folder), or run `crosswalk connect` again if you mean them.",
        )));
    }
    let credentials = Credentials::Installed {
        // A refresh token works only with the client that it was given to.
        client_secret: settings
            .google
            .installed_client_secret
            .clone()
            .filter(|_| settings.google.installed_client_id.as_ref().is_none_or(|id| *id == grant.client_id)),
        client_id: grant.client_id.clone(),
        refresh_token: grant.refresh_token.clone(),
    };
    Ok((credentials, Some(keep_rotated(file, grant))))
}

/// Stores the refresh token that Google gives in place of the old one.
fn keep_rotated(file: GrantFile, grant: StoredGrant) -> RotationSink {
    Arc::new(move |rotated: &SecretString| {
        let grant = StoredGrant { refresh_token: rotated.clone(), ..grant.clone() };
        if let Err(error) = file.save(&grant) {
            // This review goes on with the new token; the next one may have to sign in again.
            tracing::warn!(reason = %kind(&error), "the renewed sign-in could not be stored");
        }
    })
}

fn kind(error: &StoreError) -> &'static str {
    match error {
        StoreError::Io { .. } => "file",
        StoreError::TooOpen { .. } => "key too open",
        StoreError::Damaged { .. } => "damaged",
        StoreError::BadKeys { .. } => "bad keys",
        StoreError::NoRandomness => "no randomness",
    }
}

/// A failure of the store, for people.
pub(super) fn of_store(error: &StoreError) -> SetupError {
    SetupError::new(format!("{error}."), error.advice())
}

/// The text of a key file, overwritten when it is no longer needed.
struct SecretText(String);

impl Drop for SecretText {
    fn drop(&mut self) {
        use zeroize::Zeroize as _;
        self.0.zeroize();
    }
}

/// The grant as it is kept, for `crosswalk connect`.
pub(super) fn to_store(refresh_token: SecretString, settings: &Settings, scopes: &[String], granted_at: Timestamp) -> StoredGrant {
    let client_id = settings.google.installed_client_id.clone().unwrap_or_default();
    StoredGrant { refresh_token, client_id, scope: scopes.join(" "), endpoints: endpoints(settings), granted_at }
}

/// The addresses that a sign-in is sent to.
fn endpoints(settings: &Settings) -> String {
    format!("{} {}", settings.google.token_url, settings.google.drive_url)
}
