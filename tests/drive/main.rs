//! The Drive adapter against a simulated Drive on loopback. No test waits for real: all waits are milliseconds.

#![expect(clippy::unwrap_used, reason = "a test that meets what it did not expect has failed")]

mod fake;
mod faults;
mod fetching;
mod listing;
mod tokens;
