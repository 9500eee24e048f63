//! Customers, kept. Never keeps the subject or the e-mail address in clear.

use async_trait::async_trait;
use jiff::Timestamp;
use sea_orm::sea_query::{LockType, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::account::{Customer, CustomerId, Identity, PurgeCounts, Receipt, ReceiptId, Retention, TokenHash};
use crate::ports::{Accounts, StoreFailure};
use crate::store::Database;
use crate::store::column::{damaged, millisecond, timestamp};
use crate::store::entity::customer;
use crate::store::failure::{refused, told};
use crate::store::sealed_column::CUSTOMER_IDENTITY;

/// Two who come at one time: the second finds what the first has made. More rounds are needed only if it is deleted in between.
pub(super) const ROUNDS: usize = 5;

#[derive(Serialize, Deserialize)]
struct SealedIdentity {
    subject: String,
    email: Option<String>,
}

#[async_trait]
impl Accounts for Database {
    async fn customer_signed_in(&self, identity: &Identity, new_id: &CustomerId, now: Timestamp) -> Result<Customer, StoreFailure> {
        for _ in 0..ROUNDS {
            if let Some(customer) = self.known_customer(identity).await? {
                return Ok(customer);
            }
            let row = customer::ActiveModel {
                id: Set(new_id.as_str().to_owned()),
                issuer: Set(identity.issuer.clone()),
                subject_hash: Set(subject_hash(identity)),
                identity: Set(self.seal_identity(identity, new_id.as_str())?),
                created_at: Set(millisecond(now)),
                retention: Set(Retention::default().word().to_owned()),
            };
            let same_subject = OnConflict::column(customer::Column::SubjectHash).do_nothing().to_owned();
            inserted(customer::Entity::insert(row).on_conflict(same_subject).exec_without_returning(&self.connection).await)?;
        }
        Err(refused("a customer vanished again and again while signing in"))
    }

    async fn customer(&self, id: &CustomerId) -> Result<Option<Customer>, StoreFailure> {
        let row = customer::Entity::find_by_id(id.as_str()).one(&self.connection).await.map_err(told)?;
        row.map(|row| self.read_customer(&row)).transpose()
    }

    async fn set_retention(&self, id: &CustomerId, retention: Retention) -> Result<(), StoreFailure> {
        customer::Entity::update_many()
            .set(customer::ActiveModel { retention: Set(retention.word().to_owned()), ..Default::default() })
            .filter(customer::Column::Id.eq(id.as_str()))
            .exec(&self.connection)
            .await
            .map_err(told)?;
        Ok(())
    }

    async fn delete_customer(
        &self,
        id: &CustomerId,
        receipt: &ReceiptId,
        grant_revoked: Option<bool>,
        now: Timestamp,
    ) -> Result<Option<Receipt>, StoreFailure> {
        self.purge_customer(id, receipt, grant_revoked, now).await
    }

    async fn receipt(&self, id: &ReceiptId) -> Result<Option<Receipt>, StoreFailure> {
        self.kept_receipt(id).await
    }

    async fn purge_expired(&self, now: Timestamp, session_seconds: i64, most: u64) -> Result<PurgeCounts, StoreFailure> {
        self.purge_old(now, session_seconds, most).await
    }
}

impl Database {
    /// The customers with that e-mail address, for the operator: addresses are sealed, so each one is opened. Large and small letters are
    /// the same, as people write them.
    ///
    /// # Errors
    /// The database does not answer, or an address cannot be opened: then nobody could say that the customer is not among them.
    pub async fn customers_with_email(&self, email: &str) -> Result<Vec<Customer>, StoreFailure> {
        let rows = customer::Entity::find().order_by_asc(customer::Column::CreatedAt).all(&self.connection).await.map_err(told)?;
        let mut found = Vec::new();
        for row in &rows {
            let customer = self.read_customer(row)?;
            if customer.identity.verified_email.as_ref().is_some_and(|known| known.to_lowercase() == email.to_lowercase()) {
                found.push(customer);
            }
        }
        Ok(found)
    }

    /// The customer of an identity, with the e-mail address of that identity from now on.
    async fn known_customer(&self, identity: &Identity) -> Result<Option<Customer>, StoreFailure> {
        let transaction = self.begin().await?;
        let row = customer::Entity::find()
            .filter(customer::Column::SubjectHash.eq(subject_hash(identity)))
            .lock_exclusive()
            .one(&transaction)
            .await
            .map_err(told)?;
        let Some(row) = row else { return Ok(None) };
        let mut customer = self.read_customer(&row)?;
        if customer.identity.verified_email != identity.verified_email {
            customer.identity.verified_email.clone_from(&identity.verified_email);
            customer::Entity::update_many()
                .set(customer::ActiveModel { identity: Set(self.seal_identity(identity, &row.id)?), ..Default::default() })
                .filter(customer::Column::Id.eq(&row.id))
                .exec(&transaction)
                .await
                .map_err(told)?;
        }
        transaction.commit().await.map_err(told)?;
        Ok(Some(customer))
    }

    fn seal_identity(&self, identity: &Identity, id: &str) -> Result<Vec<u8>, StoreFailure> {
        let plain = SealedIdentity { subject: identity.subject.clone(), email: identity.verified_email.clone() };
        self.seal_value(&plain, &CUSTOMER_IDENTITY, id, id)
    }

    fn read_customer(&self, row: &customer::Model) -> Result<Customer, StoreFailure> {
        const WHAT: &str = "a customer";
        let identity: SealedIdentity = self.open_value(&row.identity, &CUSTOMER_IDENTITY, &row.id, &row.id)?;
        Ok(Customer {
            id: CustomerId::parse(&row.id).ok_or_else(|| damaged(WHAT, "its id is no id"))?,
            identity: Identity { issuer: row.issuer.clone(), subject: identity.subject, verified_email: identity.email },
            created_at: timestamp(row.created_at, WHAT)?,
            retention: Retention::parse(&row.retention).ok_or_else(|| damaged(WHAT, "its retention is none that is known"))?,
        })
    }
}

/// Keeps a customer from going while a transaction lasts. Whoever adds something below a customer takes this first, since who deletes the
/// customer comes from the top down as well: else each would wait for the other. False when the customer is gone.
pub(super) async fn hold_customer(transaction: &DatabaseTransaction, id: &str) -> Result<bool, StoreFailure> {
    let row = customer::Entity::find_by_id(id).select_only().column(customer::Column::Id).lock(LockType::KeyShare);
    Ok(row.into_tuple::<String>().one(transaction).await.map_err(told)?.is_some())
}

/// By which a customer is found. The two are joined so that no other pair gives the same text.
fn subject_hash(identity: &Identity) -> String {
    let text = Zeroizing::new(format!("{}:{}{}", identity.issuer.len(), identity.issuer, identity.subject));
    TokenHash::of(Sha256::digest(text.as_bytes()).into()).as_str().to_owned()
}

/// Whether an insertion that gives way to what is there already has inserted something.
pub(super) fn inserted(outcome: Result<u64, DbErr>) -> Result<bool, StoreFailure> {
    match outcome {
        Ok(rows) => Ok(rows > 0),
        Err(DbErr::RecordNotInserted) => Ok(false),
        Err(error) => Err(told(error)),
    }
}
