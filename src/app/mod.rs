//! The only place that reads files and environment, picks adapters and wires them.

pub mod baseline;
pub mod clock;
pub mod connect;
pub mod credentials;
pub mod demo;
pub mod embedded_catalog;
mod environment;
pub mod export_catalog;
pub mod extract_file;
pub mod failure;
pub mod machine;
pub mod open_catalog;
pub mod read_file;
pub mod review;
mod secret_files;
pub mod service;
pub mod settings;
pub mod wire_log;
pub mod write_reports;
