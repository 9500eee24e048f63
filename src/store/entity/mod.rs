//! The tables, one file each, as they are read and written. What a row means is said where it is read.

pub(super) mod assessment;
pub(super) mod audit_line;
pub(super) mod connection;
pub(super) mod customer;
pub(super) mod flow;
pub(super) mod receipt;
pub(super) mod review;
pub(super) mod session;
