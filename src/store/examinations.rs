//! What files gave in a review, kept for the next: many files to a record, compressed and sealed. It belongs to the review and goes with
//! it; there is never a document or more of one than its quotes.

use std::io::{Read as _, Write as _};

use async_trait::async_trait;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder};
use zeroize::Zeroizing;

use crate::account::{CustomerId, ReviewId};
use crate::ports::{Examinations, KeptExamination, StoreFailure};
use crate::store::Database;
use crate::store::column::damaged;
use crate::store::entity::{examination, review};
use crate::store::failure::told;
use crate::store::sealed_column::EXAMINATION_CONTENT;

const WHAT: &str = "what files gave";
/// Files to a record: few enough that a record stays small, many enough that a large Drive has not too many.
const FILES: usize = 32;
/// No record of ours unpacks to more.
const MOST_BYTES: u64 = 512 * 1024 * 1024;

#[async_trait]
impl Examinations for Database {
    async fn examinations(&self, customer: &CustomerId, review: &ReviewId) -> Result<Vec<KeptExamination>, StoreFailure> {
        let rows = examination::Entity::find()
            .filter(examination::Column::ReviewId.eq(review.as_str()))
            .filter(examination::Column::CustomerId.eq(customer.as_str()))
            .order_by_asc(examination::Column::Id)
            .all(&self.connection)
            .await
            .map_err(told)?;
        let mut kept = Vec::new();
        for row in &rows {
            let packed = self.keys.open(&row.content, &EXAMINATION_CONTENT, &row.id, &row.customer_id)?;
            let files: Vec<KeptExamination> =
                serde_json::from_slice(&unpacked(&packed)?).map_err(|_| damaged(WHAT, "what is sealed in it is something else"))?;
            kept.extend(files);
        }
        Ok(kept)
    }
}

impl Database {
    /// Keeps what files gave, and lets go of that of the review before.
    pub(super) async fn keep_examinations(
        &self,
        transaction: &DatabaseTransaction,
        row: &review::Model,
        examinations: &[KeptExamination],
        replaces: Option<&ReviewId>,
    ) -> Result<(), StoreFailure> {
        if let Some(before) = replaces {
            let old = examination::Entity::delete_many()
                .filter(examination::Column::ReviewId.eq(before.as_str()))
                .filter(examination::Column::CustomerId.eq(&row.customer_id));
            old.exec(transaction).await.map_err(told)?;
        }
        for (number, files) in examinations.chunks(FILES).enumerate() {
            let id = record_id(&row.id, number);
            let content = self.keys.seal(&packed(files), &EXAMINATION_CONTENT, &id, &row.customer_id)?;
            let record = examination::ActiveModel {
                id: Set(id),
                review_id: Set(row.id.clone()),
                customer_id: Set(row.customer_id.clone()),
                content: Set(content),
            };
            examination::Entity::insert(record).exec_without_returning(transaction).await.map_err(told)?;
        }
        Ok(())
    }
}

/// A number and three quarters of the review's id, which is random.
fn record_id(review: &str, number: usize) -> String {
    const DROPPED_DIGITS: usize = 8;
    format!("{number:08x}{}", review.get(DROPPED_DIGITS..).unwrap_or(review))
}

fn packed(files: &[KeptExamination]) -> Zeroizing<Vec<u8>> {
    // Plain structs with texts and finite numbers always have a JSON form, and writing to memory does not fail.
    let plain = Zeroizing::new(serde_json::to_vec(files).unwrap_or_default());
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 6), Compression::fast());
    let _ = encoder.write_all(&plain);
    Zeroizing::new(encoder.finish().unwrap_or_default())
}

fn unpacked(packed: &[u8]) -> Result<Zeroizing<Vec<u8>>, StoreFailure> {
    let mut plain = Zeroizing::new(Vec::new());
    let read = GzDecoder::new(packed).take(MOST_BYTES).read_to_end(&mut plain);
    read.map_err(|_| damaged(WHAT, "it cannot be unpacked"))?;
    Ok(plain)
}
