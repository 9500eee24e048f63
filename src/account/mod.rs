//! Whose it is: customers, their sessions, and their connections to a Drive. Plain values and their rules; the module
//! never stores, draws lots or looks at a clock.

mod connection;
mod customer;
mod id;
mod session;

pub use connection::{Connection, ConnectionMode, ConnectionState, PurgeCounts, Receipt, SharedFolder};
pub use customer::{Customer, Identity, Retention};
pub use id::{ConnectionId, CustomerId, ReceiptId, ReviewId, WorkerId};
pub use session::{Session, SessionEnd, SessionLimits, TokenHash};
