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

/// Asks as the robot. `named` is an id or a link to the folder.
pub(super) async fn prove(
    robot: &ReadingClient,
    named: &str,
    verified_email: Option<&str>,
    proof_name: &str,
) -> Result<FolderProof, SourceError> {
    let Some(id) = folder_id(named) else { return Ok(FolderProof::NotShared) };
    let url = robot
        .address(&["files", id.as_str()], &[("fields", "id,name,mimeType,trashed,owners(emailAddress)"), ("supportsAllDrives", "true")]);
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

/// The id in a link to a folder, or the id itself. Only the id is used; the address is never asked.
fn folder_id(named: &str) -> Option<String> {
    let named = named.trim();
    let found = if let Ok(url) = url::Url::parse(named) {
        let mut steps = url.path_segments()?.skip_while(|step| *step != "folders").skip(1);
        let in_path = steps.next().map(str::to_owned);
        in_path.or_else(|| url.query_pairs().find(|(key, _)| key == "id").map(|(_, id)| id.into_owned()))?
    } else {
        named.to_owned()
    };
    // An alias means the robot's own Drive, whoever asks.
    (is_id(&found) && !is_alias(&found)).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_is_found_in_what_people_paste() {
        for (named, expected) in [
            ("1AbC-_9", Some("1AbC-_9")),
            ("  1AbC-_9\n", Some("1AbC-_9")),
            ("https://drive.google.com/drive/folders/1AbC-_9", Some("1AbC-_9")),
            ("https://drive.google.com/drive/u/0/folders/1AbC-_9?usp=sharing", Some("1AbC-_9")),
            ("https://drive.google.com/drive/folders/1AbC-_9/?resourcekey=0-x", Some("1AbC-_9")),
            ("https://drive.google.com/open?id=1AbC-_9", Some("1AbC-_9")),
            ("https://drive.google.com/folderview?id=1AbC-_9&usp=x", Some("1AbC-_9")),
            ("https://drive.google.com/drive/my-drive", None),
            ("https://drive.google.com/drive/folders/", None),
            ("https://drive.google.com/drive/folders/root", None),
            ("https://drive.google.com/drive/folders/a%2Fb", None),
            ("https://drive.google.com/open?id=a'%20or", None),
            ("mailto:someone@example.com", None),
            ("root", None),
            ("all", None),
            ("a b", None),
            ("", None),
        ] {
            assert_eq!(folder_id(named).as_deref(), expected, "{named}");
        }
    }
}
