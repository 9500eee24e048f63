//! Deleting a customer at their request, by the operator: found by address, deleted by number, so that nobody is deleted by a slip. What is
//! done is what the customer's own page does.

use std::sync::Arc;

use jiff::Timestamp;

use crate::account::{CustomerId, Receipt, ReceiptId};
use crate::app::clock::SystemClock;
use crate::app::failure::{Exit, Failure};
use crate::app::service::open::{of_database, open_database, robot_key};
use crate::drive::{DriveConnector, WireLog};
use crate::ports::{Clock, Connections};
use crate::settings::Settings;
use crate::workflow::forget_customer::delete_account;

/// A customer as the operator sees one: nothing but what tells one from another.
pub struct FoundCustomer {
    /// The number.
    pub customer: CustomerId,
    /// First sign-in.
    pub since: Timestamp,
    /// Connections to a Drive.
    pub connections: u64,
}

/// The customers with that e-mail address.
///
/// # Errors
/// The database does not answer, or an address cannot be opened with the keys.
pub async fn find(settings: &Settings, email: &str) -> Result<Vec<FoundCustomer>, Failure> {
    let database = open_database(settings).await?;
    let fail = |failure| of_database(&failure, settings);
    let mut found = Vec::new();
    for customer in database.customers_with_email(email.trim()).await.map_err(fail)? {
        let connections = database.connections(&customer.id).await.map_err(fail)?.len() as u64;
        found.push(FoundCustomer { customer: customer.id, since: customer.created_at, connections });
    }
    database.close().await.map_err(fail)?;
    Ok(found)
}

/// Takes back the permissions of a customer at Google, and deletes everything of the customer. The service may run on meanwhile.
///
/// # Errors
/// The number is none, or nobody's; the database does not answer.
pub async fn forget(settings: &Settings, number: &str) -> Result<Receipt, Failure> {
    let Some(customer) = CustomerId::parse(number.trim()) else {
        let advice = "Give the number that `crosswalk forget --email ADDRESS` shows, 32 digits and letters.";
        return Err(Failure::new(Exit::Usage, "That is no number of a customer; nothing was deleted.", advice));
    };
    let database = open_database(settings).await?;
    // The renewed token of a grant that is being taken back need not be kept.
    let drive = DriveConnector::new(settings, robot_key(settings)?, Arc::new(SystemClock), WireLog::default(), Arc::new(|_, _, _| ()))?;
    let fail = |failure| of_database(&failure, settings);
    let deleted = delete_account(&database, &drive, &customer, &new_receipt_id()?, SystemClock.now()).await.map_err(fail)?;
    database.close().await.map_err(fail)?;
    deleted.ok_or_else(|| {
        Failure::new(
            Exit::Usage,
            "No customer has this number; nothing was deleted.",
            "It may be deleted already. Check the number with `crosswalk forget --email ADDRESS`.",
        )
    })
}

fn new_receipt_id() -> Result<ReceiptId, Failure> {
    let mut bits = [0_u8; 16];
    getrandom::fill(&mut bits)
        .map_err(|error| Failure::new(Exit::Internal, format!("This machine gives no random numbers: {error}."), "Restart the machine."))?;
    Ok(ReceiptId::of(u128::from_le_bytes(bits)))
}
