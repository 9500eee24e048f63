//! Workers against a real database, a simulated Google and real reader processes: what they do with a review, that they leave no text of a
//! document, and that killing them loses nothing.

#![expect(clippy::unwrap_used, reason = "a test may fail here")]

mod again;
mod backup;
mod canary;
mod exposition;
mod installation;
mod killed;
#[path = "../support/mail_server.rs"]
mod mail_server;
mod mailing;
mod measuring;
mod operating;
mod performing;
mod postbox;
