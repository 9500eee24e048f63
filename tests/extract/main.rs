//! What the readers make of files: cases as data, types told apart, the reader process, and the command.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cases;
mod command;
mod formats;
mod hostile;
mod inputs;
mod labelled;
mod process;
