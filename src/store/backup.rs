//! A copy of a SQLite database, made while others read and write it. It is made beside its place and moved there whole, readable by its
//! owner only; it never takes the place of a file that is there. What it holds is sealed, and no key is needed to make it.

use std::fs;
use std::path::{Path, PathBuf};

use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;
use thiserror::Error;

use crate::ports::StoreFailure;
use crate::store::database::PATIENCE;
use crate::store::failure::told;
use crate::store::{StoreError, private_file};

/// Why there is no copy. What is there stays as it was.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BackupFailure {
    /// There is no database to copy.
    #[error("There is no database at {}", path.display())]
    NoDatabase {
        /// Where it should be.
        path: PathBuf,
    },
    /// A file of that name is there already, or one that is being written beside it.
    #[error("{} is there already", path.display())]
    Taken {
        /// The file.
        path: PathBuf,
    },
    /// The copy was made and is not whole.
    #[error("the copy is damaged: {detail}")]
    NotWhole {
        /// What SQLite found first.
        detail: String,
    },
    /// The database does not answer, or the disk is full.
    #[error(transparent)]
    Store(#[from] StoreFailure),
    /// The file cannot be written.
    #[error(transparent)]
    File(#[from] StoreError),
}

/// Copies the SQLite database at `from` to `to`, as it stands at one moment; gives the size in bytes. Whoever writes meanwhile is not held up.
///
/// # Errors
/// See [`BackupFailure`]; nothing half-made stays behind.
pub async fn copy_sqlite(from: &Path, to: &Path) -> Result<u64, BackupFailure> {
    // A database that is not there would be made anew by opening it, and its copy would look like a backup.
    if !from.is_file() {
        return Err(BackupFailure::NoDatabase { path: from.to_owned() });
    }
    if fs::symlink_metadata(to).is_ok() {
        return Err(BackupFailure::Taken { path: to.to_owned() });
    }
    let beside = beside(to);
    // SQLite writes into an empty file and refuses any other; made here, it has our rights from its first byte on.
    if !private_file::create_new(&beside, b"")? {
        return Err(BackupFailure::Taken { path: beside });
    }
    let outcome = copy_into(from, &beside).await.and_then(|()| put_in_place(&beside, to));
    if outcome.is_err() {
        // What could not be finished must not pass for a backup; if it cannot be removed either, its name says so, and it is sealed.
        let _ = fs::remove_file(&beside);
    }
    outcome
}

/// The name under which a copy is written until it is whole.
fn beside(to: &Path) -> PathBuf {
    let mut name = to.as_os_str().to_owned();
    name.push(".partial");
    PathBuf::from(name)
}

async fn copy_into(from: &Path, beside: &Path) -> Result<(), BackupFailure> {
    let connection = open(from).await?;
    // One statement, one moment: SQLite reads under its own snapshot (https://www.sqlite.org/lang_vacuum.html#vacuuminto).
    let copy = Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO ?", [beside.display().to_string().into()]);
    let copied = connection.execute_raw(copy).await.map_err(told);
    let closed = connection.close().await.map_err(told);
    copied?;
    closed?;
    check(beside).await
}

/// Reads the copy through once: a disk that loses bytes is noticed now, and not on the day when the copy is needed.
async fn check(copy: &Path) -> Result<(), BackupFailure> {
    let connection = open(copy).await?;
    let asked = Statement::from_string(DbBackend::Sqlite, "PRAGMA integrity_check(1)");
    let answer = connection.query_one_raw(asked).await.map_err(told);
    let closed = connection.close().await.map_err(told);
    let answer = answer?.and_then(|row| row.try_get_by_index::<String>(0).ok()).unwrap_or_default();
    closed?;
    if answer == "ok" { Ok(()) } else { Err(BackupFailure::NotWhole { detail: answer }) }
}

async fn open(path: &Path) -> Result<DatabaseConnection, StoreFailure> {
    let sqlite = SqliteConnectOptions::new().filename(path).create_if_missing(false).busy_timeout(PATIENCE).disable_statement_logging();
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(1).acquire_timeout(PATIENCE).sqlx_logging(false).map_sqlx_sqlite_opts(move |_| sqlite.clone());
    sea_orm::Database::connect(options).await.map_err(told)
}

/// Whole on the disk first, and only then under its name.
fn put_in_place(beside: &Path, to: &Path) -> Result<u64, BackupFailure> {
    let written = |error: std::io::Error| StoreError::io(to, "written", &error);
    let file = fs::File::open(beside).map_err(written)?;
    file.sync_all().map_err(written)?;
    let size = file.metadata().map_err(written)?.len();
    fs::rename(beside, to).map_err(written)?;
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // A folder that cannot be synced (some network disks) still holds the file.
    let _ = fs::File::open(folder).and_then(|folder| folder.sync_all());
    Ok(size)
}
