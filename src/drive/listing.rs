//! Lists a Drive: which calls to make for which scope, page by page, and what to do when one breaks off. Metadata only.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::join_all;

use crate::drive::classify::{Classified, classify, passed_over};
use crate::drive::client::{CallError, ReadingClient};
use crate::drive::forest::{Forest, clean};
use crate::drive::query::{FILE_FIELDS, NOT_TRASHED, children_of, page_fields};
use crate::drive::reason::Meaning;
use crate::drive::scope::DriveScope;
use crate::drive::shortcut;
use crate::drive::start::{self, Place};
use crate::drive::wire::{DrivePage, FilePage, WireFile};
use crate::evidence::{Inventory, PassedOver, SourceIdentity, SourceKind};
use crate::ports::{ProgressSink, ReviewEvent, SourceError};
use crate::settings::DriveAccess;

/// Most files of a listing; a server that goes on for ever is not one that can be reviewed.
const MOST_FILES: usize = 500_000;
/// Folders that are asked for at the same time; the limiter decides how many really go out.
const FOLDERS_AT_ONCE: usize = 8;

/// One listing under way.
pub(super) struct Listing<'a> {
    pub(super) client: &'a ReadingClient,
    pub(super) forest: Forest,
    pub(super) passed_over: Vec<PassedOver>,
    pub(super) is_complete: bool,
    /// Whether nothing outside of the chosen places may be looked at, not even through a shortcut.
    pub(super) is_confined: bool,
    progress: &'a dyn ProgressSink,
    seen: AtomicUsize,
    walked: BTreeSet<String>,
}

/// What the pages of one query gave, whole or not.
struct Pages {
    files: Vec<WireFile>,
    is_search_incomplete: bool,
    broke_off: Option<CallError>,
}

/// A folder to ask for, with the key that opens it.
struct FolderToWalk {
    id: String,
    resource_key: Option<String>,
}

/// Lists what the scope says.
pub(super) async fn list(
    client: &ReadingClient,
    scope: &DriveScope,
    access: DriveAccess,
    is_confined: bool,
    progress: &dyn ProgressSink,
) -> Result<Inventory, SourceError> {
    // With picked files only there is no tree to walk: whatever was picked is the scope.
    let keeps_strays = *scope == DriveScope::All || (*scope == DriveScope::Root && access == DriveAccess::PickedFiles);
    let mut listing = Listing {
        client,
        forest: Forest::new(keeps_strays),
        passed_over: Vec::new(),
        is_complete: true,
        is_confined,
        progress,
        seen: AtomicUsize::new(0),
        walked: BTreeSet::new(),
    };
    match scope {
        DriveScope::Root if keeps_strays => listing.everything(access).await?,
        DriveScope::Root => {
            let root = listing.file("root", None).await.map_err(|error| error.of_listing("The Drive"))?;
            listing.forest.add_root(&root.id, "");
            listing.walk_first(root, "The Drive").await?;
        }
        DriveScope::All => listing.everything(access).await?,
        DriveScope::Folder(id) => {
            let place = start::resolve(&mut listing, id, access).await?;
            listing.walk_place(place, "").await?;
        }
        DriveScope::Several(several) => {
            // All of them are looked up first: a review of half of what was chosen would look like one of all.
            let mut places = Vec::new();
            for place in several.places() {
                places.push((start::resolve(&mut listing, &place.id, access).await?, place.prefix.as_str()));
            }
            // All roots are known before anything is walked, so that a place within a place has one path whatever comes first.
            for (place, prefix) in &places {
                listing.forest.add_root(place.id(), prefix);
            }
            for (place, prefix) in places {
                listing.walk_place(place, prefix).await?;
            }
        }
    }
    shortcut::resolve_all(&mut listing).await?;
    Ok(listing.into_inventory(scope))
}

impl Listing<'_> {
    async fn everything(&mut self, access: DriveAccess) -> Result<(), SourceError> {
        const WHAT: &str = "The Drive";
        match self.file("root", None).await {
            Ok(root) => {
                self.forest.add_root(&root.id, "My Drive");
                self.walk_first(root, WHAT).await?;
            }
            // An account with picked files only may not see its root.
            Err(CallError::Refused(Meaning::NotFound | Meaning::NotPicked | Meaning::NoPermission, _)) => {}
            Err(error) => return Err(error.of_listing(WHAT)),
        }
        if access == DriveAccess::ReadOnly {
            // Before the files of the person: a file of a shared drive belongs to its drive.
            self.shared_drives().await?;
        }
        let pages = self.pages(NOT_TRASHED, &[("corpora", "user")], None).await;
        self.take(pages, WHAT)?;
        if access == DriveAccess::ReadOnly {
            let pages = self.pages(&format!("sharedWithMe = true and {NOT_TRASHED}"), &[("corpora", "user")], None).await;
            self.take(pages, "What is shared with this account")?;
        }
        // A listing of the person holds what they own, opened or were given by name; what lies deeper in a shared
        // folder is found only by walking it.
        let folders = self.forest.items().filter(|item| item.is_folder() && !self.is_of_listed_drive(item)).map(folder_to_walk).collect();
        self.walk(folders).await
    }

    fn is_of_listed_drive(&self, item: &WireFile) -> bool {
        item.drive_id.as_ref().is_some_and(|drive| self.forest.is_root(drive))
    }

    async fn walk_place(&mut self, place: Place, prefix: &str) -> Result<(), SourceError> {
        self.forest.add_root(place.id(), prefix);
        match place {
            Place::SharedDrive(id) => self.shared_drive(&id).await,
            Place::Folder(folder) if self.walked.contains(&folder.id) => Ok(()),
            Place::Folder(folder) => {
                let what = format!("The Drive folder {}", folder.id);
                self.walk_first(*folder, &what).await
            }
        }
    }

    /// Shared drives are listed one by one: a search over all of them may be silently incomplete.
    async fn shared_drives(&mut self) -> Result<(), SourceError> {
        let mut page_token: Option<String> = None;
        let mut tokens_seen = BTreeSet::new();
        loop {
            let mut query = vec![("pageSize", "100"), ("fields", "nextPageToken,drives(id,name)")];
            if let Some(token) = &page_token {
                query.push(("pageToken", token));
            }
            let url = self.client.address(&["drives"], &query);
            let page: DrivePage = match self.client.metadata(&url, None).await {
                Ok(page) => page,
                Err(error) => return self.broken_off(error, "The list of shared drives"),
            };
            for drive in page.drives {
                self.forest.add_root(&drive.id, &clean(&drive.name));
                self.shared_drive(&drive.id).await?;
            }
            match page.next_page_token {
                Some(token) if tokens_seen.insert(token.clone()) => page_token = Some(token),
                Some(_) => return self.broken_off(CallError::Garbled, "The list of shared drives"),
                None => return Ok(()),
            }
        }
    }

    async fn shared_drive(&mut self, drive_id: &str) -> Result<(), SourceError> {
        let pages = self.pages(NOT_TRASHED, &[("corpora", "drive"), ("driveId", drive_id)], None).await;
        self.take(pages, &format!("The shared drive {drive_id}"))
    }

    /// Walks the folder that the review begins at.
    async fn walk_first(&mut self, root: WireFile, what: &str) -> Result<(), SourceError> {
        let pages = self.children(&folder_to_walk(&root)).await;
        self.walked.insert(root.id);
        let folders = pages.files.iter().filter(|file| file.is_folder()).map(folder_to_walk).collect();
        self.take(pages, what)?;
        self.walk(folders).await
    }

    /// Walks folders found through a shortcut.
    pub(super) async fn walk_from(&mut self, folder: &WireFile) -> Result<(), SourceError> {
        self.walk(vec![folder_to_walk(folder)]).await
    }

    async fn walk(&mut self, mut level: Vec<FolderToWalk>) -> Result<(), SourceError> {
        while !level.is_empty() {
            level.retain(|folder| self.walked.insert(folder.id.clone()));
            let mut below = Vec::new();
            for folders in level.chunks(FOLDERS_AT_ONCE) {
                let answers = join_all(folders.iter().map(|folder| self.children(folder))).await;
                let mut is_over = false;
                for pages in answers {
                    below.extend(pages.files.iter().filter(|file| file.is_folder()).map(folder_to_walk));
                    is_over |= pages.broke_off.as_ref().is_some_and(CallError::concerns_every_call);
                    self.take(pages, "A folder")?;
                }
                if is_over {
                    return Ok(());
                }
            }
            level = below;
        }
        Ok(())
    }

    async fn children(&self, folder: &FolderToWalk) -> Pages {
        let key = folder.resource_key.as_deref().map(|key| (folder.id.as_str(), key));
        let mut pages = self.pages(&children_of(&folder.id), &[], key).await;
        for file in &mut pages.files {
            // Parents can be absent for things that are only shared; they were found in this folder.
            if file.parents.is_empty() {
                file.parents.push(folder.id.clone());
            }
        }
        pages
    }

    /// All pages of one query. A page token that is refused is thrown away and the query begun again, once.
    async fn pages(&self, q: &str, corpus: &[(&str, &str)], key: Option<(&str, &str)>) -> Pages {
        let fields = page_fields();
        let mut pages = Pages { files: Vec::new(), is_search_incomplete: false, broke_off: None };
        let mut page_token: Option<String> = None;
        let mut tokens_seen = BTreeSet::new();
        let mut was_restarted = false;
        loop {
            let mut query = vec![
                ("q", q),
                ("pageSize", "1000"),
                ("fields", &fields),
                ("supportsAllDrives", "true"),
                ("includeItemsFromAllDrives", "true"),
            ];
            query.extend_from_slice(corpus);
            if let Some(token) = &page_token {
                query.push(("pageToken", token));
            }
            let url = self.client.address(&["files"], &query);
            match self.client.metadata::<FilePage>(&url, key).await {
                Ok(page) => {
                    let files_seen = self.seen.fetch_add(page.files.len(), Ordering::Relaxed) + page.files.len();
                    self.progress.event(ReviewEvent::Listing { files_seen });
                    pages.files.extend(page.files);
                    pages.is_search_incomplete |= page.incomplete_search;
                    if files_seen > MOST_FILES {
                        pages.broke_off = Some(CallError::Garbled);
                        return pages;
                    }
                    match page.next_page_token {
                        Some(token) if tokens_seen.insert(token.clone()) => page_token = Some(token),
                        // Pages that lead in a circle would never end.
                        Some(_) => {
                            pages.broke_off = Some(CallError::Garbled);
                            return pages;
                        }
                        None => return pages,
                    }
                }
                Err(CallError::Refused(Meaning::BadRequest | Meaning::NotFound, _)) if page_token.is_some() && !was_restarted => {
                    was_restarted = true;
                    page_token = None;
                    tokens_seen.clear();
                }
                Err(error) => {
                    pages.broke_off = Some(error);
                    return pages;
                }
            }
        }
    }

    fn take(&mut self, pages: Pages, what: &str) -> Result<(), SourceError> {
        let has_files = !pages.files.is_empty();
        for file in pages.files {
            let is_known_better = self.is_of_listed_drive(&file) && self.forest.get(&file.id).is_some();
            if !is_known_better && !self.forest.is_root(&file.id) {
                self.forest.add(file);
            }
        }
        self.is_complete &= !pages.is_search_incomplete;
        match pages.broke_off {
            None => Ok(()),
            Some(error) if has_files || self.forest.len() > 0 => self.broken_off(error, what),
            Some(error) => Err(error.of_listing(what)),
        }
    }

    /// A listing that breaks off after it began is incomplete; one that never began, or whose sign-in is lost, fails.
    pub(super) fn broken_off(&mut self, error: CallError, what: &str) -> Result<(), SourceError> {
        self.is_complete = false;
        match error.of_listing(what) {
            error @ (SourceError::NotAuthorised { .. } | SourceError::Misconfigured { .. }) => Err(error),
            error if self.forest.len() == 0 => Err(error),
            _ => Ok(()),
        }
    }

    /// The metadata of one file, folder or shortcut.
    pub(super) async fn file(&self, id: &str, key: Option<&str>) -> Result<WireFile, CallError> {
        let url = self.client.address(&["files", id], &[("fields", FILE_FIELDS), ("supportsAllDrives", "true")]);
        self.client.metadata(&url, key.map(|key| (id, key))).await
    }

    fn into_inventory(mut self, scope: &DriveScope) -> Inventory {
        let mut files = Vec::new();
        for item in self.forest.items().filter(|item| !item.is_folder() && !item.is_shortcut()) {
            // Things outside of the scope were not asked for and are not shown.
            let Some(path) = self.forest.path(&item.id) else { continue };
            match classify(item, path) {
                Classified::File(file) => files.push(file),
                Classified::PassedOver(entry) => self.passed_over.push(entry),
            }
        }
        let source = SourceIdentity { kind: SourceKind::Drive, root: scope.root().to_owned() };
        Inventory::new(source, files, self.passed_over, self.is_complete)
    }

    /// Notes that a shortcut is not followed, and why.
    pub(super) fn pass_over(&mut self, shortcut: &WireFile, path: &str, reason: &str) {
        self.passed_over.push(passed_over(shortcut, path.to_owned(), reason));
    }
}

fn folder_to_walk(folder: &WireFile) -> FolderToWalk {
    FolderToWalk { id: folder.id.clone(), resource_key: folder.resource_key.clone() }
}
