//! The only place that reads files and environment, picks adapters and wires them.

pub mod clock;
pub mod connect;
pub mod credentials;
pub mod settings;
