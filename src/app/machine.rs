//! What only this machine knows: the time, the number of processors.

use jiff::Timestamp;

use crate::ports::Clock;

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct MachineClock;

impl Clock for MachineClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the product reads the clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Processors that this process may use; at least 1.
#[must_use]
pub fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
