//! What the readers make of files: cases as data, types told apart, the reader process, and the command.

mod cases;
mod command;
mod formats;
mod inputs;
mod labelled;
mod process;
