//! Follows shortcuts: each target counts once, and a shortcut that leads nowhere or in a circle is a line of the
//! ledger, never an endless walk.

use std::collections::BTreeSet;

use crate::drive::client::CallError;
use crate::drive::listing::Listing;
use crate::drive::reason::Meaning;
use crate::drive::wire::WireFile;
use crate::ports::SourceError;

/// Where a shortcut leads.
enum Target {
    /// To something that was listed already; its id.
    Listed(String),
    /// To something outside of what was listed.
    Outside(Box<WireFile>),
    Nowhere(&'static str),
    /// To something outside of what was listed, where we may not look.
    OffLimits,
    /// It could not be looked up.
    Unknown(CallError),
}

const DANGLING: &str = "A shortcut whose target was deleted or is not shared with this account.";
const CIRCLE: &str = "A shortcut that leads back to itself.";
const COUNTED: &str = "A shortcut to something that is examined in its own place.";
const BINNED: &str = "A shortcut to something in the bin.";
const NOT_FOLLOWED: &str =
    "A shortcut that leads out of the shared folders; share the folder that it points to as well to have it examined.";
const LOST: &str = "A shortcut whose target could not be looked up.";

/// Follows every shortcut of a listing, also those found in folders that shortcuts led to. In the order of their
/// paths, so that the same Drive always gives the same inventory.
pub(super) async fn resolve_all(listing: &mut Listing<'_>) -> Result<(), SourceError> {
    let mut resolved = BTreeSet::new();
    loop {
        let mut shortcuts: Vec<(String, WireFile)> = listing
            .forest
            .items()
            .filter(|item| item.is_shortcut() && !resolved.contains(&item.id))
            .filter_map(|item| Some((listing.forest.path(&item.id)?, item.clone())))
            .collect();
        if shortcuts.is_empty() {
            return Ok(());
        }
        shortcuts.sort_by(|a, b| (&a.0, &a.1.id).cmp(&(&b.0, &b.1.id)));
        for (path, shortcut) in shortcuts {
            resolved.insert(shortcut.id.clone());
            resolve(listing, &path, &shortcut).await?;
        }
    }
}

async fn resolve(listing: &mut Listing<'_>, path: &str, shortcut: &WireFile) -> Result<(), SourceError> {
    if shortcut.trashed {
        listing.pass_over(shortcut, path, BINNED);
        return Ok(());
    }
    let target = match target(listing, shortcut).await {
        Target::Outside(target) => target,
        Target::Listed(id) if listing.forest.path(&id).is_some() => {
            listing.pass_over(shortcut, path, COUNTED);
            return Ok(());
        }
        // Listed, but outside of what is reviewed: the shortcut brings it in.
        Target::Listed(id) => match listing.forest.get(&id) {
            Some(file) => Box::new(file.clone()),
            None => return Ok(()),
        },
        Target::Nowhere(reason) => {
            listing.pass_over(shortcut, path, reason);
            return Ok(());
        }
        Target::OffLimits => {
            listing.pass_over(shortcut, path, NOT_FOLLOWED);
            return Ok(());
        }
        Target::Unknown(error) => {
            listing.pass_over(shortcut, path, LOST);
            return listing.broken_off(error, "The target of a shortcut");
        }
    };
    if target.trashed {
        listing.pass_over(shortcut, path, BINNED);
    } else if target.is_folder() {
        listing.forest.add_root(&target.id, path);
        listing.walk_from(&target).await?;
    } else {
        let folder = listing.forest.folder_path(shortcut).unwrap_or_default();
        listing.forest.place(*target, &folder);
    }
    Ok(())
}

async fn target(listing: &Listing<'_>, shortcut: &WireFile) -> Target {
    let mut visited = BTreeSet::from([shortcut.id.clone()]);
    let mut current = shortcut.clone();
    loop {
        let Some(id) = current.shortcut_details.as_ref().and_then(|details| details.target_id.clone()) else {
            return Target::Nowhere(DANGLING);
        };
        if !visited.insert(id.clone()) {
            return Target::Nowhere(CIRCLE);
        }
        if listing.forest.is_root(&id) {
            return Target::Listed(id);
        }
        let next = match listing.forest.get(&id) {
            Some(listed) if !listed.is_shortcut() => return Target::Listed(id),
            Some(listed) => listed.clone(),
            // The robot sees the folders of every customer: a shortcut must not lead it from one into another's.
            None if listing.is_confined => return Target::OffLimits,
            None => match look_up(listing, &current, &id).await {
                Ok(file) if !file.is_shortcut() => return Target::Outside(Box::new(file)),
                Ok(file) => file,
                Err(CallError::Refused(Meaning::NotFound | Meaning::NoPermission | Meaning::NotPicked, _)) => {
                    return Target::Nowhere(DANGLING);
                }
                Err(error) => return Target::Unknown(error),
            },
        };
        current = next;
    }
}

async fn look_up(listing: &Listing<'_>, shortcut: &WireFile, id: &str) -> Result<WireFile, CallError> {
    let key = shortcut.shortcut_details.as_ref().and_then(|details| details.target_resource_key.clone());
    let mut file = listing.file(id, key.as_deref()).await?;
    file.resource_key = file.resource_key.or(key);
    Ok(file)
}

/// A review may be pointed at a shortcut to a folder.
pub(super) async fn follow_to_folder(listing: &Listing<'_>, file: WireFile) -> Result<WireFile, CallError> {
    if !file.is_shortcut() {
        return Ok(file);
    }
    match target(listing, &file).await {
        Target::Outside(target) => Ok(*target),
        Target::Listed(_) | Target::Nowhere(_) | Target::OffLimits => Err(CallError::Refused(Meaning::NotFound, 404)),
        Target::Unknown(error) => Err(error),
    }
}
