//! One contract for what is kept, run on both databases. Every test is written once and runs as `…::sqlite` and as
//! `…::postgres`; the latter needs a server, named by `CROSSWALK_TEST_POSTGRES`, where each test makes a database of its own.
#![expect(clippy::unwrap_used, reason = "a test may stop at once")]

#[path = "store_contract/place.rs"]
mod place;
#[path = "store_contract/sample.rs"]
mod sample;

#[path = "store_contract/accounts.rs"]
mod accounts;
#[path = "store_contract/audit.rs"]
mod audit;
#[path = "store_contract/connections.rs"]
mod connections;
#[path = "store_contract/leaving.rs"]
mod leaving;
#[path = "store_contract/opening.rs"]
mod opening;
#[path = "store_contract/payments.rs"]
mod payments;
#[path = "store_contract/queue.rs"]
mod queue;
#[path = "store_contract/rekeying.rs"]
mod rekeying;
#[path = "store_contract/reviews.rs"]
mod reviews;
#[path = "store_contract/schedules.rs"]
mod schedules;
#[path = "store_contract/sealing.rs"]
mod sealing;
