//! What a database's errors mean for us, in our words. Never passes on a value, a password or an address: of PostgreSQL's
//! errors only the code and the names of constraint and table, of SQLite's the message, which holds no values.

use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, SqlxError};

use crate::ports::StoreFailure;

/// What an error of the database means.
#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err")]
pub(super) fn told(error: DbErr) -> StoreFailure {
    match &error {
        DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => unavailable("no connection came free in time"),
        DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed) => unavailable("its connections are closed"),
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => of_driver(error),
        DbErr::Conn(_) => unavailable("no connection could be made"),
        DbErr::Type(_) | DbErr::TryIntoErr { .. } | DbErr::Json(_) => {
            StoreFailure::Damaged { what: "a row", detail: "a column holds something else than it should".to_owned() }
        }
        // The rest are mistakes in how a statement was put together; their texts may hold values.
        _ => refused("a statement was not understood"),
    }
}

fn of_driver(error: &SqlxError) -> StoreFailure {
    match error {
        SqlxError::Database(error) => {
            let code = error.code().unwrap_or_default();
            if error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
                of_sqlite(&code, error.message())
            } else {
                let place = [error.constraint(), error.table()].into_iter().flatten().collect::<Vec<_>>().join(" of ");
                of_postgres(&code, &place)
            }
        }
        SqlxError::Io(error) => unavailable(&error.kind().to_string()),
        SqlxError::PoolTimedOut => unavailable("no connection came free in time"),
        SqlxError::PoolClosed | SqlxError::WorkerCrashed => unavailable("its connections are closed"),
        SqlxError::Tls(_) => unavailable("no secure connection could be made"),
        SqlxError::Protocol(_) => unavailable("it broke off in mid-answer"),
        SqlxError::ColumnDecode { .. } | SqlxError::Decode(_) => {
            StoreFailure::Damaged { what: "a row", detail: "a column holds something else than it should".to_owned() }
        }
        SqlxError::Configuration(_) => refused("its address is not understood"),
        // sqlx may grow kinds; their texts may hold values.
        _ => refused("the driver refused it"),
    }
}

/// By the primary result code (<https://www.sqlite.org/rescode.html>).
fn of_sqlite(code: &str, message: &str) -> StoreFailure {
    const PRIMARY: u32 = 0xff;
    match code.parse::<u32>().map(|code| code & PRIMARY) {
        // BUSY, LOCKED, READONLY, IOERR, CANTOPEN.
        Ok(5 | 6 | 8 | 10 | 14) => unavailable(message),
        Ok(13) => StoreFailure::Full { detail: message.to_owned() },
        // CORRUPT, NOTADB.
        Ok(11 | 26) => StoreFailure::Damaged { what: "the database file", detail: message.to_owned() },
        Ok(_) | Err(_) => refused(message),
    }
}

/// By SQLSTATE (<https://www.postgresql.org/docs/current/errcodes-appendix.html>).
fn of_postgres(code: &str, place: &str) -> StoreFailure {
    let detail = if place.is_empty() { format!("PostgreSQL error {code}") } else { format!("PostgreSQL error {code} at {place}") };
    match code {
        // No disk space; out of memory is passing.
        "53100" => StoreFailure::Full { detail },
        // Wrong password or role: trying again does not help.
        "28000" | "28P01" => refused("it does not accept this user name and password"),
        "3D000" => refused("there is no database of this name"),
        // Serialisation failure, deadlock, lock not to be had, statement stopped by time or operator, read-only while it recovers.
        // or the database takes no connections now.
        "40001" | "40P01" | "55000" | "55P03" | "57014" | "25006" => StoreFailure::Unavailable { detail },
        // Connection lost; out of resources; shut down, starting up, killed by the operator; files not to be had.
        _ if ["08", "53", "57P", "58"].iter().any(|class| code.starts_with(class)) => StoreFailure::Unavailable { detail },
        "XX001" | "XX002" => StoreFailure::Damaged { what: "the database", detail },
        _ => StoreFailure::Refused { detail },
    }
}

fn unavailable(detail: &str) -> StoreFailure {
    StoreFailure::Unavailable { detail: detail.to_owned() }
}

pub(super) fn refused(detail: &str) -> StoreFailure {
    StoreFailure::Refused { detail: detail.to_owned() }
}

/// Whether a foreign key refused it: what it belongs to is not there any more.
pub(super) fn is_orphan(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(sea_orm::SqlErr::ForeignKeyConstraintViolation(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_apart() {
        for (code, is_passing) in [("5", true), ("517", true), ("6", true), ("10", true), ("14", true), ("19", false), ("1", false)] {
            assert_eq!(matches!(of_sqlite(code, "m"), StoreFailure::Unavailable { .. }), is_passing, "{code}");
        }
        assert_eq!(of_sqlite("13", "m"), StoreFailure::Full { detail: "m".to_owned() });
        assert!(matches!(of_sqlite("11", "m"), StoreFailure::Damaged { .. }));
        for (code, is_passing) in [
            ("57P01", true),
            ("57P03", true),
            ("08006", true),
            ("53300", true),
            ("40P01", true),
            ("40001", true),
            ("23505", false),
            ("42P01", false),
            ("28P01", false),
        ] {
            assert_eq!(matches!(of_postgres(code, ""), StoreFailure::Unavailable { .. }), is_passing, "{code}");
        }
        assert_eq!(of_postgres("53100", "x of t"), StoreFailure::Full { detail: "PostgreSQL error 53100 at x of t".to_owned() });
    }

    #[test]
    fn errors_of_the_library_show_no_text_of_theirs() {
        let canary = "postgres://u:canary@h";
        for error in [DbErr::Conn(RuntimeErr::Internal(canary.into())), DbErr::Custom(canary.into()), DbErr::Type(canary.into())] {
            assert!(!format!("{:?}", told(error)).contains("canary"));
        }
    }
}
