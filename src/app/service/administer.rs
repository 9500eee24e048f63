//! What an operator does now and then: migrate, seal with a new key, check the audit log.

use crate::app::clock::SystemClock;
use crate::app::failure::{Exit, Failure};
use crate::app::service::open::{of_database, open_database};
use crate::ports::{AuditLog, AuditVerdict, Clock};
use crate::settings::Settings;
use crate::store::KeyRing;

/// Brings the schema up to date; how many migrations were applied.
///
/// # Errors
/// The database does not answer or refuses.
pub async fn migrate(settings: &Settings) -> Result<u64, Failure> {
    let database = open_database(settings).await?;
    let fail = |failure| of_database(&failure, database.is_sqlite());
    let pending = database.pending_migrations().await.map_err(fail)?;
    database.migrate().await.map_err(fail)?;
    database.close().await;
    Ok(pending)
}

/// Seals everything with the first key; how many records were changed. The service may run on meanwhile.
///
/// # Errors
/// The database does not answer, or a record cannot be opened with any key.
pub async fn rekey(settings: &Settings) -> Result<u64, Failure> {
    let database = open_database(settings).await?;
    let changed = database.rekey(SystemClock.now()).await.map_err(|failure| of_database(&failure, database.is_sqlite()))?;
    database.close().await;
    Ok(changed)
}

/// Checks the chain of the audit log.
///
/// # Errors
/// The database does not answer.
pub async fn verify_audit(settings: &Settings) -> Result<AuditVerdict, Failure> {
    let database = open_database(settings).await?;
    let verdict = database.verify().await.map_err(|failure| of_database(&failure, database.is_sqlite()))?;
    database.close().await;
    Ok(verdict)
}

/// A fresh key as text, for the operator to keep.
///
/// # Errors
/// The machine gives no random numbers.
pub fn new_key() -> Result<secrecy::SecretString, Failure> {
    KeyRing::fresh_key().map_err(|error| Failure::new(Exit::Internal, format!("{error}."), error.advice()))
}
