//! What the product does, one file each. Uses only ports and the core: it knows neither Google nor a disk.

pub mod run_review;
