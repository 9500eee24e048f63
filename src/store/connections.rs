//! Connections, kept with their grants. A grant is sealed, bound to its connection and customer.

use async_trait::async_trait;
use jiff::Timestamp;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
};
use secrecy::{ExposeSecret, SecretString};

use crate::account::{Connection, ConnectionId, ConnectionMode, ConnectionState, CustomerId, Receipt, ReceiptId, SharedFolder};
use crate::ports::{Connections, DriveGrant, StoreFailure};
use crate::store::Database;
use crate::store::accounts::{ROUNDS, inserted};
use crate::store::column::{count, damaged, millisecond, number, timestamp};
use crate::store::entity::connection;
use crate::store::failure::{refused, told};
use crate::store::sealed_column::{CONNECTION_ACCOUNT, CONNECTION_FOLDERS, CONNECTION_REFRESH_TOKEN, SealedColumn};

const WHAT: &str = "a connection";
pub(super) const ACTIVE: &str = "active";
const NEEDS_RECONNECT: &str = "needs-reconnect";

#[async_trait]
impl Connections for Database {
    async fn connect(
        &self,
        customer: &CustomerId,
        mode: ConnectionMode,
        grant: &DriveGrant,
        new_id: &ConnectionId,
        now: Timestamp,
    ) -> Result<Connection, StoreFailure> {
        if !mode.has_grant() {
            return Err(refused("a connection of this mode keeps no grant"));
        }
        self.change_or_make(customer, mode, new_id, now, |row| {
            row.account = grant.account.as_ref().map(|account| self.seal_text(account, &CONNECTION_ACCOUNT, row)).transpose()?;
            row.refresh_token = Some(self.seal_text(grant.refresh_token.expose_secret(), &CONNECTION_REFRESH_TOKEN, row)?);
            row.scopes = Some(grant.scopes.join(" "));
            row.grant_number = row.grant_number.saturating_add(1);
            Ok(())
        })
        .await
    }

    async fn connect_folder(
        &self,
        customer: &CustomerId,
        folder: &SharedFolder,
        new_id: &ConnectionId,
        now: Timestamp,
    ) -> Result<Connection, StoreFailure> {
        self.change_or_make(customer, ConnectionMode::SharedFolder, new_id, now, |row| {
            let mut folders = self.read_folders(row)?;
            match folders.iter_mut().find(|known| known.folder_id == folder.folder_id) {
                Some(known) => known.name.clone_from(&folder.name),
                None => folders.push(folder.clone()),
            }
            row.folders = Some(self.seal_value(&folders, &CONNECTION_FOLDERS, &row.id, &row.customer_id)?);
            Ok(())
        })
        .await
    }

    async fn connection(&self, customer: &CustomerId, id: &ConnectionId) -> Result<Option<Connection>, StoreFailure> {
        self.connection_row(customer, id).await?.map(|row| self.read_connection(&row)).transpose()
    }

    async fn connections(&self, customer: &CustomerId) -> Result<Vec<Connection>, StoreFailure> {
        let rows = connection::Entity::find().filter(connection::Column::CustomerId.eq(customer.as_str())).all(&self.connection).await;
        let rows = rows.map_err(told)?;
        let mut connections = rows.iter().map(|row| self.read_connection(row)).collect::<Result<Vec<_>, _>>()?;
        connections.sort_by_key(|connection| connection.mode);
        Ok(connections)
    }

    async fn grant(&self, customer: &CustomerId, id: &ConnectionId) -> Result<Option<DriveGrant>, StoreFailure> {
        let Some(row) = self.connection_row(customer, id).await? else { return Ok(None) };
        let Some(refresh_token) = &row.refresh_token else { return Ok(None) };
        Ok(Some(DriveGrant {
            refresh_token: SecretString::from(self.open_text(refresh_token, &CONNECTION_REFRESH_TOKEN, &row)?),
            scopes: row.scopes.as_deref().unwrap_or_default().split(' ').filter(|scope| !scope.is_empty()).map(str::to_owned).collect(),
            account: row.account.as_ref().map(|account| self.open_text(account, &CONNECTION_ACCOUNT, &row)).transpose()?,
            number: count(row.grant_number),
        }))
    }

    async fn rotate_grant(&self, id: &ConnectionId, grant_number: u64, refresh_token: &SecretString) -> Result<(), StoreFailure> {
        let transaction = self.begin().await?;
        let row = connection::Entity::find_by_id(id.as_str()).lock_exclusive().one(&transaction).await.map_err(told)?;
        // A grant that was deleted or replaced meanwhile does not come back.
        let Some(row) = row.filter(|row| row.refresh_token.is_some() && row.grant_number == number(grant_number)) else { return Ok(()) };
        let sealed = self.seal_text(refresh_token.expose_secret(), &CONNECTION_REFRESH_TOKEN, &row)?;
        connection::Entity::update_many()
            .set(connection::ActiveModel { refresh_token: Set(Some(sealed)), ..Default::default() })
            .filter(connection::Column::Id.eq(id.as_str()))
            .exec(&transaction)
            .await
            .map_err(told)?;
        transaction.commit().await.map_err(told)
    }

    async fn needs_reconnect(&self, id: &ConnectionId, grant_number: u64, now: Timestamp) -> Result<bool, StoreFailure> {
        let lost = connection::ActiveModel {
            state: Set(NEEDS_RECONNECT.to_owned()),
            since: Set(millisecond(now)),
            refresh_token: Set(None),
            scopes: Set(None),
            ..Default::default()
        };
        let rows = connection::Entity::update_many()
            .set(lost)
            .filter(connection::Column::Id.eq(id.as_str()))
            .filter(connection::Column::State.eq(ACTIVE))
            .filter(connection::Column::GrantNumber.eq(number(grant_number)))
            .exec(&self.connection)
            .await
            .map_err(told)?
            .rows_affected;
        if rows > 0 {
            self.cut_log().await;
        }
        Ok(rows > 0)
    }

    async fn disconnect(
        &self,
        customer: &CustomerId,
        id: &ConnectionId,
        receipt: &ReceiptId,
        grant_revoked: Option<bool>,
        now: Timestamp,
    ) -> Result<Option<Receipt>, StoreFailure> {
        self.purge_connection(customer, id, receipt, grant_revoked, now).await
    }
}

impl Database {
    /// Changes the customer's connection of a mode, or one that is made for it; either is active afterwards.
    async fn change_or_make(
        &self,
        customer: &CustomerId,
        mode: ConnectionMode,
        new_id: &ConnectionId,
        now: Timestamp,
        change: impl Fn(&mut connection::Model) -> Result<(), StoreFailure> + Send + Sync,
    ) -> Result<Connection, StoreFailure> {
        for _ in 0..ROUNDS {
            let transaction = self.begin().await?;
            let known = known_connection(&transaction, customer, mode).await?;
            let is_known = known.is_some();
            let mut row = known.unwrap_or_else(|| connection::Model {
                id: new_id.as_str().to_owned(),
                customer_id: customer.as_str().to_owned(),
                mode: mode.word().to_owned(),
                state: ACTIVE.to_owned(),
                since: millisecond(now),
                account: None,
                refresh_token: None,
                scopes: None,
                grant_number: 0,
                folders: None,
            });
            change(&mut row)?;
            if row.state != ACTIVE || mode.has_grant() {
                ACTIVE.clone_into(&mut row.state);
                row.since = millisecond(now);
            }
            let is_kept = if is_known {
                let id = row.id.clone();
                let changed = connection::Entity::update_many()
                    .set(row.clone().into_active_model().reset_all())
                    .filter(connection::Column::Id.eq(id))
                    .exec(&transaction)
                    .await;
                changed.map_err(told)?.rows_affected > 0
            } else {
                let same_mode = OnConflict::columns([connection::Column::CustomerId, connection::Column::Mode]).do_nothing().to_owned();
                let new = connection::Entity::insert(row.clone().into_active_model()).on_conflict(same_mode);
                inserted(new.exec_without_returning(&transaction).await)?
            };
            transaction.commit().await.map_err(told)?;
            if is_kept {
                return self.read_connection(&row);
            }
        }
        Err(refused("a connection vanished again and again while it was made"))
    }

    async fn connection_row(&self, customer: &CustomerId, id: &ConnectionId) -> Result<Option<connection::Model>, StoreFailure> {
        let of_customer = connection::Entity::find_by_id(id.as_str()).filter(connection::Column::CustomerId.eq(customer.as_str()));
        of_customer.one(&self.connection).await.map_err(told)
    }

    fn read_connection(&self, row: &connection::Model) -> Result<Connection, StoreFailure> {
        let since = timestamp(row.since, WHAT)?;
        Ok(Connection {
            id: ConnectionId::parse(&row.id).ok_or_else(|| damaged(WHAT, "its id is no id"))?,
            customer: CustomerId::parse(&row.customer_id).ok_or_else(|| damaged(WHAT, "its customer is none"))?,
            mode: ConnectionMode::parse(&row.mode).ok_or_else(|| damaged(WHAT, "its mode is none that is known"))?,
            state: match row.state.as_str() {
                ACTIVE => ConnectionState::Active { since },
                NEEDS_RECONNECT => ConnectionState::NeedsReconnect { since },
                _ => return Err(damaged(WHAT, "its state is none that is known")),
            },
            account: row.account.as_ref().map(|account| self.open_text(account, &CONNECTION_ACCOUNT, row)).transpose()?,
            folders: self.read_folders(row)?,
        })
    }

    fn read_folders(&self, row: &connection::Model) -> Result<Vec<SharedFolder>, StoreFailure> {
        let folders = row.folders.as_ref().map(|folders| self.open_value(folders, &CONNECTION_FOLDERS, &row.id, &row.customer_id));
        Ok(folders.transpose()?.unwrap_or_default())
    }

    fn seal_text(&self, text: &str, column: &SealedColumn, row: &connection::Model) -> Result<Vec<u8>, StoreFailure> {
        self.keys.seal(text.as_bytes(), column, &row.id, &row.customer_id)
    }

    fn open_text(&self, record: &[u8], column: &SealedColumn, row: &connection::Model) -> Result<String, StoreFailure> {
        let plain = self.keys.open(record, column, &row.id, &row.customer_id)?;
        String::from_utf8(plain.to_vec()).map_err(|_| damaged(column.what, "what is sealed in it is no text"))
    }
}

async fn known_connection(
    transaction: &DatabaseTransaction,
    customer: &CustomerId,
    mode: ConnectionMode,
) -> Result<Option<connection::Model>, StoreFailure> {
    connection::Entity::find()
        .filter(connection::Column::CustomerId.eq(customer.as_str()))
        .filter(connection::Column::Mode.eq(mode.word()))
        .lock_exclusive()
        .one(transaction)
        .await
        .map_err(told)
}
