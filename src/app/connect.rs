//! Wires `crosswalk connect`: consent page, callback on loopback, exchange, sealed grant.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;
use url::Url;

use crate::app::credentials::{of_store, to_store};
use crate::app::settings::{SetupError, data_dir};
use crate::drive::{ConsentError, InstalledClient, WireLog};
use crate::loopback::{Callback, CallbackServer, LoopbackError};
use crate::ports::{Clock, SourceError};
use crate::settings::Settings;
use crate::store::{GrantFile, SealKey};

/// How long a person may take on the consent page.
const PATIENCE: Duration = Duration::from_mins(10);

/// What was connected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connected {
    /// Where the sealed grant lies.
    pub grant_path: PathBuf,
    /// Whether only picked files may be read.
    pub is_picked_files_only: bool,
}

/// Why nothing was connected. Nothing is stored in any of these cases.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConnectError {
    /// Settings or files are wrong.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The person, or an administrator, said no; Google's word for it.
    #[error("access was not granted ({0})")]
    Denied(String),
    /// No answer of the browser.
    #[error(transparent)]
    Loopback(#[from] LoopbackError),
    /// The exchange of the code failed.
    #[error(transparent)]
    Consent(#[from] ConsentError),
}

impl From<SourceError> for ConnectError {
    fn from(error: SourceError) -> Self {
        Self::Consent(error.into())
    }
}

/// Asks for consent at the address handed to `show`, waits for the answer and stores the grant, sealed.
///
/// # Errors
/// See [`ConnectError`].
pub async fn connect(settings: &Settings, clock: Arc<dyn Clock>, show: impl FnOnce(&Url)) -> Result<Connected, ConnectError> {
    let Some(client) = InstalledClient::new(&settings.google, &settings.drive, clock.clone(), WireLog::default())? else {
        return Err(ConnectError::Setup(SetupError::new(
            "No OAuth client is set: google.installed_client_id is missing.",
            "Create an OAuth client of type \"Desktop app\" in the Google Cloud console and set google.installed_client_id and \
             google.installed_client_secret in crosswalk.toml (or CROSSWALK_GOOGLE__INSTALLED_CLIENT_ID and CROSSWALK_GOOGLE__INSTALLED_CLIENT_SECRET).",
        )));
    };
    let folder = data_dir(settings)?;
    // Before anyone is asked for anything: can the answer be kept?
    SealKey::load_or_create(&folder).map_err(|error| of_store(&error))?;
    let server = CallbackServer::bind().await?;
    let request = client.begin(server.redirect());
    show(&request.url);
    let code = match server.wait(request.state.clone(), PATIENCE).await? {
        Callback::Code(code) => code,
        Callback::Refused(error) => return Err(ConnectError::Denied(error)),
    };
    let grant = client.finish(request, &code).await?;
    let file = GrantFile::in_folder(&folder);
    let record = to_store(grant.refresh_token, settings, &grant.scopes, clock.now());
    file.save(&record).map_err(|error| of_store(&error))?;
    let is_picked_files_only = settings.google.scope == crate::settings::DriveAccess::PickedFiles;
    Ok(Connected { grant_path: file.path(), is_picked_files_only })
}
