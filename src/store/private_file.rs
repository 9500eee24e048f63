//! Files that only their owner may read: written whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::Path;

use crate::store::StoreError;

/// No file of ours is larger; a larger one is not ours.
const MOST_BYTES: u64 = 1024 * 1024;

/// Makes the data folder, readable by its owner only.
pub(super) fn make_folder(folder: &Path) -> Result<(), StoreError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder).map_err(|error| StoreError::io(folder, "created", &error))
}

/// Reads a file; none when there is none.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(StoreError::io(path, "read", &error)),
    };
    let mut bytes = Vec::new();
    file.take(MOST_BYTES).read_to_end(&mut bytes).map_err(|error| StoreError::io(path, "read", &error))?;
    Ok(Some(bytes))
}

/// Whether only the owner may read a file. Where files have no such rights, they are taken to be private.
pub(super) fn is_private(path: &Path) -> Result<bool, StoreError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let metadata = fs::metadata(path).map_err(|error| StoreError::io(path, "read", &error))?;
        let of_others = metadata.permissions().mode() & 0o077;
        Ok(of_others == 0)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        Ok(true)
    }
}

/// Creates a file that must not exist yet. False when it exists.
pub(super) fn create_new(path: &Path, bytes: &[u8]) -> Result<bool, StoreError> {
    match private().create_new(true).open(path) {
        Ok(mut file) => {
            file.write_all(bytes).and_then(|()| file.sync_all()).map_err(|error| StoreError::io(path, "written", &error))?;
            Ok(true)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(StoreError::io(path, "written", &error)),
    }
}

/// Puts a file in the place of the old one in a single step: a crash leaves the old one or the new one, whole.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let beside = path.with_extension(format!("new-{}", std::process::id()));
    let outcome = write_beside(&beside, bytes).and_then(|()| fs::rename(&beside, path));
    outcome.map_err(|error| {
        // What could not be put in place must not lie around; if it cannot be removed either, it is still sealed.
        let _ = fs::remove_file(&beside);
        StoreError::io(path, "written", &error)
    })
}

fn write_beside(beside: &Path, bytes: &[u8]) -> std::io::Result<()> {
    // Whatever lies there is left over from a crash, or was put there; either way it must not be written into.
    match fs::remove_file(beside) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut file = private().create_new(true).open(beside)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Removes a file. False when there was none.
pub(super) fn remove(path: &Path) -> Result<bool, StoreError> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(StoreError::io(path, "removed", &error)),
    }
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options
}
