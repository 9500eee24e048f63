//! The traits by which the core sees the world. None of them can write to a customer's documents: the methods do
//! not exist. Errors are in our words; no adapter's error type comes through.

mod accounts;
mod audit;
mod clock;
mod connections;
mod decisions;
mod drive_access;
mod examinations;
mod extractor;
mod mailer;
pub mod measured;
mod outbox;
mod payment_book;
mod payments;
mod progress;
mod queue;
mod reviews;
mod schedules;
mod sign_in;
mod source;
mod store;
mod store_failure;

pub use accounts::{Accounts, Sessions};
pub use audit::{AuditAction, AuditEntry, AuditLog, AuditVerdict};
pub use clock::Clock;
pub use connections::Connections;
pub use decisions::Decisions;
pub use drive_access::{ConsentFailure, DriveAccess, DriveGrant, DrivePlace, FolderProof, SourceOpener};
pub use examinations::{Examinations, KeptExamination};
pub use extractor::{ExtractLimits, Extraction, Extractor};
pub use mailer::{Letter, MailFailure, Mailer};
pub use outbox::{LeasedNotice, MailEnd, Outbox, QueuedNotice};
pub use payment_book::{EventOutcome, Opened, PaymentBook};
pub use payments::{Checkout, CheckoutPage, EventRefused, PaymentFailure, Payments, SessionNow};
pub use progress::{ProgressSink, ReviewEvent};
pub use queue::{Lease, LeaseTerms, Leased, Queue, QueueDepth, ReviewResult, Standing};
pub use reviews::{
    Ordered, ReviewFailure, ReviewOrder, ReviewOrigin, ReviewProgress, ReviewRecord, ReviewScope, ReviewState, Reviews, ScopedPlace,
};
pub use schedules::{PlannedReview, Schedules, Ticked};
pub use sign_in::{Departure, FlowPurpose, IdentityProvider, PendingFlow, PendingFlows, SignInFailure};
pub use source::{ByteLimit, DocumentSource, FetchError, Fetched, SourceError};
pub use store::{Health, Store};
pub use store_failure::StoreFailure;
