//! Crosswalk: finds, quotes and judges evidence for the clauses of medical-device software standards, read-only.
//!
//! The modules are floors; a floor uses only lower ones (`ARCHITECTURE.md`, checked by `tests/architecture.rs`).

pub mod account;
pub mod app;
pub mod assessment;
pub mod billing;
pub mod catalog;
pub mod cli;
pub mod drive;
pub mod evidence;
pub mod extract;
pub mod folder;
pub mod jobs;
pub mod loopback;
pub mod mail;
pub mod ports;
pub mod report;
pub mod settings;
pub mod signin;
pub mod simulator;
pub mod store;
pub mod web;
pub mod workflow;
