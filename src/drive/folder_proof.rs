//! Whether a folder that somebody named is theirs. The robot sees what any customer shares with it, so being able to
//! read a folder proves nothing about who asks.

use crate::account::SharedFolder;
use crate::drive::client::{CallError, ReadingClient};
use crate::drive::query::{children_of, quoted};
use crate::drive::reason::Meaning;
use crate::drive::scope::{is_alias, is_id};
use crate::drive::wire::{FOLDER, FilePage, OwnedFolder};
use crate::ports::{FolderProof, SourceError};

const WHAT: &str = "The folder";

/// Asks as the robot. What is no id of a folder is shared with nobody.
pub(super) async fn prove(
    robot: &ReadingClient,
    id: &str,
    verified_email: Option<&str>,
    proof_name: &str,
) -> Result<FolderProof, SourceError> {
    if !is_folder_id(id) {
        return Ok(FolderProof::NotShared);
    }
    let url = robot.address(&["files", id], &[("fields", "id,name,mimeType,trashed,owners(emailAddress)"), ("supportsAllDrives", "true")]);
    let folder: OwnedFolder = match robot.metadata(&url, None).await {
        Ok(folder) => folder,
        Err(CallError::Refused(Meaning::NotFound | Meaning::NoPermission | Meaning::NotPicked | Meaning::BadRequest, _)) => {
            return Ok(FolderProof::NotShared);
        }
        Err(error) => return Err(error.of_listing(WHAT)),
    };
    // An answer about something else than was asked for proves nothing.
    if folder.id != id || folder.mime_type != FOLDER || folder.trashed {
        return Ok(FolderProof::NotShared);
    }
    let is_owner = |email: &str| {
        let mut owners = folder.owners.iter().filter_map(|owner| owner.email_address.as_deref());
        !email.is_empty() && owners.any(|owner| owner.eq_ignore_ascii_case(email))
    };
    if verified_email.is_some_and(is_owner) || holds(robot, &folder.id, proof_name).await? {
        return Ok(FolderProof::Theirs(SharedFolder { folder_id: folder.id, name: folder.name }));
    }
    Ok(FolderProof::Unproven)
}

/// Whether an item of exactly that name lies directly in the folder.
async fn holds(robot: &ReadingClient, folder_id: &str, name: &str) -> Result<bool, SourceError> {
    if name.is_empty() {
        return Ok(false);
    }
    let q = format!("{} and name = {}", children_of(folder_id), quoted(name));
    let query = [
        ("q", q.as_str()),
        ("pageSize", "100"),
        ("fields", "files(id,name,parents,trashed)"),
        ("supportsAllDrives", "true"),
        ("includeItemsFromAllDrives", "true"),
    ];
    let url = robot.address(&["files"], &query);
    let page: FilePage = robot.metadata(&url, None).await.map_err(|error| error.of_listing(WHAT))?;
    // Compared again here: a server that is lax with a condition must not decide who owns a folder.
    Ok(page.files.iter().any(|file| file.name == name && !file.trashed && file.parents.iter().any(|parent| parent == folder_id)))
}

/// Whether it is the id of a folder. An alias means the robot's own Drive, whoever asks.
fn is_folder_id(named: &str) -> bool {
    is_id(named) && !is_alias(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_an_id_and_no_alias() {
        assert!(is_folder_id("1AbC-_9"));
        for bad in ["root", "all", "a b", "a'", "a/b", "", "https://drive.google.com/drive/folders/1AbC-_9"] {
            assert!(!is_folder_id(bad), "{bad}");
        }
    }
}
