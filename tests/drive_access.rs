//! Access to customers' Drives against the simulated Google: consent, giving it back, places, the proof of a folder, and
//! that one customer's connection never opens what is another's.
#![expect(clippy::unwrap_used, reason = "a test that meets what it did not expect has failed")]

#[path = "drive_access/consent.rs"]
mod consent;
#[path = "drive_access/folders.rs"]
mod folders;
#[path = "drive_access/picked.rs"]
mod picked;
#[path = "drive_access/places.rs"]
mod places;
#[path = "drive_access/tenant.rs"]
mod tenant;
