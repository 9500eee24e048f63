//! The reports: every word of an assessment is in them, nothing in them acts, and they are the same every time.

#![expect(clippy::unwrap_used, reason = "a test that meets what it did not expect has failed")]

mod change;
mod coverage;
mod decisions;
mod docx;
mod html;
mod json;
mod sample;
mod summary;
mod xlsx;
