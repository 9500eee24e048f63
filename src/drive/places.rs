//! The places that a customer can limit a review to: the folders at the top of the own Drive, and shared drives. By
//! name, and nothing below them.

use std::collections::BTreeSet;

use crate::account::SharedFolder;
use crate::drive::client::ReadingClient;
use crate::drive::query::children_of;
use crate::drive::wire::{DrivePage, FOLDER, FilePage};
use crate::ports::{DrivePlace, SourceError};

/// More than this many pages is no list that a person chooses from.
const MOST_PAGES: usize = 20;

/// The proven folders of a connection.
pub(super) fn of_folders(folders: &[SharedFolder]) -> Vec<DrivePlace> {
    let place = |folder: &SharedFolder| DrivePlace { id: folder.folder_id.clone(), name: folder.name.clone(), is_shared_drive: false };
    in_order(folders.iter().map(place).collect())
}

/// The folders at the top of the person's own Drive, then the shared drives.
pub(super) async fn of_drive(drive: &ReadingClient) -> Result<Vec<DrivePlace>, SourceError> {
    let q = format!("{} and mimeType = '{FOLDER}'", children_of("root"));
    let mut places = Vec::new();
    let mut page_token: Option<String> = None;
    let mut tokens_seen = BTreeSet::new();
    for _ in 0..MOST_PAGES {
        let mut query = vec![
            ("q", q.as_str()),
            ("pageSize", "1000"),
            ("fields", "nextPageToken,files(id,name)"),
            ("supportsAllDrives", "true"),
            ("includeItemsFromAllDrives", "true"),
        ];
        query.extend(page_token.as_deref().map(|token| ("pageToken", token)));
        let page: FilePage =
            drive.metadata(&drive.address(&["files"], &query), None).await.map_err(|error| error.of_listing("The Drive"))?;
        places.extend(page.files.into_iter().map(|file| DrivePlace { id: file.id, name: file.name, is_shared_drive: false }));
        match page.next_page_token.filter(|token| tokens_seen.insert(token.clone())) {
            Some(token) => page_token = Some(token),
            None => break,
        }
    }
    places.extend(shared_drives(drive).await?);
    Ok(in_order(places))
}

async fn shared_drives(drive: &ReadingClient) -> Result<Vec<DrivePlace>, SourceError> {
    let mut places = Vec::new();
    let mut page_token: Option<String> = None;
    let mut tokens_seen = BTreeSet::new();
    for _ in 0..MOST_PAGES {
        let mut query = vec![("pageSize", "100"), ("fields", "nextPageToken,drives(id,name)")];
        query.extend(page_token.as_deref().map(|token| ("pageToken", token)));
        let page: DrivePage = drive
            .metadata(&drive.address(&["drives"], &query), None)
            .await
            .map_err(|error| error.of_listing("The list of shared drives"))?;
        places.extend(page.drives.into_iter().map(|drive| DrivePlace { id: drive.id, name: drive.name, is_shared_drive: true }));
        match page.next_page_token.filter(|token| tokens_seen.insert(token.clone())) {
            Some(token) => page_token = Some(token),
            None => break,
        }
    }
    Ok(places)
}

fn in_order(mut places: Vec<DrivePlace>) -> Vec<DrivePlace> {
    places.sort_by(|a, b| (a.is_shared_drive, &a.name, &a.id).cmp(&(b.is_shared_drive, &b.name, &b.id)));
    places.dedup_by(|a, b| a.id == b.id);
    places
}
