//! Finds the folder or shared drive that a review begins at. Looks at metadata only, and never below it.

use crate::drive::client::CallError;
use crate::drive::listing::Listing;
use crate::drive::reason::Meaning;
use crate::drive::shortcut;
use crate::drive::wire::{WireDrive, WireFile};
use crate::ports::SourceError;
use crate::settings::DriveAccess;

/// Where a review begins.
pub(super) enum Place {
    /// A folder, also one in a shared drive.
    Folder(Box<WireFile>),
    /// A whole shared drive, by id.
    SharedDrive(String),
}

impl Place {
    pub(super) fn id(&self) -> &str {
        match self {
            Self::Folder(folder) => &folder.id,
            Self::SharedDrive(id) => id,
        }
    }
}

/// Looks a place up.
pub(super) async fn resolve(listing: &mut Listing<'_>, id: &str, access: DriveAccess) -> Result<Place, SourceError> {
    let what = format!("The Drive folder {id}");
    let not_found = |advice: &str| SourceError::NotFound { what: what.clone(), advice: advice.to_owned() };
    match listing.file(id, None).await {
        Ok(file) if listing.is_confined && file.is_shortcut() => Err(not_found("It is a shortcut; share the folder that it points to.")),
        Ok(file) => {
            let file = shortcut::follow_to_folder(listing, file).await.map_err(|error| error.of_listing(&what))?;
            if !file.is_folder() {
                return Err(not_found("There is a file of that id; give the id of the folder that it lies in."));
            }
            if file.trashed {
                return Err(not_found("It is in the bin; restore it first."));
            }
            if file.drive_id.as_deref() == Some(&file.id) {
                return Ok(Place::SharedDrive(file.id));
            }
            Ok(Place::Folder(Box::new(file)))
        }
        // The root of a shared drive may be hidden from files.get; drive.file may not ask for drives at all.
        Err(CallError::Refused(Meaning::NotFound, status)) if access == DriveAccess::ReadOnly => {
            let url = listing.client.address(&["drives", id], &[("fields", "id,name")]);
            match listing.client.metadata::<WireDrive>(&url, None).await {
                Ok(drive) => Ok(Place::SharedDrive(drive.id)),
                Err(CallError::Refused(..)) => Err(CallError::Refused(Meaning::NotFound, status).of_listing(&what)),
                Err(error) => Err(error.of_listing(&what)),
            }
        }
        Err(error) => Err(error.of_listing(&what)),
    }
}
