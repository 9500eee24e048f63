//! Google Drive over HTTP, read-only: consent, listing, bounded download and export, for the terminal and for the
//! service. Its wire types are private. Never writes: every call toward the Drive is a GET, and nothing here can express another.

mod classify;
mod client;
mod connection;
mod connector;
mod consent;
mod fetch;
mod folder_proof;
mod forest;
mod listing;
mod opener;
mod patience;
mod places;
mod query;
mod reason;
mod registration;
mod scope;
mod service_account;
mod shortcut;
mod start;
mod token;
mod token_endpoint;
mod wire;
mod wire_log;

use std::sync::Arc;

use client::ReadingClient;

pub use connector::DriveConnector;
pub use consent::{ConsentError, ConsentRequest, Grant, InstalledClient};
pub use opener::DriveOpener;
pub use scope::{DriveScope, SeveralPlaces};
pub use service_account::ServiceAccountKey;
pub use token::{AccessTokens, Credentials, GrantRotation, RotationSink};
pub use wire_log::{WireLog, WireRecord};

use crate::evidence::{Inventory, SourceFile, SourceIdentity, SourceKind};
use crate::ports::{ByteLimit, Clock, DocumentSource, FetchError, Fetched, ProgressSink, SourceError};
use crate::settings::{DriveAccess, Settings};

/// A Drive, or a part of one, as a place with documents.
pub struct DriveSource {
    client: ReadingClient,
    scope: DriveScope,
    access: DriveAccess,
    is_confined: bool,
}

impl DriveSource {
    /// The part `scope` of the Drive that `tokens` open.
    ///
    /// # Errors
    /// When secure connections cannot be set up on this machine.
    pub fn new(
        scope: DriveScope,
        settings: &Settings,
        tokens: Arc<AccessTokens>,
        clock: Arc<dyn Clock>,
        wire_log: WireLog,
    ) -> Result<Self, SourceError> {
        let client = ReadingClient::new(&settings.google, &settings.drive, tokens, clock, wire_log)?;
        Ok(Self { client, scope, access: settings.google.scope, is_confined: false })
    }

    /// The same, but nothing outside of the scope is looked at, not even through a shortcut that lies in it.
    fn confined(self) -> Self {
        Self { is_confined: true, ..self }
    }
}

impl DocumentSource for DriveSource {
    fn identity(&self) -> SourceIdentity {
        SourceIdentity { kind: SourceKind::Drive, root: self.scope.root().to_owned() }
    }

    async fn list(&self, progress: &dyn ProgressSink) -> Result<Inventory, SourceError> {
        listing::list(&self.client, &self.scope, self.access, self.is_confined, progress).await
    }

    async fn fetch(&self, file: &SourceFile, limit: ByteLimit) -> Result<Fetched, FetchError> {
        fetch::fetch(&self.client, file, limit).await
    }
}
