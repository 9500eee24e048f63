//! Where a test keeps what it keeps: a SQLite file in a folder that goes with the test, or a database of its own on a
//! PostgreSQL server.

use base64::Engine as _;
use crosswalk::store::{Database, KeyRing};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use secrecy::SecretString;
use tempfile::TempDir;

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// An empty database that nobody else uses.
pub struct Place {
    pub kind: Kind,
    pub url: String,
    folder: TempDir,
    /// The server and the name of the database there.
    on_server: Option<(String, String)>,
}

/// Makes two tests of each function: one on SQLite, one on PostgreSQL.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let place = $crate::place::Place::sqlite();
                super::$name(&place).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let Some(place) = $crate::place::Place::postgres(concat!(module_path!(), "::postgres")).await else { return };
                super::$name(&place).await;
                place.remove().await;
            }
        }
    )+};
}
pub(crate) use on_both;

/// A key made of nothing secret.
pub fn key(number: u8) -> String {
    let bytes: Vec<u8> = (0..32).map(|at: u8| at ^ number).collect();
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

pub fn ring(numbers: &[u8]) -> KeyRing {
    let keys: Vec<String> = numbers.iter().map(|number| key(*number)).collect();
    KeyRing::parse(&SecretString::from(keys.join(","))).unwrap()
}

impl Place {
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("data/crosswalk.db").display());
        Self { kind: Kind::Sqlite, url, folder, on_server: None }
    }

    /// None when there is no server; says so.
    pub async fn postgres(test: &str) -> Option<Self> {
        #[expect(clippy::disallowed_methods, reason = "where the test finds its server")]
        let Ok(server) = std::env::var("CROSSWALK_TEST_POSTGRES") else {
            println!("SKIPPED {test}: no PostgreSQL (CROSSWALK_TEST_POSTGRES is not set)");
            return None;
        };
        let mut bits = [0_u8; 8];
        getrandom::fill(&mut bits).unwrap();
        let name = format!("crosswalk_test_{:016x}", u64::from_be_bytes(bits));
        let admin = connect(&server).await;
        admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
        admin.close().await.unwrap();
        let mut url: url::Url = server.parse().unwrap();
        url.set_path(&name);
        Some(Self { kind: Kind::Postgres, url: url.into(), folder: tempfile::tempdir().unwrap(), on_server: Some((server, name)) })
    }

    pub async fn remove(self) {
        if let Some((server, name)) = &self.on_server {
            let admin = connect(server).await;
            admin.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
            admin.close().await.unwrap();
        }
    }

    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// A handle of its own, as another process would have.
    pub async fn open(&self) -> Database {
        let database = self.open_with(&[1]).await;
        database.migrate().await.unwrap();
        database
    }

    /// A handle with other keys, whatever the schema.
    pub async fn open_with(&self, keys: &[u8]) -> Database {
        Database::open(&SecretString::from(self.url.as_str()), 5, ring(keys)).await.unwrap()
    }

    /// Past the store, for looking at what really lies there, and for harming it.
    pub async fn raw(&self) -> DatabaseConnection {
        connect(&self.url).await
    }
}

async fn connect(url: &str) -> DatabaseConnection {
    let mut options = sea_orm::ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    sea_orm::Database::connect(options).await.unwrap()
}

/// Runs a statement past the store; how many rows it touched.
pub async fn run(raw: &DatabaseConnection, sql: &str) -> u64 {
    raw.execute_unprepared(sql).await.unwrap().rows_affected()
}

/// The one number that a statement gives.
pub async fn number(raw: &DatabaseConnection, sql: &str) -> i64 {
    let backend: DbBackend = raw.get_database_backend();
    let row = raw.query_one_raw(Statement::from_string(backend, sql)).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}
