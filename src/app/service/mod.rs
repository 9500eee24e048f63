//! The service put together: what it needs before it may start, its store, its pages and its workers.

pub mod administer;
mod assemble;
pub mod backup;
pub mod check;
mod check_selling;
mod check_telling;
pub mod example_report;
pub mod forget;
pub mod health;
mod keys;
pub mod logging;
mod metrics;
mod open;
pub mod run;
