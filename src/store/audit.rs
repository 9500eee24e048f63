//! The audit log: lines that are only ever appended, each chained to the one before by SHA-256. Never holds a name, an
//! address or a text of a customer.

use async_trait::async_trait;
use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use sha2::{Digest, Sha256};

use crate::account::TokenHash;
use crate::ports::{AuditEntry, AuditLog, AuditVerdict, StoreFailure};
use crate::store::Database;
use crate::store::column::{count, millisecond};
use crate::store::database::{Turn, take_turn};
use crate::store::entity::audit_line;
use crate::store::failure::told;

/// What the first line follows.
const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// Lines read at one time.
const BATCH: u64 = 1_000;

#[async_trait]
impl AuditLog for Database {
    async fn append(&self, entry: &AuditEntry, now: Timestamp) -> Result<(), StoreFailure> {
        let transaction = self.begin().await?;
        append_within(&transaction, entry, now).await?;
        transaction.commit().await.map_err(told)
    }

    async fn verify(&self) -> Result<AuditVerdict, StoreFailure> {
        let (mut lines, mut head) = (0_i64, BEGINNING.to_owned());
        loop {
            let batch = audit_line::Entity::find()
                .filter(audit_line::Column::Seq.gt(lines))
                .order_by_asc(audit_line::Column::Seq)
                .limit(BATCH)
                .all(&self.connection)
                .await
                .map_err(told)?;
            if batch.is_empty() {
                break;
            }
            for line in &batch {
                if let Some(detail) = misfit(line, lines, &head) {
                    return Ok(AuditVerdict::Broken { line: count(lines).saturating_add(1), detail: detail.to_owned() });
                }
                lines = line.seq;
                head.clone_from(&line.hash);
            }
        }
        // A line numbered below the first would otherwise stand there unseen.
        let before = audit_line::Entity::find().filter(audit_line::Column::Seq.lt(1)).one(&self.connection).await.map_err(told)?;
        if before.is_some() {
            return Ok(AuditVerdict::Broken { line: 1, detail: "a line stands before the first".to_owned() });
        }
        Ok(AuditVerdict::Whole { lines: count(lines), head })
    }
}

/// Appends a line within a transaction, as the last thing in it: until it ends nobody else can append.
pub(super) async fn append_within(transaction: &DatabaseTransaction, entry: &AuditEntry, now: Timestamp) -> Result<(), StoreFailure> {
    take_turn(transaction, Turn::Append).await?;
    let last = audit_line::Entity::find().order_by_desc(audit_line::Column::Seq).one(transaction).await.map_err(told)?;
    let (seq, prev) = last.map_or((1, BEGINNING.to_owned()), |last| (last.seq.saturating_add(1), last.hash));
    let mut line = audit_line::Model {
        seq,
        at: millisecond(now),
        customer_id: entry.customer.as_ref().map(|customer| customer.as_str().to_owned()),
        action: entry.action.word().to_owned(),
        subject: entry.subject.clone(),
        prev,
        hash: String::new(),
    };
    line.hash = hash(&line);
    let row = audit_line::ActiveModel {
        seq: Set(line.seq),
        at: Set(line.at),
        customer_id: Set(line.customer_id),
        action: Set(line.action),
        subject: Set(line.subject),
        prev: Set(line.prev),
        hash: Set(line.hash),
    };
    audit_line::Entity::insert(row).exec_without_returning(transaction).await.map_err(told)?;
    Ok(())
}

/// Why a line does not follow; none when it does.
fn misfit(line: &audit_line::Model, lines_before: i64, head: &str) -> Option<&'static str> {
    if line.seq != lines_before.saturating_add(1) {
        return Some("a line is missing here");
    }
    if line.prev != head {
        return Some("it does not follow from the line before it");
    }
    (line.hash != hash(line)).then_some("its text was changed after it was written")
}

/// SHA-256 of everything in a line but its hash. Each field stands with its length, so that no other fields give the same bytes.
fn hash(line: &audit_line::Model) -> String {
    let mut digest = Sha256::new();
    digest.update(b"crosswalk audit line 1");
    digest.update(line.seq.to_be_bytes());
    digest.update(line.at.to_be_bytes());
    for field in [Some(&line.prev), line.customer_id.as_ref(), Some(&line.action), line.subject.as_ref()] {
        match field {
            None => digest.update([0]),
            Some(text) => {
                digest.update([1]);
                digest.update(how_long(text));
                digest.update(text.as_bytes());
            }
        }
    }
    TokenHash::of(digest.finalize().into()).as_str().to_owned()
}

fn how_long(text: &str) -> [u8; 8] {
    u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes()
}
