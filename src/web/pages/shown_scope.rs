//! Connections and scopes as pages name them. Folder names come from strangers, so they pass through `report::shown`.

use crate::account::{Connection, ConnectionMode, ConnectionState};
use crate::ports::ReviewScope;
use crate::report::shown;
use crate::web::pages::when::day;

/// What a mode is called.
pub(super) fn mode_words(mode: ConnectionMode) -> &'static str {
    match mode {
        ConnectionMode::PickedFiles => "Files you picked",
        ConnectionMode::SharedFolder => "Folders shared with our robot",
        ConnectionMode::WholeDrive => "Whole Drive",
    }
}

/// A connection as a page shows it.
pub(super) struct ConnectionShown {
    pub(super) id: String,
    pub(super) mode: &'static str,
    pub(super) account: Option<String>,
    pub(super) folders: Vec<String>,
    pub(super) is_active: bool,
    pub(super) is_picked: bool,
    pub(super) has_grant: bool,
    /// `since 22 November 2026`.
    pub(super) since: String,
}

impl ConnectionShown {
    pub(super) fn of(connection: &Connection) -> Self {
        let (ConnectionState::Active { since } | ConnectionState::NeedsReconnect { since }) = connection.state;
        Self {
            id: connection.id.to_string(),
            mode: mode_words(connection.mode),
            account: connection.account.as_deref().map(shown),
            folders: connection.folders.iter().map(|folder| shown(&folder.name)).collect(),
            is_active: connection.is_active(),
            is_picked: connection.mode == ConnectionMode::PickedFiles,
            has_grant: connection.mode.has_grant(),
            since: day(since),
        }
    }
}

/// Where a review looked that was not limited to places: as its connection reaches documents.
pub(super) fn everywhere(connection: Option<&Connection>) -> &'static str {
    match connection.map(|connection| connection.mode) {
        None => "everything that was connected",
        Some(ConnectionMode::PickedFiles) => "the files you picked",
        Some(ConnectionMode::SharedFolder) => "all shared folders",
        Some(ConnectionMode::WholeDrive) => "the whole Drive",
    }
}

/// The places of a scope; empty means everything.
pub(super) fn places(scope: &ReviewScope) -> Vec<String> {
    match scope {
        ReviewScope::Everything => Vec::new(),
        ReviewScope::Places(places) => places.iter().map(|place| shown(&place.name)).collect(),
    }
}
