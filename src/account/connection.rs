//! A connection to a Drive: how it was made, what it opens and in which state it is.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::{ConnectionId, CustomerId, ReceiptId};

/// How documents are reached. All of them read only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConnectionMode {
    /// The person picks files in Google's Picker; the grant covers those only (`drive.file`).
    PickedFiles,
    /// The person shares a folder with the service's robot address as Viewer; no grant of the person is kept.
    SharedFolder,
    /// The grant covers the whole Drive (`drive.readonly`); offered only where the operator allows it.
    WholeDrive,
}

impl ConnectionMode {
    /// Every mode, in the order of the page.
    pub const ALL: [Self; 3] = [Self::PickedFiles, Self::SharedFolder, Self::WholeDrive];

    /// The word in addresses and in the database.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::PickedFiles => "picked-files",
            Self::SharedFolder => "shared-folder",
            Self::WholeDrive => "whole-drive",
        }
    }

    /// The mode that a word names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.word() == word)
    }

    /// Whether it rests on a grant of the person at Google.
    #[must_use]
    pub fn has_grant(self) -> bool {
        match self {
            Self::PickedFiles | Self::WholeDrive => true,
            Self::SharedFolder => false,
        }
    }
}

/// A folder that was shared with the robot, and that the customer has shown to be theirs. No `Debug`: customer text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedFolder {
    /// Google's id of the folder.
    pub folder_id: String,
    /// Its name when it was connected.
    pub name: String,
}

/// In which state a connection is. A disconnected one does not exist any more; its [`Receipt`] does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionState {
    /// It works, as far as is known.
    Active {
        /// When it was made, or made again.
        since: Timestamp,
    },
    /// Google refuses the grant (revoked, expired, account closed): the person must connect again. What was found stays.
    NeedsReconnect {
        /// When it was noticed.
        since: Timestamp,
    },
}

/// A connection. No `Debug`: customer text.
#[derive(Clone, PartialEq, Eq)]
pub struct Connection {
    /// Our id.
    pub id: ConnectionId,
    /// Whose.
    pub customer: CustomerId,
    /// How documents are reached. A customer has at most one connection of each mode.
    pub mode: ConnectionMode,
    /// State.
    pub state: ConnectionState,
    /// The Google account that granted it, as an e-mail address, if known.
    pub account: Option<String>,
    /// Folders shared with the robot; empty in the other modes.
    pub folders: Vec<SharedFolder>,
}

impl Connection {
    /// Whether a review can be started on it.
    #[must_use]
    pub fn is_active(&self) -> bool {
        matches!(self.state, ConnectionState::Active { .. })
    }
}

/// What was deleted, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PurgeCounts {
    /// Connections.
    pub connections: u64,
    /// Grants (refresh tokens).
    pub grants: u64,
    /// Reviews, with everything that belongs to them.
    pub reviews: u64,
    /// Lines of ledgers: file names and checksums.
    pub ledger_lines: u64,
    /// Quotes.
    pub quotes: u64,
    /// Sessions that were ended.
    pub sessions: u64,
    /// Decisions about findings.
    pub decisions: u64,
}

/// A receipt: what was deleted when. It holds counts only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Our id.
    pub id: ReceiptId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub counts: PurgeCounts,
    /// Whether Google confirmed that the grant is revoked (or said that it was dead already); none when there was none.
    pub grant_revoked: Option<bool>,
}
