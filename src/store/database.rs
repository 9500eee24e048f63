//! The database: how it is opened, and what every statement goes through. SQLite or PostgreSQL; only what the two do
//! differently stands here and in `schema`. Never shows a password.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use secrecy::{ExposeSecret, SecretString};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

use crate::ports::StoreFailure;
use crate::store::failure::{refused, told};
use crate::store::{KeyRing, StoreError, private_file};

/// How long a statement waits for a connection, and on SQLite for the one who writes.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// What PostgreSQL is told for each connection. A statement that takes longer is given up: none of ours takes seconds. Who begins a
/// transaction and vanishes with his machine does not keep its locks. Who has waited for a turn must see what was committed meanwhile, so
/// a stricter isolation that the server sets for its users would break turns.
const POSTGRES_SESSION: [(&str, &str); 5] = [
    ("default_transaction_isolation", "read committed"),
    ("statement_timeout", "120s"),
    ("idle_in_transaction_session_timeout", "30s"),
    ("tcp_keepalives_idle", "30"),
    ("tcp_keepalives_interval", "10"),
];

/// What is kept in a database. A clone shares its connections.
#[derive(Clone)]
pub struct Database {
    pub(super) connection: DatabaseConnection,
    pub(super) keys: Arc<KeyRing>,
}

/// Turns taken one after another on PostgreSQL; on SQLite there is one writer at a time anyway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// Migrating.
    Migrate,
    /// Claiming a review: who claims must see what others have claimed.
    Claim,
    /// Appending to the audit log.
    Append,
    /// Taking an event of a payment: one that names only an intent must see what was told of that intent meanwhile, and be seen by it.
    PaymentEvent,
}

impl Turn {
    /// The number of the lock; any number serves that nothing else in this database uses.
    fn lock(self) -> i64 {
        const BASE: i64 = 0x4357_5300;
        BASE + match self {
            Self::Migrate => 1,
            Self::Claim => 2,
            Self::Append => 3,
            Self::PaymentEvent => 4,
        }
    }
}

impl Database {
    /// Opens `sqlite:PATH` (file and folder are made when they are missing, for their owner only) or `postgres://…`. The schema is not
    /// touched: see [`Database::migrate`].
    ///
    /// # Errors
    /// When the address is not understood, or the database does not answer.
    pub async fn open(url: &SecretString, max_connections: u32, keys: KeyRing) -> Result<Self, StoreFailure> {
        let text = url.expose_secret().trim();
        let mut options = if text.starts_with("sqlite:") {
            sqlite_options(text)?
        } else if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            postgres_options(text)?
        } else {
            return Err(refused("its address must begin with sqlite: or postgres://"));
        };
        options.max_connections(max_connections.max(1)).acquire_timeout(PATIENCE).sqlx_logging(false).record_stmt_in_spans(false);
        let connection = sea_orm::Database::connect(options).await.map_err(told)?;
        Ok(Self { connection, keys: Arc::new(keys) })
    }

    /// Ends all connections, when what is under way is done.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn close(&self) -> Result<(), StoreFailure> {
        self.connection.close_by_ref().await.map_err(told)
    }

    pub(super) fn is_postgres(&self) -> bool {
        self.connection.get_database_backend() == DbBackend::Postgres
    }

    /// Begins a transaction that will write. On SQLite it is the only writer from the start, so that it never has to give up half-way.
    pub(super) async fn begin(&self) -> Result<DatabaseTransaction, StoreFailure> {
        let options =
            TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..TransactionOptions::default() };
        self.connection.begin_with_options(options).await.map_err(told)
    }

    /// Begins a transaction of which there is only one at a time, on all machines.
    pub(super) async fn begin_in_turn(&self, turn: Turn) -> Result<DatabaseTransaction, StoreFailure> {
        let transaction = self.begin().await?;
        take_turn(&transaction, turn).await?;
        Ok(transaction)
    }

    /// After something was purged: on SQLite its pages are overwritten, but older ones lie in the log beside the file until that is cut.
    /// PostgreSQL does the like in its own time; what it keeps is sealed.
    pub(super) async fn cut_log(&self) {
        if !self.is_postgres() {
            // If somebody reads just now the log stays, and the next purge cuts it. What was asked for is done either way.
            let _ = self.connection.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await;
        }
    }
}

/// Waits until nobody else has this turn; it lasts until the transaction ends.
pub(super) async fn take_turn(transaction: &DatabaseTransaction, turn: Turn) -> Result<(), StoreFailure> {
    if transaction.get_database_backend() == DbBackend::Postgres {
        if turn == Turn::Migrate {
            // A step on large tables may take long, and so may waiting for somebody else's.
            transaction.execute_unprepared("SET LOCAL statement_timeout = 0").await.map_err(told)?;
        }
        // The lock goes with the transaction, however that ends.
        let wait = format!("SELECT pg_advisory_xact_lock({})", turn.lock());
        transaction.execute_unprepared(&wait).await.map_err(told)?;
    }
    Ok(())
}

/// The file that `sqlite:PATH` names.
///
/// # Errors
/// When it names none.
pub fn sqlite_file(url: &str) -> Result<PathBuf, StoreFailure> {
    let path = url.strip_prefix("sqlite:").unwrap_or(url);
    let path = path.strip_prefix("//").unwrap_or(path);
    if path.is_empty() || path.contains(":memory:") {
        return Err(refused("sqlite: must be followed by the path of a file"));
    }
    if path.contains('?') {
        return Err(refused("the path after sqlite: takes no parameters"));
    }
    Ok(PathBuf::from(path))
}

fn sqlite_options(url: &str) -> Result<ConnectOptions, StoreFailure> {
    let path = sqlite_file(url)?;
    make_private(&path).map_err(|error| StoreFailure::Refused { detail: error.to_string() })?;
    let sqlite = SqliteConnectOptions::new()
        .filename(&path)
        .create_if_missing(true)
        .foreign_keys(true)
        .busy_timeout(PATIENCE)
        .journal_mode(SqliteJournalMode::Wal)
        // A commit that was confirmed outlives a power cut.
        .synchronous(SqliteSynchronous::Full)
        // What is deleted is overwritten, so that purged quotes are really gone from the file.
        .pragma("secure_delete", "ON")
        .disable_statement_logging();
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.map_sqlx_sqlite_opts(move |_| sqlite.clone());
    Ok(options)
}

/// SQLite gives the files that it makes beside this one the same rights.
fn make_private(path: &Path) -> Result<(), StoreError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        private_file::make_folder(folder)?;
    }
    private_file::create_new(path, b"").map(|_| ())
}

fn postgres_options(url: &str) -> Result<ConnectOptions, StoreFailure> {
    // Read here once, because the library's own error would repeat the address with its password.
    url.parse::<sqlx::postgres::PgConnectOptions>().map_err(|_| refused("the address after postgres:// is not understood"))?;
    let mut options = ConnectOptions::new(url);
    options.set_application_name("crosswalk");
    options.map_sqlx_postgres_opts(|options| options.options(POSTGRES_SESSION).disable_statement_logging());
    Ok(options)
}
