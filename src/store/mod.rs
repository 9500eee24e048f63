//! What is kept between runs, under the data folder: sealed secrets. Never keeps a document or its text, and never
//! writes a secret in clear.

mod error;
mod grant;
mod private_file;
mod seal;

pub use error::StoreError;
pub use grant::{GrantFile, StoredGrant};
pub use seal::SealKey;
