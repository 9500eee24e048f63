//! Opens the documents of a customer's connection for a review. What a shared-folder connection opens is decided by the
//! folders that were proven to be the customer's, never by what a form named: the robot sees every customer's folders.

use std::sync::Arc;

use crate::account::{Connection, ConnectionMode};
use crate::drive::DriveSource;
use crate::drive::registration::Registration;
use crate::drive::scope::DriveScope;
use crate::drive::service_account::ServiceAccountKey;
use crate::drive::token::GrantRotation;
use crate::drive::wire_log::WireLog;
use crate::ports::{Clock, DriveGrant, ReviewScope, ScopedPlace, SourceError, SourceOpener};
use crate::settings::Settings;

/// Opens connections.
pub struct DriveOpener {
    registration: Registration,
}

impl DriveOpener {
    /// An opener for this installation. `robot` is its service account, if it has one; `on_rotation` is told when Google replaces the
    /// refresh token of a connection.
    ///
    /// # Errors
    /// When secure connections cannot be set up on this machine.
    pub fn new(
        settings: &Settings,
        robot: Option<ServiceAccountKey>,
        clock: Arc<dyn Clock>,
        wire_log: WireLog,
        on_rotation: GrantRotation,
    ) -> Result<Self, SourceError> {
        Ok(Self { registration: Registration::new(settings, robot, clock, wire_log, Some(on_rotation))? })
    }
}

impl SourceOpener for DriveOpener {
    type Source = DriveSource;

    fn open(&self, connection: &Connection, grant: Option<&DriveGrant>, scope: &ReviewScope) -> Result<DriveSource, SourceError> {
        let scope = part(connection, scope)?;
        let tokens = self.registration.tokens(connection, grant)?;
        let settings = self.registration.settings(connection.mode);
        let source = DriveSource::new(scope, settings, tokens, self.registration.clock(), self.registration.wire_log())?;
        Ok(match connection.mode {
            ConnectionMode::SharedFolder => source.confined(),
            // The grant itself ends where this person's own rights end.
            ConnectionMode::PickedFiles | ConnectionMode::WholeDrive => source,
        })
    }
}

/// The part of the connection that the scope means.
fn part(connection: &Connection, scope: &ReviewScope) -> Result<DriveScope, SourceError> {
    match (connection.mode, scope) {
        // With the scope of picked files the root stands for everything that was picked.
        (ConnectionMode::PickedFiles, ReviewScope::Everything) => Ok(DriveScope::Root),
        (ConnectionMode::WholeDrive, ReviewScope::Everything) => Ok(DriveScope::All),
        (ConnectionMode::PickedFiles | ConnectionMode::WholeDrive, ReviewScope::Places(places)) => {
            DriveScope::of_places(places.iter().map(|place| (place.id.as_str(), place.name.as_str()))).ok_or_else(not_found)
        }
        (ConnectionMode::SharedFolder, ReviewScope::Everything) => of_folders(connection, |_| true),
        (ConnectionMode::SharedFolder, ReviewScope::Places(places)) => {
            let is_proven = |place: &ScopedPlace| connection.folders.iter().any(|folder| folder.folder_id == place.id);
            if !places.iter().all(is_proven) {
                return Err(not_found());
            }
            of_folders(connection, |id| places.iter().any(|place| place.id == id))
        }
    }
}

/// The proven folders of a connection that are wanted, under the names that they had when they were proven.
fn of_folders(connection: &Connection, is_wanted: impl Fn(&str) -> bool) -> Result<DriveScope, SourceError> {
    let folders = connection.folders.iter().filter(|folder| is_wanted(&folder.folder_id));
    DriveScope::of_places(folders.map(|folder| (folder.folder_id.as_str(), folder.name.as_str()))).ok_or_else(not_found)
}

fn not_found() -> SourceError {
    SourceError::NotFound {
        what: "A folder that was chosen".to_owned(),
        advice: "Choose among the folders of this connection again.".to_owned(),
    }
}
