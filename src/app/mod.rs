//! The only place that reads files and environment, picks adapters and wires them.

pub mod embedded_catalog;
pub mod open_catalog;
