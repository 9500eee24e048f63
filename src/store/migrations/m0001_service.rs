//! The tables of the service's first half: customers, sessions, connections, reviews with their leases, receipts, audit log.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use super::columns::{ID, WORD, belongs, counter, flag, hash, id, index, number, sealed, word};

pub(super) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0001_service"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [customer(), session(), flow(), connection(), review(), assessment(), receipt(), audit_line()] {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        let keep_audit_lines = match manager.get_database_backend() {
            DbBackend::Postgres => KEEP_AUDIT_LINES_POSTGRES,
            _ => KEEP_AUDIT_LINES_SQLITE,
        };
        for statement in keep_audit_lines {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

fn customer() -> TableCreateStatement {
    Table::create()
        .table("customer")
        .col(id("id").primary_key())
        .col(ColumnDef::new("issuer").text().not_null())
        .col(hash("subject_hash").unique_key())
        .col(sealed("identity"))
        .col(number("created_at"))
        .col(word("retention"))
        .take()
}

fn session() -> TableCreateStatement {
    Table::create()
        .table("session")
        .col(hash("token_hash").primary_key())
        .col(id("customer_id"))
        .col(number("signed_in_at"))
        .col(number("last_seen_at"))
        .foreign_key(&mut belongs("session", "customer_id", "customer"))
        .take()
}

fn flow() -> TableCreateStatement {
    Table::create()
        .table("flow")
        .col(hash("state_hash").primary_key())
        .col(hash("browser_hash"))
        .col(word("purpose"))
        .col(ColumnDef::new("customer_id").string_len(ID))
        .col(ColumnDef::new("mode").string_len(WORD))
        .col(sealed("content"))
        .col(number("expires_at"))
        .foreign_key(&mut belongs("flow", "customer_id", "customer"))
        .take()
}

fn connection() -> TableCreateStatement {
    Table::create()
        .table("connection")
        .col(id("id").primary_key())
        .col(id("customer_id"))
        .col(word("mode"))
        .col(word("state"))
        .col(number("since"))
        .col(ColumnDef::new("account").blob())
        .col(ColumnDef::new("refresh_token").blob())
        .col(ColumnDef::new("scopes").text())
        .col(counter("grant_number"))
        .col(ColumnDef::new("folders").blob())
        .foreign_key(&mut belongs("connection", "customer_id", "customer"))
        .take()
}

/// The customer's id stands here too, so that every statement can ask for it; it goes with the connection.
fn review() -> TableCreateStatement {
    Table::create()
        .table("review")
        .col(id("id").primary_key())
        .col(id("connection_id"))
        .col(id("customer_id"))
        .col(sealed("ordered"))
        .col(number("ordered_at"))
        .col(word("state"))
        .col(ColumnDef::new("attempt").integer().not_null())
        .col(number("run_at"))
        .col(ColumnDef::new("worker").string_len(ID))
        .col(ColumnDef::new("lease_until").big_integer())
        .col(ColumnDef::new("released_by").string_len(ID))
        .col(ColumnDef::new("released_attempt").integer())
        .col(flag("is_cancelling"))
        .col(counter("files_seen"))
        .col(counter("to_examine"))
        .col(counter("examined"))
        .col(counter("files_read"))
        .col(flag("is_concluding"))
        .col(ColumnDef::new("ended_at").big_integer())
        .col(ColumnDef::new("failure").string_len(WORD))
        .col(ColumnDef::new("is_complete").boolean())
        .col(counter("ledger_lines"))
        .col(counter("quotes"))
        .foreign_key(&mut belongs("review", "connection_id", "connection"))
        .take()
}

fn assessment() -> TableCreateStatement {
    Table::create()
        .table("assessment")
        .col(id("review_id").primary_key())
        .col(id("customer_id"))
        .col(sealed("content"))
        .foreign_key(&mut belongs("assessment", "review_id", "review"))
        .take()
}

fn receipt() -> TableCreateStatement {
    Table::create()
        .table("receipt")
        .col(id("id").primary_key())
        .col(number("at"))
        .col(number("connections"))
        .col(number("grants"))
        .col(number("reviews"))
        .col(number("ledger_lines"))
        .col(number("quotes"))
        .col(number("sessions"))
        .col(ColumnDef::new("grant_revoked").boolean())
        .take()
}

/// No foreign key: what was done stays written down when who did it is gone.
fn audit_line() -> TableCreateStatement {
    Table::create()
        .table("audit_line")
        .col(number("seq").primary_key())
        .col(number("at"))
        .col(ColumnDef::new("customer_id").string_len(ID))
        .col(word("action"))
        .col(ColumnDef::new("subject").text())
        .col(hash("prev"))
        .col(hash("hash"))
        .take()
}

fn indexes() -> [IndexCreateStatement; 10] {
    let mut one_of_each_mode = index("connection_customer_mode", "connection", &["customer_id", "mode"]);
    one_of_each_mode.unique();
    let mut one_active = index("review_active", "review", &["connection_id"]);
    one_active.unique().and_where(Expr::col("state").is_in(["queued", "running"]));
    [
        one_of_each_mode,
        one_active,
        index("review_due", "review", &["state", "run_at"]),
        index("review_customer", "review", &["customer_id", "ordered_at"]),
        index("review_connection", "review", &["connection_id"]),
        index("review_ended", "review", &["ended_at"]),
        index("session_customer", "session", &["customer_id"]),
        index("session_age", "session", &["signed_in_at"]),
        index("flow_customer", "flow", &["customer_id"]),
        index("flow_age", "flow", &["expires_at"]),
    ]
}

const KEEP_AUDIT_LINES_SQLITE: &[&str] = &[
    "CREATE TRIGGER audit_line_unchanged BEFORE UPDATE ON audit_line BEGIN SELECT RAISE(ABORT, 'audit lines are never changed'); END",
    "CREATE TRIGGER audit_line_kept BEFORE DELETE ON audit_line BEGIN SELECT RAISE(ABORT, 'audit lines are never deleted'); END",
];

const KEEP_AUDIT_LINES_POSTGRES: &[&str] = &[
    "CREATE FUNCTION audit_line_refuse() RETURNS trigger LANGUAGE plpgsql AS \
     $$ BEGIN RAISE EXCEPTION 'audit lines are never changed or deleted'; END $$",
    "CREATE TRIGGER audit_line_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_line \
     FOR EACH STATEMENT EXECUTE FUNCTION audit_line_refuse()",
];
