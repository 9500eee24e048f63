//! What is kept between runs: under the data folder sealed secrets, and in a database what the service keeps. Never keeps
//! a document or its text, and never writes a secret or a customer's text in clear.

mod accounts;
mod audit;
mod backup;
mod column;
mod connections;
mod database;
mod decisions;
mod entity;
mod error;
mod examinations;
#[cfg(test)]
mod failing_database;
mod failure;
mod flows;
mod grant;
mod keyring;
mod migrations;
mod outbox;
mod payment_book;
mod payment_row;
mod private_file;
mod purge;
mod queue;
mod rekey;
mod review_row;
mod reviews;
mod schedules;
mod schema;
mod seal;
mod sealed_column;
mod sessions;

pub use backup::{BackupFailure, copy_sqlite};
pub use database::{Database, sqlite_file};
pub use error::StoreError;
pub use grant::{GrantFile, StoredGrant};
pub use keyring::KeyRing;
pub use rekey::{KeyUse, RekeyCounts};
pub use seal::SealKey;
