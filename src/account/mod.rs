//! Whose it is: customers, their sessions, their connections to a Drive, what they pay and what they decide. Plain values and their rules; the module
//! never stores, draws lots or looks at a clock.

mod connection;
mod customer;
mod decision;
mod entitlement;
mod id;
mod notice;
mod payment;
mod schedule;
mod session;

pub use connection::{Connection, ConnectionMode, ConnectionState, PurgeCounts, Receipt, SharedFolder};
pub use customer::{Customer, Identity, Retention};
pub use decision::{DecidedPlace, Decision, DecisionKind, DecisionText};
pub use entitlement::{Entitled, Entitlement, EntitlementBasis, EntitlementTerms};
pub use id::{ConnectionId, CustomerId, DecisionId, MailId, PaymentId, ReceiptId, ReviewId, WorkerId};
pub use notice::{ChangeCounts, LockedBecause, Notice};
pub use payment::{Currency, PaidAmount, Payment, PaymentEvent, PaymentFact, PaymentStanding, Price};
pub use schedule::{Recurrence, Schedule};
pub use session::{Session, SessionEnd, SessionLimits, TokenHash};
