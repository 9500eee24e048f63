//! Google Drive over HTTP, read-only: sign-in of the terminal, listing, bounded download and export. Its wire types
//! are private. Never writes: every call toward the Drive is a GET, and nothing here can express another.

mod classify;
mod client;
mod connection;
mod consent;
mod fetch;
mod forest;
mod listing;
mod patience;
mod query;
mod reason;
mod scope;
mod service_account;
mod shortcut;
mod token;
mod token_endpoint;
mod wire;
mod wire_log;

use std::sync::Arc;

use client::ReadingClient;

pub use consent::{ConsentError, ConsentRequest, Grant, InstalledClient};
pub use scope::DriveScope;
pub use service_account::ServiceAccountKey;
pub use token::{AccessTokens, Credentials, RotationSink};
pub use wire_log::{WireLog, WireRecord};

use crate::evidence::{Inventory, SourceFile, SourceIdentity, SourceKind};
use crate::ports::{ByteLimit, Clock, DocumentSource, FetchError, Fetched, ProgressSink, SourceError};
use crate::settings::{DriveAccess, Settings};

/// A Drive, or a part of one, as a place with documents.
pub struct DriveSource {
    client: ReadingClient,
    scope: DriveScope,
    access: DriveAccess,
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
        Ok(Self { client, scope, access: settings.google.scope })
    }
}

impl DocumentSource for DriveSource {
    fn identity(&self) -> SourceIdentity {
        SourceIdentity { kind: SourceKind::Drive, root: self.scope.root().to_owned() }
    }

    async fn list(&self, progress: &dyn ProgressSink) -> Result<Inventory, SourceError> {
        listing::list(&self.client, &self.scope, self.access, progress).await
    }

    async fn fetch(&self, file: &SourceFile, limit: ByteLimit) -> Result<Fetched, FetchError> {
        fetch::fetch(&self.client, file, limit).await
    }
}
