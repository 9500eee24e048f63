//! The Drive API's front door: who may ask, which method it is, and what is refused. Reading only: every method but GET
//! is refused.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::answer::Answer;
use super::drive_download::{download, export};
use super::drive_listing::list_files;
use super::drive_tree::{DOCX, DriveItem, DriveTree, GOOGLE_DOC, GOOGLE_SHEET, XLSX};
use super::drives::{Drives, Sight, Who};
use super::field_mask::FieldMask;
use super::grants::{Grants, TokenState};
use super::people::Person;

/// One request toward the Drive.
pub(super) struct DriveRequest<'a> {
    pub method: &'a str,
    /// Path below `/drive/v3/`.
    pub path: &'a str,
    pub query: BTreeMap<String, String>,
    pub authorization: Option<&'a str>,
    pub range: Option<&'a str>,
}

impl DriveRequest<'_> {
    pub fn parameter(&self, name: &str) -> &str {
        self.query.get(name).map_or("", String::as_str)
    }

    pub fn flag(&self, name: &str) -> bool {
        self.parameter(name) == "true"
    }

    /// Both flags are false unless the client sends them, as at Google.
    pub fn wants_all_drives(&self) -> bool {
        self.flag("supportsAllDrives") && self.flag("includeItemsFromAllDrives")
    }
}

/// Answers one request.
pub(super) fn answer(request: &DriveRequest<'_>, drives: &Drives, people: &[Person], grants: &Grants, longest_page: usize) -> Answer {
    if request.method != "GET" {
        return Answer::drive_error(405, "methodNotAllowed", "The simulated Drive is read-only: only GET is answered.");
    }
    let state = request.authorization.and_then(|value| value.strip_prefix("Bearer ")).map(|token| grants.state_of(token));
    let (who, sight) = match state {
        Some(TokenState::Valid { who, scopes }) => match Sight::of(&scopes) {
            Some(sight) => (who, sight),
            None => {
                return Answer::drive_error(403, "insufficientPermissions", "Request had insufficient authentication scopes.");
            }
        },
        Some(TokenState::Dead) | None => return Answer::drive_error(401, "authError", "Invalid Credentials"),
    };
    let tree = drives.view(who, sight);
    let parts: Vec<&str> = request.path.split('/').collect();
    match parts[..] {
        ["about"] => about(request, drives, people, who),
        ["files"] => list_files(request, &tree, longest_page),
        ["files", id] => one_file(request, &tree, id),
        ["files", id, "export"] => match tree.item(id) {
            Some(item) => export(item, request.parameter("mimeType")),
            None => Answer::not_found(id),
        },
        // The scope of picked files opens no list of shared drives (Drive API reference, drives.list).
        ["drives", ..] if sight == Sight::Picked => {
            Answer::drive_error(403, "insufficientPermissions", "Request had insufficient authentication scopes.")
        }
        ["drives"] => drives_list(request, &tree),
        ["drives", id] => match tree.shared_drives.iter().find(|drive| drive.id == id) {
            Some(drive) => Answer::json(200, &json!({ "kind": "drive#drive", "id": drive.id, "name": drive.name })),
            None => Answer::drive_error(404, "notFound", &format!("Shared drive not found: {id}")),
        },
        _ => Answer::drive_error(404, "notFound", "There is no such method in the simulated Drive."),
    }
}

fn about(request: &DriveRequest<'_>, drives: &Drives, people: &[Person], who: Who) -> Answer {
    if request.parameter("fields").is_empty() {
        return Answer::drive_error(400, "required", "The 'fields' parameter is required for this method.");
    }
    let (name, email) = match who {
        Who::Person(number) => people.get(number).map_or(("", ""), |person| (person.name.as_str(), person.email.as_str())),
        Who::Robot => (drives.robot_address(), drives.robot_address()),
    };
    let value = json!({
        "kind": "drive#about",
        "user": { "kind": "drive#user", "displayName": name, "emailAddress": email, "me": true, "permissionId": "07015348902117746521" },
        "storageQuota": { "limit": "16106127360", "usage": "48211904" },
        "exportFormats": { GOOGLE_DOC: [DOCX, "text/plain"], GOOGLE_SHEET: [XLSX] },
    });
    masked(request, &value, &[])
}

fn drives_list(request: &DriveRequest<'_>, tree: &DriveTree) -> Answer {
    let found: Vec<Value> = tree
        .shared_drives
        .iter()
        .map(|drive| json!({ "kind": "drive#drive", "id": drive.id, "name": drive.name, "hidden": false }))
        .collect();
    masked(request, &json!({ "kind": "drive#driveList", "drives": found }), &[])
}

fn one_file(request: &DriveRequest<'_>, tree: &DriveTree, id: &str) -> Answer {
    let Some(item) = visible(request, tree, id) else { return Answer::not_found(id) };
    if request.parameter("alt") == "media" {
        return download(item, request.range);
    }
    masked(request, &item.describe(), &DEFAULT_FILE_FIELDS)
}

/// Items of a shared drive do not exist for a client that does not say that it supports shared drives.
fn visible<'a>(request: &DriveRequest<'_>, tree: &'a DriveTree, id: &str) -> Option<&'a DriveItem> {
    tree.item(id).filter(|item| item.drive_id.is_none() || request.flag("supportsAllDrives"))
}

/// What Google gives for a file when no fields are asked for.
pub(super) const DEFAULT_FILE_FIELDS: [&str; 5] = ["kind", "id", "name", "mimeType", "resourceKey"];

/// Fields of a file that a mask may name; Google refuses others, and so a spelling mistake shows here.
const FILE_FIELDS: [&str; 29] = [
    "kind",
    "id",
    "name",
    "mimeType",
    "resourceKey",
    "size",
    "md5Checksum",
    "sha1Checksum",
    "sha256Checksum",
    "headRevisionId",
    "version",
    "modifiedTime",
    "createdTime",
    "trashed",
    "explicitlyTrashed",
    "parents",
    "driveId",
    "shortcutDetails",
    "capabilities",
    "copyRequiresWriterPermission",
    "downloadRestrictions",
    "clientEncryptionDetails",
    "webViewLink",
    "fullFileExtension",
    "ownedByMe",
    "owners",
    "lastModifyingUser",
    "exportLinks",
    "*",
];

/// The first field of a mask that files do not have.
pub(super) fn unknown_file_field(mask: &FieldMask) -> Option<String> {
    mask.names().find(|name| !FILE_FIELDS.contains(name)).map(str::to_owned)
}

/// The value cut down to the asked fields, or to the default ones.
fn masked(request: &DriveRequest<'_>, value: &Value, default: &[&str]) -> Answer {
    let asked = request.parameter("fields");
    let text = if asked.is_empty() { if default.is_empty() { "*".to_owned() } else { default.join(",") } } else { asked.to_owned() };
    match FieldMask::parse(&text) {
        Ok(mask) => match unknown_file_field(&mask).filter(|_| !default.is_empty()) {
            Some(unknown) => Answer::bad_parameter("fields", &format!("Invalid field selection {unknown}")),
            None => Answer::json(200, &mask.cut(value)),
        },
        Err(part) => Answer::bad_parameter("fields", &format!("Invalid field selection {part}")),
    }
}
