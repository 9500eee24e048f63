//! Time, as a parameter.

use jiff::Timestamp;

/// Tells the time. The only implementation that asks the machine lives in `app`.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}
