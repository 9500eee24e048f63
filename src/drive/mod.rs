//! Google Drive over HTTP, read-only.
