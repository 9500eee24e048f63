//! The one-request callback server of connect.
