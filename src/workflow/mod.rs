//! What the product does, one file each. Uses only ports and the core: it knows neither Google nor a disk.

pub mod connect_drive;
pub mod export_data;
pub mod forget_customer;
pub mod measuring;
pub mod order_review;
pub mod perform_review;
pub mod run_review;
pub mod sign_in;
