//! The clock of the machine: the only place that reads it.

use jiff::Timestamp;

use crate::ports::Clock;

/// Asks the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the product reads the clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}
