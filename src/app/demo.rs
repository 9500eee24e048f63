//! What `crosswalk demo` needs of this machine: a data folder of its own that is gone afterwards, and the Drive that its
//! own sign-in opens. It never looks at the user's settings, environment, credentials or data folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::app::credentials::{DriveSetupError, of_store};
use crate::app::settings::SetupError;
use crate::drive::{AccessTokens, Credentials, DriveScope, DriveSource, WireLog};
use crate::ports::Clock;
use crate::settings::Settings;
use crate::store::GrantFile;

/// A fresh private folder, removed with all that is in it when this value goes.
pub struct DemoFolder {
    path: PathBuf,
}

impl DemoFolder {
    /// Makes the folder.
    ///
    /// # Errors
    /// When the system's folder for temporary files cannot be written, or there is no randomness for its name.
    #[expect(clippy::disallowed_methods, reason = "it holds the sealed sign-in to a simulated Google, never a document")]
    pub fn create() -> Result<Self, SetupError> {
        const ADVICE: &str = "Check that the folder for temporary files exists and can be written (TMPDIR).";
        let parent = std::env::temp_dir();
        let name = getrandom::u64().map_err(|error| SetupError::new(format!("the machine gives no random numbers: {error}"), ADVICE))?;
        let path = parent.join(format!("crosswalk-demo-{name:016x}"));
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        // `create` refuses a folder that exists already, so nobody can have prepared it.
        builder.create(&path).map_err(|error| {
            SetupError::new(format!("the demo's own data folder could not be made in {}: {}", parent.display(), error.kind()), ADVICE)
        })?;
        Ok(Self { path })
    }

    /// Keeps a file in it, readable by its owner only: the key of a simulated robot.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, SetupError> {
        use std::io::Write as _;
        let path = self.path.join(name);
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(&path).and_then(|mut file| file.write_all(bytes));
        written.map(|()| path).map_err(|error| {
            SetupError::new(
                format!("the demo's own data folder cannot be written: {}", error.kind()),
                "Check the folder for temporary files.",
            )
        })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for DemoFolder {
    fn drop(&mut self) {
        // What is left behind if this fails opens nothing: the simulated Google ends with the program.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

/// Opens the Drive with the grant that `connect` has just stored, and with nothing else: other than `open_drive` it does
/// not ask the environment, in which a real service account may stand.
///
/// # Errors
/// See [`DriveSetupError`].
pub fn open_demo_drive(
    scope: DriveScope,
    settings: &Settings,
    folder: &DemoFolder,
    clock: Arc<dyn Clock>,
) -> Result<DriveSource, DriveSetupError> {
    let grant = GrantFile::in_folder(folder.path())
        .load()
        .map_err(|error| DriveSetupError::NotAuthorised(of_store(&error)))?
        .ok_or_else(|| DriveSetupError::NotAuthorised(SetupError::new("the demo's sign-in was not stored", "Run the demo again.")))?;
    let credentials = Credentials::Installed {
        client_secret: settings.google.installed_client_secret.clone(),
        client_id: grant.client_id,
        refresh_token: grant.refresh_token,
    };
    let tokens = AccessTokens::new(credentials, &settings.google, &settings.drive, clock.clone(), WireLog::default(), None)?;
    Ok(DriveSource::new(scope, settings, Arc::new(tokens), clock, WireLog::default())?)
}
