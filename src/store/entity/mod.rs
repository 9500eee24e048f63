//! The tables, one file each, as they are read and written. What a row means is said where it is read.

pub(super) mod assessment;
pub(super) mod audit_line;
pub(super) mod connection;
pub(super) mod customer;
pub(super) mod decision;
pub(super) mod examination;
pub(super) mod flow;
pub(super) mod mail;
pub(super) mod payment;
pub(super) mod payment_event;
pub(super) mod receipt;
pub(super) mod review;
pub(super) mod schedule;
pub(super) mod session;
