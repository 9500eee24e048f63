//! What the product does, one file each. Uses only ports and the core: it knows neither Google nor a disk.

pub mod connect_drive;
pub mod decide;
pub mod deliver_report;
pub mod export_data;
pub mod forget_customer;
pub mod known_files;
pub mod measuring;
pub mod order_review;
pub mod perform_review;
pub mod run_review;
pub mod schedule_reviews;
pub mod send_mail;
pub mod sign_in;
pub mod take_payment;
pub mod what_changed;
