//! The Drive adapter against a simulated Drive on loopback. No test waits for real: all waits are milliseconds.

mod fake;
mod faults;
mod fetching;
mod listing;
mod tokens;
