//! Visits to Google's page under way, kept by the hash of their state until they are taken out, once.

use async_trait::async_trait;
use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use crate::account::{ConnectionMode, CustomerId, TokenHash};
use crate::ports::{FlowPurpose, PendingFlow, PendingFlows, StoreFailure};
use crate::store::Database;
use crate::store::column::{damaged, millisecond, timestamp};
use crate::store::entity::flow;
use crate::store::failure::told;
use crate::store::sealed_column::FLOW_CONTENT;

const WHAT: &str = "a sign-in under way";
const SIGN_IN: &str = "sign-in";
const CONNECT: &str = "connect";

#[derive(Serialize, Deserialize)]
struct Content {
    verifier: String,
    nonce: String,
    return_to: String,
}

impl Drop for Content {
    fn drop(&mut self) {
        self.verifier.zeroize();
        self.nonce.zeroize();
    }
}

#[async_trait]
impl PendingFlows for Database {
    async fn begin_flow(&self, state: &TokenHash, flow: &PendingFlow) -> Result<(), StoreFailure> {
        let (purpose, customer, mode) = match &flow.purpose {
            FlowPurpose::SignIn => (SIGN_IN, None, None),
            FlowPurpose::Connect { customer, mode } => (CONNECT, Some(customer.as_str().to_owned()), Some(mode.word().to_owned())),
        };
        let content = Content {
            verifier: flow.verifier.expose_secret().to_owned(),
            nonce: flow.nonce.expose_secret().to_owned(),
            return_to: flow.return_to.clone(),
        };
        let row = flow::ActiveModel {
            state_hash: Set(state.as_str().to_owned()),
            browser_hash: Set(flow.browser.as_str().to_owned()),
            purpose: Set(purpose.to_owned()),
            content: Set(self.seal_value(&content, &FLOW_CONTENT, state.as_str(), customer.as_deref().unwrap_or_default())?),
            customer_id: Set(customer),
            mode: Set(mode),
            expires_at: Set(millisecond(flow.expires_at)),
        };
        flow::Entity::insert(row).exec_without_returning(&self.connection).await.map_err(told)?;
        Ok(())
    }

    async fn take_flow(&self, state: &TokenHash, browser: &TokenHash, now: Timestamp) -> Result<Option<PendingFlow>, StoreFailure> {
        // One statement, so that of two who bring the same state one gets it.
        let taken = flow::Entity::delete_many()
            .filter(flow::Column::StateHash.eq(state.as_str()))
            .filter(flow::Column::BrowserHash.eq(browser.as_str()))
            .exec_with_returning(&self.connection)
            .await
            .map_err(told)?;
        let row = taken.into_iter().find(|row| row.expires_at > millisecond(now));
        row.map(|row| self.read_flow(&row, browser)).transpose()
    }
}

impl Database {
    fn read_flow(&self, row: &flow::Model, browser: &TokenHash) -> Result<PendingFlow, StoreFailure> {
        let customer = row.customer_id.as_deref();
        let purpose = match (row.purpose.as_str(), customer, row.mode.as_deref()) {
            (SIGN_IN, None, None) => FlowPurpose::SignIn,
            (CONNECT, Some(customer), Some(mode)) => FlowPurpose::Connect {
                customer: CustomerId::parse(customer).ok_or_else(|| damaged(WHAT, "its customer is none"))?,
                mode: ConnectionMode::parse(mode).ok_or_else(|| damaged(WHAT, "its mode is none that is known"))?,
            },
            (_, _, _) => return Err(damaged(WHAT, "its purpose is none that is known")),
        };
        let mut content: Content = self.open_value(&row.content, &FLOW_CONTENT, &row.state_hash, customer.unwrap_or_default())?;
        Ok(PendingFlow {
            purpose,
            browser: browser.clone(),
            verifier: SecretString::from(std::mem::take(&mut content.verifier)),
            nonce: SecretString::from(std::mem::take(&mut content.nonce)),
            return_to: std::mem::take(&mut content.return_to),
            expires_at: timestamp(row.expires_at, WHAT)?,
        })
    }
}
