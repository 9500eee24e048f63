//! A backup of the database for the operator: of SQLite a copy is made, for PostgreSQL the commands are told. It never needs a key.

use std::path::Path;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::app::failure::{Exit, Failure};
use crate::app::service::open::{database_url, of_database};
use crate::ports::StoreFailure;
use crate::settings::Settings;
use crate::store::{BackupFailure, copy_sqlite, sqlite_file};

/// Parameters of a database's address that the programs of PostgreSQL know too, and that hold no secret
/// (<https://www.postgresql.org/docs/current/libpq-connect.html>).
const SHARED_PARAMETERS: [&str; 8] = ["sslmode", "sslrootcert", "sslcert", "sslkey", "host", "port", "user", "dbname"];

/// Copies the database to a file that is not there yet, while the service runs; gives the size in bytes.
///
/// # Errors
/// What happened and what to do; for PostgreSQL, with which commands it is done.
pub async fn backup(settings: &Settings, to: &Path) -> Result<u64, Failure> {
    let url = database_url(settings)?;
    if !url.expose_secret().starts_with("sqlite:") {
        return Err(by_postgres(&url, to));
    }
    let from = sqlite_file(url.expose_secret().trim()).map_err(|failure| of_database(&failure, settings))?;
    copy_sqlite(&from, to).await.map_err(|failure| match failure {
        BackupFailure::NoDatabase { .. } => Failure::new(
            Exit::Usage,
            format!("{failure}; nothing was written."),
            "Check database.url and data_dir: run it with the settings and as the user of the service.",
        ),
        BackupFailure::Taken { .. } => Failure::new(
            Exit::Usage,
            format!("{failure}, and a backup never takes the place of a file; nothing was written."),
            "Choose another name, such as one with the date. A file that ends in .partial is left over when a backup was killed: delete it.",
        ),
        BackupFailure::NotWhole { .. } => Failure::new(
            Exit::Internal,
            format!("A copy was made, but {failure}. It was deleted; older backups are as they were."),
            "Check the disks of the database and of the backup. If it happens again, the database itself is damaged: restore an older backup.",
        ),
        BackupFailure::Store(StoreFailure::Damaged { detail, .. }) => Failure::new(
            Exit::Internal,
            format!("The database cannot be read: {detail}; nothing was written."),
            "Check database.url. If that is the database of the service, it is damaged: restore an older backup.",
        ),
        BackupFailure::Store(failure @ (StoreFailure::Full { .. } | StoreFailure::Unavailable { .. } | StoreFailure::Refused { .. })) => {
            of_database(&failure, settings)
        }
        BackupFailure::File(error) => Failure::new(
            Exit::Internal,
            format!("There is no backup: {error}."),
            "Check that the folder is there, has room and can be written by this user.",
        ),
    })
}

/// PostgreSQL has programs for this that know more than we could.
fn by_postgres(url: &SecretString, to: &Path) -> Failure {
    let place = quoted(&without_secrets(url.expose_secret().trim()));
    let file = quoted(&to.display().to_string());
    Failure::new(
        Exit::Usage,
        "The database is PostgreSQL, which is backed up by its own programs; nothing was written.",
        format!(
            "Run this, with a pg_dump that is not older than the server, and the password in ~/.pgpass or PGPASSWORD:\n    \
             umask 077; pg_dump --format=custom --no-owner --no-privileges --file={file} --dbname={place}\n\
             To restore it into an empty database:\n    \
             pg_restore --exit-on-error --single-transaction --no-owner --dbname={place} {file}"
        ),
    )
}

/// An address as PostgreSQL's programs take it, without its password.
fn without_secrets(url: &str) -> String {
    let Ok(mut url) = Url::parse(url) else { return "postgres://USER@HOST/DATABASE".to_owned() };
    // Fails only for addresses that have no host and so no password.
    let _ = url.set_password(None);
    let shared: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, _)| SHARED_PARAMETERS.contains(&name.as_ref()))
        .map(|(n, v)| (n.into_owned(), v.into_owned()))
        .collect();
    url.set_query(None);
    if !shared.is_empty() {
        url.query_pairs_mut().extend_pairs(shared);
    }
    url.into()
}

/// A text as one word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_told() {
        for (url, expected) in [
            ("postgres://u:hush@db.example/crosswalk", "postgres://u@db.example/crosswalk"),
            (
                "postgres://u:hush@db:1/c?sslmode=verify-full&password=hush&statement-cache-capacity=5",
                "postgres://u@db:1/c?sslmode=verify-full",
            ),
            ("postgres://db/c", "postgres://db/c"),
            ("postgres://[", "postgres://USER@HOST/DATABASE"),
        ] {
            assert_eq!(without_secrets(url), expected);
        }
        let told = by_postgres(&SecretString::from("postgres://u:hush@db/c"), Path::new("it's here"));
        assert!(!told.advice.contains("hush") && told.advice.contains(r"--file='it'\''s here'"), "{}", told.advice);
    }
}
