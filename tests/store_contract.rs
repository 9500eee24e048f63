//! One contract for what is kept, run on both databases. Every test is written once and runs as `…::sqlite` and as
//! `…::postgres`; the latter needs a server, named by `CROSSWALK_TEST_POSTGRES`, where each test makes a database of its own.
#![expect(clippy::unwrap_used, reason = "a test may stop at once")]

#[path = "store_contract/place.rs"]
mod place;
#[path = "store_contract/sample.rs"]
mod sample;

#[path = "store_contract/accounts.rs"]
mod accounts;
#[path = "store_contract/connections.rs"]
mod connections;
#[path = "store_contract/queue.rs"]
mod queue;
#[path = "store_contract/reviews.rs"]
mod reviews;
