//! Drive's own words, as they come over the wire. Private to this module: nothing outside sees these types.

use serde::Deserialize;

pub(super) const FOLDER: &str = "application/vnd.google-apps.folder";
pub(super) const SHORTCUT: &str = "application/vnd.google-apps.shortcut";

/// One page of files.list.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FilePage {
    pub next_page_token: Option<String>,
    #[serde(default)]
    pub incomplete_search: bool,
    #[serde(default)]
    pub files: Vec<WireFile>,
}

/// A file, folder or shortcut. Numbers of 64 bits come as JSON texts.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireFile {
    pub id: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub mime_type: String,
    pub size: Option<String>,
    pub md5_checksum: Option<String>,
    pub sha256_checksum: Option<String>,
    pub head_revision_id: Option<String>,
    pub version: Option<String>,
    #[serde(default)]
    pub trashed: bool,
    #[serde(default)]
    pub parents: Vec<String>,
    pub drive_id: Option<String>,
    pub shortcut_details: Option<ShortcutDetails>,
    pub resource_key: Option<String>,
    pub capabilities: Option<Capabilities>,
    pub client_encryption_details: Option<ClientEncryption>,
    pub web_view_link: Option<String>,
}

impl WireFile {
    pub(super) fn is_folder(&self) -> bool {
        self.mime_type == FOLDER
    }

    pub(super) fn is_shortcut(&self) -> bool {
        self.mime_type == SHORTCUT
    }
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ShortcutDetails {
    pub target_id: Option<String>,
    pub target_resource_key: Option<String>,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Capabilities {
    pub can_download: Option<bool>,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ClientEncryption {
    pub encryption_state: Option<String>,
}

/// One page of drives.list.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DrivePage {
    pub next_page_token: Option<String>,
    #[serde(default)]
    pub drives: Vec<WireDrive>,
}

/// A shared drive.
#[derive(Clone, Deserialize)]
pub(super) struct WireDrive {
    pub id: String,
    #[serde(default)]
    pub name: String,
}

/// A folder, and who owns it. Things in a shared drive have no owner.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OwnedFolder {
    pub id: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub mime_type: String,
    #[serde(default)]
    pub trashed: bool,
    #[serde(default)]
    pub owners: Vec<WireAccount>,
}

/// An account of Google.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireAccount {
    pub email_address: Option<String>,
}

/// The answer of about.get.
#[derive(Deserialize)]
pub(super) struct About {
    pub user: WireAccount,
}

/// The body of an error, in the two shapes that Google uses.
#[derive(Deserialize)]
pub(super) struct ErrorBody {
    pub error: ErrorDetail,
}

#[derive(Deserialize)]
pub(super) struct ErrorDetail {
    #[serde(default)]
    pub errors: Vec<ErrorReason>,
    #[serde(default)]
    pub details: Vec<ErrorReason>,
    pub status: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct ErrorReason {
    pub reason: Option<String>,
}
