//! The pages of those who signed in, one file each: read what was asked, call `workflow` or `ports`, answer with a page. None of them
//! checks a session or a form by itself: the gate has done so.

pub(super) mod account;
pub(super) mod checkout;
pub(super) mod connect;
pub(super) mod connect_folder;
pub(super) mod decisions;
pub(super) mod events;
pub(super) mod leave;
pub(super) mod new_review;
pub(super) mod pick;
pub(super) mod probes;
pub(super) mod progress;
pub(super) mod report;
mod report_access;
pub(super) mod review;
pub(super) mod reviews;
pub(super) mod schedule;
mod shown_scope;
pub(super) mod sign_in;
mod summary;
pub(super) mod webhook;
mod when;
