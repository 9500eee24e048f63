//! The reports: every word of an assessment is in them, nothing in them acts, and they are the same every time.

mod html;
mod json;
mod sample;
mod summary;
