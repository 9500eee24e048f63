//! What the product does, one file each. Uses only ports and the core: it knows neither Google nor a disk.

pub mod perform_review;
pub mod run_review;
