//! The tables of the service's second half: payments and what was told of them, mail that waits, schedules, decisions, and what each
//! file of the last review gave. Reviews learn whether a person or a schedule ordered them.

use sea_orm_migration::prelude::*;

use super::columns::{ID, belongs, id, index, number, sealed, word};

pub(super) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0002_payment"
    }
}

/// The longest id that Stripe promises to give.
const FOREIGN_ID: u32 = 255;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let origin = Table::alter().table("review").add_column(word("origin").default("ordered")).take();
        manager.alter_table(origin).await?;
        let decisions = Table::alter().table("receipt").add_column(number("decisions").default(0)).take();
        manager.alter_table(decisions).await?;
        for table in [payment(), payment_event(), mail(), schedule(), decision(), examination()] {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

fn foreign_id(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).string_len(FOREIGN_ID).take()
}

/// No foreign key to the review: that something was paid stays written down when the review goes, as long as the customer is there.
fn payment() -> TableCreateStatement {
    Table::create()
        .table("payment")
        .col(id("id").primary_key())
        .col(id("customer_id"))
        .col(id("review_id"))
        .col(id("connection_id"))
        .col(number("minor_units"))
        .col(word("currency"))
        .col(foreign_id("session"))
        .col(foreign_id("payment_intent"))
        .col(number("opened_at"))
        .col(word("standing"))
        .col(ColumnDef::new("paid_at").big_integer())
        .foreign_key(&mut belongs("payment", "customer_id", "customer"))
        .take()
}

/// One that names no payment of ours waits for the payment that it may belong to.
fn payment_event() -> TableCreateStatement {
    Table::create()
        .table("payment_event")
        .col(foreign_id("id").not_null().primary_key())
        .col(ColumnDef::new("payment_id").string_len(ID))
        .col(foreign_id("payment_intent"))
        .col(number("at"))
        .col(number("received_at"))
        .col(ColumnDef::new("fact").text().not_null())
        .foreign_key(&mut belongs("payment_event", "payment_id", "payment"))
        .take()
}

fn mail() -> TableCreateStatement {
    Table::create()
        .table("mail")
        .col(id("id").primary_key())
        .col(id("customer_id"))
        .col(ColumnDef::new("occasion").string_len(FOREIGN_ID).not_null().unique_key())
        .col(sealed("notice"))
        .col(word("state"))
        .col(ColumnDef::new("attempt").integer().not_null())
        .col(number("run_at"))
        .col(ColumnDef::new("worker").string_len(ID))
        .col(ColumnDef::new("lease_until").big_integer())
        .col(number("queued_at"))
        .col(ColumnDef::new("ended_at").big_integer())
        .foreign_key(&mut belongs("mail", "customer_id", "customer"))
        .take()
}

fn schedule() -> TableCreateStatement {
    Table::create()
        .table("schedule")
        .col(id("connection_id").primary_key())
        .col(id("customer_id"))
        .col(ColumnDef::new("recurrence").text().not_null())
        .col(ColumnDef::new("zone").text().not_null())
        .col(sealed("ordered"))
        .col(number("next_at"))
        .foreign_key(&mut belongs("schedule", "connection_id", "connection"))
        .take()
}

fn decision() -> TableCreateStatement {
    Table::create()
        .table("decision")
        .col(id("id").primary_key())
        .col(id("connection_id"))
        .col(id("customer_id"))
        .col(sealed("place"))
        .col(word("kind"))
        .col(sealed("content"))
        .col(number("at"))
        .foreign_key(&mut belongs("decision", "connection_id", "connection"))
        .take()
}

/// What some files gave in a review, sealed together; it goes with the review.
fn examination() -> TableCreateStatement {
    Table::create()
        .table("examination")
        .col(id("id").primary_key())
        .col(id("review_id"))
        .col(id("customer_id"))
        .col(sealed("content"))
        .foreign_key(&mut belongs("examination", "review_id", "review"))
        .take()
}

fn indexes() -> [IndexCreateStatement; 10] {
    let mut one_open = index("payment_open", "payment", &["review_id"]);
    one_open.unique().and_where(Expr::col("standing").eq("open"));
    [
        one_open,
        index("payment_customer", "payment", &["customer_id"]),
        index("payment_intent", "payment", &["payment_intent"]),
        index("payment_event_payment", "payment_event", &["payment_id"]),
        index("payment_event_intent", "payment_event", &["payment_intent"]),
        index("mail_due", "mail", &["state", "run_at"]),
        index("mail_customer", "mail", &["customer_id"]),
        index("schedule_due", "schedule", &["next_at"]),
        index("decision_connection", "decision", &["connection_id"]),
        index("examination_review", "examination", &["review_id"]),
    ]
}
