//! The simulated Drive's content: folders and files with ids, made once from a company. It knows nothing of HTTP.

use std::sync::Arc;

use base64::Engine as _;
use md5::{Digest as _, Md5};
use serde_json::{Value, json};
use sha2::Sha256;

use super::company::{Company, CompanyError, CompanyFile, FileFormat, Place, hexadecimal};

pub(super) const FOLDER: &str = "application/vnd.google-apps.folder";
pub(super) const SHORTCUT: &str = "application/vnd.google-apps.shortcut";
pub(super) const GOOGLE_DOC: &str = "application/vnd.google-apps.document";
pub(super) const GOOGLE_SHEET: &str = "application/vnd.google-apps.spreadsheet";
pub(super) const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Whose the things are that were shared with the company's owner.
const CONSULTANT: &str = "kerstin.ahlers@consulting.example";
const PDF: &str = "application/pdf";

/// What an item holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Content {
    #[default]
    Folder,
    Stored(Arc<Vec<u8>>),
    /// Only to be had as an export, in this format.
    Native {
        export_mime: &'static str,
        export: Arc<Vec<u8>>,
    },
    Shortcut {
        target_id: String,
        target_mime: String,
    },
}

/// One file or folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct DriveItem {
    pub id: String,
    pub name: String,
    pub mime: String,
    /// Absent for items shared with the user.
    pub parent: Option<String>,
    pub trashed: bool,
    pub shared_with_me: bool,
    /// E-mail address of whose it is; what lies in a shared drive is nobody's.
    pub owner: Option<String>,
    pub drive_id: Option<String>,
    pub modified: String,
    /// How often its people changed its content.
    pub edits: u32,
    pub content: Content,
}

/// The version that Google gives a file in this simulation before anybody edits it.
const FIRST_VERSION: u32 = 7;

impl DriveItem {
    /// The id of the revision that stands.
    fn revision(&self) -> String {
        match self.edits {
            0 => item_id("revision", &self.id),
            edits => item_id("revision", &format!("{} {edits}", self.id)),
        }
    }

    /// All metadata; the field mask cuts it afterwards.
    pub fn describe(&self) -> Value {
        let mut value = json!({
            "kind": "drive#file", "id": self.id, "name": self.name, "mimeType": self.mime,
            "trashed": self.trashed, "explicitlyTrashed": self.trashed,
            "version": FIRST_VERSION.saturating_add(self.edits).to_string(),
            "createdTime": "2026-01-08T08:00:00.000Z", "modifiedTime": self.modified,
            "webViewLink": format!("https://drive.google.example/file/d/{}/view", self.id),
            "capabilities": {
                "canDownload": self.content != Content::Folder,
                "canListChildren": self.content == Content::Folder,
                "canReadRevisions": self.drive_id.is_none(),
                "canEdit": false,
            },
            "copyRequiresWriterPermission": false,
            "lastModifyingUser": { "kind": "drive#user", "displayName": "Ines Brandl" },
        });
        if let Some(parent) = &self.parent {
            value["parents"] = json!([parent]);
        }
        match &self.drive_id {
            Some(drive_id) => value["driveId"] = json!(drive_id),
            None => value["ownedByMe"] = json!(!self.shared_with_me),
        }
        if let Some(owner) = self.owner.as_ref().filter(|_| self.drive_id.is_none()) {
            value["owners"] = json!([{ "kind": "drive#user", "emailAddress": owner, "me": !self.shared_with_me }]);
        }
        match &self.content {
            Content::Stored(bytes) => {
                // 64-bit numbers are text in Google's JSON.
                value["size"] = json!(bytes.len().to_string());
                value["md5Checksum"] = json!(hexadecimal(&Md5::digest(bytes.as_slice())));
                value["sha256Checksum"] = json!(hexadecimal(&Sha256::digest(bytes.as_slice())));
                value["headRevisionId"] = json!(self.revision());
                value["fullFileExtension"] = json!(self.name.rsplit_once('.').map_or("", |(_, extension)| extension));
            }
            Content::Shortcut { target_id, target_mime } => {
                value["shortcutDetails"] = json!({ "targetId": target_id, "targetMimeType": target_mime });
            }
            Content::Folder | Content::Native { .. } => {}
        }
        value
    }
}

/// A shared drive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SharedDrive {
    pub id: String,
    pub name: String,
}

/// Everything in the Drive.
#[derive(Debug, Clone, Default)]
pub(super) struct DriveTree {
    pub root_id: String,
    /// E-mail address of the person whose Drive it is.
    pub owner: String,
    pub items: Vec<DriveItem>,
    pub shared_drives: Vec<SharedDrive>,
}

impl DriveTree {
    /// Renders the company's documents and puts them into folders. `seed` is empty for the sample company and keeps the ids of the
    /// others apart from its ids.
    ///
    /// # Errors
    /// When a document cannot be rendered.
    pub fn of(company: &Company, seed: &str) -> Result<Self, CompanyError> {
        let root_id = item_id("root", &format!("My Drive{seed}"));
        let mut tree = Self { root_id: root_id.clone(), owner: company.owner_email.clone(), ..Self::default() };
        tree.items.push(DriveItem { owner: Some(tree.owner.clone()), ..folder(&root_id, "My Drive", None, None) });
        for (number, file) in company.files.iter().enumerate() {
            let (parent, drive_id) = match file.place {
                Place::SharedWithMe => (None, None),
                Place::MyDrive | Place::Trash => (Some(tree.folder_at(&root_id, &file.folder, None)), None),
                Place::SharedDrive => {
                    let (drive_name, below) = file.folder.split_once('/').unwrap_or((&file.folder, ""));
                    let drive_id = tree.shared_drive(drive_name);
                    (Some(tree.folder_at(&drive_id, below, Some(&drive_id))), Some(drive_id))
                }
            };
            let id = item_id("file", &format!("{number} {}/{}{seed}", file.folder, file.name));
            tree.items.push(DriveItem {
                id,
                name: file.name.clone(),
                mime: mime_of(file.format).to_owned(),
                parent,
                trashed: file.place == Place::Trash,
                shared_with_me: file.place == Place::SharedWithMe,
                owner: Some(if file.place == Place::SharedWithMe { CONSULTANT.to_owned() } else { tree.owner.clone() }),
                drive_id,
                modified: file.modified.clone(),
                content: content_of(file)?,
                edits: 0,
            });
        }
        tree.aim_shortcuts(company);
        Ok(tree)
    }

    /// The item with this id; `root` is the owner's root folder.
    pub fn item(&self, id: &str) -> Option<&DriveItem> {
        let id = if id == "root" { self.root_id.as_str() } else { id };
        self.items.iter().find(|item| item.id == id)
    }

    /// Whether an item is this one or lies in it, however deep.
    pub fn is_in(&self, item: &DriveItem, id: &str) -> bool {
        let mut current = Some(item);
        // Deeper than any tree of the simulator: a circle ends here.
        for _ in 0..64 {
            match current {
                Some(item) if item.id == id => return true,
                Some(item) => current = item.parent.as_deref().and_then(|parent| self.item(parent)),
                None => return false,
            }
        }
        false
    }

    fn shared_drive(&mut self, name: &str) -> String {
        if let Some(drive) = self.shared_drives.iter().find(|drive| drive.name == name) {
            return drive.id.clone();
        }
        let id = item_id("drive", name);
        self.shared_drives.push(SharedDrive { id: id.clone(), name: name.to_owned() });
        self.items.push(folder(&id, "Drive", None, Some(&id)));
        id
    }

    /// The id of the folder at a path below `top`, made if it does not exist.
    fn folder_at(&mut self, top: &str, path: &str, drive_id: Option<&str>) -> String {
        let mut at = top.to_owned();
        for name in path.split('/').filter(|name| !name.is_empty()) {
            let id = item_id(&at, name);
            if self.item(&id).is_none() {
                self.items.push(DriveItem { owner: Some(self.owner.clone()), ..folder(&id, name, Some(&at), drive_id) });
            }
            at = id;
        }
        at
    }

    /// Shortcuts name their target in the sources; here the name becomes the id.
    fn aim_shortcuts(&mut self, company: &Company) {
        let files: Vec<(String, String, String)> =
            self.items.iter().map(|item| (item.name.clone(), item.id.clone(), item.mime.clone())).collect();
        for item in &mut self.items {
            let Some(source) = company.files.iter().find(|file| file.format == FileFormat::Shortcut && file.name == item.name) else {
                continue;
            };
            if let (Content::Shortcut { target_id, target_mime }, Some((_, id, mime))) =
                (&mut item.content, files.iter().find(|(name, ..)| *name == source.points_to))
            {
                target_id.clone_from(id);
                target_mime.clone_from(mime);
            }
        }
    }
}

pub(super) fn folder(id: &str, name: &str, parent: Option<&str>, drive_id: Option<&str>) -> DriveItem {
    DriveItem {
        id: id.to_owned(),
        name: name.to_owned(),
        mime: FOLDER.to_owned(),
        parent: parent.map(str::to_owned),
        drive_id: drive_id.map(str::to_owned),
        modified: "2026-01-08T08:00:00.000Z".to_owned(),
        ..DriveItem::default()
    }
}

fn mime_of(format: FileFormat) -> &'static str {
    match format {
        FileFormat::Docx => DOCX,
        FileFormat::Pdf | FileFormat::ScannedPdf | FileFormat::EncryptedPdf => PDF,
        FileFormat::Xlsx => XLSX,
        FileFormat::GoogleDoc => GOOGLE_DOC,
        FileFormat::GoogleSheet => GOOGLE_SHEET,
        FileFormat::Shortcut => SHORTCUT,
    }
}

fn content_of(file: &CompanyFile) -> Result<Content, CompanyError> {
    Ok(match file.format {
        FileFormat::GoogleDoc => Content::Native { export_mime: DOCX, export: Arc::new(file.render()?) },
        FileFormat::GoogleSheet => Content::Native { export_mime: XLSX, export: Arc::new(file.render()?) },
        FileFormat::Shortcut => Content::Shortcut { target_id: String::new(), target_mime: String::new() },
        FileFormat::Docx | FileFormat::Pdf | FileFormat::ScannedPdf | FileFormat::EncryptedPdf | FileFormat::Xlsx => {
            Content::Stored(Arc::new(file.render()?))
        }
    })
}

/// An id that looks like Google's and is the same in every run.
pub(super) fn item_id(kind: &str, name: &str) -> String {
    let digest = Sha256::digest(format!("{kind}\n{name}"));
    format!("1{}", &base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(digest)[..32])
}
