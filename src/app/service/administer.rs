//! What an operator does now and then: migrate, seal with a new key, check the audit log.

use crate::app::clock::SystemClock;
use crate::app::failure::{Exit, Failure};
use crate::app::service::open::{of_database, open_database};
use crate::ports::{AuditLog, AuditVerdict, Clock};
use crate::settings::Settings;
use crate::store::{KeyRing, RekeyCounts};

/// Brings the schema up to date; the names of the migrations that were applied.
///
/// # Errors
/// The database does not answer or refuses.
pub async fn migrate(settings: &Settings) -> Result<Vec<String>, Failure> {
    let database = open_database(settings).await?;
    let fail = |failure| of_database(&failure, settings);
    let pending = database.pending_migrations().await.map_err(fail)?;
    database.migrate().await.map_err(fail)?;
    database.close().await.map_err(fail)?;
    Ok(pending)
}

/// Seals everything with the first key. The service may run on meanwhile.
///
/// # Errors
/// The database does not answer.
pub async fn rekey(settings: &Settings) -> Result<RekeyCounts, Failure> {
    let database = open_database(settings).await?;
    let fail = |failure| of_database(&failure, settings);
    let counts = database.rekey(SystemClock.now()).await.map_err(fail)?;
    database.close().await.map_err(fail)?;
    Ok(counts)
}

/// Checks the chain of the audit log.
///
/// # Errors
/// The database does not answer.
pub async fn verify_audit(settings: &Settings) -> Result<AuditVerdict, Failure> {
    let database = open_database(settings).await?;
    let fail = |failure| of_database(&failure, settings);
    let verdict = database.verify().await.map_err(fail)?;
    database.close().await.map_err(fail)?;
    Ok(verdict)
}

/// A fresh key as text, for the operator to keep.
///
/// # Errors
/// The machine gives no random numbers.
pub fn new_key() -> Result<secrecy::SecretString, Failure> {
    KeyRing::fresh_key().map_err(|error| Failure::new(Exit::Internal, format!("{error}."), error.advice()))
}
