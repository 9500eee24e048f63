//! Sealing everything anew with the first key, while the service runs; and telling which keys are in use, so that an old
//! one is removed only when nothing needs it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Func, Order, Query};

use crate::ports::{AuditAction, AuditEntry, AuditLog as _, StoreFailure};
use crate::store::Database;
use crate::store::column::count;
use crate::store::failure::{refused, told};
use crate::store::seal::{KEY_ID_BYTES, KeyId, MARK, key_id_of};
use crate::store::sealed_column::{SEALED_COLUMNS, SealedColumn};

/// Records read at one time; a result may have some megabytes.
const BATCH: u64 = 20;

/// What sealing anew gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RekeyCounts {
    /// Records that are sealed with the first key now and were not before.
    pub resealed: u64,
    /// Records that were so already.
    pub already: u64,
    /// Records that no key here opens; they stay as they are.
    pub unreadable: u64,
}

/// How many records a key has sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyUse {
    /// Id of the key; tells nothing about it.
    pub key_id: String,
    /// Records.
    pub records: u64,
    /// Whether the key is there, so that they can be opened.
    pub is_known: bool,
    /// Whether it is the first key, which seals.
    pub is_first: bool,
}

/// A sealed record where it lies.
struct Found {
    row: String,
    customer: String,
    record: Vec<u8>,
}

impl Database {
    /// Seals every record with the first key that is sealed with another. May run while the service does, and again at any time.
    ///
    /// # Errors
    /// When the database does not answer. What was sealed anew until then stays so.
    pub async fn rekey(&self, now: Timestamp) -> Result<RekeyCounts, StoreFailure> {
        let mut counts = RekeyCounts::default();
        for column in &SEALED_COLUMNS {
            let mut after = String::new();
            loop {
                let batch = self.sealed_after(column, &after).await?;
                let Some(last) = batch.last() else { break };
                after.clone_from(&last.row);
                for found in batch {
                    self.reseal(column, found, &mut counts).await?;
                }
            }
        }
        self.append(&AuditEntry { customer: None, action: AuditAction::Rekeyed, subject: Some(in_digits(self.keys.first_id())) }, now)
            .await?;
        self.cut_log().await;
        Ok(counts)
    }

    /// Which keys have sealed how many records, by key id. An old key may be removed when it is not among them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn key_ids_in_use(&self) -> Result<Vec<KeyUse>, StoreFailure> {
        let mut uses: BTreeMap<KeyId, u64> = BTreeMap::new();
        for column in &SEALED_COLUMNS {
            for (id, records) in self.key_ids_of(column).await? {
                *uses.entry(id).or_default() += records;
            }
        }
        let told = uses.into_iter().map(|(id, records)| KeyUse {
            key_id: in_digits(id),
            records,
            is_known: self.keys.knows(id),
            is_first: id == self.keys.first_id(),
        });
        Ok(told.collect())
    }

    async fn reseal(&self, column: &SealedColumn, found: Found, counts: &mut RekeyCounts) -> Result<(), StoreFailure> {
        let mut found = Some(found);
        // Whoever changes the record meanwhile wins: it is read again, and may have been sealed with the old key by a program that was
        // started before the new key was there.
        while let Some(Found { row, customer, record }) = found {
            if key_id_of(&record) == Some(self.keys.first_id()) {
                counts.already += 1;
                return Ok(());
            }
            let plain = match self.keys.open(&record, column, &row, &customer) {
                Ok(plain) => plain,
                Err(StoreFailure::Damaged { .. }) => {
                    counts.unreadable += 1;
                    return Ok(());
                }
                Err(failure) => return Err(failure),
            };
            let anew = self.keys.seal(&plain, column, &row, &customer)?;
            let swap = Query::update()
                .table(Alias::new(column.table))
                .value(Alias::new(column.column), anew)
                .and_where(Expr::col(Alias::new(column.row)).eq(row.as_str()))
                .and_where(Expr::col(Alias::new(column.column)).eq(record))
                .take();
            if self.connection.execute(&swap).await.map_err(told)?.rows_affected() > 0 {
                counts.resealed += 1;
                return Ok(());
            }
            found = self.sealed_of(column, &row).await?;
        }
        Ok(())
    }

    async fn sealed_after(&self, column: &SealedColumn, after: &str) -> Result<Vec<Found>, StoreFailure> {
        self.sealed(column, Expr::col(Alias::new(column.row)).gt(after)).await
    }

    async fn sealed_of(&self, column: &SealedColumn, row: &str) -> Result<Option<Found>, StoreFailure> {
        Ok(self.sealed(column, Expr::col(Alias::new(column.row)).eq(row)).await?.pop())
    }

    async fn sealed(&self, column: &SealedColumn, which: Expr) -> Result<Vec<Found>, StoreFailure> {
        let select = Query::select()
            .expr_as(Expr::col(Alias::new(column.row)), "row_id")
            .expr_as(Expr::col(Alias::new(column.customer)), "row_customer")
            .expr_as(Expr::col(Alias::new(column.column)), "record")
            .from(Alias::new(column.table))
            .and_where(which)
            .and_where(Expr::col(Alias::new(column.column)).is_not_null())
            .order_by(Alias::new(column.row), Order::Asc)
            .limit(BATCH)
            .take();
        let rows = self.connection.query_all(&select).await.map_err(told)?;
        let found = rows.iter().map(|row| {
            Ok(Found {
                row: row.try_get("", "row_id")?,
                customer: row.try_get::<Option<String>>("", "row_customer")?.unwrap_or_default(),
                record: row.try_get("", "record")?,
            })
        });
        found.collect::<Result<Vec<_>, _>>().map_err(told)
    }

    async fn key_ids_of(&self, column: &SealedColumn) -> Result<Vec<(KeyId, u64)>, StoreFailure> {
        let (from, length) = (MARK.len() + 1, KEY_ID_BYTES);
        let key_id = Expr::cust(format!("substr({}, {from}, {length})", column.column));
        let select = Query::select()
            .expr_as(key_id.clone(), "key_id")
            .expr_as(Func::count(Expr::col(Alias::new(column.row))), "records")
            .from(Alias::new(column.table))
            .and_where(Expr::col(Alias::new(column.column)).is_not_null())
            .add_group_by([key_id])
            .take();
        let rows = self.connection.query_all(&select).await.map_err(told)?;
        let mut uses = Vec::new();
        for row in rows {
            let id: Vec<u8> = row.try_get("", "key_id").map_err(told)?;
            let records: i64 = row.try_get("", "records").map_err(told)?;
            let id = KeyId::try_from(id.as_slice()).map_err(|_| refused("a sealed column holds what was never sealed"))?;
            uses.push((id, count(records)));
        }
        Ok(uses)
    }
}

fn in_digits(id: KeyId) -> String {
    id.iter().map(|byte| format!("{byte:02x}")).collect()
}
