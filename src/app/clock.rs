//! The clock of the machine: the only place that reads it.

use jiff::Timestamp;

use crate::ports::Clock;

/// Asks the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}
